#include "leeway/retrain/trigger.hpp"

#include <algorithm>
#include <utility>

#include "leeway/retrain/optimal_curve.hpp"
#include "retrain/check.hpp"
#include "retrain/interval_check.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

void put(std::vector<LossPoint>& points, LossPoint point) {
  const auto at = std::lower_bound(points.begin(), points.end(), point,
                                   [](const LossPoint& a, const LossPoint& b) { return a.age < b.age; });
  if (at != points.end() && at->age == point.age)
    *at = point;
  else
    points.insert(at, point);
}

std::string money(Money amount) { return detail::text(amount.value(), 6); }

std::string reason_of(const TriggerDecision& decision, Days validation_age, Days limit) {
  const bool pays = decision.recovered >= decision.cost;
  std::string text = money(decision.recovered) + (pays ? " recovered pays " : " recovered does not yet pay ") +
                     money(decision.cost) + " of cost";
  if (decision.answer == TriggerAnswer::refuse)
    text += ", but the validation data are " + detail::text(validation_age.value(), 6) + " days old, at most " +
            detail::text(limit.value(), 6) + " allowed";
  if (decision.automate) text += "; it paid sooner than a manual deployment takes: automate it";
  return text;
}

}  // namespace

Result<RetrainTrigger> RetrainTrigger::make(const TriggerOptions& options) {
  const Staleness any_decay{options.queries, options.value, options.accuracy, PerDay(1)};
  if (const Check bad = detail::first({detail::check(any_decay), detail::check(options.retraining),
                                       detail::not_negative(options.lambda, "lambda"),
                                       detail::positive(options.validation_limit, "validation_limit"),
                                       detail::not_negative(options.manual_deployment, "manual_deployment")}))
    return *bad;
  return RetrainTrigger(options);
}

Result<void> RetrainTrigger::add_accuracy(Days age, Fraction accuracy) {
  if (const Check bad = detail::first({detail::not_negative(age, "age"), detail::share(accuracy, "accuracy")}))
    return *bad;
  const double lost = (std::max)(0.0, options_.accuracy.value() - accuracy.value());
  put(labelled_, {age, options_.queries * options_.value * lost});
  return {};
}

Result<void> RetrainTrigger::add_divergence(Days age, double divergence) {
  if (const Check bad =
          detail::first({detail::not_negative(age, "age"), detail::not_negative(divergence, "divergence")}))
    return *bad;
  if (options_.lambda == 0)
    return Error{ErrorCode::incompatible, "expected a lambda > 0 to price divergence with, found 0", "lambda"};
  const double lost = (std::min)(options_.lambda * divergence, options_.accuracy.value());
  put(guessed_, {age, options_.queries * options_.value * lost});
  return {};
}

void RetrainTrigger::reset() noexcept {
  labelled_.clear();
  guessed_.clear();
}

// Labels, then divergence where there are none yet; up to an age.
std::vector<LossPoint> RetrainTrigger::measured(Days age) const {
  std::vector<LossPoint> points;
  const auto take = [&](const std::vector<LossPoint>& from) {
    for (const LossPoint& point : from)
      if (point.age <= age && (points.empty() || point.age > points.back().age)) points.push_back(point);
  };
  take(labelled_);
  take(guessed_);
  return points;
}

Result<TriggerDecision> RetrainTrigger::decide(Days age, Days validation_age) const {
  if (const Check bad =
          detail::first({detail::not_negative(age, "age"), detail::not_negative(validation_age, "validation_age")}))
    return *bad;
  std::vector<LossPoint> points = measured(age);
  if (points.empty())
    return Error{ErrorCode::undefined, "expected a measurement up to this age, found none", "measurements"};
  if (points.front().age > Days(0)) points.insert(points.begin(), LossPoint{});  // a fresh model loses nothing
  const auto curve = EmpiricalLoss::make(nondecreasing(points));
  if (!curve) return curve.error();

  TriggerDecision decision;
  decision.recovered = curve->margin(age);
  decision.cost = options_.retraining.cost();
  decision.loss_rate = curve->rate(age);
  decision.lost = curve->total(age);
  decision.measured_until = points.back().age;
  if (decision.recovered >= decision.cost) {
    decision.answer = validation_age <= options_.validation_limit ? TriggerAnswer::retrain : TriggerAnswer::refuse;
    const auto paid = optimal_interval(*curve, decision.cost);
    decision.automate = paid && must_automate((std::min)(paid->interval, age), options_.manual_deployment);
  }
  decision.reason = reason_of(decision, validation_age, options_.validation_limit);
  return decision;
}

}  // namespace leeway::inline v1::retrain
