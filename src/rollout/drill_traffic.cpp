#include "rollout/drill_traffic.hpp"

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <utility>

namespace leeway::inline v1::rollout::detail {
namespace {

double share_below(double edge, const Level& level) noexcept {
  if (!(edge > 0)) return 0;
  if (!(level.spread > 0)) return edge > level.level ? 1 : 0;
  constexpr double kRoot2 = 1.4142135623730951;
  return 0.5 * std::erfc((std::log(level.level) - std::log(edge)) / (level.spread * kRoot2));
}

bool sees_copies(Phase phase) noexcept { return phase == Phase::shadow || phase == Phase::pre_switch; }

}  // namespace

DrillTraffic::DrillTraffic(const Policy& policy, const DrillOptions& options, std::uint64_t ticks, std::uint64_t seed)
    : policy_(policy), options_(options), ticks_(ticks), random_(seed) {
  for (const Metric& metric : policy.metrics) {
    const auto& stated = options.traffic.metrics;
    const auto found = std::find_if(stated.begin(), stated.end(),
                                    [&](const MetricTraffic& traffic) { return traffic.metric == metric.name; });
    levels_.push_back(found == stated.end() ? usual_level(metric) : found->level);
  }
}

// Copies are of every request, in shadow and, the other way round, where all traffic is on the candidate and the
// baseline is kept warm beside it.
void DrillTraffic::fill(Tick& tick, std::uint64_t number, const Placement& placement, const ActiveFaults& faults) {
  const double progress = static_cast<double>(number) / static_cast<double>(ticks_);
  const double drift = 1 + (options_.traffic.drift - 1) * progress;
  const Requests requests = split(placement);
  const bool copies = sees_copies(placement.phase);
  const bool both = copies || placement.weight == 1;
  tick.baseline.push_back({report(both ? 1 : 1 - placement.weight, requests.baseline, drift, {})});
  if (placement.weight == 0 && !copies) return;
  ArmReport candidate = report(copies ? 1 : placement.weight, requests.candidate, drift, faults);
  if (!is_mute({}, faults)) tick.candidate.push_back({std::move(candidate)});
}

DrillTraffic::Requests DrillTraffic::split(const Placement& placement) {
  const std::uint64_t all = options_.traffic.requests;
  if (sees_copies(placement.phase) || placement.weight == 1) return {all, all};
  const std::uint64_t candidate = binomial(all, placement.weight);
  return {policy_.equal_arms && candidate > 0 ? candidate : all - candidate, candidate};
}

double DrillTraffic::noise() {
  if (options_.traffic.arm_noise == 0) return 1;
  return (std::max)(0.0, 1 + options_.traffic.arm_noise * normal());
}

std::uint64_t DrillTraffic::binomial(std::uint64_t trials, double share) {
  if (trials == 0 || !(share > 0)) return 0;
  if (share >= 1) return trials;
  boost::random::binomial_distribution<std::int64_t, double> law(static_cast<std::int64_t>(trials), share);
  return static_cast<std::uint64_t>(law(random_));
}

double DrillTraffic::normal() { return boost::random::normal_distribution<double>()(random_); }

ArmReport DrillTraffic::report(double weight, std::uint64_t requests, double drift, const ActiveFaults& faults) {
  ArmReport arm;
  arm.weight = weight;
  arm.readings.reserve(policy_.metrics.size());
  for (std::size_t i = 0; i < policy_.metrics.size(); ++i) {
    const Metric& metric = policy_.metrics[i];
    Level level = levels_[i];
    level.level *= drift * noise();
    Measurement measurement = draw(metric, worsened(metric, level, faults), requests);
    if (is_garbled(metric.name, faults)) garble(measurement);
    if (!is_mute(metric.name, faults)) arm.readings.push_back({metric.name, std::move(measurement)});
  }
  return arm;
}

Measurement DrillTraffic::draw(const Metric& metric, Level level, std::uint64_t requests) {
  switch (metric.kind) {
    case MetricKind::rate: return draw_rate(level.level, requests);
    case MetricKind::mean: return draw_mean(level, requests);
    case MetricKind::distribution: return draw_distribution(metric, level, requests);
    case MetricKind::values: return draw_values(metric, level, requests);
  }
  return Rate{};
}

Rate DrillTraffic::draw_rate(double rate, std::uint64_t requests) {
  const std::uint64_t size = options_.traffic.cluster;
  const std::uint64_t rest = requests % size;
  return {size * binomial(requests / size, rate) + rest * binomial(1, rest == 0 ? 0 : rate), requests};
}

// By the laws of the mean and of the sum of squares of normal values, which are independent.
Mean DrillTraffic::draw_mean(const Level& level, std::uint64_t requests) {
  if (requests == 0) return {};
  const auto n = static_cast<double>(requests);
  Mean mean{requests, level.level + level.spread * normal() / std::sqrt(n), 0, {}};
  if (requests > 1)
    mean.m2 = level.spread * level.spread * boost::random::gamma_distribution<double>((n - 1) / 2, 2)(random_);
  return mean;
}

Distribution DrillTraffic::draw_distribution(const Metric& metric, const Level& level, std::uint64_t requests) {
  Distribution drawn{metric.edges, {}};
  drawn.counts.reserve(metric.edges.size() + 1);
  double below = 0;
  std::uint64_t left = requests;
  for (const double edge : metric.edges) {
    const double up_to = share_below(edge, level);
    const double share = below < 1 ? (up_to - below) / (1 - below) : 1;
    drawn.counts.push_back(binomial(left, share));
    left -= drawn.counts.back();
    below = up_to;
  }
  drawn.counts.push_back(left);
  return drawn;
}

Values DrillTraffic::draw_values(const Metric& metric, const Level& level, std::uint64_t requests) {
  Values drawn;
  drawn.values.reserve(requests);
  for (std::uint64_t i = 0; i < requests; ++i)
    drawn.values.push_back((std::clamp)(level.level + level.spread * normal(), metric.lower, metric.upper));
  return drawn;
}

}  // namespace leeway::inline v1::rollout::detail
