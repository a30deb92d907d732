#include "cli/rollout_policy.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/options.hpp"
#include "cli/text_table.hpp"
#include "cli/wording.hpp"
#include "leeway/base/duration_text.hpp"
#include "leeway/report/quantity_text.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/store/policy_file.hpp"

namespace leeway::cli {
namespace {

using namespace rollout;
using report::number_text;

std::string percent(double share) { return number_text(100 * share) + " %"; }

std::string listed_numbers(const std::vector<double>& numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : ", ") + number_text(number);
  return text;
}

const Metric& metric_of(const Policy& policy, const std::string& name) {
  return *std::find_if(policy.metrics.begin(), policy.metrics.end(),
                       [&](const Metric& metric) { return metric.name == name; });
}

// ---- when a rule fails

struct PersistenceText {
  std::string operator()(const Sustained& sustained) const {
    return sustained.duration == Duration(0) ? "" : ", for " + duration_text(sustained.duration);
  }
  std::string operator()(const Consecutive& consecutive) const {
    return ", " + counted(consecutive.ticks, "tick") + " in a row";
  }
  std::string operator()(const MOfN& count) const {
    return ", in " + std::to_string(count.m) + " of the last " + counted(count.n, "tick");
  }
};

std::string limit_text(const ThresholdTest& test) {
  switch (test.against) {
    case Against::absolute: return number_text(test.limit);
    case Against::ratio: return number_text(test.limit) + " x baseline";
    case Against::difference: break;
  }
  if (test.limit == 0) return "baseline";
  return "baseline " + std::string(test.limit < 0 ? "- " : "+ ") +
         number_text(test.limit < 0 ? -test.limit : test.limit);
}

struct ConditionText {
  const Policy& policy;

  std::string operator()(const ThresholdTest& test) const {
    const Metric& metric = metric_of(policy, test.statistic.metric);
    std::string text;
    if (test.statistic.quantile) text = "p" + number_text(100 * *test.statistic.quantile) + " of ";
    return text + printable(metric.name) + (metric.worse == Worse::higher ? " above " : " below ") + limit_text(test) +
           std::visit(PersistenceText{}, test.persistence);
  }

  std::string operator()(const StatisticalTest& test) const {
    const Metric& metric = metric_of(policy, test.metric);
    const char* direction = metric.worse == Worse::higher ? " proved higher" : " proved lower";
    std::string text = printable(metric.name) + direction;
    if (!test.thresholds.empty()) text = printable(metric.name) + " proved worse at " + listed_numbers(test.thresholds);
    if (test.margin > 0) text += " by more than " + number_text(test.margin);
    return text + (test.slices ? ", as a whole or in a slice" : "");
  }

  std::string operator()(const BurnRateTest& test) const {
    std::string text = printable(test.metric) + " burns the budget of " + percent(test.objective);
    const char* separator = " ";
    for (const BurnWindow& window : test.windows)
      text += std::exchange(separator, ", or ") + number_text(window.factor) + " times too fast over " +
              duration_text(window.long_window) + " and " + duration_text(window.short_window);
    return text;
  }

  std::string operator()(const CircuitBreakerTest& test) const {
    return printable(test.metric) + ": bad are " + percent(test.limit) + " or more of at least " +
           grouped(test.minimum_count) + " requests of " + counted(test.window_ticks, "tick");
  }

