#include "leeway/validate/schema.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <regex>
#include <unordered_set>
#include <utility>

#include "leeway/base/assert.hpp"
#include "leeway/base/utf8.hpp"

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

constexpr std::size_t kLongestRegex = 1000;  // the parser of std::regex recurses

bool is_numeric(ColumnType type) noexcept { return type == ColumnType::number || type == ColumnType::integer; }
bool is_ordered(ColumnType type) noexcept { return is_numeric(type) || type == ColumnType::timestamp; }
bool has_categories(ColumnType type) noexcept { return type == ColumnType::text || type == ColumnType::integer; }

bool is_canonical_integer(std::string_view text) noexcept {
  std::int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ptr != text.data() + text.size()) return false;
  return text == std::to_string(value);
}

/// Collects the first thing that is wrong, by its path.
class Checker {
 public:
  void expect(bool holds, const std::string& path, const char* message) {
    if (!holds && !error_) error_ = Error{ErrorCode::data, message, path};
  }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

  void check(const Tolerance& tolerated, const std::string& path) {
    expect(tolerated.share >= 0 && tolerated.share <= 1, path, "expected a share from 0 to 1, found another number");
    expect(tolerated.events <= tolerated.rows, path, "expected at most as many events as rows, found more");
  }

  void check(const RangeRule& rule, const std::string& path) {
    expect(rule.min || rule.max, path, "expected min or max, found neither");
    expect(std::isfinite(rule.min.value_or(0)) && std::isfinite(rule.max.value_or(0)), path,
           "expected finite numbers, found another");
    expect(!rule.min || !rule.max || *rule.min <= *rule.max, path, "expected min <= max, found min above max");
    check(rule.tolerated, path + ".tolerated");
  }

  void check(const CategoryRule& rule, ColumnType type, const std::string& path) {
    std::unordered_set<std::string_view> seen;
    expect(!rule.values.empty(), path + ".values", "expected at least one value, found none");
    for (std::size_t i = 0; i < rule.values.size(); ++i) {
      const std::string& value = rule.values[i];
      const std::string at = path + ".values[" + std::to_string(i) + "]";
      expect(valid_utf8_prefix(value) == value.size(), at, "expected UTF-8 without NUL, found other bytes");
      expect(seen.insert(value).second, at, "expected distinct values, found one twice");
      expect(type != ColumnType::integer || is_canonical_integer(value), at,
             "expected an integer such as \"-7\", found other text");
    }
    check(rule.tolerated, path + ".tolerated");
  }

  void check(const MeanRule& rule, const std::string& path) {
    expect(std::isfinite(rule.min) && std::isfinite(rule.max), path, "expected finite numbers, found another");
    expect(rule.min <= rule.max, path, "expected min <= max, found min above max");
  }

  void check(const PatternRule& rule, const std::string& path) {
    expect(valid_utf8_prefix(rule.regex) == rule.regex.size(), path + ".regex",
           "expected UTF-8 without NUL, found other bytes");
    expect(rule.regex.size() <= kLongestRegex, path + ".regex", "expected at most 1000 bytes, found more");
    if (error_) return;
    try {
      static_cast<void>(std::regex(rule.regex));
    } catch (const std::regex_error&) {
      expect(false, path + ".regex", "expected an ECMAScript regular expression, found other text");
    }
    check(rule.tolerated, path + ".tolerated");
  }

  void check(const FreshnessRule& rule, const std::string& path) {
    expect(rule.max_staleness > Duration(0), path + ".max_staleness_s", "expected a duration above 0, found none");
    expect(rule.clock_tolerance >= Duration(0), path + ".clock_tolerance_s", "expected 0 or more, found less");
    expect(rule.max_silence >= Duration(0), path + ".max_silence_s", "expected 0 or more, found less");
    expect(std::isfinite(rule.fallback), path + ".fallback", "expected a finite number, found another");
  }

  void check(const ColumnContract& column, const std::string& path) {
    expect(!column.name.empty(), path + ".name", "expected a name, found an empty text");
    expect(valid_utf8_prefix(column.name) == column.name.size(), path + ".name",
           "expected UTF-8 without NUL, found other bytes");
    expect(names_.insert(column.name).second, path + ".name", "expected distinct names, found one twice");
    check(column.type_tolerated, path + ".type_tolerated");
    if (column.missing) check(column.missing->tolerated, path + ".missing.tolerated");
    check_rules(column, path);
  }

  void check(const UniqueKey& key, const std::string& path) {
    expect(!key.columns.empty(), path + ".columns", "expected at least one column, found none");
    for (const std::string& name : key.columns)
      expect(names_.contains(name), path + ".columns", "expected names of columns, found another");
    check(key.tolerated, path + ".tolerated");
  }

 private:
  void check_rules(const ColumnContract& column, const std::string& path) {
    const auto fits = [&](bool has, const char* rule, bool type) {
      expect(!has || type, path + "." + rule, "expected a rule that the type of the column has, found another");
    };
    fits(column.range.has_value(), "range", is_ordered(column.type));
    fits(column.categories.has_value(), "categories", has_categories(column.type));
    fits(column.mean.has_value(), "mean", is_numeric(column.type));
    fits(column.pattern.has_value(), "pattern", column.type == ColumnType::text);
    fits(column.order.has_value(), "order", is_ordered(column.type));
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
  checker.expect(budget > 0 && budget <= 1, "budget", "expected a number above 0 and at most 1, found another");
  checker.expect(!columns.empty(), "columns", "expected at least one column, found none");
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
