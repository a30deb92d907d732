#include "leeway/stats/stitched_boundary.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace leeway::stats {
namespace {

const ErrorRate kAlpha(0.05);

void expect_near(double found, double expected) {
  EXPECT_LE(std::fabs(found - expected), 1e-12 * std::fabs(expected)) << found << " for " << expected;
}

TEST(StitchedBoundary, has_the_published_values) {
  expect_near(*poly_stitching_bound(100, kAlpha, 10, 3), 64.48754665906500331);
  expect_near(*poly_stitching_bound(100, kAlpha, 10, -1), 28.99389296805983124);
  expect_near(*double_stitching_bound(0.5, 1000, kAlpha, 100), 68.62802892121623095);
  expect_near(*double_stitching_bound(0.9, 1000, kAlpha, 100), 43.72119361037151241);
  expect_near(*double_stitching_bound(0.1, 1000, kAlpha, 100), 59.96521246254751842);
  expect_near(EmpiricalProcessBound::make(kAlpha, 100)->radius(1000), 0.08204778770914847);
}

TEST(StitchedBoundary, widens_with_time_certainty_and_scale) {
  for (double t = 10; t < 1e15; t *= 9) {
    EXPECT_LT(*poly_stitching_bound(t, kAlpha, 10), *poly_stitching_bound(2 * t, kAlpha, 10));
    EXPECT_LT(*poly_stitching_bound(t, kAlpha, 10), *poly_stitching_bound(t, ErrorRate(0.01), 10));
    EXPECT_LT(*poly_stitching_bound(t, kAlpha, 10, -1), *poly_stitching_bound(t, kAlpha, 10, 0));
    EXPECT_LT(*poly_stitching_bound(t, kAlpha, 10, 0), *poly_stitching_bound(t, kAlpha, 10, 1));
    EXPECT_LT(*double_stitching_bound(0.3, t, kAlpha, 10), *double_stitching_bound(0.3, 2 * t, kAlpha, 10));
    EXPECT_LT(*double_stitching_bound(0.3, t, kAlpha, 10), *double_stitching_bound(0.3, t, ErrorRate(0.01), 10));
  }
  EXPECT_EQ(*poly_stitching_bound(0, kAlpha, 10), *poly_stitching_bound(10, kAlpha, 10));
}

TEST(StitchedBoundary, grows_as_the_iterated_logarithm) {
  const auto ratio = [](double v) {
    return *poly_stitching_bound(v, kAlpha, 1) / std::sqrt(v * std::log(std::log(v)));
  };
  EXPECT_LT(ratio(1e200), ratio(1e50));
  EXPECT_LT(ratio(1e200), 2.3);
  EXPECT_GT(ratio(1e200), std::sqrt(2));
}

TEST(EmpiricalProcessBound, has_the_least_constant_that_its_error_rate_allows) {
  const double a = 0.85;
  for (const double alpha : {0.5, 0.05, 1e-6}) {
    const double c = EmpiricalProcessBound::make(ErrorRate(alpha), 1)->c();
    double least = HUGE_VAL;  // of the error that theorem 2 proves, over ratios of epochs
    for (double eta = 1.0001; eta < 1.4; eta += 0.0001) {
      const double gamma = (a - std::sqrt(2 * (eta - 1) / c)) * std::sqrt(2 / eta);
      if (gamma <= 1) break;
      least = std::fmin(least, 4 * std::exp(-gamma * gamma * c) * (1 + 1 / ((gamma * gamma - 1) * std::log(eta))));
    }
    EXPECT_NEAR(least / alpha, 1, 1e-4);
  }
}

TEST(EmpiricalProcessBound, begins_at_its_first_moment) {
  const auto bound = *EmpiricalProcessBound::make(kAlpha, 100);
  EXPECT_EQ(bound.radius(99.9), HUGE_VAL);
  EXPECT_LT(bound.radius(100), 0.3);
  for (double t = 100; t < 1e100; t *= 10) EXPECT_LT(bound.radius(10 * t), bound.radius(t));
  EXPECT_EQ(bound.radius(std::nan("")), HUGE_VAL);
}

TEST(StitchedBoundary, names_what_is_out_of_range) {
  const double bad = std::nan("");
  EXPECT_EQ(poly_stitching_bound(-1, kAlpha, 1).error().where, "v");
  EXPECT_EQ(poly_stitching_bound(1, kAlpha, 0).error().where, "v_min");
  EXPECT_EQ(poly_stitching_bound(1, kAlpha, 1, bad).error().where, "c");
  EXPECT_EQ(poly_stitching_bound(1, kAlpha, 1, 0, {1, 2}).error().where, "s");
  EXPECT_EQ(poly_stitching_bound(1, kAlpha, 1, 0, {1.4, 1}).error().where, "eta");
  for (const double p : {0.0, 1.0, bad}) EXPECT_EQ(double_stitching_bound(p, 1, kAlpha, 1).error().where, "p");
  EXPECT_EQ(double_stitching_bound(0.5, -1, kAlpha, 1).error().where, "t");
  EXPECT_EQ(double_stitching_bound(0.5, 1, kAlpha, 0).error().where, "t_opt");
  EXPECT_EQ(double_stitching_bound(0.5, 1, kAlpha, 1, 0).error().where, "delta");
  EXPECT_EQ(EmpiricalProcessBound::make(kAlpha, 0).error().where, "t_min");
  EXPECT_EQ(EmpiricalProcessBound::make(kAlpha, 1, 0.7).error().where, "a");
}

}  // namespace
}  // namespace leeway::stats
