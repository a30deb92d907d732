#include "validate/join.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "validate/shown.hpp"

namespace leeway::inline v1::validate::detail {
namespace {

constexpr std::uint32_t kNone = (std::numeric_limits<std::uint32_t>::max)();
constexpr std::uint32_t kSeveral = kNone - 1;

using Columns = std::vector<const Column*>;

Result<Columns> find_columns(const Table& table, const std::vector<std::string>& names, const char* side) {
  Columns columns;
  for (const std::string& name : names) {
    columns.push_back(table.find(name));
    if (columns.back() == nullptr) {
      return Error{ErrorCode::not_found, std::string("expected a column of that name in ") + side + ", found none",
                   "column " + name};
    }
  }
  return columns;
}

Result<void> check_alike(const Columns& training, const Columns& serving) {
  for (std::size_t i = 0; i < training.size(); ++i) {
    if (training[i]->is_text() == serving[i]->is_text()) continue;
    return Error{ErrorCode::incompatible, "expected one type on both sides, found numbers and texts",
                 training[i]->name};
  }
  return {};
}

/// Appends a value so that different values, and different sequences of them, give different bytes. False: missing.
bool append(std::string& bytes, const Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<Texts>(&column.values)) {
    const auto& text = (*texts)[row];
    if (!text) return false;
    const std::size_t size = text->size();
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += *text;
    return true;
  }
  const double number = std::get<Numbers>(column.values)[row] + 0.0;  // -0 is 0
  if (std::isnan(number)) return false;
  bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  return true;
}

/// The rows of one side by key.
class Index {
 public:
  Index(const Columns& columns, std::size_t rows) : keys_(rows) {
    rows_.reserve(rows);
    for (std::uint32_t row = 0; row < rows; ++row) add(columns, row);
  }

  /// The only row of a key, or kNone, or kSeveral.
  [[nodiscard]] std::uint32_t find(const std::string& key) const {
    const auto found = rows_.find(key);
    return found != rows_.end() ? found->second : kNone;
  }
  /// Empty where it is missing.
  [[nodiscard]] const std::string& key(std::uint32_t row) const { return keys_[row]; }
  /// The row alone has its key.
  [[nodiscard]] bool is_single(std::uint32_t row) const { return !keys_[row].empty() && find(keys_[row]) == row; }
  [[nodiscard]] std::uint64_t missing() const noexcept { return missing_; }
  /// The first row of each key that occurs more than once.
  [[nodiscard]] const std::vector<std::uint32_t>& duplicates() const noexcept { return duplicates_; }

 private:
  void add(const Columns& columns, std::uint32_t row) {
    std::string& key = keys_[row];
    for (const Column* column : columns) {
      if (append(key, *column, row)) continue;
      key.clear();
      ++missing_;
      return;
    }
    const auto [found, added] = rows_.try_emplace(key, row);
    if (added || found->second == kSeveral) return;
    duplicates_.push_back(found->second);
    found->second = kSeveral;
  }

  std::vector<std::string> keys_;
  std::unordered_map<std::string_view, std::uint32_t> rows_;
  std::vector<std::uint32_t> duplicates_;
  std::uint64_t missing_ = 0;
};

class Joiner {
 public:
  Joiner(const Table& training, const Table& serving, const SkewOptions& options, const Columns& a, const Columns& b)
      : training_(training), serving_(serving), options_(options), a_(a, training.rows()), b_(b, serving.rows()) {}

  Join join() {
    for (std::uint32_t row = 0; row < training_.rows(); ++row) add_training(row);
    for (std::uint32_t row = 0; row < serving_.rows(); ++row) add_serving(row);
    count_oddities();
    join_.summary.joined = join_.training.size();
    return std::move(join_);
  }

 private:
  void add_training(std::uint32_t row) {
    if (!a_.is_single(row)) return;
    const std::uint32_t other = b_.find(a_.key(row));
    if (other == kSeveral) return;
    if (other == kNone) {
      ++join_.summary.only_training;
      return add_example(join_.summary.only_training_examples, training_, row);
    }
    join_.training.push_back(row);
    join_.serving.push_back(other);
  }

  void add_serving(std::uint32_t row) {
    if (!b_.is_single(row) || a_.find(b_.key(row)) != kNone) return;
    ++join_.summary.only_serving;
    add_example(join_.summary.only_serving_examples, serving_, row);
  }

  void count_oddities() {
    join_.summary.missing_training = a_.missing();
    join_.summary.missing_serving = b_.missing();
    join_.summary.duplicate_training = a_.duplicates().size();
    join_.summary.duplicate_serving = b_.duplicates().size();
    for (const std::uint32_t row : a_.duplicates()) add_example(join_.summary.duplicate_examples, training_, row);
    for (const std::uint32_t row : b_.duplicates()) add_example(join_.summary.duplicate_examples, serving_, row);
  }

  void add_example(std::vector<std::string>& examples, const Table& table, std::uint32_t row) {
    if (examples.size() < options_.max_examples) examples.push_back(key_text(table, options_, row));
  }

  const Table& training_;
  const Table& serving_;
  const SkewOptions& options_;
  Index a_;
  Index b_;
  Join join_;
};

// ---- alignment

class Dictionary {
 public:
  double code(const std::optional<std::string>& text) {
    if (!text) return std::numeric_limits<double>::quiet_NaN();
    return codes_.try_emplace(*text, static_cast<double>(codes_.size())).first->second;
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> texts(codes_.size());
    for (const auto& [text, code] : codes_) texts[static_cast<std::size_t>(code)] = text;
    return texts;
  }

