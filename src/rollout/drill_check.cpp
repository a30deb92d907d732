#include "rollout/drill_check.hpp"

#include <cmath>
#include <string>

#include "leeway/base/duration_text.hpp"
#include "rollout/policy_checker.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr std::uint64_t kMostRequests = 1'000'000;
constexpr std::uint64_t kMostRuns = 1'000'000;
constexpr std::uint64_t kMostTicks = 10'000'000;

void expect_count(PolicyChecker& checker, std::uint64_t count, std::uint64_t most, const std::string& path) {
  checker.expect(count >= 1 && count <= most, path, "1 to " + std::to_string(most), std::to_string(count));
}

void check_level(PolicyChecker& checker, const Metric& metric, const Level& level, const std::string& path) {
  const double value = level.level;
  checker.expect_finite(value, path + ".level");
  checker.expect(level.spread >= 0 && std::isfinite(level.spread), path + ".spread", "a finite number of at least 0",
                 digits(level.spread));
  if (metric.kind == MetricKind::rate)
    checker.expect(value >= 0 && value <= 1, path + ".level", "a rate from 0 to 1", digits(value));
  if (metric.kind == MetricKind::distribution)
    checker.expect(value > 0, path + ".level", "a median above 0", digits(value));
  if (metric.kind == MetricKind::values)
    checker.expect(value >= metric.lower && value <= metric.upper, path + ".level", "a mean within the bounds",
                   digits(value));
}

void check_traffic(PolicyChecker& checker, const Traffic& traffic) {
  for (std::size_t i = 0; i < traffic.metrics.size(); ++i) {
    const std::string path = item("traffic.metrics", i);
    const Metric* metric = checker.expect_metric(traffic.metrics[i].metric, path + ".metric");
    if (metric != nullptr) check_level(checker, *metric, traffic.metrics[i].level, path);
  }
  expect_count(checker, traffic.requests, kMostRequests, "traffic.requests");
  expect_count(checker, traffic.cluster, kMostRequests, "traffic.cluster");
  checker.expect_duration(traffic.tick, true, "traffic.tick");
  checker.expect(traffic.arm_noise >= 0 && traffic.arm_noise <= 1, "traffic.arm_noise", "a number from 0 to 1",
                 digits(traffic.arm_noise));
  checker.expect(traffic.drift > 0 && std::isfinite(traffic.drift), "traffic.drift", "a finite number above 0",
                 digits(traffic.drift));
}

void check_fault(PolicyChecker& checker, const Fault& fault, std::uint64_t ticks, const std::string& path) {
  const bool of_metric =
      fault.kind != FaultKind::swap_hash && !(fault.kind == FaultKind::no_data && fault.metric.empty());
  if (of_metric) checker.expect_metric(fault.metric, path + ".metric");
  checker.expect(of_metric || fault.metric.empty(), path + ".metric", "none", quoted(fault.metric));
  checker.expect(!fault.tick || *fault.tick < ticks, path + ".tick",
                 "a tick of the run, before " + std::to_string(ticks), std::to_string(fault.tick.value_or(0)));
  checker.expect_finite(fault.size, path + ".size");
  if (fault.kind == FaultKind::factor)
    checker.expect(!(fault.size < 0), path + ".size", "a factor of at least 0", digits(fault.size));
}

}  // namespace

std::optional<Error> check_drill(const Policy& policy, const DrillOptions& options, std::uint64_t ticks) {
  PolicyChecker checker(policy);
  check_traffic(checker, options.traffic);
  for (std::size_t i = 0; i < options.faults.size(); ++i)
    check_fault(checker, options.faults[i], ticks, item("faults", i));
  expect_count(checker, options.runs, kMostRuns, "runs");
  checker.expect(options.ticks <= kMostTicks, "ticks", "at most " + std::to_string(kMostTicks),
                 std::to_string(options.ticks));
  std::vector<Error> errors = std::move(checker).take();
  if (errors.empty()) return std::nullopt;
  return std::move(errors.front());
}

}  // namespace leeway::inline v1::rollout::detail
