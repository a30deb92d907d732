#include "leeway/drift/trend.hpp"

#include <gtest/gtest.h>

#include "leeway/profile/profile_builder.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::drift {
namespace {

profile::Profile halves() {
  std::vector<profile::CategoryCount> tally{{"no", 700}, {"yes", 300}};
  return *profile::ProfileBuilder().categorical("rain", std::move(tally), 0).build();
}

Counts pane_of(std::uint64_t no, std::uint64_t yes, std::uint64_t missing = 0) {
  Counts counts{{no, yes}, {}};
  counts.side.missing = missing;
  return counts;
}

Finding judged(const ProfileTrend& trend) {
  DriftReport report;
  report.features.resize(1);
  trend.judge(report);
  EXPECT_EQ(report.verdict, report.features[0].findings[0].verdict);
  return report.features[0].findings[0];
}

TEST(ProfileTrend, finds_a_share_that_falls_from_pane_to_pane) {
  ProfileTrend trend = *ProfileTrend::make(halves(), {}, 1);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Counts pane = pane_of(700 - 2 * i, 300 + 2 * i);
    trend.add({&pane, 1});
  }
  const Finding found = judged(trend);
  EXPECT_EQ(found.verdict, Verdict::warning);
  EXPECT_NEAR(found.evidence.value, -0.038, 1e-12) << "of the share of no";
  EXPECT_LT(*found.evidence.p_value, 1e-15);
  EXPECT_EQ(found.evidence.live_count, 20'000u);
}

TEST(ProfileTrend, finds_missing_values_that_become_more) {
  ProfileTrend trend = *ProfileTrend::make(halves(), {}, 1);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Counts pane = pane_of(700, 300, 3 * i);
    trend.add({&pane, 1});
  }
  EXPECT_EQ(judged(trend).verdict, Verdict::warning);
}

TEST(ProfileTrend, takes_what_does_not_matter_for_stable) {
  ProfileTrend trend = *ProfileTrend::make(halves(), {.effect_floor = 0.04}, 1);
  for (std::uint64_t i = 0; i < 20; ++i) {
    const Counts pane = pane_of(700 - 2 * i, 300 + 2 * i);
    trend.add({&pane, 1});
  }
  EXPECT_EQ(judged(trend).verdict, Verdict::stable);
}

TEST(ProfileTrend, forgets_panes_beyond_those_it_looks_at) {
  ProfileTrend trend = *ProfileTrend::make(halves(), {.panes = 8}, 1);
  for (std::uint64_t i = 0; i < 40; ++i) {
    const Counts pane = i < 32 ? pane_of(700 - 2 * i, 300 + 2 * i) : pane_of(600, 400);
    trend.add({&pane, 1});
  }
  EXPECT_EQ(judged(trend).verdict, Verdict::stable);
  EXPECT_EQ(judged(trend).windows, 8u);
}

TEST(ProfileTrend, says_nothing_of_panes_without_rows) {
  ProfileTrend trend = *ProfileTrend::make(halves(), {}, 1);
  const Counts none = pane_of(0, 0);
  for (int i = 0; i < 20; ++i) trend.add({&none, 1});
  EXPECT_EQ(judged(trend).evidence.p_value, 1);
}

TEST(ProfileTrend, refuses_options_that_cannot_be) {
  EXPECT_FALSE(ProfileTrend::make(halves(), {.effect_floor = 1}, 1));
  EXPECT_FALSE(ProfileTrend::make(halves(), {.panes = 7}, 1));
}

TEST(ProfileTrend, stays_within_its_error_rate_whatever_rows_of_a_pane_have_to_do_with_each_other) {
  LEEWAY_SIMULATION();
  test::Generator generator(5);
  const profile::Profile profile = *profile::ProfileBuilder().numeric("x", generator.normals(2000)).build();
  const auto& axis = std::get<EdgesAxis>(profile.features()[0].axis);
  constexpr int kRuns = 400;
  int found = 0;
  for (int run = 0; run < kRuns; ++run) {
    ProfileTrend trend = *ProfileTrend::make(profile, {.alpha = ErrorRate(0.05), .effect_floor = 0}, 1);
    for (int i = 0; i < 25; ++i) {
      Counts pane{std::vector<std::uint64_t>(axis.size()), {}};
      const double together = 0.5 * generator.normal();
      for (int row = 0; row < 50; ++row) ++pane.cells[axis.cell(together + generator.normal())];
      trend.add({&pane, 1});
    }
    found += judged(trend).verdict == Verdict::warning ? 1 : 0;
  }
  EXPECT_LE(found, 33) << "20, and three standard deviations";
  EXPECT_GE(found, 3) << "a test that never finds anything tests nothing";
}

}  // namespace
}  // namespace leeway::drift
