#ifndef LEEWAY_STATS_ANDERSON_DARLING_HPP
#define LEEWAY_STATS_ANDERSON_DARLING_HPP

// The law of the two-sample Anderson-Darling statistic, for continuous observations. Thread contract: pure functions.
// Sources: Anderson & Darling 1952 (limit), Pettitt 1976, Scholz & Stephens 1987 (two samples and more, variance).

#include <cstdint>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::stats {

/// P(A >= x) for the limit A of the statistic: sum of Z_j^2 / (j (j + 1)).
/// Accuracy: 1e-11 relative for x from 0.03 to 500, however small the tail. x <= 0 gives 1.
[[nodiscard]] LEEWAY_EXPORT double anderson_darling_upper_tail(double x);

/// Standard deviation of the statistic of two samples of n and m continuous observations, whose mean is 1.
/// Precondition: n + m >= 4, n and m >= 1. Cost: linear in n + m.
[[nodiscard]] LEEWAY_EXPORT double anderson_darling_deviation(std::uint64_t n, std::uint64_t m);

/// P(A >= a) for two samples: the limit law, with A brought to its variance. Preconditions as above.
[[nodiscard]] LEEWAY_EXPORT double anderson_darling_p_value(double a, std::uint64_t n, std::uint64_t m);

}  // namespace leeway::inline v1::stats

#endif
