#ifndef LEEWAY_DRIFT_METRIC_HPP
#define LEEWAY_DRIFT_METRIC_HPP

#include <array>
#include <optional>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// The metrics that a report can hold, and at last one that only presets have (preset.hpp).
enum class Metric {
  psi,
  ks,
  js_divergence,
  js_distance,
  kl_live_reference,
  kl_reference_live,
  hellinger,
  total_variation,
  l_infinity,
  wasserstein,
  chi_square,
  g,
  cramers_v,
  cramer_von_mises,
  anderson_darling,
  z_test,  ///< of two shares: two cells only
};

inline constexpr std::array kMetrics{Metric::psi,
                                     Metric::ks,
                                     Metric::js_divergence,
                                     Metric::js_distance,
                                     Metric::kl_live_reference,
                                     Metric::kl_reference_live,
                                     Metric::hellinger,
                                     Metric::total_variation,
                                     Metric::l_infinity,
                                     Metric::wasserstein,
                                     Metric::chi_square,
                                     Metric::g,
                                     Metric::cramers_v,
                                     Metric::cramer_von_mises,
                                     Metric::anderson_darling};

[[nodiscard]] constexpr const char* to_string(Metric metric) noexcept {
  switch (metric) {
    case Metric::psi: return "psi";
    case Metric::ks: return "ks";
    case Metric::js_divergence: return "js_divergence";
    case Metric::js_distance: return "js_distance";
    case Metric::kl_live_reference: return "kl_live_reference";
    case Metric::kl_reference_live: return "kl_reference_live";
    case Metric::hellinger: return "hellinger";
    case Metric::total_variation: return "total_variation";
    case Metric::l_infinity: return "l_infinity";
    case Metric::wasserstein: return "wasserstein";
    case Metric::chi_square: return "chi_square";
    case Metric::g: return "g_test";
    case Metric::cramers_v: return "cramers_v";
    case Metric::cramer_von_mises: return "cramer_von_mises";
    case Metric::anderson_darling: return "anderson_darling";
    case Metric::z_test: return "z_test";
  }
  return "unknown";
}

[[nodiscard]] constexpr std::optional<Metric> parse_metric(std::string_view name) noexcept {
  for (const Metric metric : kMetrics) {
    if (name == to_string(metric)) return metric;
  }
  return std::nullopt;
}

/// Whether cells must be in an order: those that compare distribution functions.
[[nodiscard]] constexpr bool needs_order(Metric metric) noexcept {
  return metric == Metric::ks || metric == Metric::wasserstein || metric == Metric::cramer_von_mises ||
         metric == Metric::anderson_darling;
}

/// The metric on two count vectors, with the defaults of its own header; Wasserstein is in steps between cells.
/// Errors: incompatible (unequal or zero number of cells; z_test), undefined (a side without any value).
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> measure(Metric metric, CountsView reference, CountsView live);

}  // namespace leeway::inline v1::drift

#endif
