#ifndef LEEWAY_STATS_GAMMA_HPP
#define LEEWAY_STATS_GAMMA_HPP

// The gamma law, which holds scaled chi-square laws: c chi2 with d degrees is gamma(d / 2, 2 c).
// Boost.Math does the work and stays out of sight. Thread contract: pure functions.

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"

namespace leeway::inline v1::stats {

/// P(X >= x) for X gamma with `shape` and `scale`. Preconditions: x >= 0, shape > 0, scale > 0.
[[nodiscard]] LEEWAY_EXPORT double gamma_upper_tail(double x, double shape, double scale) noexcept;

/// The x with P(X >= x) = rate. Preconditions: shape > 0, scale > 0.
[[nodiscard]] LEEWAY_EXPORT double gamma_quantile(ErrorRate rate, double shape, double scale) noexcept;

}  // namespace leeway::inline v1::stats

#endif
