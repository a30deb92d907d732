#include "leeway/rollout/policy.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "leeway/base/duration_text.hpp"
#include "rollout/policy_checker.hpp"

namespace leeway::inline v1::rollout {
namespace {

using detail::digits;
using detail::item;
using detail::PolicyChecker;
using detail::quoted;

// ---- artifacts

bool is_hexadecimal(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

void check(PolicyChecker& checker, const Artifact& artifact, const std::string& path) {
  constexpr std::size_t kLeast = 32;
  constexpr std::size_t kMost = 128;
  const std::string& hash = artifact.hash;
  checker.expect_name(artifact.name, path + ".name");
  const bool whole = hash.size() >= kLeast && hash.size() <= kMost;
  checker.expect(whole, path + ".hash", "a complete hash of 32 to 128 hexadecimal digits",
                 quoted(hash) + " of " + std::to_string(hash.size()));
  checker.expect(std::all_of(hash.begin(), hash.end(), is_hexadecimal), path + ".hash",
                 "lower-case hexadecimal digits alone", quoted(hash));
  checker.expect_utf8(artifact.fingerprint, path + ".fingerprint");
}

void check_artifacts(PolicyChecker& checker) {
  const Policy& policy = checker.policy();
  check(checker, policy.last_known_good, "last_known_good");
  check(checker, policy.candidate, "candidate");
  const std::string& good = policy.last_known_good.hash;
  const std::string& candidate = policy.candidate.hash;
  checker.expect(candidate != good, "candidate.hash", "another artifact than last_known_good", "the same");
  const bool part = candidate != good && (candidate.starts_with(good) || good.starts_with(candidate));
  checker.expect(!part || candidate.empty() || good.empty(), "candidate.hash",
                 "a hash of which last_known_good's is no part, nor it of that", quoted(candidate));
  const std::string& fingerprint = policy.candidate.fingerprint;
  checker.expect(fingerprint.empty() || fingerprint != policy.last_known_good.fingerprint, "candidate.fingerprint",
                 "another one than last_known_good's, by which a rollback is verified", "the same");
}

// ---- metrics

void check_edges(PolicyChecker& checker, const std::vector<double>& edges, const std::string& path) {
  checker.expect(!edges.empty(), path, "at least one edge", "none");
  for (std::size_t i = 0; i < edges.size(); ++i) {
    checker.expect_finite(edges[i], item(path, i));
    checker.expect(i == 0 || !(edges[i] <= edges[i - 1]), item(path, i), "edges in ascending order", digits(edges[i]));
  }
}

void check_bounds(PolicyChecker& checker, const Metric& metric, const std::string& path) {
  const bool holds = std::isfinite(metric.lower) && std::isfinite(metric.upper) && metric.lower < metric.upper;
  checker.expect(holds, path, "[lower, upper], finite and ascending",
                 '[' + digits(metric.lower) + ", " + digits(metric.upper) + ']');
}

void check(PolicyChecker& checker, const Metric& metric, const std::string& path) {
  checker.expect_name(metric.name, path + ".name");
  checker.expect_count(metric.minimum_count, PolicyChecker::kMostRequests, path + ".minimum_count");
  if (metric.kind == MetricKind::values) check_bounds(checker, metric, path + ".bounds");
  if (metric.kind == MetricKind::distribution) return check_edges(checker, metric.edges, path + ".edges");
  checker.expect(metric.edges.empty(), path + ".edges", "none, for the metric is no distribution",
                 std::to_string(metric.edges.size()));
}

void check_metrics(PolicyChecker& checker) {
  const auto& metrics = checker.policy().metrics;
  std::unordered_set<std::string_view> names;
  checker.expect(!metrics.empty(), "metrics", "at least one metric", "none");
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    const std::string path = item("metrics", i);
    check(checker, metrics[i], path);
    checker.expect(names.insert(metrics[i].name).second, path + ".name", "distinct names",
                   quoted(metrics[i].name) + " twice");
  }
}

// ---- stages

void check(PolicyChecker& checker, const Gate& gate, const std::string& path) {
  checker.expect_duration(gate.timeout, true, path + ".timeout");
  checker.expect_count(gate.approvals, PolicyChecker::kMostPeople, path + ".approvals");
}

void check_weight(PolicyChecker& checker, const Stage& stage, const std::string& path) {
  const double weight = stage.weight;
  switch (stage.phase) {
    case Phase::canary:
      return checker.expect(weight > 0 && weight < 1, path, "a share above 0 and below 1, for both arms need traffic",
                            digits(weight));
    case Phase::switched:
      return checker.expect(weight == 1, path, "1, for a switched candidate has all traffic", digits(weight));
    default: return checker.expect(weight == 0, path, "0, for nobody is served by the candidate", digits(weight));
  }
}

bool is_stage(Phase phase) noexcept {
  return phase == Phase::shadow || phase == Phase::canary || phase == Phase::pre_switch || phase == Phase::switched;
}

void check(PolicyChecker& checker, const Stage& stage, const std::string& path) {
  checker.expect(is_stage(stage.phase), path + ".phase", "shadow, canary, pre_switch or switched",
                 to_string(stage.phase));
  if (is_stage(stage.phase)) check_weight(checker, stage, path + ".weight");
  checker.expect_duration(stage.minimum, false, path + ".minimum");
  checker.expect_count(stage.minimum_ticks, PolicyChecker::kMostTicks, path + ".minimum_ticks");
  if (stage.gate) check(checker, *stage.gate, path + ".gate");
  if (!stage.deadline) return;
  checker.expect_duration(*stage.deadline, true, path + ".deadline");
  checker.expect(*stage.deadline > stage.minimum, path + ".deadline", "more than the minimum of the stage",
                 duration_text(*stage.deadline));
}

/// What may come after what: the phases are declared in their order.
void check_order(PolicyChecker& checker, const Stage& before, const Stage& stage, const std::string& path) {
  if (!is_stage(before.phase) || !is_stage(stage.phase)) return;
  const std::string found = std::string(to_string(stage.phase)) + " after " + to_string(before.phase);
  checker.expect(stage.phase >= before.phase, path + ".phase", "shadow, canary, pre_switch, switched in this order",
                 found);
  const bool once = stage.phase != before.phase || stage.phase == Phase::canary;
  checker.expect(once, path + ".phase", "one stage of it", found);
  if (stage.phase == Phase::canary && before.phase == Phase::canary)
    checker.expect(!(stage.weight <= before.weight), path + ".weight",
                   "more than " + digits(before.weight) + " of the stage before", digits(stage.weight));
}

void check_stages(PolicyChecker& checker) {
  const auto& stages = checker.policy().stages;
  checker.expect(!stages.empty(), "stages", "at least one stage", "none");
  for (std::size_t i = 0; i < stages.size(); ++i) {
    check(checker, stages[i], item("stages", i));
    if (i > 0) check_order(checker, stages[i - 1], stages[i], item("stages", i));
  }
}

// ---- promotion, tiers

void check(PolicyChecker& checker, const NonInferiority& evidence, const std::string& path) {
  const Metric* metric = checker.expect_metric(evidence.metric, path + ".metric");
  const double margin = evidence.margin;
  checker.expect(margin > 0 && std::isfinite(margin), path + ".margin", "a finite number above 0", digits(margin));
  if (metric == nullptr) return;
  const bool share = metric->kind == MetricKind::rate || metric->kind == MetricKind::distribution;
  checker.expect(!share || !(margin >= 1), path + ".margin", "a difference of shares, below 1", digits(margin));
  const bool bounded = metric->kind == MetricKind::values;
  checker.expect(!bounded || !(margin >= metric->upper - metric->lower), path + ".margin",
                 "less than the bounds are apart", digits(margin));
  const double widest = share ? 1 : bounded ? metric->upper - metric->lower : HUGE_VAL;
  checker.expect(!(margin > widest / 2 && margin < widest), path + ".margin",
                 "at most " + digits(widest / 2) + ", half of what can differ", digits(margin));
  checker.expect_thresholds(*metric, evidence.thresholds, path + ".thresholds");
  checker.expect_valid_arms(*metric, path);
}

void check_promotion(PolicyChecker& checker) {
  const Policy& policy = checker.policy();
  std::unordered_set<std::string_view> metrics;
  checker.expect_error_rate(policy.false_promotion.value(), "false_promotion");
  checker.expect(!policy.promotion.empty(), "promotion",
                 "at least one metric with a margin, for finding nothing is no evidence", "none");
  for (std::size_t i = 0; i < policy.promotion.size(); ++i) {
    const std::string path = item("promotion", i);
    check(checker, policy.promotion[i], path);
    checker.expect(metrics.insert(policy.promotion[i].metric).second, path + ".metric", "each metric once",
                   quoted(policy.promotion[i].metric) + " twice");
  }
  if (policy.promotion_gate) check(checker, *policy.promotion_gate, "promotion_gate");
}

void check(PolicyChecker& checker, const Response& response, const std::string& path) {
  checker.expect_duration(response.timeout, true, path + ".timeout");
  checker.expect_count(response.attempts, PolicyChecker::kMostAttempts, path + ".attempts");
}

}  // namespace

std::vector<Error> check(const Policy& policy) {
  PolicyChecker checker(policy);
  checker.expect_name(policy.name, "name");
  check_artifacts(checker);
  checker.expect_count(policy.attempt, PolicyChecker::kAnyCount, "attempt");
  checker.expect_error_rate(policy.false_rollback_budget.value(), "false_rollback_budget");
  check_metrics(checker);
  detail::check_rules(checker);
  check_stages(checker);
  check_promotion(checker);
  check(checker, policy.immediate, "immediate");
  check(checker, policy.rapid, "rapid");
  check(checker, policy.delayed, "delayed");
  checker.expect_duration(policy.silence.after, true, "silence.after");
  checker.expect_duration(policy.tick, false, "tick");
  return std::move(checker).take();
}

double spent_alpha(const Rule& rule) noexcept {
  if (const auto* test = std::get_if<StatisticalTest>(&rule.test)) return test->alpha.value();
  if (const auto* test = std::get_if<SampleRatioTest>(&rule.test)) return test->alpha.value();
  return 0;
}

double spent_on_rollbacks(const Policy& policy) noexcept {
  double sum = 0;
  for (const Rule& rule : policy.rules) {
    if (rule.effect == Effect::rollback) sum += spent_alpha(rule);
  }
  return sum;
}

const char* to_string(StateHandling state) noexcept {
  switch (state) {
    case StateHandling::stateless: return "stateless";
    case StateHandling::stateful: return "stateful";
    case StateHandling::feedback_loop: return "feedback_loop";
  }
  return "unknown";
}

const char* to_string(Effect effect) noexcept {
  switch (effect) {
    case Effect::rollback: return "rollback";
    case Effect::pause: return "pause";
    case Effect::hold: return "hold";
    case Effect::report: return "report";
  }
  return "unknown";
}

const char* to_string(MetricKind kind) noexcept {
  switch (kind) {
    case MetricKind::rate: return "rate";
    case MetricKind::mean: return "mean";
    case MetricKind::distribution: return "distribution";
    case MetricKind::values: return "values";
  }
  return "unknown";
}

const char* to_string(Worse worse) noexcept { return worse == Worse::higher ? "higher" : "lower"; }

const char* to_string(OnTimeout action) noexcept {
  switch (action) {
    case OnTimeout::hold: return "hold";
    case OnTimeout::pause: return "pause";
    case OnTimeout::rollback: return "rollback";
  }
  return "unknown";
}

}  // namespace leeway::inline v1::rollout
