#ifndef LEEWAY_SRC_STREAM_CATEGORY_KEY_HPP
#define LEEWAY_SRC_STREAM_CATEGORY_KEY_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "leeway/core/category_axis.hpp"
#include "leeway/stream/value.hpp"

namespace leeway::inline v1::stream::detail {

/// What stands for a category on the hot path: 56 bits of XXH3 of its text, then its length in 8 bits (255 for more).
/// Two of a profile's at most 4096 categories share a key once in 10^10 profiles, and are then counted as the first.
using CategoryKey = std::uint64_t;

inline constexpr CategoryKey kMissingKey = 0;
inline constexpr CategoryKey kMalformedKey = 1;

[[nodiscard]] CategoryKey category_key(std::string_view text) noexcept;

/// Keys of values. Numbers are categories by their shortest decimal text: 3 and 3.0 are "3".
/// Thread contract: immutable.
class CategoryKeys {
 public:
  CategoryKeys();

  [[nodiscard]] CategoryKey of_number(double number) const noexcept;
  [[nodiscard]] CategoryKey of_integer(std::int64_t integer) const noexcept;
  [[nodiscard]] CategoryKey of(const Value& value) const noexcept;

 private:
  static constexpr std::size_t kSmall = 256;
  std::array<CategoryKey, kSmall> small_;  // of 0, 1, 2 ...: most numbers that are categories
  CategoryKey true_;
  CategoryKey false_;
};

/// The cells of a categorical axis by key: a table with open addressing, at most half full. Thread contract: immutable.
class CategoryIndex {
 public:
  explicit CategoryIndex(const CategoryAxis& axis);

  /// Or CategoryAxis::kUnseen.
  [[nodiscard]] std::size_t cell(CategoryKey key) const noexcept {
    for (std::size_t at = key >> shift_;; at = (at + 1) & mask_) {
      if (slots_[at].key == key) return slots_[at].cell;
      if (slots_[at].key == kMissingKey) return CategoryAxis::kUnseen;
    }
  }

 private:
  struct Slot {
    CategoryKey key = kMissingKey;
    std::size_t cell = 0;
  };

  unsigned shift_;
  std::size_t mask_;
  std::vector<Slot> slots_;
};

}  // namespace leeway::inline v1::stream::detail

#endif
