#include "cli/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace leeway::cli {
namespace {

constexpr double kExactIntegers = 9007199254740992;  // 2^53: from there on a double may stand for several integers

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool equals_lower(std::string_view text, std::string_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

std::optional<double> parse_word(std::string_view text) noexcept {
  if (equals_lower(text, "inf") || equals_lower(text, "infinity")) return std::numeric_limits<double>::infinity();
  if (equals_lower(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  return {};
}

/// Digits before the point, less the zeros that lead: positive where the mantissa is at least 1.
long decimal_places(std::string_view mantissa) noexcept {
  const std::size_t point = (std::min)(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_not_of("0.");
  return static_cast<long>(point) - static_cast<long>((std::min)(first, mantissa.size()));
}

/// What is outside the range of double: infinity or zero.
double saturated(std::string_view digits) noexcept {
  const std::size_t e = (std::min)(digits.find_first_of("eE"), digits.size());
  const std::string_view exponent = digits.substr((std::min)(e + 1, digits.size()));
  const bool negative = exponent.starts_with('-');
  long power = 0;
  for (const char c : exponent) {
    if (is_digit(c) && power < 1'000'000'000'000) power = power * 10 + (c - '0');
  }
  const long magnitude = decimal_places(digits.substr(0, e)) + (negative ? -power : power);
  return magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

/// Digits with at most one point, so few that they and the power of ten below them are exact in a double, so that their
/// quotient is rounded once (Clinger 1990); or -1.
double parse_short(std::string_view text) noexcept {
  if (text.empty() || text.size() > 15) return -1;
  std::int64_t value = 0;
  std::int64_t power = 0;  // of ten, from the point on
  for (const char c : text) {
    if (is_digit(c)) {
      value = 10 * value + (c - '0');
      power *= 10;
    } else {
      if (c != '.' || power > 0 || text.size() == 1) return -1;
      power = 1;
    }
  }
  return power > 1 ? static_cast<double>(value) / static_cast<double>(power) : static_cast<double>(value);
}

std::optional<double> parse_digits(std::string_view text) noexcept {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (stop != end || status == std::errc::invalid_argument) return {};
  return status == std::errc::result_out_of_range ? saturated(text) : value;
}

}  // namespace

std::string_view trim_blanks(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<double> parse_number(std::string_view text) noexcept {
  text = trim_blanks(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return {};
  if (const double value = parse_short(text); value >= 0) return negative ? -value : value;
  // The sign is gone, so that what follows may not have another one.
  if (!is_digit(text[0]) && text[0] != '.' && (text[0] | 0x20) != 'i' && (text[0] | 0x20) != 'n') return {};
  const auto value = is_digit(text[0]) || text[0] == '.' ? parse_digits(text) : parse_word(text);
  return value && negative ? -*value : value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) noexcept {
  text = trim_blanks(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return {};
  }
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (stop != end || status != std::errc()) return {};
  return value;
}

std::optional<std::int64_t> integral_value(std::string_view text) noexcept {
  if (const auto exact = parse_integer(text)) return exact;
  const auto value = parse_number(text);
  if (!value || !(std::fabs(*value) < kExactIntegers) || std::trunc(*value) != *value) return {};
  return static_cast<std::int64_t>(*value);
}

NullTokens::NullTokens() {
  for (const char* token : {"", "NA", "N/A", "NaN", "null", "NULL", "None", "?"}) add(token);
}

NullTokens::NullTokens(std::span<const std::string> additional) : NullTokens() {
  for (const std::string& token : additional) add(token);
}

void NullTokens::add(std::string_view token) {
  token = trim_blanks(token);
  if (contains(token)) return;
  if (!token.empty()) first_byte_.set(static_cast<unsigned char>(token[0]));
  tokens_.emplace_back(token);
}

bool NullTokens::contains(std::string_view field) const noexcept {
  field = trim_blanks(field);
  if (field.empty()) return true;
  if (!first_byte_.test(static_cast<unsigned char>(field[0]))) return false;
  return std::find(tokens_.begin(), tokens_.end(), field) != tokens_.end();
}

}  // namespace leeway::cli
