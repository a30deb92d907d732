#ifndef LEEWAY_SRC_STATS_SMIRNOV_TAIL_HPP
#define LEEWAY_SRC_STATS_SMIRNOV_TAIL_HPP

// The upper tail of Q = sum over j of Z_j^2 / r_j, with Z_j normal and 0 < r_1 < r_2 < ... (Smirnov 1937):
//
//   P(Q > x) = 1/pi sum over k >= 1 of (-1)^(k+1) integral from r_{2k-1} to r_{2k} of e^(-x y / 2) / (y sqrt|D(y)|) dy,
//   D(y) = product over j of (1 - y / r_j).
//
// In both laws that use it D is a sine of theta in [0, pi] on each interval, times what is smooth. With
// theta = pi (1 - cos phi) / 2 the integrand is even and periodic in phi, and the midpoint rule converges
// geometrically. Nothing cancels: the first term dominates, so that even small tails are exact.

#include <algorithm>
#include <cmath>

namespace leeway::inline v1::stats::detail {

inline constexpr double kPi = 3.14159265358979323846;

/// Integral over theta in (0, pi) of f(theta) / sqrt(sin theta), with the given number of points.
template <class Function>
[[nodiscard]] double integral_over_root_of_sine(int points, Function f) {
  double total = 0;
  for (int i = 0; i < points; ++i) {
    const double phi = (i + 0.5) * kPi / points;
    const double theta = 0.5 * kPi * (1 - std::cos(phi));
    total += f(theta) * 0.5 * kPi * std::sin(phi) / std::sqrt(std::sin(theta));
  }
  return total * kPi / points;
}

/// Sum of (-1)^(k+1) integral(k) over k = 1, 2, ...; `weight(k)` bounds the integral from above up to a factor and
/// falls.
template <class Weight, class Integral>
[[nodiscard]] double alternating_sum(Weight weight, Integral integral) {
  double total = 0;
  for (int k = 1; k <= 1000; ++k) {
    const double term = integral(k);
    total += k % 2 == 1 ? term : -term;
    if (weight(k + 1) < 1e-18 * weight(1)) break;
  }
  return std::clamp(total, 0.0, 1.0);
}

/// Points for the integrals at x: e^(-x y / 2) falls the faster the larger x is.
[[nodiscard]] inline int points_for(double x) { return 32 + static_cast<int>(24 * std::sqrt(x)); }

}  // namespace leeway::inline v1::stats::detail

#endif
