#include "validate/column_check.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace leeway::inline v1::validate::detail {
namespace {

using stream::Value;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_but_for_case(std::string_view text, std::string_view word) noexcept {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return lower(a) == b; });
}

template <class T>
std::size_t write(T number, char (&text)[32]) noexcept {
  return static_cast<std::size_t>(std::to_chars(std::begin(text), std::end(text), number).ptr - std::begin(text));
}

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53: all beyond are whole

bool is_whole(double number) noexcept {
  if (!(std::fabs(number) < kExactIntegers)) return std::isfinite(number);
  return static_cast<double>(static_cast<std::int64_t>(number)) == number;
}

}  // namespace

TextSet::TextSet(std::vector<std::string> texts)
    : texts_(std::move(texts)), slots_(std::bit_ceil(2 * texts_.size() + 2)) {
  for (std::uint32_t i = 0; i < texts_.size(); ++i) {
    std::size_t at = XXH3_64bits(texts_[i].data(), texts_[i].size()) & (slots_.size() - 1);
    while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = i + 1;
  }
}

bool TextSet::contains(std::string_view text) const noexcept {
  std::size_t at = XXH3_64bits(text.data(), text.size()) & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (texts_[slots_[at] - 1] == text) return true;
  }
  return false;
}

DecimalText::DecimalText(std::int64_t integer) noexcept : size_(write(integer, text_)) {}
DecimalText::DecimalText(double number) noexcept {
  const bool integer = std::fabs(number) < kExactIntegers && is_whole(number);
  size_ = integer ? write(static_cast<std::int64_t>(number), text_) : write(number, text_);
}

std::string_view category_text(const Value& value, std::optional<DecimalText>& number) noexcept {
  switch (value.type()) {
    case Value::Type::text: return value.text();
    case Value::Type::boolean: return value.integer() != 0 ? "true" : "false";
    case Value::Type::integer: return number.emplace(value.integer()).view();
    case Value::Type::number: return number.emplace(value.number()).view();
    default: return {};
  }
}

std::optional<bool> parse_truth(std::string_view text) noexcept {
  if (equal_but_for_case(text, "true") || text == "1") return true;
  if (equal_but_for_case(text, "false") || text == "0") return false;
  return std::nullopt;
}

ColumnCheck::ColumnCheck(const ColumnContract& column)
    : type_(column.type),
      has_categories_(column.categories.has_value()),
      has_mean_(column.mean.has_value()),
      refuses_missing_(column.missing && column.missing->tolerated.none()),
      categories_(column.categories ? column.categories->values : std::vector<std::string>()) {
  for (unsigned code = 0; code < kSmallCodes; ++code) {
    if (categories_.contains(std::to_string(code))) small_codes_ |= std::uint64_t{1} << code;
  }
  if (!column.range) return;
  min_ = column.range->min.value_or(min_);
  max_ = column.range->max.value_or(max_);
}

std::optional<Rule> ColumnCheck::broken_text(std::string_view text) const noexcept {
  if (has_categories_ && !categories_.contains(text)) return Rule::unseen;
  return std::nullopt;
}

std::optional<Rule> ColumnCheck::broken_number(double number) const noexcept {
  switch (type_) {
    case ColumnType::text: return broken_text(DecimalText(number).view());
    case ColumnType::boolean: return number == 0 || number == 1 ? std::nullopt : std::optional(Rule::type);
    case ColumnType::integer:
      if (!is_whole(number)) return Rule::type;
      if (has_categories_ && !has_code(number)) return Rule::unseen;
      return in_range(number);
    default: return in_range(number);
  }
}

bool ColumnCheck::has_code(double number) const noexcept {
  if (number >= 0 && number < kSmallCodes) return (small_codes_ >> static_cast<unsigned>(number) & 1U) != 0;
  return categories_.contains(DecimalText(number).view());
}

// Beyond 2^53 a double would not do for the category.
std::optional<Rule> ColumnCheck::broken_integer(const Value& value) const noexcept {
  if (!has_categories_ && type_ != ColumnType::text) return broken_number(value.number());
  if (const auto unseen = broken_text(DecimalText(value.integer()).view())) return unseen;
  return in_range(value.number());
}

std::optional<Rule> ColumnCheck::broken(double number) const noexcept {
  return std::isnan(number) ? Rule::missing : broken_number(number);
}

std::optional<Rule> ColumnCheck::broken(const Value& value) const noexcept {
  switch (value.type()) {
    case Value::Type::missing: return Rule::missing;
    case Value::Type::malformed: return Rule::type;
    case Value::Type::number: return broken(value.number());
    case Value::Type::integer: return broken_integer(value);
    case Value::Type::boolean:
      if (type_ == ColumnType::boolean) return std::nullopt;
      return type_ == ColumnType::text ? broken_text(value.integer() != 0 ? "true" : "false") : Rule::type;
    case Value::Type::text:
      if (type_ == ColumnType::text) return broken_text(value.text());
      return type_ == ColumnType::boolean && parse_truth(value.text()) ? std::nullopt : std::optional(Rule::type);
  }
  return Rule::type;
}

}  // namespace leeway::inline v1::validate::detail
