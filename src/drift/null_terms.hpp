#ifndef LEEWAY_SRC_DRIFT_NULL_TERMS_HPP
#define LEEWAY_SRC_DRIFT_NULL_TERMS_HPP

// Metrics that are sums over cells, in counts: what a null law evaluates thousands of times. The values are those of
// measure() up to rounding; the root of a metric that is one is left to the caller.

#include <cmath>
#include <cstdint>

#include "drift/share_terms.hpp"
#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift::detail {

/// The metric, or its square if it is a root.
[[nodiscard]] constexpr bool is_root(Metric metric) noexcept {
  return metric == Metric::js_distance || metric == Metric::hellinger || metric == Metric::cramers_v;
}

/// Whether the metric, or its square if it is a root, is a sum over cells, near a multiple of chi-square where cells
/// are full: all f-divergences approach the same quadratic form.
[[nodiscard]] constexpr bool is_sum_over_cells(Metric metric) noexcept {
  return metric != Metric::total_variation && metric != Metric::l_infinity && !needs_order(metric);
}

/// Totals of both sides over so many cells that hold a value.
struct Totals {
  double reference;
  double live;
  double cells;

  [[nodiscard]] double reference_share(double r) const noexcept { return (r + 0.5) / (reference + 0.5 * cells); }
  [[nodiscard]] double live_share(double x) const noexcept { return (x + 0.5) / (live + 0.5 * cells); }
};

[[nodiscard]] inline double chi_square_of(double r, double x, const Totals& t) noexcept {
  const double d = r * t.live - x * t.reference;
  return r + x > 0 ? d / t.live * (d / t.reference) / (r + x) : 0;
}

[[nodiscard]] inline double g_of(double r, double x, const Totals& t) noexcept {
  const double pooled = (r + x) / (t.reference + t.live);
  return 2 * (kl_of(x, pooled * t.live) + kl_of(r, pooled * t.reference));
}

/// Of a cell with r reference and x live values. Precondition: is_sum_over_cells(metric).
[[nodiscard]] inline double term_of(Metric metric, double r, double x, const Totals& t) noexcept {
  switch (metric) {
    case Metric::chi_square: return chi_square_of(r, x, t);
    case Metric::cramers_v: return chi_square_of(r, x, t) / (t.reference + t.live);
    case Metric::g: return g_of(r, x, t);
    default: break;
  }
  const double p = t.reference_share(r);
  const double q = t.live_share(x);
  switch (metric) {
    case Metric::psi: return psi_of(p, q);
    case Metric::kl_live_reference: return kl_of(q, p);
    case Metric::kl_reference_live: return kl_of(p, q);
    case Metric::hellinger: return hellinger_of(p, q);
    default: return js_of(p, q);
  }
}

}  // namespace leeway::inline v1::drift::detail

#endif
