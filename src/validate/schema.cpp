#include "leeway/validate/schema.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "leeway/base/assert.hpp"
#include "leeway/base/utf8.hpp"
#include "validate/pattern.hpp"

namespace leeway::inline v1::validate {
namespace {

constexpr std::array kTypes{ColumnType::number, ColumnType::integer, ColumnType::text, ColumnType::boolean,
                            ColumnType::timestamp};
constexpr std::array kPresences{Presence::optional, Presence::column, Presence::value};
constexpr std::array kActions{OnStale::flag, OnStale::fallback, OnStale::reject};

template <class Values>
auto named(const Values& values, std::string_view name) -> std::optional<typename Values::value_type> {
  for (const auto value : values) {
    if (name == to_string(value)) return value;
  }
  return std::nullopt;
}

constexpr std::size_t kLongestRegex = 1000;

bool is_numeric(ColumnType type) noexcept { return type == ColumnType::number || type == ColumnType::integer; }
bool is_ordered(ColumnType type) noexcept { return is_numeric(type) || type == ColumnType::timestamp; }
bool has_categories(ColumnType type) noexcept { return type == ColumnType::text || type == ColumnType::integer; }

bool is_canonical_integer(std::string_view text) noexcept {
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ptr != text.data() + text.size()) return false;
  return text == std::to_string(value);
}

// ---- what was found, in words

std::string digits(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kMost = 40;
  const bool cut = text.size() > kMost;
  return '"' + std::string(text.substr(0, cut ? valid_utf8_prefix(text.substr(0, kMost)) : kMost)) +
         (cut ? "..." : "") + '"';
}

std::string seconds(Duration duration) { return digits(std::chrono::duration<double>(duration).count()) + " s"; }

/// The first byte that is no UTF-8, or NUL.
std::string bad_byte(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const std::size_t at = valid_utf8_prefix(text);
  const auto byte = at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  return std::string("byte 0x") + kDigits[byte >> 4U] + kDigits[byte & 15U] + " after " + std::to_string(at);
}

/// Collects the first thing that is wrong, by its path.
class Checker {
 public:
  void expect(bool holds, const std::string& path, const std::string& expected, const std::string& found) {
    if (!holds && !error_) error_ = Error{ErrorCode::data, "expected " + expected + ", found " + found, path};
  }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

  void check(const Tolerance& tolerated, const std::string& path) {
    expect(tolerated.share >= 0 && tolerated.share <= 1, path, "a share from 0 to 1", digits(tolerated.share));
    expect(tolerated.events <= tolerated.rows, path, "at most as many events as rows",
           std::to_string(tolerated.events) + " in " + std::to_string(tolerated.rows));
    expect(tolerated.design_effect >= 1 && std::isfinite(tolerated.design_effect), path + ".design_effect",
           "a finite number from 1", digits(tolerated.design_effect));
  }

  void check(const RangeRule& rule, const std::string& path) {
    expect(rule.min || rule.max, path, "min or max", "neither");
    check_finite(rule.min.value_or(0), path + ".min");
    check_finite(rule.max.value_or(0), path + ".max");
    if (rule.min && rule.max) check_order(*rule.min, *rule.max, path);
    check(rule.tolerated, path + ".tolerated");
  }

  void check(const CategoryRule& rule, ColumnType type, const std::string& path) {
    std::unordered_set<std::string_view> seen;
    expect(!rule.values.empty(), path + ".values", "at least one value", "none");
    for (std::size_t i = 0; i < rule.values.size(); ++i) {
      const std::string& value = rule.values[i];
      const std::string at = path + ".values[" + std::to_string(i) + "]";
      check_utf8(value, at);
      expect(seen.insert(value).second, at, "distinct values", quoted(value) + " twice");
      expect(type != ColumnType::integer || is_canonical_integer(value), at, "an integer such as \"-7\"",
             quoted(value));
    }
    check(rule.tolerated, path + ".tolerated");
  }

  void check(const MeanRule& rule, const std::string& path) {
    check_finite(rule.min, path + ".min");
    check_finite(rule.max, path + ".max");
    check_order(rule.min, rule.max, path);
  }

  void check(const PatternRule& rule, const std::string& path) {
    check_utf8(rule.regex, path + ".regex");
    expect(rule.regex.size() <= kLongestRegex, path + ".regex", "at most 1000 bytes",
           std::to_string(rule.regex.size()));
    if (error_) return;
    if (const auto pattern = detail::Pattern::make(rule.regex); !pattern)
      error_ = Error{ErrorCode::data, pattern.error().message, path + ".regex"};
    check(rule.tolerated, path + ".tolerated");
  }

