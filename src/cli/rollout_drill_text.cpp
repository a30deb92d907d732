#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/rollout_drill.hpp"
#include "cli/text_table.hpp"
#include "cli/wording.hpp"
#include "leeway/base/duration_text.hpp"
#include "leeway/report/quantity_text.hpp"
#include "leeway/rollout/decision.hpp"

namespace leeway::cli {
namespace {

using namespace rollout;
using report::number_text;
using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

std::string percent(double share) {
  const double rounded = static_cast<double>(static_cast<long long>(share * 1e4 + 0.5)) / 100;
  return number_text(rounded) + " %";
}

std::string share_text(const Share& share, std::uint64_t runs) {
  return grouped(share.count) + " of " + counted(runs, "run") + " (" + percent(share.share) + "; " +
         percent(share.lower) + " to " + percent(share.upper) + " at 95 %)";
}

std::string ticks_text(std::uint64_t ticks, Duration tick) {
  const std::string text = counted(ticks, "tick");
  if (tick == Duration(0)) return text;
  return text + " (" + duration_text(tick * static_cast<Duration::rep>(ticks)) + ")";
}

std::string times_text(const Times& times, Duration tick) {
  if (!times.median) return "in less than half of the runs";
  return "median " + ticks_text(*times.median, tick) + ", 9 of 10 within " +
         (times.p90 ? ticks_text(*times.p90, tick) : std::string("no time: it does not happen in more than 1 of 10"));
}

std::string tiers_text(const DrillReport& report) {
  constexpr std::array kNames{"immediate", "rapid", "delayed", "a person"};
  std::string text;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (report.ended_in[i] > 0) text += (text.empty() ? "" : ", ") + (kNames[i] + (" " + grouped(report.ended_in[i])));
  }
  return text;
}

const char* name_of(FaultKind kind) noexcept {
  switch (kind) {
    case FaultKind::factor: return "factor";
    case FaultKind::shift: return "shift";
    case FaultKind::no_data: return "no_data";
    case FaultKind::nan: return "nan";
    case FaultKind::swap_hash: return "swap_hash";
  }
  return "unknown";
}

std::string happening(const Fault& fault) {
  const std::string metric = printable(fault.metric);
  switch (fault.kind) {
    case FaultKind::factor: return metric + " x " + number_text(fault.size);
    case FaultKind::shift: return metric + (fault.size < 0 ? " " : " +") + number_text(fault.size);
    case FaultKind::no_data:
      return metric.empty() ? "no data of the candidate" : "no data of the candidate's " + metric;
    case FaultKind::nan: return metric + " cannot be read";
    case FaultKind::swap_hash: return "a member of the fleet runs an unknown artifact";
  }
  return "";
}

/// What was asked.
std::string traffic_text(const DrillOptions& options, const DrillReport& report) {
  if (!options.recorded.empty()) return counted(report.ticks, "recorded tick") + "\n";
  return counted(report.runs, "run") + " of at most " + ticks_text(report.ticks, options.traffic.tick) + ", " +
         grouped(options.traffic.requests) + " requests a tick\n";
}

std::string question_text(const DrillOptions& options, const DrillReport& report) {
  std::string text = traffic_text(options, report);
  if (options.faults.empty())
    return text + "no fault: the candidate is equal to its baseline, and every rollback is a false one\n";
  for (const Fault& fault : options.faults) text += "fault: " + fault_text(fault) + '\n';
  return text;
}

std::string levels_text(const Policy& policy, const DrillOptions& options) {
  if (!options.recorded.empty()) return "";
  std::string text = "baselines:";
  for (const Metric& metric : policy.metrics) {
    Level level = usual_level(metric);
    bool stated = false;
    for (const MetricTraffic& traffic : options.traffic.metrics) {
      if (traffic.metric == metric.name) level = traffic.level;
      stated = stated || traffic.metric == metric.name;
    }
    text += ' ' + printable(metric.name) + '=' + number_text(level.level) +
            (metric.kind == MetricKind::rate ? "" : "," + number_text(level.spread)) + (stated ? "" : " (not stated)") +
            (&metric == &policy.metrics.back() ? "\n" : ";");
  }
  return text;
}

void add_rules(const DrillReport& report, Duration tick, std::vector<Row>& rows) {
  const char* title = "decided by";
  for (const RuleCount& rule : report.rules)
    rows.push_back(
        {std::exchange(title, ""), printable(rule.rule) + " in " + counted(rule.runs, "run") +
                                       (rule.ticks.median ? ", median " + ticks_text(*rule.ticks.median, tick) : "")});
}

std::string silence_text(const std::vector<std::string>& metrics) {
  std::string names;
  for (const std::string& metric : metrics) names += (names.empty() ? " of " : ", ") + printable(metric);
  return "silence" + names + " (an arm had no data, or fewer than the minimum" +
         (names.empty() ? ")" : ", or none that can be compared)");
}

/// What a newcomer cannot know of the words that are no rules.
std::string held_text(const RuleCount& held) {
  const std::string& rule = held.rule;
  if (rule.empty()) return "what is not yet proved";
  if (rule == "silence") return silence_text(held.metrics);
  if (rule == "gate") return "a gate that nobody has answered";
  if (rule == "deadline") return "the deadline of a stage";
  return printable(rule);
}

Json json_of(const Share& share) {
  return {{"runs", share.count}, {"share", share.share}, {"lower", share.lower}, {"upper", share.upper}};
}

Json json_of(const Times& times) {
  Json json = Json::object();
  if (times.median) json["median"] = *times.median;
  if (times.p90) json["p90"] = *times.p90;
  return json;
}

Json json_of(const Fault& fault) {
  Json json{{"kind", name_of(fault.kind)}};
  if (!fault.metric.empty()) json["metric"] = fault.metric;
  if (fault.kind == FaultKind::factor || fault.kind == FaultKind::shift) json["size"] = fault.size;
  if (fault.tick) json["tick"] = *fault.tick;
  return json;
}

}  // namespace

