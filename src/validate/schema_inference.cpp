#include "leeway/validate/schema_inference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "leeway/core/category_axis.hpp"
#include "leeway/profile/design_effect.hpp"
#include "validate/column_check.hpp"
#include "validate/column_values.hpp"

namespace leeway::inline v1::validate {
namespace {

using Tally = std::map<std::string, std::uint64_t, std::less<>>;

constexpr std::size_t kMostCodes = 32;
constexpr std::uint64_t kFewestRowsPerCode = 20;

/// What training rows show of one column.
struct Observed {
  std::string name;
  std::optional<ColumnType> type{};
  std::uint64_t rows = 0;
  std::uint64_t missing = 0;
  std::uint64_t malformed = 0;
  std::uint64_t numbers = 0;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();
  bool whole = true;
  Tally tally{};                 // of texts, or of whole numbers as long as they are few
  bool more_than_tally = false;  // values of which the tally is not all
  profile::DesignEffect design{};

  [[nodiscard]] std::uint64_t present() const noexcept { return rows - missing - malformed; }
};

// ---- observation

void add_text(Observed& observed, std::string_view text, std::uint64_t times = 1) {
  const auto found = observed.tally.find(text);
  if (found != observed.tally.end()) {
    found->second += times;
  } else {
    observed.tally.emplace(text, times);
  }
}

/// Whole numbers of few values are codes: categories rather than quantities.
void tally_code(Observed& observed, double number) {
  if (observed.more_than_tally) return;
  add_text(observed, detail::DecimalText(number).view());
  observed.more_than_tally = observed.tally.size() > kMostCodes || !observed.whole;
  if (observed.more_than_tally) observed.tally.clear();
}

void add_number(Observed& observed, double number) {
  if (std::isnan(number)) {
    ++observed.missing;
    return;
  }
  ++observed.numbers;
  observed.minimum = (std::min)(observed.minimum, number);
  observed.maximum = (std::max)(observed.maximum, number);
  observed.whole &= std::isfinite(number) && std::trunc(number) == number;
  tally_code(observed, number);
}

template <class T>
void observe(Observed& observed, std::span<const T> numbers) {
  for (const T number : numbers) add_number(observed, static_cast<double>(number));
}

void observe(Observed& observed, stream::Column::Texts texts) {
  for (const auto& text : texts) {
    if (text) {
      add_text(observed, *text);
    } else {
      ++observed.missing;
    }
  }
}

template <class Code>
void observe(Observed& observed, const stream::Dictionary<Code>& column) {
  std::vector<std::uint64_t> counts(column.dictionary.size());
  for (const Code code : column.codes) {
    if (code < 0) {
      ++observed.missing;
    } else {
      ++(static_cast<std::size_t>(code) < counts.size() ? counts[static_cast<std::size_t>(code)] : observed.malformed);
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) add_text(observed, column.dictionary[i], counts[i]);
  }
}

// ---- dependence of rows

constexpr std::size_t kQuantileCells = 10;
constexpr std::size_t kTextCells = 100;

/// The cell of each row, by the deciles of the values; missing is beyond.
std::vector<std::uint32_t> cells_of(const std::vector<double>& numbers) {
  std::vector<double> sorted = numbers;
  std::erase_if(sorted, [](double x) { return std::isnan(x); });
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> edges;
  for (std::size_t i = 1; i < kQuantileCells && !sorted.empty(); ++i)
    edges.push_back(sorted[i * sorted.size() / kQuantileCells]);
  std::vector<std::uint32_t> cells;
  for (const double x : numbers) {
    const auto cell = std::upper_bound(edges.begin(), edges.end(), x) - edges.begin();
    cells.push_back(static_cast<std::uint32_t>(std::isnan(x) ? kQuantileCells : static_cast<std::size_t>(cell)));
  }
  return cells;
}

/// Cells by the order in which texts come first; those that come late share the last.
class TextCells {
 public:
  std::uint32_t cell(std::string_view text) {
    return cells_.try_emplace(std::string(text), (std::min)(cells_.size(), kTextCells - 1)).first->second;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> cells_;
};

profile::DesignEffect design_of(const TableColumn& column, bool text) {
  std::vector<double> numbers;
  std::vector<std::uint32_t> cells;
  TextCells texts;
  detail::for_each_value(column, [&](std::size_t, const stream::Value& value) {
    if (!text) {
      numbers.push_back(value.number());
    } else {
      cells.push_back(value.type() == stream::Value::Type::text ? texts.cell(value.text()) : kTextCells);
    }
  });
  return text ? profile::estimate_design_effect(cells, kTextCells)
              : profile::estimate_design_effect(cells_of(numbers), kQuantileCells);
}

Observed observe(const TrainingColumn& training, const InferenceOptions& options) {
  Observed observed{.name = training.column.name, .type = training.type, .rows = training.column.values.size()};
  std::visit([&](const auto& data) { observe(observed, data); }, training.column.values.data());
  const std::uint64_t malformed = (std::min)(observed.missing, training.column.malformed);
  observed.missing -= malformed;
  observed.malformed += malformed;
  if (!options.exchangeable) observed.design = design_of(training.column, observed.numbers == 0);
  return observed;
}

void observe_axis(Observed& observed, const CategoryAxis& axis, const Counts& counts) {
  observed.type = ColumnType::text;
  for (std::size_t i = 0; i < axis.size(); ++i) {
    if (counts.cells[i] > 0) add_text(observed, axis.values()[i], counts.cells[i]);
  }
  observed.more_than_tally = counts.side.unseen > 0;
}

template <class NumericAxis>
void observe_axis(Observed& observed, const NumericAxis&, const Counts&) {
  observed.type = ColumnType::number;
  observed.more_than_tally = true;
}

Observed observe(const profile::FeatureProfile& feature, std::uint64_t rows) {
  const SideCounts& side = feature.counts.side;
  Observed observed{
      .name = feature.name, .rows = rows, .missing = side.missing - side.malformed, .malformed = side.malformed};
  observed.design = feature.design;
  std::visit([&](const auto& axis) { observe_axis(observed, axis, feature.counts); }, feature.axis);
  if (!feature.moments) return observed;
  observed.numbers = feature.counts.present();
  observed.minimum = side.negative_infinity > 0 ? -std::numeric_limits<double>::infinity() : feature.moments->minimum;
  observed.maximum = side.positive_infinity > 0 ? std::numeric_limits<double>::infinity() : feature.moments->maximum;
  return observed;
}

// ---- rules

bool all_truths(const Tally& tally) {
  return !tally.empty() && std::all_of(tally.begin(), tally.end(), [](const auto& entry) {
    return detail::parse_truth(entry.first).has_value() && entry.first.size() > 1;
  });
}

ColumnType type_of(const Observed& observed) {
  if (observed.type) return *observed.type;
  if (observed.numbers > 0) return observed.whole ? ColumnType::integer : ColumnType::number;
  if (all_truths(observed.tally)) return ColumnType::boolean;
  return observed.tally.empty() ? ColumnType::number : ColumnType::text;
}

/// Categories that are no more than one independent row.
std::uint64_t singletons(const Tally& tally, double design_effect) {
  return static_cast<std::uint64_t>(std::count_if(tally.begin(), tally.end(), [&](const auto& entry) {
    return static_cast<double>(entry.second) <= design_effect;
  }));
}

/// Three digits, upwards: it is an estimate, and people read it.
double legible(double design_effect) {
  const double unit = std::pow(10.0, std::floor(std::log10(design_effect)) - 2);
  return design_effect <= 1 ? 1 : std::ceil(design_effect / unit) * unit;
}

std::optional<CategoryRule> category_rule(const Observed& observed, const InferenceOptions& options) {
  const std::size_t listed = observed.tally.size();
  if (listed == 0 || listed > options.max_categories || observed.more_than_tally) return std::nullopt;
  if (observed.numbers < kFewestRowsPerCode * listed && observed.numbers > 0) return std::nullopt;
  CategoryRule rule;
  const double design = legible(observed.design.cells);
  for (const auto& [value, count] : observed.tally) rule.values.push_back(value);
  if (!options.closed) rule.tolerated = Tolerance::seen(singletons(observed.tally, design), observed.present(), design);
  return rule;
}

/// One independent event in training is what makes the law that of values beyond its extremes.
std::optional<RangeRule> range_rule(const Observed& observed) {
  if (observed.numbers == 0) return std::nullopt;
  const double design = legible(observed.design.cells);
  const auto events = (std::min)(static_cast<std::uint64_t>(design), observed.numbers);
  RangeRule rule{std::nullopt, std::nullopt, Tolerance::seen(events, observed.numbers, design)};
  if (std::isfinite(observed.minimum)) rule.min = observed.minimum;
  if (std::isfinite(observed.maximum)) rule.max = observed.maximum;
  return rule.min || rule.max ? std::optional(rule) : std::nullopt;
}

ColumnContract contract_of(const Observed& observed, const InferenceOptions& options) {
  ColumnContract contract{.name = observed.name, .type = type_of(observed)};
  if (options.closed && observed.present() > 0) contract.presence = Presence::value;
  if (contract.type != ColumnType::text && observed.present() > 0)
    contract.type_tolerated =
        Tolerance::seen(observed.malformed, observed.present() + observed.malformed, legible(observed.design.missing));
  if (observed.rows > 0)
    contract.missing = {Tolerance::seen(observed.missing, observed.rows, legible(observed.design.missing)), true};
  const bool categories = contract.type == ColumnType::text || contract.type == ColumnType::integer;
  if (categories) contract.categories = category_rule(observed, options);
  if (contract.type != ColumnType::text && contract.type != ColumnType::boolean) contract.range = range_rule(observed);
  return contract;
}

Result<Schema> schema_of(const std::vector<Observed>& columns, const InferenceOptions& options) {
  std::vector<ColumnContract> contracts;
  contracts.reserve(columns.size());
  for (const Observed& observed : columns) contracts.push_back(contract_of(observed, options));
  return Schema::make(std::move(contracts), {}, options.budget);
}

}  // namespace

Result<Schema> infer_schema(std::span<const TrainingColumn> columns, const InferenceOptions& options) {
  std::vector<Observed> observed;
  for (const TrainingColumn& column : columns) observed.push_back(observe(column, options));
  return schema_of(observed, options);
}

Result<Schema> infer_schema(const profile::Profile& profile, const InferenceOptions& options) {
  std::vector<Observed> observed;
  for (const profile::FeatureProfile& feature : profile.features())
    observed.push_back(observe(feature, profile.rows()));
  return schema_of(observed, options);
}

}  // namespace leeway::inline v1::validate
