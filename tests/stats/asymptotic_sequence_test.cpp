#include "leeway/stats/asymptotic_sequence.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace leeway::stats {
namespace {

const ErrorRate kAlpha(0.05);
const ArmSums kA{1396.87, 52377.9767, 3000};  // of GrowthBook's tests
const ArmSums kB{2422.7, 134698.29, 3461};

void expect_near(double found, double expected) {
  EXPECT_LE(std::fabs(found - expected), 1e-12 * std::fabs(expected)) << found << " for " << expected;
}

TEST(AsymptoticSequence, has_the_published_values) {
  expect_near(*asymptotic_margin(1000, 0.01, kAlpha), 0.0960640192886857);
  expect_near(*asymptotic_margin(100, 0.1, kAlpha), 0.303781102142595);
  expect_near(*asymptotic_best_rho2(100, kAlpha), 0.0821196806206825);
}

TEST(AsymptoticSequence, is_tightest_where_it_is_tuned_for) {
  for (const double t : {10.0, 1e3, 1e6})
    for (const double alpha : {0.5, 0.05, 1e-9}) {
      const double best = *asymptotic_best_rho2(t, ErrorRate(alpha));
      const double margin = *asymptotic_margin(t, best, ErrorRate(alpha));
      for (const double factor : {0.5, 0.99, 1.01, 2.0})
        EXPECT_GT(*asymptotic_margin(t, best * factor, ErrorRate(alpha)), margin);
    }
}

TEST(AsymptoticSequence, narrows_with_time_and_widens_with_certainty) {
  for (double t = 1; t < 1e30; t *= 10) {
    EXPECT_LT(*asymptotic_margin(2 * t, 0.01, kAlpha), *asymptotic_margin(t, 0.01, kAlpha));
    EXPECT_LT(*asymptotic_margin(t, 0.01, kAlpha), *asymptotic_margin(t, 0.01, ErrorRate(0.01)));
    EXPECT_LT(*anytime_z_radius(1, t, kAlpha), *anytime_z_radius(1, t, ErrorRate(0.01)));
  }
}

TEST(Avlm, has_the_published_values) {
  expect_near(*log_t_e_value(9, 98, 100, 1), 1.996588210921077);
  expect_near(*log_t_e_value(16, 998, 1000, 10), 5.557660212146533);
  expect_near(*anytime_t_radius(1, 100, 1, kAlpha), 3.346778098841109);
  expect_near(*anytime_z_radius(1, 100, kAlpha), 3.273018624234933);
}

TEST(Avlm, rejects_from_its_radius_on) {
  for (const double n : {20.0, 1e3, 1e6})
    for (const double g : {0.1, 1.0, 100.0}) {
      const double radius = *anytime_t_radius(g, n, 3, kAlpha);
      if (std::isinf(radius)) continue;
      EXPECT_NEAR(*log_t_e_value(radius * radius, n - 3, n, g), -std::log(0.05), 1e-8);
    }
  EXPECT_NEAR(*anytime_t_radius(1, 1e9, 1, kAlpha), *anytime_z_radius(1, 1e9, kAlpha), 1e-6);
  EXPECT_TRUE(std::isinf(*anytime_t_radius(1e6, 3, 1, kAlpha)));
  EXPECT_FALSE(std::isnan(*log_t_e_value(1e300, 1e-300, 10, 1)));
}

TEST(GrowthBook, has_the_published_values) {
  const auto absolute = *growthbook_bounds(kA, kB, Effect::absolute, Sides::one, kAlpha, 5000);
  expect_near(absolute.lower, -0.12656844172804982);
  expect_near(absolute.upper, 0.5953217750613832);
  const auto relative = *growthbook_bounds(kA, kB, Effect::relative, Sides::one, kAlpha, 5000);
  expect_near(relative.lower, -0.423564546027909);
  expect_near(relative.upper, 1.43028671774038);
  const auto both = *growthbook_bounds(kA, kB, Effect::relative, Sides::two, kAlpha, 1000);
  expect_near(both.lower, -0.558440505107731);
  expect_near(both.upper, 1.5651626768202);
}

TEST(GrowthBook, is_wider_on_both_sides_and_further_from_its_tuning) {
  const auto width = [](Sides sides, double tuning) {
    const auto found = *growthbook_bounds(kA, kB, Effect::absolute, sides, kAlpha, tuning);
    return found.upper - found.lower;
  };
  EXPECT_GT(width(Sides::two, 6461), width(Sides::one, 6461));
  EXPECT_GT(width(Sides::two, 600), width(Sides::two, 6461));
  EXPECT_GT(width(Sides::two, 60000), width(Sides::two, 6461));
}

TEST(AsymptoticSequence, names_what_is_out_of_range) {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    EXPECT_EQ(asymptotic_best_rho2(bad, kAlpha).error().where, "t");
    EXPECT_EQ(asymptotic_margin(bad, 1, kAlpha).error().where, "t");
    EXPECT_EQ(asymptotic_margin(1, bad, kAlpha).error().where, "rho2");
    EXPECT_EQ(log_t_e_value(1, bad, 1, 1).error().where, "nu");
    EXPECT_EQ(log_t_e_value(1, 1, bad, 1).error().where, "n");
    EXPECT_EQ(log_t_e_value(1, 1, 1, bad).error().where, "g");
    EXPECT_EQ(anytime_z_radius(bad, 1, kAlpha).error().where, "g");
    EXPECT_EQ(anytime_t_radius(bad, 10, 1, kAlpha).error().where, "g");
    EXPECT_EQ(growthbook_bounds(kA, kB, Effect::absolute, Sides::two, kAlpha, bad).error().where, "tuning");
  }
  EXPECT_EQ(log_t_e_value(-1, 1, 1, 1).error().where, "t_squared");
  EXPECT_EQ(anytime_t_radius(1, 10, 0, kAlpha).error().where, "coefficients");
  EXPECT_EQ(anytime_t_radius(1, 10, 10, kAlpha).error().where, "n");
}

TEST(GrowthBook, refuses_arms_that_cannot_be) {
  const auto where = [](const ArmSums& a, const ArmSums& b, Effect effect = Effect::absolute) {
    return growthbook_bounds(a, b, effect, Sides::two, kAlpha, 1000).error().where;
  };
  EXPECT_EQ(where({1, 1, 1}, kB), "a.count");
  EXPECT_EQ(where(kA, {10, 1, 10}), "b.sum_of_squares");
  EXPECT_EQ(where({std::nan(""), 1, 10}, kB), "a.sum");
  EXPECT_EQ(where({0, 1, 10}, kB, Effect::relative), "a.sum");
  EXPECT_EQ(growthbook_bounds(kA, kB, Effect::absolute, Sides::one, ErrorRate(0.5), 1).error().where, "alpha");
  EXPECT_TRUE(growthbook_bounds({10, 10, 10}, kB, Effect::absolute, Sides::two, kAlpha, 1));  // all equal
}

}  // namespace
}  // namespace leeway::stats
