#include "leeway/report/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "leeway/report/time_text.hpp"

namespace leeway::inline v1 {

using Json = nlohmann::ordered_json;

// Found by argument-dependent lookup when a report is turned into Json.
namespace report::detail {

// JSON has no infinity and no NaN: such a value is absent.
static void put(Json& json, const char* key, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) json[key] = *value;
}

}  // namespace report::detail

static void to_json(Json& json, const Evidence& evidence) {
  json["name"] = evidence.name;
  json["convention"] = evidence.convention;
  report::detail::put(json, "value", evidence.value);
  report::detail::put(json, "threshold", evidence.threshold);
  report::detail::put(json, "null_quantile", evidence.null_quantile);
  report::detail::put(json, "p_value", evidence.p_value);
  report::detail::put(json, "error_bound", evidence.error_bound);
  json["reference_count"] = evidence.reference_count;
  json["live_count"] = evidence.live_count;
}

namespace drift {

static void to_json(Json& json, const Finding& finding) {
  json["cause"] = to_string(finding.cause);
  json["verdict"] = to_string(finding.verdict);
  json["evidence"] = finding.evidence;
}

static void to_json(Json& json, const SideSummary& side) {
  json["count"] = side.count;
  json["missing_rate"] = side.missing_rate;
  json["missing"] = side.missing;
  json["malformed"] = side.malformed;
  json["unseen"] = side.unseen;
  json["below"] = side.below;
  json["above"] = side.above;
  report::detail::put(json, "mean", side.mean);
  report::detail::put(json, "standard_deviation", side.standard_deviation);
}

static void to_json(Json& json, const CellReport& cell) {
  json["cell"] = cell.cell;
  json["reference"] = cell.reference;
  json["live"] = cell.live;
  report::detail::put(json, "contribution", cell.contribution);
}

static void to_json(Json& json, const FeatureReport& feature) {
  json["feature"] = feature.feature;
  json["kind"] = feature.categorical ? "categorical" : "numeric";
  json["verdict"] = to_string(feature.verdict);
  json["causes"] = Json::array();
  for (const Cause cause : feature.causes()) json["causes"].push_back(to_string(cause));
  json["reference"] = feature.reference;
  json["live"] = feature.live;
  json["metrics"] = feature.metrics;
  json["findings"] = feature.findings;
  json["cells"] = feature.cells;
  json["axis_hash"] = feature.axis_hash;
}

static void to_json(Json& json, const DriftReport& report) {
  json["format"] = "leeway.report";
  json["version"] = 1;
  json["convention"] = report.convention;
  json["profile_hash"] = report.profile_hash;
  json["reference_rows"] = report.reference_rows;
  json["live_rows"] = report.live_rows;
  json["rejected_rows"] = report.rejected_rows;
  json["budget"] = report.budget;
  json["correction"] = report.correction;
  json["verdict"] = to_string(report.verdict);
  json["features"] = report.features;
}

}  // namespace drift

namespace monitor {

static void to_json(Json& json, const WindowReport& window) {
  json["index"] = window.index;
  json["first_row"] = window.first_row;
  if (window.rows > 0) json["last_row"] = window.first_row + window.rows - 1;
  json["rows"] = window.rows;
  if (window.from) json["from"] = report::time_text(*window.from);
  if (window.to) json["to"] = report::time_text(*window.to);
  if (window.partial) json["partial"] = true;
  if (!window.model_version.empty()) json["model_version"] = window.model_version;
  json["report"] = window.report;
}

}  // namespace monitor

namespace report {
namespace {

std::string text_of(const Json& document) { return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string to_json(const drift::DriftReport& report) { return text_of(Json(report)); }

std::string to_json(std::span<const monitor::WindowReport> windows) {
  Json document{{"format", "leeway.timeline"}, {"version", 1}, {"windows", Json::array()}};
  for (const monitor::WindowReport& window : windows) document["windows"].push_back(window);
  return text_of(document);
}

}  // namespace report

}  // namespace leeway::inline v1
