#ifndef LEEWAY_STATS_STITCHED_BOUNDARY_HPP
#define LEEWAY_STATS_STITCHED_BOUNDARY_HPP

// Bounds at every moment one looks that grow as slowly as the law of the iterated logarithm allows, in closed form.
//
//   const auto band = *EmpiricalProcessBound::make(ErrorRate(0.05), 100);
//   if (distance_of_the_distribution_functions >= band.radius(1000)) ...
//
// A mixture (mixture_boundary.hpp) is tighter over any horizon that matters; these are for proofs, for all quantiles
// at once, and for runs without an end.
// Sources: Howard, Ramdas, McAuliffe & Sekhon 2021 (poly_stitching_bound), Howard & Ramdas 2022, theorems 2 and 3.
// Thread contract: pure functions, immutable values.

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::stats {

/// How a stitched bound is put together.
struct Stitching {
  double s = 1.4;  ///< how fast error probability is spent over epochs, in (1, 1000]
  double eta = 2;  ///< ratio of the lengths of epochs, in (1, 1e10]
};

/// P(ever S_t >= bound(V_t)) <= alpha for sub-gamma deviations of scale c (0: sub-Gaussian; below 0 it is tighter). For
/// v below v_min it is that of v_min. Errors (invalid_argument): v negative, v_min not positive, c not finite, a
/// stitching out of its ranges.
[[nodiscard]] LEEWAY_EXPORT Result<double> poly_stitching_bound(double v, ErrorRate alpha, double v_min, double c = 0,
                                                                const Stitching& stitching = {});

/// How many values more than t p may lie at or below the p-quantile among t values, for all p and all t at once:
/// P(for any p and t, that many) <= alpha. `delta` is the fineness of the grid of quantiles. Errors (invalid_argument):
/// p not in (0, 1), t negative, t_opt or delta not positive, a stitching out of its ranges.
[[nodiscard]] LEEWAY_EXPORT Result<double> double_stitching_bound(double p, double t, ErrorRate alpha, double t_opt,
                                                                  double delta = 0.5, const Stitching& stitching = {});

/// A band around the empirical distribution function: A sqrt((ln(1 + ln(t / t_min)) + C) / t) from t_min on.
class EmpiricalProcessBound {
 public:
  /// C is the least that the error rate allows; that takes 0.2 ms. Errors (invalid_argument): t_min not positive, `a`
  /// not in [0.71, 1000].
  LEEWAY_EXPORT static Result<EmpiricalProcessBound> make(ErrorRate alpha, double t_min, double a = 0.85);

  /// P(ever sup |F_t - F| >= radius(t)) <= alpha. Infinity below t_min.
  [[nodiscard]] LEEWAY_EXPORT double radius(double t) const noexcept;
  [[nodiscard]] double c() const noexcept { return c_; }

 private:
  EmpiricalProcessBound(double t_min, double a, double c) noexcept : t_min_(t_min), a_(a), c_(c) {}

  double t_min_;
  double a_;
  double c_;
};

}  // namespace leeway::inline v1::stats

#endif
