#include "rollout/sum_readings.hpp"

#include <cmath>
#include <type_traits>

#include "rollout/number_text.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

template <class Number>
void expected_at_most(std::string& fault, const char* what, Number most, Number found) {
  fault = "expected at most ";
  append_number(fault, most);
  fault += what;
  append_number(fault, found);
}

bool add_count(std::uint64_t count, ArmReading& into) {
  if (count <= kMostRequests && into.count + count <= kMostRequests) {
    into.count += count;
    return true;
  }
  expected_at_most(into.fault, " requests in a tick, found ", kMostRequests, count);
  return false;
}

void add(const Metric&, const Rate& rate, ArmReading& into) {
  if (rate.events > rate.count) return expected_at_most(into.fault, " events, found ", rate.count, rate.events);
  if (!add_count(rate.count, into)) return;
  into.rate.events += rate.events;
  into.rate.count += rate.count;
}

// Sums of squares and products are those of the same rows, so Cauchy and Schwarz bound the latter, up to rounding.
bool possible(const Mean& mean) {
  if (!std::isfinite(mean.mean) || !std::isfinite(mean.m2) || mean.m2 < 0) return false;
  if (mean.count < 2 && mean.m2 > 0) return false;
  if (!mean.covariate) return true;
  const Covariate& covariate = *mean.covariate;
  if (!std::isfinite(covariate.mean) || !std::isfinite(covariate.m2) || covariate.m2 < 0) return false;
  if (mean.count < 2 && covariate.m2 > 0) return false;
  return std::fabs(covariate.cxy) <= std::sqrt(mean.m2) * std::sqrt(covariate.m2) * (1 + 1e-9);
}

// Chan, Golub & LeVeque 1979.
Mean together(const Mean& a, const Mean& b) {
  const auto n = static_cast<double>(a.count + b.count);
  const double share = static_cast<double>(b.count) / n;
  const double weight = static_cast<double>(a.count) * share;
  const double step = b.mean - a.mean;
  Mean sum{a.count + b.count, a.mean + step * share, a.m2 + b.m2 + step * step * weight, {}};
  if (!a.covariate || !b.covariate) return sum;
  const double covariate_step = b.covariate->mean - a.covariate->mean;
  sum.covariate = Covariate{a.covariate->mean + covariate_step * share,
                            a.covariate->m2 + b.covariate->m2 + covariate_step * covariate_step * weight,
                            a.covariate->cxy + b.covariate->cxy + step * covariate_step * weight};
  return sum;
}

void add(const Metric&, const Mean& mean, ArmReading& into) {
  if (!possible(mean)) {
    into.fault = "expected a finite mean and sums of squares that fit the count, found others";
    return;
  }
  if (mean.count == 0 || !add_count(mean.count, into)) return;
  const Mean sum = into.mean.count == 0 ? mean : together(into.mean, mean);
  if (possible(sum))
    into.mean = sum;
  else
    into.fault = "expected moments whose sum is a finite number, found larger ones";
}

void add(const Metric& metric, const Distribution& distribution, ArmReading& into) {
  if (distribution.edges != metric.edges) {
    into.fault = "expected the edges of the policy, found others";
    return;
  }
  if (distribution.counts.size() != metric.edges.size() + 1) {
    into.fault = "expected a count more than edges, found ";
    append_number(into.fault, distribution.counts.size());
    return;
  }
  into.cells.resize(distribution.counts.size());
  for (std::size_t i = 0; i < distribution.counts.size(); ++i) {
    if (!add_count(distribution.counts[i], into)) return;
    into.cells[i] += distribution.counts[i];
  }
}

void add(const Metric& metric, const Values& values, ArmReading& into) {
  for (const double value : values.values) {
    if (value >= metric.lower && value <= metric.upper) continue;
    into.fault = "expected values in [";
    append_number(into.fault, metric.lower);
    into.fault += ", ";
    append_number(into.fault, metric.upper);
    into.fault += "], found ";
    append_number(into.fault, value);
    return;
  }
  if (!add_count(values.values.size(), into)) return;
  into.values.insert(into.values.end(), values.values.begin(), values.values.end());
}

}  // namespace

void sum(const Metric& metric, const Measurement& measurement, ArmReading& into) {
  static_assert(
      std::is_same_v<Measurement, std::variant<Rate, Mean, Distribution, Values>>);  // the order of MetricKind
  into.present = true;
  if (!into.fault.empty()) return;
  if (measurement.index() != static_cast<std::size_t>(metric.kind)) {
    into.fault = "expected the kind of measurement that the policy states, found another";
    return;
  }
  std::visit([&](const auto& some) { add(metric, some, into); }, measurement);
}

}  // namespace leeway::inline v1::rollout::detail
