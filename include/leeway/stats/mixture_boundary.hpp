#ifndef LEEWAY_STATS_MIXTURE_BOUNDARY_HPP
#define LEEWAY_STATS_MIXTURE_BOUNDARY_HPP

// How far a sum of deviations may stray, at every moment one looks.
//
//   const auto mixture = *NormalMixture::make({.v_opt = 1000}, Sides::two);    // tightest after 1000 observations
//   if (std::fabs(sum_of_deviations) >= mixture.bound(count * variance, ErrorRate(0.05))) ...
//
// S_t is a sum of deviations from what the null hypothesis says, V_t its intrinsic time: the variance so far. Where
// exp(l S - psi(l) V) is at most a nonnegative martingale for each l that may be, so is its mean over a law of l,
//   E = mean of exp(l S - psi(l) V),
// an e-process: P(ever E >= 1 / alpha) <= alpha, and so P(ever S_t >= bound(V_t, alpha)) <= alpha. It is for
//   NormalMixture            psi(l) = l^2 / 2: Gaussian or symmetric deviations
//   GammaExponentialMixture  psi(l) = (-ln(1 - c l) - c l) / c^2: sub-exponential ones, also by an empirical variance
//                            (of values in [0, 1], c = 1)
//   GammaPoissonMixture      psi(l) = (e^(c l) - c l - 1) / c^2: deviations of at most c, counts
//   BetaBinomialMixture      psi(l) = ln((g e^(h l) + h e^(-g l)) / (g + h)) / (g h): deviations in [-g, h], shares
// Not for a comparison of two arms over changing traffic: per-arm bounds take a common drift for a difference.
//
// The prior is tuned by where the bound is to be tightest; it is valid everywhere. No size under- or overflows: tails
// are computed by their logarithms, and powers as deviances. Error: 1e-13 absolute in ln E, and 1e-15 relative;
// 1e-9 one-sided beyond 10^5 observations. Cost: ln E below 1 microsecond, a bound some 80 times that (a two-sided
// normal one is closed).
// Source: Howard, Ramdas, McAuliffe & Sekhon 2021. Thread contract: immutable.

#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::stats {

/// Whether large sums alone are of interest, or small ones too.
enum class Sides : std::uint8_t { one, two };

/// Where a bound is to be tightest.
struct BoundTuning {
  double v_opt = 1;           ///< intrinsic time, in [1e-100, 1e100]
  ErrorRate alpha_opt{0.05};  ///< of a one-sided bound below 1/2
};

/// The variance rho of the normal prior's precision that makes a bound tightest there, up to 1 / v_opt: v_opt / (2 ln(1
/// / a) + ln(1 + 2 ln(1 / a))), of a one-sided bound with a = 2 alpha. Exactly it is v_opt / lambert_wm1_excess(-2 ln
/// a). NaN where the tuning is out of its ranges.
[[nodiscard]] LEEWAY_EXPORT double normal_best_rho(const BoundTuning& tuning, Sides sides) noexcept;

// Of all mixtures: log_e_value is ln E for a sum s in intrinsic time v. NaN where v is negative, or one is not a
// number. bound is the least s >= 0 with E >= 1 / alpha; NaN where v is negative or not a number. Up to 1e100 no
// argument gives another NaN.

class NormalMixture {
 public:
  /// Errors (invalid_argument): a tuning out of its ranges.
  LEEWAY_EXPORT static Result<NormalMixture> make(const BoundTuning& tuning, Sides sides);

  [[nodiscard]] LEEWAY_EXPORT double log_e_value(double s, double v) const noexcept;
  [[nodiscard]] LEEWAY_EXPORT double bound(double v, ErrorRate alpha) const noexcept;
  [[nodiscard]] double rho() const noexcept { return rho_; }

 private:
  NormalMixture(double rho, Sides sides) noexcept : rho_(rho), sides_(sides) {}

  double rho_;
  Sides sides_;
};

/// One-sided.
class GammaExponentialMixture {
 public:
  /// Errors (invalid_argument): a tuning out of its ranges, `c` not in [1e-100, 1e100].
  LEEWAY_EXPORT static Result<GammaExponentialMixture> make(const BoundTuning& tuning, double c);

  [[nodiscard]] LEEWAY_EXPORT double log_e_value(double s, double v) const noexcept;
  [[nodiscard]] LEEWAY_EXPORT double bound(double v, ErrorRate alpha) const noexcept;

 private:
  GammaExponentialMixture(double rho, double c) noexcept;

  double rho_;
  double c_;
  double at_nothing_;
};

/// One-sided.
class GammaPoissonMixture {
 public:
  /// Errors (invalid_argument): a tuning out of its ranges, `c` not in [1e-100, 1e100].
  LEEWAY_EXPORT static Result<GammaPoissonMixture> make(const BoundTuning& tuning, double c);

  [[nodiscard]] LEEWAY_EXPORT double log_e_value(double s, double v) const noexcept;
  [[nodiscard]] LEEWAY_EXPORT double bound(double v, ErrorRate alpha) const noexcept;

 private:
  GammaPoissonMixture(double rho, double c) noexcept;

  double rho_;
  double c_;
  double at_nothing_;
};

/// In intrinsic time v a sum is between -v / h and v / g: beyond, it counts as that end, and a bound that would be
/// beyond is v / g. Of a two-sided one, bound is the upper end; swap g and h for the lower one.
class BetaBinomialMixture {
 public:
  /// Errors (invalid_argument): a tuning out of its ranges, `g` or `h` not in [1e-50, 1e50].
  LEEWAY_EXPORT static Result<BetaBinomialMixture> make(const BoundTuning& tuning, double g, double h, Sides sides);

  [[nodiscard]] LEEWAY_EXPORT double log_e_value(double s, double v) const noexcept;
  [[nodiscard]] LEEWAY_EXPORT double bound(double v, ErrorRate alpha) const noexcept;

 private:
  BetaBinomialMixture(double g, double h, double weight, Sides sides) noexcept;

  double g_;
  double h_;
  double weight_;  // of the prior, in observations
  double log_prior_tail_ = 0;
  Sides sides_;
};

}  // namespace leeway::inline v1::stats

#endif
