#ifndef LEEWAY_STATS_ASYMPTOTIC_SEQUENCE_HPP
#define LEEWAY_STATS_ASYMPTOTIC_SEQUENCE_HPP

// Confidence sequences for means and differences of means from summary statistics alone, valid in the limit of many
// observations, and the conventions of other packages for them, under their names.
//
//   const double rho2 = *asymptotic_best_rho2(1000, ErrorRate(0.05));
//   const double margin = *asymptotic_margin(count, rho2, ErrorRate(0.05));       // times the standard deviation
//
// Not for small samples, nor for requests that depend on each other: with noise that an arm's requests share, 17 % to
// 35 % false findings at alpha = 0.05 were seen. There use tick differences: t_mixture.hpp. Both arms pooled over time
// also take a common drift for a difference where traffic shifts: rate_e_process.hpp.
// Sources: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024 (asymptotic confidence sequences); Lindon, Ham, Tingley &
// Bojinov 2022 (linear models, the R package avlm). Thread contract: pure functions.

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/confidence_sequence.hpp"

namespace leeway::inline v1::stats {

/// The mixing variance that makes margins tightest after t observations, exactly: by Lambert's W. Error
/// (invalid_argument): t not positive.
[[nodiscard]] LEEWAY_EXPORT Result<double> asymptotic_best_rho2(double t, ErrorRate alpha);

/// How far a mean of t observations may ever be from the truth, in standard deviations of one observation: sqrt((t rho2
/// + 1) / (t^2 rho2) ln((t rho2 + 1) / alpha^2)), two-sided. Errors (invalid_argument): t or rho2 not positive.
[[nodiscard]] LEEWAY_EXPORT Result<double> asymptotic_margin(double t, double rho2, ErrorRate alpha);

// ---- avlm: coefficients of linear models

/// ln of the e-value against a coefficient being 0: of its squared t statistic with nu degrees of freedom, from n rows;
/// g > 0 is the prior's precision in rows. log_G_t of avlm. Errors (invalid_argument): t_squared negative, nu, n or g
/// not positive.
[[nodiscard]] LEEWAY_EXPORT Result<double> log_t_e_value(double t_squared, double nu, double n, double g);

/// The t statistic up to which a coefficient is not rejected, of n rows and that many coefficients; infinity where no
/// statistic is enough. t_radius of avlm. Errors (invalid_argument): g not positive, n not above coefficients, these
/// below 1.
[[nodiscard]] LEEWAY_EXPORT Result<double> anytime_t_radius(double g, double n, double coefficients, ErrorRate alpha);

/// The same of a z statistic: sqrt((g + n) / n ln((g + n) / (g alpha^2))). z_radius of avlm. Errors
/// (invalid_argument): g or n not positive.
[[nodiscard]] LEEWAY_EXPORT Result<double> anytime_z_radius(double g, double n, ErrorRate alpha);

// ---- GrowthBook: two arms

/// An arm by its sums, as data warehouses give them.
struct ArmSums {
  double sum = 0;
  double sum_of_squares = 0;
  double count = 0;
};

/// What is estimated: B - A, or (B - A) / A.
enum class Effect : std::uint8_t { absolute, relative };

/// Bounds of the effect of arm B over arm A as GrowthBook has them, tuned for `tuning` observations of both. Two-sided
/// they hold together; one-sided, each of them alone. A relative effect is by the delta method. Errors
/// (invalid_argument): tuning not positive, an arm of fewer than 2 observations or with sums that cannot be; undefined:
/// a relative effect on a mean of 0; alpha from 1/2 on one-sided.
[[nodiscard]] LEEWAY_EXPORT Result<ConfidenceBounds> growthbook_bounds(const ArmSums& a, const ArmSums& b,
                                                                       Effect effect, Sides sides, ErrorRate alpha,
                                                                       double tuning);

}  // namespace leeway::inline v1::stats

#endif
