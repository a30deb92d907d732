#include "leeway/report/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "leeway/report/quantity_text.hpp"
#include "report/economics_text.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::put;
using retrain::CurveInterval;
using retrain::Days;
using retrain::Fraction;
using retrain::Money;
using retrain::MoneyPerDay;
using Json = nlohmann::ordered_json;

// From here on the last digits of the inputs decide.
constexpr double kIllConditioned = 10;

Error unexpected(const char* expected, Days found, const char* where) {
  return {ErrorCode::invalid_argument, std::string("expected ") + expected + ", found " + number_text(found.value()),
          where};
}

Result<void> check(const IntervalLimits& limits) {
  if (!(limits.shortest >= Days(0)) || !std::isfinite(limits.shortest.value()))
    return unexpected("a finite number >= 0", limits.shortest, "shortest");
  if (!(limits.longest >= limits.shortest) || limits.longest == Days(0))
    return unexpected("a number > 0 and at least `shortest`", limits.longest, "longest");
  if (!(limits.manual_deployment >= Days(0)) || !std::isfinite(limits.manual_deployment.value()))
    return unexpected("a finite number >= 0", limits.manual_deployment, "manual_deployment");
  return {};
}

// The cost rate has one minimum: of the limits, the one next to it.
Result<CurveInterval> within(const IntervalReport& report) {
  const auto& [shortest, longest, manual] = report.limits;
  const Days interval = (std::clamp)(report.best.interval, shortest, longest);
  if (interval == report.best.interval) return CurveInterval{report.best.pays, interval, report.best.cost_rate};
  const auto rate = retrain::cost_rate(report.staleness, report.retraining, interval);
  if (!rate) return rate.error();
  return CurveInterval{true, interval, *rate};
}

// ---- text

std::vector<std::string> assumptions(const IntervalReport& report) {
  const bool fails = report.retraining.success < Fraction(1);
  std::vector<std::string> assumed{
      "accuracy decays gradually, at a known rate of " + quantity_text(Fraction(report.staleness.decay.value())) +
          " a day (" + detail::percent(-std::expm1(-report.staleness.decay.value())) + " of itself in a day)",
      "value is linear in accuracy", "one cycle does not depend on the next",
      std::string("a retraining costs the same every time") +
          (fails ? ", failed attempts included (" + quantity_text(report.retraining.success) + " succeed)" : "")};
  if (report.retraining.lag > Days(0))
    assumed.push_back("the newest training data are " + quantity_text(report.retraining.lag) +
                      " old when a model goes live");
  return assumed;
}

std::string limited_answer(const IntervalReport& report) {
  if (report.limited.interval == report.best.interval) return "";
  return "within the limits every " + quantity_text(report.limited.interval) + ": " +
         quantity_text(report.limited.cost_rate) + "\n";
}

std::string answer(const IntervalReport& report) {
  if (report.best.pays)
    return "retrain every " + quantity_text(report.best.interval) + ": that costs " +
           quantity_text(report.best.cost_rate) + ", staleness and retraining together\n";
  return "never retrain: a retraining costs " + quantity_text(report.retraining.cost()) +
         ", and there is never as much as that to be won back\n";
}

std::string excess(const IntervalReport& report, MoneyPerDay rate) {
  const double share = rate / report.best.cost_rate - 1;
  return share <= 0 ? "" : "+" + detail::percent(share);
}

detail::Row row(const IntervalReport& report, const char* name, Days interval, MoneyPerDay rate) {
  const bool never = !std::isfinite(interval.value());
  return {name, never ? "never" : number_text(interval.value()), quantity_text(Money(rate.value())),
          excess(report, rate)};
}

detail::Row square_root_row(const IntervalReport& report) {
  const MoneyPerDay rate = report.best.cost_rate * (1 + report.best.square_root_excess);
  detail::Row cells = row(report, "square-root law", report.best.square_root, rate);
  cells.back() = "+" + detail::percent(report.best.square_root_excess);
  return cells;
}

std::string table(const IntervalReport& report) {
  std::vector<detail::Row> rows{{"", "days", "cost a day", "more than the best"}};
  rows.push_back(row(report, "best interval", report.best.interval, report.best.cost_rate));
  if (report.limited.interval != report.best.interval)
    rows.push_back(row(report, "within the limits", report.limited.interval, report.limited.cost_rate));
  rows.push_back(square_root_row(report));
  if (report.best.pays)
    rows.push_back(
        row(report, "never retraining", Days(std::numeric_limits<double>::infinity()), report.staleness.ceiling()));
  return detail::aligned(rows);
}

std::string half_life_sentence(const IntervalReport& report) {
  const auto half = retrain::half_life(report.staleness.decay);
  return half ? "Half of the accuracy is gone after " + quantity_text(*half) + ".\n" : "";
}

std::string break_even_sentence(const IntervalReport& report) {
  return std::string("Retraining ") + (report.best.pays ? "pays" : "would pay") + " as long as one costs less than " +
         quantity_text(report.break_even) + "; it costs " + quantity_text(report.retraining.cost()) +
         " (k = " + number_text(report.best.k) + ").\n";
}

