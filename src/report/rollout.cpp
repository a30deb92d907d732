#include "leeway/report/rollout.hpp"

#include <algorithm>
#include <vector>

#include "leeway/base/time_text.hpp"
#include "leeway/rollout/decision_json.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::number;
using detail::percent;
using detail::plural;
using detail::printable;
using rollout::Action;
using rollout::Decision;
using rollout::Phase;
using rollout::Reason;
using rollout::Step;
using rollout::Verb;
using rollout::Verdict;

constexpr std::string_view kPromotion = "promotion:";

/// Enough of a hash to know it by.
std::string brief(const std::string& hash) { return printable(hash.substr(0, 12)); }

std::string artifact_text(const rollout::Artifact& artifact) {
  return printable(artifact.name) + " (" + brief(artifact.hash) + ")";
}

std::string when(TimePoint at, std::uint64_t tick) { return time_text(at) + "  tick " + std::to_string(tick); }

// ---- reasons

const char* verdict_text(const Reason& reason) {
  const bool promotion = reason.rule.starts_with(kPromotion);
  switch (reason.verdict) {
    case Verdict::pass: return promotion ? "is proved" : "passes";
    case Verdict::fail: return "fails";
    case Verdict::inconclusive: return promotion ? "is not proved yet" : "fails, not for long enough yet";
    case Verdict::unknown: return "is unknown";
    case Verdict::not_enough_data: return "has not enough data";
  }
  return "is unknown";
}

/// What an e-value is held against, or a value.
std::string comparison_text(const Reason& reason) {
  std::string text;
  if (reason.value) text = (reason.log_e_value ? "difference " : "value ") + number(reason.value);
  if (reason.log_e_value) {
    text += (text.empty() ? "log e-value " : ", log e-value ") + number(reason.log_e_value);
  }
  if (!text.empty() && reason.threshold) text += ", limit " + number(reason.threshold);
  return text;
}

// ---- which reasons are told

int urgency(const Decision& decision, const Reason& reason) {
  if (reason.rule == decision.rule) return 0;
  if (reason.verdict == Verdict::fail) return 1;
  if (reason.verdict == Verdict::unknown) return 2;
  return 3;
}

bool is_evidence(const Reason& reason) { return reason.rule.starts_with(kPromotion); }

/// Once it goes back, why is known.
bool goes_back(const Decision& decision) {
  return decision.verb != Verb::rollback &&
         (decision.phase == Phase::rolling_back || decision.phase == Phase::rolled_back);
}

bool is_told(const Decision& decision, const Reason& reason) {
  if (goes_back(decision)) return false;
  if (reason.rule == decision.rule || reason.verdict == Verdict::fail) return true;
  if (decision.verb == Verb::promote) return is_evidence(reason);
  if (is_evidence(reason)) return false;
  return reason.verdict == Verdict::unknown || reason.verdict == Verdict::inconclusive;
}

std::vector<const Reason*> told(const Decision& decision) {
  std::vector<const Reason*> reasons;
  for (const Reason& reason : decision.reasons) {
    if (is_told(decision, reason)) reasons.push_back(&reason);
  }
  std::stable_sort(reasons.begin(), reasons.end(), [&decision](const Reason* a, const Reason* b) {
    return urgency(decision, *a) < urgency(decision, *b);
  });
  return reasons;
}

// ---- decisions

const char* verb_text(Verb verb) {
  switch (verb) {
    case Verb::continue_stage: return "go on";
    case Verb::advance: return "ADVANCE";
    case Verb::hold: return "hold";
    case Verb::promote: return "PROMOTE";
    case Verb::rollback: return "ROLL BACK";
    case Verb::pause: return "PAUSE";
    case Verb::ask_approval: return "ASK FOR APPROVAL";
  }
  return "hold";
}

std::string place_text(const Decision& decision, std::size_t stages) {
  std::string text = to_string(decision.phase);
  const bool in_stage = decision.phase == Phase::shadow || decision.phase == Phase::canary ||
                        decision.phase == Phase::pre_switch || decision.phase == Phase::switched ||
                        decision.phase == Phase::paused || decision.phase == Phase::awaiting_approval;
  if (in_stage) text += ", stage " + std::to_string(decision.stage + 1) + " of " + std::to_string(stages);
  const bool still = decision.phase == Phase::rolling_back && decision.weight > 0;  // it was the standard
  return text + (still ? ", candidate still gets " : ", candidate gets ") + percent(decision.weight);
}

std::string decision_text(const Decision& decision, std::size_t stages) {
  std::string text = verb_text(decision.verb);
  if (decision.tier) text += std::string(" (") + to_string(*decision.tier) + ")";
  if (!decision.rule.empty()) text += " by " + printable(decision.rule);
  text += ": " + place_text(decision, stages);
  if (!decision.target.empty()) text += ", back to " + brief(decision.target);
  return text;
}

