#include "cli/table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "cli/progress.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

constexpr std::size_t kMostIntegerCategories = 32;
constexpr std::uint64_t kFewestRowsPerCategory = 20;

// ---- selection

/// The names of a header, with the errors for those that are not there.
class Header {
 public:
  Header(const std::string& file, std::span<const std::string> names) : file_(file), names_(names) {
    for (std::size_t i = 0; i < names.size(); ++i) index_.emplace(names[i], i);
  }

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::span<const std::string> names() const noexcept { return names_; }
  [[nodiscard]] bool contains(std::string_view name) const { return index_.contains(name); }

  [[nodiscard]] Result<std::size_t> find(std::string_view name) const {
    const auto found = index_.find(name);
    if (found == index_.end()) return not_found(name);
    return found->second;
  }

  [[nodiscard]] Error error(ErrorCode code, std::string_view column, std::string message) const {
    return {code, std::move(message), file_ + ": column " + printable(column)};
  }

  [[nodiscard]] Error not_found(std::string_view name) const {
    const std::string near = nearest(name, names_);
    const std::string hint = near.empty() ? "" : "; did you mean " + printable(near) + '?';
    return error(ErrorCode::not_found, name, "expected one of " + listed(names_) + ", found none" + hint);
  }

 private:
  const std::string& file_;
  std::span<const std::string> names_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

using Names = std::unordered_set<std::string_view>;

Names set_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

Names derived_names(const TableOptions& options) {
  Names names;
  for (const Derivation& derivation : options.derive) names.insert(derivation.name);
  return names;
}

Result<void> check_names(const Header& header, const std::vector<std::string>& names, const Names& derived) {
  for (const std::string& name : names) {
    if (!header.contains(name) && !derived.contains(name)) return header.not_found(name);
  }
  return {};
}

Result<void> check_contradictions(const Header& header, const TableOptions& options) {
  const Names categorical = set_of(options.categorical);
  for (const std::string& name : options.numeric) {
    if (!categorical.contains(name)) continue;
    return header.error(ErrorCode::invalid_argument, name,
                        "expected one kind, found it named as numeric and as categorical");
  }
  return {};
}

Result<void> check_derivations(const Header& header, const TableOptions& options) {
  Names seen;
  for (const Derivation& derivation : options.derive) {
    if (auto found = header.find(derivation.column); !found) return std::move(found).error();
    if (!header.contains(derivation.name) && seen.insert(derivation.name).second) continue;
    return header.error(ErrorCode::invalid_argument, derivation.name,
                        "expected a new name for a derived column, found one that is taken");
  }
  return {};
}

Result<void> check_options(const Header& header, const TableOptions& options) {
  const Names derived = derived_names(options);
  for (const auto* names : {&options.columns, &options.exclude, &options.categorical, &options.numeric}) {
    if (auto checked = check_names(header, *names, derived); !checked) return checked;
  }
  if (auto checked = check_contradictions(header, options); !checked) return checked;
  return check_derivations(header, options);
}

SelectedColumn derived_column(const Header& header, const Derivation& derivation, ColumnKind kind) {
  // check_derivations has found the source.
  return {derivation.name, *header.find(derivation.column), derivation.part, kind, CategoryCoding::integer};
}

Result<SelectedColumn> known_column(const Header& header, const KnownColumn& known, const TableOptions& options) {
  for (const Derivation& derivation : options.derive) {
    if (derivation.name == known.name) return derived_column(header, derivation, known.kind);
  }
  auto source = header.find(known.name);
  if (!source) return std::move(source).error();
  return SelectedColumn{known.name, *source, {}, known.kind, known.coding};
}

Result<std::vector<SelectedColumn>> select_known(const Header& header, const TableOptions& options) {
  std::vector<SelectedColumn> selected;
  selected.reserve(options.known.size());
  for (const KnownColumn& known : options.known) {
    auto column = known_column(header, known, options);
    if (!column) return std::move(column).error();
    selected.push_back(*std::move(column));
  }
  return selected;
}

Result<std::vector<SelectedColumn>> select_by_name(const Header& header, const TableOptions& options) {
  const Names columns = set_of(options.columns);
  const Names exclude = set_of(options.exclude);
  const Names categorical = set_of(options.categorical);
  const Names numeric = set_of(options.numeric);
  std::vector<SelectedColumn> selected;
  for (std::size_t i = 0; i < header.names().size(); ++i) {
    const std::string& name = header.names()[i];
    if (exclude.contains(name) || (!columns.empty() && !columns.contains(name))) continue;
    std::optional<ColumnKind> kind = options.other_columns;
    if (categorical.contains(name)) kind = ColumnKind::categorical;
    if (numeric.contains(name)) kind = ColumnKind::numeric;
    selected.push_back({name, i, {}, kind, CategoryCoding::text});
  }
  for (const Derivation& derivation : options.derive) {
    if (exclude.contains(derivation.name)) continue;
    const bool category = categorical.contains(derivation.name);
    selected.push_back(derived_column(header, derivation, category ? ColumnKind::categorical : ColumnKind::numeric));
  }
  if (!selected.empty()) return selected;
  return Error{ErrorCode::invalid_argument, "expected at least one column to be selected, found none", header.file()};
}

// ---- categories

bool is_canonical_integer(std::string_view text) noexcept {
  const auto value = parse_integer(text);
  if (!value) return false;
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *value).ptr;
  return text == std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

/// Codes for texts in order of first appearance. A hash table by open addressing over the texts themselves.
class Dictionary {
 public:
  std::uint32_t code(std::string_view text) {
    if (2 * (names_.size() + 1) > slots_.size()) grow();
    std::uint32_t& slot = slots_[find(text)];
    if (slot == kNoCategory) {
      slot = static_cast<std::uint32_t>(names_.size());
      names_.emplace_back(text);
    }
    return slot;
  }

