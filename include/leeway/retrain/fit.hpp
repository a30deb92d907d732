#ifndef LEEWAY_RETRAIN_FIT_HPP
#define LEEWAY_RETRAIN_FIT_HPP

// How fast did a model decay, and was it decay at all? From the accuracy that one deployed model had as it aged.
//
//   const auto fit = fit_decay(history);   // {age, accuracy, labels}, or a row each: {age, correct ? 1 : 0}
//   fit->reason;                           // "exponential: loses 0.137 % of its accuracy per day ..."
//   const auto plan = plan_of(*fit, Worth{QueriesPerDay(1e6), MoneyPerQuery(0.5)}, {.compute = Money(5000)});
//   plan->intervals;                       // optimal at the rates of the range
//
// The nearest A e^(-g t) minimises sum w (accuracy - A e^(-g t))^2 with w = 1 / (p (1 - p) / labels + scatter^2): what
// the labels leave open and, where the points lie wider, the scatter beyond (Paule & Mandel 1982). The range of g is
// that of its profile, of the F law with the residual's own size (Hartung & Knapp 2001).
//
// Whether it describes the history: is there a bend, a step at any age, or a season of any period from two in the
// history on, beside it or instead of it, or do neighbours resemble each other? How far the best of all lowers the BIC
// is held against what histories drawn from the fitted exponential give (parametric bootstrap of a fixed seed), so that
// one that is exponential is refused with probability alpha, however many steps and seasons are tried. What is refused
// is named by the description with the least BIC. A half-life and a plan exist only of what is not refused: else they
// would be numbers without a meaning.
//
// Assumes that each point is of predictions made at its age by the same model, with labels that are correct and not
// chosen by the outcome, and that points scatter independently: where accuracy wanders, the range of g is too narrow
// (docs/economics.md has how much), and only the strong likeness of neighbours is found. Cost: milliseconds where a
// history is exponential, up to some 0.3 s where 96 ages with a season and a step are described. Deterministic. Thread
// contract: pure functions.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/interval.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

struct AccuracyPoint {
  Days age{};           ///< of the model when it predicted, >= 0
  Fraction accuracy{};  ///< share of correct predictions; of a single row 0 or 1
  Queries labels{1};    ///< > 0: predictions with a label behind it
};

struct FitOptions {
  ErrorRate alpha{0.05};  ///< ranges miss the truth, and exponential histories are refused, as often; at least 0.01
  bool evenly_sampled = false;  ///< rows exactly evenly spaced are a measurement by the clock, not numbered rows
  bool dated = true;            ///< ages come from dates, so that a row a day is a calendar; false: they were numbers
};

enum class HistoryShape {
  not_enough_data,  ///< too little to tell
  artificial_time,  ///< the ages number the rows
  none,             ///< no decay to be seen: its rate may be 0
  exponential,
  bent,           ///< falls ever faster, or levels off
  step,           ///< falls at once
  seasonal,       ///< comes and goes with a period
  seasonal_step,  ///< both
  recovers,       ///< rises
  noisy,          ///< scatters more than any model of decay explains
};

[[nodiscard]] constexpr const char* to_string(HistoryShape shape) noexcept {
  switch (shape) {
    case HistoryShape::not_enough_data: return "not_enough_data";
    case HistoryShape::artificial_time: return "artificial_time";
    case HistoryShape::none: return "none";
    case HistoryShape::exponential: return "exponential";
    case HistoryShape::bent: return "bent";
    case HistoryShape::step: return "step";
    case HistoryShape::seasonal: return "seasonal";
    case HistoryShape::seasonal_step: return "seasonal_step";
    case HistoryShape::recovers: return "recovers";
    case HistoryShape::noisy: return "noisy";
  }
  return "unknown";
}

/// From one value to another, both included.
template <class T>
struct Range {
  T low{};
  T high{};

  [[nodiscard]] constexpr bool contains(T value) const noexcept { return low <= value && value <= high; }
};

/// The exponential that comes nearest to a history, whether or not it describes it.
struct NearestExponential {
  Fraction accuracy{};    ///< at age 0
  PerDay rate{};          ///< below 0 where accuracy rises
  Range<PerDay> rates{};  ///< of confidence 1 - alpha; infinite where the history sets no limit
  PerDay deviation{};     ///< standard deviation of the rate
  Fraction scatter{};     ///< standard deviation of the points beyond what their labels explain
  double dispersion = 1;  ///< mean square of the residuals over what labels explain: 1 where they explain it all
};

struct StepChange {
  Days at{};
  Fraction before{};  ///< mean accuracy
  Fraction after{};
};

struct DecayFit {
  HistoryShape shape = HistoryShape::not_enough_data;
  std::string reason;               ///< one line
  std::string history_alone;        ///< what would be said if the time were real; empty if it is
  NearestExponential nearest{};     ///< of 3 points or more; 0 of fewer
  std::optional<Days> half_life{};  ///< where exponential
  std::optional<Range<Days>> half_lives{};
  std::optional<StepChange> step{};   ///< where there is one
  std::optional<Days> period{};       ///< where seasonal
  double p_shape = 1;                 ///< of bends, steps and seasons; at least 0.002
  double p_neighbours = 1;            ///< of likeness between neighbours; at least 0.001
  std::vector<AccuracyPoint> points;  ///< what was fitted: pooled, without seasons shorter than pools
};

/// Fits a history by age. Equal ages are pooled, and neighbours until 30 labels stand behind each point, and of more
/// than 96 ages until there are at most 48. Seasons shorter than two pools are sought between the points of each, down
/// to two ages a period (of more than 2,048 ages: to 1/512 of the history, and days and weeks), and taken out first.
/// Errors (invalid_argument): ages negative, not finite or falling; fewer than 3 different ones; accuracy outside [0,
/// 1]; labels not > 0; alpha below 0.01.
[[nodiscard]] LEEWAY_EXPORT Result<DecayFit> fit_decay(std::span<const AccuracyPoint> history,
                                                       const FitOptions& options = {});

/// What the queries are worth: a Staleness without what the history tells.
struct Worth {
  QueriesPerDay queries{};  ///< > 0
  MoneyPerQuery value{};    ///< > 0: worth of one query if accuracy rises from 0 to 1
};

/// When to retrain, and how far that can be trusted. Infinite is never.
struct FittedPlan {
  Days interval{};                  ///< optimal at the fitted rate
  Range<Days> intervals{};          ///< optimal at the rates of the range; the shortest need not be that of an end
  MoneyPerDay cost_rate{};          ///< of that interval, at the fitted rate
  Range<MoneyPerDay> cost_rates{};  ///< of that interval, at the rates of the range
  MoneyPerDay regret{};             ///< at most, to the optimum at a rate of the range
  std::optional<Days> uncertain{};  ///< optimal for an unknown rate, gamma of the fitted mean and deviation
};

/// The plan of a history that is exponential, or that shows no decay: never then, with the shortest interval that the
/// range of rates allows. The accuracy at age 0 is taken as known. Where ages count from the deployment of a model
/// whose data had the same lag, that is in this accuracy already: leave `retraining.lag` at 0. Errors
/// (invalid_argument): fields out of their ranges; undefined, with the reason, of any other history.
[[nodiscard]] LEEWAY_EXPORT Result<FittedPlan> plan_of(const DecayFit& fit, const Worth& worth,
                                                       const Retraining& retraining);

}  // namespace leeway::inline v1::retrain

#endif
