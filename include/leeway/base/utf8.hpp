#ifndef LEEWAY_BASE_UTF8_HPP
#define LEEWAY_BASE_UTF8_HPP

// Which text leeway accepts: UTF-8 (RFC 3629) without NUL. Cost: about a cycle per 8 bytes of ASCII.
// Thread contract: pure functions.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace leeway::inline v1 {

namespace detail {

inline constexpr std::uint64_t kHighBits = 0x8080808080808080U;
inline constexpr std::uint64_t kLowBits = 0x0101010101010101U;

/// None of eight bytes is NUL or beyond ASCII. Errs only towards false.
[[nodiscard]] inline bool plain(const char* bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return ((word | (word - kLowBits)) & kHighBits) == 0;
}

[[nodiscard]] inline unsigned byte_at(std::string_view text, std::size_t i) noexcept {
  return static_cast<unsigned char>(text[i]);
}

[[nodiscard]] inline bool continues(std::string_view text, std::size_t i, unsigned low = 0x80,
                                    unsigned high = 0xBF) noexcept {
  return i < text.size() && byte_at(text, i) >= low && byte_at(text, i) <= high;
}

[[nodiscard]] inline std::size_t three_bytes(std::string_view text, std::size_t i) noexcept {
  const unsigned lead = byte_at(text, i);
  const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;   // below: overlong
  const unsigned high = lead == 0xED ? 0x9F : 0xBF;  // above: surrogates
  return continues(text, i + 1, low, high) && continues(text, i + 2) ? 3 : 0;
}

[[nodiscard]] inline std::size_t four_bytes(std::string_view text, std::size_t i) noexcept {
  const unsigned lead = byte_at(text, i);
  const unsigned low = lead == 0xF0 ? 0x90 : 0x80;   // below: overlong
  const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;  // above: beyond U+10FFFF
  return continues(text, i + 1, low, high) && continues(text, i + 2) && continues(text, i + 3) ? 4 : 0;
}

/// Length of the character at `i`, 0 where there is none.
[[nodiscard]] inline std::size_t character(std::string_view text, std::size_t i) noexcept {
  const unsigned lead = byte_at(text, i);
  if (lead < 0x80) return lead != 0 ? 1 : 0;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return continues(text, i + 1) ? 2 : 0;
  if (lead < 0xF0) return three_bytes(text, i);
  return lead < 0xF5 ? four_bytes(text, i) : 0;
}

}  // namespace detail

/// Length of the longest beginning of `text` that is UTF-8 without a NUL; text.size() where all of it is.
/// Overlong forms, surrogates and values above U+10FFFF are not UTF-8.
[[nodiscard]] inline std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.size() - i >= 8 && detail::plain(text.data() + i)) {
      i += 8;
      continue;
    }
    const std::size_t length = detail::character(text, i);
    if (length == 0) return i;
    i += length;
  }
  return i;
}

}  // namespace leeway::inline v1

#endif
