#include "cli/schema_table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <unordered_map>
#include <utility>

#include "cli/progress.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

using validate::ColumnContract;
using validate::ColumnType;
using Storage = OwnedColumns::Storage;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double seconds_of(TimePoint time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

validate::TableColumn borrowed(const Storage& column) {
  if (column.texts.empty() && column.codes.empty()) return {column.name, column.numbers, column.malformed};
  return {column.name, stream::Dictionary<std::int32_t>{column.codes, column.views}, column.malformed};
}

void make_views(Storage& column) { column.views.assign(column.texts.begin(), column.texts.end()); }

// ---- training rows

bool all_times(const Column& column) {
  return column.kind == ColumnKind::categorical && column.coding == CategoryCoding::text &&
         !column.categories.empty() &&
         std::all_of(column.categories.begin(), column.categories.end(),
                     [](const std::string& text) { return parse_time(text).has_value(); });
}

void take_times(Storage& storage, const Column& column) {
  std::vector<double> times;
  for (const std::string& text : column.categories) times.push_back(seconds_of(*parse_time(text)));
  for (const std::uint32_t code : column.codes) storage.numbers.push_back(code == kNoCategory ? kMissing : times[code]);
  storage.type = ColumnType::timestamp;
}

void take_codes(Storage& storage, const Column& column) {
  std::vector<double> numbers;
  for (const std::string& text : column.categories) numbers.push_back(parse_number(text).value_or(kMissing));
  for (const std::uint32_t code : column.codes)
    storage.numbers.push_back(code == kNoCategory ? kMissing : numbers[code]);
}

void take_texts(Storage& storage, Column& column) {
  for (const std::uint32_t code : column.codes) storage.codes.push_back(static_cast<std::int32_t>(code));
  storage.texts = std::move(column.categories);
  make_views(storage);
}

void take(Storage& storage, Column& column) {
  storage.name = std::move(column.name);
  storage.malformed = column.malformed;
  if (column.kind == ColumnKind::numeric) {
    storage.numbers = std::move(column.values);
  } else if (all_times(column)) {
    take_times(storage, column);
  } else if (column.coding == CategoryCoding::integer) {
    take_codes(storage, column);
  } else {
    take_texts(storage, column);
  }
}

// ---- live rows

/// Reads the fields of one column.
class LiveColumn {
 public:
  LiveColumn(const ColumnContract& contract, std::size_t source, std::optional<TimePart> part, Storage& storage)
      : type_(contract.type), source_(source), part_(part), storage_(&storage) {
    storage.name = contract.name;
  }

  void add(const CsvRow& row, const NullTokens& null_tokens) {
    const std::string_view field = row.fields[source_];
    const bool missing = null_tokens.contains(field);
    if (type_ == ColumnType::text || type_ == ColumnType::boolean) {
      storage_->codes.push_back(missing ? -1 : code_of(field));
    } else {
      add_number(missing ? std::optional(kMissing) : number_of(field));
    }
  }

  void finish() { make_views(*storage_); }

 private:
  void add_number(std::optional<double> number) {
    if (!number) ++storage_->malformed;
    storage_->numbers.push_back(number.value_or(kMissing));
  }

  [[nodiscard]] std::optional<double> number_of(std::string_view field) const {
    if (type_ != ColumnType::timestamp && !part_) return parse_number(field);
    const auto time = parse_time(field);
    if (!time) return std::nullopt;
    return part_ ? static_cast<double>(time_part(*time, *part_)) : seconds_of(*time);
  }

  std::int32_t code_of(std::string_view field) {
    const auto [entry, added] = code_by_text_.try_emplace(std::string(field), next_);
    if (!added) return entry->second;
    storage_->texts.emplace_back(field);
    return next_++;
  }

  ColumnType type_;
  std::size_t source_;
  std::optional<TimePart> part_;
  Storage* storage_;
  std::unordered_map<std::string, std::int32_t> code_by_text_;
  std::int32_t next_ = 0;
};

std::optional<std::size_t> index_of(const std::vector<std::string>& header, const std::string& name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

Result<void> check_derivations(const validate::Schema& schema, const std::vector<Derivation>& derive) {
  for (const Derivation& derivation : derive) {
    if (schema.find(derivation.name)) continue;
    return usage_error("--derive",
                       "expected the name of a column of the schema, found " + cli::quoted(derivation.name));
  }
  return {};
}

std::vector<LiveColumn> select(const std::vector<std::string>& header, const validate::Schema& schema,
                               const std::vector<Derivation>& derive, OwnedColumns& owned) {
  std::vector<LiveColumn> columns;
  for (const ColumnContract& contract : schema.columns()) {
    const auto derived =
        std::find_if(derive.begin(), derive.end(), [&](const Derivation& d) { return d.name == contract.name; });
    const bool is_derived = derived != derive.end();
    const auto source = index_of(header, is_derived ? derived->column : contract.name);
    if (!source) continue;
    const auto part = is_derived ? std::optional(derived->part) : std::nullopt;
    columns.emplace_back(contract, *source, part, owned.columns.emplace_back());
  }
  return columns;
}

std::vector<std::string> beyond(const std::vector<std::string>& header, const validate::Schema& schema) {
  std::vector<std::string> names;
  std::copy_if(header.begin(), header.end(), std::back_inserter(names),
               [&](const std::string& name) { return !schema.find(name); });
  return names;
}

}  // namespace

std::vector<validate::TrainingColumn> OwnedColumns::training() const {
  std::vector<validate::TrainingColumn> all;
  for (const Storage& column : columns) all.push_back({borrowed(column), column.type});
  return all;
}

std::vector<validate::TableColumn> OwnedColumns::table() const {
  std::vector<validate::TableColumn> all;
  for (const Storage& column : columns) all.push_back(borrowed(column));
  return all;
}

OwnedColumns training_columns(Table table) {
  OwnedColumns owned;
  for (Column& column : table.columns) take(owned.columns.emplace_back(), column);
  return owned;
}

Result<OwnedColumns> read_live_columns(const std::string& path, const validate::Schema& schema,
                                       const InputOptions& options) {
  if (auto checked = check_derivations(schema, options.derive); !checked) return std::move(checked).error();
  auto csv = CsvReader::open(path, {options.no_header});
  if (!csv) return std::move(csv).error();
  OwnedColumns owned;
  std::vector<LiveColumn> columns = select(csv->header(), schema, options.derive, owned);
  owned.unknown = beyond(csv->header(), schema);
  const NullTokens null_tokens(options.null_tokens);
  Progress progress(csv->name(), csv->total_bytes(), ProgressOptions::standard_error(options.quiet));
  for (CsvRow row;;) {
    auto more = csv->next(row);
    if (!more) return std::move(more).error();
    if (!*more) break;
    for (LiveColumn& column : columns) column.add(row, null_tokens);
    progress.update(csv->bytes_read(), csv->rows());
  }
  for (LiveColumn& column : columns) column.finish();
  return owned;
}

}  // namespace leeway::cli
