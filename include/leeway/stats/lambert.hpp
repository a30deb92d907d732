#ifndef LEEWAY_STATS_LAMBERT_HPP
#define LEEWAY_STATS_LAMBERT_HPP

// The lower real branch of Lambert's W: the w <= -1 with w e^w = x. Both the best retraining interval and the best
// tuning of a normal mixture are of its shape.
//
//   const double rho = v_opt / lambert_wm1_excess(-2 * std::log(0.05));   // of a normal mixture, exactly
//
// Near -1/e, where w is near -1, the distance to both says more than x does: there use lambert_wm1_excess.
// Method: a series in the square root of the distance, steps of fourth order beyond. Error: 2e-16 relative. Cost: below
// 50 ns. Source: Corless et al. 1996. Thread contract: pure functions.

#include "leeway/base/export.hpp"

namespace leeway::inline v1::stats {

/// W_-1(x) for x in [-1/e, 0). -1 below that, as rounding makes it; -infinity from 0 on; NaN for NaN.
[[nodiscard]] LEEWAY_EXPORT double lambert_wm1(double x) noexcept;

/// -1 - W_-1(-e^(-1 - l)) for l >= 0: the y >= 0 with y - ln(1 + y) = l. NaN for l < 0.
[[nodiscard]] LEEWAY_EXPORT double lambert_wm1_excess(double l) noexcept;

}  // namespace leeway::inline v1::stats

#endif
