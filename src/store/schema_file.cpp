#include "leeway/store/schema_file.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "leeway/store/atomic_file.hpp"
#include "store/json_document.hpp"
#include "store/json_reader.hpp"

namespace leeway::inline v1::store {
namespace {

using detail::Json;
using detail::JsonReader;
using validate::CategoryRule;
using validate::ColumnContract;
using validate::FreshnessRule;
using validate::MeanRule;
using validate::MissingRule;
using validate::OrderRule;
using validate::PatternRule;
using validate::RangeRule;
using validate::Schema;
using validate::Tolerance;
using validate::UniqueKey;

constexpr const char* kFormat = "leeway.schema";
constexpr std::uint64_t kVersion = 1;

// Tolerance

Json tree_of(const Tolerance& tolerated) {
  if (tolerated.rows == 0) return tolerated.share;
  Json json{{"events", tolerated.events}, {"rows", tolerated.rows}};
  if (tolerated.design_effect != 1) json["design_effect"] = tolerated.design_effect;
  return json;
}

void put(Json& json, const char* key, const Tolerance& tolerated) {
  if (!tolerated.none()) json[key] = tree_of(tolerated);
}

Tolerance read_tolerance(const JsonReader& rule, const char* key = "tolerated") {
  if (!rule.has(key)) return {};
  if (rule.is_number(key)) return Tolerance::of_share(rule.number(key));
  const JsonReader reader = rule.object(key, "a share, or an object of events and rows");
  reader.only({"events", "rows", "design_effect"});
  Tolerance tolerated = Tolerance::seen(reader.count("events"), reader.count("rows"));
  if (reader.has("design_effect")) tolerated.design_effect = reader.number("design_effect");
  if (tolerated.rows == 0) reader.fail("expected at least one row, found none", "rows");
  return tolerated;
}

// Rules

void put(Json& json, const char* key, const std::optional<double>& bound) {
  if (bound) json[key] = *bound;
}

std::optional<double> read_bound(const JsonReader& reader, const char* key) {
  if (!reader.has(key)) return std::nullopt;
  return reader.number(key);
}

Json tree_of(const MissingRule& rule) {
  Json json{{"tolerated", tree_of(rule.tolerated)}};
  if (rule.two_sided) json["two_sided"] = true;
  return json;
}

MissingRule read_missing(const JsonReader& reader) {
  reader.only({"tolerated", "two_sided"});
  return {read_tolerance(reader), reader.has("two_sided") && reader.truth("two_sided")};
}

Json tree_of(const RangeRule& rule) {
  Json json = Json::object();
  put(json, "min", rule.min);
  put(json, "max", rule.max);
  put(json, "tolerated", rule.tolerated);
  return json;
}

RangeRule read_range(const JsonReader& reader) {
  reader.only({"min", "max", "tolerated"});
  return {read_bound(reader, "min"), read_bound(reader, "max"), read_tolerance(reader)};
}

Json tree_of(const CategoryRule& rule) {
  Json json{{"values", rule.values}};
  put(json, "tolerated", rule.tolerated);
  return json;
}

CategoryRule read_categories(const JsonReader& reader) {
  reader.only({"values", "tolerated"});
  return {reader.texts("values"), read_tolerance(reader)};
}

Json tree_of(const MeanRule& rule) { return {{"min", rule.min}, {"max", rule.max}}; }

MeanRule read_mean(const JsonReader& reader) {
  reader.only({"min", "max"});
  return {reader.number("min"), reader.number("max")};
}

Json tree_of(const PatternRule& rule) {
  Json json{{"regex", rule.regex}};
  put(json, "tolerated", rule.tolerated);
  return json;
}

PatternRule read_pattern(const JsonReader& reader) {
  reader.only({"regex", "tolerated"});
  return {reader.text("regex"), read_tolerance(reader)};
}

Json tree_of(const OrderRule& rule) {
  Json json = Json::object();
  put(json, "tolerated", rule.tolerated);
  return json;
}

OrderRule read_order(const JsonReader& reader) {
  reader.only({"tolerated"});
  return {read_tolerance(reader)};
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Json tree_of(const FreshnessRule& rule) {
  Json json{{"max_staleness_s", seconds(rule.max_staleness)}, {"on_stale", to_string(rule.on_stale)}};
  if (rule.on_stale == validate::OnStale::fallback) json["fallback"] = rule.fallback;
  if (rule.clock_tolerance != Duration(0)) json["clock_tolerance_s"] = seconds(rule.clock_tolerance);
  if (rule.max_silence != Duration(0)) json["max_silence_s"] = seconds(rule.max_silence);
  return json;
}

Duration read_duration(const JsonReader& reader, const char* key) {
  constexpr double kMost = 1e11;  // three thousand years
  const double value = reader.number(key);
  if (value >= 0 && value <= kMost) return Duration(std::llround(value * 1e6));
  reader.fail("expected seconds from 0 to 1e11, found " + Json(value).dump(), key);
  return {};
}

FreshnessRule read_freshness(const JsonReader& reader) {
  reader.only({"max_staleness_s", "on_stale", "fallback", "clock_tolerance_s", "max_silence_s"});
  FreshnessRule rule;
  rule.max_staleness = read_duration(reader, "max_staleness_s");
  rule.on_stale = reader.one_of("on_stale", validate::parse_on_stale, "\"flag\", \"fallback\" or \"reject\"");
  if (rule.on_stale == validate::OnStale::fallback || reader.has("fallback")) rule.fallback = reader.number("fallback");
  if (reader.has("clock_tolerance_s")) rule.clock_tolerance = read_duration(reader, "clock_tolerance_s");
  if (reader.has("max_silence_s")) rule.max_silence = read_duration(reader, "max_silence_s");
  return rule;
}

// Column

template <class Rule>
void put(Json& json, const char* key, const std::optional<Rule>& rule) {
  if (rule) json[key] = tree_of(*rule);
}

Json tree_of(const ColumnContract& column) {
  Json json{{"name", column.name}, {"type", to_string(column.type)}, {"presence", to_string(column.presence)}};
  put(json, "type_tolerated", column.type_tolerated);
  put(json, "missing", column.missing);
  put(json, "range", column.range);
  put(json, "categories", column.categories);
  put(json, "mean", column.mean);
  put(json, "pattern", column.pattern);
  put(json, "order", column.order);
  put(json, "freshness", column.freshness);
  return json;
}

template <class Read>
auto read_rule(const JsonReader& column, const char* key, Read read) -> std::optional<decltype(read(column))> {
  if (!column.has(key)) return std::nullopt;
  return read(column.object(key));
}

ColumnContract read_column(const JsonReader& reader) {
  reader.only({"name", "type", "presence", "type_tolerated", "missing", "range", "categories", "mean", "pattern",
               "order", "freshness"});
  ColumnContract column;
  column.name = reader.text("name");
  column.type = reader.one_of("type", validate::parse_column_type,
                              "\"number\", \"integer\", \"text\", \"boolean\" or \"timestamp\"");
  if (reader.has("presence"))
    column.presence = reader.one_of("presence", validate::parse_presence, "\"optional\", \"column\" or \"value\"");
  column.type_tolerated = read_tolerance(reader, "type_tolerated");
  column.missing = read_rule(reader, "missing", read_missing);
  column.range = read_rule(reader, "range", read_range);
  column.categories = read_rule(reader, "categories", read_categories);
  column.mean = read_rule(reader, "mean", read_mean);
  column.pattern = read_rule(reader, "pattern", read_pattern);
  column.order = read_rule(reader, "order", read_order);
  column.freshness = read_rule(reader, "freshness", read_freshness);
  return column;
}

Json tree_of(const UniqueKey& key) {
  Json json{{"columns", key.columns}};
  put(json, "tolerated", key.tolerated);
  return json;
}

UniqueKey read_key(const JsonReader& reader) {
  reader.only({"columns", "tolerated"});
  return {reader.texts("columns"), read_tolerance(reader)};
}

// Document

void check_header(const JsonReader& reader, const std::optional<Error>& error) {
  const std::string format = reader.text("format");
  if (!error && format != kFormat)
    reader.fail(std::string("expected \"") + kFormat + "\", found \"" + format.substr(0, 40) + "\"", "format");
  const std::uint64_t version = reader.count("version");
  if (!error && version != kVersion) reader.fail("expected version 1, found " + std::to_string(version), "version");
}

/// Objects with a line for each member, so that a rule is a line.
template <class Items>
void append_list(std::string& text, const char* key, const Items& items) {
  text += std::string(",\n \"") + key + "\": [";
  const char* before = "\n  {";
  for (const auto& item : items) {
    const char* separator = "\n   ";
    text += std::exchange(before, ",\n  {");
    const Json tree = tree_of(item);
    for (const auto& [name, value] : tree.items())
      text += std::exchange(separator, ",\n   ") + Json(name).dump() + ": " + value.dump();
    text += "\n  }";
  }
  text += "\n ]";
}

Error within(const std::string& where, Error error) {
  if (!where.empty()) error.where = where + "." + error.where;
  return error;
}

Result<Schema> read_schema(const Json& json, const std::string& where) {
  std::optional<Error> error;
  const JsonReader reader(json, where, error);
  check_header(reader, error);
  reader.only({"format", "version", "budget", "columns", "unique"});
  const double budget = reader.has("budget") ? reader.number("budget") : Schema::kBudget;
  std::vector<ColumnContract> columns;
  for (const JsonReader& column : reader.objects("columns")) columns.push_back(read_column(column));
  std::vector<UniqueKey> keys;
  if (reader.has("unique")) {
    for (const JsonReader& key : reader.objects("unique")) keys.push_back(read_key(key));
  }
  if (error) return *std::move(error);
  auto schema = Schema::make(std::move(columns), std::move(keys), budget);
  if (!schema) return within(where, std::move(schema).error());
  return schema;
}

}  // namespace

std::string format_schema(const Schema& schema) {
  std::string text = std::string("{\n \"format\": \"") + kFormat + "\",\n \"version\": " + std::to_string(kVersion) +
                     ",\n \"budget\": " + Json(schema.budget()).dump();
  append_list(text, "columns", schema.columns());
  if (!schema.keys().empty()) append_list(text, "unique", schema.keys());
  return text + "\n}\n";
}

Result<Schema> parse_schema(std::string_view text, const std::string& where) {
  auto json = detail::parse_document(text, where);
  if (!json) return std::move(json).error();
  return read_schema(*json, where);
}

Result<void> save_schema(const Schema& schema, const std::string& path) {
  return write_file(path, format_schema(schema));
}

Result<Schema> load_schema(const std::string& path) {
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  return parse_schema(*text, path);
}

}  // namespace leeway::inline v1::store
