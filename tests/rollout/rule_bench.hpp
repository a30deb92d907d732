#ifndef LEEWAY_TESTS_ROLLOUT_RULE_BENCH_HPP
#define LEEWAY_TESTS_ROLLOUT_RULE_BENCH_HPP

// One rule on one metric, tick by tick.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"
#include "rollout/evaluator.hpp"

namespace leeway::rollout::test {

using namespace std::chrono_literals;

inline Measurement rate(std::uint64_t events, std::uint64_t count) { return Rate{events, count}; }

inline Metric rate_metric(std::string name = "error") { return {.name = std::move(name)}; }

inline Metric latency_metric(std::vector<double> edges = {10, 20, 50, 100, 200, 500, 1000}) {
  return {.name = "latency", .kind = MetricKind::distribution, .edges = std::move(edges)};
}

/// Requests spread so that the given share lies in [edges[cell - 1], edges[cell]) and the rest in the first cell.
inline Measurement latency(const Metric& metric, std::size_t cell, std::uint64_t slow, std::uint64_t all) {
  Distribution distribution{metric.edges, std::vector<std::uint64_t>(metric.edges.size() + 1)};
  distribution.counts[0] = all - slow;
  distribution.counts[cell] += slow;
  return distribution;
}

inline Policy policy_with(Metric metric, Test test) {
  Policy policy;
  policy.name = "policy";
  policy.metrics.push_back(std::move(metric));
  policy.rules.push_back({.name = "rule", .test = std::move(test)});
  return policy;
}

inline ArmReport whole(double weight, const std::string& metric, Measurement measurement) {
  return {.weight = weight, .readings = {{metric, std::move(measurement)}}};
}

inline ArmReport slice_of(const std::string& value, const std::string& metric, Measurement measurement) {
  return {.weight = 0.5, .slice = {{"device", value}}, .readings = {{metric, std::move(measurement)}}};
}

class RuleBench {
 public:
  explicit RuleBench(Policy policy) : policy_(std::make_unique<Policy>(std::move(policy))), evaluator_(*policy_) {}
  RuleBench(Metric metric, Test test) : RuleBench(policy_with(std::move(metric), std::move(test))) {}

  /// Both arms of the first metric, `length` after the tick before.
  const Reason& step(std::optional<Measurement> baseline, std::optional<Measurement> candidate,
                     Duration length = 1min) {
    Tick tick;
    const std::string& metric = policy_->metrics.front().name;
    if (baseline) tick.baseline.push_back({whole(1 - weight, metric, *std::move(baseline))});
    if (candidate) tick.candidate.push_back({whole(weight, metric, *std::move(candidate))});
    return see(std::move(tick), length);
  }
  const Reason& see(Tick tick, Duration length = 1min) {
    now += length;
    tick.at = now;
    last = evaluator_.evaluate(tick, place);
    return last.rules.empty() ? last.promotion.front() : last.rules.front();
  }
  [[nodiscard]] const Policy& policy() const { return *policy_; }

  double weight = 0.5;
  TimePoint now{};
  detail::Place place{};
  detail::Evaluation last{};

 private:
  std::unique_ptr<Policy> policy_;
  detail::Evaluator evaluator_;
};

}  // namespace leeway::rollout::test

#endif
