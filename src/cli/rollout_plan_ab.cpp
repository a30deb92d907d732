// leeway rollout plan --ab: how many units an A/B test needs, or what those that there are find.

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/economics_options.hpp"
#include "cli/rollout_plan.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"

namespace leeway::cli {
namespace {

using report::number_text;
using report::quantity_text;
using retrain::Days;
using retrain::Fraction;

constexpr double kMostDays = 3652425;  // 10,000 years

/// What is measured: a rate, or a mean.
struct Measure {
  double variance = 0;
  std::optional<double> difference;
};

Result<Measure> measure_of(const PlanQuestion& question) {
  const bool mean = question.deviation || question.difference;
  if (question.from && mean) return usage_error("--from", "expected it, or --deviation, found both");
  if (question.to && mean) return usage_error("--to", "expected it, or --difference, found both");
  if (question.from) {
    if (question.from->value() == 1) return usage_error("--from", "expected a share above 0 and below 1, found 1");
    Measure rate{rollout::rate_variance(question.from->value()), {}};
    if (question.to) rate.difference = question.to->value() - question.from->value();
    if (rate.difference == 0.0) return usage_error("--to", "expected another rate than --from, found the same");
    return rate;
  }
  if (question.to) return usage_error("--from", "expected it with --to, a share such as 5%, found none");
  if (question.deviation) return Measure{*question.deviation * *question.deviation, question.difference};
  if (question.difference) return usage_error("--deviation", "expected it with --difference, found none");
  return usage_error("--from", "expected it, a share such as 5%, or --deviation, found none");
}

Result<Duration> duration_of(const char* option, const std::optional<Days>& days) {
  if (!days) return Duration::zero();
  if (days->value() > kMostDays) return usage_error(option, "expected at most 10,000 years, found more");
  return Duration(static_cast<Duration::rep>(std::llround(days->value() * 86400e6)));
}

Days days_of(Duration duration) { return Days(static_cast<double>(duration.count()) / 86400e6); }

/// The library's names are not those of the options.
Error as_option(Error error, const PlanQuestion& question) {
  if (error.code == ErrorCode::limit) error.code = ErrorCode::invalid_argument;
  if (error.where == "difference") error.where = question.to ? "--to" : "--difference";
  if (error.where == "variance") error.where = question.from ? "--from" : "--deviation";
  if (error.where == "candidate_share") error.where = "--weight";
  if (error.where == "variance_reduction") error.where = "--variance-reduction";
  if (error.where == "units_per_day") error.where = "--units-per-day";
  return error;
}

Result<rollout::AbPlanOptions> options_of(const PlanQuestion& question, const Measure& measure) {
  const auto alpha = error_rate("--alpha", question.alpha.value(), 0.5);
  if (!alpha) return alpha.error();
  if (!(question.power.value() > 0.5 && question.power.value() < 1))
    return usage_error("--power",
                       "expected a share above 0.5 and below 1, found " + number_text(question.power.value()));
  const auto burn_in = duration_of("--burn-in", question.burn_in);
  if (!burn_in) return burn_in.error();
  const auto attribution = duration_of("--attribution", question.attribution);
  if (!attribution) return attribution.error();
  if (question.primary_metrics != std::floor(question.primary_metrics) || question.primary_metrics > 1e6)
    return usage_error("--primary-metrics",
                       "expected a whole number up to 1,000,000, found " + number_text(question.primary_metrics));
  return rollout::AbPlanOptions{.variance = measure.variance,
                                .difference = measure.difference.value_or(0),
                                .errors = {*alpha, ErrorRate(1 - question.power.value())},
                                .candidate_share = question.weight.value_or(Fraction(0.5)).value(),
                                .variance_reduction = question.variance_reduction.value(),
                                .primary_metrics = static_cast<std::uint64_t>(question.primary_metrics),
                                .units_per_day = question.units_per_day.value_or(0),
                                .burn_in = *burn_in,
                                .attribution = *attribution};
}

std::string units(double count) { return grouped(static_cast<std::uint64_t>(count)); }

std::string errors_text(const PlanQuestion& question) {
  return "at a false positive rate of " + quantity_text(question.alpha) + ", two-sided, with power " +
         quantity_text(question.power);
}

std::string measure_text(const Measure& measure) {
  return "  2 (z_(a/2) + z_b)^2 variance / difference^2 in each of two equal arms; the variance is " +
         number_text(measure.variance) + "\n";
}

nlohmann::ordered_json json_head(const PlanQuestion& question, const Measure& measure) {
  return {{"format", "leeway.ab_plan"},
          {"version", 1},
          {"alpha", question.alpha.value()},
          {"power", question.power.value()},
          {"variance", measure.variance}};
}

// ---- how many

std::string schedule_text(const rollout::AbSchedule& schedule, const PlanQuestion& question) {
  std::string text = "It takes " + span_text(days_of(schedule.total)) + ": ";
  if (question.burn_in) text += "a burn-in of " + span_text(*question.burn_in) + ", ";
  text += span_text(days_of(schedule.enrolment)) + " in which the units enter";
  if (question.attribution) text += ", and " + span_text(*question.attribution) + " for the outcomes of the last";
  return text + ".\n";
}

std::string text_of(const rollout::AbPlan& plan, const PlanQuestion& question, const Measure& measure) {
  const double all = plan.baseline_units + plan.candidate_units;
  std::string text = plan.baseline_units == plan.candidate_units
                         ? units(plan.baseline_units) + " units in each arm, "
                         : units(plan.baseline_units) + " units of the baseline and " + units(plan.candidate_units) +
                               " of the candidate, ";
  text += units(all) + " in all\n\nThey find a difference of " + number_text(std::fabs(*measure.difference)) +
          ", of either sign, " + errors_text(question) + ".\n" + measure_text(measure);
  if (plan.schedule) text += schedule_text(*plan.schedule, question);
  return text + assumption_text(plan.assumptions);
}

std::string json_of(const rollout::AbPlan& plan, const PlanQuestion& question, const Measure& measure) {
  auto json = json_head(question, measure);
  json["difference"] = *measure.difference;
  json["baseline_units"] = plan.baseline_units;
  json["candidate_units"] = plan.candidate_units;
  if (plan.baseline_units == plan.candidate_units) json["units_per_arm"] = plan.baseline_units;
  json["false_positive_per_metric"] = plan.false_positive;
  if (plan.schedule) {
    json["enrolment_days"] = days_of(plan.schedule->enrolment).value();
    json["total_days"] = days_of(plan.schedule->total).value();
  }
  json["assumptions"] = plan.assumptions;
  return json.dump(1) + "\n";
}

Result<PlanAnswer> answer_units(const PlanQuestion& question, const Measure& measure,
                                const rollout::AbPlanOptions& options) {
  if (!question.units_per_day && (question.burn_in || question.attribution))
    return usage_error("--units-per-day", "expected it with --burn-in and --attribution, found none");
  const auto plan = rollout::plan_ab(options);
  if (!plan) return as_option(plan.error(), question);
  return PlanAnswer{text_of(*plan, question, measure), json_of(*plan, question, measure)};
}

// ---- how little

Result<PlanAnswer> answer_effect(const PlanQuestion& question, const Measure& measure,
                                 const rollout::AbPlanOptions& options) {
  if (measure.difference) return usage_error("--per-arm", "expected it, or a difference to find, found both");
  if (question.units_per_day || question.burn_in || question.attribution || question.weight)
    return usage_error("--per-arm", "expected it without --weight, --units-per-day, --burn-in and --attribution");
  const double left = measure.variance * (1 - options.variance_reduction);
  const rollout::AbErrors errors{ErrorRate(options.errors.false_positive.value() / question.primary_metrics),
                                 options.errors.miss};
  const auto effect = rollout::minimum_detectable_effect(left, *question.per_arm, errors);
  if (!effect) return as_option(effect.error(), question);
  const std::vector<std::string> assumed{
      "units are independent and stay in their arm; the unit of analysis is the unit that is assigned",
      "the test is read once, when it is complete: whoever looks earlier needs a sequential test",
      "both arms have the variance of the baseline, and the means of the arms are normal"};
  const std::string points = question.from ? " (" + number_text(100 * *effect) + " points)" : "";
  auto json = json_head(question, measure);
  json["per_arm"] = *question.per_arm;
  json["minimum_detectable_effect"] = *effect;
  json["assumptions"] = assumed;
  return PlanAnswer{number_text(*question.per_arm) + " units in each arm find a difference of " + number_text(*effect) +
                        points + "\n\nOf either sign, " + errors_text(question) + ".\n" + measure_text(measure) +
                        assumption_text(assumed),
                    json.dump(1) + "\n"};
}

}  // namespace

Result<PlanAnswer> answer_ab(const PlanQuestion& question) {
  const auto measure = measure_of(question);
  if (!measure) return measure.error();
  if (question.variance_reduction.value() == 1)
    return usage_error("--variance-reduction", "expected a share from 0 and below 1, found 1");
  const auto options = options_of(question, *measure);
  if (!options) return options.error();
  if (question.per_arm) return answer_effect(question, *measure, *options);
  if (measure->difference) return answer_units(question, *measure, *options);
  return question.from ? usage_error("--to", "expected it, a share such as 5.1%, or --per-arm, found none")
                       : usage_error("--difference", "expected it, a number such as 5, or --per-arm, found none");
}

}  // namespace leeway::cli