  void check(const FreshnessRule& rule, const std::string& path) {
    expect(rule.max_staleness > Duration(0), path + ".max_staleness_s", "a duration above 0",
           seconds(rule.max_staleness));
    expect(rule.clock_tolerance >= Duration(0), path + ".clock_tolerance_s", "0 or more",
           seconds(rule.clock_tolerance));
    expect(rule.max_silence >= Duration(0), path + ".max_silence_s", "0 or more", seconds(rule.max_silence));
    check_finite(rule.fallback, path + ".fallback");
  }

  void check(const ColumnContract& column, const std::string& path) {
    expect(!column.name.empty(), path + ".name", "a name", "an empty text");
    check_utf8(column.name, path + ".name");
    expect(names_.insert(column.name).second, path + ".name", "distinct names", quoted(column.name) + " twice");
    check(column.type_tolerated, path + ".type_tolerated");
    if (column.missing) check(column.missing->tolerated, path + ".missing.tolerated");
    check_rules(column, path);
  }

  void check(const UniqueKey& key, const std::string& path) {
    expect(!key.columns.empty(), path + ".columns", "at least one column", "none");
    for (std::size_t i = 0; i < key.columns.size(); ++i)
      expect(names_.contains(key.columns[i]), path + ".columns[" + std::to_string(i) + "]", "the name of a column",
             quoted(key.columns[i]));
    check(key.tolerated, path + ".tolerated");
  }

 private:
  void check_finite(double number, const std::string& path) {
    expect(std::isfinite(number), path, "a finite number", digits(number));
  }
  void check_order(double min, double max, const std::string& path) {
    expect(min <= max, path, "min <= max", digits(min) + " > " + digits(max));
  }
  void check_utf8(std::string_view text, const std::string& path) {
    if (valid_utf8_prefix(text) != text.size()) expect(false, path, "UTF-8 without NUL", bad_byte(text));
  }

  void check_rules(const ColumnContract& column, const std::string& path) {
    const auto fits = [&](bool has, const char* rule, bool type, const char* types) {
      expect(!has || type, path + "." + rule, std::string("a column of type ") + types + " for this rule",
             to_string(column.type));
    };
    fits(column.range.has_value(), "range", is_ordered(column.type), "number, integer or timestamp");
    fits(column.categories.has_value(), "categories", has_categories(column.type), "text or integer");
    fits(column.mean.has_value(), "mean", is_numeric(column.type), "number or integer");
    fits(column.pattern.has_value(), "pattern", column.type == ColumnType::text, "text");
    fits(column.order.has_value(), "order", is_ordered(column.type), "number, integer or timestamp");
    if (column.range) check(*column.range, path + ".range");
    if (column.categories) check(*column.categories, column.type, path + ".categories");
    if (column.mean) check(*column.mean, path + ".mean");
    if (column.pattern) check(*column.pattern, path + ".pattern");
    if (column.order) check(column.order->tolerated, path + ".order.tolerated");
    if (column.freshness) check(*column.freshness, path + ".freshness");
  }

  std::optional<Error> error_;
  std::unordered_set<std::string_view> names_;
};

/// A rule that tolerates nothing leaves nothing to chance, one that tolerates everything is never broken.
std::size_t tolerant(const Tolerance& tolerated) noexcept { return tolerated.none() || tolerated.value() >= 1 ? 0 : 1; }

template <class Rule>
std::size_t tolerant(const std::optional<Rule>& rule) noexcept {
  return rule ? tolerant(rule->tolerated) : 0;
}

std::size_t tolerant_rules(const ColumnContract& column) noexcept {
  const bool two_sided = column.missing && column.missing->two_sided && column.missing->tolerated.value() > 0;
  return tolerant(column.type_tolerated) + tolerant(column.missing) + (two_sided ? 1 : 0) + tolerant(column.range) +
         tolerant(column.categories) + tolerant(column.pattern) + tolerant(column.order);
}

}  // namespace

const char* to_string(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::number: return "number";
    case ColumnType::integer: return "integer";
    case ColumnType::text: return "text";
    case ColumnType::boolean: return "boolean";
    case ColumnType::timestamp: return "timestamp";
  }
  return "unknown";
}

