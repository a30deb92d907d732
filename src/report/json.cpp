#include "leeway/report/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "leeway/report/time_text.hpp"

// Functions of this file's own build the tree. Conversions that nlohmann-json would find by argument-dependent lookup
// are the adapter's (adapt/json.hpp): defined here as well, the two would be one template with two meanings.

namespace leeway::inline v1::report {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity and no NaN: such a value is absent.
void put(Json& json, const char* key, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) json[key] = *value;
}

template <class T, class Tree>
Json list(const std::vector<T>& items, Tree tree) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(tree(item));
  return json;
}

Json evidence_tree(const Evidence& evidence) {
  Json json{{"name", evidence.name}, {"convention", evidence.convention}};
  put(json, "value", evidence.value);
  put(json, "threshold", evidence.threshold);
  put(json, "null_quantile", evidence.null_quantile);
  put(json, "p_value", evidence.p_value);
  put(json, "error_bound", evidence.error_bound);
  json["reference_count"] = evidence.reference_count;
  json["live_count"] = evidence.live_count;
  return json;
}

Json finding_tree(const drift::Finding& finding) {
  Json json{{"cause", to_string(finding.cause)},
            {"verdict", to_string(finding.verdict)},
            {"evidence", evidence_tree(finding.evidence)}};
  if (finding.windows) json["windows"] = *finding.windows;
  return json;
}

Json side_tree(const drift::SideSummary& side) {
  Json json{{"count", side.count},     {"missing_rate", side.missing_rate},
            {"missing", side.missing}, {"malformed", side.malformed},
            {"unseen", side.unseen},   {"below", side.below},
            {"above", side.above}};
  put(json, "mean", side.mean);
  put(json, "standard_deviation", side.standard_deviation);
  return json;
}

Json cell_tree(const drift::CellReport& cell) {
  Json json{{"cell", cell.cell}, {"reference", cell.reference}, {"live", cell.live}};
  put(json, "contribution", cell.contribution);
  return json;
}

Json unseen_tree(const drift::UnseenCategory& category) {
  Json json{{"hash", category.hash}, {"length", category.length}, {"count", category.count}};
  if (!category.text.empty()) json["text"] = category.text;
  return json;
}

Json design_tree(const profile::DesignEffect& design) {
  Json json{{"mean", design.mean}, {"cells", design.cells}, {"missing", design.missing}};
  if (design.pane_rows > 0) json["pane_rows"] = design.pane_rows;
  return json;
}

Json feature_tree(const drift::FeatureReport& feature) {
  Json json{{"feature", feature.feature},
            {"kind", feature.categorical ? "categorical" : "numeric"},
            {"verdict", to_string(feature.verdict)},
            {"causes", list(feature.causes(), [](drift::Cause cause) { return to_string(cause); })},
            {"reference", side_tree(feature.reference)},
            {"live", side_tree(feature.live)},
            {"metrics", list(feature.metrics, evidence_tree)},
            {"findings", list(feature.findings, finding_tree)},
            {"cells", list(feature.cells, cell_tree)},
            {"design_effect", design_tree(feature.design)},
            {"axis_hash", feature.axis_hash}};
  if (feature.unseen.empty()) return json;
  json["unseen"] = {{"distinct", feature.unseen_distinct}, {"categories", list(feature.unseen, unseen_tree)}};
  return json;
}

Json report_tree(const drift::DriftReport& report) {
  return {{"format", "leeway.report"},
          {"version", 1},
          {"convention", report.convention},
          {"profile_hash", report.profile_hash},
          {"reference_rows", report.reference_rows},
          {"live_rows", report.live_rows},
          {"rejected_rows", report.rejected_rows},
          {"budget", report.budget},
          {"correction", report.correction},
          {"verdict", to_string(report.verdict)},
          {"features", list(report.features, feature_tree)}};
}

Json season_tree(const monitor::SeasonNote& season) {
  return {{"season", to_string(season.season)},
          {"slots", season.slots},
          {"sparse_slots", season.sparse_slots},
          {"sparse_share", season.sparse_share}};
}

Json window_tree(const monitor::WindowReport& window) {
  Json json{{"index", window.index}, {"first_row", window.first_row}};
  if (window.rows > 0) json["last_row"] = window.first_row + window.rows - 1;
  json["rows"] = window.rows;
  if (window.from) json["from"] = time_text(*window.from);
  if (window.to) json["to"] = time_text(*window.to);
  if (window.partial) json["partial"] = true;
  if (window.late_rows > 0) json["late_rows"] = window.late_rows;
  put(json, "effective_rows", window.effective_rows);
  if (window.season) json["season"] = season_tree(*window.season);
  if (!window.model_version.empty()) json["model_version"] = window.model_version;
  json["report"] = report_tree(window.report);
  if (!window.horizons.empty()) json["horizons"] = list(window.horizons, window_tree);
  return json;
}

std::string text_of(const Json& document) {
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string to_json(const drift::DriftReport& report) { return text_of(report_tree(report)); }

std::string to_json(std::span<const monitor::WindowReport> windows) {
  Json document{{"format", "leeway.timeline"}, {"version", 1}, {"windows", Json::array()}};
  for (const monitor::WindowReport& window : windows) document["windows"].push_back(window_tree(window));
  return text_of(document);
}

}  // namespace leeway::inline v1::report
