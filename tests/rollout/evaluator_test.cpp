#include "rollout/evaluator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "rollout/rule_bench.hpp"
#include "rollout/simulated_arms.hpp"
#include "support/allocations.hpp"

namespace leeway::rollout::test {
namespace {

// 50 rules of all kinds on 10 metrics, and evidence.
Policy large_policy() {
  Policy policy;
  for (int i = 0; i < 10; ++i) {
    const std::string name = "metric" + std::to_string(i);
    policy.metrics.push_back(
        {.name = name, .kind = static_cast<MetricKind>(i % 3), .edges = {10, 20, 50, 100, 200, 500, 1000, 2000}});
  }
  const auto add = [&](Test test) {
    policy.rules.push_back({.name = "rule" + std::to_string(policy.rules.size()), .test = std::move(test)});
  };
  for (const Metric& metric : policy.metrics) {
    std::optional<double> quantile;
    std::vector<double> thresholds;
    if (metric.kind == MetricKind::distribution) {
      quantile = 0.99;
      thresholds = {100, 500};
    }
    add(ThresholdTest{{metric.name, quantile}, Against::ratio, 2, Sustained{5min}});
    add(ThresholdTest{{metric.name, quantile}, Against::absolute, 1e9, MOfN{3, 5}});
    add(StatisticalTest{.metric = metric.name, .thresholds = thresholds, .slices = true});
    add(SampleRatioTest{.metric = metric.name});
    if (metric.kind == MetricKind::rate)
      add(BurnRateTest{metric.name, 0.99, {{1h, 5min, 14.4}, {6h, 30min, 6}}});
    else
      add(ThresholdTest{{metric.name, quantile}, Against::difference, 1e9, Consecutive{3}});
    if (policy.promotion.size() < 3) policy.promotion.push_back({metric.name, 0.01, thresholds});
  }
  return policy;
}

ArmReport arm(Generator& generator, const Policy& policy) {
  ArmReport report{.weight = 0.5};
  for (const Metric& metric : policy.metrics) {
    Measurement measurement = simulated_rate(generator, 100, 0.3);
    if (metric.kind == MetricKind::mean) measurement = Mean{100, 5 + 0.1 * generator.normal(), 1};
    if (metric.kind == MetricKind::distribution)
      measurement = latency(metric, 5, simulated_rate(generator, 100, 0.3).events, 100);
    report.readings.push_back({metric.name, measurement});
  }
  return report;
}

Tick large_tick(Generator& generator, const Policy& policy) {
  Tick tick;
  for (const char* device : {"", "phone", "tablet"}) {
    tick.baseline.push_back({arm(generator, policy)});
    tick.candidate.push_back({arm(generator, policy)});
    if (*device == 0) continue;
    tick.baseline.back().value.slice = {{"device", device}};
    tick.candidate.back().value.slice = {{"device", device}};
  }
  return tick;
}

TEST(Evaluator, reports_every_rule_by_its_name_in_order) {
  const Policy policy = large_policy();
  ASSERT_EQ(policy.rules.size(), 50u);
  detail::Evaluator evaluator(policy);
  Generator generator(1);
  for (int i = 0; i < 3; ++i) {
    Tick tick = large_tick(generator, policy);
    tick.at += i * 1min;
    const detail::Evaluation evaluation = evaluator.evaluate(tick, {});
    ASSERT_EQ(evaluation.rules.size(), 50u);
    for (std::size_t rule = 0; rule < 50; ++rule) {
      EXPECT_EQ(evaluation.rules[rule].rule, policy.rules[rule].name);
      EXPECT_EQ(evaluation.rules[rule].verdict, Verdict::pass) << rule << evaluation.rules[rule].detail;
    }
    ASSERT_EQ(evaluation.promotion.size(), 3u);
    EXPECT_TRUE(evaluation.both_arms);
  }
}

TEST(Evaluator, allocates_nothing_once_it_has_seen_its_buffers) {
  const Policy policy = large_policy();
  detail::Evaluator evaluator(policy);
  Generator generator(2);
  std::vector<Tick> ticks;
  for (int i = 0; i < 20; ++i) ticks.push_back(large_tick(generator, policy));
  ticks[3].candidate.clear();                                            // all unknown
  ticks[4].candidate[0].value.readings[0].measurement = Rate{200, 100};  // a fault
  ticks[5].candidate[0].value.readings[1].measurement = Mean{9, std::nan(""), 1};
  ticks[6].candidate[0].value.readings.push_back({"a metric of which the policy says nothing", Rate{1, 2}});
  TimePoint now{};
  const auto run = [&](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      Tick& tick = ticks[static_cast<std::size_t>(i) % ticks.size()];
      tick.at = now += 10s;
      static_cast<void>(evaluator.evaluate(tick, {}));
    }
  };
  run(2000);
  const auto before = leeway::test::allocations();
  run(4000);
  EXPECT_EQ(leeway::test::allocations() - before, 0u);
}

TEST(Evaluator, tells_of_readings_that_no_metric_explains) {
  RuleBench bench(rate_metric(), ThresholdTest{{"error"}, Against::absolute, 0.5, {}});
  Tick tick;
  tick.candidate.push_back({whole(0.5, "error", rate(1, 10))});
  tick.candidate[0].value.readings.push_back({"eror", rate(1, 10)});
  tick.baseline.push_back({whole(0.5, "eror", rate(1, 10))});
  tick.baseline.push_back({slice_of("tablet", "other", rate(1, 10))});
  EXPECT_EQ(bench.see(tick).verdict, Verdict::pass);
  ASSERT_EQ(bench.last.ignored.size(), 2u);
  EXPECT_EQ(bench.last.ignored[0], "no metric of the policy is named eror");
  EXPECT_EQ(bench.last.ignored[1], "no metric of the policy is named other");
  for (int i = 0; i < 100; ++i) tick.baseline.push_back({whole(0.5, "x" + std::to_string(i), rate(1, 10))});
  bench.see(tick);
  ASSERT_EQ(bench.last.ignored.size(), 17u);
  EXPECT_EQ(bench.last.ignored[16], "86 more metrics that the policy does not name");
  bench.step({}, rate(1, 10));
  EXPECT_TRUE(bench.last.ignored.empty());
}

TEST(Evaluator, has_both_arms_where_a_metric_has_its_minimum_in_both) {
  Metric metric = rate_metric();
  metric.minimum_count = 10;
  RuleBench bench(metric, ThresholdTest{{"error"}, Against::absolute, 0.5, {}});
  const auto both = [&](std::uint64_t baseline, std::uint64_t candidate) {
    bench.step(rate(0, baseline), rate(0, candidate));
    return bench.last.both_arms;
  };
  EXPECT_TRUE(both(10, 10));
  EXPECT_FALSE(both(9, 10));
  EXPECT_FALSE(both(10, 9));
  bench.step(rate(0, 10), rate(11, 10));
  EXPECT_FALSE(bench.last.both_arms);
  bench.step({}, rate(1, 10));
  EXPECT_FALSE(bench.last.both_arms);
}

double any_number(Generator& generator) {
  const double some[] = {0, -1, 1, 1e308, -1e308, 1e-308, std::nan(""), std::numeric_limits<double>::infinity()};
  return generator.below(3) == 0 ? generator.normal() : some[generator.below(8)];
}

std::uint64_t any_count(Generator& generator) {
  const std::uint64_t some[] = {0, 1, 2, 100, std::uint64_t{1} << 44, std::uint64_t{1} << 53, ~std::uint64_t{0}};
  return some[generator.below(7)];
}

Measurement any_measurement(Generator& generator, const Metric& metric) {
  switch (generator.below(5)) {
    case 0: return Rate{any_count(generator), any_count(generator)};
    case 1:
      return Mean{any_count(generator), any_number(generator), any_number(generator),
                  Covariate{any_number(generator), any_number(generator), any_number(generator)}};
    case 2: {
      Distribution distribution{metric.edges, {}};
      if (generator.below(3) == 0) distribution.edges.push_back(any_number(generator));
      for (std::size_t i = generator.below(12); i > 0; --i) distribution.counts.push_back(any_count(generator));
      if (generator.below(2) == 0) distribution.counts.resize(metric.edges.size() + 1);
      return distribution;
    }
    case 3: return Values{{any_number(generator), any_number(generator)}};
    default: return Mean{generator.below(200), generator.normal(), 1};
  }
}

// Whatever a host sends, nothing is read out of bounds, every reason has a verdict, and none a number that is none.
TEST(Evaluator, survives_any_tick) {
  const Policy policy = large_policy();
  Generator generator(9);
  for (int run = 0; run < 20; ++run) {
    detail::Evaluator evaluator(policy);
    Tick tick;
    for (int i = 0; i < 100; ++i) {
      tick.baseline.clear();
      tick.candidate.clear();
      for (std::size_t reports = generator.below(5); reports > 0; --reports) {
        ArmReport report{.weight = generator.below(3) == 0 ? any_number(generator) : 0.5};
        if (generator.below(2) == 0) report.slice.push_back({"s", std::to_string(generator.below(100))});
        for (const Metric& metric : policy.metrics)
          if (generator.below(4) > 0) report.readings.push_back({metric.name, any_measurement(generator, metric)});
        if (generator.below(2) == 0)
          tick.baseline.push_back({report});
        else
          tick.candidate.push_back({report});
      }
      tick.at += std::chrono::microseconds(1 + generator.below(3600000000));
      const auto evaluation = evaluator.evaluate(tick, {Phase::canary, generator.below(3)});
      for (const Reason& reason : evaluation.rules) {
        if (reason.value) {
          ASSERT_FALSE(std::isnan(*reason.value)) << reason.test;
        }
        if (reason.log_e_value) {
          ASSERT_FALSE(std::isnan(*reason.log_e_value)) << reason.test;
        }
        if (reason.verdict == Verdict::unknown) {
          ASSERT_FALSE(reason.detail.empty()) << reason.test;
        }
      }
    }
  }
}

}  // namespace
}  // namespace leeway::rollout::test
