#include "leeway/retrain/trigger.hpp"

#include <algorithm>
#include <utility>

#include "leeway/retrain/optimal_curve.hpp"
#include "retrain/check.hpp"
#include "retrain/interval_check.hpp"
#include "retrain/marginal.hpp"
#include "retrain/trigger_bound.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

constexpr int kDigits = 6;

std::string money(Money amount) { return detail::text(amount.value(), kDigits); }

std::string amount(Money guess, const char* what, Money at_least) {
  const std::string bound = money(at_least), text = money(guess) + what;
  return bound == money(guess) ? text : text + " (at least " + bound + ")";
}

std::string reason_of(const TriggerDecision& decision, Days validation_age, Days limit) {
  const bool earned = decision.recovered_at_least >= decision.cost;
  std::string text = amount(decision.recovered, " recovered", decision.recovered_at_least) +
                     (earned ? " pays " : " does not yet pay ") + money(decision.cost) + " of cost";
  if (decision.answer != TriggerAnswer::wait && !earned)
    text += ", but " + amount(decision.lost, " lost", decision.lost_at_least) + " are twice as much";
  if (decision.answer == TriggerAnswer::refuse)
    text += ", but the validation data are " + detail::text(validation_age.value(), 6) + " days old, at most " +
            detail::text(limit.value(), 6) + " allowed";
  if (decision.automate) text += "; it paid sooner than a manual deployment takes: automate it";
  return text;
}

// Of the share of correct labels; the larger of what the fresh model and the share itself would have, as a share far
// below has too small a one by the first, and all labels correct none by the second.
double variance(Fraction fresh, Fraction accuracy, Queries labels) {
  const double n = labels.value(), a = fresh.value(), p = (n * accuracy.value() + 0.5) / (n + 1);
  return (std::max)(a * (1 - a), p * (1 - p)) / n;
}

template <class Measurements>
detail::LossSeries series_of(const Measurements& measurements) {
  detail::LossSeries series;
  for (const auto& one : measurements)
    series.age.push_back(one.age.value()), series.lost.push_back(one.lost), series.variance.push_back(one.variance);
  return series;
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

void RetrainTrigger::put(std::vector<Measurement>& measurements, const Measurement& one) {
  const auto at = std::lower_bound(measurements.begin(), measurements.end(), one,
                                   [](const Measurement& a, const Measurement& b) { return a.age < b.age; });
  if (at != measurements.end() && at->age == one.age)
    *at = one;
  else
    measurements.insert(at, one);
}

Result<void> RetrainTrigger::add_accuracy(Days age, Fraction accuracy, Queries labels) {
  if (const Check bad = detail::first(
          {detail::not_negative(age, "age"), detail::share(accuracy, "accuracy"), detail::positive(labels, "labels")}))
    return *bad;
  put(labelled_, {age, options_.accuracy.value() - accuracy.value(), variance(options_.accuracy, accuracy, labels)});
  return {};
}

Result<void> RetrainTrigger::add_divergence(Days age, double divergence) {
  if (const Check bad =
          detail::first({detail::not_negative(age, "age"), detail::not_negative(divergence, "divergence")}))
    return *bad;
  if (options_.lambda == 0)
    return Error{ErrorCode::incompatible, "expected a lambda > 0 to price divergence with, found 0", "lambda"};
  put(guessed_, {age, (std::min)(options_.lambda * divergence, options_.accuracy.value()), 0});
  return {};
}

void RetrainTrigger::reset() noexcept {
  labelled_.clear();
  guessed_.clear();
}

// Labels, then divergence where there are none yet; up to an age.
std::vector<RetrainTrigger::Measurement> RetrainTrigger::measured(Days age) const {
  std::vector<Measurement> all;
  const auto take = [&](const std::vector<Measurement>& from) {
    for (const Measurement& one : from)
      if (one.age <= age && (all.empty() || one.age > all.back().age)) all.push_back(one);
  };
  take(labelled_);
  take(guessed_);
  if (!all.empty() && all.front().age > Days(0)) all.insert(all.begin(), Measurement{});  // a fresh model loses nothing
  return all;
}

std::vector<LossPoint> RetrainTrigger::losses(const std::vector<Measurement>& measurements) const {
  std::vector<LossPoint> points;
  for (const Measurement& one : measurements) points.push_back({one.age, options_.queries * options_.value * one.lost});
  points = nondecreasing(points);  // before what is negative is cut off: else noise would look like a loss
  for (LossPoint& point : points) point.loss = (std::max)(point.loss, MoneyPerDay(0));
  return points;
}

Result<TriggerDecision> RetrainTrigger::decide(Days age, Days validation_age) const {
  if (const Check bad =
          detail::first({detail::not_negative(age, "age"), detail::not_negative(validation_age, "validation_age")}))
    return *bad;
  const std::vector<Measurement> measurements = measured(age);
  if (measurements.empty())
    return Error{ErrorCode::undefined, "expected a measurement up to this age, found none", "measurements"};
  const auto curve = EmpiricalLoss::make(losses(measurements));
  if (!curve) return curve.error();

  TriggerDecision decision;
  decision.recovered = curve->margin(age);
  decision.cost = options_.retraining.cost();
  decision.loss_rate = curve->rate(age);
  decision.lost = curve->total(age);
  decision.measured_until = measurements.back().age;
  const detail::LossBounds bounds = detail::lower_bounds(series_of(measurements), age.value(), options_.alpha);
  const MoneyPerDay worth = options_.queries * options_.value;
  decision.recovered_at_least = worth * Days(bounds.margin);
  decision.lost_at_least = worth * Days(bounds.total);
  if (detail::is_due(decision.recovered_at_least, decision.lost_at_least, decision.cost)) {
    decision.answer = validation_age <= options_.validation_limit ? TriggerAnswer::retrain : TriggerAnswer::refuse;
    const auto paid = optimal_interval(*curve, decision.cost);
    decision.automate = paid && must_automate((std::min)(paid->interval, age), options_.manual_deployment);
  }
  decision.reason = reason_of(decision, validation_age, options_.validation_limit);
  return decision;
}

}  // namespace leeway::inline v1::retrain
