#include "leeway/stats/mann_kendall.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "support/generator.hpp"

namespace leeway::stats {
namespace {

// All orders of n numbers: the exact law is that of the enumeration.
TEST(MannKendall, is_exact_for_short_series_without_ties) {
  for (std::size_t n = 2; n <= 7; ++n) {
    std::vector<double> order(n);
    std::iota(order.begin(), order.end(), 0.0);
    std::vector<std::int64_t> all;
    do all.push_back(std::abs(mann_kendall(order).s));
    while (std::next_permutation(order.begin(), order.end()));
    do {
      const MannKendall found = mann_kendall(order);
      const auto as_far = std::count_if(all.begin(), all.end(), [&](auto s) { return s >= std::abs(found.s); });
      ASSERT_NEAR(found.p_value, static_cast<double>(as_far) / static_cast<double>(all.size()), 1e-12);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(MannKendall, passes_from_the_exact_to_the_normal_law_without_a_step) {
  test::Generator generator(4);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> series = generator.normals(50);
    for (std::size_t i = 0; i < series.size(); ++i) series[i] += 0.02 * static_cast<double>(i);
    const MannKendall exact = mann_kendall(series);
    const double z = (std::fabs(static_cast<double>(exact.s)) - 1) / std::sqrt(50.0 * 49 * 105 / 18);
    EXPECT_NEAR(exact.p_value, std::erfc(z / std::sqrt(2)), 0.01 + 0.05 * exact.p_value);
  }
}

TEST(MannKendall, knows_ties) {
  EXPECT_EQ(mann_kendall(std::vector{1.0, 1.0, 1.0}).p_value, 1);
  const MannKendall found = mann_kendall(std::vector{1.0, 1.0, 2.0, 2.0, 3.0, 3.0});
  EXPECT_EQ(found.s, 12);
  EXPECT_NEAR(found.tau, 12 / std::sqrt(15.0 * 12), 1e-15);
  // Variance (6 * 5 * 17 - 3 * 2 * 9) / 18 = 76 / 3.
  EXPECT_NEAR(found.p_value, std::erfc(11 / std::sqrt(2 * 76.0 / 3)), 1e-15);
}

TEST(MannKendall, says_nothing_of_fewer_than_two_numbers) {
  EXPECT_EQ(mann_kendall(std::vector<double>{}).p_value, 1);
  EXPECT_EQ(mann_kendall(std::vector{1.0}).p_value, 1);
  EXPECT_EQ(theil_sen_slope(std::vector{1.0}), 0);
}

TEST(TheilSen, is_the_median_slope) {
  EXPECT_EQ(theil_sen_slope(std::vector{0.0, 1.0, 2.0, 100.0}), (1.0 + 100.0 / 3) / 2);
  EXPECT_EQ(theil_sen_slope(std::vector{3.0, 2.0, 1.0}), -1);
}

}  // namespace
}  // namespace leeway::stats
