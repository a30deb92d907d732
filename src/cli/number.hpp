#ifndef LEEWAY_CLI_NUMBER_HPP
#define LEEWAY_CLI_NUMBER_HPP

// What a field of text says: a number, an integer, or nothing. Independent of the locale.

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leeway::cli {

/// `text` without blanks (space, tab) at either end.
[[nodiscard]] std::string_view trim_blanks(std::string_view text) noexcept;

/// The number that `text` spells in decimal: blanks around it and a leading + are allowed, so are inf,
/// infinity and nan in any letter case; hexadecimal is not. Too large is infinity, too small is zero, of the text's
/// sign.
[[nodiscard]] std::optional<double> parse_number(std::string_view text) noexcept;

/// The integer that `text` spells in digits alone, blanks and sign allowed; exact over the whole range.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text) noexcept;

/// The integer that `text` equals as a number: "7", "07", "7.0" and "7e0" are all 7. Exact: integers beyond 2^53 only
/// in digits alone.
[[nodiscard]] std::optional<std::int64_t> integral_value(std::string_view text) noexcept;

/// The texts that stand for no value. A field is compared without the blanks around it, in exact letter case.
class NullTokens {
 public:
  /// Empty, NA, N/A, NaN, null, NULL, None, ?
  NullTokens();
  explicit NullTokens(std::span<const std::string> additional);

  void add(std::string_view token);
  [[nodiscard]] bool contains(std::string_view field) const noexcept;

 private:
  std::vector<std::string> tokens_;
  std::bitset<256> first_byte_;  // most fields are told from every token by their first byte
};

}  // namespace leeway::cli

#endif