 private:
  std::unordered_map<std::string, double> codes_;
};

std::vector<double> picked(const Column& column, const std::vector<std::uint32_t>& rows, Dictionary& dictionary) {
  std::vector<double> values;
  values.reserve(rows.size());
  if (const auto* texts = std::get_if<Texts>(&column.values)) {
    for (const std::uint32_t row : rows) values.push_back(dictionary.code((*texts)[row]));
  } else {
    for (const std::uint32_t row : rows) values.push_back(std::get<Numbers>(column.values)[row]);
  }
  return values;
}

bool shows(const SkewOptions& options, const std::string& column) {
  return std::find(options.show_text.begin(), options.show_text.end(), column) != options.show_text.end();
}

ValueTolerance tolerance_of(const SkewOptions& options, const std::string& feature) {
  const auto found = options.feature_tolerances.find(feature);
  return found != options.feature_tolerances.end() ? found->second : options.tolerance;
}

/// Which series each joined row belongs to, as bytes.
Result<std::vector<std::string>> series_of(const Table& training, const Join& join, const SkewOptions& options) {
  auto columns = find_columns(training, options.entity, "training");
  if (!columns) return std::move(columns).error();
  std::vector<std::string> series(join.training.size());
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (const Column* column : *columns) {
      if (!append(series[i], *column, join.training[i])) series[i] += '?';
    }
  }
  return series;
}

Result<std::vector<double>> times_of(const Table& training, const Join& join, const SkewOptions& options) {
  if (options.time.empty()) return std::vector<double>(join.training.size());
  auto columns = find_columns(training, {options.time}, "training");
  if (!columns) return std::move(columns).error();
  const auto* numbers = std::get_if<Numbers>(&columns->front()->values);
  if (numbers == nullptr) {
    return Error{ErrorCode::incompatible, "expected seconds since 1970, found texts", options.time};
  }
  std::vector<double> times;
  for (const std::uint32_t row : join.training) times.push_back((*numbers)[row]);
  return times;
}

/// NaN comes last, so that this is an order.
bool earlier(double a, double b) noexcept { return std::isnan(a) ? false : std::isnan(b) || a < b; }

Result<void> put_in_order(Aligned& aligned, const Table& training, const Join& join, const SkewOptions& options) {
  auto series = series_of(training, join, options);
  if (!series) return std::move(series).error();
  auto times = times_of(training, join, options);
  if (!times) return std::move(times).error();
  const std::size_t n = join.training.size();
  aligned.sequence.resize(n);
  std::iota(aligned.sequence.begin(), aligned.sequence.end(), 0U);
  std::stable_sort(aligned.sequence.begin(), aligned.sequence.end(), [&](std::uint32_t a, std::uint32_t b) {
    return (*series)[a] != (*series)[b] ? (*series)[a] < (*series)[b] : earlier((*times)[a], (*times)[b]);
  });
  aligned.position.resize(n);
  aligned.begin.resize(n);
  for (std::uint32_t at = 0; at < n; ++at) {
    const std::uint32_t row = aligned.sequence[at];
    aligned.position[row] = at;
    const bool same = at > 0 && (*series)[row] == (*series)[aligned.sequence[at - 1]];
    aligned.begin[at] = same ? aligned.begin[at - 1] : at;
  }
  return {};
}

}  // namespace

Result<Join> join(const Table& training, const Table& serving, const SkewOptions& options) {
  auto a = find_columns(training, options.key, "training");
  if (!a) return std::move(a).error();
  auto b = find_columns(serving, options.key, "serving");
  if (!b) return std::move(b).error();
  if (auto alike = check_alike(*a, *b); !alike) return std::move(alike).error();
  if ((std::max)(training.rows(), serving.rows()) >= kSeveral) {
    return Error{ErrorCode::limit, "expected fewer than 2^32 rows to join", {}};
  }
  return Joiner(training, serving, options, *a, *b).join();
}

Result<Aligned> align(const Table& training, const Table& serving, const Join& join,
                      const std::vector<std::string>& features, const SkewOptions& options) {
  Aligned aligned;
  aligned.max_lag = options.max_lag;
  aligned.min_support = options.min_support;
  Dictionary dictionary;
  for (const std::string& name : features) {
    const Column& a = *training.find(name);
    const Column& b = *serving.find(name);
    aligned.features.push_back(
        {name, a.is_text(), a.is_time, picked(a, join.training, dictionary), picked(b, join.serving, dictionary),
         a.is_text() ? ValueTolerance{0, 0} : tolerance_of(options, name), shows(options, name)});
  }
  aligned.texts = dictionary.texts();
  if (auto ordered = put_in_order(aligned, training, join, options); !ordered) return std::move(ordered).error();
  return aligned;
}

std::string value_text(const Column& column, std::size_t row) {
  if (const auto* texts = std::get_if<Texts>(&column.values)) return (*texts)[row].value_or("missing");
  const double number = std::get<Numbers>(column.values)[row];
  if (std::isnan(number)) return "missing";
  if (column.is_time) return time_text_of(number);
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

std::string shown_value(const Column& column, std::size_t row, const SkewOptions& options) {
  const std::string text = value_text(column, row);
  return column.is_text() && std::get<Texts>(column.values)[row] ? shown(text, shows(options, column.name)) : text;
}

// A number may name a person as well as a text.
std::string key_text(const Table& table, const SkewOptions& options, std::size_t row) {
  std::string text;
  for (const std::string& name : options.key)
    text += (text.empty() ? "" : ", ") + shown(value_text(*table.find(name), row), shows(options, name));
  return text;
}

}  // namespace leeway::inline v1::validate::detail
