#ifndef LEEWAY_STATS_CHI_SQUARE_HPP
#define LEEWAY_STATS_CHI_SQUARE_HPP

// The chi-square law. A gamma law by another name; see gamma.hpp. Thread contract: pure functions.

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"

namespace leeway::inline v1::stats {

/// P(X >= x) for X chi-square with `degrees` degrees of freedom. Preconditions: x >= 0, degrees > 0.
[[nodiscard]] LEEWAY_EXPORT double chi_square_upper_tail(double x, double degrees) noexcept;

/// The x with P(X >= x) = rate. Precondition: degrees > 0.
[[nodiscard]] LEEWAY_EXPORT double chi_square_quantile(ErrorRate rate, double degrees) noexcept;

}  // namespace leeway::inline v1::stats

#endif