  [[nodiscard]] std::vector<std::string> release() {
    slots_ = {};
    return std::exchange(names_, {});
  }

 private:
  [[nodiscard]] std::size_t find(std::string_view text) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = std::hash<std::string_view>()(text) & mask;
    while (slots_[i] != kNoCategory && names_[slots_[i]] != text) i = (i + 1) & mask;
    return i;
  }

  void grow() {
    slots_.assign((std::max)(std::size_t{16}, 2 * slots_.size()), kNoCategory);
    for (std::uint32_t code = 0; code < names_.size(); ++code) slots_[find(names_[code])] = code;
  }

  std::vector<std::string> names_;
  std::vector<std::uint32_t> slots_;  // a power of two of them, at most half of them taken
};

// ---- kinds

/// Finds the kind of a column from all its fields.
class KindFinder {
 public:
  explicit KindFinder(const NullTokens& null_tokens) : null_tokens_(null_tokens) {}

  void add(std::string_view field) {
    if (null_tokens_.contains(field)) return;
    const auto value = parse_number(field);
    if (value && std::isnan(*value)) return;
    ++present_;
    if (!value) ++words_;
    if (few_integers_) add_integer(value ? integral_value(field) : std::nullopt);
  }

  /// Whatever the next `remaining` fields are, the column will not become numeric.
  [[nodiscard]] bool surely_text(std::uint64_t remaining) const noexcept { return words_ * 100 > present_ + remaining; }

  [[nodiscard]] bool is_text() const noexcept { return surely_text(0); }

  [[nodiscard]] bool is_integer_category() const noexcept {
    return few_integers_ && present_ > 0 && present_ >= kFewestRowsPerCategory * count_;
  }

 private:
  void add_integer(std::optional<std::int64_t> value) {
    const auto end = distinct_.begin() + static_cast<std::ptrdiff_t>(count_);
    if (value && std::find(distinct_.begin(), end, *value) != end) return;
    few_integers_ = value && count_ < kMostIntegerCategories;
    if (few_integers_) distinct_[count_++] = *value;
  }

  const NullTokens& null_tokens_;
  std::uint64_t present_ = 0;
  std::uint64_t words_ = 0;  // present fields that are not numbers
  std::array<std::int64_t, kMostIntegerCategories> distinct_{};
  std::size_t count_ = 0;
  bool few_integers_ = true;  // so far every present field is an integer, of few distinct ones
};

/// One column while it is read. A column of unknown kind keeps the text of its fields until its last row is read;
/// then they go the same way as those of a known kind.
class ColumnBuilder {
 public:
  ColumnBuilder(const SelectedColumn& selected, const NullTokens& null_tokens)
      : null_tokens_(&null_tokens),
        source_(selected.source),
        settled_(selected.kind.has_value()),
        reader_(null_tokens, selected.kind.value_or(ColumnKind::numeric), selected.coding, selected.part) {
    column_.name = selected.name;
    column_.kind = selected.kind.value_or(ColumnKind::numeric);
    column_.coding = selected.coding;
  }

  [[nodiscard]] std::size_t source() const noexcept { return source_; }

  void add(std::string_view field, std::uint64_t line) {
    if (settled_) return convert(field, line);
    text_.append(field);
    text_ += '\0';  // no field contains one
  }

