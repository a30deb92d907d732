#ifndef LEEWAY_TESTS_SUPPORT_ROLLOUT_POLICY_HPP
#define LEEWAY_TESTS_SUPPORT_ROLLOUT_POLICY_HPP

#include <chrono>

#include "leeway/rollout/policy.hpp"

namespace leeway::test {

/// A policy with every kind of metric, test and persistence, and nothing wrong.
inline rollout::Policy every_rule() {
  using namespace rollout;
  using namespace std::chrono_literals;
  Policy policy;
  policy.name = "ranker";
  policy.last_known_good = {"41", "00112233445566778899aabbccddeeff", "probe 7"};
  policy.candidate = {"42", "ffeeddccbbaa99887766554433221100", {}};
  policy.attempt = 3;
  policy.state = StateHandling::feedback_loop;
  policy.false_rollback_budget = ErrorRate(0.05);
  policy.metrics = {
      {.name = "error", .minimum_count = 20, .independent = true},
      {.name = "revenue", .kind = MetricKind::mean, .worse = Worse::lower, .minimum_count = 10, .skewed = false},
      {.name = "latency_ms", .kind = MetricKind::distribution, .minimum_count = 100, .edges = {75, 100, 250, 500.5}},
      {.name = "score", .kind = MetricKind::values, .worse = Worse::lower, .lower = -1, .upper = 2},
      {.name = "click", .worse = Worse::lower}};
  policy.rules = {
      {"p99", Effect::rollback, Tier::immediate,
       ThresholdTest{{"latency_ms", 0.99}, Against::ratio, 2, Sustained{5min}}},
      {"slow", Effect::hold, Tier::rapid, ThresholdTest{{"latency_ms", 0.5}, Against::absolute, 250, Consecutive{3}}},
      {"clicks", Effect::pause, Tier::rapid, ThresholdTest{{"click", {}}, Against::difference, -0.02, MOfN{3, 5}}},
      {"broken", Effect::rollback, Tier::immediate, ThresholdTest{{"error", {}}, Against::absolute, 0.2, Sustained{}}},
      {"errors", Effect::rollback, Tier::immediate, StatisticalTest{"error", ErrorRate(0.01), 0.001, {}, true}},
      {"income", Effect::rollback, Tier::delayed, StatisticalTest{"revenue", ErrorRate(0.02), 0, {}, false}},
      {"tail", Effect::report, Tier::rapid, StatisticalTest{"latency_ms", ErrorRate(0.05), 0, {250, 500.5}, false}},
      {"scores", Effect::rollback, Tier::rapid, StatisticalTest{"score", ErrorRate(0.01), 0.1, {}, false}},
      {"burn", Effect::pause, Tier::rapid, BurnRateTest{"error", 0.99, {{1h, 5min, 14.4}, {6h, 30min, 6}}}},
      {"crash", Effect::rollback, Tier::immediate, CircuitBreakerTest{"error", 0.5, 100, 3, 1min, 10}},
      {"split", Effect::pause, Tier::rapid, SampleRatioTest{"error", ErrorRate(0.001)}}};
  policy.stages = {
      {.phase = Phase::shadow, .minimum = 10min},
      {.phase = Phase::canary, .weight = 0.05, .minimum = 10min, .minimum_ticks = 5},
      {.phase = Phase::canary, .weight = 0.5, .gate = Gate{4h, OnTimeout::rollback, 2}},
      {.phase = Phase::pre_switch},
      {.phase = Phase::switched, .weight = 1, .minimum = 1h, .deadline = 2h, .on_deadline = OnTimeout::rollback}};
  policy.false_promotion = ErrorRate(0.1);
  policy.promotion = {{"error", 0.005, {}}, {"latency_ms", 0.01, {250}}, {"revenue", 1.5, {}}};
  policy.promotion_gate = Gate{24h};
  policy.rapid = {5min, 3};
  policy.silence = {10min, OnTimeout::rollback};
  return policy;
}

}  // namespace leeway::test

#endif
