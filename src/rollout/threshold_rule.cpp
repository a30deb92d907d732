#include <cmath>
#include <optional>

#include "rollout/number_text.hpp"
#include "rollout/persistence.hpp"
#include "rollout/rule_state.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

class ThresholdRule final : public RuleState {
 public:
  ThresholdRule(const ThresholdTest& test, const RuleContext& context)
      : test_(&test),
        place_(context.index.find(test.statistic.metric).value_or(0)),
        metric_(&context.index.at(place_)),
        persistence_(test.persistence) {}

  void judge(const Sight& sight, Reason& reason) override {
    reason.test = "threshold";
    reason.threshold = test_->limit;
    reason.failing_ticks = persistence_.failing_ticks();
    const MetricReading& reading = sight.readings.at(place_);
    const Needs needs = test_->against == Against::absolute ? Needs::candidate : Needs::both;
    if (!usable(*metric_, reading, needs, reason)) return;
    const std::optional<double> value = compared(reading, reason);
    if (!value) return;
    reason.value = value;
    reason.verdict = persistence_.add(beyond(*value), sight.time);
    reason.failing_ticks = persistence_.failing_ticks();
  }

 private:
  [[nodiscard]] bool beyond(double value) const noexcept {
    return metric_->worse == Worse::higher ? value > test_->limit : value < test_->limit;
  }

  // Nothing, with the reason, where the comparison says nothing.
  [[nodiscard]] std::optional<double> compared(const MetricReading& reading, Reason& reason) const {
    const double candidate = value_of(*metric_, test_->statistic.quantile, reading.candidate);
    if (test_->against == Against::absolute) return candidate;
    const double baseline = value_of(*metric_, test_->statistic.quantile, reading.baseline);
    if (!std::isfinite(baseline)) {
      reason.detail = "the quantile of the baseline is beyond the edges";
      return {};
    }
    if (test_->against == Against::difference) return candidate - baseline;
    if (baseline > 0) return candidate / baseline;
    reason.detail = "expected a baseline above 0 to compare with, found ";
    append_number(reason.detail, baseline);
    return {};
  }

  const ThresholdTest* test_;
  std::size_t place_;
  const Metric* metric_;
  PersistenceState persistence_;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const ThresholdTest& test, const RuleContext& context) {
  return std::make_unique<ThresholdRule>(test, context);
}

}  // namespace leeway::inline v1::rollout::detail
