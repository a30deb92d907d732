#ifndef LEEWAY_CORE_DETAIL_BITS_HPP
#define LEEWAY_CORE_DETAIL_BITS_HPP

#include <bit>
#include <cstdint>

namespace leeway::inline v1::detail {

// By bits, because a user's -ffast-math deletes x != x.
[[nodiscard]] constexpr bool is_nan(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FFF'FFFF'FFFF'FFFFu) > 0x7FF0'0000'0000'0000u;
}

[[nodiscard]] constexpr bool is_finite(double x) noexcept {
  return (std::bit_cast<std::uint64_t>(x) & 0x7FF0'0000'0000'0000u) != 0x7FF0'0000'0000'0000u;
}

}  // namespace leeway::inline v1::detail

#endif
