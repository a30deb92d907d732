#include "leeway/retrain/policy.hpp"

#include <cmath>
#include <limits>
#include <string>

#include "leeway/retrain/interval.hpp"
#include "retrain/marginal.hpp"
#include "retrain/policy_check.hpp"
#include "stats/bisect.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

// Whether a model of that age is due.
struct DueAt {
  const LossCurve& curve;
  Money cost;
  Days age;

  bool operator()(const Scheduled& policy) const { return age >= policy.interval; }
  bool operator()(const Threshold& policy) const { return curve.rate(age) >= policy.loss; }
  bool operator()(const Cumulative& policy) const { return curve.total(age) >= policy.loss; }
  bool operator()(const Marginal&) const { return detail::is_due(curve.margin(age), curve.total(age), cost); }
  bool operator()(const Continuous&) const { return true; }
  bool operator()(const Triggered&) const { return false; }
};

Error no_delay(const char* found) {
  return {ErrorCode::undefined, std::string("expected a delay at which monitoring pays, found ") + found, "delay"};
}

}  // namespace

Result<CurveInterval> best_schedule(const Shocks& shocks, Money cost) {
  if (const Check bad = detail::first({detail::check(shocks), detail::positive(cost, "cost")})) return *bad;
  const double x = normalized_interval(cost * shocks.rate / shocks.loss);
  return CurveInterval{std::isfinite(x), Days(x / shocks.rate.value()), shocks.loss * -std::expm1(-x)};
}

Result<MoneyPerDay> cost_rate(const Shocks& shocks, Money cost, const Triggered& triggered) {
  if (const Check bad =
          detail::first({detail::check(shocks), detail::positive(cost, "cost"), detail::check(triggered)}))
    return *bad;
  const Days cycle = Days(1 / shocks.rate.value()) + triggered.delay;
  return (cost + shocks.loss * triggered.delay) / cycle + triggered.false_triggers * cost + triggered.monitoring;
}

// With w = phi C + m and o = w e^x / B, from (C + B d) / (1 / g + d) + w = B (1 - e^-x) and k = 1 - (1 + x) e^-x:
// d = (x - o) / (g (1 + o)).
Result<Days> break_even_delay(const Shocks& shocks, Money cost, PerDay false_triggers, MoneyPerDay monitoring) {
  if (const Check bad = detail::first({detail::check(shocks), detail::positive(cost, "cost"),
                                       detail::check(Triggered{{}, false_triggers, monitoring})}))
    return *bad;
  const double x = normalized_interval(cost * shocks.rate / shocks.loss);
  if (!std::isfinite(x)) return no_delay("that retraining never pays");
  const double overhead = (false_triggers * cost + monitoring) / shocks.loss * std::exp(x);
  if (overhead > x) return no_delay("none: false triggers and monitoring cost more than the best schedule");
  return Days((x - overhead) / (shocks.rate.value() * (1 + overhead)));
}

Result<Days> retraining_age(const LossCurve& curve, Money cost, const Policy& policy) {
  if (const Check bad = detail::first({detail::positive(cost, "cost"), detail::check(policy)})) return *bad;
  if (std::holds_alternative<Continuous>(policy) || std::holds_alternative<Triggered>(policy))
    return Error{ErrorCode::incompatible, "expected a policy that waits for an age, found another", "policy"};
  if (std::isfinite(curve.horizon().value()))
    return Error{ErrorCode::incompatible, "expected a curve that never falls, found one that does", "curve"};
  const auto due = [&](double age) { return std::visit(DueAt{curve, cost, Days(age)}, policy); };
  return Days(stats::detail::first_true(due, std::numeric_limits<double>::infinity()));
}

}  // namespace leeway::inline v1::retrain
