#include "leeway/validate/contract.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "validate/batch_freshness.hpp"
#include "validate/column_check.hpp"
#include "validate/column_values.hpp"
#include "validate/judge.hpp"
#include "validate/pattern.hpp"
#include "validate/shown.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace leeway::inline v1::validate {
namespace {

using detail::ColumnCheck;
using stream::Value;

// ---- examples

/// The first few distinct values that broke each rule of a column.
class Examples {
 public:
  Examples(std::size_t most, bool show_text, bool times) : most_(most), show_text_(show_text), times_(times) {}

  void add(Rule rule, std::size_t row, const Value& value) {
    std::vector<Example>& kept = kept_[rule];
    if (kept.size() >= most_) return;
    Example example{text_of(value), row};
    const auto same = [&](const Example& e) { return e.text == example.text; };
    if (std::none_of(kept.begin(), kept.end(), same)) kept.push_back(std::move(example));
  }

  [[nodiscard]] std::vector<Example> of(Rule rule) const {
    const auto found = kept_.find(rule);
    return found != kept_.end() ? found->second : std::vector<Example>();
  }

 private:
  [[nodiscard]] std::string text_of(const Value& value) const {
    std::optional<detail::DecimalText> number;
    if (value.type() == Value::Type::missing) return {};
    if (value.type() == Value::Type::malformed) return "malformed";
    const bool is_text = value.type() == Value::Type::text;
    if (times_ && !is_text) return detail::time_text_of(value.number());
    return detail::shown(detail::category_text(value, number), !is_text || show_text_);
  }

  std::size_t most_;
  bool show_text_;
  bool times_;
  std::unordered_map<Rule, std::vector<Example>> kept_;
};

// ---- one column

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double seconds_of(TimePoint time) { return seconds_of(time.time_since_epoch()); }

class ColumnValidation {
 public:
  ColumnValidation(const ColumnContract& contract, const ValidationOptions& options)
      : contract_(contract),
        check_(contract),
        examples_(options.examples, shows_text(contract, options), contract.type == ColumnType::timestamp) {
    if (contract.pattern) pattern_ = *detail::Pattern::make(contract.pattern->regex);  // Schema::make has seen to it
    if (options.now && contract.type == ColumnType::timestamp)
      now_ = seconds_of(*options.now) + (contract.freshness ? seconds_of(contract.freshness->clock_tolerance) : 0);
  }

  ColumnCounts count(const TableColumn* column) {
    if (column == nullptr) return {.there = false};
    counts_.rows = column->values.size();
    detail::for_each_value(*column, [this](std::size_t row, const Value& value) { add(row, value); });
    counts_.missing -= (std::min)(counts_.missing, column->malformed);
    counts_.other_type += column->malformed;
    counts_.unseen_distinct = unseen_.size();
    for (const auto& [text, count] : unseen_) counts_.unseen_most = (std::max)(counts_.unseen_most, count);
    return counts_;
  }

  [[nodiscard]] const Examples& examples() const noexcept { return examples_; }

 private:
  static bool shows_text(const ColumnContract& contract, const ValidationOptions& options) {
    return std::find(options.show_text.begin(), options.show_text.end(), contract.name) != options.show_text.end();
  }

  void add(std::size_t row, const Value& value) {
    auto broken = check_.broken(value);
    if (!broken) broken = broken_here(value);
    if (broken) count_broken(*broken, row, value);
    const double number = value.number();
    if (!check_.has_mean() || !std::isfinite(number)) return;
    ++counts_.finite;
    counts_.sum += number;
  }

  /// The rules that need more than the value alone, or cost too much for the hot path.
  std::optional<Rule> broken_here(const Value& value) {
    if (pattern_ && !matches(value)) return Rule::pattern;
    const double number = value.number();
    if (number > now_) return Rule::future;
    if (!contract_.order) return std::nullopt;
    const bool back = number < latest_;
    latest_ = (std::max)(latest_, number);
    return back ? std::optional(Rule::order) : std::nullopt;
  }

  [[nodiscard]] bool matches(const Value& value) const {
    std::optional<detail::DecimalText> number;
    return pattern_->matches(detail::category_text(value, number));
  }

  void count_broken(Rule rule, std::size_t row, const Value& value) {
    switch (rule) {
      case Rule::missing: ++counts_.missing; return;
      case Rule::type: ++counts_.other_type; break;
      case Rule::range: ++counts_.outside; break;
      case Rule::unseen: ++counts_.unseen, count_unseen(value); break;
      case Rule::pattern: ++counts_.mismatched; break;
      case Rule::order: ++counts_.backward; break;
      default: ++counts_.future; break;
    }
    examples_.add(rule, row, value);
  }

  void count_unseen(const Value& value) {
    std::optional<detail::DecimalText> number;
    ++unseen_[std::string(detail::category_text(value, number))];
  }

  const ColumnContract& contract_;
  ColumnCheck check_;
  Examples examples_;
  std::optional<detail::Pattern> pattern_;
  double now_ = std::numeric_limits<double>::infinity();
  double latest_ = -std::numeric_limits<double>::infinity();
  ColumnCounts counts_;
  std::unordered_map<std::string, std::uint64_t> unseen_;
};

// ---- keys

struct KeyHash {
  std::uint64_t low, high;
  friend bool operator==(const KeyHash&, const KeyHash&) = default;
};
struct KeyHasher {
  std::size_t operator()(const KeyHash& hash) const noexcept { return hash.low; }
};

/// Rows that have a key seen before, by 128 bits of hash.
class Repeats {
 public:
  void add(std::size_t row, std::span<const TableColumn* const> columns) {
    text_.clear();
    for (const TableColumn* column : columns) {
      if (!append(detail::value_at(*column, row))) return;
    }
    ++keys_;
    const XXH128_hash_t hash = XXH3_128bits(text_.data(), text_.size());
    if (seen_.insert({hash.low64, hash.high64}).second) return;
    ++count_;
    if (!first_) first_ = row;
  }

