#include "store/event_line.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "base/json_line.hpp"
#include "leeway/base/calendar_time.hpp"
#include "leeway/base/time_text.hpp"
#include "leeway/base/utf8.hpp"

namespace leeway::inline v1::store::detail {
namespace {

using leeway::detail::JsonLine;
using rollout::ActionResult;
using rollout::Approval;
using rollout::ApprovalVerdict;
using rollout::ArmReport;
using rollout::Covariate;
using rollout::Distribution;
using rollout::FleetReport;
using rollout::Mean;
using rollout::Measurement;
using rollout::OperatorOrder;
using rollout::Order;
using rollout::Rate;
using rollout::Reading;
using rollout::Tick;
using rollout::Values;

constexpr TimePoint kFirst{std::chrono::seconds(-62'167'219'200)};  // 0000-01-01T00:00:00Z
constexpr TimePoint kEnd{std::chrono::seconds(253'402'300'800)};    // 10000-01-01T00:00:00Z

// ---- reading

std::string optional_text(const JsonReader& reader, const char* key) {
  return reader.has(key) ? reader.text(key) : std::string();
}

std::optional<Order> parse_order(std::string_view text) noexcept {
  if (text == "start") return Order::start;
  if (text == "pause") return Order::pause;
  if (text == "resume") return Order::resume;
  if (text == "rollback") return Order::rollback;
  if (text == "terminate") return Order::terminate;
  return {};
}

std::optional<ApprovalVerdict> parse_verdict(std::string_view text) noexcept {
  if (text == "approve") return ApprovalVerdict::approve;
  if (text == "reject") return ApprovalVerdict::reject;
  return {};
}

std::optional<bool> parse_result(std::string_view text) noexcept {
  if (text == "success") return true;
  if (text == "failure") return false;
  return {};
}

Mean read_mean(const JsonReader& reader) {
  reader.only({"count", "mean", "m2", "covariate"});
  Mean mean{reader.count("count"), reader.any_number("mean"), reader.any_number("m2"), {}};
  if (!reader.has("covariate")) return mean;
  const JsonReader covariate = reader.object("covariate");
  covariate.only({"mean", "m2", "cxy"});
  mean.covariate = {covariate.any_number("mean"), covariate.any_number("m2"), covariate.any_number("cxy")};
  return mean;
}

Rate read_rate(const JsonReader& reader) {
  reader.only({"events", "count"});
  return {reader.count("events"), reader.count("count")};
}

Distribution read_distribution(const JsonReader& reader) {
  reader.only({"edges", "counts"});
  return {reader.any_numbers("edges"), reader.counts("counts")};
}

Measurement read_measurement(const JsonReader& reader) {
  if (reader.has("events")) return read_rate(reader);
  if (reader.has("mean") || reader.has("m2")) return read_mean(reader);
  if (reader.has("edges") || reader.has("counts")) return read_distribution(reader);
  if (!reader.has("values")) reader.fail("expected a rate, a mean, a distribution or values, found none of them");
  reader.only({"values"});
  return Values{reader.any_numbers("values")};
}

ArmReport read_report(const JsonReader& event) {
  event.only({"at", "kind", "arm", "weight", "slice", "metrics"});
  ArmReport report{.weight = event.any_number("weight")};
  if (event.has("slice")) {
    const JsonReader slice = event.object("slice");
    for (const std::string& name : slice.names()) report.slice.emplace_back(name, slice.text(name.c_str()));
  }
  const JsonReader metrics = event.object("metrics");
  for (const std::string& name : metrics.names())
    report.readings.push_back({name, read_measurement(metrics.object(name.c_str()))});
  return report;
}

void read_arm(const JsonReader& event, Tick& tick) {
  const std::string arm = event.text("arm");
  ArmReport report = read_report(event);
  if (arm == "baseline") {
    tick.baseline.push_back({std::move(report)});
  } else if (arm == "candidate") {
    tick.candidate.push_back({std::move(report)});
  } else {
    event.fail("expected \"baseline\" or \"candidate\", found " + brief(Json(arm)), "arm");
  }
}

void read_approval(const JsonReader& event, Tick& tick) {
  event.only({"at", "kind", "stage", "approver", "verdict", "context", "attempt"});
  const std::uint64_t attempt = event.has("attempt") ? event.count("attempt") : 1;
  if (attempt > (std::numeric_limits<std::uint32_t>::max)())
    event.fail("expected at most 4294967295, found " + std::to_string(attempt), "attempt");
  tick.approvals.push_back({event.count("stage"), event.text("approver"),
                            event.one_of("verdict", parse_verdict, "\"approve\" or \"reject\""),
                            optional_text(event, "context"), static_cast<std::uint32_t>(attempt)});
}

void read_fleet(const JsonReader& event, Tick& tick) {
  event.only({"at", "kind", "member", "artifact"});
  tick.fleet.push_back({event.text("member"), event.text("artifact")});
}

void read_action(const JsonReader& event, Tick& tick) {
  event.only({"at", "kind", "id", "result", "detail"});
  tick.results.push_back({event.count("id"), event.one_of("result", parse_result, "\"success\" or \"failure\""),
                          optional_text(event, "detail")});
}

void read_order(const JsonReader& event, Tick& tick) {
  event.only({"at", "kind", "order", "operator", "context"});
  tick.orders.push_back(
      {event.one_of("order", parse_order, "\"start\", \"pause\", \"resume\", \"rollback\" or \"terminate\""),
       event.text("operator"), optional_text(event, "context")});
}

void read_clock(const JsonReader& event, Tick&) { event.only({"at", "kind"}); }

using ReadKind = void (*)(const JsonReader&, Tick&);

std::optional<ReadKind> parse_kind(std::string_view text) noexcept {
  if (text == "arm") return read_arm;
  if (text == "approval") return read_approval;
  if (text == "fleet") return read_fleet;
  if (text == "action") return read_action;
  if (text == "order") return read_order;
  if (text == "clock") return read_clock;
  return {};
}

// ---- writing

const char* name_of(Order order) {
  switch (order) {
    case Order::start: return "start";
    case Order::pause: return "pause";
    case Order::resume: return "resume";
    case Order::rollback: return "rollback";
    case Order::terminate: return "terminate";
  }
  return "pause";
}

void put_text(JsonLine& line, std::string_view key, const std::string& text) {
  if (!text.empty()) line.member(key, text);
}

void put(JsonLine& line, const Rate& rate) { line.member("events", rate.events).member("count", rate.count); }

void put(JsonLine& line, const Mean& mean) {
  line.member("count", mean.count).member("mean", mean.mean).member("m2", mean.m2);
  if (!mean.covariate) return;
  const Covariate& covariate = *mean.covariate;
  line.key("covariate").open('{');
  line.member("mean", covariate.mean).member("m2", covariate.m2).member("cxy", covariate.cxy).close('}');
}

void put(JsonLine& line, const Distribution& distribution) {
  line.list("edges", distribution.edges).list("counts", distribution.counts);
}

void put(JsonLine& line, const Values& values) { line.list("values", values.values); }

void put(JsonLine& line, const Reading& reading) {
  line.key(reading.metric).open('{');
  std::visit([&line](const auto& measurement) { put(line, measurement); }, reading.measurement);
  line.close('}');
}

/// The events of one tick, one after the other.
class Lines {
 public:
  explicit Lines(TimePoint at) : at_(time_text(at)) {}

  void add(const char* arm, const ArmReport& report) {
    JsonLine line = begin("arm");
    line.member("arm", arm).member("weight", report.weight);
    if (!report.slice.empty()) {
      line.key("slice").open('{');
      for (const auto& part : report.slice) line.member(part.first, part.second);
      line.close('}');
    }
    line.key("metrics").open('{');
    for (const Reading& reading : report.readings) put(line, reading);
    line.close('}');
    end(std::move(line));
  }
  void add(const Approval& approval) {
    JsonLine line = begin("approval");
    line.member("stage", approval.stage).member("approver", approval.approver);
    line.member("verdict", approval.verdict == ApprovalVerdict::approve ? "approve" : "reject");
    put_text(line, "context", approval.context);
    if (approval.attempt != 1) line.member("attempt", approval.attempt);
    end(std::move(line));
  }
  void add(const FleetReport& report) {
    JsonLine line = begin("fleet");
    line.member("member", report.member).member("artifact", report.artifact);
    end(std::move(line));
  }
  void add(const ActionResult& result) {
    JsonLine line = begin("action");
    line.member("id", result.id).member("result", result.success ? "success" : "failure");
    put_text(line, "detail", result.detail);
    end(std::move(line));
  }
  void add(const OperatorOrder& order) {
    JsonLine line = begin("order");
    line.member("order", name_of(order.order)).member("operator", order.operator_name);
    put_text(line, "context", order.context);
    end(std::move(line));
  }

  [[nodiscard]] std::vector<std::string> take() {
    if (lines_.empty()) end(begin("clock"));
    return std::move(lines_);
  }

 private:
  [[nodiscard]] JsonLine begin(const char* kind) const {
    JsonLine line;
    line.open('{').member("at", at_).member("kind", kind);
    return line;
  }
  void end(JsonLine line) { lines_.push_back(std::move(line.close('}')).text()); }

  std::string at_;
  std::vector<std::string> lines_;
};

bool is_text(const std::string& line) { return valid_utf8_prefix(line) == line.size(); }

/// JSON has a member once.
Result<void> check_once(std::vector<std::string_view> names, const std::string& expected) {
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return {};
  return Error{ErrorCode::data, "expected " + expected + " once, found " + brief(Json(*twice)) + " twice", ""};
}

Result<void> check(const ArmReport& report) {
  std::vector<std::string_view> names;
  for (const auto& part : report.slice) names.push_back(part.first);
  if (auto checked = check_once(std::move(names), "each part of a slice"); !checked) return checked;
  names.clear();
  for (const Reading& reading : report.readings) names.push_back(reading.metric);
  return check_once(std::move(names), "each metric of a report");
}

/// What can be written so that it reads back.
Result<void> check(const Tick& tick) {
  if (tick.at < kFirst || tick.at >= kEnd)
    return Error{ErrorCode::data, "expected a time in the years 0 to 9999, found another", "at"};
  for (const auto& arm : tick.baseline) {
    if (auto checked = check(arm.value); !checked) return checked;
  }
  for (const auto& arm : tick.candidate) {
    if (auto checked = check(arm.value); !checked) return checked;
  }
  return {};
}

}  // namespace

TimePoint read_at(const JsonReader& reader, const char* key) {
  const std::string text = reader.text(key);
  const auto time = parse_calendar_time(text);
  if (time && *time >= kFirst && *time < kEnd) return *time;
  reader.fail("expected a time such as \"2026-01-31T18:24:44.5Z\", found " + brief(Json(text)), key);
  return {};
}

void read_event(const JsonReader& event, Tick& tick) {
  tick.at = read_at(event);
  const auto read =
      event.one_of("kind", parse_kind, "\"arm\", \"approval\", \"fleet\", \"action\", \"order\" or \"clock\"");
  if (read != nullptr) read(event, tick);
}

Result<std::vector<std::string>> event_lines(const Tick& tick) {
  if (auto checked = check(tick); !checked) return std::move(checked).error();
  Lines lines(tick.at);
  for (const auto& arm : tick.baseline) lines.add("baseline", arm.value);
  for (const auto& arm : tick.candidate) lines.add("candidate", arm.value);
  for (const Approval& approval : tick.approvals) lines.add(approval);
  for (const FleetReport& report : tick.fleet) lines.add(report);
  for (const ActionResult& result : tick.results) lines.add(result);
  for (const OperatorOrder& order : tick.orders) lines.add(order);
  std::vector<std::string> texts = lines.take();
  if (std::all_of(texts.begin(), texts.end(), is_text)) return texts;
  return Error{ErrorCode::data, "expected UTF-8 without NUL in the texts of a tick, found another byte", ""};
}

}  // namespace leeway::inline v1::store::detail
