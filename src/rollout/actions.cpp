#include "rollout/actions.hpp"

#include <utility>

namespace leeway::inline v1::rollout::detail {

std::string failure_of(const Answer& answer) {
  return std::string(to_string(answer.action.step)) + " " + std::to_string(answer.action.id) +
         (answer.timed_out        ? " timed out"
          : answer.detail.empty() ? " failed"
                                  : " failed: " + answer.detail);
}

void Actions::issue(Action action, Decision& decision) {
  action.id = next_++;
  decision.actions.push_back(action);
  open_ = std::move(action);
}

std::optional<Answer> Actions::settle(const Tick& tick, std::vector<std::string>& findings) {
  std::optional<Answer> answer;
  for (const ActionResult& result : tick.results) {
    if (open_ && result.id == open_->id && !answer) {
      answer = Answer{*open_, result.success, false, result.detail};
      continue;
    }
    if (answer && result.id == answer->action.id) answer->success = answer->success && result.success;
    findings.push_back(strange(result));
  }
  if (!answer && open_ && tick.at >= open_->deadline) answer = Answer{*open_, false, true, {}};
  if (answer) open_.reset();
  return answer;
}

std::string Actions::strange(const ActionResult& result) const {
  const bool ours = result.id >= first_ && result.id < next_;
  return "result of action " + std::to_string(result.id) +
         (ours ? " ignored: it came twice, or too late" : " ignored: there is no such action in this attempt");
}

}  // namespace leeway::inline v1::rollout::detail
