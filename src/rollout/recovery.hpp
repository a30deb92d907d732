#ifndef LEEWAY_SRC_ROLLOUT_RECOVERY_HPP
#define LEEWAY_SRC_ROLLOUT_RECOVERY_HPP

#include <array>
#include <cstddef>

#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"

namespace leeway::inline v1::rollout::detail {

/// The way back, step by step: a step follows once the one before has succeeded; after its last attempt the next tier
/// begins, and after the last tier a person is paged, again and again.
///
/// Where it leads is always the artifact last_known_good, by its hash: never "the other arm" or "the version before".
/// How it gets there depends on who serves that artifact when the rollback begins:
///   shadow, pre_switch   it serves everybody
///   canary, switched     it serves, or is warm beside: all traffic is told to go there at once
///   promoting, promoted  the host may have replaced it, wholly or half, and to move traffic to "the baseline" could
///                        move it to something broken. No weight changes before the artifact is verified; a standby is
///                        tried by its hash, which a host that has none answers with a failure, and then it is deployed
///   paused, awaiting_approval: as in the phase that they interrupt
class Recovery {
 public:
  /// `served`: last_known_good serves, or is warm.
  Recovery(Tier tier, StateHandling state, bool served) noexcept;

  [[nodiscard]] Tier tier() const noexcept { return tier_; }
  /// The most urgent tier that was begun.
  [[nodiscard]] Tier worst() const noexcept { return worst_; }
  [[nodiscard]] Step step() const noexcept { return steps_[at_]; }
  [[nodiscard]] std::uint32_t attempt() const noexcept { return attempt_; }
  [[nodiscard]] bool paged() const noexcept { return paged_; }
  [[nodiscard]] bool served() const noexcept { return served_; }
  /// Traffic has been told to go, and the host says that it has.
  [[nodiscard]] bool moved() const noexcept { return moved_; }
  /// The reports say otherwise: the next tier moves it again.
  void stray() noexcept { moved_ = false; }

  void begin(Tier tier) noexcept;
  /// The step has succeeded. A person who has answered is followed by a verification. Precondition: not of verify.
  void succeed() noexcept;
  /// It has not: the same again, or a tier further.
  void fail(std::uint32_t attempts) noexcept;

 private:
  void plan() noexcept;
  void add(Step step) noexcept { steps_[size_++] = step; }
  void only(Step step) noexcept;

  std::array<Step, 8> steps_{};
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  std::uint32_t attempt_ = 1;
  Tier tier_;
  Tier worst_;
  StateHandling state_;
  bool served_;
  bool moved_ = false;  // traffic has gone
  bool paged_ = false;
};

[[nodiscard]] inline const Response& response(const Policy& policy, Tier tier) noexcept {
  return tier == Tier::immediate ? policy.immediate : tier == Tier::rapid ? policy.rapid : policy.delayed;
}

}  // namespace leeway::inline v1::rollout::detail

#endif
