#include "leeway/stats/plug_in_rates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "stats/check.hpp"

namespace leeway::inline v1::stats {
namespace {

// ln of the likelihood ratio of an arm's prediction against the pooled one, both as shares of events and of the rest.
template <class Shares>
double log_ratio(double events, double rest, const Shares& own, const Shares& pooled) noexcept {
  return events * std::log(own.events / pooled.events) + rest * std::log(own.rest / pooled.rest);
}

}  // namespace

Result<PlugInRates> PlugInRates::make(double prior) {
  if (auto bad = detail::positive(prior, "prior")) return *std::move(bad);
  return PlugInRates(prior);
}

PlugInRates::Arm PlugInRates::expected(const Arm& arm) const noexcept {
  const double count = arm.events + arm.rest + 2 * prior_;
  return {(arm.events + prior_) / count, (arm.rest + prior_) / count};
}

void PlugInRates::add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept {
  const auto arm_of = [](const RateCounts& counts) {
    const std::uint64_t events = (std::min)(counts.events, counts.count);
    return Arm{static_cast<double>(events), static_cast<double>(counts.count - events)};
  };
  const Arm a = arm_of(baseline.value);
  const Arm b = arm_of(candidate.value);
  const double of_a = a.events + a.rest;
  const double of_b = b.events + b.rest;
  if (of_a + of_b == 0) return;
  const Arm in_a = expected(baseline_);
  const Arm in_b = expected(candidate_);
  const double weight = of_a / (of_a + of_b);
  const Arm pooled{weight * in_a.events + (1 - weight) * in_b.events, weight * in_a.rest + (1 - weight) * in_b.rest};
  log_e_ += log_ratio(a.events, a.rest, in_a, pooled) + log_ratio(b.events, b.rest, in_b, pooled);
  baseline_ = {baseline_.events + a.events, baseline_.rest + a.rest};
  candidate_ = {candidate_.events + b.events, candidate_.rest + b.rest};
}

}  // namespace leeway::inline v1::stats
