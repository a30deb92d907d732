#ifndef LEEWAY_DRIFT_DIVERGENCE_HPP
#define LEEWAY_DRIFT_DIVERGENCE_HPP

// What every metric of this module takes and returns.
//
// A metric compares two distributions over the same cells: the reference and the live one, each given as
// counts or as shares. Reference comes first. Sources: Kullback & Leibler 1951 (KL, and its symmetric sum,
// known in credit scoring as the population stability index), Lin 1991 (JS), Smirnov 1939 (KS); the others name theirs.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace leeway::inline v1::drift {

/// Exact counts, one per cell.
using CountsView = std::span<const std::uint64_t>;

/// Shares in [0, 1] that sum to 1 (within 1e-9), one per cell.
using SharesView = std::span<const double>;

/// How counts become shares before a logarithm or a root is taken.
enum class Smoothing {
  none,      ///< count / total; a cell empty on one side makes PSI and KL infinite
  jeffreys,  ///< (count + 1/2) / (total + cells / 2), both sides: finite, and unbiased to first order (Jeffreys 1946)
};

[[nodiscard]] constexpr const char* to_string(Smoothing smoothing) noexcept {
  return smoothing == Smoothing::none ? "none" : "jeffreys";
}

/// A divergence and what it rests on. Never NaN: a question without an answer is an Error (undefined).
struct Divergence {
  double value = 0;
  std::string convention{};           ///< as in "psi/jeffreys"
  std::uint64_t reference_count = 0;  ///< 0 when shares were given
  std::uint64_t live_count = 0;       ///< 0 when shares were given
  /// One per cell; they sum to the value. Of a root (JS distance, Hellinger, Cramer's V) to its square; of KS and
  /// L-infinity they are what the value is the largest of. None for samples, which have no cells.
  std::vector<double> contributions{};
  std::optional<double> p_value{};      ///< where the metric has a null law of its own
  std::optional<double> error_bound{};  ///< binned KS: the exact statistic lies in [value, value + error_bound]
};

}  // namespace leeway::inline v1::drift

#endif
