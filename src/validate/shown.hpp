#ifndef LEEWAY_SRC_VALIDATE_SHOWN_HPP
#define LEEWAY_SRC_VALIDATE_SHOWN_HPP

// What reports show of values. Text may be personal data, numbers and times are shown.

#include <cstdint>
#include <string>
#include <string_view>

#include "leeway/base/time.hpp"

namespace leeway::inline v1::validate::detail {

/// A text that so many training rows have is a category, and tells nothing of a person.
inline constexpr std::uint64_t kCommon = 10;

/// "#0123456789abcdef (16 bytes)": 64 bits of XXH3, and the length.
[[nodiscard]] std::string hidden(std::string_view text);

/// The text, or hidden.
[[nodiscard]] inline std::string shown(std::string_view text, bool show) {
  return show ? std::string(text) : hidden(text);
}

/// The moment nearest to seconds since 1970, in ISO 8601. Precondition: no NaN.
[[nodiscard]] std::string time_text_of(double seconds);
[[nodiscard]] TimePoint moment_of(double seconds);

/// Words that stand for no value, and say as much of anybody.
[[nodiscard]] bool is_word_for_nothing(std::string_view text) noexcept;

}  // namespace leeway::inline v1::validate::detail

#endif
