#include "leeway/stream/pane_history.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <memory>

#include "leeway/profile/profile_builder.hpp"
#include "support/generator.hpp"

namespace leeway::stream {
namespace {

using std::chrono::hours;

std::shared_ptr<const profile::Profile> two_features() {
  test::Generator generator(7);
  const std::vector<std::optional<std::string_view>> colours{"red", "blue", "red", std::nullopt};
  std::vector<std::optional<std::string_view>> column;
  for (int i = 0; i < 1000; ++i) column.push_back(colours[generator.below(4)]);
  return std::make_shared<const profile::Profile>(
      *profile::ProfileBuilder().numeric("x", generator.normals(1000)).categorical("colour", column).build());
}

/// Rows of all kinds: missing, unseen, beyond the range.
Pane pane_of(const std::shared_ptr<const profile::Profile>& profile, std::size_t rows, std::uint64_t seed) {
  Pane pane(profile, {.moments = true});
  test::Generator generator(seed);
  constexpr std::array<std::string_view, 3> kColours{"red", "blue", "green"};
  for (std::size_t i = 0; i < rows; ++i) {
    const Value x = generator.below(20) == 0 ? Value() : Value(2 * generator.normal());
    pane.record(std::array<Value, 2>{x, Value(kColours[generator.below(3)])});
  }
  return pane;
}

TEST(PaneHistory, holds_the_last_panes_of_a_sliding_window_and_drops_older_ones) {
  const auto profile = two_features();
  for (const std::uint64_t length : {1u, 2u, 3u, 7u}) {
    PaneHistory history(*Window::sliding(length * 100, 100));
    std::vector<Pane> all;
    for (std::uint64_t i = 0; i < 25; ++i) {
      all.push_back(pane_of(profile, 50 + 7 * i, i));
      Pane expected(profile, {.moments = true});
      for (std::size_t j = all.size() > length ? all.size() - length : 0; j < all.size(); ++j)
        ASSERT_TRUE(expected.merge(all[j]));
      const WindowCounts found = history.with(all.back());
      ASSERT_TRUE(std::equal(found.counts.begin(), found.counts.end(), expected.counts().begin()))
          << length << ' ' << i;
      EXPECT_EQ(found.moments[0].mean, expected.moments()[0].mean());
      EXPECT_FALSE(found.effective_rows);
      history.push(all.back());
    }
  }
}

TEST(PaneHistory, weighs_a_row_half_after_every_half_life) {
  const auto profile = two_features();
  PaneHistory history(*Window::decayed(std::uint64_t{100}, 300));
  double weights = 0;
  double squares = 0;
  std::vector<double> cells(profile->features()[0].counts.cells.size());
  double sum = 0;
  double finite = 0;
  constexpr int kPanes = 20;
  for (int i = 0; i < kPanes; ++i) {
    const Pane pane = pane_of(profile, static_cast<std::size_t>(500 + 100 * i), static_cast<std::uint64_t>(i));
    const double weight = std::exp2(-(kPanes - 1 - i) / 3.0);
    weights += weight * static_cast<double>(pane.rows());
    squares += weight * weight * static_cast<double>(pane.rows());
    for (std::size_t c = 0; c < cells.size(); ++c) cells[c] += weight * static_cast<double>(pane.counts()[0].cells[c]);
    sum += weight * static_cast<double>(pane.moments()[0].count()) * *pane.moments()[0].mean();
    finite += weight * static_cast<double>(pane.moments()[0].count());
    if (i + 1 < kPanes) {
      history.push(pane);
      continue;
    }
    const WindowCounts found = history.with(pane);
    const double effective = weights * weights / squares;
    EXPECT_NEAR(*found.effective_rows, effective, 1e-6 * effective);
    EXPECT_NEAR(*found.moments[0].mean, sum / finite, 1e-9);
    for (const Counts& counts : found.counts) EXPECT_EQ(counts.total(), static_cast<std::uint64_t>(effective));
    for (std::size_t c = 0; c < cells.size(); ++c)
      EXPECT_NEAR(static_cast<double>(found.counts[0].cells[c]), cells[c] / weights * std::floor(effective), 1.001);
  }
}

TEST(PaneHistory, keeps_one_pane_as_it_is_when_all_others_have_decayed) {
  const auto profile = two_features();
  PaneHistory history(*Window::decayed(hours(1), Duration(1'000'000)));
  history.push(pane_of(profile, 1000, 1));
  const Pane newest = pane_of(profile, 777, 2);
  const WindowCounts found = history.with(newest);
  EXPECT_TRUE(std::equal(found.counts.begin(), found.counts.end(), newest.counts().begin()));
}

TEST(WeightedCounts, round_to_whole_counts_that_add_up) {
  test::Generator generator(3);
  for (int round = 0; round < 200; ++round) {
    const std::size_t cells = 1 + generator.below(12);
    WeightedCounts weighted(cells);
    for (int part = 0; part < 3; ++part) {
      Counts counts;
      for (std::size_t i = 0; i < cells; ++i) counts.cells.push_back(generator.below(50));
      counts.side.missing = generator.below(9);
      counts.side.malformed = counts.side.missing / 2;
      counts.side.below = counts.cells.front() / 3;
      counts.side.above = counts.cells.back() / 2;
      counts.side.positive_infinity = counts.side.above / 2;
      weighted.add(counts, generator.uniform());
    }
    const std::uint64_t total = 1 + generator.below(1000);
    const Counts found = weighted.rounded(total);
    ASSERT_EQ(found.total(), total);
    EXPECT_LE(found.side.malformed, found.side.missing);
    EXPECT_LE(found.side.below, found.cells.front());
    EXPECT_LE(found.side.above, found.cells.back());
    EXPECT_LE(found.side.positive_infinity, found.side.above);
  }
  EXPECT_EQ(WeightedCounts(3).rounded(10).total(), 0u) << "no rows, no counts";
}

}  // namespace
}  // namespace leeway::stream
