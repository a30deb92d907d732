#ifndef LEEWAY_SRC_DRIFT_SUM_HPP
#define LEEWAY_SRC_DRIFT_SUM_HPP

#include <cmath>
#include <span>

namespace leeway::inline v1::drift::detail {

/// Compensated sum (Neumaier 1974): error independent of the number of terms. Infinite terms give an infinite sum.
[[nodiscard]] inline double sum(std::span<const double> terms) noexcept {
  double total = 0;
  double lost = 0;
  for (const double term : terms) {
    const double next = total + term;
    lost += std::fabs(total) >= std::fabs(term) ? (total - next) + term : (term - next) + total;
    total = next;
  }
  return std::isfinite(lost) ? total + lost : total;
}

}  // namespace leeway::inline v1::drift::detail

#endif
