// The way back.

#include <utility>

#include "rollout/machine.hpp"

namespace leeway::inline v1::rollout::detail {

void Machine::roll_back(Turn& turn, const Trigger& trigger) {
  const bool served = underlying() <= Phase::switched;
  if (!move(Move::rollback, turn)) return;
  desk_.close();
  answer_.reset();
  backup_.reset();
  turn.decision.actions.clear();
  recovery_.emplace(trigger.tier, policy_->state, served);
  going_back_since_ = turn.tick.at;
  verified_until_.reset();
  if (served)
    now_.weight = 0;
  else
    turn.find("rollback: the candidate keeps all traffic until the last known good artifact is verified");
  turn.say(Verb::rollback, trigger.rule);
  take_step(turn);
}

void Machine::go_back(Turn& turn, const std::optional<Trigger>& trigger) {
  turn.say(Verb::hold, "host");
  if (trigger && trigger->tier < recovery_->worst()) {
    recovery_->begin(trigger->tier);
    answer_.reset();
    verified_until_.reset();
    turn.say(Verb::rollback, trigger->rule);
    take_step(turn);
  } else {
    take_answer(turn);
  }
  if (recovery_->paged()) turn.find("rollback: every tier has failed, a person is needed");
}

void Machine::take_step(Turn& turn) {
  issue(recovery_->step(), turn, response(*policy_, recovery_->tier()), recovery_->attempt());
}

void Machine::take_answer(Turn& turn) {
  const Response& limits = response(*policy_, recovery_->tier());
  std::optional<Answer> answer = std::exchange(answer_, std::nullopt);
  if (answer && answer->success && recovery_->step() == Step::verify && is_fingerprint(*answer, turn))
    verified_until_ = answer->action.deadline;
  if (verified_until_) {
    if (is_back(turn)) return arrive(turn);
    if (turn.tick.at < *verified_until_) return;
    if (stray_weight(turn.tick)) recovery_->stray();
  } else if (!answer) {
    return;
  } else if (answer->success && recovery_->step() != Step::verify) {
    recovery_->succeed();
    return take_step(turn);
  } else if (!answer->success) {
    turn.find(failure_of(*answer));
  }
  verified_until_.reset();
  const Tier tier = recovery_->tier();
  recovery_->fail(limits.attempts);
  if (recovery_->tier() != tier) turn.say(Verb::rollback, "host");
  take_step(turn);
}

// Verified by the host: what else is known?
bool Machine::is_back(Turn& turn) const {
  const bool live = stray_weight(turn.tick).has_value();
  if (live) turn.find("verify: the candidate still reports traffic");
  const bool known = fleet_.is_back(going_back_since_);
  if (!known && turn.tick.at >= *verified_until_)
    turn.find("verify: not every member of the fleet reports the last known good artifact");
  return known && !live;
}

// Without a fingerprint and a fleet there is but the host's word.
void Machine::arrive(Turn& turn) {
  verified_until_.reset();
  move(Move::confirm_rolled_back, turn);
  now_.weight = 0;
  if (policy_->last_known_good.fingerprint.empty() && fleet_.empty())
    turn.find("verify: neither a fingerprint nor a fleet, only the host's word");
}

bool Machine::is_fingerprint(const Answer& answer, Turn& turn) const {
  const std::string& wanted = policy_->last_known_good.fingerprint;
  if (wanted.empty() || answer.detail == wanted) return true;
  turn.find("verify: expected the fingerprint " + wanted + ", found " + answer.detail);
  return false;
}

}  // namespace leeway::inline v1::rollout::detail
