#include "rollout/readings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rollout/number_text.hpp"
#include "rollout/sum_readings.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void clear_arm(ArmReading& reading) {
  reading.present = false;
  reading.fault.clear();
  reading.count = 0;
  reading.rate = {};
  reading.mean = {};
  std::fill(reading.cells.begin(), reading.cells.end(), 0);
  reading.values.clear();
}

// What one arm lacks.
bool usable_arm(const Metric& metric, const char* arm, const ArmReading& reading, Reason& reason) {
  if (!reading.present || !reading.fault.empty()) {
    reason.verdict = Verdict::unknown;
    reason.detail = reading.present ? arm : "no data of the ";
    reason.detail += reading.present ? ": " : arm;
    reason.detail += reading.fault;
    return false;
  }
  if (reading.count >= metric.minimum_count) return true;
  reason.verdict = Verdict::not_enough_data;
  reason.detail = arm;
  reason.detail += ": expected at least ";
  append_number(reason.detail, metric.minimum_count);
  reason.detail += ", found ";
  append_number(reason.detail, reading.count);
  return false;
}

double quantile_edge(const Metric& metric, double quantile, const ArmReading& reading) {
  const double wanted = (std::max)(1.0, std::ceil(quantile * static_cast<double>(reading.count)));
  std::uint64_t below = 0;
  std::size_t cell = 0;
  for (; cell + 1 < reading.cells.size(); ++cell) {
    below += reading.cells[cell];
    if (static_cast<double>(below) >= wanted) break;
  }
  if (metric.worse == Worse::higher) return cell < metric.edges.size() ? metric.edges[cell] : kInfinity;
  return cell > 0 ? metric.edges[cell - 1] : -kInfinity;
}

// Values are finite and bounded, but their sum may not be.
double mean_of(const std::vector<double>& values) {
  double mean = 0;
  double count = 0;
  for (const double value : values) {
    ++count;
    mean += value / count - mean / count;
  }
  return mean;
}

}  // namespace

void MetricIndex::add(const Metric& metric) {
  if (places_.emplace(metric.name, metrics_.size()).second) metrics_.push_back(&metric);
}

std::optional<std::size_t> MetricIndex::find(std::string_view name, std::size_t hint) const {
  if (hint < metrics_.size() && metrics_[hint]->name == name) return hint;
  const auto found = places_.find(name);
  if (found == places_.end()) return {};
  return found->second;
}

void Readings::clear() {
  for (MetricReading& metric : metrics_) {
    clear_arm(metric.baseline);
    clear_arm(metric.candidate);
  }
  weights_[0] = weights_[1] = {};
}

void Readings::add(Arm arm, const ArmReport& report, std::vector<std::string_view>& unknown) {
  const bool weighed = report.weight >= 0 && report.weight <= 1;
  ArmWeight& known = weights_[static_cast<std::size_t>(arm)];
  known.consistent = known.consistent && weighed && (!known.weight || *known.weight == report.weight);
  known.weight = report.weight;
  std::size_t hint = 0;
  for (const Reading& reading : report.readings) {
    const auto place = index_->find(reading.metric, hint);
    if (!place) {
      unknown.push_back(reading.metric);
      continue;
    }
    hint = *place + 1;
    MetricReading& metric = metrics_[*place];
    ArmReading& into = arm == Arm::baseline ? metric.baseline : metric.candidate;
    sum(index_->at(*place), reading.measurement, into);
    if (!weighed && into.fault.empty()) {
      into.fault = "expected a weight in [0, 1], found ";
      append_number(into.fault, report.weight);
    }
  }
}

std::optional<double> Readings::weight(Arm arm) const noexcept {
  const ArmWeight& known = weights_[static_cast<std::size_t>(arm)];
  return known.consistent ? known.weight : std::nullopt;
}

bool Readings::enough(const Metric& metric, const ArmReading& reading) noexcept {
  return reading.present && reading.fault.empty() && reading.count >= metric.minimum_count;
}

bool Readings::both_arms() const noexcept {
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    if (enough(index_->at(i), metrics_[i].baseline) && enough(index_->at(i), metrics_[i].candidate)) return true;
  }
  return false;
}

bool usable(const Metric& metric, const MetricReading& reading, Needs needs, Reason& reason) {
  reason.baseline_count = reading.baseline.count;
  reason.candidate_count = reading.candidate.count;
  if (!usable_arm(metric, "candidate", reading.candidate, reason)) return false;
  return needs == Needs::candidate || usable_arm(metric, "baseline", reading.baseline, reason);
}

double value_of(const Metric& metric, const std::optional<double>& quantile, const ArmReading& reading) {
  switch (metric.kind) {
    case MetricKind::rate: return static_cast<double>(reading.rate.events) / static_cast<double>(reading.rate.count);
    case MetricKind::mean: return reading.mean.mean;
    case MetricKind::distribution: return quantile_edge(metric, quantile.value_or(0.5), reading);
    case MetricKind::values: return mean_of(reading.values);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace leeway::inline v1::rollout::detail
