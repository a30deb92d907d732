#ifndef LEEWAY_RETRAIN_TRIGGER_HPP
#define LEEWAY_RETRAIN_TRIGGER_HPP

// Retrain now, or wait? Fed what is measured of the serving model, without a decay rate and without a schedule.
//
//   auto trigger = *RetrainTrigger::make({.queries = QueriesPerDay(1e6), .value = MoneyPerQuery(0.5),
//       .accuracy = Fraction(0.95), .retraining = {.compute = Money(5000)}, .validation_limit = Days(2)});
//   trigger.add_accuracy(Days(0.5), Fraction(0.945));
//   const auto decision = trigger.decide(Days(1), Days(0.1));   // retrain, wait or refuse, with the money on both
//   sides
//
// Retrain when age * loss rate - what was lost so far reaches the cost: the optimum if the next model ages as this one
// did. Labels that come late are added with the age at which the predictions were made, in any order. Divergence, by
// the degradation equation (loss_curve.hpp), speaks for the time after the last labels. The measured losses are made
// nondecreasing, which takes out noise but not all: feed means over many labels. After the last measurement its loss is
// taken to stay. Cost: linear in measurements per decision. Thread contract: one thread at a time.

#include <string>
#include <vector>

#include "leeway/base/export.hpp"
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
};

enum class TriggerAnswer {
  wait,     ///< less would be recovered than a retraining costs
  retrain,  ///< at least as much would be
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
  Money recovered{};        ///< age * loss rate - lost
  Money cost{};             ///< of a retraining, failures included
  MoneyPerDay loss_rate{};  ///< now
  Money lost{};             ///< since the model was fresh
  Days measured_until{};    ///< age of the last measurement
  bool automate = false;    ///< it paid at an age below the time of a manual deployment
  std::string reason;       ///< one line
};

class RetrainTrigger {
 public:
  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<RetrainTrigger> make(const TriggerOptions& options);

  /// Accuracy of the predictions made at an age; replaces an earlier one of the same age. Errors: `age` negative or not
  /// finite, `accuracy` not in [0, 1].
  LEEWAY_EXPORT Result<void> add_accuracy(Days age, Fraction accuracy);
  /// Divergence of the data served at an age. Errors: as above, `divergence` negative or not finite; incompatible where
  /// lambda is 0.
  LEEWAY_EXPORT Result<void> add_divergence(Days age, double divergence);
  /// Forgets all measurements: for the next model.
  LEEWAY_EXPORT void reset() noexcept;

  /// What to do with a model of that age. `validation_age` is that of the newest validation data. Errors: ages negative
  /// or not finite; undefined without measurements up to `age`.
  [[nodiscard]] LEEWAY_EXPORT Result<TriggerDecision> decide(Days age, Days validation_age) const;

 private:
  explicit RetrainTrigger(const TriggerOptions& options) : options_(options) {}
  [[nodiscard]] std::vector<LossPoint> measured(Days age) const;

  TriggerOptions options_;
  std::vector<LossPoint> labelled_;  // by age
  std::vector<LossPoint> guessed_;   // from divergence, by age
};

}  // namespace leeway::inline v1::retrain

#endif
