#include "leeway/stats/plug_in_rates.hpp"

#include <algorithm>
#include <cmath>

#include "stats/check.hpp"

namespace leeway::inline v1::stats {
namespace {

// ln of the likelihood ratio of a rate against the pooled one.
double log_ratio(double events, double count, double rate, double pooled) noexcept {
  return events * std::log(rate / pooled) + (count - events) * std::log((1 - rate) / (1 - pooled));
}

}  // namespace

Result<PlugInRates> PlugInRates::make(double prior) {
  if (auto bad = detail::positive(prior, "prior")) return *std::move(bad);
  return PlugInRates(prior);
}

double PlugInRates::expected(const Arm& arm) const noexcept { return (arm.events + prior_) / (arm.count + 2 * prior_); }

void PlugInRates::add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept {
  const Arm a{static_cast<double>((std::min)(baseline.value.events, baseline.value.count)),
              static_cast<double>(baseline.value.count)};
  const Arm b{static_cast<double>((std::min)(candidate.value.events, candidate.value.count)),
              static_cast<double>(candidate.value.count)};
  if (a.count + b.count == 0) return;
  const double rate_a = expected(baseline_);
  const double rate_b = expected(candidate_);
  const double pooled = (a.count * rate_a + b.count * rate_b) / (a.count + b.count);
  log_e_ += log_ratio(a.events, a.count, rate_a, pooled) + log_ratio(b.events, b.count, rate_b, pooled);
  baseline_ = {baseline_.events + a.events, baseline_.count + a.count};
  candidate_ = {candidate_.events + b.events, candidate_.count + b.count};
}

}  // namespace leeway::inline v1::stats
