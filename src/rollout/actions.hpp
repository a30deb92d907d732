#ifndef LEEWAY_SRC_ROLLOUT_ACTIONS_HPP
#define LEEWAY_SRC_ROLLOUT_ACTIONS_HPP

#include <cstdint>
#include <optional>
#include <string>

#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout::detail {

/// How an action ended.
struct Answer {
  Action action;
  bool success = false;
  bool timed_out = false;
  std::string detail{};
};

/// "verify 7 timed out".
[[nodiscard]] std::string failure_of(const Answer& answer);

/// The one action that the host is at, and its answer.
class Actions {
 public:
  explicit Actions(std::uint32_t attempt) noexcept : first_((std::uint64_t{attempt} - 1) << 32 | 1), next_(first_) {}

  /// Numbers the action and puts it into the decision. It supersedes an open one.
  void issue(Action action, Decision& decision);

  /// The end of the open action, if this is it. An answer that comes with the first tick after the deadline still
  /// counts: ticks may be further apart than that. Of two answers in one tick a failure wins. Findings: answers to
  /// anything else.
  [[nodiscard]] std::optional<Answer> settle(const Tick& tick, std::vector<std::string>& findings);

  void drop() noexcept { open_.reset(); }
  [[nodiscard]] bool idle() const noexcept { return !open_; }
  [[nodiscard]] bool is_at(Step step) const noexcept { return open_ && open_->step == step; }

 private:
  [[nodiscard]] std::string strange(const ActionResult& result) const;

  std::uint64_t first_;
  std::uint64_t next_;
  std::optional<Action> open_;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
