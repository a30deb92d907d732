#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "rollout/rule_bench.hpp"

namespace leeway::rollout::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ThresholdTest threshold(double limit, Against against = Against::absolute, Persistence persistence = {}) {
  return {.statistic = {.metric = "error"}, .against = against, .limit = limit, .persistence = persistence};
}

ThresholdTest p99_doubles(Duration duration) {
  return {.statistic = {.metric = "latency", .quantile = 0.99},
          .against = Against::ratio,
          .limit = 2,
          .persistence = Sustained{duration}};
}

TEST(Threshold, fails_beyond_its_limit_and_passes_at_it) {
  RuleBench bench(rate_metric(), threshold(0.1));
  EXPECT_EQ(bench.step({}, rate(10, 100)).verdict, Verdict::pass);
  EXPECT_EQ(bench.step({}, rate(11, 100)).verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[0].value, 0.11);
  EXPECT_EQ(bench.last.rules[0].threshold, 0.1);
  EXPECT_EQ(bench.last.rules[0].test, "threshold");
  EXPECT_EQ(bench.last.rules[0].candidate_count, 100u);
  Metric lower = rate_metric();
  lower.worse = Worse::lower;
  RuleBench availability(lower, threshold(0.1));
  EXPECT_EQ(availability.step({}, rate(10, 100)).verdict, Verdict::pass);
  EXPECT_EQ(availability.step({}, rate(9, 100)).verdict, Verdict::fail);
}

TEST(Threshold, compares_with_the_baseline_as_its_policy_says) {
  RuleBench ratio(rate_metric(), threshold(2, Against::ratio));
  EXPECT_EQ(ratio.step(rate(10, 1000), rate(2, 100)).verdict, Verdict::pass);
  EXPECT_EQ(ratio.step(rate(10, 1000), rate(3, 100)).verdict, Verdict::fail);
  EXPECT_NEAR(*ratio.last.rules[0].value, 3, 1e-12);
  RuleBench difference(rate_metric(), threshold(0.01, Against::difference));
  EXPECT_EQ(difference.step(rate(0, 1000), rate(1, 100)).verdict, Verdict::pass);
  EXPECT_EQ(difference.step(rate(0, 1000), rate(2, 100)).verdict, Verdict::fail);
}

TEST(Threshold, cannot_compare_with_a_baseline_that_is_0_or_missing) {
  RuleBench bench(rate_metric(), threshold(2, Against::ratio));
  EXPECT_EQ(bench.step(rate(0, 1000), rate(100, 100)).verdict, Verdict::unknown);
  EXPECT_EQ(bench.last.rules[0].detail, "expected a baseline above 0 to compare with, found 0");
  EXPECT_FALSE(bench.last.rules[0].value);
  EXPECT_EQ(bench.step({}, rate(100, 100)).verdict, Verdict::unknown);
  EXPECT_EQ(bench.last.rules[0].detail, "no data of the baseline");
  EXPECT_EQ(bench.step(rate(1, 100), {}).detail, "no data of the candidate");
}

