#include "leeway/stats/mixture_boundary.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "stats/beta_binomial.hpp"
#include "stats/bisect.hpp"
#include "stats/check.hpp"
#include "stats/normal_tail.hpp"
#include "stats/policy.hpp"
#include "stats/saddle_point.hpp"
#include "stats/stirling.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::Check;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr double kMost = 1e100;  // of v_opt and c, and its inverse the least

// The error rate that a two-sided tuning would have.
double two_sided(const BoundTuning& tuning, Sides sides) noexcept {
  return sides == Sides::one ? 2 * tuning.alpha_opt.value() : tuning.alpha_opt.value();
}

Check check(const BoundTuning& tuning, Sides sides) {
  if (!(two_sided(tuning, sides) < 1)) {
    return detail::unexpected("an error rate below 0.5 of a one-sided bound", tuning.alpha_opt.value(), "alpha_opt");
  }
  return detail::within(tuning.v_opt, 1 / kMost, kMost, "v_opt");
}

bool possible(double v) noexcept { return v >= 0; }

template <class Mixture>
double least_sum(const Mixture& mixture, double v, ErrorRate alpha, double most) noexcept {
  const double threshold = -std::log(alpha.value());
  return detail::first_true([&](double s) { return mixture.log_e_value(s, v) >= threshold; }, most);
}

// ---- incomplete gamma functions

constexpr double kLarge = 1e7;  // a from which they lose digits, but are nearly normal

double corrected_root(double a, double x, double gap) noexcept {
  return detail::corrected_root(detail::deviance(a, x, gap), gap, std::sqrt(a), 1 / (3 * std::sqrt(a)));
}

// ln P(a, x) and ln Q(a, x), near a. They take gap = x - a, which callers know better than by subtraction.
double log_gamma_lower(double a, double x, double gap) noexcept {
  if (a > kLarge) return detail::log_normal_cdf(corrected_root(a, x, gap));
  return std::log(boost::math::gamma_p(a, x, detail::Saturate()));
}

double log_gamma_upper(double a, double x, double gap) noexcept {
  if (a > kLarge) return detail::log_normal_cdf(-corrected_root(a, x, gap));
  return std::log(boost::math::gamma_q(a, x, detail::Saturate()));
}

// ---- gamma-exponential

// The tail of Gauss's continued fraction of log_growth, whose terms are all positive for x < a.
double growth_fraction(double a, double x, double gap) noexcept {
  constexpr int kTerms = 200;
  double e = (std::max)(0.0, -gap - kTerms);
  for (int k = kTerms; k >= 1; --k) e = x > 0 ? -gap + x * (k / (k + e)) : a - x * (e / (k + e));
  return e;
}

// ln(M(1, a + 1, x) / a), the integral of t^(a - 1) e^(x (1 - t)) over t in [0, 1]; gap = x - a.
double log_growth(double a, double x, double gap) noexcept {
  constexpr double kFar = -30;  // standard deviations, where the incomplete gamma function is near underflow
  constexpr double kFew = 1e4;  // a up to which the series is short
  if (x <= 0 || (a > kFar * kFar && gap < kFar * std::sqrt(a))) return -std::log(growth_fraction(a, x, gap));
  if (gap <= 0 && a < kFew) {
    double sum = 1;
    double term = 1;
    for (double k = 1; term > 1e-17 * sum; ++k) sum += term *= x / (a + k);
    return std::log(sum) - std::log(a);
  }
  return detail::deviance(a, x, gap) + 0.5 * std::log(2 * std::numbers::pi / a) + detail::log_gamma_excess(a) +
         log_gamma_lower(a, x, gap);
}

// ---- gamma-Poisson

// Legendre's continued fraction of log_decay (Lentz's method).
double decay_fraction(double a, double gap) noexcept {
  constexpr int kMostSteps = 100'000;
  constexpr double kTiny = 1e-300;
  double b = 1 - gap;
  double c = 1 / kTiny;
  double d = 1 / b;
  double h = d;
  for (int j = 1; j < kMostSteps; ++j) {
    const double step = j * (a - j);
    b += 2;
    d = b + step * d;
    c = b + step / c;
    if (std::fabs(d) < kTiny) d = kTiny;
    if (std::fabs(c) < kTiny) c = kTiny;
    d = 1 / d;
    h *= d * c;
    if (std::fabs(d * c - 1) < 1e-16) break;
  }
  return h;
}

// ln(e^m m^(-a) Gamma(a, m)), the integral of t^(a - 1) e^(-m (t - 1)) over t >= 1; gap = a - m.
double log_decay(double a, double m, double gap) noexcept {
  constexpr double kFar = -20;
  if (a <= 0 || gap < kFar * std::sqrt(m)) return std::log(decay_fraction(a, gap));
  return detail::deviance(a, m, -gap) + 0.5 * std::log(2 * std::numbers::pi / a) + detail::log_gamma_excess(a) +
         log_gamma_upper(a, m, -gap);
}

Check check(const BoundTuning& tuning, double c) {
  if (auto bad = check(tuning, Sides::one)) return bad;
  return detail::within(c, 1 / kMost, kMost, "c");
}

