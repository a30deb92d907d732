#include "leeway/report/json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "leeway/report/time_text.hpp"

// Functions of this file's own build the tree; where there are many of a kind, key by key: an initializer list would
// copy each value. Conversions that nlohmann-json would find by argument-dependent lookup are the adapter's
// (adapt/json.hpp): defined here as well, the two would be one template with two meanings.

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
  Json json;
  json["name"] = evidence.name;
  json["convention"] = evidence.convention;
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
  Json json;
  json["cause"] = to_string(finding.cause);
  json["verdict"] = to_string(finding.verdict);
  json["evidence"] = evidence_tree(finding.evidence);
  if (finding.windows) json["windows"] = *finding.windows;
  return json;
}

Json side_tree(const drift::SideSummary& side) {
  Json json;
  json["count"] = side.count;
  json["missing_rate"] = side.missing_rate;
  json["missing"] = side.missing;
  json["malformed"] = side.malformed;
  json["unseen"] = side.unseen;
  json["below"] = side.below;
  json["above"] = side.above;
  put(json, "mean", side.mean);
  put(json, "standard_deviation", side.standard_deviation);
  return json;
}

Json cell_tree(const drift::CellReport& cell) {
  Json json;
  json["cell"] = cell.cell;
  json["reference"] = cell.reference;
  json["live"] = cell.live;
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
  Json json;
  json["feature"] = feature.feature;
  json["kind"] = feature.categorical ? "categorical" : "numeric";
  json["verdict"] = to_string(feature.verdict);
  json["causes"] = list(feature.causes(), [](drift::Cause cause) { return to_string(cause); });
  json["reference"] = side_tree(feature.reference);
  json["live"] = side_tree(feature.live);
  json["metrics"] = list(feature.metrics, evidence_tree);
  json["findings"] = list(feature.findings, finding_tree);
  json["cells"] = list(feature.cells, cell_tree);
  json["design_effect"] = design_tree(feature.design);
  json["axis_hash"] = feature.axis_hash;
  if (feature.unseen.empty()) return json;
  json["unseen"] = {{"distinct", feature.unseen_distinct}, {"categories", list(feature.unseen, unseen_tree)}};
  return json;
}

Json report_tree(const drift::DriftReport& report) {
  Json json{{"format", "leeway.report"},
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
  if (!report.artifact.empty()) json["artifact"] = report.artifact;
  return json;
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

// As an item of a list in a document.
std::string text_of_item(Json item) {
  constexpr std::string_view kBefore = "[\n [\n";
  constexpr std::string_view kAfter = "\n ]\n]\n";
  Json document = Json::array({Json::array()});
  document[0].push_back(std::move(item));
  const std::string text = text_of(document);
  return text.substr(kBefore.size(), text.size() - kBefore.size() - kAfter.size());
}

}  // namespace

std::string to_json(const drift::DriftReport& report) { return text_of(report_tree(report)); }

std::string to_json(std::span<const monitor::WindowReport> windows) {
  constexpr std::string_view kAfter = "]\n}\n";
  std::string text = text_of({{"format", "leeway.timeline"}, {"version", 1}, {"windows", Json::array()}});
  if (windows.empty()) return text;
  text.resize(text.size() - kAfter.size());
  // Window by window: the tree of all would take many times the memory of its text.
  for (const monitor::WindowReport& window : windows) {
    text += &window == windows.data() ? "\n" : ",\n";
    text += text_of_item(window_tree(window));
  }
  return text.append("\n ").append(kAfter);
}

}  // namespace leeway::inline v1::report
