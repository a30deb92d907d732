#ifndef LEEWAY_SRC_DRIFT_TERMS_HPP
#define LEEWAY_SRC_DRIFT_TERMS_HPP

// What one cell adds to each divergence, from its two shares and their logarithms: the same arithmetic for one feature
// and for a batch of them, hence the same bits. No branch: loops over these vectorise.

#include <cmath>

namespace leeway::inline v1::drift::detail {

/// `log_ratio` is ln(live) - ln(reference).
[[nodiscard]] inline double psi_term(double reference, double live, double log_ratio) noexcept {
  return (live - reference) * log_ratio;
}

/// p ln(p / q); `log_ratio` is ln(p) - ln(q).
[[nodiscard]] inline double kl_term(double p, double log_ratio) noexcept { return p * log_ratio; }

// Half of (1 + t) ln(1 + t) + (1 - t) ln(1 - t): for small t by its series, where the logarithms would cancel.
[[nodiscard]] inline double small_js_term(double t) noexcept {
  constexpr double kTerms[] = {1.0 / 240, 1.0 / 182, 1.0 / 132, 1.0 / 90, 1.0 / 56, 1.0 / 30, 1.0 / 12, 1.0 / 2};
  const double z = t * t;
  double series = 0;
  for (const double term : kTerms) series = z * (series + term);
  return series;
}

/// Half of KL(reference || mean) + KL(live || mean), where the shares are close and where they are far apart.
struct JsTerm {
  double t;  ///< how far apart: half the difference by the mean, in [-1, 1]
  double near;
  double far;

  [[nodiscard]] double value() const noexcept { return std::fabs(t) < 0.1 ? near : far; }
};

/// Precondition: the mean is positive; where a share is 0, its logarithm is any finite number.
[[nodiscard]] inline JsTerm js_term(double reference, double live, double log_reference, double log_live,
                                    double log_mean) noexcept {
  const double mean = 0.5 * (reference + live);
  const double t = 0.5 * (live - reference) / mean;
  return {t, mean * small_js_term(t), 0.5 * (reference * (log_reference - log_mean) + live * (log_live - log_mean))};
}

/// n m times the difference of the distribution functions where i of n and j of m values are passed. Exact while n m is
/// below 2^53, and monotone beyond; one division by n m, the same for all cells, is left to the caller.
[[nodiscard]] inline double ks_term(double i, double n, double j, double m) noexcept { return j * n - i * m; }

}  // namespace leeway::inline v1::drift::detail

#endif
