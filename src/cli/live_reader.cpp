#include "cli/live_reader.hpp"

#include <algorithm>
#include <utility>

#include "cli/reference.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"

namespace leeway::cli {
namespace {

KnownColumn known_column(const profile::FeatureProfile& feature) {
  const auto* categories = std::get_if<CategoryAxis>(&feature.axis);
  if (categories == nullptr) return {feature.name, ColumnKind::numeric, CategoryCoding::text};
  return {feature.name, ColumnKind::categorical, coding_of(categories->values())};
}

std::vector<KnownColumn> known_columns(const profile::Profile& profile) {
  std::vector<KnownColumn> columns;
  columns.reserve(profile.features().size());
  for (const profile::FeatureProfile& feature : profile.features()) columns.push_back(known_column(feature));
  return columns;
}

/// A derived column that no feature is made of is a misspelt one.
Result<void> check_derivations(const profile::Profile& profile, const InputOptions& options) {
  for (const Derivation& derivation : options.derive) {
    if (profile.find(derivation.name)) continue;
    std::vector<std::string> names;
    for (const profile::FeatureProfile& feature : profile.features()) names.push_back(feature.name);
    return usage_error("--derive", "expected the name of a feature of the profile (" + listed(names) + "), found " +
                                       cli::quoted(derivation.name));
  }
  return {};
}

/// The profile does not say which of its features were derived, so a feature that is not there may be one.
Error with_hint(Error error, const std::vector<std::string>& header, const InputOptions& options) {
  const auto is_there = [&](const Derivation& d) {
    return std::find(header.begin(), header.end(), d.column) != header.end();
  };
  const bool sources_there = std::all_of(options.derive.begin(), options.derive.end(), is_there);
  if (error.code == ErrorCode::not_found && sources_there) {
    error.message += " (if it was derived when the profile was made, give the same --derive here)";
  }
  return error;
}

Result<std::vector<SelectedColumn>> select(const CsvReader& csv, const profile::Profile& profile,
                                           const InputOptions& options) {
  if (auto checked = check_derivations(profile, options); !checked) return std::move(checked).error();
  TableOptions table;
  table.known = known_columns(profile);
  table.derive = options.derive;
  auto columns = select_columns(csv.name(), csv.header(), table);
  if (!columns) return with_hint(std::move(columns).error(), csv.header(), options);
  return columns;
}

stream::Value value_of(const Field& field) noexcept {
  switch (field.state) {
    case Field::State::missing: return {};
    case Field::State::malformed: return stream::Value::malformed();
    case Field::State::number: return field.number;
    case Field::State::text: return field.text;
  }
  return {};
}

}  // namespace

LiveReader::LiveReader(CsvReader csv, const std::vector<SelectedColumn>& columns, const InputOptions& options)
    : csv_(std::move(csv)),
      null_tokens_(std::make_unique<const NullTokens>(options.null_tokens)),
      values_(columns.size()),
      progress_(
          std::make_unique<Progress>(csv_.name(), csv_.total_bytes(), ProgressOptions::standard_error(options.quiet))) {
  for (const SelectedColumn& column : columns) {
    names_.push_back(column.name);
    sources_.push_back(column.source);
    readers_.emplace_back(*null_tokens_, column.kind.value_or(ColumnKind::numeric), column.coding, column.part);
  }
}

Result<LiveReader> LiveReader::open(const std::string& path, const profile::Profile& profile,
                                    const InputOptions& options, const std::string& time_column) {
  if (auto checked = refuse_profile(path); !checked) return std::move(checked).error();
  auto csv = CsvReader::open(path, {options.no_header});
  if (!csv) return std::move(csv).error();
  auto columns = select(*csv, profile, options);
  if (!columns) return std::move(columns).error();
  LiveReader reader(*std::move(csv), *columns, options);
  if (!time_column.empty()) {
    auto source = find_column(reader.name(), reader.csv_.header(), time_column);
    if (!source) return std::move(source).error();
    reader.time_column_ = time_column;
    reader.time_source_ = *source;
  }
  return reader;
}

Result<bool> LiveReader::next() {
  auto more = csv_.next(row_);
  progress_->update(csv_.bytes_read(), csv_.rows());
  return more;
}

Result<TimePoint> LiveReader::time() const {
  const std::string_view field = row_.fields[time_source_];
  if (const auto time = parse_time(field)) return *time;
  return Error{ErrorCode::data, "expected a time such as 2018-01-11 18:24:44, found " + cli::quoted(field),
               where_time()};
}

std::span<const stream::Value> LiveReader::values() {
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    values_[i] = value_of(readers_[i].read(row_.fields[sources_[i]], row_.line));
  }
  return values_;
}

Result<void> LiveReader::check_fields() {
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    FieldReader& reader = readers_[i];
    if (auto checked = check_malformed(name(), names_[i], reader.counts(), reader.expected()); !checked) return checked;
    reader.reset_counts();
  }
  return {};
}

}  // namespace leeway::cli
