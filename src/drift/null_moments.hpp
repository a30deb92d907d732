#ifndef LEEWAY_SRC_DRIFT_NULL_MOMENTS_HPP
#define LEEWAY_SRC_DRIFT_NULL_MOMENTS_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "leeway/drift/metric.hpp"

namespace leeway::inline v1::drift::detail {

struct NullMoments {
  double mean;
  double variance;
  double third;   ///< central
  double fourth;  ///< cumulant: 0 of a normal law
};

/// Moments of a metric that is a sum over cells (its square if it is a root), when live counts are drawn from the
/// shares that the reference leaves possible: in each cell a beta-binomial count. That the counts add up to
/// `live_count` is taken into account as for a large sample: by the part of the sum that does not follow them (Holst
/// 1972). Dependent rows come `deff` at a time: so many fewer are drawn, and each counts as so many.
/// Preconditions: is_sum_over_cells(metric), at least two cells, live_count > 0. Cost: some microseconds for each of
/// the different counts.
[[nodiscard]] NullMoments null_moments(Metric metric, CountsView reference, std::uint64_t live_count, double deff);

/// The same given the counts of both sides together, which of their values are live being chance: the permutation law,
/// in each cell hypergeometric. It holds whatever is decided by the counts of both, such as which cells are pooled.
/// Preconditions: as above; live_count < total of `both`.
[[nodiscard]] NullMoments null_moments_of_both(Metric metric, CountsView both, std::uint64_t live_count);

/// Dependent rows as so many independent ones.
[[nodiscard]] inline double independent_rows(std::uint64_t rows, double deff) {
  return (std::max)(1.0, std::round(static_cast<double>(rows) / deff));
}

}  // namespace leeway::inline v1::drift::detail

#endif
