// leeway economics cost: failures, and what prevents them.

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/cost_form.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"
#include "leeway/retrain/costs.hpp"

namespace leeway::cli {
namespace {

using report::number_text;
using report::quantity_text;
using retrain::Days;
using retrain::Fraction;
using retrain::Money;
using retrain::MoneyPerDay;

// ---- failures

struct Skew {
  static constexpr const char* kExample = "--skewed-share 1% --queries-per-day 1e6 --cost-per-error 0.1";

  Fraction skewed;
  retrain::QueriesPerDay queries;
  retrain::MoneyPerQuery per_error;
  Days span{365};

  void declare(QuantityOptions& numbers) {
    numbers.require("--skewed-share", "Share of the queries whose features differ from training's", skewed,
                    Zero::allowed);
    numbers.require("--queries-per-day", "Predictions served", queries);
    numbers.require("--cost-per-error", "What a skewed query costs", per_error, Zero::allowed);
    numbers.offer("--days", "Over how long (default 365)", span);
  }

  [[nodiscard]] Result<CostAnswer> answer() const {
    const auto cost = retrain::skew_cost(skewed, queries, per_error, span);
    if (!cost) return cost.error();
    return CostAnswer{"skew costs " + quantity_text(*cost) + " in " + quantity_text(span),
                      "skewed share x queries x cost per error x time",
                      number_text(skewed.value()) + " x " + per_day_text(queries.value()) + " x " +
                          number_text(per_error.value()) + " each x " + number_text(span.value()) +
                          " days = " + quantity_text(*cost),
                      {"each skewed query is an error", "an error costs the same every time"},
                      {{"cost", cost->value()}}};
  }
};

struct SilentFailure {
  static constexpr const char* kExample = "--revenue-per-year 50e6 --lost-share 5% --days 28 --instead-days 1";

  MoneyPerDay revenue;
  Fraction lost;
  Days until_noticed;
  std::optional<Days> instead;
  double incidents = 1;

  void declare(QuantityOptions& numbers) {
    numbers.require("--revenue-per-year", "What depends on the model", revenue, Zero::refused, "y");
    numbers.require("--lost-share", "Share of it that the failure takes", lost, Zero::allowed);
    numbers.require("--days", "Until it is noticed", until_noticed, Zero::allowed);
    numbers.offer("--instead-days", "Until it would be noticed with monitoring: says what that saves", instead,
                  Zero::allowed);
    numbers.offer("--incidents-per-year", "How often it happens (default 1)", incidents);
  }

  [[nodiscard]] Result<CostAnswer> answer() const {
    const auto cost = retrain::silent_failure_cost(revenue, lost, until_noticed);
    if (!cost) return cost.error();
    CostAnswer found{
        "a failure that is noticed after " + quantity_text(until_noticed) + " costs " + quantity_text(*cost),
        "revenue x lost share x time until noticed",
        numbers_of(until_noticed, *cost),
        {"revenue is even over the year, and lost in proportion to time"},
        {{"cost", cost->value()}, {"cost_per_year", cost->value() * incidents}}};
    return instead ? with_monitoring(*cost, std::move(found)) : found;
  }

 private:
  [[nodiscard]] std::string numbers_of(Days days, Money cost) const {
    return quantity_text(revenue * retrain::years(1)) + " a year x " + quantity_text(lost) + " x " +
           number_text(days.value()) + " / 365 = " + quantity_text(cost);
  }

  [[nodiscard]] Result<CostAnswer> with_monitoring(Money cost, CostAnswer found) const {
    const auto less = retrain::silent_failure_cost(revenue, lost, *instead);
    if (!less) return less.error();
    const Money saved = cost - *less;
    found.headline += "; after " + quantity_text(*instead) + ", " + quantity_text(*less) + ": " + quantity_text(saved) +
                      " saved each time, " + quantity_text(saved * incidents) + " a year";
    found.numbers += "\n  " + numbers_of(*instead, *less);
    found.results.insert(found.results.end(), {{"cost_instead", less->value()},
                                               {"saved_per_incident", saved.value()},
                                               {"saved_per_year", saved.value() * incidents}});
    return found;
  }
};

// ---- does it pay

struct BreakEven {
  static constexpr const char* kExample = "--work-hours 80 --saved-hours-per-week 4";

  std::optional<Money> expense;
  std::optional<MoneyPerDay> saved;
  std::optional<Days> work;
  std::optional<double> saved_hours;

  void declare(QuantityOptions& numbers) {
    numbers.offer("--expense", "Money spent once (this and --saved-per-day, or the two below)", expense, Zero::allowed);
    numbers.offer("--saved-per-day", "Money that it saves", saved);
    numbers.offer("--work-hours", "Work done once", work, Zero::allowed, "h");
    numbers.offer("--saved-hours-per-week", "Work that it saves", saved_hours);
  }

