#ifndef LEEWAY_CORE_COUNT_VALUE_HPP
#define LEEWAY_CORE_COUNT_VALUE_HPP

// The definition of counting one value: the portable oracle that every faster path must equal.
// No allocation, noexcept. Thread contract: the caller owns the counters.

#include <cstdint>
#include <string_view>

#include "leeway/core/axis.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1 {

/// Counts a number: NaN as missing, everything else in its cell, beyond the reference range also as below or above.
/// `cells` has axis.size() entries.
template <NumericAxis A>
void count_value(const A& axis, double x, std::uint64_t* cells, SideCounts& side) noexcept {
  if (detail::is_nan(x)) {
    ++side.missing;
    return;
  }
  ++cells[axis.cell(x)];
  if (x < axis.lower()) {
    ++side.below;
    if (!detail::is_finite(x)) ++side.negative_infinity;
  } else if (x > axis.upper()) {
    ++side.above;
    if (!detail::is_finite(x)) ++side.positive_infinity;
  }
}

/// Counts a category: in its cell, or as unseen.
inline void count_value(const CategoryAxis& axis, std::string_view value, std::uint64_t* cells,
                        SideCounts& side) noexcept {
  const std::size_t cell = axis.cell(value);
  if (cell == CategoryAxis::kUnseen) {
    ++side.unseen;
  } else {
    ++cells[cell];
  }
}

}  // namespace leeway::inline v1

#endif