std::string action_text(const Action& action) {
  std::string text = "action " + std::to_string(action.id) + ", " + to_string(action.step);
  if (action.step == Step::set_weight) text += " " + percent(action.weight);
  if (!action.artifact.empty()) text += " " + brief(action.artifact);
  if (action.attempt > 1) text += ", attempt " + std::to_string(action.attempt);
  return text + ", answer by " + time_text(action.deadline);
}

void append(std::string& text, const char* label, const std::string& line) {
  text.append("    ").append(label).append(line).append("\n");
}

std::string details_text(const Decision& decision) {
  std::string text;
  for (const Reason* reason : told(decision)) append(text, "why   ", to_text(*reason));
  for (const Action& action : decision.actions) append(text, "do    ", action_text(action));
  for (const std::string& finding : decision.findings) append(text, "note  ", printable(finding));
  return text;
}

/// All that makes a decision news: no times, no numbers that change from tick to tick.
std::string essence(const Decision& decision, std::size_t stages) {
  std::string text = decision_text(decision, stages);
  for (const Reason& reason : decision.reasons) {
    if (!goes_back(decision) && (reason.verdict == Verdict::fail || reason.verdict == Verdict::unknown))
      text += "\n" + reason.rule + to_string(reason.verdict);
  }
  for (const std::string& finding : decision.findings) text += "\n" + finding;
  return text;
}

bool is_outcome(Verb verb) { return verb == Verb::promote || verb == Verb::rollback || verb == Verb::pause; }

}  // namespace

std::string to_text(const Reason& reason) {
  std::string text = printable(reason.rule) + " " + verdict_text(reason);
  if (!reason.detail.empty()) text += " (" + printable(reason.detail) + ")";
  const std::string comparison = comparison_text(reason);
  if (!comparison.empty()) text += ": " + comparison;
  if (!reason.test.empty()) text += ", " + std::string(reason.test);
  text +=
      "; baseline " + std::to_string(reason.baseline_count) + ", candidate " + std::to_string(reason.candidate_count);
  if (reason.failing_ticks > 0) text += "; failing for " + plural(reason.failing_ticks, "tick");
  return text;
}

RolloutReport::RolloutReport(const rollout::Policy& policy)
    : title_(printable(policy.name) + ": candidate " + artifact_text(policy.candidate) + ", last known good " +
             artifact_text(policy.last_known_good)),
      stages_(policy.stages.size()) {}

void RolloutReport::end_run() {
  if (run_length_ < 2) return;
  std::string ticks = std::to_string(run_length_ - 1);
  lines_ += when(last_->at, last_->tick) + "  ... the same " +
            (run_length_ == 2 ? "once more" : ticks + " times more") + " since " + time_text(run_begin_) + "\n";
}

void RolloutReport::add(const Decision& decision) {
  json_ += (count_ == 0 ? "" : ",\n  ") + rollout::to_json(decision);
  ++count_;
  std::string now = essence(decision, stages_);
  if (now != same_ || !decision.actions.empty()) {
    end_run();
    lines_ +=
        when(decision.at, decision.tick) + "  " + decision_text(decision, stages_) + "\n" + details_text(decision);
    same_ = std::move(now);
    run_begin_ = decision.at;
    run_length_ = 0;
  }
  ++run_length_;
  const bool news = !outcome_ || outcome_->verb != decision.verb || !last_ || last_->verb != decision.verb;
  if (is_outcome(decision.verb) && news) outcome_ = decision;
  last_ = decision;
}

std::string RolloutReport::text() const {
  if (!last_) return title_ + "\nNo tick, no decision.\n";
  std::string text = title_ + "\nAfter " + plural(count_, "tick") + ", at " + time_text(last_->at) + ": " +
                     place_text(*last_, stages_) + ".\n";
  if (outcome_) {
    text += "Decided at " + time_text(outcome_->at) + ", tick " + std::to_string(outcome_->tick) + ": " +
            decision_text(*outcome_, stages_) + ".\n" + details_text(*outcome_);
  }
  RolloutReport ended = *this;
  ended.end_run();
  return text + "\n" + ended.lines_;
}

std::string RolloutReport::json() const {
  return std::string("{\"format\":\"leeway.rollout\",\"version\":1,\"final_phase\":\"") + to_string(final_phase()) +
         "\",\n \"decisions\":[\n  " + json_ + "]}\n";
}

Phase RolloutReport::final_phase() const noexcept { return last_ ? last_->phase : Phase::pending; }

}  // namespace leeway::inline v1::report