  [[nodiscard]] Result<CostAnswer> answer() const {
    if (expense && saved && !work && !saved_hours) return of_money();
    if (work && saved_hours && !expense && !saved) return of_work();
    const bool none = !expense && !saved && !work && !saved_hours;
    return usage_error(
        "--expense", std::string("expected --expense and --saved-per-day, or --work-hours and --saved-hours-per-week, "
                                 "found ") +
                         (none ? "none" : "others"));
  }

 private:
  [[nodiscard]] Result<CostAnswer> of_money() const {
    const auto time = retrain::break_even_time(*expense, *saved);
    if (!time) return time.error();
    return answer_of(*time, quantity_text(*expense) + " / " + quantity_text(*saved));
  }

  [[nodiscard]] Result<CostAnswer> of_work() const {
    const auto time = retrain::break_even_time(*work, retrain::hours(*saved_hours) / retrain::weeks(1));
    if (!time) return time.error();
    return answer_of(
        *time, number_text(*work / retrain::hours(1)) + " hours / " + number_text(*saved_hours) + " hours a week");
  }

  [[nodiscard]] static CostAnswer answer_of(Days time, const std::string& quotient) {
    const std::string weeks = number_text(time / retrain::weeks(1)) + " weeks";
    return {"it has paid for itself after " + quantity_text(time) + ", " + weeks,
            "what is spent once / what is saved over time",
            quotient + " = " + quantity_text(time),
            {"what is saved is the same from the first day on", "nothing else is to be paid"},
            {{"break_even_days", time.value()}}};
  }
};

struct MonitoringReturn {
  static constexpr const char* kExample = "--incidents-prevented 5 --cost-per-incident 50000 --spent 50000";

  double prevented = 0;
  Money per_incident;
  Money spent;

  void declare(QuantityOptions& numbers) {
    numbers.require("--incidents-prevented", "A year", prevented, Zero::allowed);
    numbers.require("--cost-per-incident", "What one would cost", per_incident, Zero::allowed);
    numbers.require("--spent", "On monitoring, a year", spent);
  }

  [[nodiscard]] Result<CostAnswer> answer() const {
    const auto roi = retrain::monitoring_roi(prevented, per_incident, spent);
    if (!roi) return roi.error();
    return CostAnswer{"monitoring brings back " + number_text(*roi) + " times what it costs",
                      "incidents prevented x cost of one / what is spent, all a year",
                      number_text(prevented) + " x " + quantity_text(per_incident) + " / " + quantity_text(spent) +
                          " = " + number_text(*roi),
                      {"the incidents counted would have happened without it, and only without it"},
                      {{"roi", *roi}}};
  }
};

struct MlopsReturn {
  static constexpr const char* kExample =
      "--incidents-prevented 4 --cost-per-incident 25000 --spent 30000 \\\n  --saved-hours 240 --wage-per-hour 150";

  MonitoringReturn base;
  Days work_saved;
  MoneyPerDay wage;

  void declare(QuantityOptions& numbers) {
    base.declare(numbers);
    numbers.require("--saved-hours", "Work saved, a year", work_saved, Zero::allowed, "h");
    numbers.require("--wage-per-hour", "What an hour of it costs", wage, Zero::allowed, "h");
  }

  [[nodiscard]] Result<CostAnswer> answer() const {
    const auto roi = retrain::mlops_roi(base.prevented, base.per_incident, work_saved, wage, base.spent);
    if (!roi) return roi.error();
    return CostAnswer{
        "it brings back " + number_text(*roi) + " times what it costs",
        "(incidents prevented x cost of one + hours saved x wage) / what is spent, all a year",
        "(" + number_text(base.prevented) + " x " + quantity_text(base.per_incident) + " + " +
            number_text(work_saved / retrain::hours(1)) + " hours x " + quantity_text(wage * retrain::hours(1)) +
            " an hour) / " + quantity_text(base.spent) + " = " + number_text(*roi),
        {"the incidents counted would have happened without it", "the hours that are saved are put to use"},
        {{"roi", *roi}}};
  }
};

}  // namespace

std::vector<Command> add_failure_forms(CLI::App& cost) {
  return {add_form<Skew>(cost, "skew", "Queries whose features differ from training's"),
          add_form<SilentFailure>(cost, "silent-failure", "A failure that nobody notices"),
          add_form<BreakEven>(cost, "break-even", "When an expense has paid for itself"),
          add_form<MonitoringReturn>(cost, "monitoring-roi", "What monitoring brings back"),
          add_form<MlopsReturn>(cost, "mlops-roi", "The same and the working time that is saved")};
}

}  // namespace leeway::cli
