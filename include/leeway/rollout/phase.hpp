#ifndef LEEWAY_ROLLOUT_PHASE_HPP
#define LEEWAY_ROLLOUT_PHASE_HPP

// Where a rollout is, and the one table of where it may go. Nothing else in the library changes a phase.
// Thread contract: pure functions.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::rollout {

enum class Phase : std::uint8_t {
  pending,            ///< not started: all traffic on the baseline
  shadow,             ///< the candidate sees copies of requests; nobody sees its answers
  canary,             ///< a share of live traffic, ramped in stages
  pre_switch,         ///< blue-green: the candidate is warm and probed, all traffic still on the baseline
  switched,           ///< blue-green: all traffic on the candidate, the baseline warm beside it
  promoting,          ///< the host makes the candidate the standard; not yet confirmed
  promoted,           ///< the candidate is the standard; guardrails stay armed until terminated
  rolling_back,       ///< the host goes back to the last known good artifact; not yet verified
  rolled_back,        ///< verified: the old behaviour is back
  paused,             ///< by a person or a rule; continues where it was
  awaiting_approval,  ///< at a gate; continues where it was
  terminated,         ///< ended by a person: neither success nor failure; from promoted, the candidate stays
};
inline constexpr std::size_t kPhases = 12;

/// What moves a rollout from phase to phase.
enum class Move : std::uint8_t {
  begin_shadow,  ///< this and the next three: a stage begins, the first one or a later one
  begin_canary,
  begin_pre_switch,
  begin_switched,
  promote,           ///< evidence of non-inferiority is complete
  confirm_promoted,  ///< the host has promoted
  rollback,
  confirm_rolled_back,
  pause,
  ask_approval,
  resume,  ///< from paused or awaiting_approval, to the phase it was in
  terminate,
};
inline constexpr std::size_t kMoves = 12;

[[nodiscard]] LEEWAY_EXPORT const char* to_string(Phase phase) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Move move) noexcept;

/// The phase after `move`; nothing where that is illegal. `interrupted` is the phase that paused or awaiting_approval
/// interrupted, and is read in those alone. A rollback is legal from every phase that has, or may have, put traffic,
/// state or trust on the candidate: all but pending, rolling_back, rolled_back and terminated.
[[nodiscard]] LEEWAY_EXPORT std::optional<Phase> after(Phase phase, Move move,
                                                       Phase interrupted = Phase::pending) noexcept;

/// pending, rolled_back and terminated: the engine decides nothing. Of the candidate nothing serves, but where the
/// rollout was terminated after its promotion.
[[nodiscard]] LEEWAY_EXPORT bool is_at_rest(Phase phase) noexcept;

}  // namespace leeway::inline v1::rollout

#endif
