#include "rollout/machine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rollout/span_of_time.hpp"

namespace leeway::inline v1::rollout::detail {

Machine::Machine(const Policy& policy)
    : policy_(&policy), actions_(policy.attempt), desk_(policy.attempt), acknowledged_(policy.rules.size()) {}

Phase Machine::underlying() const noexcept {
  return now_.phase == Phase::paused || now_.phase == Phase::awaiting_approval ? now_.interrupted : now_.phase;
}

Place Machine::place() const noexcept {
  if (underlying() == Phase::pending && !policy_->stages.empty()) return {policy_->stages.front().phase, 0};
  return {underlying(), now_.stage};
}

Decision Machine::step(const Tick& tick, const Evaluation& evaluation, bool may_advance) {
  Turn turn{tick, evaluation, may_advance};
  open(turn);
  const bool rejected = desk_.hear(tick, turn.decision.findings);
  note_data(turn);
  const std::optional<Trigger> trigger = reason_to_go_back(turn, rejected);
  if (trigger && is_legal(Move::rollback)) {
    roll_back(turn, *trigger);
    refuse_orders(turn);
  } else if (now_.phase == Phase::rolling_back) {
    obey(turn);
    if (now_.phase == Phase::rolling_back) go_back(turn, trigger);
  } else {
    obey(turn);
    act(turn);
    // What it has started with may have failed already.
    if (trigger && is_legal(Move::rollback)) roll_back(turn, *trigger);
  }
  close(turn);
  return std::move(turn.decision);
}

void Machine::open(Turn& turn) {
  Decision& decision = turn.decision;
  decision.tick = ticks_++;
  decision.at = turn.tick.at;
  decision.reasons.reserve(turn.evaluation.rules.size() + turn.evaluation.promotion.size());
  decision.reasons.assign(turn.evaluation.rules.begin(), turn.evaluation.rules.end());
  decision.reasons.insert(decision.reasons.end(), turn.evaluation.promotion.begin(), turn.evaluation.promotion.end());
  decision.findings.assign(turn.evaluation.ignored.begin(), turn.evaluation.ignored.end());
  backup_.reset();
  fleet_.update(turn.tick, *policy_, now_.phase == Phase::rolling_back, decision.findings);
  if (auto answer = actions_.settle(turn.tick, decision.findings)) answer_ = std::move(answer);
  forget_acknowledged(turn.evaluation);
}

void Machine::close(Turn& turn) const {
  using Expected = Fleet::Expected;
  const bool back = now_.phase == Phase::rolled_back || (now_.phase == Phase::terminated && !kept_) || verified_until_;
  const bool done = now_.phase == Phase::promoted || kept_;
  fleet_.inspect(back ? Expected::good : done ? Expected::candidate : Expected::either, turn.decision.findings);
  show_position(turn.decision);
}

void Machine::show_position(Decision& decision) const {
  decision.phase = now_.phase;
  decision.stage = now_.stage;
  decision.weight = now_.weight;
  if (now_.phase != Phase::rolling_back) return;
  decision.tier = recovery_->tier();
  decision.target = policy_->last_known_good.hash;
}

// Whether traffic is where the stage wants it, told by the host's answer or seen in the reports; and whether both arms
// were heard.
void Machine::note_data(const Turn& turn) {
  const Phase phase = underlying();
  if (turn.evaluation.both_arms) now_.heard_at = turn.tick.at;
  if (phase < Phase::shadow || phase > Phase::switched) return;
  const bool copies = phase == Phase::shadow || phase == Phase::pre_switch;
  const bool seen = std::any_of(turn.tick.candidate.begin(), turn.tick.candidate.end(), [&](const auto& report) {
    return report.value.slice.empty() && (copies || std::fabs(report.value.weight - now_.weight) < 1e-9);
  });
  if (seen) now_.confirmed = true;
  if (answer_ && answer_->action.step == Step::set_weight && !answer_->timed_out) now_.confirmed = answer_->success;
  if (now_.phase == phase && now_.confirmed && turn.evaluation.both_arms) ++now_.data_ticks;
}

bool Machine::move(Move move, Turn& turn) {
  const std::optional<Phase> next = after(now_.phase, move, now_.interrupted);
  if (next)
    now_.phase = *next;
  else
    turn.find(std::string("no ") + to_string(move) + " from " + to_string(now_.phase));
  return next.has_value();
}

void Machine::issue(Step step, Turn& turn, const Response& response, std::uint32_t attempt) {
  Action action;
  action.step = step;
  action.attempt = attempt;
  action.weight = now_.weight;
  const bool forwards = now_.phase != Phase::rolling_back && now_.phase != Phase::terminated;
  action.artifact = (forwards ? policy_->candidate : policy_->last_known_good).hash;
  action.deadline = later(turn.tick.at, response.timeout);
  if (now_.phase == Phase::rolling_back) action.tier = recovery_->tier();
  actions_.issue(std::move(action), turn.decision);
}

void Machine::act(Turn& turn) {
  switch (now_.phase) {
    case Phase::pending: return start(turn);
    case Phase::awaiting_approval: return await(turn);
    case Phase::shadow:
    case Phase::canary:
    case Phase::pre_switch:
    case Phase::switched: return run_stage(turn);
    case Phase::promoting: return finish_promotion(turn);
    case Phase::promoted: return guard(turn);
    case Phase::terminated: settle_weight(turn); break;
    case Phase::paused:
    case Phase::rolling_back:
    case Phase::rolled_back: break;
  }
}

bool Machine::withhold(Decision& decision) {
  if (!backup_) return false;
  now_ = backup_->position;
  actions_ = backup_->actions;
  backup_.reset();
  decision.verb = Verb::hold;
  decision.rule = "journal";
  decision.actions.clear();
  show_position(decision);
  return true;
}

}  // namespace leeway::inline v1::rollout::detail
