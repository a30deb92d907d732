#include "leeway/store/policy_file.hpp"

#include <cmath>
#include <utility>
#include <variant>

#include "leeway/base/duration_text.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/store/atomic_file.hpp"
#include "store/json_document.hpp"
#include "store/policy_reader.hpp"
#include "store/sha256.hpp"

namespace leeway::inline v1::store {
namespace {

using namespace rollout;
using detail::Json;

/// 2 rather than 2.0, as a person would write it.
Json number(double value) {
  constexpr double kExact = 9007199254740992;  // 2^53
  if (std::abs(value) < kExact && value == std::trunc(value) && !(value == 0 && std::signbit(value)))
    return static_cast<std::int64_t>(value);
  return value;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

// ---- tests of rules

struct PersistenceTree {
  Json& json;
  void operator()(const Sustained& sustained) const {
    if (sustained.duration != Duration(0)) json["for"] = duration_text(sustained.duration);
  }
  void operator()(const Consecutive& consecutive) const { json["consecutive"] = consecutive.ticks; }
  void operator()(const MOfN& counted) const { json["m_of_n"] = Json::array({counted.m, counted.n}); }
};

const char* name_of(Against against) noexcept {
  switch (against) {
    case Against::absolute: return "absolute";
    case Against::ratio: return "ratio";
    case Against::difference: return "difference";
  }
  return "unknown";
}

struct TestTree {
  Json& rule;

  void operator()(const ThresholdTest& test) const {
    Json& json = rule["threshold"];
    json["metric"] = test.statistic.metric;
    if (test.statistic.quantile) json["quantile"] = number(*test.statistic.quantile);
    json[name_of(test.against)] = number(test.limit);
    std::visit(PersistenceTree{json}, test.persistence);
  }

  void operator()(const StatisticalTest& test) const {
    Json& json = rule["statistical"];
    json["metric"] = test.metric;
    json["alpha"] = number(test.alpha.value());
    if (test.margin != 0) json["margin"] = number(test.margin);
    if (!test.thresholds.empty()) json["thresholds"] = numbers(test.thresholds);
    if (test.slices) json["slices"] = true;
  }

  void operator()(const BurnRateTest& test) const {
    Json& json = rule["burn_rate"];
    json["metric"] = test.metric;
    json["objective"] = number(test.objective);
    json["windows"] = Json::array();
    for (const BurnWindow& window : test.windows)
      json["windows"].push_back({{"long", duration_text(window.long_window)},
                                 {"short", duration_text(window.short_window)},
                                 {"factor", number(window.factor)}});
  }

  void operator()(const CircuitBreakerTest& test) const {
    rule["circuit_breaker"] = {{"metric", test.metric},
                               {"limit", number(test.limit)},
                               {"minimum_count", test.minimum_count},
                               {"window_ticks", test.window_ticks},
                               {"open", duration_text(test.open)},
                               {"probes", test.probes}};
  }

  void operator()(const SampleRatioTest& test) const {
    rule["sample_ratio"] = {{"metric", test.metric}, {"alpha", number(test.alpha.value())}};
  }
};

Json tree_of(const Rule& rule) {
  Json json{{"name", rule.name}, {"effect", to_string(rule.effect)}};
  if (rule.effect == Effect::rollback) json["tier"] = to_string(rule.tier);
  std::visit(TestTree{json}, rule.test);
  return json;
}

// ---- the other parts

Json tree_of(const Artifact& artifact) {
  Json json{{"name", artifact.name}, {"hash", artifact.hash}};
  if (!artifact.fingerprint.empty()) json["fingerprint"] = artifact.fingerprint;
  return json;
}

Json tree_of(const Metric& metric) {
  Json json{{"name", metric.name},
            {"kind", to_string(metric.kind)},
            {"worse", to_string(metric.worse)},
            {"minimum_count", metric.minimum_count}};
  if (metric.kind != MetricKind::mean && metric.independent) json["independent"] = true;
  if (metric.kind == MetricKind::mean) json["skewed"] = metric.skewed;
  if (metric.kind == MetricKind::distribution) json["edges"] = numbers(metric.edges);
  if (metric.kind == MetricKind::values) json["bounds"] = numbers({metric.lower, metric.upper});
  return json;
}

Json tree_of(const Gate& gate) {
  return {{"timeout", duration_text(gate.timeout)},
          {"on_timeout", to_string(gate.on_timeout)},
          {"approvals", gate.approvals}};
}

Json tree_of(const Stage& stage) {
  Json json{{"phase", to_string(stage.phase)}};
  if (stage.phase == Phase::canary) json["weight"] = number(stage.weight);
  json["minimum"] = duration_text(stage.minimum);
  json["minimum_ticks"] = stage.minimum_ticks;
  if (stage.gate) json["gate"] = tree_of(*stage.gate);
  if (!stage.deadline) return json;
  json["deadline"] = duration_text(*stage.deadline);
  json["on_deadline"] = to_string(stage.on_deadline);
  return json;
}

Json tree_of(const NonInferiority& evidence) {
  Json json{{"metric", evidence.metric}, {"margin", number(evidence.margin)}};
  if (!evidence.thresholds.empty()) json["thresholds"] = numbers(evidence.thresholds);
  return json;
}

Json tree_of(const Response& response) {
  return {{"timeout", duration_text(response.timeout)}, {"attempts", response.attempts}};
}

Json tree_of(const Silence& silence) {
  return {{"after", duration_text(silence.after)}, {"effect", to_string(silence.effect)}};
}

/// Total, whatever bytes the texts hold.
std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// A document with a line for each member, and for each object of a list.
class Document {
 public:
  void add(const char* key, const Json& value) { begin(key) += dumped(value); }

  template <class T>
  void add_list(const char* key, const std::vector<T>& items) {
    std::string& text = begin(key) += '[';
    const char* separator = "\n  ";
    for (const T& item : items) text += std::exchange(separator, ",\n  ") + dumped(tree_of(item));
    text += "\n ]";
  }

  [[nodiscard]] std::string take() && { return std::move(text_) + "\n}\n"; }

 private:
  std::string& begin(const char* key) {
    text_ += std::exchange(separator_, ",\n \"");
    return text_.append(key).append("\": ");
  }

  const char* separator_ = "{\n \"";
  std::string text_;
};

}  // namespace

std::string format_policy(const Policy& policy) {
  Document document;
  document.add("format", detail::kPolicyFormat);
  document.add("version", detail::kPolicyVersion);
  document.add("name", policy.name);
  document.add("last_known_good", tree_of(policy.last_known_good));
  document.add("candidate", tree_of(policy.candidate));
  document.add("attempt", policy.attempt);
  document.add("state", to_string(policy.state));
  document.add("equal_arms", policy.equal_arms);
  document.add("false_rollback_budget", number(policy.false_rollback_budget.value()));
  document.add_list("metrics", policy.metrics);
  document.add_list("rules", policy.rules);
  document.add_list("stages", policy.stages);
  document.add("false_promotion", number(policy.false_promotion.value()));
  document.add_list("promotion", policy.promotion);
  if (policy.promotion_gate) document.add("promotion_gate", tree_of(*policy.promotion_gate));
  document.add("immediate", tree_of(policy.immediate));
  document.add("rapid", tree_of(policy.rapid));
  document.add("delayed", tree_of(policy.delayed));
  document.add("silence", tree_of(policy.silence));
  if (policy.tick != Duration(0)) document.add("tick", duration_text(policy.tick));
  return std::move(document).take();
}

namespace {

detail::ReadPolicy read_and_check(std::string_view text, const std::string& where) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return {{}, {{ErrorCode::format, "expected UTF-8 without a byte order mark, found one", where}}};
  auto json = detail::parse_document(text, where);
  if (!json) return {{}, {std::move(json).error()}};
  detail::ReadPolicy read = detail::read_policy(*json, where);
  if (!read.errors.empty()) return read;
  read.errors = check(read.policy);
  if (where.empty()) return read;
  for (Error& error : read.errors) error.where = where + "." + error.where;
  return read;
}

}  // namespace

std::vector<Error> check_policy(std::string_view text, const std::string& where) {
  return read_and_check(text, where).errors;
}

Result<Policy> parse_policy(std::string_view text, const std::string& where) {
  detail::ReadPolicy read = read_and_check(text, where);
  if (!read.errors.empty()) return std::move(read.errors.front());
  return std::move(read.policy);
}

Result<Policy> load_policy(const std::string& path) {
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  return parse_policy(*text, path);
}

Result<std::string> policy_hash(const Policy& policy) { return detail::sha256_hex(format_policy(policy)); }

}  // namespace leeway::inline v1::store
