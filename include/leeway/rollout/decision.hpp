#ifndef LEEWAY_ROLLOUT_DECISION_HPP
#define LEEWAY_ROLLOUT_DECISION_HPP

// What the engine says after a tick, with all that it rests on. Values.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/time.hpp"
#include "leeway/rollout/policy.hpp"

namespace leeway::inline v1::rollout {

enum class Verdict : std::uint8_t {
  pass,             ///< evaluated, not found worse
  fail,             ///< the rule's condition holds, duration and evidence included
  inconclusive,     ///< failing, but not for long enough
  unknown,          ///< no data, NaN, other edges, inconsistent counts: never a pass
  not_enough_data,  ///< less than the minimum
};

/// A rule, or a piece of promotion evidence, in this tick.
struct Reason {
  std::string rule;  ///< its name; "promotion:METRIC" of promotion evidence
  Verdict verdict = Verdict::unknown;
  std::optional<double> value{};      ///< of the candidate, or compared as the rule says
  std::optional<double> threshold{};  ///< that value is held against; ln(1 / alpha) for an e-value
  std::optional<double> log_e_value{};
  std::string_view test{};  ///< which test governed, as in "grow_grid", "t_mixture"; a constant
  std::uint64_t baseline_count = 0;
  std::uint64_t candidate_count = 0;
  std::uint64_t failing_ticks = 0;  ///< evaluations failing up to now, one after the other
  std::string detail{};             ///< why unknown, which slices; empty otherwise
};

enum class Verb : std::uint8_t { continue_stage, advance, hold, promote, rollback, pause, ask_approval };

enum class Step : std::uint8_t {
  set_weight,         ///< move traffic
  switch_to_standby,  ///< immediate
  redeploy,           ///< rapid, delayed
  clear_caches,
  restart_sessions,
  migrate_state,  ///< delayed
  replay_events,
  restore_checkpoint,  ///< stateful
  quarantine_data,     ///< feedback_loop
  verify,              ///< is the old behaviour back? answered with the fingerprint
  make_standard,       ///< promote
  page_person,         ///< every tier has failed
};

/// What the host is to do, and to answer by an ActionResult of the same id before `deadline`.
struct Action {
  std::uint64_t id = 0;  ///< in order; unlike those of other attempts
  Step step = Step::set_weight;
  std::optional<Tier> tier{};
  std::uint32_t attempt = 1;
  double weight = 0;       ///< of the candidate, for set_weight
  std::string artifact{};  ///< hash of what is to serve
  TimePoint deadline{};
};

struct Decision {
  std::uint64_t tick = 0;  ///< from 0
  TimePoint at{};
  Verb verb = Verb::hold;
  Phase phase = Phase::pending;  ///< after it
  std::size_t stage = 0;
  double weight = 0;              ///< share of live traffic that the candidate shall have now; after a promotion
                                  ///< has begun, 1 until the last known good artifact is verified to serve again
  std::optional<Tier> tier{};     ///< of a rollback
  std::string target{};           ///< hash of what shall serve: of a rollback and a termination alone
  std::string rule{};             ///< what decided: a rule, or "operator", "deadline", "gate", "silence", "approval",
                                  ///< "journal", "host"; empty: no news
  std::vector<Action> actions{};  ///< new ones
  std::vector<Reason> reasons{};  ///< every rule, and the promotion evidence
  std::vector<std::string> findings{};  ///< partial rollouts, ignored input, journal failures: one line each
};

[[nodiscard]] LEEWAY_EXPORT const char* to_string(Verdict verdict) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Verb verb) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Step step) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Tier tier) noexcept;

}  // namespace leeway::inline v1::rollout

#endif
