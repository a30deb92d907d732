#ifndef LEEWAY_STATS_PROPORTIONS_HPP
#define LEEWAY_STATS_PROPORTIONS_HPP

// Tests on shares: missing rates, unseen categories, values beyond the reference range.
// Counts may be as large as 2^53. Accuracy: 1e-11 relative, however small the p-value. Cost: below 0.1 ms; no loop
// grows with the counts, but that of excess_p_value. Sources: Fisher 1935, Wilks 1941, Loader 2000 (probabilities
// without cancellation). Thread contract: pure functions.

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::stats {

/// Two-sided p-value that two shares, events_a of trials_a and events_b of trials_b, are equal: the pooled
/// chi-square test (without continuity correction) where every expected count is at least 20, Fisher's exact test
/// elsewhere: the probability of all tables at most as probable as the observed one, ties within a factor of 1 + 1e-7.
/// 1 where it cannot be asked (a side without trials). Preconditions: events <= trials on each side.
[[nodiscard]] LEEWAY_EXPORT double two_proportions_p_value(std::uint64_t events_a, std::uint64_t trials_a,
                                                           std::uint64_t events_b, std::uint64_t trials_b);

/// P(at least `events` of `trials`), given how many events both samples have, if both follow one law: Fisher's exact
/// test, one-sided, which is the beta-binomial upper tail with parameters (trials, reference_events + 1,
/// reference_trials - reference_events). 1 for no events or no reference. Cost: some standard
/// deviations of the count as steps, at most: 0.3 ms for counts of 10^9. Preconditions: events <= trials on each side.
[[nodiscard]] LEEWAY_EXPORT double excess_p_value(std::uint64_t events, std::uint64_t trials,
                                                  std::uint64_t reference_events, std::uint64_t reference_trials);

/// P(at least `beyond` of `live` new values lie outside the range of `reference` values drawn from the same
/// continuous law): the beta-binomial upper tail with parameters (live, 2, reference - 1), whatever the law
/// (Wilks 1941). 1 for beyond = 0 or reference < 2, 0 for beyond > live. Ties make it conservative.
[[nodiscard]] LEEWAY_EXPORT double beyond_range_p_value(std::uint64_t beyond, std::uint64_t live,
                                                        std::uint64_t reference);

/// p-value that counts were split by these shares: the chi-square test. For one look; looked at again and again it
/// alarms far more often than that (sample_ratio.hpp does not). 1 without counts. Errors (invalid_argument): fewer than
/// 2 shares, a share that is not positive, shares that do not sum to 1 (within 1e-9); incompatible: unlike numbers of
/// counts and shares.
[[nodiscard]] LEEWAY_EXPORT Result<double> split_p_value(std::span<const std::uint64_t> counts,
                                                         std::span<const double> shares);

}  // namespace leeway::inline v1::stats

#endif
