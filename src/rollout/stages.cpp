// The way forwards.

#include <utility>

#include "rollout/machine.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

Move begin_of(Phase phase) noexcept {
  switch (phase) {
    case Phase::shadow: return Move::begin_shadow;
    case Phase::pre_switch: return Move::begin_pre_switch;
    case Phase::switched: return Move::begin_switched;
    default: return Move::begin_canary;
  }
}

// Of answers that people see; copies of requests are no traffic.
double live_weight(const Stage& stage) noexcept {
  if (stage.phase == Phase::canary) return stage.weight;
  return stage.phase == Phase::switched ? 1 : 0;
}

}  // namespace

void Machine::start(Turn& turn) {
  const bool strange = fleet_.has_stranger();
  turn.say(Verb::hold, strange ? "host" : "");
  if (!strange && wants_start_ && !policy_->stages.empty()) go_on(turn);
}

void Machine::await(Turn& turn) {
  if (const auto rule = reason_to_pause(turn)) return pause(turn, *rule);
  if (!desk_.has_approval()) {
    std::string_view by;
    const bool late = timed_out(turn, by).has_value();
    if (late) turn.find(std::string(by) + ": the time is over, and it is still waiting for approval");
    return turn.say(Verb::hold, late ? by : "gate");
  }
  resume(turn);
  desk_.close();
  now_.gate_passed = true;
  act(turn);
}

void Machine::run_stage(Turn& turn) {
  settle_weight(turn);
  if (const auto rule = reason_to_pause(turn)) return pause(turn, *rule);
  if (is_finished(turn)) return go_on(turn);
  std::string_view by;
  if (timed_out(turn, by))
    turn.find(std::string(by) + ": the time is over, stage " + std::to_string(now_.stage) + " holds");
  if (const auto rule = reason_to_hold(turn)) return turn.say(Verb::hold, *rule);
  const bool fine = now_.confirmed && !fleet_.has_stranger();
  turn.say(fine ? Verb::continue_stage : Verb::hold, fine ? "" : "host");
}

// Tells traffic again where to go, if it was not heard.
void Machine::settle_weight(Turn& turn) {
  if (!answer_) return;
  const Answer answer = *std::exchange(answer_, std::nullopt);
  const bool page = answer.action.step == Step::page_person;
  if (!page && (answer.action.step != Step::set_weight || answer.success)) return;
  if (now_.confirmed && (page || answer.timed_out)) return;
  if (!answer.success) turn.find(failure_of(answer));
  if (page || answer.action.attempt >= policy_->immediate.attempts)
    turn.find("set_weight: every attempt has failed, a person is needed");
  insist(Step::set_weight, answer, turn, policy_->immediate);
}

// The next stage or the promotion, or the gate before it.
void Machine::go_on(Turn& turn) {
  const std::size_t next = now_.phase == Phase::pending ? 0 : now_.stage + 1;
  const bool is_last = next == policy_->stages.size();
  const auto& gate = is_last ? policy_->promotion_gate : policy_->stages[next].gate;
  if (gate && !now_.gate_passed) {
    interrupt(Move::ask_approval, turn);
    desk_.open(next, *gate, turn.tick.at);
    return turn.say(Verb::ask_approval, "gate");
  }
  if (!turn.may_advance) return turn.say(Verb::hold, "journal");
  Backup backup{now_, actions_};
  if (is_last)
    promote(turn);
  else
    begin_stage(next, turn);
  backup_ = std::move(backup);
}

void Machine::begin_stage(std::size_t stage, Turn& turn) {
  const bool first = now_.phase == Phase::pending;
  if (!move(begin_of(policy_->stages[stage].phase), turn)) return turn.say(Verb::hold, "host");
  now_.stage = stage;
  now_.weight = live_weight(policy_->stages[stage]);
  now_.since = now_.deadline_from = turn.tick.at;
  if (first) now_.heard_at = turn.tick.at;
  now_.data_ticks = 0;
  now_.confirmed = now_.gate_passed = false;
  issue(Step::set_weight, turn, policy_->immediate);
  turn.say(Verb::advance);
}

void Machine::promote(Turn& turn) {
  if (!move(Move::promote, turn)) return turn.say(Verb::hold, "host");
  now_.weight = 1;
  issue(Step::make_standard, turn, policy_->rapid);
  turn.say(Verb::promote);
}

// A promotion that the host cannot finish is not undone for that alone: the candidate is good, and guarded. A person is
// paged, until it is done or rolled back.
void Machine::finish_promotion(Turn& turn) {
  if (const auto rule = reason_to_pause(turn)) return pause(turn, *rule);
  turn.say(Verb::continue_stage);
  if (!answer_) return;
  const Answer answer = *std::exchange(answer_, std::nullopt);
  const bool page = answer.action.step == Step::page_person;
  if (answer.success && !page) {
    move(Move::confirm_promoted, turn);
    return turn.say(Verb::continue_stage, "host");
  }
  if (!answer.success) turn.find(failure_of(answer));
  turn.say(Verb::hold, "host");
  insist(Step::make_standard, answer, turn, policy_->rapid);
}

void Machine::guard(Turn& turn) {
  answer_.reset();
  if (const auto rule = reason_to_pause(turn)) return pause(turn, *rule);
  const auto rule = reason_to_hold(turn);
  turn.say(rule ? Verb::hold : Verb::continue_stage, rule ? *rule : "");
}

}  // namespace leeway::inline v1::rollout::detail
