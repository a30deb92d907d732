#ifndef LEEWAY_CORE_COUNTS_HPP
#define LEEWAY_CORE_COUNTS_HPP

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/result.hpp"

namespace leeway::inline v1 {

/// What is counted beside the cells of a feature. Exact integers.
struct SideCounts {
  std::uint64_t missing = 0;            ///< NaN and null; in no cell
  std::uint64_t malformed = 0;          ///< of the missing: text where a number was expected
  std::uint64_t unseen = 0;             ///< categories that the axis does not list; in no cell
  std::uint64_t below = 0;              ///< of the first cell: numbers below the reference range
  std::uint64_t above = 0;              ///< of the last cell: numbers above the reference range
  std::uint64_t negative_infinity = 0;  ///< of those below
  std::uint64_t positive_infinity = 0;  ///< of those above

  SideCounts& operator+=(const SideCounts& other) noexcept {
    missing += other.missing;
    malformed += other.malformed;
    unseen += other.unseen;
    below += other.below;
    above += other.above;
    negative_infinity += other.negative_infinity;
    positive_infinity += other.positive_infinity;
    return *this;
  }

  friend bool operator==(const SideCounts&, const SideCounts&) = default;
};

/// The distribution of one feature: counts per cell and beside the cells. Totals balance: every recorded value
/// is in exactly one cell, or missing, or unseen. Merging is exact and order-free.
struct Counts {
  std::vector<std::uint64_t> cells;
  SideCounts side;

  /// Values that fell in a cell.
  [[nodiscard]] std::uint64_t in_cells() const noexcept {
    return std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
  }
  /// Values that were there: in a cell, or unseen.
  [[nodiscard]] std::uint64_t present() const noexcept { return in_cells() + side.unseen; }
  /// Values recorded.
  [[nodiscard]] std::uint64_t total() const noexcept { return present() + side.missing; }

  /// Adds counts over the same cells. Errors: incompatible (another number of cells); nothing is added then.
  Result<void> merge(const Counts& other) {
    if (other.cells.size() != cells.size()) {
      return Error{ErrorCode::incompatible,
                   "expected " + std::to_string(cells.size()) + " cells, found " + std::to_string(other.cells.size()),
                   {}};
    }
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] += other.cells[i];
    side += other.side;
    return {};
  }

  friend bool operator==(const Counts&, const Counts&) = default;
};

}  // namespace leeway::inline v1

#endif
