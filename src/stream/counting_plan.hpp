#ifndef LEEWAY_SRC_STREAM_COUNTING_PLAN_HPP
#define LEEWAY_SRC_STREAM_COUNTING_PLAN_HPP

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "leeway/core/counts.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/simd/count_rows.hpp"

namespace leeway::inline v1::stream::detail {

/// A column of numbers in memory, `stride` elements from one to the next. Borrowed.
template <class T>
struct Strided {
  const T* first = nullptr;
  std::size_t size = 0;
  std::size_t stride = 1;
};

/// The axes of a profile, compiled for counting. Immutable; the panes of a profile share it.
class CountingPlan {
 public:
  explicit CountingPlan(std::shared_ptr<const profile::Profile> profile);

  /// The features that blocks of rows are counted over at once.
  [[nodiscard]] const simd::RowPlan& rows() const noexcept { return rows_; }
  /// The others.
  [[nodiscard]] std::span<const std::size_t> one_by_one() const noexcept { return one_by_one_; }

  [[nodiscard]] bool is_categorical(std::size_t feature) const noexcept {
    return leeway::is_categorical(axis(feature));
  }

  /// Counts numbers; those of a categorical feature stand for their shortest decimal text.
  template <class T>
  void count(std::size_t feature, Strided<T> column, Counts& counts) const noexcept;

  /// Counts a category. Precondition: is_categorical(feature).
  void count_text(std::size_t feature, std::string_view text, Counts& counts) const noexcept;

 private:
  [[nodiscard]] const Axis& axis(std::size_t feature) const noexcept { return profile_->features()[feature].axis; }

  std::shared_ptr<const profile::Profile> profile_;
  simd::RowPlan rows_;
  std::vector<std::size_t> one_by_one_;
};

}  // namespace leeway::inline v1::stream::detail

#endif
