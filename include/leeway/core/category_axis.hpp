#ifndef LEEWAY_CORE_CATEGORY_AXIS_HPP
#define LEEWAY_CORE_CATEGORY_AXIS_HPP

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/core/edges_axis.hpp"

namespace leeway::inline v1 {

/// Cells of a categorical feature: one per listed value, in the order given. A value that is not listed has no
/// cell and is counted as unseen. cell() costs a binary search and does not allocate. Thread contract: immutable.
class CategoryAxis {
 public:
  static constexpr std::size_t kUnseen = static_cast<std::size_t>(-1);

  /// Errors (invalid_argument): more than kMaxCells values, a value listed twice. No value at all is allowed:
  /// everything is unseen then.
  static Result<CategoryAxis> make(std::vector<std::string> values) {
    if (values.size() > kMaxCells) {
      return Error{
          ErrorCode::invalid_argument,
          "expected at most " + std::to_string(kMaxCells) + " categories, found " + std::to_string(values.size()),
          {}};
    }
    CategoryAxis axis(std::move(values));
    const auto twice = std::adjacent_find(axis.order_.begin(), axis.order_.end(), [&](std::size_t a, std::size_t b) {
      return axis.values_[a] == axis.values_[b];
    });
    if (twice != axis.order_.end()) {
      return Error{ErrorCode::invalid_argument,
                   "expected distinct categories, found \"" + axis.values_[*twice] + "\" twice",
                   {}};
    }
    return axis;
  }

  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] std::span<const std::string> values() const noexcept { return values_; }

  /// The cell of a value, or kUnseen.
  [[nodiscard]] std::size_t cell(std::string_view value) const noexcept {
    const auto found = std::lower_bound(order_.begin(), order_.end(), value,
                                        [&](std::size_t i, std::string_view v) { return values_[i] < v; });
    return found != order_.end() && values_[*found] == value ? *found : kUnseen;
  }

  friend bool operator==(const CategoryAxis& a, const CategoryAxis& b) { return a.values_ == b.values_; }

 private:
  explicit CategoryAxis(std::vector<std::string> values) : values_(std::move(values)), order_(values_.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return values_[a] < values_[b]; });
  }

  std::vector<std::string> values_;
  std::vector<std::size_t> order_;  // indices into values_, sorted by value
};

}  // namespace leeway::inline v1

#endif
