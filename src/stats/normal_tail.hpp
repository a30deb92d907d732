#ifndef LEEWAY_SRC_STATS_NORMAL_TAIL_HPP
#define LEEWAY_SRC_STATS_NORMAL_TAIL_HPP

#include <cmath>
#include <numbers>

namespace leeway::inline v1::stats::detail {

/// P(Z >= z) of the standard normal law.
[[nodiscard]] inline double normal_upper_tail(double z) noexcept { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

/// z^2 / 2 + ln(2 P(Z <= z)), however small the probability: far below 0 by the continued fraction of Mills' ratio.
[[nodiscard]] inline double log_scaled_normal(double z) noexcept {
  constexpr double kFar = -6;
  constexpr int kTerms = 80;
  if (z > kFar) return z * z / 2 + std::log(std::erfc(-z / std::numbers::sqrt2));
  double ratio = -z;
  for (int k = kTerms; k > 0; --k) ratio = -z + k / ratio;
  return 0.5 * std::log(2 / std::numbers::pi) - std::log(ratio);
}

/// ln P(Z <= z).
[[nodiscard]] inline double log_normal_cdf(double z) noexcept {
  return z < 0 ? log_scaled_normal(z) - z * z / 2 - std::numbers::ln2 : std::log1p(-normal_upper_tail(z));
}

/// What is normal up to a relative error of sd^-3 where a law has the deviance D = -ln(density / its peak): the signed
/// root of 2 D, corrected by the standardised distance from the peak (Barndorff-Nielsen's r*, 1990). `middle` is the
/// correction at the peak.
[[nodiscard]] inline double corrected_root(double deviance, double distance, double sd, double middle) noexcept {
  constexpr double kMiddle = 1e-4;
  const double root = std::copysign(std::sqrt(2 * deviance), distance);
  return root + (std::fabs(root) > kMiddle ? std::log(distance / sd / root) / root : middle);
}

}  // namespace leeway::inline v1::stats::detail

#endif
