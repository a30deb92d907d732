#include "leeway/stats/share_interval.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using leeway::ConfidenceLevel;
using leeway::stats::share_interval;

const ConfidenceLevel k95{0.95};

// P(at most k of n) by the sum itself.
double at_most(std::uint64_t k, std::uint64_t n, double p) {
  double term = std::pow(1 - p, static_cast<double>(n));
  double sum = term;
  for (std::uint64_t i = 0; i < k; ++i) {
    term *= static_cast<double>(n - i) / static_cast<double>(i + 1) * p / (1 - p);
    sum += term;
  }
  return sum;
}

TEST(ShareInterval, ends_where_the_count_would_be_too_unlikely) {
  for (const std::uint64_t n : {1U, 2U, 7U, 200U}) {
    for (std::uint64_t k = 0; k <= n; k += n / 7 + 1) {
      const auto [lower, upper] = share_interval(k, n, k95);
      EXPECT_NEAR(k < n ? at_most(k, n, upper) : 0.025, 0.025, 1e-10) << k << " of " << n;
      EXPECT_NEAR(k > 0 ? 1 - at_most(k - 1, n, lower) : 0.025, 0.025, 1e-10) << k << " of " << n;
    }
  }
}

TEST(ShareInterval, is_open_where_nothing_or_all_was_seen) {
  EXPECT_EQ(share_interval(0, 10, k95).lower, 0);
  EXPECT_NEAR(share_interval(0, 10, k95).upper, 1 - std::pow(0.025, 0.1), 1e-12);
  EXPECT_EQ(share_interval(10, 10, k95).upper, 1);
  EXPECT_EQ(share_interval(0, 0, k95).lower, 0);
  EXPECT_EQ(share_interval(0, 0, k95).upper, 1);
}

}  // namespace
