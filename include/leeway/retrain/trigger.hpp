#ifndef LEEWAY_RETRAIN_TRIGGER_HPP
#define LEEWAY_RETRAIN_TRIGGER_HPP

// Retrain now, or wait? Fed what is measured of the serving model, without a decay rate and without a schedule.
//
//   auto trigger = *RetrainTrigger::make({.queries = QueriesPerDay(1e6), .value = MoneyPerQuery(0.5),
//       .accuracy = Fraction(0.95), .retraining = {.compute = Money(5000)}, .validation_limit = Days(2)});
//   trigger.add_accuracy(Days(0.5), Fraction(0.945), Queries(20000));   // of 20,000 labels
//   const auto decision = trigger.decide(Days(1), Days(0.1));   // retrain, wait or refuse, with the money on both
//   sides
//
// Retrain when age * loss rate - what was lost reaches the cost: the optimum if the next model ages as this one did.
// And at the latest when twice the cost was lost: a loss that comes early and stays would be waited out forever.
//
// Labels are few, and noise grows with age: the sums must be reached by lower confidence bounds, which hold for all
// measurements of a model together: one that loses nothing is retrained with probability alpha, however often it is
// looked at. For any of the last 1, 2, 4, ... measurements the loss rate of now is at least their mean, as losses do
// not fall; of the margin that leaves a sum of measurements, whose variance is that of their labels. Of n measurements
// each bound has alpha / (2 n (n + 1)) and its share of the windows. What falls may be noise as well, so losses are
// negative where a measurement is better than the fresh model.
//
// Labels that come late are added with the age at which the predictions were made, in any order. Divergence, by the
// degradation equation (loss_curve.hpp), speaks for the time after the last labels, and is taken at its word. After
// the last measurement its loss is taken to stay. The accuracy of the fresh model is taken as known: one that is too
// high by d counts as a loss of d. Cost: measurements times their logarithm, per decision. Thread contract: one thread
// at a time.

#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/interval.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

struct TriggerOptions {
  QueriesPerDay queries{};  ///< > 0
  MoneyPerQuery value{};    ///< > 0: worth of one query if accuracy rises from 0 to 1
  Fraction accuracy{};      ///< of the fresh model, in (0, 1]
  Retraining retraining{};
  double lambda = 0;         ///< >= 0: accuracy lost per unit of divergence; 0: divergence is refused
  Days validation_limit{};   ///< > 0: a new model is not judged by older validation data
  Days manual_deployment{};  ///< >= 0: how long the team takes to deploy
  ErrorRate alpha{0.05};     ///< a model that loses nothing is retrained with this probability
};

enum class TriggerAnswer {
  wait,     ///< less would be recovered than a retraining costs, or that much is not sure yet
  retrain,  ///< at least as much would be, or twice as much was lost
  refuse,   ///< it would pay, but the validation data are too old to judge a new model by
};

[[nodiscard]] constexpr const char* to_string(TriggerAnswer answer) noexcept {
  switch (answer) {
    case TriggerAnswer::wait: return "wait";
    case TriggerAnswer::retrain: return "retrain";
    case TriggerAnswer::refuse: return "refuse";
  }
  return "unknown";
}

struct TriggerDecision {
  TriggerAnswer answer = TriggerAnswer::wait;
  Money recovered{};           ///< age * loss rate - lost, of measurements made nondecreasing
  Money recovered_at_least{};  ///< lower confidence bound: decides; may be negative
  Money cost{};                ///< of a retraining, failures included
  MoneyPerDay loss_rate{};     ///< now
  Money lost{};                ///< since the model was fresh
  Money lost_at_least{};       ///< lower confidence bound: decides, against twice the cost
  Days measured_until{};       ///< age of the last measurement
  bool automate = false;       ///< it paid at an age below the time of a manual deployment
  std::string reason;          ///< one line
};

class RetrainTrigger {
 public:
  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<RetrainTrigger> make(const TriggerOptions& options);

  /// Accuracy of the predictions made at an age, by that many labels; replaces an earlier one of the same age. Errors:
  /// `age` negative or not finite, `accuracy` not in [0, 1], `labels` not > 0.
  LEEWAY_EXPORT Result<void> add_accuracy(Days age, Fraction accuracy, Queries labels);
  /// Divergence of the data served at an age. Errors: as above, `divergence` negative or not finite; incompatible where
  /// lambda is 0.
  LEEWAY_EXPORT Result<void> add_divergence(Days age, double divergence);
  /// Forgets all measurements: for the next model.
  LEEWAY_EXPORT void reset() noexcept;

  /// What to do with a model of that age. `validation_age` is that of the newest validation data. Errors: ages negative
  /// or not finite; undefined without measurements up to `age`.
  [[nodiscard]] LEEWAY_EXPORT Result<TriggerDecision> decide(Days age, Days validation_age) const;

 private:
  struct Measurement {
    Days age{};
    double lost = 0;      // of accuracy
    double variance = 0;  // of that
  };

  explicit RetrainTrigger(const TriggerOptions& options) : options_(options) {}
  static void put(std::vector<Measurement>& measurements, const Measurement& one);
  [[nodiscard]] std::vector<Measurement> measured(Days age) const;
  [[nodiscard]] std::vector<LossPoint> losses(const std::vector<Measurement>& measurements) const;

  TriggerOptions options_;
  std::vector<Measurement> labelled_;  // by age
  std::vector<Measurement> guessed_;   // from divergence, by age
};

}  // namespace leeway::inline v1::retrain

#endif
