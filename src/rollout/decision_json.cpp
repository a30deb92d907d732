#include "leeway/rollout/decision_json.hpp"

#include <string_view>

#include "base/json_line.hpp"
#include "leeway/base/time_text.hpp"

namespace leeway::inline v1::rollout {
namespace {

using leeway::detail::as_utf8;
using leeway::detail::JsonLine;

void put(JsonLine& line, std::string_view key, std::string_view text) {
  if (!text.empty()) line.member(key, as_utf8(text));
}

void put(JsonLine& line, std::string_view key, const std::optional<double>& value) {
  if (value) line.member(key, *value);
}

void put(JsonLine& line, const std::optional<Tier>& tier) {
  if (tier) line.member("tier", to_string(*tier));
}

void put(JsonLine& line, const Reason& reason) {
  line.open('{').member("rule", as_utf8(reason.rule)).member("verdict", to_string(reason.verdict));
  put(line, "value", reason.value);
  put(line, "threshold", reason.threshold);
  put(line, "log_e_value", reason.log_e_value);
  put(line, "test", reason.test);
  line.member("baseline_count", reason.baseline_count).member("candidate_count", reason.candidate_count);
  line.member("failing_ticks", reason.failing_ticks);
  put(line, "detail", reason.detail);
  line.close('}');
}

void put(JsonLine& line, const Action& action) {
  line.open('{').member("id", action.id).member("step", to_string(action.step));
  put(line, action.tier);
  line.member("attempt", action.attempt).member("weight", action.weight);
  put(line, "artifact", action.artifact);
  line.member("deadline", time_text(action.deadline)).close('}');
}

void put(JsonLine& line, const std::string& finding) { line.value(as_utf8(finding)); }

template <class T>
void put_list(JsonLine& line, std::string_view key, const std::vector<T>& list) {
  line.key(key).open('[');
  for (const T& one : list) put(line, one);
  line.close(']');
}

}  // namespace

std::string to_json(const Decision& decision) {
  JsonLine line;
  line.open('{').member("tick", decision.tick).member("at", time_text(decision.at));
  line.member("decision", to_string(decision.verb));
  put(line, decision.tier);
  put(line, "rule", decision.rule);
  line.member("phase", to_string(decision.phase)).member("stage", decision.stage).member("weight", decision.weight);
  put(line, "target", decision.target);
  put_list(line, "reasons", decision.reasons);
  if (!decision.actions.empty()) put_list(line, "actions", decision.actions);
  if (!decision.findings.empty()) put_list(line, "findings", decision.findings);
  return std::move(line.close('}')).text();
}

}  // namespace leeway::inline v1::rollout
