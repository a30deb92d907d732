#ifndef LEEWAY_SRC_DRIFT_SHARE_TERMS_HPP
#define LEEWAY_SRC_DRIFT_SHARE_TERMS_HPP

// What one cell adds to each divergence, from its two shares alone. Zero shares have their limits.

#include <cmath>

#include "drift/log.hpp"
#include "drift/terms.hpp"

namespace leeway::inline v1::drift::detail {

[[nodiscard]] inline double psi_of(double reference, double live) noexcept {
  if (reference == live) return 0;  // also the cell that is empty on both sides
  return psi_term(reference, live, log(live) - log(reference));
}

/// p ln(p / q), with 0 ln 0 = 0 and an infinite surprise where q says never.
[[nodiscard]] inline double kl_of(double p, double q) noexcept { return p == 0 ? 0 : kl_term(p, log(p) - log(q)); }

/// Half of KL(reference || mean) + KL(live || mean), in nats.
[[nodiscard]] inline double js_of(double reference, double live) noexcept {
  const double mean = 0.5 * (reference + live);
  if (mean == 0) return 0;
  const auto log_of = [](double share) { return share == 0 ? 0 : log(share); };  // 0 ln 0 = 0
  return js_term(reference, live, log_of(reference), log_of(live), log(mean)).value();
}

/// Half of the squared difference of the roots: squared Hellinger.
[[nodiscard]] inline double hellinger_of(double reference, double live) noexcept {
  const double difference = std::sqrt(reference) - std::sqrt(live);
  return 0.5 * difference * difference;
}

inline constexpr double kNatsPerBit = 0.693147180559945309417;

}  // namespace leeway::inline v1::drift::detail

#endif
