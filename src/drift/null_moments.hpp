#ifndef LEEWAY_SRC_DRIFT_NULL_MOMENTS_HPP
#define LEEWAY_SRC_DRIFT_NULL_MOMENTS_HPP

#include <cstdint>

#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift::detail {

struct NullMoments {
  double mean;
  double variance;
  double third;  ///< central
};

/// Moments of a metric that is a sum over cells (its square if it is a root), when live counts are drawn from the
/// shares that the reference leaves possible: in each cell a beta-binomial count. That the counts add up to
/// `live_count` is taken into account as for a large sample: by the part of the sum that does not follow them (Holst
/// 1972). Preconditions: is_sum_over_cells(metric), at least two cells, live_count > 0. Cost: some microseconds a cell.
[[nodiscard]] NullMoments null_moments(Metric metric, CountsView reference, std::uint64_t live_count);

}  // namespace leeway::inline v1::drift::detail

#endif
