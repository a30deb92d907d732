#ifndef LEEWAY_CORE_UNIFORM_AXIS_HPP
#define LEEWAY_CORE_UNIFORM_AXIS_HPP

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/core/edges_axis.hpp"

namespace leeway::inline v1 {

/// Cells of equal width over [lower, upper], the edges those of numpy.linspace; otherwise as EdgesAxis.
///
/// cell() guesses by one multiplication and corrects against the stored edges, so that a value equal to an edge
/// is in the cell that begins there, as in numpy.histogram. Constant time. Thread contract: immutable.
class UniformAxis {
 public:
  /// `cells` cells over [lower, upper]. Errors (invalid_argument): 0 or more than kMaxCells cells, a range that
  /// is not finite, empty, or too narrow for that many distinct edges.
  static Result<UniformAxis> make(std::size_t cells, double lower, double upper) {
    if (cells == 0 || cells > kMaxCells) {
      return Error{ErrorCode::invalid_argument,
                   "expected 1 to " + std::to_string(kMaxCells) + " cells, found " + std::to_string(cells),
                   {}};
    }
    if (!(upper > lower) || !detail::is_finite(upper - lower)) {
      return Error{ErrorCode::invalid_argument, "expected a finite range with lower < upper, found another", {}};
    }
    auto axis = EdgesAxis::make(linspace(cells, lower, upper), lower, upper);
    if (!axis) return std::move(axis).error();
    return UniformAxis(*std::move(axis));
  }

  [[nodiscard]] std::size_t size() const noexcept { return axis_.size(); }
  [[nodiscard]] std::span<const double> interior_edges() const noexcept { return axis_.interior_edges(); }
  [[nodiscard]] double lower() const noexcept { return axis_.lower(); }
  [[nodiscard]] double upper() const noexcept { return axis_.upper(); }

  /// The cell of x, in constant time. Precondition: x is not NaN.
  [[nodiscard]] std::size_t cell(double x) const noexcept {
    const auto edges = axis_.interior_edges();
    std::size_t guess = guess_cell(x);
    while (guess > 0 && x < edges[guess - 1]) --guess;
    while (guess < edges.size() && x >= edges[guess]) ++guess;
    return guess;
  }

  friend bool operator==(const UniformAxis& a, const UniformAxis& b) { return a.axis_ == b.axis_; }

 private:
  explicit UniformAxis(EdgesAxis axis)
      : axis_(std::move(axis)), scale_(static_cast<double>(axis_.size()) / (axis_.upper() - axis_.lower())) {}

  static std::vector<double> linspace(std::size_t cells, double lower, double upper) {
    const double step = (upper - lower) / static_cast<double>(cells);
    std::vector<double> edges;
    edges.reserve(cells);
    for (std::size_t i = 1; i < cells; ++i) {
      volatile double offset = static_cast<double>(i) * step;  // rounded here: no contraction to FMA in a user's build
      edges.push_back(lower + offset);
    }
    return edges;
  }

  // Clamped before the conversion: out of range it would be undefined.
  [[nodiscard]] std::size_t guess_cell(double x) const noexcept {
    const double last = static_cast<double>(axis_.size() - 1);
    const double position = (x - axis_.lower()) * scale_;
    if (!(position > 0)) return 0;
    return static_cast<std::size_t>(position < last ? position : last);
  }

  EdgesAxis axis_;
  double scale_;
};

}  // namespace leeway::inline v1

#endif
