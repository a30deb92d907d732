#ifndef LEEWAY_ROLLOUT_ENGINE_HPP
#define LEEWAY_ROLLOUT_ENGINE_HPP

// Decides, tick by tick, whether a candidate goes on, waits, is promoted or goes back.
//
//   auto engine = rollout::Engine::make(policy);
//   for (;;) {
//     const auto decision = engine->step(next_tick());
//     if (decision) obey(*decision);   // the host moves the traffic
//   }
//
// No thread, no clock, no socket: time comes with the tick, actions go out with the decision, their results come back
// with a later tick. The same policy and the same ticks give the same decisions, bit for bit: recovery after a crash is
// a replay of the journal. Rollback beats promotion, gates, deadlines and stage timers in every phase.
// Cost: about 0.1 microseconds a rule and tick; memory does not grow with ticks. Thread contract: one thread at a time.

#include <memory>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/journal.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout {

class Engine {
 public:
  /// Errors: the first of check(policy).
  LEEWAY_EXPORT static Result<Engine> make(Policy policy);
  LEEWAY_EXPORT Engine(Engine&&) noexcept;
  LEEWAY_EXPORT Engine& operator=(Engine&&) noexcept;
  LEEWAY_EXPORT ~Engine();

  /// Ticks and decisions go there from now on; nullptr: nowhere. It must outlive the engine.
  LEEWAY_EXPORT void set_journal(Journal* journal) noexcept;

  /// The first tick starts the rollout unless it orders otherwise. What does not count, such as an approval of another
  /// stage or a second answer to an action, is a finding. Bad readings make their rules unknown, with the
  /// reason, and stop no other rule. Errors: invalid_argument (a tick that is not later than the one before: nothing
  /// has changed then).
  LEEWAY_EXPORT Result<Decision> step(const Tick& tick);

  [[nodiscard]] LEEWAY_EXPORT Phase phase() const noexcept;
  [[nodiscard]] LEEWAY_EXPORT const Policy& policy() const noexcept;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace leeway::inline v1::rollout

#endif
