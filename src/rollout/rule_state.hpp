#ifndef LEEWAY_SRC_ROLLOUT_RULE_STATE_HPP
#define LEEWAY_SRC_ROLLOUT_RULE_STATE_HPP

#include <memory>

#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"
#include "rollout/evaluator.hpp"
#include "rollout/readings.hpp"
#include "rollout/slices.hpp"
#include "rollout/tick_clock.hpp"

namespace leeway::inline v1::rollout::detail {

/// One tick, as a rule sees it.
struct Sight {
  const Readings& readings;
  const SliceTable& slices;
  const TickTime& time;
  const Place& place;
};

/// A rule and what it remembers: of bounded size.
class RuleState {
 public:
  virtual ~RuleState() = default;
  /// Once per tick. Fills a reason that has its rule's name, and otherwise is as new but keeps its buffers.
  virtual void judge(const Sight& sight, Reason& reason) = 0;
};

/// What the tests of a policy are made with.
struct RuleContext {
  const Policy& policy;
  const MetricIndex& index;
  const SliceTable& slices;
};

// Preconditions of all: the policy was found good, and outlives them.
[[nodiscard]] std::unique_ptr<RuleState> make_state(const ThresholdTest& test, const RuleContext& context);
[[nodiscard]] std::unique_ptr<RuleState> make_state(const StatisticalTest& test, const RuleContext& context);
[[nodiscard]] std::unique_ptr<RuleState> make_state(const BurnRateTest& test, const RuleContext& context);
[[nodiscard]] std::unique_ptr<RuleState> make_state(const CircuitBreakerTest& test, const RuleContext& context);
[[nodiscard]] std::unique_ptr<RuleState> make_state(const SampleRatioTest& test, const RuleContext& context);
[[nodiscard]] std::unique_ptr<RuleState> make_state(const NonInferiority& evidence, const RuleContext& context);

}  // namespace leeway::inline v1::rollout::detail

#endif
