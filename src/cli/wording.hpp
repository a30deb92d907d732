#ifndef LEEWAY_CLI_WORDING_HPP
#define LEEWAY_CLI_WORDING_HPP

// Pieces of the command's messages: quoted input, readable counts, the name that was probably meant.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace leeway::cli {

/// `text` on one line for a message: control characters and broken UTF-8 as \xHH, cut after `limit` bytes.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 60);

/// printable() in double quotes.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t limit = 60);

/// A count with thousands separators, as in "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t count);

/// "1 field", "9 fields".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view singular);

/// "a, b, c": all of them, for names that are the command's own.
[[nodiscard]] std::string joined(std::span<const std::string> names);

/// The names of `known`, which come from a file, for "expected one of ...": the first few and how many more there are.
[[nodiscard]] std::string listed(std::span<const std::string> known);

/// The name of `known` with the fewest edits to `name`, letter case aside; empty where none is close.
[[nodiscard]] std::string nearest(std::string_view name, std::span<const std::string> known);

}  // namespace leeway::cli

#endif
