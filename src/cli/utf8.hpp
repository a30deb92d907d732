#ifndef LEEWAY_CLI_UTF8_HPP
#define LEEWAY_CLI_UTF8_HPP

#include <cstddef>
#include <string_view>

namespace leeway::cli {

/// Length of the longest beginning of `text` that is UTF-8 without a NUL; text.size() where all of it is.
/// Overlong forms, surrogates and values above U+10FFFF are not UTF-8 (RFC 3629).
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text) noexcept;

}  // namespace leeway::cli

#endif
