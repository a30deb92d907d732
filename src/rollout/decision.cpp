#include "leeway/rollout/decision.hpp"

namespace leeway::inline v1::rollout {

const char* to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::pass: return "pass";
    case Verdict::fail: return "fail";
    case Verdict::inconclusive: return "inconclusive";
    case Verdict::unknown: return "unknown";
    case Verdict::not_enough_data: return "not_enough_data";
  }
  return "unknown";
}

const char* to_string(Verb verb) noexcept {
  switch (verb) {
    case Verb::continue_stage: return "continue_stage";
    case Verb::advance: return "advance";
    case Verb::hold: return "hold";
    case Verb::promote: return "promote";
    case Verb::rollback: return "rollback";
    case Verb::pause: return "pause";
    case Verb::ask_approval: return "ask_approval";
  }
  return "unknown";
}

const char* to_string(Step step) noexcept {
  switch (step) {
    case Step::set_weight: return "set_weight";
    case Step::switch_to_standby: return "switch_to_standby";
    case Step::redeploy: return "redeploy";
    case Step::clear_caches: return "clear_caches";
    case Step::restart_sessions: return "restart_sessions";
    case Step::migrate_state: return "migrate_state";
    case Step::replay_events: return "replay_events";
    case Step::restore_checkpoint: return "restore_checkpoint";
    case Step::quarantine_data: return "quarantine_data";
    case Step::verify: return "verify";
    case Step::make_standard: return "make_standard";
    case Step::page_person: return "page_person";
  }
  return "unknown";
}

const char* to_string(Tier tier) noexcept {
  switch (tier) {
    case Tier::immediate: return "immediate";
    case Tier::rapid: return "rapid";
    case Tier::delayed: return "delayed";
  }
  return "unknown";
}

}  // namespace leeway::inline v1::rollout
