#include "rollout/evidence_path.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numbers>

#include "stats/saddle_point.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

// The prior of the t-mixture: best at about 50 ticks, and calm.
constexpr double kPriorTicks = 10;

double logit(double p) { return std::log(p) - std::log1p(-p); }

/// KL divergence of two Bernoulli laws, without cancellation where they are close.
double divergence(double p, double q) {
  return stats::detail::deviance(p, q, q - p) + stats::detail::deviance(1 - p, 1 - q, p - q);
}

/// The u for which (u, u + margin) is nearest to the rates: the root of the slope of n KL(a || u) + m KL(b || u +
/// margin), which is convex.
double nearest_null(const RateChange& rates, double n, double m, double margin) {
  if (margin == 0) return (n * rates.baseline + m * rates.candidate) / (n + m);
  const auto slope = [&](double u) {
    const double v = u + margin;
    return n * (u - rates.baseline) / (u * (1 - u)) + m * (v - rates.candidate) / (v * (1 - v));
  };
  double low = (std::max)(0.0, (std::min)(rates.baseline, rates.candidate - margin));
  double high = (std::min)(1 - margin, (std::max)(rates.baseline, rates.candidate - margin));
  for (double u = low + (high - low) / 2; u > low && u < high; u = low + (high - low) / 2)
    (slope(u) < 0 ? low : high) = u;
  return low + (high - low) / 2;
}

double variance_of(double rate, double null) {
  const double weight = logit(rate) - logit(null);  // the log factor is linear in the events
  return rate * (1 - rate) * weight * weight;
}

double log_prior(double ticks) { return -std::log1p(ticks / kPriorTicks) / 2; }

}  // namespace

RateEvidence rate_evidence(const RateChange& rates, const TickLoad& load, double margin) {
  const double n = load.baseline();
  const double m = load.candidate();
  const double u = nearest_null(rates, n, m, margin);
  const double v = u + margin;
  return {n * divergence(rates.baseline, u) + m * divergence(rates.candidate, v),
          n * variance_of(rates.baseline, u) + m * variance_of(rates.candidate, v)};
}

MeanPath MeanPath::after(double ticks, double effect) const {
  MeanPath path = *this;
  path.ticks_ += ticks;
  path.sum_ += ticks * effect;
  path.squares_ += ticks * (1 + effect * effect);
  return path;
}

double MeanPath::log_e_value() const {
  if (!(ticks_ > 0)) return 0;
  const double all = (ticks_ + kPriorTicks) * squares_;
  const double explained = sum_ / all * sum_;
  const double t = sum_ * std::sqrt(ticks_) / std::sqrt(all - sum_ * sum_);
  const double below = boost::math::cdf(boost::math::students_t(ticks_), t);
  return log_prior(ticks_) - ticks_ / 2 * std::log1p(-explained) + std::numbers::ln2 + std::log(below);
}

}  // namespace leeway::inline v1::rollout::detail
