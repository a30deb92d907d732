#ifndef LEEWAY_SRC_VALIDATE_COLUMN_CHECK_HPP
#define LEEWAY_SRC_VALIDATE_COLUMN_CHECK_HPP

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "leeway/stream/value.hpp"
#include "leeway/validate/contract_report.hpp"
#include "leeway/validate/schema.hpp"

namespace leeway::inline v1::validate::detail {

/// A set of texts that is asked for by hash: 64 bits of XXH3 and the text itself. Finding one allocates nothing.
class TextSet {
 public:
  TextSet() : TextSet(std::vector<std::string>()) {}
  explicit TextSet(std::vector<std::string> texts);

  [[nodiscard]] bool contains(std::string_view text) const noexcept;

 private:
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> slots_;  // 0, or 1 + index of a text; a power of two of them, at most half of them taken
};

/// The decimal text of a number as a category: 3 and 3.0 are "3".
class DecimalText {
 public:
  explicit DecimalText(double number) noexcept;
  explicit DecimalText(std::int64_t integer) noexcept;
  [[nodiscard]] std::string_view view() const noexcept { return {text_, size_}; }

 private:
  char text_[32];
  std::size_t size_;
};

/// The rules of one column that a single value can break, compiled. Everything is noexcept and allocates nothing.
/// Thread contract: immutable.
class ColumnCheck {
 public:
  explicit ColumnCheck(const ColumnContract& column);

  /// The rule that the value breaks: missing, type, range or unseen; nothing where it is fine. A missing value that is
  /// allowed breaks `missing` as well: what is tolerated is judged later.
  [[nodiscard]] std::optional<Rule> broken(const stream::Value& value) const noexcept;
  [[nodiscard]] std::optional<Rule> broken(double number) const noexcept;

  /// A number outside [min(), max()] breaks a rule, as NaN does; with range_alone() no other does.
  [[nodiscard]] double min() const noexcept { return min_; }
  [[nodiscard]] double max() const noexcept { return max_; }
  [[nodiscard]] bool range_alone() const noexcept {
    return type_ == ColumnType::number || type_ == ColumnType::timestamp;
  }
  [[nodiscard]] bool has_mean() const noexcept { return has_mean_; }
  /// No value may be missing: a missing one makes its row a broken one.
  [[nodiscard]] bool refuses_missing() const noexcept { return refuses_missing_; }

 private:
  static constexpr unsigned kSmallCodes = 64;

  [[nodiscard]] bool has_code(double number) const noexcept;
  [[nodiscard]] std::optional<Rule> broken_number(double number) const noexcept;
  [[nodiscard]] std::optional<Rule> broken_integer(const stream::Value& value) const noexcept;
  [[nodiscard]] std::optional<Rule> broken_text(std::string_view text) const noexcept;
  [[nodiscard]] std::optional<Rule> in_range(double number) const noexcept {
    return number >= min_ && number <= max_ ? std::nullopt : std::optional(Rule::range);
  }

  ColumnType type_;
  double min_ = -std::numeric_limits<double>::infinity();
  double max_ = std::numeric_limits<double>::infinity();
  bool has_categories_ = false;
  bool has_mean_ = false;
  bool refuses_missing_ = false;
  TextSet categories_;
  std::uint64_t small_codes_ = 0;  // bit c: c is a category; most codes are small
};

/// The value as the text of a category. `number` is where the text of a number is written.
[[nodiscard]] std::string_view category_text(const stream::Value& value, std::optional<DecimalText>& number) noexcept;

/// true, false, and nothing for any other text; in any letter case.
[[nodiscard]] std::optional<bool> parse_truth(std::string_view text) noexcept;

}  // namespace leeway::inline v1::validate::detail

#endif
