#include "leeway/report/fit.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "leeway/report/quantity_text.hpp"
#include "report/economics_text.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::put;
using retrain::Days;
using retrain::HistoryShape;
using retrain::MoneyPerDay;
using retrain::PerDay;
using retrain::Range;
using Json = nlohmann::ordered_json;

bool allows_plan(HistoryShape shape) { return shape == HistoryShape::exponential || shape == HistoryShape::none; }

// ---- text

std::string days_text(Days days) {
  return std::isfinite(days.value()) ? detail::number(days.value()) + " days" : "never";
}

template <class T, class Words>
std::string range_text(const Range<T>& range, Words words) {
  return words(range.low) + " to " + words(range.high);
}

std::string rate_text(PerDay rate) { return detail::percent(std::expm1(rate.value())); }

std::string data_sentence(const FitReport& report) {
  const auto& points = report.fit.points;
  double labels = 0;
  for (const auto& point : points) labels += point.labels.value();
  return detail::plural(points.size(), "point") + " up to an age of " + quantity_text(points.back().age) + ", " +
         detail::plural(static_cast<std::uint64_t>(std::llround(labels)), "label") + ".\n";
}

std::string scatter_sentence(const retrain::NearestExponential& nearest) {
  if (nearest.scatter == retrain::Fraction(0)) return "";
  return "The points scatter about an exponential by " + detail::number(nearest.scatter.value()) +
         " beyond what their labels explain.\n";
}

std::string nearest_sentence(const FitReport& report) {
  const auto& nearest = report.fit.nearest;
  if (report.fit.points.size() < 3) return "";
  if (report.fit.half_life)
    return "Fresh it had an accuracy of " + detail::number(nearest.accuracy.value()) + ".\n" +
           scatter_sentence(nearest);
  return "The exponential that comes nearest would change by " + rate_text(PerDay(-nearest.rate.value())) + " a day (" +
         range_text(Range<PerDay>{PerDay(-nearest.rates.high.value()), PerDay(-nearest.rates.low.value())}, rate_text) +
         ").\n" + scatter_sentence(nearest);
}

std::string tests_sentence(const FitReport& report) {
  if (report.fit.shape == HistoryShape::not_enough_data) return "";
  return "Held against noise: bends, steps and seasons p = " + detail::number(report.fit.p_shape) +
         ", likeness of neighbours p = " + detail::number(report.fit.p_neighbours) + ".\n";
}

std::string alone_sentence(const FitReport& report) {
  if (report.fit.history_alone.empty()) return "";
  return "If the time were real: " + report.fit.history_alone + ".\n";
}

const char* advice(HistoryShape shape) {
  switch (shape) {
    case HistoryShape::not_enough_data: return "Collect more labels, or for longer; until then nothing is known.";
    case HistoryShape::artificial_time:
      return "Give the times at which the predictions were made; if rows are truly taken by the clock, say so: "
             "--evenly-sampled.";
    case HistoryShape::step:
      return "Find out what happened then: a schedule does not foresee it. What a monitor for such changes is worth: "
             "leeway economics compare --shocks-per-day.";
    case HistoryShape::seasonal:
      return "What comes back by itself needs no retraining: train on whole seasons, and compare like season with "
             "like.";
    case HistoryShape::seasonal_step:
      return "Find out what happened then, train on whole seasons since, and compare like season with like.";
    case HistoryShape::recovers:
      return "If the model was retrained or repaired within the history, fit each part alone.";
    case HistoryShape::bent:
      return "Other curves have an optimal interval as well: leeway economics compare --history with the losses by "
             "age.";
    case HistoryShape::noisy:
      return "Look at what else changes with time, such as who is served; pool more labels to a point.";
    default: return "";
  }
}

std::string refusal(const FitReport& report) {
  if (allows_plan(report.fit.shape)) return "";
  return std::string("No half-life and no retraining interval follow from this history.\n") + advice(report.fit.shape) +
         "\n";
}

std::string interval_text(const retrain::FittedPlan& plan) {
  if (!std::isfinite(plan.interval.value()))
    return "never retrain" + (std::isfinite(plan.intervals.low.value())
                                  ? "; whatever the rate, no oftener than every " + days_text(plan.intervals.low)
                                  : std::string());
  return "retrain every " + days_text(plan.interval) + " (" + range_text(plan.intervals, days_text) + ")";
}

std::string cost_text(const retrain::FittedPlan& plan) {
  const auto words = [](MoneyPerDay rate) { return detail::number(rate.value()); };
  return "that costs " + words(plan.cost_rate) + " a day (" + range_text(plan.cost_rates, words) + "), at most " +
         words(plan.regret) + " a day more than if the rate were known\n";
}

std::string uncertain_sentence(const retrain::FittedPlan& plan) {
  if (!plan.uncertain) return "";
  return "For a rate that stays unknown (a gamma law with this mean and deviation): " +
         (std::isfinite(plan.uncertain->value()) ? "every " + days_text(*plan.uncertain) : std::string("never")) +
         ".\n";
}

