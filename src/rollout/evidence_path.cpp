#include "rollout/evidence_path.hpp"

#include <cmath>

#include "leeway/stats/rate_e_process.hpp"
#include "leeway/stats/t_mixture.hpp"
#include "stats/rate_projection.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr double kPriorTicks = stats::TMixtureOptions{}.c2;

/// Of one request's log factor, which is linear in whether it has the property.
double variance_of(double rate, double null, double gap) {
  const double slope = std::log1p(gap / null) - std::log1p(-gap / (1 - null));
  return rate * (1 - rate) * slope * slope;
}

}  // namespace

RateEvidence rate_evidence(const RateChange& rates, const TickLoad& load, double margin) {
  const double n = load.baseline();
  const double m = load.candidate();
  const auto null = stats::detail::project({rates.baseline, rates.candidate}, {n, m}, margin);
  const double growth = stats::growth_per_tick(stats::Baseline{stats::PlannedRate{rates.baseline, n}},
                                               stats::Candidate{stats::PlannedRate{rates.candidate, m}}, margin);
  return {growth, n * variance_of(rates.baseline, null.rates.base, null.gap.base) +
                      m * variance_of(rates.candidate, null.rates.candidate, null.gap.candidate)};
}

MeanPath MeanPath::after(double ticks, double effect) const {
  MeanPath path = *this;
  path.ticks_ += ticks;
  path.sum_ += ticks * effect;
  path.squares_ += ticks * (1 + effect * effect);
  return path;
}

double MeanPath::log_e_value() const { return stats::t_mixture_one_sided(sum_, squares_, ticks_, kPriorTicks); }

}  // namespace leeway::inline v1::rollout::detail
