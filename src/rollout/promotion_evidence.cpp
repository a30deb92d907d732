#include "leeway/stats/e_value.hpp"
#include "rollout/comparison.hpp"
#include "rollout/rule_state.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

// Proved is what is known and enough in this tick: the e-value holds at any stopping time, and a promotion is one. What
// was enough once proves nothing once readings are missing or speak against it.
class PromotionEvidence final : public RuleState {
 public:
  PromotionEvidence(const NonInferiority& evidence, const RuleContext& context)
      : place_(context.index.find(evidence.metric).value_or(0)),
        metric_(&context.index.at(place_)),
        beta_(context.policy.false_promotion),
        comparison_(*metric_, {stats::Goal::promote, evidence.margin, evidence.thresholds, beta_}) {}

  void judge(const Sight& sight, Reason& reason) override {
    const MetricReading& reading = sight.readings.at(place_);
    if (usable(*metric_, reading, Needs::both, reason) && comparison_.add(reading, reason.detail)) {
      const bool proved = stats::crosses(comparison_.log_e_value(), beta_);
      reason.verdict = proved ? Verdict::pass : Verdict::inconclusive;
      reason.value = comparison_.difference(reading);
    }
    reason.test = comparison_.test();
    reason.threshold = stats::log_threshold(beta_);
    reason.log_e_value = comparison_.log_e_value();
  }

 private:
  std::size_t place_;
  const Metric* metric_;
  ErrorRate beta_;
  Comparison comparison_;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const NonInferiority& evidence, const RuleContext& context) {
  return std::make_unique<PromotionEvidence>(evidence, context);
}

}  // namespace leeway::inline v1::rollout::detail
