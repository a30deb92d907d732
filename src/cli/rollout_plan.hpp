#ifndef LEEWAY_CLI_ROLLOUT_PLAN_HPP
#define LEEWAY_CLI_ROLLOUT_PLAN_HPP

// What `leeway rollout plan` is asked, and what it answers: of a rollout that is watched, or of an A/B test.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/retrain/quantity.hpp"
#include "leeway/rollout/ab_test.hpp"
#include "leeway/rollout/planner.hpp"

namespace leeway::cli {

/// A number of any kind of metric: of a share it may be a percentage.
class Amount {
 public:
  explicit constexpr Amount(double value = 0) noexcept : value_(value) {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }

 private:
  double value_;
};

using NamedWeight = std::pair<std::string, double>;

/// The options, as they were given.
struct PlanQuestion {
  // of both
  retrain::Fraction alpha{0.05};
  retrain::Fraction power{0.8};
  std::optional<retrain::Fraction> weight;
  std::optional<double> deviation;

  // of a rollout
  std::optional<retrain::Fraction> baseline_rate;
  std::optional<retrain::Fraction> candidate_rate;
  std::optional<double> shift;
  bool lower_is_worse = false;
  std::optional<double> requests;
  double design_effect = 1;
  std::vector<rollout::RampStage> ramp;
  std::optional<Amount> margin;
  retrain::Fraction false_promotion{0.05};
  std::optional<double> within_ticks;
  std::optional<retrain::Days> within;
  std::optional<retrain::Days> tick;
  std::vector<NamedWeight> split;

  // of an A/B test
  bool ab = false;
  std::optional<retrain::Fraction> from;
  std::optional<retrain::Fraction> to;
  std::optional<double> difference;
  std::optional<double> per_arm;
  double primary_metrics = 1;
  retrain::Fraction variance_reduction{};
  std::optional<double> units_per_day;
  std::optional<retrain::Days> burn_in;
  std::optional<retrain::Days> attribution;
};

struct PlanAnswer {
  std::string text;
  std::string json;
};

/// Errors (invalid_argument), by the name of the option: what is missing, what does not fit together, and what the
/// library refuses.
[[nodiscard]] Result<PlanAnswer> answer_rollout(const PlanQuestion& question);
[[nodiscard]] Result<PlanAnswer> answer_ab(const PlanQuestion& question);

/// An error rate of a share that an option gave; `most` is excluded.
[[nodiscard]] Result<ErrorRate> error_rate(const std::string& option, double value, double most = 1);

/// "17.4 ticks": to a tenth.
[[nodiscard]] std::string tenths(double number);
/// "90 seconds", "17.4 minutes", "5.2 hours", "12 days".
[[nodiscard]] std::string span_text(retrain::Days span);

}  // namespace leeway::cli

#endif
