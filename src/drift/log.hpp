#ifndef LEEWAY_SRC_DRIFT_LOG_HPP
#define LEEWAY_SRC_DRIFT_LOG_HPP

// A logarithm of our own, so that a divergence is the same bytes on every machine: libm's differs between
// versions and instruction sets. At most 1 ulp. No table, no FMA, no branch for normal numbers: vectorisable.
// Method: x = 2^k m with m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh(s), s = (m - 1) / (m + 1), by a polynomial
// in s^2 <= 0.0295, carried so that the leading term f = m - 1 stays exact.

#include <bit>
#include <cstdint>
#include <limits>

namespace leeway::inline v1::drift::detail {

// What 2 atanh(s) / s adds to 2, with z = s^2: z (2/3 + 2/5 z + ...), its 7 terms fitted at Chebyshev's points (mpmath,
// 50 digits) to an error of 3e-16 before the factor z, which is 0.04 ulp of the logarithm.
[[nodiscard]] inline double atanh_series(double z) noexcept {
  constexpr double kTerms[] = {0x1.2b584add1c619p-3, 0x1.39fe60617ce73p-3, 0x1.7462b4ab4c062p-3, 0x1.c71c62e57fa3fp-3,
                               0x1.2492492df1492p-2, 0x1.99999999952e2p-2, 0x1.5555555555558p-1};
  double sum = 0;
  for (const double term : kTerms) sum = sum * z + term;
  return sum * z;
}

/// Natural logarithm of 2^scale x. Precondition: x is a positive normal number. Without a branch.
[[nodiscard]] inline double log_normal(double x, double scale = 0) noexcept {
  // Adding the distance of 1 to sqrt(1/2) in bits moves the borders of the exponent to sqrt(1/2) and sqrt(2).
  constexpr std::uint64_t kOne = 0x3FF0'0000'0000'0000u;
  constexpr std::uint64_t kRootHalf = 0x3FE6'A09E'667F'3BCDu;
  constexpr std::uint64_t kTwo52 = 0x4330'0000'0000'0000u;  // with a small integer in its low bits: 2^52 + integer
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x) + (kOne - kRootHalf);
  const double k = std::bit_cast<double>(kTwo52 | (bits >> 52)) - (0x1p52 + 1023) + scale;
  const double mantissa = std::bit_cast<double>((bits & 0x000F'FFFF'FFFF'FFFFu) + kRootHalf);
  const double f = mantissa - 1;
  const double s = f / (2 + f);
  const double half_square = 0.5 * f * f;
  constexpr double kLn2High = 0x1.62e42fee00000p-1;  // 32 bits: k times it is exact
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  // ln m = f - (f^2/2 - s (f^2/2 + R)), with R the series beyond its first term.
  const double correction = half_square - (s * (half_square + atanh_series(s * s)) + k * kLn2Low);
  return k * kLn2High - (correction - f);
}

/// Natural logarithm of x >= 0; -infinity at 0, +infinity at +infinity. Precondition: x is not NaN, not negative.
[[nodiscard]] inline double log(double x) noexcept {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  return x < std::numeric_limits<double>::min() ? log_normal(x * 0x1p54, -54) : log_normal(x);
}

}  // namespace leeway::inline v1::drift::detail

#endif
