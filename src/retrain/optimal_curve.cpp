#include "leeway/retrain/optimal_curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "retrain/check.hpp"
#include "stats/bisect.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

constexpr Days kNever{std::numeric_limits<double>::infinity()};

MoneyPerDay rate_at(const LossCurve& curve, Money cost, Days interval) {
  return interval == kNever ? curve.average() : (curve.total(interval) + cost) / interval;
}

CurveInterval solve(const LossCurve& curve, Money cost) {
  if (!(cost < curve.break_even())) return {false, kNever, curve.average()};
  const auto due = [&](double age) { return curve.margin(Days(age)) >= cost; };
  const Days interval(stats::detail::first_true(due, curve.horizon().value()));
  return {interval != kNever, interval, rate_at(curve, cost, interval)};
}

// Of a shared limit: how much of it one retraining takes, and what that adds to its cost at a price.
using Weight = double (*)(const SharingModel&);

std::vector<CurveInterval> solve_all(std::span<const SharingModel> models, Weight weight, double price) {
  std::vector<CurveInterval> plans;
  for (const SharingModel& model : models) {
    CurveInterval plan = solve(*model.curve, model.cost + Money(price * weight(model)));
    plan.cost_rate = rate_at(*model.curve, model.cost, plan.interval);
    plans.push_back(plan);
  }
  return plans;
}

double used(std::span<const SharingModel> models, Weight weight, const std::vector<CurveInterval>& plans) {
  double sum = 0;
  for (std::size_t i = 0; i < models.size(); ++i) sum += weight(models[i]) / plans[i].interval.value();
  return sum;
}

Check check(std::span<const SharingModel> models) {
  if (models.empty()) return Error{ErrorCode::invalid_argument, "expected at least one model, found none", "models"};
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::string where = "models[" + std::to_string(i) + "]";
    if (models[i].curve == nullptr)
      return Error{ErrorCode::invalid_argument, "expected a curve, found none", where + ".curve"};
    if (Check bad = detail::positive(models[i].cost, (where + ".cost").c_str())) return bad;
  }
  return {};
}

Result<SharedPlan> share(std::span<const SharingModel> models, Weight weight, double limit) {
  if (Check bad = detail::first({check(models), detail::positive(limit, "limit")})) return *std::move(bad);
  const auto fits = [&](double price) { return used(models, weight, solve_all(models, weight, price)) <= limit; };
  SharedPlan plan;
  plan.price = fits(0) ? 0 : stats::detail::first_true(fits, std::numeric_limits<double>::infinity());
  plan.models = solve_all(models, weight, plan.price);
  for (const CurveInterval& model : plan.models) plan.cost_rate += model.cost_rate;
  return plan;
}

}  // namespace

Result<MoneyPerDay> cost_rate(const LossCurve& curve, Money cost, Days interval) {
  if (const Check bad = detail::first({detail::positive(cost, "cost"), detail::positive(interval, "interval")}))
    return *bad;
  return rate_at(curve, cost, interval);
}

Result<CurveInterval> optimal_interval(const LossCurve& curve, Money cost) {
  if (const Check bad = detail::positive(cost, "cost")) return *bad;
  return solve(curve, cost);
}

Result<CurveInterval> constrained_interval(const LossCurve& curve, Money cost, Days shortest, Days longest) {
  if (const Check bad = detail::first({detail::positive(cost, "cost"), detail::positive(shortest, "shortest")}))
    return *bad;
  if (!(longest >= shortest)) return detail::unexpected("at least `shortest`", longest.value(), "longest");
  if (curve.horizon() != kNever)
    return Error{ErrorCode::incompatible, "expected a curve that never falls, found one that does", "curve"};
  const Days interval = (std::clamp)(solve(curve, cost).interval, shortest, longest);
  return CurveInterval{interval != kNever, interval, rate_at(curve, cost, interval)};
}

Result<SharedPlan> share_capacity(std::span<const SharingModel> models, PerDay limit) {
  return share(
      models, [](const SharingModel&) { return 1.0; }, limit.value());
}

Result<SharedPlan> share_budget(std::span<const SharingModel> models, MoneyPerDay limit) {
  return share(
      models, [](const SharingModel& model) { return model.cost.value(); }, limit.value());
}

}  // namespace leeway::inline v1::retrain
