#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "leeway/retrain/fit.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/optimal_curve.hpp"
#include "retrain/interval_check.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

constexpr double kSlowest = 1e-9;  // of the rate at which retraining no longer pays
constexpr int kTried = 100;        // rates
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The optimum and the cost of any interval, also of rates that are 0 or infinite.
class Planner {
 public:
  Planner(const Staleness& staleness, const Retraining& retraining) : staleness_(staleness), retraining_(retraining) {}

  [[nodiscard]] Staleness at(PerDay rate) const {
    Staleness staleness = staleness_;
    staleness.decay = rate;
    return staleness;
  }
  [[nodiscard]] Days best(PerDay rate) const {
    return usual(rate) ? optimal_interval(at(rate), retraining_)->interval : Days(kInfinity);
  }
  [[nodiscard]] MoneyPerDay cost(PerDay rate, Days interval) const {
    if (rate == PerDay(0)) return std::isinf(interval.value()) ? MoneyPerDay(0) : retraining_.cost() / interval;
    if (std::isinf(interval.value())) return staleness_.ceiling();
    if (std::isinf(rate.value())) return staleness_.ceiling() + retraining_.cost() / interval;
    return *cost_rate(at(rate), retraining_, interval);
  }
  [[nodiscard]] MoneyPerDay regret(PerDay rate, Days interval) const {
    return cost(rate, interval) - cost(rate, best(rate));
  }

  // At most, over the range: an interval is right at one rate, perhaps at a second one (of slow and of hopeless decay),
  // and dearest between or at an end. Of rates from 0 on never retraining has no bound below the ceiling: the slower
  // the decay, the less the optimum costs.
  [[nodiscard]] MoneyPerDay most_regret(const Range<PerDay>& rates, Days interval) const {
    if (rates.low == PerDay(0) && rates.high > PerDay(0) && std::isinf(interval.value())) return staleness_.ceiling();
    const MoneyPerDay ends = (std::max)(regret(rates.low, interval), regret(rates.high, interval));
    const double low = (std::max)(rates.low.value(), kSlowest * break_even());
    const double high = (std::min)(rates.high.value(), break_even());
    return low < high ? (std::max)(ends, most_within(std::log(low), std::log(high), interval)) : ends;
  }

  // Faster decay shortens the interval up to where its elasticity is 0, and lengthens it beyond.
  [[nodiscard]] PerDay most_often(Range<PerDay> rates) const {
    double low = rates.low.value(), high = (std::min)(rates.high.value(), break_even());
    if (!(low < high) || !lengthens(PerDay(high))) return PerDay(high);
    for (double middle = low + (high - low) / 2; middle > low && middle < high; middle = low + (high - low) / 2)
      (lengthens(PerDay(middle)) ? high : low) = middle;
    return PerDay(low);
  }

 private:
  // The best of many rates, and of those beside it (golden section).
  [[nodiscard]] MoneyPerDay most_within(double low, double high, Days interval) const {
    const auto at = [&](double log_rate) { return regret(PerDay(std::exp(log_rate)), interval); };
    const double width = (high - low) / kTried;
    double best = low;
    for (double next = low; next < high; next += width)
      if (at(next) > at(best)) best = next;
    double from = (std::max)(low, best - width), to = (std::min)(high, best + width);
    for (int i = 0; i < kTried; ++i) {
      const double a = to - (to - from) / std::numbers::phi, b = from + (to - from) / std::numbers::phi;
      at(a) < at(b) ? from = a : to = b;
    }
    return (std::max)(at(best), at(from));
  }
  [[nodiscard]] static bool usual(PerDay rate) { return rate > PerDay(0) && std::isfinite(rate.value()); }
  // A rate at which retraining no longer pays.
  [[nodiscard]] double break_even() const { return (staleness_.ceiling() / retraining_.cost()).value(); }
  [[nodiscard]] bool lengthens(PerDay rate) const {
    const auto plan = optimal_interval(at(rate), retraining_);
    return !plan->pays || plan->elasticities->decay > 0;
  }

  Staleness staleness_;
  Retraining retraining_;
};

Range<PerDay> not_rising(const Range<PerDay>& rates) {
  return {(std::max)(rates.low, PerDay(0)), (std::max)(rates.high, PerDay(0))};
}

// Optimal at the ends, or within where the interval turns.
Range<Days> intervals_of(const Planner& planner, const Range<PerDay>& rates) {
  const Days low = planner.best(rates.low), high = planner.best(rates.high);
  const Days shortest = planner.best(planner.most_often(rates));
  return {(std::min)({low, high, shortest}), (std::max)(low, high)};
}

std::optional<Days> uncertain_interval(const NearestExponential& nearest, const Staleness& staleness,
                                       const Retraining& retraining) {
  const double share = nearest.rate / nearest.deviation;
  const auto loss = UncertainLoss::make(staleness.ceiling(), share * share, Days(share / nearest.deviation.value()));
  if (!loss) return {};
  const auto plan = optimal_interval(LaggedLoss<UncertainLoss>(*loss, retraining.lag), retraining.cost());
  return plan ? std::optional(plan->interval) : std::nullopt;
}

FittedPlan plan_at(PerDay rate, const Planner& planner, const Range<PerDay>& rates) {
  FittedPlan plan;
  plan.interval = planner.best(rate);
  plan.intervals = intervals_of(planner, rates);
  plan.cost_rate = planner.cost(rate, plan.interval);
  plan.cost_rates = {planner.cost(rates.low, plan.interval), planner.cost(rates.high, plan.interval)};
  plan.regret = planner.most_regret(rates, plan.interval);
  return plan;
}

}  // namespace

Result<FittedPlan> plan_of(const DecayFit& fit, const Worth& worth, const Retraining& retraining) {
  const bool decays = fit.shape == HistoryShape::exponential;
  if (!decays && fit.shape != HistoryShape::none)
    return Error{ErrorCode::undefined, "expected a history that decays exponentially, found: " + fit.reason, "fit"};
  const PerDay rate = decays ? fit.nearest.rate : PerDay(0);
  const Staleness staleness{worth.queries, worth.value, fit.nearest.accuracy, decays ? rate : PerDay(1)};
  if (const Check bad = detail::first({detail::check(staleness), detail::check(retraining)})) return *bad;
  FittedPlan plan = plan_at(rate, Planner(staleness, retraining), not_rising(fit.nearest.rates));
  if (decays) plan.uncertain = uncertain_interval(fit.nearest, staleness, retraining);
  return plan;
}

}  // namespace leeway::inline v1::retrain
