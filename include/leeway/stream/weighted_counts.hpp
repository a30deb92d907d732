#ifndef LEEWAY_STREAM_WEIGHTED_COUNTS_HPP
#define LEEWAY_STREAM_WEIGHTED_COUNTS_HPP

// Counts whose rows do not all weigh the same, as the whole counts that say as much.
//
// Rows of weights w have the information of n_eff = (sum w)^2 / sum w^2 equal ones (Kish 1965): a weighted share has
// the variance p (1 - p) / n_eff. So metrics and their null laws are given whole counts that add up to n_eff, in the
// proportions of the weighted ones. Rounding moves no count by 1 or more, n_eff itself is rounded down.

#include <cstdint>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1::stream {

/// Sum of the weights of rows, and of their squares.
struct EffectiveRows {
  double weights = 0;
  double squares = 0;

  void add(double rows, double weight) noexcept {
    weights += weight * rows;
    squares += weight * weight * rows;
  }
  /// All weights times `factor`.
  void scale(double factor) noexcept {
    weights *= factor;
    squares *= factor * factor;
  }
  /// n_eff; 0 without rows.
  [[nodiscard]] double count() const noexcept { return squares > 0 ? weights * weights / squares : 0; }
};

/// One feature's weighted counts. Thread contract: one writer.
class WeightedCounts {
 public:
  explicit WeightedCounts(std::size_t cells) : parts_(cells + kSides) {}

  /// Precondition: counts over as many cells.
  LEEWAY_EXPORT void add(const Counts& counts, double weight) noexcept;
  /// All weights times `factor`.
  LEEWAY_EXPORT void scale(double factor) noexcept;
  /// Whole counts that add up to `total`, by largest remainder; nothing but zeros without rows.
  [[nodiscard]] LEEWAY_EXPORT Counts rounded(std::uint64_t total) const;

 private:
  static constexpr std::size_t kSides = 7;

  std::vector<double> parts_;  // the cells, unseen, missing; then the counts that are parts of those
};

}  // namespace leeway::inline v1::stream

#endif