TEST(Threshold, needs_the_minimum_of_the_arms_that_it_looks_at) {
  Metric metric = rate_metric();
  metric.minimum_count = 100;
  RuleBench absolute(metric, threshold(0.1));
  EXPECT_EQ(absolute.step({}, rate(99, 99)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(absolute.last.rules[0].detail, "candidate: expected at least 100, found 99");
  EXPECT_EQ(absolute.step(rate(1, 1), rate(100, 100)).verdict, Verdict::fail);
  RuleBench ratio(metric, threshold(2, Against::ratio));
  EXPECT_EQ(ratio.step(rate(1, 99), rate(100, 100)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(ratio.last.rules[0].detail, "baseline: expected at least 100, found 99");
}

TEST(Threshold, goes_on_without_a_baseline_where_it_needs_none) {
  Policy policy = policy_with(rate_metric(), threshold(0.1));
  policy.rules.push_back({.name = "ratio", .test = threshold(2, Against::ratio)});
  RuleBench bench(policy);
  bench.place.phase = Phase::promoted;
  EXPECT_EQ(bench.step({}, rate(50, 100)).verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[1].verdict, Verdict::unknown);
  EXPECT_FALSE(bench.last.both_arms);
}

TEST(Threshold, of_a_quantile_beyond_the_last_edge_is_infinitely_slow) {
  const Metric metric = latency_metric();
  RuleBench bench(metric, p99_doubles(0s));
  EXPECT_EQ(bench.step(latency(metric, 2, 50, 1000), latency(metric, 7, 50, 1000)).verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[0].value, kInfinity);
  EXPECT_EQ(bench.step(latency(metric, 7, 50, 1000), latency(metric, 7, 50, 1000)).verdict, Verdict::unknown);
}

// "P99 latency above twice the baseline's for 5 minutes": once a minute, from a tick on.
class P99For5Minutes : public testing::Test {
 protected:
  Verdict slow(Duration length = 1min) {
    return bench_.step(latency(metric_, 2, 50, 1000), latency(metric_, 4, 50, 1000), length).verdict;
  }
  Verdict fast() { return bench_.step(latency(metric_, 2, 50, 1000), latency(metric_, 2, 50, 1000)).verdict; }
  Verdict silent() { return bench_.step({}, {}).verdict; }
  Verdict broken() { return bench_.step(latency(metric_, 2, 50, 1000), rate(1, 2)).verdict; }

  Metric metric_ = latency_metric();
  RuleBench bench_{metric_, p99_doubles(5min)};
};

TEST_F(P99For5Minutes, fires_at_5_minutes_and_not_before) {
  EXPECT_EQ(fast(), Verdict::pass);
  for (int minute = 0; minute < 5; ++minute) EXPECT_EQ(slow(), Verdict::inconclusive) << minute;
  EXPECT_EQ(slow(), Verdict::fail);
  EXPECT_EQ(bench_.last.rules[0].failing_ticks, 6u);
  EXPECT_EQ(bench_.last.rules[0].value, 4);  // 200 against 50
  EXPECT_EQ(slow(), Verdict::fail);
  EXPECT_EQ(fast(), Verdict::pass);
}

TEST_F(P99For5Minutes, fires_at_5_minutes_in_any_rhythm) {
  EXPECT_EQ(slow(7s), Verdict::inconclusive);
  Duration observed{};
  while (observed + 7s < 5min) {
    observed += 7s;
    ASSERT_EQ(slow(7s), Verdict::inconclusive);
  }
  EXPECT_EQ(slow(5min - observed), Verdict::fail);
}

TEST_F(P99For5Minutes, does_not_fire_on_a_gap) {
  slow();
  for (int minute = 0; minute < 10; ++minute) EXPECT_EQ(silent(), Verdict::unknown);
  for (int minute = 0; minute < 5; ++minute) EXPECT_EQ(slow(), Verdict::inconclusive) << minute;
  EXPECT_EQ(slow(), Verdict::fail);
}

TEST_F(P99For5Minutes, does_not_start_anew_after_a_gap) {
  for (int minute = 0; minute <= 3; ++minute) slow();
  EXPECT_EQ(silent(), Verdict::unknown);
  EXPECT_EQ(broken(), Verdict::unknown);
  EXPECT_EQ(bench_.last.rules[0].failing_ticks, 4u);
  EXPECT_EQ(slow(), Verdict::inconclusive);
  EXPECT_EQ(slow(), Verdict::inconclusive);
  EXPECT_EQ(slow(), Verdict::fail);  // 3 minutes before, 2 after
}

TEST_F(P99For5Minutes, does_not_fire_on_the_time_of_an_absent_host) {
  slow();
  slow();
  EXPECT_EQ(slow(1h), Verdict::inconclusive);
}

}  // namespace
}  // namespace leeway::rollout::test
