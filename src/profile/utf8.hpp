#ifndef LEEWAY_SRC_PROFILE_UTF8_HPP
#define LEEWAY_SRC_PROFILE_UTF8_HPP

#include <string_view>

namespace leeway::inline v1::profile::detail {

/// Whether text is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace leeway::inline v1::profile::detail

#endif
