#include "rollout/recovery.hpp"

namespace leeway::inline v1::rollout::detail {

Recovery::Recovery(Tier tier, StateHandling state, bool served) noexcept
    : tier_(tier), worst_(tier), state_(state), served_(served) {
  plan();
}

void Recovery::begin(Tier tier) noexcept {
  tier_ = tier;
  if (tier < worst_) worst_ = tier;
  plan();
}

// State is restored before anything is built upon it, and what contaminated it is shut away before the last look.
void Recovery::plan() noexcept {
  size_ = at_ = 0;
  attempt_ = 1;
  paged_ = false;
  if (tier_ == Tier::immediate) {
    add(Step::switch_to_standby);
  } else {
    if (served_ && !moved_) add(Step::set_weight);
    add(Step::redeploy);
  }
  if (state_ == StateHandling::stateful) add(Step::restore_checkpoint);
  if (tier_ == Tier::rapid) {
    add(Step::clear_caches);
    add(Step::restart_sessions);
  }
  if (tier_ == Tier::delayed) {
    add(Step::migrate_state);
    add(Step::replay_events);
  }
  if (state_ == StateHandling::feedback_loop) add(Step::quarantine_data);
  add(Step::verify);
}

void Recovery::only(Step step) noexcept {
  size_ = at_ = 0;
  attempt_ = 1;
  add(step);
}

void Recovery::succeed() noexcept {
  if (step() == Step::page_person) return only(Step::verify);
  if (step() == Step::set_weight || step() == Step::switch_to_standby) moved_ = true;
  ++at_;
  attempt_ = 1;
}

void Recovery::fail(std::uint32_t attempts) noexcept {
  if (step() == Step::page_person || attempt_ < attempts) {
    ++attempt_;
  } else if (tier_ != Tier::delayed) {
    begin(tier_ == Tier::immediate ? Tier::rapid : Tier::delayed);
  } else {
    paged_ = true;
    only(Step::page_person);
  }
}

}  // namespace leeway::inline v1::rollout::detail
