#include "store/policy_reader.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace leeway::inline v1::store::detail {
namespace {

using namespace rollout;

std::optional<StateHandling> parse_state(std::string_view name) noexcept {
  return named(std::array{StateHandling::stateless, StateHandling::stateful, StateHandling::feedback_loop}, name);
}
std::optional<MetricKind> parse_kind(std::string_view name) noexcept {
  return named(std::array{MetricKind::rate, MetricKind::mean, MetricKind::distribution, MetricKind::values}, name);
}
std::optional<Worse> parse_worse(std::string_view name) noexcept {
  return named(std::array{Worse::higher, Worse::lower}, name);
}
std::optional<Phase> parse_phase(std::string_view name) noexcept {
  return named(std::array{Phase::shadow, Phase::canary, Phase::pre_switch, Phase::switched}, name);
}
std::optional<OnTimeout> parse_on_timeout(std::string_view name) noexcept {
  return named(std::array{OnTimeout::hold, OnTimeout::pause, OnTimeout::rollback}, name);
}

OnTimeout read_on_timeout(const JsonReader& reader, const char* key, OnTimeout otherwise) {
  return reader.has(key) ? reader.one_of(key, parse_on_timeout, "\"hold\", \"pause\" or \"rollback\"") : otherwise;
}

Artifact read_artifact(const JsonReader& reader) {
  reader.only({"name", "hash", "fingerprint"});
  return {reader.text("name"), reader.text("hash"), reader.has("fingerprint") ? reader.text("fingerprint") : ""};
}

// ---- metrics

/// The members that a metric of that kind may have.
void expect_members(const JsonReader& reader, MetricKind kind) {
  switch (kind) {
    case MetricKind::rate: return reader.only({"name", "kind", "worse", "minimum_count", "independent"});
    case MetricKind::mean: return reader.only({"name", "kind", "worse", "minimum_count", "skewed"});
    case MetricKind::distribution:
      return reader.only({"name", "kind", "worse", "minimum_count", "independent", "edges"});
    case MetricKind::values: return reader.only({"name", "kind", "worse", "minimum_count", "independent", "bounds"});
  }
}

void read_bounds(const JsonReader& reader, Metric& metric) {
  const std::vector<double> bounds = reader.numbers("bounds");
  if (bounds.size() != 2)
    return reader.fail("expected [lower, upper], found " + std::to_string(bounds.size()) + " numbers", "bounds");
  metric.lower = bounds[0];
  metric.upper = bounds[1];
}

Metric read_metric(const JsonReader& reader) {
  Metric metric;
  metric.name = reader.text("name");
  metric.kind = reader.one_of("kind", parse_kind, "\"rate\", \"mean\", \"distribution\" or \"values\"");
  expect_members(reader, metric.kind);
  metric.worse = reader.one_of("worse", parse_worse, "\"higher\" or \"lower\"");
  metric.minimum_count = reader.count("minimum_count");
  if (reader.has("independent")) metric.independent = reader.truth("independent");
  if (reader.has("skewed")) metric.skewed = reader.truth("skewed");
  if (metric.kind == MetricKind::distribution) metric.edges = reader.numbers("edges");
  if (metric.kind == MetricKind::values) read_bounds(reader, metric);
  return metric;
}

// ---- stages

Gate read_gate(const JsonReader& reader) {
  reader.only({"timeout", "on_timeout", "approvals"});
  Gate gate;
  gate.timeout = read_duration(reader, "timeout");
  gate.on_timeout = read_on_timeout(reader, "on_timeout", gate.on_timeout);
  if (reader.has("approvals")) gate.approvals = read_small_count(reader, "approvals");
  return gate;
}

double read_weight(const JsonReader& reader, Phase phase) {
  if (phase == Phase::canary) return reader.number("weight");
  if (reader.has("weight")) reader.fail("expected no weight of a stage that is no canary, found one", "weight");
  return phase == Phase::switched ? 1 : 0;
}

Stage read_stage(const JsonReader& reader) {
  reader.only({"phase", "weight", "minimum", "minimum_ticks", "gate", "deadline", "on_deadline"});
  Stage stage;
  stage.phase = reader.one_of("phase", parse_phase, "\"shadow\", \"canary\", \"pre_switch\" or \"switched\"");
  stage.weight = read_weight(reader, stage.phase);
  if (reader.has("minimum")) stage.minimum = read_duration(reader, "minimum");
  if (reader.has("minimum_ticks")) stage.minimum_ticks = reader.count("minimum_ticks");
  if (reader.has("gate")) stage.gate = read_gate(reader.object("gate"));
  if (reader.has("deadline")) stage.deadline = read_duration(reader, "deadline");
  if (reader.has("on_deadline") && !stage.deadline)
    reader.fail("expected a deadline beside it, found none", "on_deadline");
  stage.on_deadline = read_on_timeout(reader, "on_deadline", stage.on_deadline);
  return stage;
}

// ---- the rest

NonInferiority read_evidence(const JsonReader& reader) {
  reader.only({"metric", "margin", "thresholds"});
  NonInferiority evidence{reader.text("metric"), reader.number("margin"), {}};
  if (reader.has("thresholds")) evidence.thresholds = reader.numbers("thresholds");
  return evidence;
}

void read_response(const JsonReader& policy, const char* key, Response& response) {
  if (!policy.has(key)) return;
  const JsonReader reader = policy.object(key);
  reader.only({"timeout", "attempts"});
  if (reader.has("timeout")) response.timeout = read_duration(reader, "timeout");
  if (reader.has("attempts")) response.attempts = read_small_count(reader, "attempts");
}

void read_silence(const JsonReader& policy, Silence& silence) {
  if (!policy.has("silence")) return;
  const JsonReader reader = policy.object("silence");
  reader.only({"after", "effect"});
  silence.after = read_duration(reader, "after");
  silence.effect = read_on_timeout(reader, "effect", silence.effect);
}

bool has_header(const JsonReader& reader, const std::optional<Error>& error) {
  const std::string format = reader.text("format");
  if (!error && format != kPolicyFormat)
    reader.fail(std::string("expected \"") + kPolicyFormat + "\", found " + brief(Json(format)), "format");
  const std::uint64_t version = reader.count("version");
  if (!error && version != kPolicyVersion)
    reader.fail("expected version 1, found " + std::to_string(version), "version");
  return !error;
}

void read_members(const JsonReader& reader, Policy& policy) {
  reader.only({"format",          "version",    "name",
               "last_known_good", "candidate",  "attempt",
               "state",           "equal_arms", "false_rollback_budget",
               "metrics",         "rules",      "stages",
               "false_promotion", "promotion",  "promotion_gate",
               "immediate",       "rapid",      "delayed",
               "silence",         "tick"});
  policy.name = reader.text("name");
  policy.last_known_good = read_artifact(reader.object("last_known_good"));
  policy.candidate = read_artifact(reader.object("candidate"));
  if (reader.has("attempt")) policy.attempt = read_small_count(reader, "attempt");
  policy.state = reader.one_of("state", parse_state, "\"stateless\", \"stateful\" or \"feedback_loop\"");
  if (reader.has("equal_arms")) policy.equal_arms = reader.truth("equal_arms");
  policy.false_rollback_budget = read_error_rate(reader, "false_rollback_budget");
  policy.false_promotion = read_error_rate(reader, "false_promotion");
  if (reader.has("promotion_gate")) policy.promotion_gate = read_gate(reader.object("promotion_gate"));
  read_response(reader, "immediate", policy.immediate);
  read_response(reader, "rapid", policy.rapid);
  read_response(reader, "delayed", policy.delayed);
  read_silence(reader, policy.silence);
  if (reader.has("tick")) policy.tick = read_duration(reader, "tick");
}

/// Reads each object of a list for itself, so that the first error of each is found.
template <class T>
void read_list(const Json& json, const char* key, const std::string& where, T (*read)(const JsonReader&),
               std::vector<T>& list, std::vector<Error>& errors) {
  std::optional<Error> error;
  const std::size_t size = JsonReader(json, where, error).objects(key).size();
  const bool is_list = json.contains(key) && json[key].is_array();
  if (!is_list) errors.push_back(*std::move(error));
  for (std::size_t i = 0; is_list && i < size; ++i) {
    const Json& item = json[key][i];
    const std::string path = (where.empty() ? "" : where + ".") + key + "[" + std::to_string(i) + "]";
    error.reset();
    const JsonReader reader(item, path, error);
    if (!item.is_object()) reader.fail("expected an object, found " + brief(item));
    list.push_back(read(reader));
    if (error) errors.push_back(*std::move(error));
  }
}

}  // namespace

ReadPolicy read_policy(const Json& json, const std::string& where) {
  ReadPolicy read;
  std::optional<Error> error;
  const JsonReader reader(json, where, error);
  if (has_header(reader, error)) {
    read_members(reader, read.policy);
    read_list(json, "metrics", where, read_metric, read.policy.metrics, read.errors);
    read_list(json, "rules", where, read_rule, read.policy.rules, read.errors);
    read_list(json, "stages", where, read_stage, read.policy.stages, read.errors);
    read_list(json, "promotion", where, read_evidence, read.policy.promotion, read.errors);
  }
  if (error) read.errors.insert(read.errors.begin(), *std::move(error));
  return read;
}

}  // namespace leeway::inline v1::store::detail
