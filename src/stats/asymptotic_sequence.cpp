#include "leeway/stats/asymptotic_sequence.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "leeway/stats/lambert.hpp"
#include "stats/check.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::Check;

double log_inverse_square(ErrorRate alpha) noexcept { return -2 * std::log(alpha.value()); }

// ---- GrowthBook

struct Moments {
  double mean;
  double variance_of_mean;
};

Result<Moments> moments_of(const ArmSums& arm, const std::string& where) {
  if (!(arm.count >= 2 && std::isfinite(arm.count)))
    return detail::unexpected("at least 2 observations", arm.count, where + ".count");
  const double mean = arm.sum / arm.count;
  const double squares = arm.sum_of_squares - arm.sum * mean;  // of deviations
  if (!std::isfinite(mean)) return detail::unexpected("a finite sum", arm.sum, where + ".sum");
  if (!(squares >= -1e-12 * arm.sum_of_squares && std::isfinite(squares)))
    return detail::unexpected("at least sum^2 / count", arm.sum_of_squares, where + ".sum_of_squares");
  return Moments{mean, (std::fmax)(squares, 0.0) / (arm.count - 1) / arm.count};
}

double square(double x) noexcept { return x * x; }

// The effect and its variance.
Moments effect_of(const Moments& a, const Moments& b, Effect effect) noexcept {
  const double difference = b.mean - a.mean;
  if (effect == Effect::absolute) return {difference, a.variance_of_mean + b.variance_of_mean};
  return {difference / a.mean, (b.variance_of_mean + a.variance_of_mean * square(b.mean / a.mean)) / square(a.mean)};
}

// In standard deviations of the effect. Equations 9, 134, 155 and 161 of Waudby-Smith et al.; one-sided the mixing
// variance is that of twice the error rate.
double growthbook_margin(double n, Sides sides, ErrorRate alpha, double tuning) noexcept {
  const bool one = sides == Sides::one;
  const double l = log_inverse_square(alpha) - (one ? 2 * std::log(2.0) : 0);
  const double x = n * ((l + std::log1p(l)) / tuning);  // n rho^2
  const double ratio = std::sqrt(1 + x);
  const double log_ratio = one ? std::log1p(ratio / (2 * alpha.value())) : std::log(ratio / alpha.value());
  return std::sqrt(2 * (1 + 1 / x) * log_ratio);
}

}  // namespace

Result<double> asymptotic_best_rho2(double t, ErrorRate alpha) {
  if (auto bad = detail::positive(t, "t")) return *std::move(bad);
  return lambert_wm1_excess(log_inverse_square(alpha)) / t;
}

Result<double> asymptotic_margin(double t, double rho2, ErrorRate alpha) {
  if (auto bad = detail::first({detail::positive(t, "t"), detail::positive(rho2, "rho2")})) return *std::move(bad);
  const double x = t * rho2;
  return std::sqrt((1 + 1 / x) / t * (std::log1p(x) + log_inverse_square(alpha)));
}

Result<double> log_t_e_value(double t_squared, double nu, double n, double g) {
  if (auto bad = detail::first({detail::not_negative(t_squared, "t_squared"), detail::positive(nu, "nu"),
                                detail::positive(n, "n"), detail::positive(g, "g")}))
    return *std::move(bad);
  const double r = g / (g + n);
  const double x = t_squared / nu;
  const double gain = std::isfinite(x) ? std::log1p(x * (1 - r) / (1 + r * x)) : -std::log(r);
  return -0.5 * std::log1p(n / g) + 0.5 * (nu + 1) * gain;
}

Result<double> anytime_t_radius(double g, double n, double coefficients, ErrorRate alpha) {
  if (auto bad = detail::first({detail::positive(g, "g"), detail::positive(n, "n")})) return *std::move(bad);
  if (!(coefficients >= 1)) return detail::unexpected("at least 1", coefficients, "coefficients");
  const double nu = n - coefficients;
  if (!(nu > 0)) return detail::unexpected("more rows than coefficients", n, "n");
  const double r = g / (g + n);
  const double log_power = (-std::log1p(n / g) - log_inverse_square(alpha)) / (nu + 1);
  const double beyond = std::exp(log_power) - r;
  if (!(beyond > 0)) return std::numeric_limits<double>::infinity();
  return std::sqrt(nu * -std::expm1(log_power) / beyond);
}

Result<double> anytime_z_radius(double g, double n, ErrorRate alpha) {
  if (auto bad = detail::first({detail::positive(g, "g"), detail::positive(n, "n")})) return *std::move(bad);
  return std::sqrt((1 + g / n) * (std::log1p(n / g) + log_inverse_square(alpha)));
}

Result<ConfidenceBounds> growthbook_bounds(const ArmSums& a, const ArmSums& b, Effect effect, Sides sides,
                                           ErrorRate alpha, double tuning) {
  if (auto bad = detail::positive(tuning, "tuning")) return *std::move(bad);
  if (sides == Sides::one && !(alpha.value() < 0.5))
    return detail::unexpected("an error rate below 0.5 of a one-sided bound", alpha.value(), "alpha");
  const auto of_a = moments_of(a, "a");
  if (!of_a) return of_a.error();
  const auto of_b = moments_of(b, "b");
  if (!of_b) return of_b.error();
  if (effect == Effect::relative && of_a->mean == 0)
    return Error{ErrorCode::undefined, "expected a mean that is not 0 for a relative effect, found 0", "a.sum"};
  const Moments found = effect_of(*of_a, *of_b, effect);
  const double margin = std::sqrt(found.variance_of_mean) * growthbook_margin(a.count + b.count, sides, alpha, tuning);
  return ConfidenceBounds{found.mean - margin, found.mean + margin};
}

}  // namespace leeway::inline v1::stats
