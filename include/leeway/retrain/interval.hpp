#ifndef LEEWAY_RETRAIN_INTERVAL_HPP
#define LEEWAY_RETRAIN_INTERVAL_HPP

// How often to retrain a model whose accuracy decays exponentially: A(t) = A0 e^(-g t).
//
//   const Staleness fraud{.queries = QueriesPerDay(1e6), .value = MoneyPerQuery(0.5), .accuracy = Fraction(0.95),
//                         .decay = PerDay(0.02)};
//   const auto plan = optimal_interval(fraud, Retraining{.compute = Money(5000)});   // every 1.03 days
//
// With B = queries * value * accuracy, a model of age t loses L(t) = B (1 - e^(-g t)) per day. An interval T costs
// f(T) = (int_0^T L + C) / T per day; with k = C g / B and x = g T its only minimum solves (1 + x) e^(-x) = 1 - k. It
// exists iff k < 1: else a retraining costs more than staleness can ever lose, and the answer is never. At the optimum
// the loss of the day equals the average cost: f(T) = L(T). sqrt(2 C / (B g)), the square-root law of inventories
// (Harris 1913), is what remains for small k: always too short, by a third of sqrt(2 k).
//
// Assumes gradual decay at a known rate, value linear in accuracy, cycles that do not depend on each other, and a fixed
// cost. Other decay: loss_curve.hpp. Cost: under 1 us. Thread contract: pure functions.

#include <optional>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

/// What a stale model loses.
struct Staleness {
  QueriesPerDay queries{};  ///< > 0
  MoneyPerQuery value{};    ///< > 0: worth of one query if accuracy rises from 0 to 1
  Fraction accuracy{};      ///< of a fresh model, in (0, 1]
  PerDay decay{};           ///< > 0: continuous rate; a day loses 1 - e^(-decay) of the accuracy

  /// B: the loss per day of a model without any accuracy left.
  [[nodiscard]] constexpr MoneyPerDay ceiling() const noexcept { return queries * value * accuracy; }
};

/// What a retraining costs.
struct Retraining {
  Money compute{};     ///< >= 0, as are all; their sum > 0
  Money validation{};  ///< labels and people included
  Money deployment{};
  Money risk{};         ///< expected damage of a bad release
  Fraction success{1};  ///< probability that an attempt ends in a better model, in (0, 1]
  Days lag{};           ///< >= 0: age of the newest training data when the model goes live

  /// Of one attempt.
  [[nodiscard]] constexpr Money attempt() const noexcept { return compute + validation + deployment + risk; }
  /// C: expected, failed attempts included.
  [[nodiscard]] constexpr Money cost() const noexcept { return attempt() / success.value(); }
};

/// Relative change of the optimal interval per relative change of an input.
struct Elasticities {
  double cost = 0;     ///< k e^x / x^2 >= 1/2
  double ceiling = 0;  ///< of queries, value and accuracy: -cost
  double decay =
      0;  ///< cost (1 + g lag) - 1: above 0, where k > 0.535 without lag, faster decay means retrain less often
  double conditioning = 0;  ///< the largest of them: by how much relative errors of the inputs grow
};

struct OptimalInterval {
  bool pays = false;                           ///< false: never retrain, whatever the interval
  Days interval{};                             ///< infinite where it never pays
  MoneyPerDay cost_rate{};                     ///< staleness and retraining together, at that interval
  double k = 0;                                ///< C g e^(g lag) / B: pays iff < 1
  double one_minus_k = 0;                      ///< what the answer hangs on where k is near 1
  Days square_root{};                          ///< the square-root law
  double square_root_error{};                  ///< its interval / the optimal one - 1, in [-1, 0)
  double square_root_excess{};                 ///< its cost rate / the optimal one - 1, >= 0
  std::optional<Elasticities> elasticities{};  ///< none where it never pays
};

/// S(T): what staleness costs from age 0 to `interval`. Errors (invalid_argument): fields out of their ranges,
/// `interval` not a finite number >= 0.
[[nodiscard]] LEEWAY_EXPORT Result<Money> staleness_cost(const Staleness& staleness, Days interval);

/// f(T): staleness and retraining per day if retrained every `interval`. Errors: as above, `interval` > 0.
[[nodiscard]] LEEWAY_EXPORT Result<MoneyPerDay> cost_rate(const Staleness& staleness, const Retraining& retraining,
                                                          Days interval);

/// The interval with the least cost rate. Errors (invalid_argument): fields out of their ranges.
[[nodiscard]] LEEWAY_EXPORT Result<OptimalInterval> optimal_interval(const Staleness& staleness,
                                                                     const Retraining& retraining);

/// The same where the cost of a retraining is known as B / g - `below`: by how much it undercuts the cost that never
/// pays. Near that cost the other form has lost the digits that matter. Errors: numbers not > 0; `below` >= B / g.
[[nodiscard]] LEEWAY_EXPORT Result<OptimalInterval> optimal_interval_below_break_even(MoneyPerDay ceiling, PerDay decay,
                                                                                      Money below);

/// x with (1 + x) e^(-x) = 1 - k; infinity for k >= 1. Relative error below 1e-15 for k from 1e-300 to the last double
/// below 1. Precondition: k > 0.
[[nodiscard]] LEEWAY_EXPORT double normalized_interval(double k) noexcept;

/// The same as a function of 1 - k, down to 1e-300; infinity for 0. Precondition: 0 <= one_minus_k < 1.
[[nodiscard]] LEEWAY_EXPORT double normalized_interval_of_complement(double one_minus_k) noexcept;

/// How long until half of the accuracy is gone: ln 2 / decay. Says something only where decay is exponential. Errors:
/// `decay` not > 0.
[[nodiscard]] LEEWAY_EXPORT Result<Days> half_life(PerDay decay);

/// A team whose manual deployment takes longer than the interval must automate it: it cannot retrain as often as pays.
[[nodiscard]] constexpr bool must_automate(Days interval, Days manual_deployment) noexcept {
  return interval < manual_deployment;
}

}  // namespace leeway::inline v1::retrain

#endif