const char* to_string(Presence presence) noexcept {
  switch (presence) {
    case Presence::optional: return "optional";
    case Presence::column: return "column";
    case Presence::value: return "value";
  }
  return "unknown";
}

const char* to_string(OnStale action) noexcept {
  switch (action) {
    case OnStale::flag: return "flag";
    case OnStale::fallback: return "fallback";
    case OnStale::reject: return "reject";
  }
  return "unknown";
}

std::optional<ColumnType> parse_column_type(std::string_view name) noexcept { return named(kTypes, name); }
std::optional<Presence> parse_presence(std::string_view name) noexcept { return named(kPresences, name); }
std::optional<OnStale> parse_on_stale(std::string_view name) noexcept { return named(kActions, name); }

Schema::Schema(std::vector<ColumnContract> columns, std::vector<UniqueKey> keys, double budget)
    : columns_(std::move(columns)), keys_(std::move(keys)), budget_(budget) {}

Result<Schema> Schema::make(std::vector<ColumnContract> columns, std::vector<UniqueKey> keys, double budget) {
  Checker checker;
  checker.expect(budget > 0 && budget <= 1, "budget", "a number above 0 and at most 1", digits(budget));
  checker.expect(!columns.empty(), "columns", "at least one column", "none");
  for (std::size_t i = 0; i < columns.size(); ++i) checker.check(columns[i], "columns[" + std::to_string(i) + "]");
  for (std::size_t i = 0; i < keys.size(); ++i) checker.check(keys[i], "unique[" + std::to_string(i) + "]");
  if (checker.error()) return *checker.error();
  return Schema(std::move(columns), std::move(keys), budget);
}

std::optional<std::size_t> Schema::find(std::string_view name) const noexcept {
  const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const auto& c) { return c.name == name; });
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

double Schema::level() const noexcept {
  std::size_t rules = 0;
  for (const ColumnContract& column : columns_) rules += tolerant_rules(column);
  for (const UniqueKey& key : keys_) rules += tolerant(key.tolerated);
  return budget_ / static_cast<double>((std::max)(rules, std::size_t{1}));
}

SchemaBuilder& SchemaBuilder::column(std::string name, ColumnType type) {
  columns_.push_back({std::move(name), type});
  return *this;
}

ColumnContract& SchemaBuilder::last() {
  LEEWAY_ASSERT(!columns_.empty());
  return columns_.back();
}

SchemaBuilder& SchemaBuilder::optional() { return last().presence = Presence::optional, *this; }
SchemaBuilder& SchemaBuilder::with_a_value() { return last().presence = Presence::value, *this; }
SchemaBuilder& SchemaBuilder::not_missing() { return missing({}); }
SchemaBuilder& SchemaBuilder::missing(Tolerance tolerated, bool two_sided) {
  last().missing = {tolerated, two_sided};
  return *this;
}
SchemaBuilder& SchemaBuilder::other_types(Tolerance tolerated) { return last().type_tolerated = tolerated, *this; }
SchemaBuilder& SchemaBuilder::range(std::optional<double> min, std::optional<double> max, Tolerance tolerated) {
  last().range = {min, max, tolerated};
  return *this;
}
SchemaBuilder& SchemaBuilder::one_of(std::vector<std::string> values, Tolerance tolerated) {
  last().categories = {std::move(values), tolerated};
  return *this;
}
SchemaBuilder& SchemaBuilder::mean(double min, double max) { return last().mean = {min, max}, *this; }
SchemaBuilder& SchemaBuilder::matches(std::string regex, Tolerance tolerated) {
  last().pattern = {std::move(regex), tolerated};
  return *this;
}
SchemaBuilder& SchemaBuilder::ordered(Tolerance tolerated) { return last().order = {tolerated}, *this; }
SchemaBuilder& SchemaBuilder::fresh(FreshnessRule rule) { return last().freshness = rule, *this; }

SchemaBuilder& SchemaBuilder::unique(std::vector<std::string> columns, Tolerance tolerated) {
  keys_.push_back({std::move(columns), tolerated});
  return *this;
}
SchemaBuilder& SchemaBuilder::budget(double budget) { return budget_ = budget, *this; }

Result<Schema> SchemaBuilder::build() { return Schema::make(std::move(columns_), std::move(keys_), budget_); }

}  // namespace leeway::inline v1::validate
