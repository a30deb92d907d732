#ifndef LEEWAY_PROFILE_EDGES_HPP
#define LEEWAY_PROFILE_EDGES_HPP

// How the cells of a numeric feature are chosen from its reference values.
// Equal frequency is the default: every cell then carries the same weight of evidence, whatever the shape.
// Sources: Sturges 1926, Doane 1976, Freedman & Diaconis 1981; quantiles by linear interpolation (Hyndman &
// Fan 1996, type 7, as numpy.quantile). Thread contract: pure functions.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/axis.hpp"

namespace leeway::inline v1::profile {

enum class EdgeRule {
  equal_frequency,    ///< at the quantiles i / cells
  equal_width,        ///< cells of equal width
  sturges,            ///< equal width, log2(n) + 1 cells
  doane,              ///< equal width, Sturges corrected for skewness
  freedman_diaconis,  ///< equal width 2 IQR n^(-1/3)
  logarithmic,        ///< equal ratios; positive values only, the rest falls in the first cell
};

/// The rule's name on the command line: equal-frequency, equal-width, sturges, doane, fd, log.
[[nodiscard]] LEEWAY_EXPORT const char* to_string(EdgeRule rule) noexcept;
[[nodiscard]] LEEWAY_EXPORT std::optional<EdgeRule> parse_edge_rule(std::string_view name) noexcept;

/// Chosen cells and the name of how they were chosen, as in "equal-frequency-10".
struct NamedAxis {
  Axis axis;
  std::string name;
};

/// The axis of `values` (finite, in any order) by `rule`; `cells` counts for the rules that do not choose it.
///
/// Whatever the rule, no cell of the result is empty on these values, but for the two neighbours of a constant.
/// By equal frequency: a value that holds at least 1/cells of the values gets a cell of its own, [v, nextafter(v));
/// at most `cells` distinct values get one cell each. So the number of cells can be lower than asked for, or higher
/// by the number of such heavy values. A constant gets three cells: below, itself, above. No values: one cell.
/// Errors (invalid_argument): cells outside [1, kMaxCells], a value that is not finite. Cost: a sort.
[[nodiscard]] LEEWAY_EXPORT Result<NamedAxis> choose_axis(std::span<const double> values, EdgeRule rule,
                                                          std::size_t cells);

}  // namespace leeway::inline v1::profile

#endif
