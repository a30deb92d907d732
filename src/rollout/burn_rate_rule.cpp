#include <vector>

#include "rollout/rule_state.hpp"
#include "rollout/sliding_rate.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

// From the first tick on, also before a window is full: what is missing of it counts as time without bad requests, as
// the known time to fire, factor * (1 - objective) * window / error rate, has it. Minimum: over the long window, since
// that is what is judged.
class BurnRateRule final : public RuleState {
 public:
  BurnRateRule(const BurnRateTest& test, const RuleContext& context)
      : place_(context.index.find(test.metric).value_or(0)), metric_(&context.index.at(place_)) {
    for (const BurnWindow& window : test.windows)
      windows_.push_back(
          {window.factor * (1 - test.objective), SlidingRate(window.long_window), SlidingRate(window.short_window)});
  }

  void judge(const Sight& sight, Reason& reason) override {
    reason.test = "burn_rate";
    reason.failing_ticks = failing_ticks_;
    const ArmReading& reading = sight.readings.at(place_).candidate;
    const bool known = usable_at_all(sight.readings.at(place_), reason);
    for (Window& window : windows_) advance(window, sight.time, known ? &reading : nullptr);
    if (!known) return;
    const Window& worst = nearest();
    reason.value = worst.long_rate.rate();
    reason.threshold = worst.limit;
    if (worst.long_rate.count() < metric_->minimum_count) {
      reason.verdict = Verdict::not_enough_data;
      return;
    }
    reason.verdict = fails(worst) ? Verdict::fail : Verdict::pass;
    failing_ticks_ = fails(worst) ? failing_ticks_ + 1 : 0;
    reason.failing_ticks = failing_ticks_;
  }

 private:
  struct Window {
    double limit;
    SlidingRate long_rate;
    SlidingRate short_rate;
  };

  // Fewer requests than the minimum are data too.
  bool usable_at_all(const MetricReading& reading, Reason& reason) const {
    if (usable(*metric_, reading, Needs::candidate, reason)) return true;
    if (reason.verdict != Verdict::not_enough_data) return false;
    reason.detail.clear();
    return true;
  }

  void advance(Window& window, const TickTime& time, const ArmReading* reading) const {
    for (SlidingRate* rate : {&window.long_rate, &window.short_rate}) {
      rate->advance(time.at);
      if (reading != nullptr) rate->add(bad_events(*metric_, reading->rate), reading->rate.count, time.length);
    }
  }

  static bool fails(const Window& window) noexcept {
    return window.long_rate.rate() > window.limit && window.short_rate.rate() > window.limit;
  }

  // A window that fails, or else the one whose long rate is nearest to its limit.
  [[nodiscard]] const Window& nearest() const {
    const Window* best = &windows_.front();
    for (const Window& window : windows_) {
      if (fails(window)) return window;
      if (window.long_rate.rate() * best->limit > best->long_rate.rate() * window.limit) best = &window;
    }
    return *best;
  }

  std::size_t place_;
  const Metric* metric_;
  std::vector<Window> windows_;
  std::uint64_t failing_ticks_ = 0;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const BurnRateTest& test, const RuleContext& context) {
  return std::make_unique<BurnRateRule>(test, context);
}

}  // namespace leeway::inline v1::rollout::detail
