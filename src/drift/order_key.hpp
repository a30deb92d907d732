#ifndef LEEWAY_SRC_DRIFT_ORDER_KEY_HPP
#define LEEWAY_SRC_DRIFT_ORDER_KEY_HPP

// Numbers as unsigned integers of the same order, and sorting by their digits: several times the speed of comparing.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace leeway::inline v1::drift::detail {

template <class T>
using OrderKey = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

/// Keys compare as the numbers do. Both zeros have one key. Precondition: x is not NaN.
template <class T>
[[nodiscard]] inline OrderKey<T> order_key(T x) noexcept {
  using Key = OrderKey<T>;
  constexpr Key kSign = Key{1} << (8 * sizeof(T) - 1);
  const Key bits = std::bit_cast<Key>(x + T{0});  // -0.0 + 0.0 is 0.0
  // Negative numbers grow towards 0: their bits are turned. No branch, so that loops over it vectorise.
  const Key negative = Key{0} - (bits >> (8 * sizeof(T) - 1));
  return bits ^ (negative | kSign);
}

template <class T>
[[nodiscard]] inline T from_order_key(OrderKey<T> key) noexcept {
  using Key = OrderKey<T>;
  constexpr Key kSign = Key{1} << (8 * sizeof(T) - 1);
  const Key negative = (key >> (8 * sizeof(T) - 1)) - 1;
  return std::bit_cast<T>(static_cast<Key>(key ^ (negative | kSign)));
}

inline constexpr std::size_t kDigitBits = 8;
inline constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

/// Stable counting sort by one digit; false if all keys have the same one, and nothing was moved.
template <class Key>
bool sort_by_digit(std::span<const Key> from, Key* to, std::size_t shift, std::array<std::size_t, kDigits>& counts) {
  if (std::find(counts.begin(), counts.end(), from.size()) != counts.end()) return false;
  std::size_t below = 0;
  for (std::size_t& count : counts) {
    const std::size_t here = count;
    count = below;
    below += here;
  }
  for (const Key key : from) to[counts[(key >> shift) & (kDigits - 1)]++] = key;
  return true;
}

/// Sorts numbers without NaN; -0.0 becomes 0.0. `keys` and `spare` have as many elements. Linear.
template <class T>
void radix_sort(std::span<T> values, OrderKey<T>* keys, OrderKey<T>* spare) {
  using Key = OrderKey<T>;
  std::array<std::array<std::size_t, kDigits>, sizeof(T)> counts{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Key key = order_key(values[i]);
    keys[i] = key;
    for (std::size_t digit = 0; digit < sizeof(T); ++digit) ++counts[digit][(key >> (8 * digit)) & (kDigits - 1)];
  }
  for (std::size_t digit = 0; digit < sizeof(T); ++digit) {
    if (sort_by_digit<Key>({keys, values.size()}, spare, 8 * digit, counts[digit])) std::swap(keys, spare);
  }
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = from_order_key<T>(keys[i]);
}

}  // namespace leeway::inline v1::drift::detail

#endif
