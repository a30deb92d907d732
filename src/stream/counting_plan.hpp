#ifndef LEEWAY_SRC_STREAM_COUNTING_PLAN_HPP
#define LEEWAY_SRC_STREAM_COUNTING_PLAN_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "leeway/core/counts.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/simd/count.hpp"
#include "leeway/simd/count_rows.hpp"
#include "leeway/stream/column.hpp"
#include "leeway/stream/detail/row_encoder.hpp"
#include "leeway/stream/unseen_sample.hpp"
#include "stream/category_key.hpp"

namespace leeway::inline v1::stream::detail {

/// A column of words in memory, `stride` bytes from one to the next. Borrowed.
struct StridedWords {
  const std::byte* first = nullptr;
  std::size_t size = 0;
  std::size_t stride = sizeof(std::uint64_t);

  /// Calls `use` with the words as doubles, some of them at a time, side by side.
  template <class Use>
  void for_each_block(Use use) const noexcept {
    std::array<double, 64> block;
    for (std::size_t done = 0; done < size; done += block.size()) {
      const std::size_t count = (std::min)(block.size(), size - done);
      for (std::size_t i = 0; i < count; ++i) block[i] = std::bit_cast<double>(word(done + i));
      use(std::span<const double>(block.data(), count));
    }
  }
  [[nodiscard]] std::uint64_t word(std::size_t i) const noexcept { return load_word(first + i * stride); }
};

/// Where one feature is counted. `unseen` is null for a numeric feature.
struct FeatureCounts {
  Counts& counts;
  UnseenSample* unseen = nullptr;
};

/// The axes of a profile, compiled for counting. Immutable; the panes of a profile share it.
class CountingPlan {
 public:
  explicit CountingPlan(std::shared_ptr<const profile::Profile> profile);

  /// The features that blocks of rows of floats are counted over at once.
  [[nodiscard]] const simd::RowPlan& rows() const noexcept { return rows_; }
  /// The others.
  [[nodiscard]] std::span<const std::size_t> one_by_one() const noexcept { return one_by_one_; }

  [[nodiscard]] const std::shared_ptr<const RowEncoder>& encoder() const noexcept { return encoder_; }
  [[nodiscard]] bool is_categorical(std::size_t feature) const noexcept { return encoder_->is_categorical(feature); }

  /// Counts numbers; those of a categorical feature stand for their shortest decimal text.
  template <class T>
  void count(std::size_t feature, simd::StridedValues<T> column, FeatureCounts to) const noexcept;
  void count(std::size_t feature, StridedWords column, FeatureCounts to) const noexcept;
  void count(std::size_t feature, const Column& column, FeatureCounts to) const noexcept;

  /// Keeps the text of a category that the profile does not list. Precondition: is_categorical(feature).
  void keep_unseen_text(std::size_t feature, std::string_view text, UnseenSample& unseen) const noexcept;

 private:
  using Feature = std::variant<simd::CountPlan, CategoryIndex>;

  std::vector<Feature> features_;
  std::shared_ptr<const RowEncoder> encoder_;
  simd::RowPlan rows_;
  std::vector<std::size_t> one_by_one_;
};

}  // namespace leeway::inline v1::stream::detail

#endif
