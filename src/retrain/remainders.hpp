#ifndef LEEWAY_SRC_RETRAIN_REMAINDERS_HPP
#define LEEWAY_SRC_RETRAIN_REMAINDERS_HPP

// Small differences of large numbers, without the large numbers.

#include <cmath>

namespace leeway::inline v1::retrain::detail {

/// e^y - 1 - y.
[[nodiscard]] inline double expm1_minus(double y) noexcept {
  if (std::fabs(y) > 1) return std::expm1(y) - y;
  double term = y * y / 2;
  double sum = 0;
  for (int n = 3; sum + term != sum; ++n) {
    sum += term;
    term *= y / n;
  }
  return sum;
}

/// -log(1 - k) - k for 0 <= k < 1.
[[nodiscard]] inline double minus_log1p_minus(double k) noexcept {
  if (k > 0.3) return -std::log1p(-k) - k;
  double power = k * k;
  double sum = 0;
  for (int n = 2; sum + power / n != sum; ++n) {
    sum += power / n;
    power *= k;
  }
  return sum;
}

/// 1 - (1 + x) e^(-x) for x >= 0: what age x recovers of all that is recoverable.
[[nodiscard]] inline double recovered_share(double x) noexcept {
  return x < 1 ? std::exp(-x) * expm1_minus(x) : 1 - (1 + x) * std::exp(-x);
}

}  // namespace leeway::inline v1::retrain::detail

#endif