// ---- beta-binomial

detail::ShareNull share_null(double g, double h, double weight) noexcept { return {g / (g + h), h / (g + h), weight}; }

}  // namespace

double normal_best_rho(const BoundTuning& tuning, Sides sides) noexcept {
  if (check(tuning, sides)) return kNone;
  const double l = -2 * std::log(two_sided(tuning, sides));
  return tuning.v_opt / (l + std::log1p(l));
}

// ---- normal

Result<NormalMixture> NormalMixture::make(const BoundTuning& tuning, Sides sides) {
  if (auto bad = check(tuning, sides)) return *std::move(bad);
  return NormalMixture(normal_best_rho(tuning, sides), sides);
}

double NormalMixture::log_e_value(double s, double v) const noexcept {
  if (!possible(v)) return kNone;
  const double z = s / std::sqrt(v + rho_);
  return -0.5 * std::log1p(v / rho_) + (sides_ == Sides::one ? detail::log_scaled_normal(z) : z * z / 2);
}

double NormalMixture::bound(double v, ErrorRate alpha) const noexcept {
  if (!possible(v)) return kNone;
  if (sides_ == Sides::one) return least_sum(*this, v, alpha, kUnbounded);
  return std::sqrt((v + rho_) * (std::log1p(v / rho_) - 2 * std::log(alpha.value())));
}

// ---- gamma-exponential

Result<GammaExponentialMixture> GammaExponentialMixture::make(const BoundTuning& tuning, double c) {
  if (auto bad = check(tuning, c)) return *std::move(bad);
  return GammaExponentialMixture(normal_best_rho(tuning, Sides::one), c);
}

GammaExponentialMixture::GammaExponentialMixture(double rho, double c) noexcept
    : rho_(rho), c_(c), at_nothing_(log_growth(rho / c / c, rho / c / c, 0)) {}

double GammaExponentialMixture::log_e_value(double s, double v) const noexcept {
  if (!possible(v) || std::isnan(s)) return kNone;
  const double a = (v + rho_) / c_ / c_;
  return log_growth(a, a + s / c_, s / c_) - at_nothing_;
}

double GammaExponentialMixture::bound(double v, ErrorRate alpha) const noexcept {
  return possible(v) ? least_sum(*this, v, alpha, kUnbounded) : kNone;
}

// ---- gamma-Poisson

Result<GammaPoissonMixture> GammaPoissonMixture::make(const BoundTuning& tuning, double c) {
  if (auto bad = check(tuning, c)) return *std::move(bad);
  return GammaPoissonMixture(normal_best_rho(tuning, Sides::one), c);
}

GammaPoissonMixture::GammaPoissonMixture(double rho, double c) noexcept
    : rho_(rho), c_(c), at_nothing_(log_decay(rho / c / c, rho / c / c, 0)) {}

double GammaPoissonMixture::log_e_value(double s, double v) const noexcept {
  if (!possible(v) || std::isnan(s)) return kNone;
  const double m = (v + rho_) / c_ / c_;
  return log_decay(m + s / c_, m, s / c_) - at_nothing_;
}

double GammaPoissonMixture::bound(double v, ErrorRate alpha) const noexcept {
  return possible(v) ? least_sum(*this, v, alpha, kUnbounded) : kNone;
}

// ---- beta-binomial

Result<BetaBinomialMixture> BetaBinomialMixture::make(const BoundTuning& tuning, double g, double h, Sides sides) {
  constexpr double kWidest = 1e50;
  if (auto bad = check(tuning, sides)) return *std::move(bad);
  if (auto bad = detail::within(g, 1 / kWidest, kWidest, "g")) return *std::move(bad);
  if (auto bad = detail::within(h, 1 / kWidest, kWidest, "h")) return *std::move(bad);
  return BetaBinomialMixture(g, h, detail::share_prior_weight(tuning.v_opt / g / h, two_sided(tuning, sides)), sides);
}

BetaBinomialMixture::BetaBinomialMixture(double g, double h, double weight, Sides sides) noexcept
    : g_(g), h_(h), weight_(weight), sides_(sides) {
  if (sides == Sides::one) log_prior_tail_ = detail::log_upper_share(share_null(g, h, weight), {0, 0, 0});
}

double BetaBinomialMixture::log_e_value(double s, double v) const noexcept {
  if (!possible(v) || std::isnan(s)) return kNone;
  const double sum = std::clamp(s, -v / h_, v / g_);
  const double width = g_ + h_;
  const detail::ShareCounts seen{(v / h_ + sum) / width, (v / g_ - sum) / width, -sum / width};
  const detail::ShareNull null = share_null(g_, h_, weight_);
  return sides_ == Sides::two ? detail::log_share_e_value(null, seen)
                              : detail::log_excess_e_value(null, seen, log_prior_tail_);
}

double BetaBinomialMixture::bound(double v, ErrorRate alpha) const noexcept {
  return possible(v) ? (std::min)(least_sum(*this, v, alpha, v / g_), v / g_) : kNone;
}

}  // namespace leeway::inline v1::stats
