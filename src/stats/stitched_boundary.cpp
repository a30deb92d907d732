#include "leeway/stats/stitched_boundary.hpp"

#include <algorithm>
#include <boost/math/special_functions/zeta.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "stats/bisect.hpp"
#include "stats/check.hpp"
#include "stats/policy.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::Check;

Check check(const Stitching& stitching) {
  if (!(stitching.s > 1 && stitching.s <= 1000)) return detail::unexpected("a number in (1, 1000]", stitching.s, "s");
  if (!(stitching.eta > 1 && stitching.eta <= 1e10))
    return detail::unexpected("a number in (1, 1e10]", stitching.eta, "eta");
  return {};
}

double zeta(double s) noexcept { return boost::math::zeta(s, detail::Saturate()); }

// What both stitched bounds share: sqrt(k1^2 v l + (k2 c l)^2) + k2 c l, where l is the logarithm that grows.
double stitched(double v, double c, double l, double eta) noexcept {
  const double k1_squared = 0.5 * (std::sqrt(eta) + 2 + 1 / std::sqrt(eta));
  const double linear = 0.5 * (std::sqrt(eta) + 1) * c * l;
  const double root = std::hypot(std::sqrt(k1_squared * v * l), linear);
  return linear < 0 ? k1_squared * v * l / (root - linear) : root + linear;
}

double log_odds(double p) noexcept { return std::log(p / (1 - p)); }

// ---- the band around the empirical distribution function

double gap(double a, double c, double eta) noexcept { return a - std::sqrt(2 * (eta - 1) / c); }

// P(ever outside the band), at most, by an argument with epochs of ratio eta (theorem 2).
double error_of(double a, double c, double eta) noexcept {
  const double gamma_squared = 2 / eta * gap(a, c, eta) * gap(a, c, eta);
  if (!(gamma_squared > 1 && eta > 1)) return std::numeric_limits<double>::infinity();
  return 4 * std::exp(-gamma_squared * c) * (1 + 1 / ((gamma_squared - 1) * std::log(eta)));
}

// Over all eta: the function falls, then rises, up to where gamma is 1.
double least_error(double a, double c) noexcept {
  constexpr int kSteps = 100;
  constexpr double kGolden = 0.6180339887498949;
  double low = 1;
  double high =
      1 + detail::first_true([&](double x) { return !(gap(a, c, 1 + x) * std::sqrt(2 / (1 + x)) > 1); }, 2 * a * a);
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double error_left = error_of(a, c, left);
  double error_right = error_of(a, c, right);
  for (int i = 0; i < kSteps && left < right; ++i) {
    if (error_left < error_right) {
      high = std::exchange(right, left);
      left = high - kGolden * (high - low);
      error_right = std::exchange(error_left, error_of(a, c, left));
    } else {
      low = std::exchange(left, right);
      right = low + kGolden * (high - low);
      error_left = std::exchange(error_right, error_of(a, c, right));
    }
  }
  return (std::min)(error_left, error_right);
}

}  // namespace

Result<double> poly_stitching_bound(double v, ErrorRate alpha, double v_min, double c, const Stitching& stitching) {
  if (auto bad = detail::first({detail::not_negative(v, "v"), detail::positive(v_min, "v_min"), check(stitching)}))
    return *std::move(bad);
  if (!std::isfinite(c)) return detail::unexpected("a finite number", c, "c");
  const double eta = stitching.eta;
  const double time = (std::max)(v, v_min);
  const double l = stitching.s * std::log(std::log(eta * (time / v_min)) / std::log(eta)) +
                   std::log(zeta(stitching.s)) - std::log(alpha.value());
  return stitched(time, c, l, eta);
}

Result<double> double_stitching_bound(double p, double t, ErrorRate alpha, double t_opt, double delta,
                                      const Stitching& stitching) {
  if (!(p > 0 && p < 1)) return detail::unexpected("a number above 0 and below 1", p, "p");
  if (auto bad = detail::first({detail::not_negative(t, "t"), detail::positive(t_opt, "t_opt"),
                                detail::positive(delta, "delta"), check(stitching)}))
    return *std::move(bad);
  const double eta = stitching.eta;
  const double time = (std::max)(t, t_opt);
  const double epochs = time / t_opt;
  const double shifted = log_odds(p) + 2 * delta * std::sqrt(eta / epochs);
  const double r = p >= 0.5 ? p : (std::min)(0.5, 1 / (1 + std::exp(-shifted)));
  const double variance = r * (1 - r);
  const double j = std::sqrt(epochs) * std::fabs(log_odds(p)) / (2 * delta) + 1;
  const double z = zeta(stitching.s);
  const double l = stitching.s * std::log(std::log(eta * epochs) / std::log(eta) * j) + std::log(2 * z * (2 * z + 1)) -
                   std::log(alpha.value());
  return delta * std::sqrt(eta * epochs * variance) + stitched(variance * time, (1 - 2 * p) / 3, l, eta);
}

Result<EmpiricalProcessBound> EmpiricalProcessBound::make(ErrorRate alpha, double t_min, double a) {
  if (auto bad = detail::first({detail::positive(t_min, "t_min"), detail::within(a, 0.71, 1000, "a")}))
    return *std::move(bad);
  const double c = detail::first_true([&](double x) { return least_error(a, x) <= alpha.value(); },
                                      std::numeric_limits<double>::infinity());
  return EmpiricalProcessBound(t_min, a, c);
}

double EmpiricalProcessBound::radius(double t) const noexcept {
  if (!(t >= t_min_)) return std::numeric_limits<double>::infinity();
  return a_ * std::sqrt((std::log1p(std::log(t / t_min_)) + c_) / t);
}

}  // namespace leeway::inline v1::stats