std::string plan_text(const FitReport& report) {
  if (!report.plan) return "";
  return interval_text(*report.plan) + ": " + cost_text(*report.plan);
}

std::vector<std::string> assumptions(const FitReport& report) {
  std::vector<std::string> assumed{
      "every point is of the same model, its labels are right and not chosen by the outcome",
      "points scatter independently of each other: where accuracy wanders, ranges are too narrow"};
  if (report.fit.half_life) assumed.emplace_back("the decay goes on as it did");
  if (!report.plan) return assumed;
  assumed.emplace_back("the next model decays as this one did");
  assumed.emplace_back("value is linear in accuracy");
  assumed.emplace_back("one cycle does not depend on the next");
  assumed.emplace_back("a retraining costs the same every time");
  return assumed;
}

std::string confidence_text(const FitReport& report) {
  return "Ranges are of " + detail::percent(1 - report.options.alpha.value()) + " confidence.\n";
}

// ---- JSON

template <class T>
void put(Json& json, const std::string& key, const Range<T>& range) {
  put(json, key + "_low", range.low.value());
  put(json, key + "_high", range.high.value());
}

Json nearest_tree(const retrain::NearestExponential& nearest) {
  Json json;
  put(json, "accuracy", nearest.accuracy.value());
  put(json, "decay_per_day", nearest.rate.value());
  put(json, "decay_per_day", nearest.rates);
  put(json, "decay_per_day_deviation", nearest.deviation.value());
  put(json, "scatter", nearest.scatter.value());
  put(json, "dispersion", nearest.dispersion);
  return json;
}

void put_decay(Json& json, const retrain::DecayFit& fit) {
  if (!fit.half_life) return;
  put(json, "decay_per_day", fit.nearest.rate.value());
  put(json, "decay_per_day", fit.nearest.rates);
  put(json, "half_life_days", fit.half_life->value());
  put(json, "half_life_days", *fit.half_lives);
}

void put_shape(Json& json, const retrain::DecayFit& fit) {
  if (fit.step)
    json["step"] = {
        {"day", fit.step->at.value()}, {"before", fit.step->before.value()}, {"after", fit.step->after.value()}};
  if (fit.period) json["period_days"] = fit.period->value();
}

void put_plan(Json& json, const retrain::FittedPlan& plan) {
  json["retrain"] = std::isfinite(plan.interval.value());
  put(json, "interval_days", plan.interval.value());
  put(json, "interval_days", plan.intervals);
  put(json, "cost_per_day", plan.cost_rate.value());
  put(json, "cost_per_day", plan.cost_rates);
  put(json, "regret_per_day", plan.regret.value());
  if (plan.uncertain) put(json, "uncertain_interval_days", plan.uncertain->value());
}

Json points_tree(const retrain::DecayFit& fit) {
  Json json = Json::array();
  for (const auto& point : fit.points)
    json.push_back(
        {{"age_days", point.age.value()}, {"accuracy", point.accuracy.value()}, {"labels", point.labels.value()}});
  return json;
}

}  // namespace

Result<FitReport> fit_report(std::span<const retrain::AccuracyPoint> history, const retrain::FitOptions& options,
                             const std::optional<FitPrices>& prices) {
  auto fit = retrain::fit_decay(history, options);
  if (!fit) return std::move(fit).error();
  FitReport report{*std::move(fit), options, prices, {}};
  if (!prices) return report;
  const auto plan = retrain::plan_of(report.fit, prices->worth, prices->retraining);
  if (plan) report.plan = *plan;
  if (!plan && plan.error().code != ErrorCode::undefined) return plan.error();
  return report;
}

std::string to_text(const FitReport& report) {
  std::string text = report.fit.reason + "\n" + plan_text(report) + refusal(report) + "\n" + data_sentence(report) +
                     nearest_sentence(report) + alone_sentence(report) + tests_sentence(report);
  if (report.plan) text += uncertain_sentence(*report.plan);
  return text + confidence_text(report) + detail::assumptions_text(assumptions(report));
}

std::string to_json(const FitReport& report) {
  const retrain::DecayFit& fit = report.fit;
  Json json{{"format", "leeway.fit"}, {"version", 1}, {"shape", to_string(fit.shape)}, {"reason", fit.reason}};
  if (!fit.history_alone.empty()) json["history_alone"] = fit.history_alone;
  json["confidence"] = 1 - report.options.alpha.value();
  put_decay(json, fit);
  put_shape(json, fit);
  if (report.plan) put_plan(json, *report.plan);
  if (fit.shape != HistoryShape::not_enough_data) {
    json["p_shape"] = fit.p_shape;
    json["p_neighbours"] = fit.p_neighbours;
  }
  if (fit.points.size() >= 3) json["nearest_exponential"] = nearest_tree(fit.nearest);
  json["assumptions"] = assumptions(report);
  json["points"] = points_tree(fit);
  return json.dump(1) + "\n";
}

}  // namespace leeway::inline v1::report
