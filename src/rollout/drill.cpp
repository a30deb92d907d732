#include "leeway/rollout/drill.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "leeway/rollout/engine.hpp"
#include "leeway/stats/share_interval.hpp"
#include "rollout/drill_check.hpp"
#include "rollout/drill_host.hpp"
#include "rollout/drill_traffic.hpp"

namespace leeway::inline v1::rollout {
namespace {

using detail::ActiveFaults;
using detail::DrillHost;
using detail::DrillTraffic;

constexpr std::uint64_t kNever = (std::numeric_limits<std::uint64_t>::max)();

struct MetricOf {
  std::string operator()(const ThresholdTest& test) const { return test.statistic.metric; }
  template <class T>
  std::string operator()(const T& test) const {
    return test.metric;
  }
};

struct Run {
  std::uint64_t fault = kNever;  ///< ticks: the first with a fault, 0 where the drill has none
  std::uint64_t decided = kNever;
  std::uint64_t rolled_back = kNever;
  std::uint64_t promoted = kNever;
  std::uint64_t partial = kNever;
  std::string rule{};  ///< that decided
  std::string held_by{};
  std::set<std::string> silent{};  ///< metrics that said nothing when silence was the reason
  bool reached = true;             ///< every fault began
  Tier tier = Tier::immediate;
  bool person = false;
  Phase phase = Phase::pending;
};

/// The metric that a reason is about.
std::string metric_of(const Policy& policy, const std::string& reason) {
  constexpr std::string_view kPromotion = "promotion:";
  if (reason.starts_with(kPromotion)) return reason.substr(kPromotion.size());
  for (const Rule& rule : policy.rules) {
    if (rule.name == reason) return std::visit(MetricOf{}, rule.test);
  }
  return reason;
}

class Drill {
 public:
  Drill(const Policy& policy, const DrillOptions& options, std::uint64_t ticks)
      : policy_(policy), options_(options), ticks_(ticks) {}

  Result<Run> run(std::uint64_t seed) const {
    auto engine = Engine::make(policy_);
    if (!engine) return std::move(engine).error();
    DrillHost host(policy_, options_);
    DrillTraffic traffic(policy_, options_, ticks_, seed);
    Run run;
    std::uint64_t served = kNever;  // the first tick in which the candidate serves people
    std::uint64_t numbers = 0;      // ticks of this run
    for (std::uint64_t number = 0; number < ticks_ && !is_over(run.phase); ++number) {
      ++numbers;
      if (served == kNever && is_served(number, host)) served = number;
      const ActiveFaults faults = active(number, served);
      if (run.fault == kNever && (!faults.empty() || options_.faults.empty())) run.fault = number;
      Tick tick = tick_of(number, host, traffic, faults);
      host.answer(tick, faults);
      const auto decision = engine->step(tick);
      if (!decision) return decision.error();
      host.hear(*decision);
      note(*decision, number, run);
    }
    run.person = host.person_was_called();
    run.reached = active(numbers - 1, served).size() == options_.faults.size();
    return run;
  }

 private:
  static bool is_over(Phase phase) noexcept {
    return phase == Phase::promoted || phase == Phase::rolled_back || phase == Phase::terminated;
  }

  Tick tick_of(std::uint64_t number, const DrillHost& host, DrillTraffic& traffic, const ActiveFaults& faults) const {
    if (!options_.recorded.empty()) {
      Tick tick = heard(options_.recorded[number]);
      detail::apply(policy_, faults, tick);
      return tick;
    }
    Tick tick;
    tick.at = TimePoint(options_.traffic.tick * static_cast<Duration::rep>(number + 1));
    traffic.fill(tick, number, host.placement(), faults);
    return tick;
  }

  /// A recorded tick without the answers of the host of that time, whose actions these are not.
  static Tick heard(Tick tick) {
    tick.approvals.clear();
    tick.results.clear();
    tick.fleet.clear();
    return tick;
  }

  bool is_served(std::uint64_t number, const DrillHost& host) const {
    if (options_.recorded.empty()) return host.placement().weight > 0;
    const auto& candidate = options_.recorded[number].candidate;
    return std::any_of(candidate.begin(), candidate.end(), [](const auto& report) { return report.value.weight > 0; });
  }

  ActiveFaults active(std::uint64_t number, std::uint64_t served) const {
    ActiveFaults faults;
    for (const Fault& fault : options_.faults) {
      if (number >= fault.tick.value_or(served)) faults.push_back(&fault);
    }
    return faults;
  }

