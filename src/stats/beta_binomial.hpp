#ifndef LEEWAY_SRC_STATS_BETA_BINOMIAL_HPP
#define LEEWAY_SRC_STATS_BETA_BINOMIAL_HPP

// Evidence against a share: the likelihood of successes and failures, averaged over a beta law of the share around it,
// against that of the share. Logarithms without cancellation: Stirling's powers combine into deviances.

#include "leeway/base/probability.hpp"

namespace leeway::inline v1::stats::detail {

/// The share of the null hypothesis, and a beta law around it that weighs as much as `weight` observations.
struct ShareNull {
  double p;  ///< in (0, 1)
  double q;  ///< 1 - p, exactly where p is near 1
  double weight;
};

/// What was seen; the counts need not be whole.
struct ShareCounts {
  double successes;
  double failures;
  double shortfall;  ///< of successes: (successes + failures) p - successes
};

/// ln E against the share being p.
[[nodiscard]] double log_share_e_value(const ShareNull& null, const ShareCounts& seen) noexcept;

/// ln P(share > p) by the beta law after what was seen.
[[nodiscard]] double log_upper_share(const ShareNull& null, const ShareCounts& seen) noexcept;

/// ln E against the share being at most p: the law is cut off there. `log_prior_tail` is log_upper_share without
/// counts.
[[nodiscard]] inline double log_excess_e_value(const ShareNull& null, const ShareCounts& seen,
                                               double log_prior_tail) noexcept {
  return log_share_e_value(null, seen) + log_upper_share(null, seen) - log_prior_tail;
}

/// The weight of the law that is best after `t_opt` observations at that error rate, and at least 1/1000: for g and h
/// with g h = p q this is r / (g h) of Howard et al.
[[nodiscard]] double share_prior_weight(double t_opt, double two_sided_alpha) noexcept;

}  // namespace leeway::inline v1::stats::detail

#endif
