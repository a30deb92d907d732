#ifndef LEEWAY_SRC_STREAM_CATEGORY_TEXT_HPP
#define LEEWAY_SRC_STREAM_CATEGORY_TEXT_HPP

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace leeway::inline v1::stream::detail {

// Longest shortest form of a double: -2.2250738585072014e-308.
using Decimal = std::array<char, 32>;

template <class T>
[[nodiscard]] std::string_view decimal(T number, Decimal& buffer) noexcept {
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

/// The category that a number stands for: 3 and 3.0 are "3".
[[nodiscard]] inline std::string_view category_text(double number, Decimal& buffer) noexcept {
  constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
  if (std::fabs(number) < kExactIntegers && std::trunc(number) == number) {
    return decimal(static_cast<std::int64_t>(number), buffer);
  }
  return decimal(number, buffer);
}

}  // namespace leeway::inline v1::stream::detail

#endif
