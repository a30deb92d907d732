#ifndef LEEWAY_STATS_CRAMER_VON_MISES_HPP
#define LEEWAY_STATS_CRAMER_VON_MISES_HPP

// The laws of the Cramer-von Mises statistic, for continuous observations. Thread contract: pure functions.
// Sources: Smirnov 1937 (limit), Anderson 1962 (two samples), Burr 1963 (by counting paths).

#include <cstdint>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::stats {

/// P(W >= x) for the limit W of the statistic, the integral of a squared Brownian bridge: sum of Z_j^2 / (j pi)^2.
/// Accuracy: 1e-11 relative for x from 0.004 to 100, however small the tail. x <= 0 gives 1.
[[nodiscard]] LEEWAY_EXPORT double cramer_von_mises_upper_tail(double x);

/// P(T >= t) for T of two samples of n and m continuous observations: exact where max(n, m) <= 20, else the limit law,
/// with T brought to its mean and variance. Preconditions: n, m >= 1.
[[nodiscard]] LEEWAY_EXPORT double cramer_von_mises_p_value(double t, std::uint64_t n, std::uint64_t m);

}  // namespace leeway::inline v1::stats

#endif
