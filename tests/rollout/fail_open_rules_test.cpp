// Ways in which canary analyses are known to pass what they did not see, at the level of rules.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "rollout/rule_bench.hpp"
#include "rollout/simulated_arms.hpp"

namespace leeway::rollout::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A rule of every kind of test, on metrics of every kind that it takes, and the promotion evidence.
Policy every_rule() {
  Policy policy;
  policy.metrics = {rate_metric("rate"),
                    {.name = "mean", .kind = MetricKind::mean},
                    {.name = "distribution", .kind = MetricKind::distribution, .edges = {1, 2, 4}},
                    {.name = "values", .kind = MetricKind::values}};
  const auto add = [&](Test test) {
    policy.rules.push_back({.name = std::to_string(policy.rules.size()), .test = std::move(test)});
  };
  for (const Metric& metric : policy.metrics) {
    std::optional<double> quantile;
    std::vector<double> thresholds;
    if (metric.kind == MetricKind::distribution) {
      quantile = 0.9;
      thresholds = {2};
    }
    for (const Against against : {Against::absolute, Against::ratio, Against::difference})
      add(ThresholdTest{{metric.name, quantile}, against, 1.5, Sustained{}});
    add(StatisticalTest{.metric = metric.name, .thresholds = thresholds, .slices = true});
    add(SampleRatioTest{.metric = metric.name});
    policy.promotion.push_back({.metric = metric.name, .margin = 0.01, .thresholds = thresholds});
  }
  add(BurnRateTest{.metric = "rate", .objective = 0.9, .windows = {{1h, 5min, 1}}});
  add(CircuitBreakerTest{.metric = "rate", .limit = 0.5, .minimum_count = 1});
  return policy;
}

ArmReport report(std::vector<Measurement> measurements) {
  ArmReport made{.weight = 0.5};
  const char* names[] = {"rate", "mean", "distribution", "values"};
  for (std::size_t i = 0; i < measurements.size(); ++i) made.readings.push_back({names[i], std::move(measurements[i])});
  return made;
}

ArmReport good() {
  return report({Rate{1, 10}, Mean{10, 1, 1}, Distribution{{1, 2, 4}, {9, 1, 0, 0}}, Values{{0.5, 0.5}}});
}

bool any_pass(const detail::Evaluation& evaluation) {
  const auto passes = [](const Reason& reason) { return reason.verdict == Verdict::pass; };
  return std::any_of(evaluation.rules.begin(), evaluation.rules.end(), passes) ||
         std::any_of(evaluation.promotion.begin(), evaluation.promotion.end(), passes);
}

void expect_no_pass(const ArmReport& baseline, const ArmReport& candidate) {
  RuleBench bench(every_rule());
  for (int tick = 0; tick < 30; ++tick) {
    Tick made;
    made.baseline.push_back({baseline});
    made.candidate.push_back({candidate});
    bench.see(std::move(made));
    for (const Reason& reason : bench.last.rules) {
      EXPECT_NE(reason.verdict, Verdict::pass) << reason.rule << " " << reason.test;
      EXPECT_FALSE(reason.detail.empty() && reason.verdict == Verdict::unknown) << reason.rule << " " << reason.test;
    }
    EXPECT_FALSE(any_pass(bench.last));
    EXPECT_FALSE(bench.last.both_arms);
  }
}

TEST(FailOpen, a_good_tick_passes) {
  RuleBench bench(every_rule());
  Tick tick;
  tick.baseline.push_back({good()});
  tick.candidate.push_back({good()});
  bench.see(std::move(tick));
  for (const Reason& reason : bench.last.rules) EXPECT_EQ(reason.verdict, Verdict::pass) << reason.rule;
  for (const Reason& reason : bench.last.promotion) EXPECT_EQ(reason.verdict, Verdict::inconclusive) << reason.rule;
}

