#include "rollout/drill_host.hpp"

#include <algorithm>
#include <array>

namespace leeway::inline v1::rollout::detail {
namespace {

/// A hash that is neither.
std::string foreign_hash(const Policy& policy) {
  std::string hash = policy.candidate.hash;
  for (const char digit : {'0', '1', '2'}) {
    hash.back() = digit;
    if (hash != policy.candidate.hash && hash != policy.last_known_good.hash) break;
  }
  return hash;
}

bool runs_stage(Phase phase) noexcept { return phase >= Phase::shadow && phase <= Phase::switched; }

}  // namespace

DrillHost::DrillHost(const Policy& policy, const DrillOptions& options)
    : policy_(policy), options_(options), foreign_(foreign_hash(policy)) {}

void DrillHost::hear(const Decision& decision) {
  open_.insert(open_.end(), decision.actions.begin(), decision.actions.end());
  if (decision.verb == Verb::ask_approval) asked_ = placement_.phase == Phase::pending ? 0 : decision.stage + 1;
  placement_.weight = decision.weight;
  const bool interrupted = decision.phase == Phase::paused || decision.phase == Phase::awaiting_approval;
  if (!interrupted) placement_.phase = decision.phase;
}

void DrillHost::answer(Tick& tick, const ActiveFaults& faults) {
  for (const Action& action : open_) answer_action(action, tick);
  open_.clear();
  if (options_.approve && asked_) approve(tick);
  report_fleet(tick, faults);
}

void DrillHost::answer_action(const Action& action, Tick& tick) {
  if (action.step == Step::verify) {
    tick.results.push_back({action.id, is_back_, is_back_ ? policy_.last_known_good.fingerprint : "it is not back"});
    return;
  }
  const bool of_tier = action.tier && action.step != Step::page_person;
  const Answer how = of_tier ? options_.tiers[static_cast<std::size_t>(*action.tier)] : Answer::succeed;
  if (how == Answer::time_out) return;
  const bool success = how == Answer::succeed;
  const bool person = action.step == Step::page_person;
  person_ = person_ || person;
  const bool moves = action.step == Step::switch_to_standby || action.step == Step::redeploy;
  if (person || (moves && success)) is_back_ = true;
  tick.results.push_back({action.id, success, success ? "" : "the drill lets it fail"});
}

void DrillHost::approve(Tick& tick) {
  const bool promotion = *asked_ == policy_.stages.size();
  const auto& gate = promotion ? policy_.promotion_gate : policy_.stages[*asked_].gate;
  for (std::uint32_t i = 0; gate && i < gate->approvals; ++i) {
    Approval approval;
    approval.stage = *asked_;
    approval.approver = "person " + std::to_string(i + 1);
    approval.verdict = ApprovalVerdict::approve;
    approval.context = "drill";
    approval.attempt = policy_.attempt;
    tick.approvals.push_back(std::move(approval));
  }
  asked_.reset();
}

void DrillHost::report_fleet(Tick& tick, const ActiveFaults& faults) const {
  constexpr std::array kMembers{"host 1", "host 2", "host 3"};
  const bool promoted = placement_.phase == Phase::promoting || placement_.phase == Phase::promoted;
  const bool swapped =
      std::any_of(faults.begin(), faults.end(), [](const Fault* fault) { return fault->kind == FaultKind::swap_hash; });
  const bool served = placement_.weight > 0 || promoted || runs_stage(placement_.phase);
  for (std::size_t i = 0; i < kMembers.size(); ++i) {
    const bool candidate = !is_back_ && (promoted || (i == 0 && served) || placement_.phase == Phase::rolling_back);
    std::string hash = candidate ? policy_.candidate.hash : policy_.last_known_good.hash;
    if (swapped && i == 0 && !is_back_) hash = foreign_;
    tick.fleet.push_back({kMembers[i], std::move(hash)});
  }
}

}  // namespace leeway::inline v1::rollout::detail
