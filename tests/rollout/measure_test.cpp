#include "leeway/rollout/measure.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace leeway::rollout {
namespace {

TEST(Measure, counts_a_category_among_the_values_that_were_there) {
  const Counts counts{.cells = {90, 7}, .side = {.missing = 50, .unseen = 3}};
  EXPECT_EQ(rate_of(counts, 1).events, 7u);
  EXPECT_EQ(rate_of(counts, 1).count, 100u) << "a missing value is no success";
  EXPECT_EQ(rate_of(counts, 2).count, 0u) << "no such cell";
}

TEST(Measure, takes_mean_and_squares_from_moments) {
  const std::vector<double> values{1, 2, 4, 9};
  Moments moments(0, 10);
  for (const double value : values) moments.add(value);
  const Mean mean = mean_of(moments);
  EXPECT_EQ(mean.count, 4u);
  EXPECT_NEAR(mean.mean, 4, 1e-6);
  EXPECT_NEAR(mean.m2, 9 + 4 + 0 + 25, 1e-4);
  EXPECT_EQ(mean_of(Moments(0, 1)).count, 0u);
}

TEST(Measure, takes_a_distribution_from_a_histogram_cell_by_cell) {
  Histogram histogram(*EdgesAxis::make({10, 20}, 0, 100));
  for (const double x : {-5.0, 9.9, 10.0, 19.0, 20.0, 1e300, std::nan("")}) histogram.add(x);
  const Distribution distribution = distribution_of(histogram);
  EXPECT_EQ(distribution.edges, (std::vector<double>{10, 20}));
  EXPECT_EQ(distribution.counts, (std::vector<std::uint64_t>{2, 2, 2})) << "[edge, next edge), and nothing that is NaN";
}

}  // namespace
}  // namespace leeway::rollout