  Result<Column> finish(const std::string& file, std::uint64_t rows) {
    if (!settled_) settle(rows);
    if (auto checked = check(file); !checked) return std::move(checked).error();
    column_.missing = reader_.counts().missing;
    column_.malformed = reader_.counts().malformed;
    column_.categories = dictionary_.release();
    return std::move(column_);
  }

 private:
  [[nodiscard]] Result<void> check(const std::string& file) const {
    return check_malformed(file, column_.name, reader_.counts(), reader_.expected());
  }

  void convert(std::string_view text, std::uint64_t line) {
    const Field field = reader_.read(text, line);
    const bool present = field.state == Field::State::number || field.state == Field::State::text;
    if (column_.kind == ColumnKind::numeric) {
      column_.values.push_back(present ? field.number : std::numeric_limits<double>::quiet_NaN());
    } else {
      column_.codes.push_back(present ? dictionary_.code(field.text) : kNoCategory);
    }
  }

  void settle(std::uint64_t rows) {
    find_kind(rows);
    reader_ = FieldReader(*null_tokens_, column_.kind, column_.coding);
    column_.kind == ColumnKind::numeric ? column_.values.reserve(rows) : column_.codes.reserve(rows);
    // The kind fits the fields, so that check() has no line to name.
    for_each_field([&](std::string_view field) {
      convert(field, 0);
      return true;
    });
    text_ = {};
  }

  void find_kind(std::uint64_t rows) {
    KindFinder finder(*null_tokens_);
    std::uint64_t remaining = rows;
    for_each_field([&](std::string_view field) {
      finder.add(field);
      return !finder.surely_text(--remaining);
    });
    const bool integers = finder.is_integer_category();
    column_.kind = integers || finder.is_text() ? ColumnKind::categorical : ColumnKind::numeric;
    column_.coding = integers ? CategoryCoding::integer : CategoryCoding::text;
  }

  template <class Visit>
  void for_each_field(Visit visit) const {
    for (std::size_t begin = 0; begin < text_.size();) {
      const std::size_t end = text_.find('\0', begin);
      if (!visit(std::string_view(text_).substr(begin, end - begin))) return;
      begin = end + 1;
    }
  }

  const NullTokens* null_tokens_;
  std::size_t source_;
  bool settled_;
  FieldReader reader_;
  Column column_;
  Dictionary dictionary_;
  std::string text_;
};

/// "3.2": one decimal, more where that would round to the limit of 1 %.
std::string percentage(std::uint64_t part, std::uint64_t whole) {
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  std::array<char, 32> digits;
  const int precision = share < 1.05 ? 4 : 1;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), share, std::chars_format::fixed, precision).ptr;
  return {digits.data(), end};
}

}  // namespace

const char* to_string(ColumnKind kind) noexcept { return kind == ColumnKind::numeric ? "numeric" : "categorical"; }

CategoryCoding coding_of(std::span<const std::string> categories) noexcept {
  const bool integers = !categories.empty() && std::all_of(categories.begin(), categories.end(), is_canonical_integer);
  return integers ? CategoryCoding::integer : CategoryCoding::text;
}

Result<Derivation> parse_derivation(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.rfind(':');
  if (equals != std::string_view::npos && colon != std::string_view::npos && equals > 0 && colon > equals + 1) {
    const auto part = parse_time_part(text.substr(colon + 1));
    if (part)
      return Derivation{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1, colon - equals - 1)),
                        *part};
  }
  return Error{
      ErrorCode::invalid_argument,
      "expected NAME=COLUMN:PART with PART one of hour, day_of_week, month, day, weekend, found " + quoted(text), ""};
}

Result<std::vector<SelectedColumn>> select_columns(const std::string& file, std::span<const std::string> header,
                                                   const TableOptions& options) {
  const Header names(file, header);
  if (!options.known.empty()) {
    if (auto checked = check_derivations(names, options); !checked) return std::move(checked).error();
    return select_known(names, options);
  }
  if (auto checked = check_options(names, options); !checked) return std::move(checked).error();
  return select_by_name(names, options);
}

Result<std::size_t> find_column(const std::string& file, std::span<const std::string> header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return Header(file, header).not_found(name);
  return static_cast<std::size_t>(found - header.begin());
}

const Column* Table::find(std::string_view name) const noexcept {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found != columns.end() ? &*found : nullptr;
}

Result<void> check_malformed(const std::string& file, std::string_view column, const FieldCounts& counts,
                             std::string_view expected) {
  if (counts.acceptable()) return {};
  const std::uint64_t present = counts.fields - counts.missing;
  const std::string noun(expected);
  return Error{ErrorCode::data,
               "expected a " + noun + ", found " + quoted(counts.first_malformed_text) + " (" +
                   percentage(counts.malformed, present) + " % of " + counted(present, "field") + " are not " + noun +
                   "s; at most 1 % are counted as malformed)",
               file + ':' + std::to_string(counts.first_malformed_line) + ": column " + printable(column)};
}

