#ifndef LEEWAY_STREAM_DETAIL_ROW_ENCODER_HPP
#define LEEWAY_STREAM_DETAIL_ROW_ENCODER_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "leeway/profile/profile.hpp"
#include "leeway/stream/value.hpp"

namespace leeway::inline v1::stream::detail {

class CategoryKeys;

/// Turns values into the words that blocks of mixed rows hold: the bits of a double for a numeric feature, a key for a
/// categorical one. Depends on nothing of a profile but which features are categorical. Thread contract: immutable.
class RowEncoder {
 public:
  explicit RowEncoder(const profile::Profile& profile);

  [[nodiscard]] bool is_categorical(std::size_t feature) const noexcept { return categorical_[feature] != 0; }
  [[nodiscard]] const CategoryKeys& keys() const noexcept { return *keys_; }

  [[nodiscard]] std::uint64_t encode(std::size_t feature, const Value& value) const noexcept;
  /// A row of words, `to` of any alignment.
  void encode_row(std::span<const double> row, std::byte* to) const noexcept;
  void encode_missing(std::byte* to) const noexcept;

 private:
  std::vector<std::uint8_t> categorical_;
  bool all_numeric_;
  std::vector<std::uint64_t> missing_;
  std::shared_ptr<const CategoryKeys> keys_;
};

/// Words are read and written where they lie, aligned or not.
[[nodiscard]] std::uint64_t load_word(const std::byte* from) noexcept;
void store_word(std::uint64_t word, std::byte* to) noexcept;

/// A value that was not of the expected kind, as the bits of a double: a NaN that no arithmetic makes.
inline constexpr std::uint64_t kMalformedNumber = 0x7FF8'6C65'6577'6179;

}  // namespace leeway::inline v1::stream::detail

#endif
