// Why a rollout goes back, pauses or holds.

#include <algorithm>

#include "rollout/machine.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

bool is_stage(Phase phase) noexcept { return phase >= Phase::shadow && phase <= Phase::switched; }

}  // namespace

// In order of urgency, then of the rules, then of what else there is.
std::optional<Machine::Trigger> Machine::reason_to_go_back(const Turn& turn, bool rejected) const {
  std::optional<Trigger> worst;
  const auto consider = [&worst](Tier tier, std::string_view rule) {
    if (!worst || tier < worst->tier) worst = Trigger{tier, rule};
  };
  const auto reasons = turn.evaluation.rules;
  for (std::size_t i = 0; i < reasons.size() && i < policy_->rules.size(); ++i) {
    const Rule& rule = policy_->rules[i];
    if (rule.effect == Effect::rollback && reasons[i].verdict == Verdict::fail) consider(rule.tier, rule.name);
  }
  const bool ordered = std::any_of(turn.tick.orders.begin(), turn.tick.orders.end(),
                                   [](const OperatorOrder& order) { return order.order == Order::rollback; });
  if (ordered && now_.phase != Phase::pending) consider(Tier::immediate, "operator");
  if (rejected) consider(Tier::rapid, "approval");
  std::string_view by;
  if (timed_out(turn, by) == OnTimeout::rollback) consider(Tier::rapid, by);
  return worst;
}

std::optional<std::string_view> Machine::reason_to_pause(const Turn& turn) const {
  const auto reasons = turn.evaluation.rules;
  for (std::size_t i = 0; i < reasons.size() && i < policy_->rules.size(); ++i)
    if (policy_->rules[i].effect == Effect::pause && reasons[i].verdict == Verdict::fail && !acknowledged_[i])
      return policy_->rules[i].name;
  std::string_view by;
  if (timed_out(turn, by) == OnTimeout::pause) return by;
  return std::nullopt;
}

// Whatever is not a pass, and not only reported.
std::optional<std::string_view> Machine::reason_to_hold(const Turn& turn) const {
  const auto reasons = turn.evaluation.rules;
  for (std::size_t i = 0; i < policy_->rules.size(); ++i) {
    if (policy_->rules[i].effect == Effect::report) continue;
    if (i >= reasons.size() || reasons[i].verdict != Verdict::pass) return policy_->rules[i].name;
  }
  std::string_view by;
  if (timed_out(turn, by)) return by;
  return std::nullopt;
}

// The strictest answer to anything whose time is over; `by` names it.
std::optional<OnTimeout> Machine::timed_out(const Turn& turn, std::string_view& by) const {
  std::optional<OnTimeout> strictest;
  const auto consider = [&](std::optional<OnTimeout> effect, std::string_view name) {
    if (!effect || (strictest && *effect <= *strictest)) return;
    strictest = effect;
    by = name;
  };
  if (now_.phase == Phase::awaiting_approval) consider(desk_.timed_out(turn.tick.at), "gate");
  if (is_silent(turn.tick.at)) consider(policy_->silence.effect, "silence");
  if (is_overdue(turn.tick.at) && !is_finished(turn)) consider(policy_->stages[now_.stage].on_deadline, "deadline");
  return strictest;
}

// After a promotion there is no baseline to be heard: only stages are silent.
bool Machine::is_silent(TimePoint now) const noexcept {
  return is_stage(underlying()) && now - now_.heard_at >= policy_->silence.after;
}

// The time of an interruption does not count.
bool Machine::is_overdue(TimePoint now) const noexcept {
  if (!is_stage(now_.phase)) return false;
  const Stage& stage = policy_->stages[now_.stage];
  return stage.deadline && now - now_.deadline_from >= *stage.deadline;
}

bool Machine::is_proved(const Evaluation& evaluation) const noexcept {
  return !policy_->promotion.empty() && evaluation.promotion.size() == policy_->promotion.size() &&
         std::all_of(evaluation.promotion.begin(), evaluation.promotion.end(),
                     [](const Reason& reason) { return reason.verdict == Verdict::pass; });
}

bool Machine::is_finished(const Turn& turn) const {
  const Stage& stage = policy_->stages[now_.stage];
  const auto passes = [](const Rule& rule, const Reason& reason) {
    return rule.effect == Effect::report || reason.verdict == Verdict::pass;
  };
  const auto reasons = turn.evaluation.rules;
  const bool last = now_.stage + 1 == policy_->stages.size();
  return now_.confirmed && !fleet_.has_stranger() && turn.evaluation.both_arms &&
         now_.data_ticks >= stage.minimum_ticks && turn.tick.at - now_.since >= stage.minimum &&
         reasons.size() == policy_->rules.size() &&
         std::equal(policy_->rules.begin(), policy_->rules.end(), reasons.begin(), passes) &&
         (!last || is_proved(turn.evaluation));
}

void Machine::forget_acknowledged(const Evaluation& evaluation) {
  for (std::size_t i = 0; i < acknowledged_.size(); ++i)
    if (i >= evaluation.rules.size() || evaluation.rules[i].verdict != Verdict::fail) acknowledged_[i] = false;
}

}  // namespace leeway::inline v1::rollout::detail