  void note_silence(const Decision& decision, Run& run) const {
    std::set<std::string> silent;
    for (const Reason& reason : decision.reasons) {
      const bool says_nothing = reason.verdict == Verdict::unknown || reason.verdict == Verdict::not_enough_data;
      if (says_nothing) silent.insert(metric_of(policy_, reason.rule));
    }
    if (!silent.empty()) run.silent = std::move(silent);
  }

  void note(const Decision& decision, std::uint64_t number, Run& run) const {
    run.phase = decision.phase;
    if (decision.verb == Verb::rollback && run.decided == kNever) {
      run.decided = number;
      run.rule = decision.rule;
    }
    const bool holds =
        decision.verb == Verb::hold || decision.verb == Verb::pause || decision.verb == Verb::ask_approval;
    if (holds && !decision.rule.empty()) run.held_by = decision.rule;
    if (holds && decision.rule == "silence") note_silence(decision, run);
    if (decision.verb == Verb::advance) run.held_by.clear();
    if (decision.tier) run.tier = *decision.tier;
    if (decision.phase == Phase::rolled_back && run.rolled_back == kNever) run.rolled_back = number;
    if (decision.phase == Phase::promoted && run.promoted == kNever) run.promoted = number;
    const bool partial = std::any_of(
        decision.findings.begin(), decision.findings.end(),
        [](const std::string& finding) { return finding.find("run neither the candidate nor") != std::string::npos; });
    if (partial && run.partial == kNever) run.partial = number;
  }

