#include "cli/skew_tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "cli/number.hpp"
#include "cli/progress.hpp"
#include "cli/timestamp.hpp"

namespace leeway::cli {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<double> seconds_of(std::string_view text) {
  const auto time = parse_time(text);
  if (!time) return {};
  return static_cast<double>(time->time_since_epoch().count()) / 1e6;
}

/// What each category of a column is as a number.
template <class Parse>
std::vector<std::optional<double>> parsed(const Column& column, Parse parse) {
  std::vector<std::optional<double>> numbers;
  for (const std::string& text : column.categories) numbers.push_back(parse(text));
  return numbers;
}

/// At least 99 % of the rows with a value have a number.
bool are_numbers(const Column& column, const std::vector<std::optional<double>>& numbers) {
  std::uint64_t present = 0;
  std::uint64_t words = 0;
  for (const std::uint32_t code : column.codes) {
    if (code == kNoCategory) continue;
    ++present;
    words += !numbers[code];
  }
  return present > 0 && words * 100 <= present;
}

validate::Numbers as_numbers(const Column& column, const std::vector<std::optional<double>>& numbers) {
  validate::Numbers values;
  values.reserve(column.codes.size());
  for (const std::uint32_t code : column.codes) {
    values.push_back(code == kNoCategory ? kMissing : numbers[code].value_or(kMissing));
  }
  return values;
}

std::string canonical(const std::string& text) {
  const auto integer = integral_value(text);
  return integer ? std::to_string(*integer) : text;
}

validate::Texts as_texts(const Column& column, bool is_key) {
  validate::Texts values;
  values.reserve(column.codes.size());
  for (const std::uint32_t code : column.codes) {
    if (code == kNoCategory) {
      values.emplace_back();
    } else {
      values.emplace_back(is_key ? canonical(column.categories[code]) : column.categories[code]);
    }
  }
  return values;
}

validate::Column converted(const Column& column, const SkewInput& input) {
  const bool is_key = contains(input.key, column.name);
  if (is_key || contains(input.table.categorical, column.name)) return {column.name, as_texts(column, is_key), false};
  const auto numbers = parsed(column, [](const std::string& text) { return parse_number(text); });
  if (are_numbers(column, numbers)) return {column.name, as_numbers(column, numbers), false};
  const auto times = parsed(column, [](const std::string& text) { return seconds_of(text); });
  if (are_numbers(column, times)) return {column.name, as_numbers(column, times), true};
  return {column.name, as_texts(column, false), false};
}

bool is_empty(const validate::Column& column) {
  if (const auto* texts = std::get_if<validate::Texts>(&column.values)) {
    return std::all_of(texts->begin(), texts->end(), [](const auto& text) { return !text; });
  }
  const auto& numbers = std::get<validate::Numbers>(column.values);
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isnan(x); });
}

void follow(validate::Column& column, const validate::Column& other) {
  if (column.is_text() == other.is_text() || !is_empty(column)) return;
  const std::size_t rows = column.size();
  if (other.is_text()) {
    column.values = validate::Texts(rows);
  } else {
    column.values = validate::Numbers(rows, kMissing);
  }
}

}  // namespace

Result<validate::Table> load_skew_table(const std::string& path, const SkewInput& input) {
  TableOptions options = input.table;
  options.other_columns = ColumnKind::categorical;
  auto table = load_table(path, options, ProgressOptions::standard_error(input.quiet));
  if (!table) return std::move(table).error();
  validate::Table result;
  for (Column& column : table->columns) {
    if (column.kind == ColumnKind::numeric) {
      result.columns.push_back({column.name, std::move(column.values), false});
    } else {
      result.columns.push_back(converted(column, input));
    }
    column = {};
  }
  return result;
}

void make_alike(validate::Table& training, validate::Table& serving) {
  for (validate::Column& column : training.columns) {
    const auto other = std::find_if(serving.columns.begin(), serving.columns.end(),
                                    [&](const validate::Column& c) { return c.name == column.name; });
    if (other == serving.columns.end()) continue;
    follow(column, *other);
    follow(*other, column);
  }
}

}  // namespace leeway::cli
