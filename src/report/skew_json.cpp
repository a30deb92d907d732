#include <cmath>
#include <nlohmann/json.hpp>
#include <variant>

#include "leeway/report/contract.hpp"
#include "leeway/report/skew.hpp"
#include "leeway/report/time_text.hpp"

namespace leeway::inline v1::report {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity and no NaN: such a value is absent.
void put(Json& json, const std::string& key, const std::optional<double>& value) {
  if (value && std::isfinite(*value)) json[key] = *value;
}

// But a cause, or a fill, that is infinite must say so.
Json value_tree(double value) {
  if (std::isfinite(value)) return value;
  return value > 0 ? "inf" : "-inf";
}

Json side_tree(const validate::SkewSide& side) {
  Json json{{"rows", side.rows}, {"missing", side.missing}, {"missing_rate", side.missing_rate()}};
  if (side.infinite > 0) json["infinite"] = side.infinite;
  put(json, "mean", side.mean);
  put(json, "median", side.median);
  return json;
}

Json fill_tree(const validate::Fill& fill) {
  Json json{{"kind", fill.kind}};
  if (fill.value) json["value"] = value_tree(*fill.value);
  if (!fill.text.empty()) json["value"] = fill.text;
  json["share"] = fill.share;
  return json;
}

Json attribution_tree(const validate::Attribution& attribution) {
  Json json{{"cause", to_string(attribution.cause)}};
  for (const auto& [name, value] : attribution.parameters) {
    if (const auto* number = std::get_if<double>(&value)) json[name] = value_tree(*number);
    if (const auto* text = std::get_if<std::string>(&value)) json[name] = *text;
  }
  json["support"] = attribution.support;
  if (attribution.explained > 0) json["explained"] = attribution.explained;
  return json;
}

void put_rows(Json& json, const validate::RowSkew& rows) {
  json["skew_rate"] = rows.rate();
  json["joined"] = rows.joined;
  json["differing"] = rows.differing;
  json["examples"] = Json::array();
  for (const validate::Mismatch& one : rows.examples) {
    json["examples"].push_back({{"key", one.key},
                                {"training_row", one.training_row},
                                {"serving_row", one.serving_row},
                                {"training", one.training},
                                {"serving", one.serving}});
  }
}

Json feature_tree(const validate::FeatureSkew& feature) {
  Json json{{"feature", feature.feature},
            {"kind", feature.categorical ? "categorical" : "numeric"},
            {"verdict", to_string(feature.verdict)}};
  if (feature.gate) {
    json[feature.gate->name] = feature.gate->value;
    put(json, "threshold", feature.gate->threshold);
    put(json, "p_value", feature.gate->p_value);
  }
  if (feature.psi) put(json, "psi", feature.psi->value);
  json["training"] = side_tree(feature.training);
  json["serving"] = side_tree(feature.serving);
  put(json, "missing_p_value", feature.missing_p_value);
  if (feature.null_handling) {
    json["null_handling"] = {{"training", fill_tree(feature.null_handling->training)},
                             {"serving", fill_tree(feature.null_handling->serving)}};
  }
  if (feature.rows) put_rows(json, *feature.rows);
  json["attribution"] = Json::array();
  for (const auto& one : feature.attribution) json["attribution"].push_back(attribution_tree(one));
  return json;
}

void put_join(Json& json, const validate::SkewReport& report) {
  const validate::JoinSummary& join = *report.join;
  json["skew_rate"] = report.skew_rate();
  json["joined"] = join.joined;
  json["differing"] = join.differing;
  json["only_training"] = join.only_training;
  json["only_serving"] = join.only_serving;
  json["duplicate_training"] = join.duplicate_training;
  json["duplicate_serving"] = join.duplicate_serving;
  json["missing_key_training"] = join.missing_training;
  json["missing_key_serving"] = join.missing_serving;
  json["only_training_examples"] = join.only_training_examples;
  json["only_serving_examples"] = join.only_serving_examples;
  json["duplicate_examples"] = join.duplicate_examples;
}

Json cutoff_tree(const validate::CutoffSkew& cutoff) {
  Json json{{"training_after", cutoff.training_after},
            {"serving_before", cutoff.serving_before},
            {"training_without_time", cutoff.training_without},
            {"serving_without_time", cutoff.serving_without}};
  if (cutoff.training_last) json["training_last"] = time_text(*cutoff.training_last);
  if (cutoff.serving_first) json["serving_first"] = time_text(*cutoff.serving_first);
  return json;
}

Json artifact_tree(const std::vector<profile::ArtifactDifference>& differences) {
  Json json = Json::array();
  for (const auto& one : differences) {
    json.push_back({{"part", one.part}, {"name", one.name}, {"training", one.training}, {"serving", one.serving}});
  }
  return json;
}

}  // namespace

std::string to_json(const validate::SkewReport& report, const std::optional<validate::SkewCost>& cost,
                    const std::optional<validate::ContractReport>& contract) {
  Json json{{"format", "leeway.skew"},
            {"version", 1},
            {"verdict", to_string(report.verdict)},
            {"training_rows", report.training_rows},
            {"serving_rows", report.serving_rows}};
  if (report.join) put_join(json, report);
  if (cost) json["cost_per_day"] = cost->per_day();
  if (cost) json["cost_per_year"] = cost->per_year();
  json["columns_only_training"] = report.only_training;
  json["columns_only_serving"] = report.only_serving;
  json["columns_unlike_types"] = report.unlike_types;
  if (report.cutoff) json["cutoff"] = cutoff_tree(*report.cutoff);
  if (!report.artifact.empty()) json["artifact"] = artifact_tree(report.artifact);
  json["features"] = Json::array();
  for (const auto& feature : report.features) json["features"].push_back(feature_tree(feature));
  if (contract) json["contract"] = Json::parse(to_json(*contract));
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace leeway::inline v1::report
