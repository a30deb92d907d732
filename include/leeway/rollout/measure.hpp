#ifndef LEEWAY_ROLLOUT_MEASURE_HPP
#define LEEWAY_ROLLOUT_MEASURE_HPP

// Measurements of one arm from what a recorder has counted: one collector an arm, drained once a tick.
//
//   const stream::Pane pane = collector.drain();
//   report.readings.push_back({"error", rollout::rate_of(pane.counts()[0], 1)});   // the second category
//   report.readings.push_back({"latency_ms", rollout::distribution_of(axis, pane.counts()[1])});
//   report.readings.push_back({"revenue", rollout::mean_of(pane.moments()[2])});
//
// Not for metrics whose missing or infinite values are the damage: none of these counts them, so record those as a
// rate of their own. Cost: a copy of the cells. Thread contract: pure functions.

#include <cstddef>
#include <cstdint>

#include "leeway/core/counts.hpp"
#include "leeway/core/edges_axis.hpp"
#include "leeway/core/histogram.hpp"
#include "leeway/core/moments.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout {

/// The share of one cell, as of the category "failed", among the values that were there. A cell that does not exist has
/// no events and no values: an empty rate is never a pass.
[[nodiscard]] inline Rate rate_of(const Counts& counts, std::size_t cell) {
  if (cell >= counts.cells.size()) return {};
  return {.events = counts.cells[cell], .count = counts.present()};
}

/// Of finite values. Clipped ones (Moments::clipped) enter as the clipped value.
[[nodiscard]] inline Mean mean_of(const Moments& moments) {
  const double degrees = moments.count() > 1 ? static_cast<double>(moments.count() - 1) : 0;
  return {.count = moments.count(), .mean = moments.mean().value_or(0), .m2 = degrees * moments.variance().value_or(0)};
}

/// `counts` are over the cells of `axis`; the metric's edges in the policy are the axis's interior edges.
[[nodiscard]] inline Distribution distribution_of(const EdgesAxis& axis, const Counts& counts) {
  return {{axis.interior_edges().begin(), axis.interior_edges().end()}, counts.cells};
}
[[nodiscard]] inline Distribution distribution_of(const Histogram<EdgesAxis>& histogram) {
  return distribution_of(histogram.axis(), histogram.counts());
}

}  // namespace leeway::inline v1::rollout

#endif
