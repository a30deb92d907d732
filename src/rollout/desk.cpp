#include "rollout/desk.hpp"

#include <algorithm>

#include "rollout/span_of_time.hpp"

namespace leeway::inline v1::rollout::detail {

void Desk::open(std::size_t stage, const Gate& gate, TimePoint now) {
  open_ = Opening{stage, gate, later(now, gate.timeout)};
}

const char* Desk::objection(const Approval& approval, TimePoint now) const noexcept {
  if (approval.attempt != attempt_) return "it is of another attempt";
  if (!open_) return "no gate is open";
  if (approval.stage != open_->stage) return "the gate is that of another stage";
  if (approval.approver.empty()) return "it names nobody";
  if (approval.verdict == ApprovalVerdict::reject) return nullptr;
  if (now >= open_->deadline && open_->gate.on_timeout != OnTimeout::hold) return "the time of the gate is over";
  const auto& approvers = open_->approvers;
  const bool again = std::find(approvers.begin(), approvers.end(), approval.approver) != approvers.end();
  return again ? "the same person has approved already" : nullptr;
}

bool Desk::hear(const Tick& tick, std::vector<std::string>& findings) {
  bool rejected = false;
  for (const Approval& approval : tick.approvals) {
    const char* why = objection(approval, tick.at);
    if (why != nullptr)
      findings.push_back((approval.verdict == ApprovalVerdict::approve ? "approval of stage " : "rejection of stage ") +
                         std::to_string(approval.stage) + " by " + approval.approver + " ignored: " + why);
    else if (approval.verdict == ApprovalVerdict::approve)
      open_->approvers.push_back(approval.approver);
    else
      rejected = true;
  }
  return rejected;
}

bool Desk::has_approval() const noexcept {
  // No gate is passed without anybody, whatever the policy says.
  return open_ && open_->approvers.size() >= (std::max)(open_->gate.approvals, std::uint32_t{1});
}

std::optional<OnTimeout> Desk::timed_out(TimePoint now) const noexcept {
  if (!open_ || has_approval() || now < open_->deadline) return std::nullopt;
  return open_->gate.on_timeout;
}

}  // namespace leeway::inline v1::rollout::detail
