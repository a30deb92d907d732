#include <algorithm>
#include <array>

#include "rollout/rule_state.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

enum class Circuit : std::uint8_t { closed, open, half_open };

// closed -> open: the rate over the window reaches the limit. open -> half_open: its time is over. half_open -> closed
// or open: the probes decide. Nothing else. While it is open nothing is looked at, as a breaker lets nothing through.
class CircuitBreakerRule final : public RuleState {
 public:
  CircuitBreakerRule(const CircuitBreakerTest& test, const RuleContext& context)
      : test_(&test), place_(context.index.find(test.metric).value_or(0)), metric_(&context.index.at(place_)) {}

  void judge(const Sight& sight, Reason& reason) override {
    reason.test = "circuit_breaker";
    reason.threshold = test_->limit;
    const MetricReading& reading = sight.readings.at(place_);
    const bool known = usable(*metric_, reading, Needs::candidate, reason) ||
                       reason.verdict == Verdict::not_enough_data;  // the test has a minimum of its own
    if (circuit_ == Circuit::open && elapsed(opened_, sight.time.at) >= test_->open) half_open();
    if (circuit_ == Circuit::open) {
      reason.verdict = Verdict::fail;
      reason.detail = "open";
    } else if (known) {
      reason.detail.clear();
      look(reading.candidate.rate, sight.time.at, reason);
    }
    failing_ticks_ = reason.verdict == Verdict::fail ? failing_ticks_ + 1 : 0;
    reason.failing_ticks = failing_ticks_;
  }

 private:
  struct Requests {
    std::uint64_t bad = 0;
    std::uint64_t count = 0;
  };

  void look(const Rate& rate, TimePoint at, Reason& reason) {
    const Requests tick{bad_events(*metric_, rate), rate.count};
    if (circuit_ == Circuit::closed) push(tick);
    if (circuit_ == Circuit::half_open) extend(sum_, tick);
    if (sum_.count > 0) reason.value = static_cast<double>(sum_.bad) / static_cast<double>(sum_.count);
    const bool half = circuit_ == Circuit::half_open;
    if (half) reason.detail = "half_open";
    if (sum_.count < (half ? test_->probes : test_->minimum_count) || sum_.count == 0) {
      reason.verdict = half ? Verdict::inconclusive : Verdict::not_enough_data;
      return;
    }
    const bool fails = *reason.value >= test_->limit;
    reason.verdict = fails ? Verdict::fail : Verdict::pass;
    reason.detail = fails ? "open" : "";
    if (fails) {
      open(at);
    } else if (half) {
      close();
    }
  }

  void open(TimePoint at) noexcept {
    circuit_ = Circuit::open;
    opened_ = at;
  }
  void half_open() noexcept {
    circuit_ = Circuit::half_open;
    window_ = {};
    sum_ = {};
  }
  void close() noexcept {
    half_open();
    circuit_ = Circuit::closed;
  }

  void push(const Requests& tick) noexcept {
    Requests& oldest = window_[next_];
    sum_.bad -= oldest.bad;
    sum_.count -= oldest.count;
    oldest = tick;
    extend(sum_, tick);
    next_ = (next_ + 1) % (std::min)(window_.size(), static_cast<std::size_t>(test_->window_ticks));
  }
  static void extend(Requests& sum, const Requests& tick) noexcept {
    sum.bad += tick.bad;
    sum.count += tick.count;
  }

  const CircuitBreakerTest* test_;
  std::size_t place_;
  const Metric* metric_;
  Circuit circuit_ = Circuit::closed;
  TimePoint opened_{};
  std::array<Requests, 64> window_{};
  std::size_t next_ = 0;
  Requests sum_{};  // of the window, or of the probes
  std::uint64_t failing_ticks_ = 0;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const CircuitBreakerTest& test, const RuleContext& context) {
  return std::make_unique<CircuitBreakerRule>(test, context);
}

}  // namespace leeway::inline v1::rollout::detail
