// What people order.

#include "rollout/machine.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

const char* to_string(Order order) noexcept {
  switch (order) {
    case Order::start: return "start";
    case Order::pause: return "pause";
    case Order::resume: return "resume";
    case Order::rollback: return "rollback";
    case Order::terminate: return "terminate";
  }
  return "unknown";
}

std::string refusal(const OperatorOrder& order, Phase phase) {
  return std::string("order to ") + to_string(order.order) + " by " + order.operator_name +
         " ignored: " + rollout::to_string(phase);
}

}  // namespace

void Machine::obey(Turn& turn) {
  for (const OperatorOrder& order : turn.tick.orders) obey(order, turn);
}

void Machine::obey(const OperatorOrder& order, Turn& turn) {
  const Phase phase = now_.phase;
  if (order.order == Order::start && phase == Phase::pending) {
    wants_start_ = true;
  } else if (order.order == Order::pause && is_legal(Move::pause)) {
    pause(turn, "operator");
  } else if (order.order == Order::resume && phase == Phase::paused) {  // never past a gate
    resume(turn);
  } else if (order.order == Order::terminate && may_terminate()) {
    terminate(turn);
  } else if (order.order != Order::rollback || phase != Phase::rolling_back) {
    const bool cancels = order.order == Order::rollback && phase == Phase::pending;
    const bool undoes = order.order == Order::terminate && phase == Phase::rolling_back;
    turn.find(refusal(order, phase) + (cancels  ? "; it starts only when it is ordered to"
                                       : undoes ? "; a promotion is being undone"
                                                : ""));
    if (cancels) wants_start_ = false;
  }
}

void Machine::refuse_orders(Turn& turn) const {
  for (const OperatorOrder& order : turn.tick.orders)
    if (order.order != Order::rollback) turn.find(refusal(order, now_.phase));
}

void Machine::pause(Turn& turn, std::string_view rule) {
  interrupt(Move::pause, turn);
  now_.gate_passed = false;
  turn.say(Verb::pause, rule);
}

// A pause at a gate interrupts what the gate has interrupted, and closes it.
void Machine::interrupt(Move move, Turn& turn) {
  const Phase phase = underlying();
  if (now_.phase == phase) now_.interrupted_at = turn.tick.at;
  desk_.close();
  if (this->move(move, turn)) now_.interrupted = phase;
}

// What a person has seen pauses no more until it has been over once; overdue clocks start anew.
void Machine::resume(Turn& turn) {
  const bool seen = now_.phase == Phase::paused;
  const Duration away = turn.tick.at - now_.interrupted_at;
  if (!move(Move::resume, turn)) return;
  now_.since += away;
  now_.deadline_from += away;
  if (!seen) return;
  const auto reasons = turn.evaluation.rules;
  for (std::size_t i = 0; i < acknowledged_.size() && i < reasons.size(); ++i)
    acknowledged_[i] = acknowledged_[i] || reasons[i].verdict == Verdict::fail;
  if (is_overdue(turn.tick.at)) now_.deadline_from = turn.tick.at;
  now_.heard_at = turn.tick.at;
}

// While a promotion is being undone, neither artifact serves for sure, as in promoting.
bool Machine::may_terminate() const noexcept {
  return is_legal(Move::terminate) && (now_.phase != Phase::rolling_back || recovery_->served());
}

// Traffic goes back at once, while the last known good artifact still serves; after a promotion it stays.
void Machine::terminate(Turn& turn) {
  const Phase phase = underlying();
  if (!move(Move::terminate, turn)) return;
  desk_.close();
  actions_.drop();
  answer_.reset();
  kept_ = phase == Phase::promoted;
  if (phase == Phase::rolling_back) turn.find("terminated: the rollback was not verified");
  const bool gone = phase == Phase::rolling_back && recovery_->moved() && !stray_weight(turn.tick);
  if (phase == Phase::rolling_back ? !gone : phase >= Phase::shadow && phase <= Phase::switched) {
    now_.weight = 0;
    now_.confirmed = false;
    issue(Step::set_weight, turn, policy_->immediate);
  }
  turn.say(Verb::hold, "operator");
  turn.decision.target = (kept_ ? policy_->candidate : policy_->last_known_good).hash;
}

}  // namespace leeway::inline v1::rollout::detail
