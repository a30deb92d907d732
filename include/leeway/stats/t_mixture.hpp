#ifndef LEEWAY_STATS_T_MIXTURE_HPP
#define LEEWAY_STATS_T_MIXTURE_HPP

// Is the candidate's mean worse than the baseline's, looked at after every tick, whatever the variance?
//
//   auto test = *TMixture::make({.worse = Worse::higher, .margin = 5});
//   test.add(Baseline{MeanSummary{.count = 950, .mean = 120}}, Candidate{MeanSummary{.count = 50, .mean = 131}});
//   if (crosses(test.log_e_value(), ErrorRate(0.05))) ...
//
// One difference of means per tick, X = (harm - margin) sqrt(n m / (n + m)): what all requests of a tick have in common
// cancels, and what an arm's requests have in common shows as variance between ticks, so they need not be independent.
// Not for skewed values in arms of unequal size, whose differences are skewed: 20 % false findings at alpha = 0.05
// were seen (lognormal, s = 1.5, 95 to 5). Equal arms cancel skewness only of the same shape: 16 % were seen with a
// baseline N(1, 0.1), a lognormal candidate, 20 to 20, lower worse. Use logarithms, or exceedances (exceedance.hpp).
// Not for ticks of a few events. Magnitudes must not decide when one stops: the bet is fair given X / |X_1| alone.
//
// With S = sum X, V = sum X^2, x = S^2 / ((n + c2) V), and a normal prior of variance 1 / c2 on the effect in standard
// deviations, ln E = ln(c2 / (n + c2)) / 2 - n/2 ln(1 - x) two-sided. One-sided, with a half-normal prior, E is
// 2 F(t) times that: t = sign(S) sqrt(n x / (1 - x)), F Student's law of n degrees of freedom. Exact for normal X of
// mean 0; for a constant mean below 0 too, as t only falls; for means that vary below 0, simulated only. Below 0 the
// power of 1 - x in F cancels against that in E by hand, so no size loses digits. c2 = 10 suits 50 ticks. Sources: Lai
// 1976; Wang & Ramdas 2023. Cost: 1 microsecond per look. Thread contract: one thread at a time.

#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::stats {

/// ln E of n values with sum s and sum of squares v, two-sided; without v, that of s = 0. s^2 > n v, which rounding
/// makes, counts as n v. Preconditions: v >= 0, n >= 0, c2 > 0, all finite. Error: 1e-13 relative.
[[nodiscard]] LEEWAY_EXPORT double t_mixture_two_sided(double s, double v, double n, double c2) noexcept;

/// The same against a mean of at most 0.
[[nodiscard]] LEEWAY_EXPORT double t_mixture_one_sided(double s, double v, double n, double c2) noexcept;

struct TMixtureOptions {
  Goal goal = Goal::rollback;
  Worse worse = Worse::higher;
  double margin = 0;  ///< in the metric's unit, finite: >= 0, for Goal::promote > 0
  double c2 = 10;     ///< > 0
};

class TMixture {
 public:
  TMixture() = default;
  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<TMixture> make(const TMixtureOptions& options);

  /// One tick. Changes nothing where an arm is empty or a mean is not finite. `m2` is not used.
  LEEWAY_EXPORT void add(Baseline<MeanSummary> baseline, Candidate<MeanSummary> candidate) noexcept;
  /// One tick of rates. Precondition: events <= count (more count as count).
  LEEWAY_EXPORT void add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept;
  /// One tick, or several: candidate - baseline, and n m / (n + m). Of several, the mean of differences by these
  /// weights, and the weights' sum. Changes nothing where one is not finite, or the weight not positive.
  LEEWAY_EXPORT void add_difference(double difference, double weight) noexcept;

  [[nodiscard]] LEEWAY_EXPORT double log_e_value() const noexcept;
  /// Differences so far.
  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }
  [[nodiscard]] const TMixtureOptions& options() const noexcept { return options_; }

 private:
  TMixtureOptions options_{};
  double sum_ = 0;
  double squares_ = 0;
  std::uint64_t ticks_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
