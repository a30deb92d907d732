#ifndef LEEWAY_RETRAIN_OPTIMAL_CURVE_HPP
#define LEEWAY_RETRAIN_OPTIMAL_CURVE_HPP

// How often to retrain a model that loses by any curve (loss_curve.hpp): alone, within limits, or sharing a budget with
// others. `cost` is that of one retraining, failures included (Retraining::cost()).
//
// The condition is solved by bisection down to neighbouring doubles, as far as the curve's margin is exact. Cost: up to
// some 100 evaluations of the curve; the shared ones some 100 times that for each model. Thread contract: pure
// functions.

#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

struct CurveInterval {
  bool pays = false;        ///< false: never retrain
  Days interval{};          ///< infinite where it never pays
  MoneyPerDay cost_rate{};  ///< staleness and retraining together
};

/// f(T): the cost per day if retrained every `interval`. Errors: numbers not > 0 or not finite.
[[nodiscard]] LEEWAY_EXPORT Result<MoneyPerDay> cost_rate(const LossCurve& curve, Money cost, Days interval);

/// The interval with the least cost rate. Errors: `cost` not > 0 or not finite.
[[nodiscard]] LEEWAY_EXPORT Result<CurveInterval> optimal_interval(const LossCurve& curve, Money cost);

/// The best interval in [shortest, longest]: the optimum or the limit next to it, as the cost rate has no other
/// minimum. `longest` may be infinite. Errors: `cost` or `shortest` not > 0, limits that cross; incompatible: a curve
/// that falls.
[[nodiscard]] LEEWAY_EXPORT Result<CurveInterval> constrained_interval(const LossCurve& curve, Money cost,
                                                                       Days shortest, Days longest);

/// A model that shares a budget with others. The curve must outlive the call.
struct SharingModel {
  const LossCurve* curve = nullptr;
  Money cost{};  ///< of a retraining, > 0
};

struct SharedPlan {
  std::vector<CurveInterval> models;  ///< in the order given
  MoneyPerDay cost_rate{};            ///< of all, without the price
  double price = 0;  ///< what one more unit of the limit would save: money per retraining, or money per money spent
};

/// The intervals with the least cost of all models such that together they are retrained at most `limit` times a day:
/// every cost rises by the same price. Of a model near its break-even cost the interval hangs on the last digits of the
/// price, so a little of the limit may be left. Errors: no model, a null curve, numbers not > 0 or not finite.
[[nodiscard]] LEEWAY_EXPORT Result<SharedPlan> share_capacity(std::span<const SharingModel> models, PerDay limit);

/// The same where together they cost at most `limit` a day: every cost rises in the same proportion. Errors: as above.
[[nodiscard]] LEEWAY_EXPORT Result<SharedPlan> share_budget(std::span<const SharingModel> models, MoneyPerDay limit);

}  // namespace leeway::inline v1::retrain

#endif
