#ifndef LEEWAY_ROLLOUT_REPLAY_HPP
#define LEEWAY_ROLLOUT_REPLAY_HPP

// What a policy would have decided on ticks of the past.
//
//   const auto decisions = rollout::replay(policy, ticks);
//
// Not for long histories: all decisions are held; step an Engine by hand where they are many. To continue a rollout
// after a crash: store/rollout_journal.hpp. Cost: that of Engine::step. Thread contract: pure but for the journal.

#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/rollout/engine.hpp"

namespace leeway::inline v1::rollout {

/// One decision a tick, of a fresh engine that writes to `journal` (nullptr: nowhere). Errors: those of Engine::make
/// and Engine::step.
[[nodiscard]] LEEWAY_EXPORT Result<std::vector<Decision>> replay(Policy policy, std::span<const Tick> ticks,
                                                                 Journal* journal = nullptr);

}  // namespace leeway::inline v1::rollout

#endif