  std::string operator()(const SampleRatioTest& test) const {
    return "the arms' counts of " + printable(test.metric) + " do not fit their weights";
  }
};

std::string effect_text(const Rule& rule) {
  switch (rule.effect) {
    case Effect::rollback: return std::string("rolls back, ") + to_string(rule.tier);
    case Effect::pause: return "pauses";
    case Effect::hold: return "holds the ramp";
    case Effect::report: return "reports";
  }
  return "";
}

std::string rules_text(const Policy& policy) {
  std::vector<std::vector<std::string>> rows{{"rule", "does", "when", "false alarms"}};
  for (const Rule& rule : policy.rules) {
    const double alpha = spent_alpha(rule);
    rows.push_back({printable(rule.name), effect_text(rule), condition_text(policy, rule),
                    alpha > 0 ? "at most " + percent(alpha) : "not promised"});
  }
  return text_table(rows);
}

// ---- stages

const char* served_text(Phase phase) {
  switch (phase) {
    case Phase::shadow: return "copies of requests";
    case Phase::pre_switch: return "nothing; it is warm";
    case Phase::switched: return "all traffic";
    default: return "";
  }
}

std::string on_timeout_text(OnTimeout action) {
  switch (action) {
    case OnTimeout::hold: return "waits on";
    case OnTimeout::pause: return "pauses";
    case OnTimeout::rollback: return "rolls back";
  }
  return "";
}

std::string gate_text(const std::optional<Gate>& gate) {
  if (!gate) return "";
  return counted(gate->approvals, "approval") + "; after " + duration_text(gate->timeout) + " " +
         on_timeout_text(gate->on_timeout);
}

std::string stages_text(const Policy& policy) {
  std::vector<std::vector<std::string>> rows{
      {"stage", "phase", "the candidate gets", "at least", "begins with", "deadline"}};
  for (std::size_t i = 0; i < policy.stages.size(); ++i) {
    const Stage& stage = policy.stages[i];
    const std::string served =
        stage.phase == Phase::canary ? percent(stage.weight) + " of traffic" : served_text(stage.phase);
    const std::string time = stage.minimum > Duration(0) ? duration_text(stage.minimum) + ", " : "";
    rows.push_back(
        {std::to_string(i), to_string(stage.phase), served, time + counted(stage.minimum_ticks, "tick"),
         gate_text(stage.gate),
         stage.deadline ? duration_text(*stage.deadline) + ", then " + on_timeout_text(stage.on_deadline) : ""});
  }
  std::string proof;
  for (const NonInferiority& evidence : policy.promotion)
    proof += (proof.empty() ? "" : ", ") + printable(evidence.metric) + " worse by less than " +
             number_text(evidence.margin) +
             (evidence.thresholds.empty() ? "" : " at " + listed_numbers(evidence.thresholds));
  const std::string gate = gate_text(policy.promotion_gate);
  return text_table(rows) + "promotion, once it is proved: " + proof + (gate.empty() ? "" : "; " + gate) + '\n';
}

// ---- rollback

std::string artifact_text(const Artifact& artifact) {
  return printable(artifact.name) + " (" + artifact.hash.substr(0, 12) + ")";
}

std::string response_text(const char* tier, const Response& response) {
  return std::string(tier) + " (" + counted(response.attempts, "attempt") + " of " + duration_text(response.timeout) +
         ")";
}

std::string state_text(StateHandling state) {
  switch (state) {
    case StateHandling::stateless: return "there is no state to restore";
    case StateHandling::stateful: return "the checkpoint is restored";
    case StateHandling::feedback_loop: return "the training data of the time are put aside";
  }
  return "";
}

std::string rollback_text(const Policy& policy) {
  const bool known = !policy.last_known_good.fingerprint.empty();
  const std::string verified = known ? "its fingerprint on the probe set is back and every member of the fleet that "
                                       "reports says its hash"
                                     : "the host says so and every member of the fleet that reports says its hash";
  const std::string warning =
      known ? "" : "Without a fingerprint, and where no fleet reports, that is the host's word alone.\n";
  return "A rollback goes to " + artifact_text(policy.last_known_good) + ", and is done once " + verified + "; " +
         state_text(policy.state) + ".\n" + warning +
         "It starts in its rule's tier and goes on where that fails: " + response_text("immediate", policy.immediate) +
         ", " + response_text("rapid", policy.rapid) + ", " + response_text("delayed", policy.delayed) +
         ", a person.\n";
}

std::string promise_text(const Policy& policy) {
  const bool unpromised = std::any_of(policy.rules.begin(), policy.rules.end(), [](const Rule& rule) {
    return rule.effect == Effect::rollback && spent_alpha(rule) == 0;
  });
  return "A candidate that is not worse is rolled back by statistical rules with a probability of at most " +
         percent(spent_on_rollbacks(policy)) + " over the whole rollout (budget " +
         percent(policy.false_rollback_budget.value()) + ")" + (unpromised ? "; other rules promise none.\n" : ".\n") +
         "One that is worse by a margin is promoted with a probability of at most " +
         percent(policy.false_promotion.value()) + ".\n";
}

/// What waits for a person, whatever the numbers are.
std::string people_text(const Policy& policy) {
  std::vector<std::string> waits;
  for (std::size_t i = 0; i < policy.stages.size(); ++i) {
    if (policy.stages[i].gate) waits.push_back("to begin stage " + std::to_string(i));
  }
  if (policy.promotion_gate) waits.emplace_back("to promote");
  waits.emplace_back("to go on after a pause");
  waits.emplace_back("to terminate");
  waits.emplace_back("to try again after a rollback");
  return "Never decided by the machine: " + joined(waits) +
         ".\nUnknown is never a pass: without data of both arms for " + duration_text(policy.silence.after) + " it " +
         on_timeout_text(policy.silence.effect) + ".\n";
}

}  // namespace

std::string condition_text(const Policy& policy, const Rule& rule) {
  return std::visit(ConditionText{policy}, rule.test);
}

std::string policy_text(const Policy& policy) {
  return printable(policy.name) + ": " + artifact_text(policy.candidate) + " in the place of " +
         artifact_text(policy.last_known_good) + ", attempt " + std::to_string(policy.attempt) + "\n\n" +
         stages_text(policy) + '\n' + rules_text(policy) + '\n' + promise_text(policy) + rollback_text(policy) +
         people_text(policy);
}

Result<Policy> open_policy(const std::string& path) {
  if (path == "-") return usage_error("POLICY", "expected the path of a policy, found -");
  auto policy = store::load_policy(path);
  if (policy || policy.error().code == ErrorCode::not_found || policy.error().code == ErrorCode::io) return policy;
  Error error = std::move(policy).error();
  error.code = ErrorCode::invalid_argument;
  return error;
}

}  // namespace leeway::cli
