#include <array>
#include <cmath>
#include <optional>

#include "leeway/stats/e_value.hpp"
#include "leeway/stats/sample_ratio.hpp"
#include "rollout/number_text.hpp"
#include "rollout/rule_state.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

// A metric's minimum does not hold here: too few requests of an arm are what it looks for. A finding stays: what the
// arms have shown until then is not comparable, whatever comes later.
class SampleRatioRule final : public RuleState {
 public:
  SampleRatioRule(const SampleRatioTest& test, const RuleContext& context)
      : place_(context.index.find(test.metric).value_or(0)),
        alpha_(test.alpha),
        equal_arms_(context.policy.equal_arms) {}

  void judge(const Sight& sight, Reason& reason) override {
    const MetricReading& reading = sight.readings.at(place_);
    reason.test = "sample_ratio";
    reason.threshold = stats::log_threshold(alpha_);
    reason.baseline_count = reading.baseline.count;
    reason.candidate_count = reading.candidate.count;
    if (comparable(reading, reason)) {
      if (const auto share = candidate_share(sight, reason)) add(*share, sight.place.stage, reading, reason);
    }
    const double log_e = ratio_ ? ratio_->log_e_value() : 0;
    reason.log_e_value = log_e;
    found_ = found_ || stats::crosses(log_e, alpha_);
    if (found_) {
      reason.verdict = Verdict::fail;
      ++failing_ticks_;
    }
    reason.failing_ticks = failing_ticks_;
  }

 private:
  static bool comparable(const MetricReading& reading, Reason& reason) {
    for (const ArmReading* arm : {&reading.baseline, &reading.candidate}) {
      if (arm->present && arm->fault.empty()) continue;
      reason.detail = arm == &reading.baseline ? "baseline: " : "candidate: ";
      reason.detail += arm->present ? arm->fault.c_str() : "no data";
      return false;
    }
    if (reading.baseline.count + reading.candidate.count > 0) return true;
    reason.verdict = Verdict::not_enough_data;
    return false;
  }

  // Each request is copied, whatever the host calls the weights of arms that share no traffic.
  static bool sees_copies(Phase phase) noexcept { return phase == Phase::shadow || phase == Phase::pre_switch; }

  // Nothing where the weights promise no share to compare with.
  std::optional<double> candidate_share(const Sight& sight, Reason& reason) const {
    if (sees_copies(sight.place.phase)) return 0.5;
    const Readings& readings = sight.readings;
    const auto baseline = readings.weight(Arm::baseline);
    const auto candidate = readings.weight(Arm::candidate);
    if (!baseline || !candidate) {
      reason.detail = "reports of an arm disagree on its weight";
      return {};
    }
    if (equal_arms_) return 0.5;
    if (*baseline > 0 && *candidate > 0) return *candidate / (*baseline + *candidate);
    reason.detail = "expected two weights above 0, found ";
    append_number(reason.detail, *baseline);
    reason.detail += " and ";
    append_number(reason.detail, *candidate);
    return {};
  }

  void add(double share, std::size_t stage, const MetricReading& reading, Reason& reason) {
    if (!begin(share, stage)) {
      reason.detail = "expected weights whose shares are above 0, found ";
      append_number(reason.detail, share);
      return;
    }
    const std::array counts{reading.baseline.count, reading.candidate.count};
    ratio_->add(counts);
    reason.value = static_cast<double>(counts[1]) / static_cast<double>(counts[0] + counts[1]);
    reason.verdict = Verdict::pass;
  }

  // Stages multiply: each has a factor of its own, and so has each split within one.
  bool begin(double share, std::size_t stage) {
    if (ratio_ && stage == stage_ && share == share_) return true;
    const std::array shares{1 - share, share};
    if (ratio_) {
      if (!ratio_->begin_stage(shares)) return false;
    } else {
      auto made = stats::SampleRatio::make(shares);
      if (!made) return false;
      ratio_.emplace(*made);
    }
    stage_ = stage;
    share_ = share;
    return true;
  }

  std::size_t place_;
  ErrorRate alpha_;
  bool equal_arms_;
  std::optional<stats::SampleRatio> ratio_;
  std::size_t stage_ = 0;
  double share_ = 0;
  bool found_ = false;
  std::uint64_t failing_ticks_ = 0;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const SampleRatioTest& test, const RuleContext& context) {
  return std::make_unique<SampleRatioRule>(test, context);
}

}  // namespace leeway::inline v1::rollout::detail