  const Policy& policy_;
  const DrillOptions& options_;
  std::uint64_t ticks_;
};

// ---- the report

Share share_of(std::uint64_t count, std::uint64_t runs) {
  const auto [lower, upper] = stats::share_interval(count, runs, ConfidenceLevel(0.95));
  return {count, runs == 0 ? 0 : static_cast<double>(count) / static_cast<double>(runs), lower, upper};
}

template <class Holds>
Share share_of(const std::vector<Run>& runs, Holds holds) {
  return share_of(static_cast<std::uint64_t>(std::count_if(runs.begin(), runs.end(), holds)), runs.size());
}

std::optional<std::uint64_t> quantile(const std::vector<std::uint64_t>& sorted, std::uint64_t tenths) {
  if (sorted.empty()) return std::nullopt;
  const std::uint64_t value = sorted[(sorted.size() * tenths + 9) / 10 - 1];
  return value == kNever ? std::nullopt : std::optional(value);
}

Times times_of(std::vector<std::uint64_t> ticks) {
  std::sort(ticks.begin(), ticks.end());
  return {quantile(ticks, 5), quantile(ticks, 9)};
}

/// Counted from 1: what is decided in the first tick has taken one.
std::uint64_t span(std::uint64_t from, std::uint64_t to) noexcept { return to == kNever ? kNever : to - from + 1; }

bool is_early(const Run& run, bool faulty) noexcept {
  return run.decided != kNever && (!faulty || run.fault == kNever || run.decided < run.fault);
}

/// Of the runs that have come to the fault.
template <class Moment>
Times times_from_fault(const std::vector<Run>& runs, bool faulty, Moment moment) {
  std::vector<std::uint64_t> ticks;
  for (const Run& run : runs) {
    if (run.fault == kNever || (faulty && is_early(run, faulty))) continue;
    ticks.push_back(span(run.fault, moment(run)));
  }
  return times_of(std::move(ticks));
}

using RuleTicks = std::map<std::string, std::vector<std::uint64_t>>;

std::vector<RuleCount> counts_of(RuleTicks ticks) {
  std::vector<RuleCount> rules;
  for (auto& [rule, of_rule] : ticks) rules.push_back({rule, of_rule.size(), times_of(std::move(of_rule)), {}});
  std::stable_sort(rules.begin(), rules.end(), [](const RuleCount& a, const RuleCount& b) { return a.runs > b.runs; });
  return rules;
}

std::vector<RuleCount> rules_of(const std::vector<Run>& runs, bool faulty) {
  RuleTicks ticks;
  for (const Run& run : runs) {
    if (run.decided != kNever) ticks[run.rule].push_back(span(is_early(run, faulty) ? 0 : run.fault, run.decided));
  }
  return counts_of(std::move(ticks));
}

bool waits(const Run& run) noexcept { return run.phase == Phase::paused || run.phase == Phase::awaiting_approval; }

bool is_undecided(const Run& run) noexcept { return run.phase <= Phase::promoting; }

std::vector<std::string> silent_metrics(const std::vector<Run>& runs) {
  std::set<std::string> metrics;
  for (const Run& run : runs) metrics.insert(run.silent.begin(), run.silent.end());
  return {metrics.begin(), metrics.end()};
}

std::vector<RuleCount> held_by(const std::vector<Run>& runs) {
  RuleTicks ticks;
  for (const Run& run : runs) {
    if (waits(run) || is_undecided(run)) ticks[run.held_by].push_back(kNever);
  }
  std::vector<RuleCount> rules = counts_of(std::move(ticks));
  for (RuleCount& rule : rules) {
    if (rule.rule == "silence") rule.metrics = silent_metrics(runs);
  }
  return rules;
}

DrillReport report_of(const std::vector<Run>& runs, bool faulty, std::uint64_t ticks) {
  DrillReport report;
  report.runs = runs.size();
  report.ticks = ticks;
  report.decided = share_of(runs, [](const Run& run) { return run.decided != kNever; });
  report.too_early = share_of(runs, [&](const Run& run) { return is_early(run, faulty); });
  report.not_reached = share_of(runs, [](const Run& run) { return !run.reached; });
  report.promoted = share_of(runs, [](const Run& run) { return run.promoted != kNever; });
  report.waiting = share_of(runs, waits);
  report.undecided = share_of(runs, is_undecided);
  report.held_by = held_by(runs);
  report.partial = share_of(runs, [](const Run& run) { return run.partial != kNever; });
  report.to_rollback = times_from_fault(runs, faulty, [](const Run& run) { return run.decided; });
  report.to_rolled_back = times_from_fault(runs, faulty, [](const Run& run) { return run.rolled_back; });
  std::vector<std::uint64_t> promoted;
  for (const Run& run : runs) promoted.push_back(span(0, run.promoted));
  report.to_promoted = times_of(std::move(promoted));
  report.rules = rules_of(runs, faulty);
  for (const Run& run : runs) {
    if (run.rolled_back != kNever) ++report.ended_in[run.person ? 3 : static_cast<std::size_t>(run.tier)];
  }
  return report;
}

}  // namespace

Level usual_level(const Metric& metric) {
  constexpr double kCutAt = 6;  // deviations between the bounds of values
  switch (metric.kind) {
    case MetricKind::rate: return {metric.worse == Worse::higher ? 0.01 : 0.1, 0};
    case MetricKind::mean: return {100, 30};
    case MetricKind::values: return {(metric.lower + metric.upper) / 2, (metric.upper - metric.lower) / kCutAt};
    case MetricKind::distribution: break;
  }
  const double edge = metric.edges.empty() ? 1 : metric.edges[metric.edges.size() / 3];
  return {edge > 0 ? edge : 1, 0.5};
}

std::uint64_t usual_ticks(const Policy& policy, Duration tick) {
  constexpr std::uint64_t kMost = 20'000;
  std::uint64_t least = 0;
  for (const Stage& stage : policy.stages) {
    const auto timed = static_cast<std::uint64_t>((stage.minimum + tick - Duration(1)) / tick);
    least += (std::min)(kMost, (std::max)(timed, stage.minimum_ticks));
  }
  return (std::min)(kMost, 4 * least + 200);
}

namespace {

/// At most, of a run; 0 where the length of a tick makes no sense.
std::uint64_t ticks_of(const Policy& policy, const DrillOptions& options) {
  if (!options.recorded.empty()) return options.recorded.size();
  if (options.ticks > 0 || options.traffic.tick <= Duration(0)) return options.ticks;
  return usual_ticks(policy, options.traffic.tick);
}

}  // namespace

Result<DrillReport> drill(const Policy& policy, const DrillOptions& options) {
  if (auto errors = check(policy); !errors.empty()) return std::move(errors.front());
  const bool recorded = !options.recorded.empty();
  const std::uint64_t ticks = ticks_of(policy, options);
  if (auto error = detail::check_drill(policy, options, ticks)) return *std::move(error);
  const Drill drill(policy, options, ticks);
  std::vector<Run> runs;
  for (std::uint64_t i = 0; i < (recorded ? 1 : options.runs); ++i) {
    auto run = drill.run(options.seed + i);
    if (!run) return std::move(run).error();
    runs.push_back(*std::move(run));
  }
  return report_of(runs, !options.faults.empty(), ticks);
}

}  // namespace leeway::inline v1::rollout
