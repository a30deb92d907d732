#include <gtest/gtest.h>

#include "rollout/rule_bench.hpp"

namespace leeway::rollout::test {
namespace {

CircuitBreakerTest breaker(std::uint32_t window_ticks = 1) {
  return {
      .metric = "error", .limit = 0.5, .minimum_count = 100, .window_ticks = window_ticks, .open = 3min, .probes = 10};
}

TEST(CircuitBreaker, opens_from_its_limit_on) {
  RuleBench bench(rate_metric(), breaker());
  EXPECT_EQ(bench.step({}, rate(49, 100)).verdict, Verdict::pass);
  EXPECT_EQ(bench.step({}, rate(50, 100)).verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[0].value, 0.5);
  EXPECT_EQ(bench.last.rules[0].threshold, 0.5);
}

TEST(CircuitBreaker, says_nothing_below_its_minimum) {
  RuleBench bench(rate_metric(), breaker());
  EXPECT_EQ(bench.step({}, rate(99, 99)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(bench.step({}, rate(0, 0)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(bench.step({}, {}).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step({}, rate(200, 100)).verdict, Verdict::unknown);
}

TEST(CircuitBreaker, judges_the_last_ticks_together) {
  RuleBench bench(rate_metric(), breaker(3));
  EXPECT_EQ(bench.step({}, rate(40, 40)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(bench.step({}, rate(0, 59)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(bench.step({}, rate(0, 1)).verdict, Verdict::pass);
  EXPECT_EQ(bench.step({}, rate(0, 40)).verdict, Verdict::pass);  // the first has left
  EXPECT_EQ(bench.last.rules[0].value, 0);
}

TEST(CircuitBreaker, stays_open_for_its_time_whatever_comes) {
  RuleBench bench(rate_metric(), breaker());
  bench.step({}, rate(100, 100));
  EXPECT_EQ(bench.step({}, rate(0, 1000)).verdict, Verdict::fail);
  EXPECT_EQ(bench.step({}, {}).verdict, Verdict::fail);  // nothing is let through
  EXPECT_EQ(bench.last.rules[0].failing_ticks, 3u);
  EXPECT_EQ(bench.step({}, {}).verdict, Verdict::unknown);  // half open: probes were due
}

TEST(CircuitBreaker, closes_when_its_probes_succeed) {
  RuleBench bench(rate_metric(), breaker());
  bench.step({}, rate(100, 100));
  EXPECT_EQ(bench.step({}, rate(2, 4), 3min).verdict, Verdict::inconclusive);
  EXPECT_EQ(bench.last.rules[0].detail, "half_open");
  EXPECT_EQ(bench.step({}, rate(2, 6)).verdict, Verdict::pass);               // 4 of 10
  EXPECT_EQ(bench.step({}, rate(99, 99)).verdict, Verdict::not_enough_data);  // closed: from the beginning
  EXPECT_EQ(bench.step({}, rate(100, 100)).verdict, Verdict::fail);
}

TEST(CircuitBreaker, opens_again_when_its_probes_fail) {
  RuleBench bench(rate_metric(), breaker());
  bench.step({}, rate(100, 100));
  EXPECT_EQ(bench.step({}, rate(5, 10), 3min).verdict, Verdict::fail);
  EXPECT_EQ(bench.step({}, rate(0, 100), 2min).verdict, Verdict::fail);
  EXPECT_EQ(bench.step({}, rate(0, 100)).verdict, Verdict::pass);
}

TEST(CircuitBreaker, counts_other_requests_where_lower_is_worse) {
  Metric metric = rate_metric();
  metric.worse = Worse::lower;
  RuleBench bench(metric, breaker());
  EXPECT_EQ(bench.step({}, rate(100, 100)).verdict, Verdict::pass);
  EXPECT_EQ(bench.step({}, rate(50, 100)).verdict, Verdict::fail);
}

}  // namespace
}  // namespace leeway::rollout::test
