#ifndef LEEWAY_SRC_ROLLOUT_EVALUATOR_HPP
#define LEEWAY_SRC_ROLLOUT_EVALUATOR_HPP

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout::detail {

/// What the rules need to know of the rollout.
struct Place {
  Phase phase = Phase::canary;
  std::size_t stage = 0;  ///< sample ratios are judged per stage
};

/// What one tick showed.
struct Evaluation {
  std::span<const Reason> rules;         ///< in the policy's order
  std::span<const Reason> promotion;     ///< likewise; pass: proved, by data of this tick too
  std::span<const std::string> ignored;  ///< readings that no metric of the policy explains, one line each
  bool both_arms = false;                ///< each arm has a reading with at least its minimum count
};

/// Holds the rules of a policy against ticks: all that is statistical or counts durations, and nothing of phases.
/// What a statistical rule or a sample ratio has once found stays found, also in ticks without data; thresholds, burn
/// rates, breakers and promotion evidence tell of now. A breaker's detail is "open" or "half_open". The policy must
/// outlive it. Memory does not grow with ticks. Cost: 10 microseconds for a tick of 50 rules, 10 of them statistical;
/// 0.05 microseconds for a threshold, up to 1 for an e-process.
class Evaluator {
 public:
  /// Precondition: check(policy) is empty.
  explicit Evaluator(const Policy& policy);
  Evaluator(Evaluator&&) noexcept;
  ~Evaluator();

  /// Valid until the next call. Ticks come in order of time.
  [[nodiscard]] Evaluation evaluate(const Tick& tick, const Place& place);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
