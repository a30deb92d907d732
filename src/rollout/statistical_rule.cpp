#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "rollout/comparison.hpp"
#include "rollout/rule_state.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

Claim claim_of(const StatisticalTest& test) {
  return {stats::Goal::rollback, test.margin, test.thresholds, test.alpha};
}

// Whether a slice's readings can be added. Its minimum is not that of the whole arm: e-values of few requests are as
// valid, and near 1.
bool has_data(const MetricReading& reading) {
  return reading.baseline.fault.empty() && reading.candidate.fault.empty() && reading.baseline.count > 0 &&
         reading.candidate.count > 0;
}

// The whole and its slices as weighted hypotheses: the sum of weighted e-values, with the weight that is not given out
// yet at 1, is an e-process. It is judged against 1 / alpha, so that alpha is that of the whole rule. Whatever weighted
// e-Benjamini-Hochberg rejects at alpha makes that sum cross, so the slices that it names need no test of their own.
// Slices of the first tick with slices share three eighths; one that appears later cannot have a share that depends on
// how many came before it found something, so each gets a fixed part of the last eighth.
class SlicedEvidence {
 public:
  SlicedEvidence(const Metric& metric, const StatisticalTest& test, const MetricIndex& index)
      : metric_(&metric), claim_(claim_of(test)), place_(index.find(metric.name).value_or(0)) {
    slices_.reserve(SliceTable::kMostSlices);
    set(0, kWhole);
  }

  // After the whole's e-value; returns that of all.
  double add(const SliceTable& table, double whole) {
    log_e_[0] = whole;
    const bool first = slices_.empty() && table.size() > 0;
    for (std::size_t i = slices_.size(); i < table.size(); ++i) {
      slices_.emplace_back(*metric_, claim_);
      set(i + 1, first ? kFirst / static_cast<double>(table.size()) : kLater);
    }
    for (std::size_t i = 0; i < slices_.size(); ++i) {
      const MetricReading& reading = table.at(i).at(place_);
      why_not_.clear();
      if (has_data(reading) && slices_[i].add(reading, why_not_)) log_e_[i + 1] = slices_[i].log_e_value();
    }
    const std::size_t used = slices_.size() + 1;
    log_e_[used] = 0;
    weights_[used] = (std::max)(0.0, 1 - given_);
    return stats::log_weighted_mean(std::span(log_e_).first(used + 1), std::span(weights_).first(used + 1));
  }

  // The slices that are found worse.
  void name(const SliceTable& table, ErrorRate alpha, std::string& names) const {
    const std::size_t used = slices_.size() + 1;
    std::vector<double> weighted;
    for (std::size_t i = 0; i < used; ++i)
      weighted.push_back(log_e_[i] + std::log(weights_[i] * static_cast<double>(used)));
    names.clear();
    for (const std::size_t found : stats::e_benjamini_hochberg(weighted, alpha)) {
      if (found == 0) continue;
      names += names.empty() ? "worse in " : "; ";
      names += table.name(found - 1);
    }
  }

 private:
  static constexpr double kWhole = 0.5;
  static constexpr double kFirst = 0.375;
  static constexpr double kLater = 0.125 / SliceTable::kMostSlices;

  void set(std::size_t hypothesis, double weight) {
    weights_[hypothesis] = weight;
    given_ += weight;
  }

  const Metric* metric_;
  Claim claim_;
  std::size_t place_;
  std::vector<Comparison> slices_;
  std::array<double, SliceTable::kMostSlices + 2> log_e_{};
  std::array<double, SliceTable::kMostSlices + 2> weights_{};
  double given_ = 0;
  std::string why_not_;  // buffer
};

// A finding stays: alpha was spent on it, and evidence that was once enough does not become wrong by what is seen
// later, when the rule may have been acted upon. Slices are named as of that tick.
class StatisticalRule final : public RuleState {
 public:
  StatisticalRule(const StatisticalTest& test, const RuleContext& context)
      : place_(context.index.find(test.metric).value_or(0)),
        metric_(&context.index.at(place_)),
        alpha_(test.alpha),
        whole_(*metric_, claim_of(test)) {}

  void look_at_slices(const StatisticalTest& test, const MetricIndex& index) { slices_.emplace(*metric_, test, index); }

  void judge(const Sight& sight, Reason& reason) override {
    add(sight, reason);
    reason.test = whole_.test();
    reason.threshold = stats::log_threshold(alpha_);
    reason.log_e_value = log_e_;
    if (!found_ && stats::crosses(log_e_, alpha_)) {
      found_ = true;
      if (slices_) slices_->name(sight.slices, alpha_, names_);
    }
    if (found_) {
      ++failing_ticks_;
      reason.verdict = Verdict::fail;
      reason.detail = names_;
    }
    reason.failing_ticks = failing_ticks_;
  }

 private:
  // What the whole shows decides on the verdict; slices count whether or not it shows anything.
  void add(const Sight& sight, Reason& reason) {
    const MetricReading& reading = sight.readings.at(place_);
    if (usable(*metric_, reading, Needs::both, reason) && whole_.add(reading, reason.detail)) {
      reason.verdict = Verdict::pass;
      reason.value = whole_.difference(reading);
    }
    log_e_ = slices_ ? slices_->add(sight.slices, whole_.log_e_value()) : whole_.log_e_value();
  }

  std::size_t place_;
  const Metric* metric_;
  ErrorRate alpha_;
  Comparison whole_;
  std::optional<SlicedEvidence> slices_;
  double log_e_ = 0;
  bool found_ = false;
  std::uint64_t failing_ticks_ = 0;
  std::string names_;
};

}  // namespace

std::unique_ptr<RuleState> make_state(const StatisticalTest& test, const RuleContext& context) {
  auto state = std::make_unique<StatisticalRule>(test, context);
  if (test.slices) state->look_at_slices(test, context.slices.index());
  return state;
}

}  // namespace leeway::inline v1::rollout::detail
