#include "leeway/rollout/drill.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <numeric>
#include <string>

#include "support/simulation.hpp"

namespace leeway::rollout {
namespace {

using namespace std::chrono_literals;

Policy a_policy() {
  Policy policy;
  policy.name = "drill";
  policy.last_known_good = {"41", "00112233445566778899aabbccddeeff", "probe"};
  policy.candidate = {"42", "ffeeddccbbaa99887766554433221100", {}};
  policy.metrics = {{.name = "error", .minimum_count = 10},
                    {.name = "latency_ms", .kind = MetricKind::distribution, .edges = {50, 75, 100, 200, 400, 800}}};
  policy.rules = {
      {"errors", Effect::rollback, Tier::immediate, StatisticalTest{"error", ErrorRate(0.01), 0, {}, false}},
      {"p99", Effect::rollback, Tier::rapid, ThresholdTest{{"latency_ms", 0.99}, Against::ratio, 2, Sustained{5min}}}};
  policy.stages = {{.phase = Phase::shadow, .minimum_ticks = 3},
                   {.phase = Phase::canary, .weight = 0.5, .minimum_ticks = 10}};
  policy.promotion = {{"error", 0.01, {}}};
  return policy;
}

DrillOptions options_with(std::vector<Fault> faults, std::uint64_t runs = 20) {
  DrillOptions options;
  options.traffic.metrics = {{"error", {0.02, 0}}, {"latency_ms", {80, 0.3}}};
  options.traffic.requests = 2000;
  options.faults = std::move(faults);
  options.runs = runs;
  return options;
}

DrillReport report_of(const Policy& policy, const DrillOptions& options) {
  const auto report = drill(policy, options);
  EXPECT_TRUE(report) << to_string(report.error());
  return report ? *report : DrillReport{};
}

std::string error_of(const DrillOptions& options) {
  const auto report = drill(a_policy(), options);
  return report ? "no error" : to_string(report.error());
}

TEST(Drill, promotes_a_candidate_that_is_equal) {
  const DrillReport report = report_of(a_policy(), options_with({}));
  EXPECT_EQ(report.runs, 20U);
  EXPECT_EQ(report.promoted.count, 20U);
  EXPECT_EQ(report.decided.count, 0U);
  EXPECT_EQ(report.too_early.count, 0U);
  EXPECT_NEAR(report.too_early.upper, 0.168, 0.001);  // 1 - 0.025^(1/20)
  EXPECT_GE(report.to_promoted.median.value(), 13U);
}

TEST(Drill, tells_which_rule_rolls_back_and_after_what_time) {
  const DrillReport report =
      report_of(a_policy(), options_with({{.kind = FaultKind::factor, .metric = "error", .size = 4}}));
  EXPECT_EQ(report.decided.count, 20U);
  EXPECT_EQ(report.too_early.count, 0U);
  ASSERT_EQ(report.rules.size(), 1U);
  EXPECT_EQ(report.rules[0].rule, "errors");
  EXPECT_LE(report.to_rollback.median.value(), 16U);
  EXPECT_LE(report.to_rollback.median.value(), report.to_rollback.p90.value());
  EXPECT_GT(report.to_rolled_back.median.value(), report.to_rollback.median.value());
  EXPECT_EQ(report.ended_in[0], 20U) << "by the immediate tier";
  EXPECT_EQ(report.promoted.count, 0U);
}

TEST(Drill, counts_the_time_of_a_sustained_threshold_from_the_fault) {
  DrillOptions options = options_with({{.kind = FaultKind::factor, .metric = "latency_ms", .size = 3, .tick = 8}});
  options.traffic.tick = 1min;
  const DrillReport report = report_of(a_policy(), options);
  EXPECT_EQ(report.decided.count, 20U);
  EXPECT_EQ(report.rules.at(0).rule, "p99");
  EXPECT_EQ(report.to_rollback.median.value(), 6U) << "failing from the first tick to the sixth, five minutes later";
  EXPECT_EQ(report.ended_in[1], 20U) << "by the rapid tier";
}

TEST(Drill, escalates_where_a_tier_does_not_answer) {
  const std::vector<Fault> faults{{.kind = FaultKind::factor, .metric = "error", .size = 4}};
  DrillOptions options = options_with(faults, 5);
  const auto first = report_of(a_policy(), options).to_rolled_back.median.value();
  options.tiers = {Answer::fail, Answer::succeed, Answer::succeed};
  const DrillReport failed = report_of(a_policy(), options);
  EXPECT_EQ(failed.ended_in[1], 5U);
  EXPECT_GT(failed.to_rolled_back.median.value(), first);
  options.tiers = {Answer::time_out, Answer::fail, Answer::succeed};
  EXPECT_EQ(report_of(a_policy(), options).ended_in[2], 5U);
  options.tiers = {Answer::fail, Answer::fail, Answer::fail};
  EXPECT_EQ(report_of(a_policy(), options).ended_in[3], 5U) << "by a person";
}

TEST(Drill, holds_where_nothing_is_known) {
  for (const Fault& fault : {Fault{FaultKind::no_data, "", 1, {}}, Fault{FaultKind::nan, "error", 1, {}}}) {
    const DrillReport report = report_of(a_policy(), options_with({fault}, 5));
    EXPECT_EQ(report.promoted.count, 0U);
    EXPECT_EQ(report.waiting.count + report.undecided.count, 5U);
    ASSERT_FALSE(report.held_by.empty());
  }
  const DrillReport silent = report_of(a_policy(), options_with({{.kind = FaultKind::no_data}}, 5));
  EXPECT_EQ(silent.waiting.count, 5U);
  EXPECT_EQ(silent.held_by.at(0).rule, "silence");
}

TEST(Drill, finds_a_member_of_the_fleet_with_another_artifact) {
  EXPECT_EQ(report_of(a_policy(), options_with({{.kind = FaultKind::swap_hash}}, 5)).partial.count, 5U);
  EXPECT_EQ(report_of(a_policy(), options_with({}, 5)).partial.count, 0U);
}

TEST(Drill, waits_at_a_gate_that_nobody_answers) {
  Policy policy = a_policy();
  policy.stages[1].gate = Gate{1h, OnTimeout::hold, 2};
  DrillOptions options = options_with({}, 3);
  EXPECT_EQ(report_of(policy, options).promoted.count, 3U);
  options.approve = false;
  const DrillReport report = report_of(policy, options);
  EXPECT_EQ(report.waiting.count, 3U);
  EXPECT_EQ(report.held_by.at(0).rule, "gate");
  policy.stages[1].gate->on_timeout = OnTimeout::rollback;
  EXPECT_EQ(report_of(policy, options).rules.at(0).rule, "gate");
}

TEST(Drill, runs_every_kind_of_metric_and_phase) {
  Policy policy = a_policy();
  policy.equal_arms = true;
  policy.metrics.push_back({.name = "revenue", .kind = MetricKind::mean, .worse = Worse::lower});
  policy.metrics.push_back({.name = "score", .kind = MetricKind::values, .worse = Worse::lower});
  policy.rules.push_back(
      {"income", Effect::rollback, Tier::delayed, StatisticalTest{"revenue", ErrorRate(0.02), 0, {}, false}});
  policy.rules.push_back(
      {"scores", Effect::rollback, Tier::rapid, StatisticalTest{"score", ErrorRate(0.02), 0, {}, false}});
  policy.rules.push_back({"split", Effect::pause, Tier::rapid, SampleRatioTest{"error", ErrorRate(0.001)}});
  policy.stages = {{.phase = Phase::shadow},
                   {.phase = Phase::canary, .weight = 0.1, .minimum_ticks = 10},
                   {.phase = Phase::pre_switch},
                   {.phase = Phase::switched, .weight = 1, .minimum_ticks = 5}};
  DrillOptions options = options_with({}, 3);
  EXPECT_EQ(report_of(policy, options).promoted.count, 3U);
  options.faults = {{.kind = FaultKind::shift, .metric = "revenue", .size = -20}};
  EXPECT_EQ(report_of(policy, options).rules.at(0).rule, "income");
  options.faults = {{.kind = FaultKind::factor, .metric = "score", .size = 0.5}};
  EXPECT_EQ(report_of(policy, options).rules.at(0).rule, "scores");
}

TEST(Drill, names_the_metrics_of_silence) {
  const DrillReport report = report_of(a_policy(), options_with({{FaultKind::no_data, "", 1, {}}}, 2));
  ASSERT_EQ(report.held_by.at(0).rule, "silence");
  EXPECT_EQ(report.held_by[0].metrics, (std::vector<std::string>{"error", "latency_ms"}));
}

TEST(Drill, counts_runs_that_ended_before_a_fault) {
  DrillOptions options = options_with({{.kind = FaultKind::factor, .metric = "error", .size = 4, .tick = 190}}, 3);
  options.ticks = 200;
  EXPECT_EQ(report_of(a_policy(), options).not_reached.count, 3U) << "promoted before";
  options.faults[0].tick = 3;
  EXPECT_EQ(report_of(a_policy(), options).not_reached.count, 0U);
  options.faults[0].tick = 200;
  const auto refused = drill(a_policy(), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(to_string(refused.error()), "faults[0].tick: expected a tick of the run, before 200, found 200");
}

TEST(Drill, is_the_same_for_the_same_seed) {
  DrillOptions options = options_with({{.kind = FaultKind::factor, .metric = "error", .size = 1.5}}, 5);
  const auto once = report_of(a_policy(), options).to_rollback;
  const auto twice = report_of(a_policy(), options).to_rollback;
  EXPECT_EQ(once.median, twice.median);
  EXPECT_EQ(once.p90, twice.p90);
}

TEST(Drill, keeps_the_promise_of_a_statistical_rule_under_drift_and_noise) {
  LEEWAY_SIMULATION();
  Policy policy = a_policy();
  policy.rules[0].test = StatisticalTest{"error", ErrorRate(0.05), 0, {}, false};
  policy.rules.pop_back();
  policy.promotion = {{"error", 1e-6, {}}};  // never proved: the longest exposure
  DrillOptions options = options_with({}, 120);
  options.ticks = 150;
  options.traffic.requests = 400;
  for (const double noise : {0.0, 0.5}) {
    options.traffic.drift = 4;
    options.traffic.arm_noise = noise;
    EXPECT_LE(report_of(policy, options).too_early.lower, 0.05) << noise;
    EXPECT_LE(report_of(policy, options).too_early.share, 0.07) << noise;
  }
  options.traffic.arm_noise = 0;
  options.traffic.cluster = 10;
  EXPECT_LE(report_of(policy, options).too_early.share, 0.07);
}

// ---- recorded ticks

std::vector<Tick> recorded(std::uint64_t ticks) {
  std::vector<Tick> list(ticks);
  for (std::uint64_t i = 0; i < ticks; ++i) {
    list[i].at = TimePoint(1min * static_cast<int>(i + 1));
    const double weight = i < 4 ? 1 : 0.5;
    const Distribution latency{{50, 75, 100, 200, 400, 800}, {100, 350, 350, 180, 20, 0, 0}};
    list[i].baseline.push_back({{weight, {}, {{"error", Rate{20 + i * 7 % 5, 1000}}, {"latency_ms", latency}}}});
    list[i].candidate.push_back({{weight, {}, {{"error", Rate{20 + i * 3 % 5, 1000}}, {"latency_ms", latency}}}});
  }
  return list;
}

TEST(Drill, replays_what_was_recorded_with_a_fault) {
  const std::vector<Tick> ticks = recorded(60);
  DrillOptions options;
  options.recorded = ticks;
  EXPECT_EQ(report_of(a_policy(), options).promoted.count, 1U);
  options.faults = {{.kind = FaultKind::factor, .metric = "error", .size = 4, .tick = 5}};
  const DrillReport errors = report_of(a_policy(), options);
  EXPECT_EQ(errors.runs, 1U);
  EXPECT_EQ(errors.rules.at(0).rule, "errors");
  options.faults = {{.kind = FaultKind::factor, .metric = "latency_ms", .size = 4, .tick = 5}};
  EXPECT_EQ(report_of(a_policy(), options).rules.at(0).rule, "p99");
  options.faults = {{.kind = FaultKind::no_data, .tick = 5}};
  EXPECT_EQ(report_of(a_policy(), options).promoted.count, 0U);
}

TEST(Drill, names_the_option_that_makes_no_sense) {
  const struct {
    void (*break_it)(DrillOptions&);
    const char* error;
  } cases[] = {
      {[](DrillOptions& o) { o.runs = 0; }, "runs: expected 1 to 1000000, found 0"},
      {[](DrillOptions& o) { o.ticks = 10'000'001; }, "ticks: expected at most 10000000, found 10000001"},
      {[](DrillOptions& o) { o.traffic.requests = 0; }, "traffic.requests: expected 1 to 1000000, found 0"},
      {[](DrillOptions& o) { o.traffic.tick = 0s; },
       "traffic.tick: expected a duration above 0 and at most 3650d, found 0s"},
      {[](DrillOptions& o) { o.traffic.arm_noise = -1; }, "traffic.arm_noise: expected a number from 0 to 1, found -1"},
      {[](DrillOptions& o) { o.traffic.drift = 0; }, "traffic.drift: expected a finite number above 0, found 0"},
      {[](DrillOptions& o) { o.traffic.cluster = 0; }, "traffic.cluster: expected 1 to 1000000, found 0"},
      {[](DrillOptions& o) { o.traffic.metrics[0].metric = "eror"; },
       "traffic.metrics[0].metric: expected the name of a metric, found \"eror\""},
      {[](DrillOptions& o) { o.traffic.metrics[0].level.level = 2; },
       "traffic.metrics[0].level: expected a rate from 0 to 1, found 2"},
      {[](DrillOptions& o) { o.traffic.metrics[1].level.level = 0; },
       "traffic.metrics[1].level: expected a median above 0, found 0"},
      {[](DrillOptions& o) { o.traffic.metrics[1].level.spread = -1; },
       "traffic.metrics[1].spread: expected a finite number of at least 0, found -1"},
      {[](DrillOptions& o) { o.faults = {{.kind = FaultKind::factor, .metric = "x"}}; },
       "faults[0].metric: expected the name of a metric, found \"x\""},
      {[](DrillOptions& o) { o.faults = {{.kind = FaultKind::factor, .metric = "error", .size = -1}}; },
       "faults[0].size: expected a factor of at least 0, found -1"},
      {[](DrillOptions& o) { o.faults = {{.kind = FaultKind::swap_hash, .metric = "error"}}; },
       "faults[0].metric: expected none, found \"error\""},
  };
  for (const auto& [break_it, error] : cases) {
    DrillOptions options = options_with({}, 1);
    break_it(options);
    EXPECT_EQ(error_of(options), error);
  }
  EXPECT_EQ(drill(Policy{}, {}).error().where, "name");
}

}  // namespace
}  // namespace leeway::rollout
