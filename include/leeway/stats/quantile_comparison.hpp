#ifndef LEEWAY_STATS_QUANTILE_COMPARISON_HPP
#define LEEWAY_STATS_QUANTILE_COMPARISON_HPP

// Is a quantile of the candidate, such as its P99 latency, another one or a higher one than the baseline's, at every
// moment one looks? No threshold has to be chosen beforehand.
//
//   const double log_e = *quantile_excess_log_e_value(Baseline{base_counts}, Candidate{candidate_counts}, 0.99,
//                                                     {.t_opt = 10000});            // counts of one histogram each
//   if (log_e >= log_threshold(ErrorRate(0.05))) ...
//
// If the quantiles are as the null hypothesis says, there is a value q between which both arms' shares are as it says;
// the e-value is the smallest over q of the product of both arms' beta-binomial mixtures. p-value: min(1, e^-ln E).
// Each arm must follow one law over time: with traffic that shifts while latencies drift, use exceedance.hpp, which
// also finds most changes sooner (it needs thresholds). Counts are those since the comparison began.
// Source: Howard & Ramdas 2022, theorem 5. Thread contract: pure functions.

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::stats {

/// For how many values of an arm a test is to be quickest. It is valid for all.
struct QuantileTuning {
  double t_opt = 1000;        ///< > 0
  ErrorRate alpha_opt{0.05};  ///< of a one-sided test below 1/2
};

/// ln E against equal p-quantiles, two-sided, of values in any order. 0 where an arm is empty. Errors
/// (invalid_argument): p not in (0, 1), a tuning out of its ranges; data: a value that is no number. Cost: sorting, and
/// 0.3 microseconds per value between the two quantiles.
[[nodiscard]] LEEWAY_EXPORT Result<double> quantile_log_e_value(Baseline<std::span<const double>> baseline,
                                                                Candidate<std::span<const double>> candidate, double p,
                                                                const QuantileTuning& tuning = {});

/// ln E against the candidate's p-quantile being at most the baseline's, of counts per cell of one histogram, the cells
/// beyond its edges included, in ascending order. What a cell hides counts for the null hypothesis. Errors
/// (invalid_argument): p not in (0, 1), a tuning out of its ranges; incompatible: unlike numbers of cells. Cost: 1
/// microsecond per cell.
[[nodiscard]] LEEWAY_EXPORT Result<double> quantile_excess_log_e_value(
    Baseline<std::span<const std::uint64_t>> baseline, Candidate<std::span<const std::uint64_t>> candidate, double p,
    const QuantileTuning& tuning = {});

}  // namespace leeway::inline v1::stats

#endif
