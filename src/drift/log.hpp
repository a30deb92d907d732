#ifndef LEEWAY_SRC_DRIFT_LOG_HPP
#define LEEWAY_SRC_DRIFT_LOG_HPP

// A logarithm of our own, so that a divergence is the same bytes on every machine: libm's differs between
// versions and instruction sets. At most 1 ulp. No table, no FMA, no branch for normal numbers: vectorisable.
// Method: x = 2^k m with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(s), s = (m - 1) / (m + 1), by its power
// series in s^2 <= 0.0295, carried so that the leading term f = m - 1 stays exact.

#include <bit>
#include <cstdint>
#include <limits>

namespace leeway::inline v1::drift::detail {

// sum over i >= 1 of 2 z^i / (2 i + 1): what 2 atanh(s) / s adds to 2, with z = s^2.
[[nodiscard]] inline double atanh_series(double z) noexcept {
  constexpr double kTerms[] = {2.0 / 25, 2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15,
                               2.0 / 13, 2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  double sum = 0;
  for (double term : kTerms) sum = sum * z + term;
  return sum * z;
}

/// Natural logarithm of x >= 0; -infinity at 0, +infinity at +infinity. Precondition: x is not NaN, not negative.
[[nodiscard]] inline double log(double x) noexcept {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    exponent = -54;
  }
  // Adding the distance of 1 to sqrt(1/2) in bits moves the borders of the exponent to sqrt(1/2) and sqrt(2).
  constexpr std::uint64_t kOne = 0x3FF0'0000'0000'0000u;
  constexpr std::uint64_t kRootHalf = 0x3FE6'A09E'667F'3BCDu;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) + (kOne - kRootHalf);
  exponent += static_cast<int>(bits >> 52) - 1023;
  const double mantissa = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFFu) + kRootHalf);
  const double f = mantissa - 1;
  const double s = f / (2 + f);
  const double half_square = 0.5 * f * f;
  const double k = exponent;
  constexpr double kLn2High = 0x1.62e42fee00000p-1;  // 32 bits: k times it is exact
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  // ln m = f - (f^2/2 - s (f^2/2 + R)), with R the series beyond its first term.
  const double correction = half_square - (s * (half_square + atanh_series(s * s)) + k * kLn2Low);
  return k * kLn2High - (correction - f);
}

}  // namespace leeway::inline v1::drift::detail

#endif
