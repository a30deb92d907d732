#ifndef LEEWAY_SRC_STATS_SADDLE_POINT_HPP
#define LEEWAY_SRC_STATS_SADDLE_POINT_HPP

// Binomial and hypergeometric probabilities without cancellation, for counts of any size: Stirling's formula
// with its error term, and deviances in place of powers (Loader 2000, "Fast and accurate computation of binomial
// probabilities"). Logarithms come out with an absolute error of a few 1e-15, plus a few ulp of themselves.

#include <cmath>
#include <numbers>

namespace leeway::inline v1::stats::detail {

/// t - ln(1 + t) for |t| <= 1/2, without cancellation near 0: with r = t / (2 + t), ln(1 + t) = 2 atanh(r).
inline double log1p_gap(double t) noexcept {
  const double r = t / (2 + t);
  const double square = r * r;
  double series = 0;
  for (int k = 17; k >= 1; --k) series = series * square + 1.0 / (2 * k + 1);
  return r * (t - 2 * square * series);
}

/// x ln(x / mean) + mean - x. Takes the shortfall mean - x too: callers know it better than by subtraction.
inline double deviance(double x, double mean, double shortfall) noexcept {
  if (x == 0) return mean;
  if (std::fabs(shortfall) > 0.5 * x) return x * std::log(x / mean) + shortfall;
  return x * log1p_gap(shortfall / x);
}

/// ln(n! / (sqrt(2 pi n) (n / e)^n)) for a whole n >= 1. Abramowitz & Stegun 6.1.41; below 16 from n! itself.
inline double stirling_error(double n) noexcept {
  if (n < 16) {
    double factorial = 1;
    for (double k = 2; k <= n; ++k) factorial *= k;
    return std::log(factorial) - (n + 0.5) * std::log(n) + n - 0.5 * std::log(2 * std::numbers::pi);
  }
  const double s = 1 / (n * n);
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / n;
}

/// ln(n! (e / n)^n) for a whole n >= 0: what Stirling's power leaves of a factorial.
inline double log_factorial_excess(double n) noexcept {
  return n > 0 ? 0.5 * std::log(2 * std::numbers::pi * n) + stirling_error(n) : 0;
}

}  // namespace leeway::inline v1::stats::detail

#endif
