#include "leeway/stats/rate_e_process.hpp"

#include <cmath>
#include <span>
#include <string>

#include "leeway/base/assert.hpp"
#include "leeway/stats/e_value.hpp"
#include "stats/rate_projection.hpp"
#include "stats/tick_difference.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::CountPair;
using detail::RatePair;

constexpr double kBetter = 1.5;  // odds ratio of a candidate that is better, among the alternatives of Goal::promote
constexpr double kMostPriorWeight = 500;
// Predicted rates so far outside the null hypothesis that the nearest ones in it are no doubles are not bet on.
constexpr double kMostSlack = 1e-3;

struct Outcome {
  RatePair events;
  CountPair count;
};

// Not within (0, 1) where `rate` is not.
double scale_odds(double rate, double ratio) noexcept { return ratio * rate / (1 - rate + ratio * rate); }

bool is_rate(double value) noexcept { return value > 0 && value < 1; }

double signed_margin(const GrowGridOptions& options) noexcept {
  return options.worse == Worse::higher ? options.margin : -options.margin;
}

std::size_t alternatives(Goal goal) noexcept { return goal == Goal::rollback ? kOddsRatios.size() : 3; }

// The candidate's rate if the i-th alternative is true; not within (0, 1) where there is none.
double alternative(const GrowGridOptions& options, std::size_t i, double base) noexcept {
  const bool up = options.worse == Worse::higher;
  const double margin = signed_margin(options);
  if (options.goal == Goal::rollback) {
    const double ratio = options.odds_ratios[i];
    return scale_odds(base + margin, up ? ratio : 1 / ratio);
  }
  if (i == 0) return base;
  return i == 1 ? base + margin / 2 : scale_odds(base, up ? 1 / kBetter : kBetter);
}

double log_factor(RatePair predicted, const Outcome& seen, double difference) noexcept {
  const detail::RateProjection null = detail::project(predicted, seen.count, difference);
  if (!(null.slack <= kMostSlack)) return 0;
  return detail::log_ratio(seen.events.base, seen.count.base, null.rates.base, null.gap.base) +
         detail::log_ratio(seen.events.candidate, seen.count.candidate, null.rates.candidate, null.gap.candidate) -
         null.slack;
}

Outcome outcome(RateCounts base, RateCounts candidate) noexcept {
  return {{detail::events_of(base), detail::events_of(candidate)},
          {static_cast<double>(base.count), static_cast<double>(candidate.count)}};
}

Error invalid(const char* expected, double found) {
  return {ErrorCode::invalid_argument, std::string("expected ") + expected + ", found " + std::to_string(found), {}};
}

}  // namespace

Result<GrowGrid> GrowGrid::make(const GrowGridOptions& options) {
  if (!(options.margin >= 0 && options.margin < 1)) return invalid("a margin in [0, 1)", options.margin);
  if (options.goal == Goal::promote && options.margin == 0) {
    return invalid("a margin above 0 to promote within", options.margin);
  }
  for (const double ratio : options.odds_ratios) {
    if (!(ratio > 1 && std::isfinite(ratio))) return invalid("odds ratios above 1", ratio);
  }
  if (!(options.prior.rate >= 0 && options.prior.rate <= 1)) {
    return invalid("a prior rate in [0, 1]", options.prior.rate);
  }
  if (!(options.prior.weight >= 0 && options.prior.weight <= kMostPriorWeight)) {
    return invalid("a prior weight in [0, 500]", options.prior.weight);
  }
  GrowGrid grid;
  grid.options_ = options;
  return grid;
}

double GrowGrid::predicted_rate() const noexcept {
  const RatePrior& prior = options_.prior;
  return (events_ + prior.rate * prior.weight + 0.5) / (count_ + prior.weight + 1);
}

void GrowGrid::add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept {
  if (baseline.value.count == 0 || candidate.value.count == 0) return;
  const Outcome seen = outcome(baseline.value, candidate.value);
  if (count_ + options_.prior.weight > 0) {
    const double base = predicted_rate();
    for (std::size_t i = 0; i < alternatives(options_.goal); ++i) {
      const RatePair predicted{base, alternative(options_, i, base)};
      if (is_rate(predicted.candidate)) log_products_[i] += log_factor(predicted, seen, signed_margin(options_));
    }
  }
  events_ += seen.events.base;
  count_ += seen.count.base;
}

double GrowGrid::log_e_value() const noexcept {
  return log_mean_exp(std::span(log_products_).first(alternatives(options_.goal)));
}

double growth_per_tick(Baseline<PlannedRate> baseline, Candidate<PlannedRate> candidate, double difference) noexcept {
  const PlannedRate a = baseline.value;
  const PlannedRate b = candidate.value;
  LEEWAY_ASSERT(is_rate(a.rate) && is_rate(b.rate) && a.count > 0 && b.count > 0 && std::fabs(difference) < 1);
  const detail::RateProjection null = detail::project({a.rate, b.rate}, {a.count, b.count}, difference);
  return detail::log_ratio(a.count * a.rate, a.count, null.rates.base, null.gap.base) +
         detail::log_ratio(b.count * b.rate, b.count, null.rates.candidate, null.gap.candidate);
}

}  // namespace leeway::inline v1::stats