std::string fault_text(const Fault& fault) {
  return happening(fault) + ", from " +
         (fault.tick ? "tick " + std::to_string(*fault.tick) + " on" : "the first tick that serves people with it on");
}

std::string drill_text(const Policy& policy, const DrillOptions& options, const DrillReport& report) {
  const Duration tick = options.recorded.empty() ? options.traffic.tick : Duration(0);  // not known of recorded ones
  const bool faulty = !options.faults.empty();
  std::vector<Row> rows{{"rolled back", share_text(report.decided, report.runs)}};
  if (faulty) rows.push_back({"before the fault", share_text(report.too_early, report.runs)});
  if (report.not_reached.count > 0)
    rows.push_back({"a fault never began", share_text(report.not_reached, report.runs) + ": they ended before"});
  if (report.decided.count > 0) {
    rows.push_back({"time to decide", times_text(report.to_rollback, tick)});
    rows.push_back({"until it is back", times_text(report.to_rolled_back, tick)});
  }
  add_rules(report, tick, rows);
  if (const std::string tiers = tiers_text(report); !tiers.empty()) rows.push_back({"ended by", tiers});
  rows.push_back({"promoted", share_text(report.promoted, report.runs)});
  if (report.promoted.count > 0) rows.push_back({"time to promote", times_text(report.to_promoted, tick)});
  if (report.waiting.count > 0) rows.push_back({"wait for a person", share_text(report.waiting, report.runs)});
  if (report.undecided.count > 0) rows.push_back({"undecided", share_text(report.undecided, report.runs)});
  const char* title = "held by";
  for (const RuleCount& rule : report.held_by)
    rows.push_back({std::exchange(title, ""), held_text(rule) + " in " + counted(rule.runs, "run")});
  if (report.partial.count > 0)
    rows.push_back({"unknown artifact", "found in " + share_text(report.partial, report.runs)});
  return question_text(options, report) + levels_text(policy, options) + '\n' + text_table(rows);
}

std::string drill_json(const Policy& policy, const DrillOptions& options, const DrillReport& report) {
  Json json{{"format", "leeway.rollout_drill"}, {"version", 1}, {"policy", policy.name}};
  json["faults"] = Json::array();
  for (const Fault& fault : options.faults) json["faults"].push_back(json_of(fault));
  json["runs"] = report.runs;
  json["ticks"] = report.ticks;
  json["recorded"] = !options.recorded.empty();
  if (options.recorded.empty()) json["tick_seconds"] = std::chrono::duration<double>(options.traffic.tick).count();
  json["seed"] = options.seed;
  json["rolled_back"] = json_of(report.decided);
  json["before_fault"] = json_of(report.too_early);
  json["fault_never_began"] = json_of(report.not_reached);
  json["promoted"] = json_of(report.promoted);
  json["waiting"] = json_of(report.waiting);
  json["undecided"] = json_of(report.undecided);
  json["unknown_artifact"] = json_of(report.partial);
  json["ticks_to_rollback"] = json_of(report.to_rollback);
  json["ticks_to_rolled_back"] = json_of(report.to_rolled_back);
  json["ticks_to_promoted"] = json_of(report.to_promoted);
  json["rules"] = Json::array();
  for (const RuleCount& rule : report.rules)
    json["rules"].push_back({{"rule", rule.rule}, {"runs", rule.runs}, {"ticks", json_of(rule.ticks)}});
  json["held_by"] = Json::array();
  for (const RuleCount& rule : report.held_by) {
    json["held_by"].push_back({{"rule", rule.rule}, {"runs", rule.runs}});
    if (!rule.metrics.empty()) json["held_by"].back()["metrics"] = rule.metrics;
  }
  json["ended_by"] = {{"immediate", report.ended_in[0]},
                      {"rapid", report.ended_in[1]},
                      {"delayed", report.ended_in[2]},
                      {"person", report.ended_in[3]}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace leeway::cli
