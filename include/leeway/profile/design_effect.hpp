#ifndef LEEWAY_PROFILE_DESIGN_EFFECT_HPP
#define LEEWAY_PROFILE_DESIGN_EFFECT_HPP

// How many rows speak for one independent row: what clustered or autocorrelated traffic does to every law of noise.
//
// From K panes of rows in the order of time, with share x_kc in cell c of n_k values, and p_c over all:
//   mean = sum (x_(k-1)c - 2 x_kc + x_(k+1)c)^2 / (p_c (1/n_(k-1) + 4/n_k + 1/n_(k+1))) / ((K - 2) (B - 1)).
// Differences of neighbours (von Neumann 1941; of second order, as Allan 1966), not from the mean: a trend cancels, and
// so does a season slow beside a pane: they are change and not noise. Panes cut dependence off at their ends: what that
// hides is added, extrapolated (Richardson) from panes twice as long where it is much. Where
// longer ones show far less, it was a season of the panes' own length, and the least of all lengths is taken. The mean
// is over the B - 1 directions in which shares can move. A slow series moves most in a few of them: `cells` is the
// average weighed by itself, sum of squares by sum (the scale of Rao & Scott 1984, kept with all its degrees), which
// bounds far tails as well. Its squares are estimated without bias.

#include <cstddef>
#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::profile {

/// Each at least 1; all 1 where rows count as independent.
struct DesignEffect {
  double mean = 1;              ///< over the cells of the values present
  double cells = 1;             ///< weighed by the directions that vary: what null laws use
  double missing = 1;           ///< of the missing rate
  std::uint64_t pane_rows = 0;  ///< rows of a pane; 0: not estimated

  friend bool operator==(const DesignEffect&, const DesignEffect&) = default;
};

/// Estimates it from one cell per row, in the order of time; a cell of `cells` or more is a missing value.
///
/// Panes are a 50th of the rows, but at least 200 rows where that leaves 20 panes, a 20th otherwise, and never under 20
/// rows; fewer than 200 rows have no estimate. Of dependence that outlasts two panes a part is seen. Cells of less than
/// one value a pane count as one. Independent rows exceed 1 by chance: only what they would exceed with probability
/// 0.01 is taken, so that 99 in 100 of their features have exactly 1. Cost: rows + panes^2 times cells.
[[nodiscard]] LEEWAY_EXPORT DesignEffect estimate_design_effect(std::span<const std::uint32_t> rows, std::size_t cells);

}  // namespace leeway::inline v1::profile

#endif
