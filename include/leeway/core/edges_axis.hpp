#ifndef LEEWAY_CORE_EDGES_AXIS_HPP
#define LEEWAY_CORE_EDGES_AXIS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/core/detail/bits.hpp"

namespace leeway::inline v1 {

/// Most cells an axis may have.
inline constexpr std::size_t kMaxCells = 4096;

/// Cells of a numeric feature between explicit interior edges, with a stated reference range.
///
/// k interior edges make k + 1 cells: (-inf, e_1), [e_1, e_2), ..., [e_k, +inf). The outer cells are open, so
/// every number has a cell; values below lower() or above upper() are counted there and, apart, as below or
/// above the range. Without them the counts are those of numpy.histogram over {lower, e_1, ..., e_k, upper},
/// last cell closed. cell() costs a binary search. Thread contract: immutable.
class EdgesAxis {
 public:
  /// Errors (invalid_argument): edges not finite or not strictly ascending, more than kMaxCells - 1 of them, a
  /// range that is not finite or upside down.
  static Result<EdgesAxis> make(std::vector<double> interior_edges, double lower, double upper) {
    if (auto error = check(interior_edges, lower, upper); !error.message.empty()) return error;
    return EdgesAxis(std::move(interior_edges), lower, upper);
  }

  [[nodiscard]] std::size_t size() const noexcept { return edges_.size() + 1; }
  [[nodiscard]] std::span<const double> interior_edges() const noexcept { return edges_; }
  [[nodiscard]] double lower() const noexcept { return lower_; }
  [[nodiscard]] double upper() const noexcept { return upper_; }

  /// The cell of x: the number of interior edges that are at most x. Precondition: x is not NaN.
  [[nodiscard]] std::size_t cell(double x) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), x) - edges_.begin());
  }

  friend bool operator==(const EdgesAxis&, const EdgesAxis&) = default;

 private:
  EdgesAxis(std::vector<double> edges, double lower, double upper)
      : edges_(std::move(edges)), lower_(lower), upper_(upper) {}

  static Error check(const std::vector<double>& edges, double lower, double upper) {
    const auto bad = [](std::string message) { return Error{ErrorCode::invalid_argument, std::move(message), {}}; };
    if (edges.size() >= kMaxCells) {
      return bad("expected at most " + std::to_string(kMaxCells - 1) + " interior edges, found " +
                 std::to_string(edges.size()));
    }
    if (!std::all_of(edges.begin(), edges.end(), detail::is_finite))
      return bad("expected finite edges, found one that is not");
    if (std::adjacent_find(edges.begin(), edges.end(), [](double a, double b) { return a >= b; }) != edges.end()) {
      return bad("expected strictly ascending edges, found two that are not");
    }
    if (!detail::is_finite(lower) || !detail::is_finite(upper) || lower > upper) {
      return bad("expected a finite range with lower <= upper, found another");
    }
    return {};
  }

  std::vector<double> edges_;
  double lower_;
  double upper_;
};

}  // namespace leeway::inline v1

#endif
