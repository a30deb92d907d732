#ifndef LEEWAY_SIMD_COUNT_ROWS_HPP
#define LEEWAY_SIMD_COUNT_ROWS_HPP

// Counting blocks of rows: many numeric features at once, each over its own few edges.
//
// One feature per vector lane. For every row and edge one comparison says for all lanes which values are at or above
// their edge; the tallies stay in registers for the length of a block. Cost: about one comparison and one addition per
// edge and vector. Not for features of more than kMaxRowEdges interior edges, nor for single columns.
// Results are those of core's count_value, on every instruction set.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/core/axis.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1::simd {

/// Most interior edges of a feature that RowPlan takes.
inline constexpr std::size_t kMaxRowEdges = 16;

/// The axes of a row's features, laid out for count_rows. Immutable.
class RowPlan {
 public:
  RowPlan() = default;
  /// One axis per feature. Categorical features and those of too many edges are left out: see takes().
  LEEWAY_EXPORT explicit RowPlan(std::span<const Axis* const> axes);

  /// Whether count_rows counts this feature.
  [[nodiscard]] bool takes(std::size_t feature) const noexcept { return takes_[feature]; }
  [[nodiscard]] std::size_t features() const noexcept { return takes_.size(); }
  /// How many tallies count_rows needs.
  [[nodiscard]] std::size_t tallies() const noexcept { return tallies_; }

  /// Features side by side in a table, whatever the length of a vector.
  static constexpr std::size_t kGroup = 16;

  /// Up to kGroup features that follow each other, the edges of each in a column of the table; unused places hold NaN,
  /// which no value is at or above. The last group of a row of at least kGroup features ends where the row ends and
  /// overlaps the one before, so that full vectors can be loaded.
  struct Group {
    std::size_t first_feature = 0;
    std::size_t features = 0;
    std::size_t overlap = 0;      ///< of them, those that the group before counts
    std::size_t edges = 0;        ///< of the feature with most
    std::size_t first_edge = 0;   ///< in table(): edges, then the lower and upper ends of the ranges
    std::size_t first_tally = 0;  ///< edges, then missing, below, above, negative and positive infinity
  };
  [[nodiscard]] std::span<const Group> groups() const noexcept { return groups_; }
  [[nodiscard]] const float* table() const noexcept { return table_.data(); }

 private:
  void add_group(std::span<const Axis* const> axes, std::size_t first, std::size_t overlap);

  std::vector<bool> takes_;
  std::vector<Group> groups_;
  std::vector<float> table_;
  std::size_t tallies_ = 0;
};

/// Adds rows to tallies: plan.tallies() of them, which may each hold up to 2^32 - 1 rows. Row i begins at
/// rows + i * row_stride. noexcept, no allocation. Thread contract: the caller owns the tallies.
LEEWAY_EXPORT void count_rows(const RowPlan& plan, const float* rows, std::size_t count, std::size_t row_stride,
                              std::uint32_t* tallies) noexcept;

/// Adds the tallies of `rows` rows to the counts of the features that the plan takes, and clears them.
LEEWAY_EXPORT void settle(const RowPlan& plan, std::uint64_t rows, std::uint32_t* tallies,
                          std::span<Counts> counts) noexcept;

}  // namespace leeway::inline v1::simd

#endif
