#ifndef LEEWAY_SRC_STATS_STIRLING_HPP
#define LEEWAY_SRC_STATS_STIRLING_HPP

#include <cmath>

namespace leeway::inline v1::stats::detail {

inline double stirling_series(double z) noexcept {
  const double inverse = 1 / z;
  const double s = inverse * inverse;
  return inverse * (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s * (1.0 / 1188)))));
}

// ln Gamma(z) - (z - 1/2) ln z + z - ln(2 pi) / 2 for z > 0. Small z step up to where the series holds.
inline double log_gamma_excess(double z) noexcept {
  constexpr double kSeries = 10;
  if (z >= kSeries) return stirling_series(z);
  double product = 1;
  double up = z;
  for (; up < kSeries; ++up) product *= up;
  return (up - 0.5) * std::log(up) - (z - 0.5) * std::log(z) - std::log(product) - (up - z) + stirling_series(up);
}

}  // namespace leeway::inline v1::stats::detail

#endif
