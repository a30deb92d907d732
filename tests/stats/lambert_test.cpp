#include "leeway/stats/lambert.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace leeway::stats {
namespace {

TEST(Lambert, solves_its_equation_over_all_magnitudes) {
  for (double l = 1e-300; l < 1e300; l *= 7) {
    const double y = lambert_wm1_excess(l);
    if (l > 1e-3) {
      EXPECT_NEAR((y - std::log1p(y)) / l, 1, 1e-14 * (1 + 1 / l)) << l;
    }
    if (l < 1e-10) {
      EXPECT_NEAR(y / std::sqrt(2 * l), 1, 1e-5) << l;
    }
  }
}

TEST(Lambert, has_the_known_values) {
  EXPECT_NEAR(lambert_wm1(-0.1), -3.577152063957297, 1e-15 * 4);
  EXPECT_NEAR(lambert_wm1(-0.3), -1.7813370234216277, 1e-15 * 4);
  EXPECT_NEAR(lambert_wm1(-1e-100), -235.72115887568532, 1e-12);
}

TEST(Lambert, ends_at_its_branch_point_and_at_zero) {
  EXPECT_EQ(lambert_wm1(-0.37), -1);  // below -1/e by more than rounding, but nothing else is sensible
  EXPECT_NEAR(lambert_wm1(-std::exp(-1)), -1, 1e-7);
  EXPECT_EQ(lambert_wm1_excess(0), 0);
  EXPECT_EQ(lambert_wm1(0), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(lambert_wm1(std::nan(""))));
  EXPECT_TRUE(std::isnan(lambert_wm1_excess(-1)));
}

TEST(Lambert, falls_towards_zero) {
  double before = -1;
  for (double x = -0.36; x < -1e-12; x /= 1.3) {
    EXPECT_LT(lambert_wm1(x), before);
    before = lambert_wm1(x);
    EXPECT_NEAR(before * std::exp(before) / x, 1, 1e-13);
  }
}

}  // namespace
}  // namespace leeway::stats
