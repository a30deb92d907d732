#ifndef LEEWAY_BASE_EVIDENCE_HPP
#define LEEWAY_BASE_EVIDENCE_HPP

#include <cstdint>
#include <optional>
#include <string>

namespace leeway::inline v1 {

/// One measured number and all that is needed to judge it: how it was computed, on how much, and what
/// would have been noise. What has no value is absent; no number here is ever NaN.
struct Evidence {
  std::string name;        ///< metric, as in "psi"
  std::string convention;  ///< how exactly, as in "psi/equal-frequency-10/jeffreys"
  double value = 0;
  std::optional<double> threshold{};      ///< effect from which the metric counts as drift
  std::optional<double> null_quantile{};  ///< value that noise alone exceeds with at most the stated error rate
  std::optional<double> p_value{};        ///< probability of at least this value if nothing had changed
  std::optional<double> error_bound{};    ///< the exact statistic lies in [value, value + error_bound]
  std::uint64_t reference_count = 0;      ///< values behind the reference side
  std::uint64_t live_count = 0;           ///< values behind the live side

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

}  // namespace leeway::inline v1

#endif