TEST(FailOpen, a_metric_whose_measurement_is_in_error_is_not_left_out) {
  expect_no_pass(good(), report({Rate{2, 1}, Mean{10, 1, -1}, Distribution{{1, 2, 4}, {1, 2}}, Values{{7}}}));
}

TEST(FailOpen, one_metric_in_error_does_not_pass_because_the_others_do) {
  RuleBench bench(every_rule());
  Tick tick;
  tick.baseline.push_back({good()});
  tick.candidate.push_back({good()});
  tick.candidate[0].value.readings[1].measurement = Mean{10, kNan, 1};
  bench.see(std::move(tick));
  for (std::size_t i = 0; i < bench.last.rules.size(); ++i) {
    const bool of_the_mean = i >= 5 && i < 10;
    EXPECT_EQ(bench.last.rules[i].verdict, of_the_mean ? Verdict::unknown : Verdict::pass) << i;
  }
}

TEST(FailOpen, an_empty_series_is_no_pass) {
  const ArmReport empty = report({Rate{}, Mean{}, Distribution{{1, 2, 4}, {0, 0, 0, 0}}, Values{}});
  expect_no_pass(empty, empty);
  expect_no_pass(report({}), report({}));
}

TEST(FailOpen, a_number_that_is_none_is_no_pass_in_either_direction) {
  const ArmReport nan =
      report({Rate{1, 0}, Mean{10, kNan, kNan}, Distribution{{1, kNan, 4}, {1, 1, 1, 1}}, Values{{kNan}}});
  expect_no_pass(nan, nan);
  for (const Worse worse : {Worse::higher, Worse::lower}) {
    for (const Against against : {Against::absolute, Against::ratio, Against::difference}) {
      RuleBench bench({.name = "m", .kind = MetricKind::mean, .worse = worse},
                      ThresholdTest{{"m"}, against, 1, Sustained{}});
      EXPECT_EQ(bench.step(Mean{1, 1, 0}, Mean{1, kNan, 0}).verdict, Verdict::unknown);
    }
  }
}

TEST(FailOpen, errors_in_every_tick_never_become_a_pass) {
  RuleBench bench(every_rule());
  for (int tick = 0; tick < 300; ++tick) {
    Tick made;
    made.baseline.push_back({good()});
    if (tick % 3 == 0) made.candidate.push_back({report({Rate{2, 1}})});
    if (tick % 3 == 1) made.candidate.push_back({{.weight = kNan, .readings = good().readings}});
    bench.see(std::move(made));
    ASSERT_FALSE(any_pass(bench.last));
  }
}

TEST(FailOpen, an_arm_without_data_is_no_pass) {
  for (const bool baseline : {false, true}) {
    RuleBench bench(every_rule());
    Tick tick;
    if (baseline) tick.baseline.push_back({good()});
    bench.see(std::move(tick));
    EXPECT_FALSE(any_pass(bench.last));
  }
}

void expect_equal(std::span<const Reason> a, std::span<const Reason> b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].verdict, b[i].verdict);
    EXPECT_EQ(a[i].value, b[i].value);
    EXPECT_EQ(a[i].log_e_value, b[i].log_e_value);
    EXPECT_EQ(a[i].failing_ticks, b[i].failing_ticks);
    EXPECT_EQ(a[i].detail, b[i].detail);
  }
}

TEST(FailOpen, equal_ticks_give_equal_reasons_also_where_nothing_varies) {
  for (const bool constant : {true, false}) {
    RuleBench one(every_rule());
    RuleBench two(every_rule());
    Generator generator(1);
    for (int i = 0; i < 100; ++i) {
      Tick tick;
      tick.baseline.push_back({good()});
      tick.candidate.push_back({good()});
      if (!constant) tick.candidate[0].value.readings[0].measurement = simulated_rate(generator, 100, 0.1);
      one.see(tick);
      two.see(tick);
      expect_equal(one.last.rules, two.last.rules);
      expect_equal(one.last.promotion, two.last.promotion);
    }
  }
}

}  // namespace
}  // namespace leeway::rollout::test
