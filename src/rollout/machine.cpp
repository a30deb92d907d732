#include "rollout/machine.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rollout/number_text.hpp"
#include "rollout/span_of_time.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr double kSameWeight = 1e-9;

std::string strange_weight(double found, double wanted) {
  std::string text = "traffic: the candidate reports a weight of ";
  append_number(text, found);
  text += " where it shall have ";
  append_number(text, wanted);
  return text;
}

}  // namespace

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
  fleet_.update(turn.tick, *policy_, decision.findings);
  turn.moving = actions_.is_at(Step::set_weight);
  if (auto answer = actions_.settle(turn.tick, decision.findings)) answer_ = std::move(answer);
  forget_acknowledged(turn.evaluation);
  watch_rest(turn);
}

void Machine::close(Turn& turn) const {
  using Expected = Fleet::Expected;
  const bool back = is_over() || verified_until_;
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

// Ended, and nothing shall go to the candidate.
bool Machine::is_over() const noexcept {
  return now_.phase == Phase::rolled_back || (now_.phase == Phase::terminated && !kept_);
}

// What the candidate is said to get beyond what it shall get; anything that is no number is no assurance.
std::optional<double> Machine::stray_weight(const Tick& tick) const {
  for (const auto& report : tick.candidate)
    if (!(report.value.weight <= now_.weight + kSameWeight)) return report.value.weight;
  return std::nullopt;
}

void Machine::watch_rest(Turn& turn) const {
  if (!is_over()) return;
  if (const auto weight = stray_weight(turn.tick)) turn.find(strange_weight(*weight, now_.weight));
}

// Whether both arms were heard, where traffic should be.
void Machine::note_data(Turn& turn) {
  const Phase phase = underlying();
  if (turn.evaluation.both_arms) now_.heard_at = turn.tick.at;
  if (phase < Phase::shadow || phase > Phase::switched) return;
  note_weights(turn);
  if (now_.phase == phase && now_.confirmed && turn.evaluation.both_arms) ++now_.data_ticks;
}

// Whether traffic is where the stage wants it, told by the host's answer or seen in the reports. Reports that speak
// against it win: what the tick shows is not of this stage. While the host is at it, they are no news.
void Machine::note_weights(Turn& turn) {
  const Phase phase = underlying();
  const bool copies = phase == Phase::shadow || phase == Phase::pre_switch;
  std::optional<double> other;
  for (const auto& report : turn.tick.candidate) {
    if (!report.value.slice.empty()) continue;
    const bool as_wanted = copies || std::fabs(report.value.weight - now_.weight) < kSameWeight;
    if (as_wanted)
      now_.confirmed = true;
    else
      other = report.value.weight;
  }
  if (answer_ && answer_->action.step == Step::set_weight && !answer_->timed_out) now_.confirmed = answer_->success;
  if (!other) return;
  now_.confirmed = false;
  if (!turn.moving) turn.find(strange_weight(*other, now_.weight));
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

// The same again until it is done. After its attempts a person is paged, again and again; once one is there, it begins
// anew.
void Machine::insist(Step step, const Answer& answer, Turn& turn, const Response& response) {
  const bool page = answer.action.step == Step::page_person;
  const bool give_up = !page && answer.action.attempt >= response.attempts;
  const bool anew = give_up || (page && answer.success);
  issue(give_up || (page && !answer.success) ? Step::page_person : step, turn, response,
        anew ? 1 : answer.action.attempt + 1);
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
