#include "leeway/profile/season.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "leeway/profile/profile_builder.hpp"

namespace leeway::profile {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

TEST(Season, hours_of_the_week_begin_on_monday) {
  const TimePoint monday = sys_days(2026y / 1 / 5);
  EXPECT_EQ(slot_of(Season::hour_of_week, monday), 0u);
  EXPECT_EQ(slot_of(Season::hour_of_week, monday - 1us), 167u);
  EXPECT_EQ(slot_of(Season::hour_of_week, monday + 25h + 59min), 25u);
  EXPECT_EQ(slot_of(Season::hour_of_week, TimePoint(-1us)), 3 * 24u - 1) << "1969 ended on a Wednesday";
}

TEST(Season, months_are_those_of_the_calendar) {
  EXPECT_EQ(slot_of(Season::month_of_year, sys_days(2024y / 2 / 29)), 1u);
  EXPECT_EQ(slot_of(Season::month_of_year, sys_days(2024y / 3 / 1)), 2u);
  EXPECT_EQ(slot_of(Season::month_of_year, sys_days(2024y / 3 / 1) - 1us), 1u);
}

TEST(Season, has_a_name_that_reads_back) {
  for (const Season season : {Season::hour_of_week, Season::month_of_year})
    EXPECT_EQ(parse_season(to_string(season)), season);
  EXPECT_FALSE(parse_season("week"));
}

TEST(Profile, takes_seasons_over_its_own_cells_alone) {
  const Profile profile = *ProfileBuilder().numeric("x", std::vector{1.0, 2.0, 3.0}).build();
  const std::vector<Counts> slot(1, Counts{std::vector<std::uint64_t>(profile.features()[0].counts.cells.size()), {}});
  SeasonalCounts seasons{Season::month_of_year, std::vector(12, slot)};
  const auto seasonal = profile.with_seasons(seasons);
  ASSERT_TRUE(seasonal);
  EXPECT_NE(seasonal->hash(), profile.hash());
  seasons.slots[3][0].cells.pop_back();
  EXPECT_FALSE(profile.with_seasons(seasons));
  seasons.slots.pop_back();
  EXPECT_FALSE(profile.with_seasons(seasons));
}

}  // namespace
}  // namespace leeway::profile