  [[nodiscard]] std::uint64_t keys() const noexcept { return keys_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::optional<std::size_t> first() const noexcept { return first_; }

 private:
  bool append(const Value& value) {
    if (value.type() == Value::Type::missing || value.type() == Value::Type::malformed) return false;
    std::optional<detail::DecimalText> number;
    const std::string_view text = detail::category_text(value, number);
    text_.append(std::to_string(text.size())).append(":").append(text);
    return true;
  }

  std::string text_;
  std::unordered_set<KeyHash, KeyHasher> seen_;
  std::uint64_t keys_ = 0;
  std::uint64_t count_ = 0;
  std::optional<std::size_t> first_;
};

// ---- the table

class Batch {
 public:
  explicit Batch(std::span<const TableColumn> columns) : columns_(columns) {
    for (const TableColumn& column : columns) by_name_.emplace(column.name, &column);
  }

  [[nodiscard]] const TableColumn* find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found != by_name_.end() ? found->second : nullptr;
  }
  [[nodiscard]] std::uint64_t rows() const { return columns_.empty() ? 0 : columns_.front().values.size(); }

  [[nodiscard]] Result<void> check() const {
    for (const TableColumn& column : columns_) {
      if (find(column.name) != &column)
        return Error{ErrorCode::data, "expected distinct names, found one twice", column.name};
      if (column.values.size() != rows()) {
        return Error{ErrorCode::data,
                     "expected " + std::to_string(rows()) + " rows as in " + columns_.front().name + ", found " +
                         std::to_string(column.values.size()),
                     column.name};
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> names_beyond(const Schema& schema) const {
    std::vector<std::string> names;
    for (const TableColumn& column : columns_) {
      if (!schema.find(column.name)) names.push_back(column.name);
    }
    return names;
  }

 private:
  std::span<const TableColumn> columns_;
  std::unordered_map<std::string, const TableColumn*> by_name_;
};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

/// A key one of whose columns is not there has been judged with that column.
void judge_key(ContractReport& report, const UniqueKey& key, const Batch& table) {
  std::vector<const TableColumn*> columns;
  for (const std::string& name : key.columns) columns.push_back(table.find(name));
  if (std::find(columns.begin(), columns.end(), nullptr) != columns.end()) return;
  Repeats repeats;
  for (std::size_t row = 0; row < table.rows(); ++row) repeats.add(row, columns);
  ContractFinding finding{joined(key.columns), Rule::unique, repeats.count(), repeats.keys(), {}, {}, {}, 0, {}};
  if (repeats.first()) finding.examples.push_back({"", *repeats.first()});
  detail::judge_count(report, std::move(finding), key.tolerated);
}

void judge_freshness(ContractReport& report, const ColumnContract& contract, const Batch& table,
                     const ValidationOptions& options) {
  const TableColumn* column = table.find(contract.name);
  if (!contract.freshness || column == nullptr) return;
  const bool is_time = contract.type == ColumnType::timestamp;
  detail::judge_freshness(report, contract, *column, is_time ? column : table.find(options.event_time), options);
}

void add_examples(std::vector<ContractFinding>& findings, const Schema& schema,
                  const std::vector<ColumnValidation>& columns) {
  for (ContractFinding& finding : findings)
    finding.examples = columns[*schema.find(finding.column)].examples().of(finding.rule);
}

}  // namespace

Result<ContractReport> validate(const Schema& schema, std::span<const TableColumn> columns,
                                const ValidationOptions& options) {
  const Batch table(columns);
  if (auto checked = table.check(); !checked) return std::move(checked).error();
  if (!options.event_time.empty() && table.find(options.event_time) == nullptr &&
      !schema.find(options.event_time))  // where the contract has it, it is absent: a finding of its own
    return Error{ErrorCode::invalid_argument, "expected the name of a column, found \"" + options.event_time + '"',
                 "event_time"};
  std::vector<ColumnCounts> counts;
  std::vector<ColumnValidation> validations;
  validations.reserve(schema.columns().size());
  for (const ColumnContract& contract : schema.columns())
    counts.push_back(validations.emplace_back(contract, options).count(table.find(contract.name)));
  ContractReport report = judge(schema, counts);
  add_examples(report.findings, schema, validations);
  add_examples(report.within, schema, validations);
  report.rows = table.rows();
  for (const UniqueKey& key : schema.keys()) judge_key(report, key, table);
  for (const ColumnContract& contract : schema.columns()) judge_freshness(report, contract, table, options);
  report.unknown = table.names_beyond(schema);
  return report;
}

Result<ContractReport> validate(const Schema& schema, const Table& table, const ValidationOptions& options) {
  std::vector<std::vector<std::optional<std::string_view>>> texts(table.columns.size());
  std::vector<TableColumn> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (const auto* numbers = std::get_if<Numbers>(&column.values)) {
      columns.push_back({column.name, *numbers});
    } else {
      const auto& owned = std::get<Texts>(column.values);
      texts[i].assign(owned.begin(), owned.end());
      columns.push_back({column.name, texts[i]});
    }
  }
  return validate(schema, columns, options);
}

}  // namespace leeway::inline v1::validate
