#include "leeway/stats/e_value.hpp"
#include "rollout/comparison.hpp"
#include "rollout/rule_state.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

// What was once proved stays proved: rules that find harm speak for themselves, and win.
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
      reason.verdict = Verdict::inconclusive;
      reason.value = comparison_.difference(reading);
    }
    const double log_e = comparison_.log_e_value();
    proved_ = proved_ || stats::crosses(log_e, beta_);
    if (proved_) reason.verdict = Verdict::pass;
    reason.test = comparison_.test();
    reason.threshold = stats::log_threshold(beta_);
    reason.log_e_value = log_e;
  }

 private:
  std::size_t place_;
  const Metric* metric_;
  ErrorRate beta_;
  Comparison comparison_;
  bool proved_ = false;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const NonInferiority& evidence, const RuleContext& context) {
  return std::make_unique<PromotionEvidence>(evidence, context);
}

}  // namespace leeway::inline v1::rollout::detail
