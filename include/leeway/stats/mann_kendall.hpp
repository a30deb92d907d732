#ifndef LEEWAY_STATS_MANN_KENDALL_HPP
#define LEEWAY_STATS_MANN_KENDALL_HPP

// Does a series of numbers rise or fall on the whole? By ranks: whatever the law of the numbers, as long as without a
// trend any order of them is equally likely. Seasons within the series or dependence from one number to the next break
// that: take means over whole seasons.
//
// Sources: Mann 1945, Kendall 1975 (statistic, variance with ties), Theil 1950, Sen 1968 (slope).
// Thread contract: pure functions.

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::stats {

struct MannKendall {
  std::int64_t s = 0;  ///< pairs that rise minus pairs that fall
  double tau = 0;      ///< s by the number of pairs that differ or could (Kendall's tau-b against time), in [-1, 1]
  double p_value = 1;  ///< two-sided
};

/// The p-value is exact up to 50 numbers without ties, else by the normal law with the variance of ties and a
/// correction for continuity. Fewer than 2 numbers, or all equal: s = 0, p = 1. Precondition: no NaN. Cost: quadratic.
[[nodiscard]] LEEWAY_EXPORT MannKendall mann_kendall(std::span<const double> series);

/// The median of the slopes between all pairs, per step; 0 for fewer than 2 numbers. Cost: quadratic.
[[nodiscard]] LEEWAY_EXPORT double theil_sen_slope(std::span<const double> series);

}  // namespace leeway::inline v1::stats

#endif