// By how much the interval changes with the inputs, in percent; infinite where it is never then.
double change(const IntervalReport& report, double cost, double decay) {
  retrain::Staleness staleness = report.staleness;
  retrain::Retraining retraining = report.retraining;
  staleness.decay = staleness.decay * decay;
  retraining.success = Fraction(1);
  retraining.compute = report.retraining.cost() * cost, retraining.validation = Money(0);
  retraining.deployment = Money(0), retraining.risk = Money(0);
  const auto changed = retrain::optimal_interval(staleness, retraining);
  return changed ? 100 * (changed->interval / report.best.interval - 1) : 0;
}

std::string moved(double percent) {
  if (!std::isfinite(percent)) return "means never retraining";
  return "makes the interval " + detail::number(std::fabs(percent)) + " % " + (percent < 0 ? "shorter" : "longer");
}

std::string sensitivity(const IntervalReport& report) {
  if (!report.best.elasticities) return "";
  const auto& e = *report.best.elasticities;
  std::string text = "A cost 1 % higher " + moved(change(report, 1.01, 1)) + "; decay 1 % faster " +
                     moved(change(report, 1, 1.01)) + ".\n";
  if (e.decay > 0) text += "Faster decay means retraining less often here: what is won back is lost again too soon.\n";
  if (e.conditioning >= kIllConditioned)
    text += "Not to be trusted to the day: a cost 1 % lower " + moved(change(report, 0.99, 1)) +
            ", and of smaller errors each moves it by " + number_text(e.conditioning) + " times as much.\n";
  return text;
}

std::string automation(const IntervalReport& report) {
  if (!report.must_automate()) return "";
  const Days manual = report.limits.manual_deployment;
  std::string text =
      "Automate the deployment: by hand it takes " + quantity_text(manual) + ", longer than the interval.";
  if (const auto rate = retrain::cost_rate(report.staleness, report.retraining, manual))
    text += " Retraining no oftener than that costs " + quantity_text(*rate) + ", " +
            quantity_text(*rate - report.limited.cost_rate) + " more.";
  return text + "\n";
}

// ---- JSON

Json input_tree(const IntervalReport& report) {
  const auto& [queries, value, accuracy, decay] = report.staleness;
  Json json{{"queries_per_day", queries.value()},
            {"value_per_query", value.value()},
            {"accuracy", accuracy.value()},
            {"decay_per_day", decay.value()},
            {"compute", report.retraining.compute.value()},
            {"validation", report.retraining.validation.value()},
            {"deployment", report.retraining.deployment.value()},
            {"risk", report.retraining.risk.value()},
            {"success_probability", report.retraining.success.value()},
            {"lead_days", report.retraining.lag.value()}};
  return json;
}

Json elasticity_tree(const retrain::Elasticities& e) {
  return {{"cost", e.cost}, {"ceiling", e.ceiling}, {"decay", e.decay}, {"conditioning", e.conditioning}};
}

Json limited_tree(const CurveInterval& limited) {
  Json json{{"retrain", limited.pays}};
  put(json, "interval_days", limited.interval.value());
  json["cost_per_day"] = limited.cost_rate.value();
  return json;
}

}  // namespace

Result<IntervalReport> plan_interval(const retrain::Staleness& staleness, const retrain::Retraining& retraining,
                                     const IntervalLimits& limits) {
  if (auto checked = check(limits); !checked) return std::move(checked).error();
  const auto best = retrain::optimal_interval(staleness, retraining);
  if (!best) return best.error();
  const Money most = staleness.ceiling() / staleness.decay * std::exp(-(staleness.decay * retraining.lag));
  IntervalReport report{staleness, retraining, limits, *best, {}, most};
  const auto limited = within(report);
  if (!limited) return limited.error();
  report.limited = *limited;
  return report;
}

std::string to_text(const IntervalReport& report) {
  return answer(report) + limited_answer(report) + "\n" + table(report) + "\n" + break_even_sentence(report) +
         sensitivity(report) + half_life_sentence(report) + automation(report) +
         detail::assumptions_text(assumptions(report));
}

std::string to_json(const IntervalReport& report) {
  const retrain::OptimalInterval& best = report.best;
  Json json{{"format", "leeway.interval"}, {"version", 1}, {"retrain", best.pays}};
  put(json, "interval_days", best.interval.value());
  put(json, "square_root_law_days", best.square_root.value());
  json["cost_per_day"] = best.cost_rate.value();
  json["square_root_law_excess"] = best.square_root_excess;
  put(json, "k", best.k);
  put(json, "one_minus_k", best.one_minus_k);
  if (best.elasticities) json["elasticity"] = elasticity_tree(*best.elasticities);
  if (const auto half = retrain::half_life(report.staleness.decay)) put(json, "half_life_days", half->value());
  json["never_cost_per_day"] = report.staleness.ceiling().value();
  json["break_even_cost"] = report.break_even.value();
  json["retraining_cost"] = report.retraining.cost().value();
  if (report.limited.interval != best.interval) json["limited"] = limited_tree(report.limited);
  if (report.limits.manual_deployment > Days(0)) json["must_automate"] = report.must_automate();
  json["assumptions"] = assumptions(report);
  json["input"] = input_tree(report);
  return json.dump(1) + "\n";
}

}  // namespace leeway::inline v1::report
