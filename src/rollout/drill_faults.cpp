#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "rollout/drill_traffic.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool concerns(const Fault& fault, FaultKind kind, const std::string& metric) noexcept {
  return fault.kind == kind && fault.metric == metric;
}

bool has(const ActiveFaults& faults, FaultKind kind, const std::string& metric) noexcept {
  return std::any_of(faults.begin(), faults.end(), [&](const Fault* fault) { return concerns(*fault, kind, metric); });
}

struct Garble {
  void operator()(Rate& rate) const { rate.events = rate.count + 1; }
  void operator()(Mean& mean) const { mean.mean = kNaN; }
  void operator()(Distribution& distribution) const {
    for (double& edge : distribution.edges) edge += 1 + std::abs(edge);
  }
  void operator()(Values& values) const { std::fill(values.values.begin(), values.values.end(), kNaN); }
};

// ---- recorded measurements

/// x -> x * factor + shift.
struct Change {
  double factor = 1;
  double shift = 0;
  [[nodiscard]] double operator()(double value) const noexcept { return value * factor + shift; }
};

struct Worsen {
  Change change;

  void operator()(Rate& rate) const {
    const auto n = static_cast<double>(rate.count);
    rate.events = static_cast<std::uint64_t>(
        std::llround((std::clamp)(change.factor * static_cast<double>(rate.events) + change.shift * n, 0.0, n)));
  }
  void operator()(Mean& mean) const {
    mean.mean = change(mean.mean);
    mean.m2 *= change.factor * change.factor;
  }
  /// Each cell goes as a whole to where its middle goes.
  void operator()(Distribution& distribution) const {
    const auto& edges = distribution.edges;
    std::vector<std::uint64_t> moved(distribution.counts.size(), 0);
    if (edges.empty() || moved.size() != edges.size() + 1) return;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      const double low = edges[i == 0 ? 0 : i - 1];
      const double high = edges[i == edges.size() ? i - 1 : i];
      const double middle = change(low + (high - low) / 2);
      const auto cell = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), middle) - edges.begin());
      const bool stays = middle == low + (high - low) / 2;
      moved[stays ? i : cell] += distribution.counts[i];
    }
    distribution.counts = std::move(moved);
  }
  void operator()(Values& values) const {
    for (double& value : values.values) value = change(value);
  }
};

void worsen(const Metric& metric, Measurement& measurement, const ActiveFaults& faults) {
  for (const Fault* fault : faults) {
    Change change;
    if (concerns(*fault, FaultKind::factor, metric.name)) change.factor = fault->size;
    if (concerns(*fault, FaultKind::shift, metric.name)) change.shift = fault->size;
    std::visit(Worsen{change}, measurement);
    if (auto* values = std::get_if<Values>(&measurement)) {
      for (double& value : values->values) value = (std::clamp)(value, metric.lower, metric.upper);
    }
  }
}

}  // namespace

Level worsened(const Metric& metric, Level level, const ActiveFaults& faults) noexcept {
  for (const Fault* fault : faults) {
    if (concerns(*fault, FaultKind::factor, metric.name)) level.level *= fault->size;
    if (concerns(*fault, FaultKind::shift, metric.name)) level.level += fault->size;
  }
  if (metric.kind == MetricKind::rate) level.level = (std::clamp)(level.level, 0.0, 1.0);
  return level;
}

bool is_mute(const std::string& metric, const ActiveFaults& faults) noexcept {
  return has(faults, FaultKind::no_data, metric);
}

bool is_garbled(const std::string& metric, const ActiveFaults& faults) noexcept {
  return has(faults, FaultKind::nan, metric);
}

void garble(Measurement& measurement) { std::visit(Garble{}, measurement); }

void apply(const Policy& policy, const ActiveFaults& faults, Tick& tick) {
  if (is_mute({}, faults)) tick.candidate.clear();
  for (auto& [report] : tick.candidate) {
    std::erase_if(report.readings, [&](const Reading& reading) { return is_mute(reading.metric, faults); });
    for (Reading& reading : report.readings) {
      const auto metric = std::find_if(policy.metrics.begin(), policy.metrics.end(),
                                       [&](const Metric& known) { return known.name == reading.metric; });
      if (metric == policy.metrics.end()) continue;
      worsen(*metric, reading.measurement, faults);
      if (is_garbled(reading.metric, faults)) garble(reading.measurement);
    }
  }
}

}  // namespace leeway::inline v1::rollout::detail
