#include "leeway/rollout/ab_test.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rollout/plan_check.hpp"

namespace leeway::inline v1::rollout {
namespace {

using detail::below_half;
using detail::Check;
using detail::first;
using detail::positive;
using detail::short_text;
using detail::unexpected;
using detail::within_unit;

constexpr double kMostUnits = 1e18;
constexpr double kMostDays = 3652425;  // 10,000 years: a Duration holds them
constexpr double kMicrosecondsPerDay = 86400e6;
// What 0.051 - 0.05 has lost must not add a unit.
constexpr double kRounding = 1e-12;

Check errors_of(const AbErrors& errors) {
  return first({below_half(errors.false_positive, "false_positive"), below_half(errors.miss, "miss")});
}

/// Of either sign, not 0.
Check difference_of(double difference) {
  if (difference != 0 && std::isfinite(difference)) return {};
  return unexpected("a finite number other than 0", difference, "difference");
}

/// (z_(a/2) + z_b)^2.
double squared_quantiles(const AbErrors& errors) {
  const double sum =
      detail::normal_quantile(errors.false_positive.value() / 2) + detail::normal_quantile(errors.miss.value());
  return sum * sum;
}

double rounded_up(double units) { return (std::max)(1.0, std::ceil(units * (1 - kRounding))); }

Result<double> checked_units(double units) {
  if (units <= kMostUnits) return rounded_up(units);
  return Error{ErrorCode::limit, "expected at most 1e18 units, found " + short_text(units), "difference"};
}

}  // namespace

// ---- Sizes

Result<double> sample_size_per_arm(double variance, double difference, const AbErrors& errors) {
  if (const Check bad = first({positive(variance, "variance"), difference_of(difference), errors_of(errors)}))
    return *bad;
  return checked_units(2 * squared_quantiles(errors) * (variance / difference / difference));
}

Result<double> sample_size_for_rates(double baseline, double candidate, const AbErrors& errors) {
  if (const Check bad = first({within_unit(baseline, "baseline"), within_unit(candidate, "candidate")})) return *bad;
  if (candidate == baseline) return unexpected("another rate than `baseline`", candidate, "candidate");
  return sample_size_per_arm(rate_variance(baseline), candidate - baseline, errors);
}

Result<double> minimum_detectable_effect(double variance, double per_arm, const AbErrors& errors) {
  if (const Check bad = first({positive(variance, "variance"), positive(per_arm, "per_arm"), errors_of(errors)}))
    return *bad;
  return std::sqrt(2 * squared_quantiles(errors) * variance / per_arm);
}

// ---- Plans

namespace {

Check check(const AbPlanOptions& options) {
  if (Check bad = first({positive(options.variance, "variance"), difference_of(options.difference),
                         errors_of(options.errors), within_unit(options.candidate_share, "candidate_share"),
                         detail::at_least(0, options.units_per_day, "units_per_day")}))
    return bad;
  if (!(options.variance_reduction >= 0 && options.variance_reduction < 1))
    return unexpected("a number in [0, 1)", options.variance_reduction, "variance_reduction");
  if (options.primary_metrics == 0) return unexpected("at least 1", 0, "primary_metrics");
  if (options.burn_in < Duration::zero())
    return unexpected("a time of at least 0", static_cast<double>(options.burn_in.count()), "burn_in");
  if (options.attribution < Duration::zero())
    return unexpected("a time of at least 0", static_cast<double>(options.attribution.count()), "attribution");
  return {};
}

double days_of(Duration duration) { return static_cast<double>(duration.count()) / kMicrosecondsPerDay; }

Result<AbSchedule> schedule_of(const AbPlanOptions& options, double units) {
  const double enrolment = units / options.units_per_day;
  const double total = enrolment + days_of(options.burn_in) + days_of(options.attribution);
  if (!(total <= kMostDays))
    return Error{ErrorCode::limit, "expected a test of at most 10,000 years, found " + short_text(total) + " days",
                 "units_per_day"};
  const Duration entering(static_cast<Duration::rep>(std::ceil(enrolment * kMicrosecondsPerDay)));
  return AbSchedule{entering, options.burn_in + entering + options.attribution};
}

std::vector<std::string> assumptions_of(const AbPlanOptions& options) {
  std::vector<std::string> lines{
      "units are independent and stay in their arm; the unit of analysis is the unit that is assigned",
      "the test is read once, when it is complete: whoever looks earlier needs a sequential test",
      "both arms have the variance of the baseline, and the means of the arms are normal"};
  if (options.variance_reduction > 0)
    lines.push_back("a covariate from before the test takes out " + short_text(100 * options.variance_reduction) +
                    " % of the variance");
  if (options.primary_metrics > 1)
    lines.push_back("any of " + std::to_string(options.primary_metrics) +
                    " primary metrics may be the finding: they share the false positives");
  if (options.units_per_day > 0) lines.emplace_back("units enter at one pace; whole weeks see each weekday alike");
  if (options.burn_in > Duration::zero()) lines.emplace_back("novelty has worn off after the burn-in");
  if (options.attribution > Duration::zero())
    lines.emplace_back("an outcome later than the attribution window is none, in both arms");
  return lines;
}

}  // namespace

Result<AbPlan> plan_ab(const AbPlanOptions& options) {
  if (const Check bad = check(options)) return *bad;
  AbErrors errors = options.errors;
  errors.false_positive = ErrorRate(errors.false_positive.value() / static_cast<double>(options.primary_metrics));
  const double variance = options.variance * (1 - options.variance_reduction);
  // The variance of the difference, sigma^2 (1 / (1 - w) + 1 / w) / n, is what equal arms have for w = 1/2.
  const double all = squared_quantiles(errors) * (variance / options.difference / options.difference) /
                     (options.candidate_share * (1 - options.candidate_share));
  if (const auto checked = checked_units(all); !checked) return checked.error();
  AbPlan plan;
  plan.baseline_units = rounded_up(all * (1 - options.candidate_share));
  plan.candidate_units = rounded_up(all * options.candidate_share);
  plan.false_positive = errors.false_positive.value();
  plan.assumptions = assumptions_of(options);
  if (options.units_per_day == 0) return plan;
  // Where the arms are uneven, the one that fills last decides.
  const double needed =
      (std::max)(plan.baseline_units / (1 - options.candidate_share), plan.candidate_units / options.candidate_share);
  auto schedule = schedule_of(options, needed);
  if (!schedule) return std::move(schedule).error();
  plan.schedule = *schedule;
  return plan;
}

// ---- Decisions

const char* to_string(PrimaryOutcome outcome) noexcept {
  switch (outcome) {
    case PrimaryOutcome::better: return "better";
    case PrimaryOutcome::no_change: return "no_change";
    case PrimaryOutcome::worse: return "worse";
    case PrimaryOutcome::not_enough_data: return "not_enough_data";
    case PrimaryOutcome::unknown: return "unknown";
  }
  return "unknown";
}

const char* to_string(GuardrailOutcome outcome) noexcept {
  switch (outcome) {
    case GuardrailOutcome::pass: return "pass";
    case GuardrailOutcome::fail: return "fail";
    case GuardrailOutcome::not_enough_data: return "not_enough_data";
    case GuardrailOutcome::unknown: return "unknown";
  }
  return "unknown";
}

const char* to_string(AbAnswer answer) noexcept {
  switch (answer) {
    case AbAnswer::ship: return "ship";
    case AbAnswer::investigate: return "investigate";
    case AbAnswer::keep_current: return "keep_current";
    case AbAnswer::do_not_ship: return "do_not_ship";
    case AbAnswer::undecided: return "undecided";
  }
  return "undecided";
}

namespace {

// Infinite limits are allowed: a one-sided interval has one.
bool is_readable(const AbReading& reading) noexcept {
  return reading.low <= reading.high && reading.units >= 0 && reading.planned_units > 0;
}

}  // namespace

PrimaryOutcome primary_outcome(const AbReading& reading) noexcept {
  if (!is_readable(reading)) return PrimaryOutcome::unknown;
  const bool complete = reading.units >= reading.planned_units;
  if (!complete && !reading.always_valid) return PrimaryOutcome::not_enough_data;
  if (reading.low > 0) return PrimaryOutcome::better;
  if (reading.high < 0) return PrimaryOutcome::worse;
  return complete ? PrimaryOutcome::no_change : PrimaryOutcome::not_enough_data;
}

GuardrailOutcome guardrail_outcome(const AbReading& reading, double margin) noexcept {
  if (!is_readable(reading) || !(margin > 0)) return GuardrailOutcome::unknown;
  if (reading.units < reading.planned_units && !reading.always_valid) return GuardrailOutcome::not_enough_data;
  if (reading.low > -margin) return GuardrailOutcome::pass;
  return reading.high < 0 ? GuardrailOutcome::fail : GuardrailOutcome::not_enough_data;
}

namespace {

/// The guardrails in one state, as in "latency and errors fail".
std::string named(std::span<const Guardrail> guardrails, GuardrailOutcome outcome) {
  std::string names;
  for (const Guardrail& guardrail : guardrails) {
    if (guardrail.outcome != outcome) continue;
    names += (names.empty() ? "" : ", ") + std::string(guardrail.name);
  }
  return names;
}

std::string primary_text(PrimaryOutcome primary) {
  switch (primary) {
    case PrimaryOutcome::better: return "the primary metric is better";
    case PrimaryOutcome::no_change: return "the primary metric has not changed";
    case PrimaryOutcome::worse: return "the primary metric is worse";
    case PrimaryOutcome::not_enough_data: return "the primary metric has not enough data";
    case PrimaryOutcome::unknown: break;
  }
  return "the primary metric is not known";
}

/// What keeps the guardrails from passing without one failing; empty where all pass.
std::string doubt(std::span<const Guardrail> guardrails) {
  if (guardrails.empty()) return "no guardrail was judged";
  const std::string few = named(guardrails, GuardrailOutcome::not_enough_data);
  std::string unknown;
  for (const Guardrail& guardrail : guardrails) {
    const bool known = guardrail.outcome == GuardrailOutcome::pass || guardrail.outcome == GuardrailOutcome::fail ||
                       guardrail.outcome == GuardrailOutcome::not_enough_data;
    if (!known) unknown += (unknown.empty() ? "" : ", ") + std::string(guardrail.name);
  }
  std::string text;
  if (!few.empty()) text = "not enough data for " + few;
  if (!unknown.empty()) text += (text.empty() ? "" : "; ") + std::string("not known: ") + unknown;
  return text;
}

}  // namespace

AbDecision decide_ab(PrimaryOutcome primary, std::span<const Guardrail> guardrails) {
  const std::string found = primary_text(primary);
  const std::string failing = named(guardrails, GuardrailOutcome::fail);
  const std::string unsure = doubt(guardrails);
  const std::string fails = failing.empty() ? "" : "a guardrail fails (" + failing + ")";
  if (primary == PrimaryOutcome::better && !fails.empty())
    return {AbAnswer::investigate, found + ", but " + fails + ": investigate the trade-off"};
  if (!fails.empty()) return {AbAnswer::do_not_ship, found + " and " + fails + ": find the cause"};
  if (primary == PrimaryOutcome::worse) return {AbAnswer::do_not_ship, found + ": find the cause"};
  if (primary != PrimaryOutcome::better && primary != PrimaryOutcome::no_change)
    return {AbAnswer::undecided, found + (unsure.empty() ? "" : "; guardrails: " + unsure)};
  if (!unsure.empty()) return {AbAnswer::undecided, found + ", but guardrails do not all pass: " + unsure};
  if (primary == PrimaryOutcome::better) return {AbAnswer::ship, found + " and all guardrails pass: ship"};
  return {AbAnswer::keep_current, found + " and all guardrails pass: keep the current version"};
}

}  // namespace leeway::inline v1::rollout
