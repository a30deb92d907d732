#ifndef LEEWAY_TESTS_ROLLOUT_SCRIPTED_HPP
#define LEEWAY_TESTS_ROLLOUT_SCRIPTED_HPP

// A rollout whose rules say what the test wants, and a host that answers what it is told to do: the state machine
// alone.

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rollout/machine.hpp"

namespace leeway::rollout::test {

using namespace std::chrono_literals;

inline const std::string kGood(64, 'a');
inline const std::string kCandidate(64, 'c');

// The rules of `ramp()`, by what they do.
enum RuleOf : std::size_t { kImmediate, kRapid, kDelayed, kPauses, kHolds, kReports };

inline Rule rule(const char* name, Effect effect, Tier tier = Tier::rapid) {
  return {.name = name, .effect = effect, .tier = tier, .test = ThresholdTest{.statistic = {.metric = "error"}}};
}

/// 5 % and 50 % for five minutes each, of which three ticks with data; no gates, no deadlines.
inline Policy ramp() {
  Policy policy;
  policy.name = "ramp";
  policy.last_known_good = {"v1", kGood, "print"};
  policy.candidate = {"v2", kCandidate, ""};
  policy.metrics = {{.name = "error"}};
  policy.rules = {rule("crash", Effect::rollback, Tier::immediate),
                  rule("errors", Effect::rollback, Tier::rapid),
                  rule("revenue", Effect::rollback, Tier::delayed),
                  rule("odd", Effect::pause),
                  rule("signal", Effect::hold),
                  rule("dry", Effect::report)};
  policy.stages = {{.weight = 0.05, .minimum = 5min, .minimum_ticks = 3},
                   {.weight = 0.5, .minimum = 5min, .minimum_ticks = 3}};
  policy.promotion = {{.metric = "error", .margin = 0.01}};
  return policy;
}

inline Tick order(Order order) {
  Tick tick;
  tick.orders = {{order, "olga"}};
  return tick;
}

inline Tick approval(std::size_t stage, std::string who, ApprovalVerdict verdict = ApprovalVerdict::approve,
                     std::uint32_t attempt = 1) {
  Tick tick;
  tick.approvals = {{stage, std::move(who), verdict, "", attempt}};
  return tick;
}

inline Tick fleet(std::vector<std::pair<std::string, std::string>> members) {
  Tick tick;
  for (auto& [member, artifact] : members) tick.fleet.push_back({member, artifact});
  return tick;
}

/// The machine, its rules and its host. A copy is another future.
struct World {
  explicit World(const Policy& of)
      : policy(&of), machine(of), verdicts(of.rules.size(), Verdict::pass), proofs(of.promotion.size()) {
    for (auto& proof : proofs) proof = Verdict::unknown;
  }
  World(Policy&&) = delete;

  /// One tick on, with what the test adds to it.
  const Decision& step(Tick tick = {}) {
    now += interval;
    tick.at = now;
    if (reports) tick.candidate.push_back({{.weight = last.weight, .slice = {}, .readings = {}}});
    if (answers && open) carry_out(*open, *answers);
    if (answers && open) tick.results.push_back({open->id, *answers, open->step == Step::verify ? print : ""});
    if (answers) open.reset();
    const auto rules = reasons(policy->rules.size(), verdicts);
    const auto promotion = reasons(proofs.size(), proofs);
    last = machine.step(tick, {.rules = rules, .promotion = promotion, .ignored = {}, .both_arms = both_arms}, journal);
    if (last.actions.empty()) return last;
    open = last.actions.back();
    verified = false;
    return last;
  }

  const Decision& steps(int count) {
    for (int i = 0; i < count; ++i) step();
    return last;
  }

  /// Where the host's traffic is once it has answered so.
  void carry_out(const Action& action, bool success) {
    if (!success) return;
    if (action.step == Step::verify) verified = true;
    if (action.step == Step::set_weight) traffic = action.weight;
    if (action.step == Step::make_standard) traffic = 1;
    if (action.step == Step::switch_to_standby || action.step == Step::redeploy) traffic = 0;
  }

  /// As many ticks as it takes; false: not within 50.
  bool step_until(Phase phase) {
    for (int i = 0; i < 50 && machine.phase() != phase; ++i) step();
    return machine.phase() == phase;
  }
  bool step_to_stage(std::size_t stage) {
    for (int i = 0; i < 50 && (machine.phase() == Phase::pending || last.stage != stage); ++i) step();
    return last.stage == stage;
  }

  const Policy* policy;
  detail::Machine machine;
  TimePoint now{};
  Duration interval = 1min;
  std::vector<Verdict> verdicts;
  std::vector<Verdict> proofs;
  bool both_arms = true;
  bool reports = true;                 ///< the candidate's arm says its weight
  bool journal = true;                 ///< the journal takes ticks
  std::optional<bool> answers = true;  ///< what the host answers in the next tick; none: nothing
  std::string print = "print";         ///< and finds, when it verifies
  std::optional<Action> open{};
  double traffic = 0;     ///< that people get from the candidate
  bool verified = false;  ///< by the last action: what is left is for traffic and the fleet to say
  Decision last{};

 private:
  static std::vector<Reason> reasons(std::size_t size, const std::vector<Verdict>& verdicts) {
    std::vector<Reason> reasons(size);
    for (std::size_t i = 0; i < size; ++i) reasons[i].verdict = verdicts[i];
    return reasons;
  }
};

inline std::vector<Step> steps_of(const Decision& decision) {
  std::vector<Step> steps;
  for (const Action& action : decision.actions) steps.push_back(action.step);
  return steps;
}

inline bool finds(const Decision& decision, std::string_view text) {
  for (const std::string& finding : decision.findings)
    if (finding.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace leeway::rollout::test

#endif
