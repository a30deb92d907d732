#ifndef LEEWAY_CORE_HISTOGRAM_HPP
#define LEEWAY_CORE_HISTOGRAM_HPP

#include <span>
#include <string_view>
#include <utility>

#include "leeway/core/axis.hpp"
#include "leeway/core/count_value.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1 {

/// Exact counts over the cells of an axis.
///
///   auto axis = UniformAxis::make(10, 0.0, 1.0);
///   Histogram histogram(*axis);
///   for (double x : column) histogram.add(x);
///
/// add() allocates nothing and cannot fail: what does not fit is counted beside the cells. Thread contract:
/// one writer; merge histograms of several threads.
template <class A>
class Histogram {
 public:
  explicit Histogram(A axis) : axis_(std::move(axis)) { counts_.cells.resize(axis_.size()); }

  void add(double x) noexcept requires NumericAxis<A> { count_value(axis_, x, counts_.cells.data(), counts_.side); }
  void add(std::string_view value) noexcept requires(!NumericAxis<A>) {
    count_value(axis_, value, counts_.cells.data(), counts_.side);
  }
  void add_missing() noexcept { ++counts_.side.missing; }

  /// Adds another histogram over the same axis. Errors: incompatible (unlike axes); nothing is added then.
  Result<void> merge(const Histogram& other) {
    if (!(other.axis_ == axis_)) return Error{ErrorCode::incompatible, "expected the same axis, found another", {}};
    return counts_.merge(other.counts_);
  }

  void reset() noexcept {
    std::fill(counts_.cells.begin(), counts_.cells.end(), std::uint64_t{0});
    counts_.side = {};
  }

  [[nodiscard]] const A& axis() const noexcept { return axis_; }
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] std::span<const std::uint64_t> cells() const noexcept { return counts_.cells; }

 private:
  A axis_;
  Counts counts_;
};

}  // namespace leeway::inline v1

#endif