// ---- live fields

FieldReader::FieldReader(const NullTokens& null_tokens, ColumnKind kind, CategoryCoding coding,
                         std::optional<TimePart> part)
    : null_tokens_(&null_tokens), kind_(kind), coding_(coding), part_(part) {}

Field FieldReader::read(std::string_view field, std::uint64_t line) {
  const Field result = convert(field);
  ++counts_.fields;
  if (result.state == Field::State::missing) ++counts_.missing;
  if (result.state == Field::State::malformed && counts_.malformed++ == 0) {
    counts_.first_malformed_line = line;
    counts_.first_malformed_text.assign(field.substr(0, 256));
  }
  return result;
}

Field FieldReader::convert(std::string_view field) noexcept {
  if (null_tokens_->contains(field)) return {};
  if (part_) return time_field(field);
  if (kind_ == ColumnKind::categorical) return category_field(field);
  const auto value = parse_number(field);
  return value ? number_field(*value) : Field{Field::State::malformed, 0, {}};
}

Field FieldReader::number_field(double value) noexcept {
  return {std::isnan(value) ? Field::State::missing : Field::State::number, std::isnan(value) ? 0 : value, {}};
}

Field FieldReader::category_field(std::string_view field) noexcept {
  if (coding_ == CategoryCoding::text) return {Field::State::text, 0, field};
  if (const auto integer = integral_value(field)) return {Field::State::text, 0, canonical(*integer)};
  const auto value = parse_number(field);
  if (value && std::isnan(*value)) return {};
  return {Field::State::text, 0, field};
}

Field FieldReader::time_field(std::string_view field) noexcept {
  const auto time = parse_time(field);
  if (!time) return {Field::State::malformed, 0, {}};
  const int value = time_part(*time, *part_);
  if (kind_ == ColumnKind::numeric) return {Field::State::number, static_cast<double>(value), {}};
  return {Field::State::text, 0, canonical(value)};
}

std::string_view FieldReader::canonical(std::int64_t value) noexcept {
  const auto end = std::to_chars(text_.data(), text_.data() + text_.size(), value).ptr;
  return {text_.data(), static_cast<std::size_t>(end - text_.data())};
}

// ---- loading

namespace {

class Loader {
 public:
  Loader(CsvReader reader, const TableOptions& options) : reader_(std::move(reader)), options_(options) {}

  Result<Table> load(const ProgressOptions& progress_options) {
    if (auto selected = select(); !selected) return std::move(selected).error();
    Progress progress(reader_.name(), reader_.total_bytes(), progress_options);
    if (auto read = read_rows(progress); !read) return std::move(read).error();
    return finish();
  }

 private:
  Result<void> select() {
    auto selected = select_columns(reader_.name(), reader_.header(), options_);
    if (!selected) return std::move(selected).error();
    builders_.reserve(selected->size());
    for (const SelectedColumn& column : *selected) builders_.emplace_back(column, options_.null_tokens);
    return {};
  }

  Result<void> read_rows(Progress& progress) {
    CsvRow row;
    while (!options_.max_rows || rows_ < *options_.max_rows) {
      auto more = reader_.next(row);
      if (!more) return std::move(more).error();
      if (!*more) break;
      ++rows_;
      for (ColumnBuilder& builder : builders_) builder.add(row.fields[builder.source()], row.line);
      progress.update(reader_.bytes_read(), rows_);
    }
    return {};
  }

  Result<Table> finish() {
    Table table{reader_.name(), rows_, {}};
    table.columns.reserve(builders_.size());
    for (ColumnBuilder& builder : builders_) {
      auto column = builder.finish(table.file, rows_);
      if (!column) return std::move(column).error();
      table.columns.push_back(*std::move(column));
    }
    return table;
  }

  CsvReader reader_;
  const TableOptions& options_;
  std::vector<ColumnBuilder> builders_;
  std::uint64_t rows_ = 0;
};

}  // namespace

Result<Table> load_table(const std::string& path, const TableOptions& options) {
  return load_table(path, options, ProgressOptions());
}

Result<Table> load_table(const std::string& path, const TableOptions& options, const ProgressOptions& progress) {
  auto reader = CsvReader::open(path, {options.no_header});
  if (!reader) return std::move(reader).error();
  return Loader(*std::move(reader), options).load(progress);
}

}  // namespace leeway::cli
