#ifndef LEEWAY_DRIFT_METRIC_HPP
#define LEEWAY_DRIFT_METRIC_HPP

#include <array>
#include <optional>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// The metrics that a report can hold.
enum class Metric { psi, ks, js_divergence, js_distance, kl_live_reference, kl_reference_live };

inline constexpr std::array kMetrics{Metric::psi,
                                     Metric::ks,
                                     Metric::js_divergence,
                                     Metric::js_distance,
                                     Metric::kl_live_reference,
                                     Metric::kl_reference_live};

[[nodiscard]] constexpr const char* to_string(Metric metric) noexcept {
  switch (metric) {
    case Metric::psi: return "psi";
    case Metric::ks: return "ks";
    case Metric::js_divergence: return "js_divergence";
    case Metric::js_distance: return "js_distance";
    case Metric::kl_live_reference: return "kl_live_reference";
    case Metric::kl_reference_live: return "kl_reference_live";
  }
  return "unknown";
}

[[nodiscard]] constexpr std::optional<Metric> parse_metric(std::string_view name) noexcept {
  for (const Metric metric : kMetrics) {
    if (name == to_string(metric)) return metric;
  }
  return std::nullopt;
}

/// KS is the only one that needs ordered cells.
[[nodiscard]] constexpr bool needs_order(Metric metric) noexcept { return metric == Metric::ks; }

/// The metric on two count vectors, with the default smoothing; KS is the binned one.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> measure(Metric metric, CountsView reference, CountsView live);

}  // namespace leeway::inline v1::drift

#endif
