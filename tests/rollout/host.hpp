#ifndef LEEWAY_TESTS_ROLLOUT_HOST_HPP
#define LEEWAY_TESTS_ROLLOUT_HOST_HPP

// A host of the whole engine: two arms with error rates that the test sets, and a willing hand for every action.

#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leeway/rollout/engine.hpp"

namespace leeway::rollout::test {

using namespace std::chrono_literals;

/// 10 % and 50 % for five minutes each; a guardrail on the error rate, and evidence about it.
inline Policy guarded() {
  Policy policy;
  policy.name = "guarded";
  policy.last_known_good = {"v1", std::string(64, 'a'), "print"};
  policy.candidate = {"v2", std::string(64, 'c'), ""};
  policy.metrics = {{.name = "error", .independent = true}};
  policy.rules = {{.name = "errors", .test = StatisticalTest{.metric = "error", .alpha = ErrorRate(0.05)}}};
  policy.stages = {{.weight = 0.1, .minimum = 5min, .minimum_ticks = 3},
                   {.weight = 0.5, .minimum = 5min, .minimum_ticks = 3}};
  policy.promotion = {{.metric = "error", .margin = 0.02}};
  return policy;
}

class Host {
 public:
  explicit Host(const Policy& policy) : engine(*Engine::make(policy)) {}

  const Decision& step(Tick tick = {}) {
    tick.at = now += 1min;
    if (silent) return take(tick);
    ArmReport baseline{.weight = 1 - last.weight, .readings = {rate(baseline_errors, 1 - last.weight)}};
    ArmReport candidate{.weight = last.weight, .readings = {rate(candidate_errors, last.weight)}};
    if (extra_baseline) baseline.readings.push_back(*extra_baseline);
    if (extra_candidate) candidate.readings.push_back(*extra_candidate);
    tick.baseline.push_back({std::move(baseline)});
    if (last.weight > 0) tick.candidate.push_back({std::move(candidate)});
    return take(tick);
  }

  const Decision& steps(int count) {
    for (int i = 0; i < count; ++i) step();
    return last;
  }

  bool run_until(Phase phase, int most) {
    for (int i = 0; i < most && last.phase != phase; ++i) step();
    return last.phase == phase;
  }

  /// Of all decisions but continue_stage and hold.
  [[nodiscard]] const std::vector<Verb>& verbs() const { return verbs_; }

  Engine engine;
  TimePoint now{};
  double baseline_errors = 0.01;
  double candidate_errors = 0.01;
  bool silent = false;
  double requests = 2000;  ///< a tick
  std::optional<Reading> extra_baseline{};
  std::optional<Reading> extra_candidate{};
  Decision last{};

 private:
  [[nodiscard]] Reading rate(double errors, double share) const {
    const auto count = static_cast<std::uint64_t>(std::llround(requests * share));
    return {"error", Rate{static_cast<std::uint64_t>(std::llround(errors * static_cast<double>(count))), count}};
  }

  const Decision& take(Tick& tick) {
    for (const Action& action : last.actions) tick.results.push_back({action.id, true, "print"});
    last = *engine.step(tick);
    if (last.verb != Verb::continue_stage && last.verb != Verb::hold) verbs_.push_back(last.verb);
    return last;
  }

  std::vector<Verb> verbs_;
};

/// A journal of one word a line.
class Notes : public Journal {
 public:
  Result<void> append(const Tick&) override {
    if (refuse_ticks) return Error{ErrorCode::io, "expected room, found none", "disk"};
    lines.emplace_back("tick");
    return {};
  }
  Result<void> append(const Decision& decision) override {
    if (refuse_decisions > 0) {
      --refuse_decisions;
      return Error{ErrorCode::io, "expected room, found none", "disk"};
    }
    lines.emplace_back(to_string(decision.verb));
    return {};
  }

  std::vector<std::string> lines;
  bool refuse_ticks = false;
  int refuse_decisions = 0;  ///< so many of the next
};

inline std::string text(const std::optional<double>& value) { return value ? std::to_string(*value) : "-"; }

/// All of it.
inline std::string text(const Decision& d) {
  std::string all = std::to_string(d.tick) + " " + to_string(d.verb) + " " + to_string(d.phase) + " " +
                    std::to_string(d.stage) + " " + std::to_string(d.weight) + " " + d.target + " " + d.rule;
  for (const Action& a : d.actions) all += " | " + std::to_string(a.id) + " " + to_string(a.step) + " " + a.artifact;
  for (const Reason& r : d.reasons)
    all += " | " + r.rule + " " + to_string(r.verdict) + " " + text(r.value) + " " + text(r.log_e_value) + r.detail;
  for (const std::string& f : d.findings) all += " | " + f;
  return all;
}

}  // namespace leeway::rollout::test

#endif
