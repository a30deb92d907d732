#include "leeway/stats/confidence_sequence.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/generator.hpp"

namespace leeway::stats {
namespace {

const ErrorRate kAlpha(0.05);

void expect_near(double found, double expected) {
  EXPECT_LE(std::fabs(found - expected), 1e-12 * std::fabs(expected)) << found << " for " << expected;
}

void expect_bounds(const ConfidenceBounds& found, double lower, double upper) {
  expect_near(found.lower, lower);
  expect_near(found.upper, upper);
}

ConfidenceBounds bernoulli(double successes, double trials, double t_opt) {
  return *bernoulli_confidence_sequence(successes, trials, kAlpha, t_opt);
}

TEST(BernoulliSequence, has_the_published_values) {
  expect_bounds(bernoulli(700, 1000, 100), 0.65162981386993032, 0.74594950078498709);
  expect_bounds(bernoulli(15, 50, 50), 0.129556994975054, 0.511896402536473);
  expect_bounds(bernoulli(5, 50, 50), 0.013021760005847395, 0.26926466715105787);
  expect_bounds(bernoulli(1, 50, 50), 0, 0.13489158668179316);
  expect_bounds(bernoulli(100, 200, 1), 0.328923354126754, 0.671076645873246);
  expect_bounds(bernoulli(10, 1000, 1000), 0.0029169944202111962, 0.022370820540245204);
  expect_bounds(bernoulli(1000, 100000, 100000), 0.00907169426916938, 0.0109820522804384);
}

TEST(BernoulliSequence, is_the_same_for_failures) {
  for (const double k : {0.0, 0.5, 3.0, 40.0, 99.0}) {
    const auto of_successes = bernoulli(k, 100, 50);
    const auto of_failures = bernoulli(100 - k, 100, 50);
    EXPECT_NEAR(of_successes.lower, 1 - of_failures.upper, 1e-12);
    EXPECT_NEAR(of_successes.upper, 1 - of_failures.lower, 1e-12);
    EXPECT_LE(of_successes.lower, k / 100);
    EXPECT_GE(of_successes.upper, k / 100);
  }
}

TEST(BernoulliSequence, narrows_and_bears_any_size) {
  EXPECT_EQ(bernoulli(0, 0, 100), ConfidenceBounds{});
  double before = 1;
  for (double n = 10; n < 1e15; n *= 10) {
    const auto found = bernoulli(0.3 * n, n, 1000);
    EXPECT_LT(found.upper - found.lower, before);
    EXPECT_LT(found.lower, 0.3);
    EXPECT_GT(found.upper, 0.3);
    before = found.upper - found.lower;
    EXPECT_EQ(bernoulli(0, n, 1000).lower, 0);
    EXPECT_EQ(bernoulli(n, n, 1000).upper, 1);
  }
  EXPECT_GT(bernoulli_confidence_sequence(300, 1000, ErrorRate(0.2), 1000)->lower, bernoulli(300, 1000, 1000).lower);
}

TEST(BernoulliSequence, keeps_its_promise_at_every_look) {
  test::Generator random(7);
  int missed = 0;
  for (int run = 0; run < 300; ++run) {
    double successes = 0;
    bool outside = false;
    for (int n = 1; n <= 400 && !outside; ++n) {
      successes += random.uniform() < 0.1 ? 1 : 0;
      if (n % 10 != 0) continue;
      const auto found = bernoulli(successes, n, 100);
      outside = found.lower > 0.1 || found.upper < 0.1;
    }
    missed += outside ? 1 : 0;
  }
  EXPECT_LE(missed, 15);  // of 300, at 0.05
}

TEST(BernoulliSequence, names_what_is_out_of_range) {
  EXPECT_EQ(bernoulli_confidence_sequence(1, -1, kAlpha, 1).error().where, "trials");
  EXPECT_EQ(bernoulli_confidence_sequence(1, HUGE_VAL, kAlpha, 1).error().where, "trials");
  for (const double bad : {-1.0, 11.0, std::nan("")})
    EXPECT_EQ(bernoulli_confidence_sequence(bad, 10, kAlpha, 1).error().where, "successes");
  EXPECT_EQ(bernoulli_confidence_sequence(1, 10, kAlpha, 0).error().where, "t_opt");
}

TEST(EmpiricalBernsteinSequence, has_the_published_values) {
  EmpiricalBernsteinSequence one(kAlpha, Sides::one);
  EmpiricalBernsteinSequence two(kAlpha, Sides::two);
  for (int i = 0; i < 100; ++i) {
    const double x = ((7 * i + 3) % 10) / 10.0;
    one.add(x);
    two.add(x);
    if (i == 9) {
      EXPECT_EQ(one.bounds(), ConfidenceBounds{});
    }
    if (i == 49) expect_near(one.bounds().lower, 0.29469612044636);
  }
  expect_bounds(one.bounds(), 0.354544205169895, 1);
  expect_bounds(two.bounds(), 0.341476543340486, 0.559096081989062);
  EXPECT_EQ(one.count(), 100U);
}

TEST(EmpiricalBernsteinSequence, is_the_same_upside_down) {
  test::Generator random(3);
  EmpiricalBernsteinSequence of_x(kAlpha, Sides::two);
  EmpiricalBernsteinSequence of_rest(kAlpha, Sides::two);
  EXPECT_EQ(of_x.bounds(), ConfidenceBounds{});
  for (int i = 0; i < 500; ++i) {
    const double x = random.uniform() * random.uniform();
    of_x.add(x);
    of_rest.add(1 - x);
    EXPECT_NEAR(of_x.bounds().lower, 1 - of_rest.bounds().upper, 1e-13);
    EXPECT_LE(of_x.bounds().lower, of_x.bounds().upper);
  }
  EXPECT_NEAR(of_x.bounds().lower, 0.2, 0.03);
}

TEST(EmpiricalBernsteinSequence, is_narrow_where_values_vary_little) {
  const auto width = [](double spread) {
    test::Generator random(5);
    EmpiricalBernsteinSequence sequence(kAlpha, Sides::two);
    for (int i = 0; i < 2000; ++i) sequence.add(0.5 + spread * (random.uniform() - 0.5));
    return sequence.bounds().upper - sequence.bounds().lower;
  };
  EXPECT_LT(width(0.1), 0.4 * width(1));
}

TEST(EmpiricalBernsteinSequence, takes_what_is_out_of_range_as_its_end) {
  EmpiricalBernsteinSequence wild(kAlpha, Sides::two);
  EmpiricalBernsteinSequence tame(kAlpha, Sides::two);
  for (const double x : {-5.0, 0.4, 1e300, std::nan(""), HUGE_VAL}) {
    wild.add(x);
    if (!std::isnan(x)) tame.add(std::fmin(1, std::fmax(0, x)));
  }
  EXPECT_EQ(wild.bounds(), tame.bounds());
  EXPECT_EQ(wild.count(), 4U);
}

}  // namespace
}  // namespace leeway::stats
