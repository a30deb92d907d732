#ifndef LEEWAY_RETRAIN_POLICY_HPP
#define LEEWAY_RETRAIN_POLICY_HPP

// When to retrain: rules to compare, by closed form where there is one, and by replay of what happened or could happen,
// beside an oracle that knows the future.
//
//   const Replay world = *replay_of_shocks({PerDay(0.01), MoneyPerDay(50)}, 2000, Days(1), 7);
//   const auto monthly = run(world, Money(100), Scheduled{Days(30)});
//   const auto best = oracle(world, Money(100));                          // monthly->total() - best->total(): regret
//
// A replay has periods of equal length. A fresh model serves period 0; before every other one a policy may retrain,
// having seen the losses up to there. The oracle finds the cheapest retrainings of all by dynamic programming, as
// Mahadevan & Mathioudakis 2024 propose as a yardstick. Everything random has a seed: the same replay on every machine.
// Thread contract: pure functions.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <variant>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/optimal_curve.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

/// Every `interval` > 0, whatever happens.
struct Scheduled {
  Days interval{};
};
/// When the loss rate of the last period is at least `loss` > 0.
struct Threshold {
  MoneyPerDay loss{};
};
/// When what was lost since the last retraining is at least `loss` > 0. With the cost of a retraining: rent or buy.
struct Cumulative {
  Money loss{};
};
/// When age * loss rate - what was lost reaches the cost: the optimum of a curve that repeats itself, unknown as it is.
/// But at the latest when twice the cost was lost: where a loss comes early and stays as it is, the margin never gets
/// there. That cuts exponential decay short of its optimum from k = 0.63 on (0.8 % dearer at 0.9), and retrains where
/// never would be right (k >= 1: 20 % dearer at 2).
struct Marginal {};
/// Before every period.
struct Continuous {};
/// By a monitor: `delay` after a loss began, and now and then for nothing.
struct Triggered {
  Days delay{};              ///< >= 0, from the shock to the new model, on average
  PerDay false_triggers{};   ///< >= 0
  MoneyPerDay monitoring{};  ///< >= 0: what watching costs
};

using Policy = std::variant<Scheduled, Threshold, Cumulative, Marginal, Continuous, Triggered>;

/// What a period costs under each model that could serve it.
struct Replay {
  std::size_t periods = 0;
  Days period{};  ///< length
  /// The loss in a period of the model retrained before period `trained` <= `period`; finite, >= 0.
  std::function<Money(std::size_t trained, std::size_t period)> loss;
};

struct PolicyCost {
  Money staleness{};
  Money retraining{};
  Money monitoring{};
  std::vector<std::size_t> retrained;  ///< the periods before which it was, rising

  [[nodiscard]] Money total() const noexcept { return staleness + retraining + monitoring; }
};

/// What a policy costs on a replay. `seed` is for false triggers. Errors: `cost` not > 0; a policy or replay out of its
/// ranges. Cost: linear in periods.
[[nodiscard]] LEEWAY_EXPORT Result<PolicyCost> run(const Replay& replay, Money cost, const Policy& policy,
                                                   std::uint64_t seed = 0);

/// The least that any policy can cost, and how. Errors: as run(). Cost: quadratic in periods.
[[nodiscard]] LEEWAY_EXPORT Result<PolicyCost> oracle(const Replay& replay, Money cost);

// ---- Worlds

/// Sudden changes without memory: each makes any older model lose `loss` per day.
struct Shocks {
  PerDay rate{};       ///< > 0
  MoneyPerDay loss{};  ///< > 0
};

/// A model that loses by a curve again and again. The curve must outlive the replay. Errors: no periods, a length not >
/// 0.
[[nodiscard]] LEEWAY_EXPORT Result<Replay> replay_of_curve(const LossCurve& curve, std::size_t periods, Days period);

/// Shocks at random moments. Errors: as above; numbers not > 0.
[[nodiscard]] LEEWAY_EXPORT Result<Replay> replay_of_shocks(const Shocks& shocks, std::size_t periods, Days period,
                                                            std::uint64_t seed);

// ---- Closed forms

/// Retraining on a schedule under shocks is that of an exponential loss: best cost rate and interval. Errors: numbers
/// not > 0.
[[nodiscard]] LEEWAY_EXPORT Result<CurveInterval> best_schedule(const Shocks& shocks, Money cost);

/// (C + B d) / (1 / g + d) + phi C + m: a renewal of mean length 1 / g + d. False triggers count as lost money alone:
/// that they may end a loss before it is noticed is left out, which matters where phi d is not small. Errors: numbers
/// out of their ranges.
[[nodiscard]] LEEWAY_EXPORT Result<MoneyPerDay> cost_rate(const Shocks& shocks, Money cost, const Triggered& triggered);

/// The delay at which a monitor with those false triggers and that price costs as much as the best schedule: it pays
/// iff it is faster. Without either it is the optimal interval itself: a monitor pays if it detects faster than you
/// retrain. Errors: numbers out of their ranges; undefined where no delay is short enough, or retraining never pays.
[[nodiscard]] LEEWAY_EXPORT Result<Days> break_even_delay(const Shocks& shocks, Money cost, PerDay false_triggers,
                                                          MoneyPerDay monitoring);

/// The age at which a policy retrains on a curve that repeats itself; infinite where it never does. Errors: policies
/// out of their ranges, `cost` not > 0; incompatible: Continuous and Triggered, which have no such age, and curves that
/// fall.
[[nodiscard]] LEEWAY_EXPORT Result<Days> retraining_age(const LossCurve& curve, Money cost, const Policy& policy);

}  // namespace leeway::inline v1::retrain

#endif
