// leeway economics cost: what errors, silence and monitoring cost, one formula a command. Each prints the formula, the
// same with its numbers, and what it assumes.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/economics_command.hpp"
#include "cli/economics_options.hpp"
#include "cli/number.hpp"
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

/// What a command found.
struct Answer {
  std::string headline;
  std::string formula;
  std::string numbers;  ///< the same, filled in
  std::vector<std::string> assumes;
  std::vector<std::pair<const char*, double>> results;  ///< for JSON, the unit in the name
};

std::string text_of(const Answer& answer) {
  return answer.headline + "\n\n  " + answer.formula + "\n  " + answer.numbers + "\n" + assumption_text(answer.assumes);
}

std::string json_of(const std::string& form, const Answer& answer) {
  nlohmann::ordered_json json{{"format", "leeway.cost"}, {"version", 1}, {"form", form}};
  for (const auto& [key, value] : answer.results) json[key] = value;
  json["formula"] = answer.formula;
  json["assumptions"] = answer.assumes;
  return json.dump(1) + "\n";
}

/// The library names its arguments, the command line its options, after one another.
Error as_option(Error error) {
  if (error.code != ErrorCode::invalid_argument || error.where.starts_with('-')) return error;
  std::replace(error.where.begin(), error.where.end(), '_', '-');
  error.where = "--" + error.where;
  return error;
}

template <class Form>
struct FormOptions {
  explicit FormOptions(CLI::App& app) : numbers(app) {}

  QuantityOptions numbers;
  Form form;
  ResultOptions results;
};

template <class Form>
Result<ExitStatus> run_form(const std::string& name, const FormOptions<Form>& options, const Console& console) {
  if (auto checked = options.numbers.check(); !checked) return std::move(checked).error();
  auto answer = options.form.answer();
  if (!answer) return as_option(std::move(answer).error());
  if (auto checked = check_results(options.results); !checked) return std::move(checked).error();
  auto written = write_result(options.results, text_of(*answer), json_of(name, *answer), console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

/// A Form declares its options, has an answer, and shows an example.
template <class Form>
Command add_form(CLI::App& cost, const std::string& name, const std::string& help) {
  CLI::App* app = cost.add_subcommand(name, help);
  const auto options = std::make_shared<FormOptions<Form>>(*app);
  app->allow_extras();
  if constexpr (requires { options->form.declare(*app); })
    options->form.declare(*app);
  else
    options->form.declare(options->numbers);
  add_result_options(*app, options->results, "cost " + name + " " + Form::kExample);
  return {app, [name, options](const Console& console) { return run_form(name, *options, console); }};
}

std::string per_day(double count) { return quantity_text(Money(count)) + " a day"; }

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

  [[nodiscard]] Result<Answer> answer() const {
    const auto cost = retrain::skew_cost(skewed, queries, per_error, span);
    if (!cost) return cost.error();
    return Answer{"skew costs " + quantity_text(*cost) + " in " + quantity_text(span),
                  "skewed share x queries x cost per error x time",
                  number_text(skewed.value()) + " x " + per_day(queries.value()) + " x " +
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

  [[nodiscard]] Result<Answer> answer() const {
    const auto cost = retrain::silent_failure_cost(revenue, lost, until_noticed);
    if (!cost) return cost.error();
    Answer found{"a failure that is noticed after " + quantity_text(until_noticed) + " costs " + quantity_text(*cost),
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

  [[nodiscard]] Result<Answer> with_monitoring(Money cost, Answer found) const {
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

  [[nodiscard]] Result<Answer> answer() const {
    if (expense && saved && !work && !saved_hours) return of_money();
    if (work && saved_hours && !expense && !saved) return of_work();
    const bool none = !expense && !saved && !work && !saved_hours;
    return usage_error(
        "--expense", std::string("expected --expense and --saved-per-day, or --work-hours and --saved-hours-per-week, "
                                 "found ") +
                         (none ? "none" : "others"));
  }

 private:
  [[nodiscard]] Result<Answer> of_money() const {
    const auto time = retrain::break_even_time(*expense, *saved);
    if (!time) return time.error();
    return answer_of(*time, quantity_text(*expense) + " / " + quantity_text(*saved));
  }

  [[nodiscard]] Result<Answer> of_work() const {
    const auto time = retrain::break_even_time(*work, retrain::hours(*saved_hours) / retrain::weeks(1));
    if (!time) return time.error();
    return answer_of(
        *time, number_text(*work / retrain::hours(1)) + " hours / " + number_text(*saved_hours) + " hours a week");
  }

  [[nodiscard]] static Answer answer_of(Days time, const std::string& quotient) {
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

  [[nodiscard]] Result<Answer> answer() const {
    const auto roi = retrain::monitoring_roi(prevented, per_incident, spent);
    if (!roi) return roi.error();
    return Answer{"monitoring brings back " + number_text(*roi) + " times what it costs",
                  "incidents prevented x cost of one / what is spent, all a year",
                  number_text(prevented) + " x " + quantity_text(per_incident) + " / " + quantity_text(spent) + " = " +
                      number_text(*roi),
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

  [[nodiscard]] Result<Answer> answer() const {
    const auto roi = retrain::mlops_roi(base.prevented, base.per_incident, work_saved, wage, base.spent);
    if (!roi) return roi.error();
    return Answer{"it brings back " + number_text(*roi) + " times what it costs",
                  "(incidents prevented x cost of one + hours saved x wage) / what is spent, all a year",
                  "(" + number_text(base.prevented) + " x " + quantity_text(base.per_incident) + " + " +
                      number_text(work_saved / retrain::hours(1)) + " hours x " +
                      quantity_text(wage * retrain::hours(1)) + " an hour) / " + quantity_text(base.spent) + " = " +
                      number_text(*roi),
                  {"the incidents counted would have happened without it", "the hours that are saved are put to use"},
                  {{"roi", *roi}}};
  }
};

struct PerThousand {
  static constexpr const char* kExample = "--price-per-hour 3 --inferences-per-hour 50000";

  MoneyPerDay price;
  retrain::QueriesPerDay throughput;

  void declare(QuantityOptions& numbers) {
    numbers.require("--price-per-hour", "Of the machine", price, Zero::allowed, "h");
    numbers.require("--inferences-per-hour", "That it does", throughput, Zero::refused, "h");
  }

  [[nodiscard]] Result<Answer> answer() const {
    const auto cost = retrain::cost_per_thousand(price, throughput);
    if (!cost) return cost.error();
    return Answer{"1,000 inferences cost " + quantity_text(*cost),
                  "price of the machine x 1,000 / inferences, both an hour",
                  quantity_text(price * retrain::hours(1)) + " x 1,000 / " +
                      quantity_text(Money((throughput * retrain::hours(1)).value())) + " = " + quantity_text(*cost),
                  {"the machine is busy all the time that is paid for"},
                  {{"cost_per_thousand", cost->value()}}};
  }
};

// ---- what monitoring costs

struct Monitoring {
  static constexpr const char* kExample =
      "--series 150 --ingest-per-million 0.3 --storage-per-gigabyte 1 \\\n  --dashboard-queries 12672 "
      "--price-per-query 0.02";

  retrain::MonitoringLoad load{.interval = retrain::seconds(15), .span = Days(30), .point_size = {}};
  double bytes = 8;
  double per_million = 0;
  retrain::MonitoringPrices prices;

  void declare(QuantityOptions& numbers) {
    numbers.require("--series", "Variants times metrics", load.series, Zero::allowed);
    numbers.offer("--interval-seconds", "Between two points of a series (default 15)", load.interval, Zero::refused,
                  "s");
    numbers.offer("--days", "What is paid for (default 30)", load.span);
    numbers.offer("--point-bytes", "Stored for each point (default 8)", bytes, Zero::allowed);
    numbers.offer("--dashboard-queries", "In that time (default 0)", load.dashboard_queries, Zero::allowed);
    numbers.offer("--alert-evaluations", "In that time (default 0)", load.alert_evaluations, Zero::allowed);
    numbers.offer("--ingest-per-million", "Price of a million points (default 0, as all prices)", per_million,
                  Zero::allowed);
    numbers.offer("--storage-per-gigabyte", "Price of 1e9 bytes", prices.storage, Zero::allowed);
    numbers.offer("--price-per-query", "Price of a query of a dashboard", prices.query, Zero::allowed);
    numbers.offer("--price-per-evaluation", "Price of an evaluation of an alert", prices.evaluation, Zero::allowed);
  }

  [[nodiscard]] Result<Answer> answer() const {
    retrain::MonitoringLoad sized = load;
    sized.point_size = retrain::GigabytesPerPoint(bytes * 1e-9);
    retrain::MonitoringPrices priced = prices;
    priced.ingest = retrain::MoneyPerPoint(per_million * 1e-6);
    const auto cost = retrain::monitoring_cost(sized, priced);
    if (!cost) return cost.error();
    return Answer{"monitoring costs " + quantity_text(cost->total()) + " in " + quantity_text(load.span),
                  "points x ingest + gigabytes x storage + queries x price + evaluations x price",
                  numbers_of(*cost),
                  {"every series has a point in every interval", "nothing is compressed or thrown away"},
                  {{"cost", cost->total().value()},
                   {"ingest", cost->ingest.value()},
                   {"storage", cost->storage.value()},
                   {"queries", cost->queries.value()},
                   {"evaluations", cost->evaluations.value()},
                   {"points", cost->points.value()},
                   {"stored_gigabytes", cost->stored.value()}}};
  }

 private:
  [[nodiscard]] std::string numbers_of(const retrain::MonitoringCost& cost) const {
    const auto count = [](double number) { return quantity_text(Money(number)); };
    return count(cost.points.value()) + " x " + number_text(per_million) + " a million + " +
           number_text(cost.stored.value()) + " GB x " + number_text(prices.storage.value()) + " each + " +
           count(load.dashboard_queries.value()) + " x " + number_text(prices.query.value()) + " each + " +
           count(load.alert_evaluations.value()) + " x " + number_text(prices.evaluation.value()) +
           "\n  = " + quantity_text(cost.ingest) + " + " + quantity_text(cost.storage) + " + " +
           quantity_text(cost.queries) + " + " + quantity_text(cost.evaluations) + " = " + quantity_text(cost.total());
  }
};

struct Sampled {
  static constexpr const char* kExample = "--error-share 2% --keep-successes 1%";

  Fraction errors;
  Fraction successes;
  Fraction kept_errors{1};

  void declare(QuantityOptions& numbers) {
    numbers.require("--error-share", "Of the requests", errors, Zero::allowed);
    numbers.require("--keep-successes", "Share of them that is kept", successes);
    numbers.offer("--keep-errors", "Share of them that is kept (default 1)", kept_errors);
  }

  [[nodiscard]] Result<Answer> answer() const {
    const auto plan = retrain::sampling(errors, successes, kept_errors);
    if (!plan) return plan.error();
    const double share = errors.value();
    return Answer{"kept: " + quantity_text(plan->kept) + " of the requests; weigh successes by " +
                      number_text(plan->success_weight) + ", errors by " + number_text(plan->error_weight) +
                      "; for a mean over all they are worth " + quantity_text(plan->effective) + " of the requests",
                  "kept = successes x kept of them + errors x kept of them; weight = 1 / kept share; worth = 1 / mean "
                  "weight of a request",
                  number_text(1 - share) + " x " + number_text(successes.value()) + " + " + number_text(share) + " x " +
                      number_text(kept_errors.value()) + " = " + number_text(plan->kept.value()),
                  {"requests are kept at random, each by its own chance"},
                  {{"kept", plan->kept.value()},
                   {"success_weight", plan->success_weight},
                   {"error_weight", plan->error_weight},
                   {"effective", plan->effective.value()}}};
  }
};

// ---- time

struct Latency {
  static constexpr const char* kExample = "--stage network=15 --stage features=25 --stage inference=45/2";

  std::vector<std::string> names;
  std::vector<retrain::LatencyStage> stages;

  void declare(CLI::App& app) {
    add_values(app, "--stage", "NAME=MS[/SPEEDUP]",
               "Its time in milliseconds, and by how much it becomes faster: inference=45/2; as often as there are "
               "stages (required)",
               [this](const std::string& text) { return accept(text); });
  }

  [[nodiscard]] Result<Answer> answer() const {
    if (stages.empty()) return usage_error("--stage", "expected at least one, such as inference=45/2, found none");
    const auto budget = retrain::latency_budget(stages);
    if (!budget) return usage_error("--stage", "expected stages that take time, found 0 ms together");
    return Answer{
        number_text(budget->before.count()) + " ms become " + number_text(budget->after.count()) +
            " ms: " + number_text(budget->speedup()) + " times as fast end to end",
        "sum of time / speedup (Amdahl)",
        numbers_of() + " = " + number_text(budget->after.count()) + " ms",
        {"stages follow one another", "of percentiles the sum is an upper bound"},
        {{"before_ms", budget->before.count()}, {"after_ms", budget->after.count()}, {"speedup", budget->speedup()}}};
  }

 private:
  Result<void> accept(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::size_t slash = (std::min)(text.rfind('/'), text.size());
    const bool named = equals != std::string::npos && equals > 0 && slash > equals;
    const double ms = named ? parse_number(text.substr(equals + 1, slash - equals - 1)).value_or(-1) : -1;
    const double speedup = slash < text.size() ? parse_number(text.substr(slash + 1)).value_or(-1) : 1;
    if (!(ms >= 0 && speedup > 0) || !std::isfinite(ms) || !std::isfinite(speedup))
      return usage_error("", "expected NAME=MS or NAME=MS/SPEEDUP, such as inference=45/2, found " + cli::quoted(text));
    names.push_back(text.substr(0, equals));
    stages.push_back({retrain::Milliseconds(ms), speedup});
    return {};
  }

  [[nodiscard]] std::string numbers_of() const {
    std::string text;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      text += (i > 0 ? " + " : "") + printable(names[i]) + " " + number_text(stages[i].time.count());
      if (stages[i].speedup != 1) text += " / " + number_text(stages[i].speedup);
    }
    return text;
  }
};

struct DetectionDelay {
  static constexpr const char* kExample = "--accuracy 95% --degraded 90% --labels-per-day 100";

  Fraction accuracy;
  Fraction degraded;
  retrain::QueriesPerDay labels;
  Fraction false_alarm{0.001};
  Fraction miss{0.001};

  void declare(QuantityOptions& numbers) {
    numbers.require("--accuracy", "Of the model as it should be", accuracy);
    numbers.require("--degraded", "The accuracy to be told from it", degraded, Zero::allowed);
    numbers.require("--labels-per-day", "Predictions whose truth becomes known", labels);
    numbers.offer("--false-alarm", "Probability of one, below 1/2 (default 0.001)", false_alarm);
    numbers.offer("--miss", "Probability of one, below 1/2 (default 0.001)", miss);
  }

  [[nodiscard]] Result<Answer> answer() const {
    for (const auto& [option, rate] : {std::pair{"--false-alarm", false_alarm}, std::pair{"--miss", miss}}) {
      if (rate.value() < 0.5) continue;
      return usage_error(option, "expected a probability below 1/2, found " + number_text(rate.value()));
    }
    const auto needed =
        retrain::labels_to_detect(accuracy, degraded, ErrorRate(false_alarm.value()), ErrorRate(miss.value()));
    if (!needed) return needed.error();
    const auto delay = retrain::detection_delay(*needed, labels);
    if (!delay) return delay.error();
    const std::string count = quantity_text(Money(needed->value()));
    return Answer{"telling " + quantity_text(accuracy) + " from " + quantity_text(degraded) + " takes " + count +
                      " labels: " + quantity_text(*delay),
                  "labels = (z_a sqrt(p (1 - p)) + z_b sqrt(q (1 - q)))^2 / (p - q)^2; delay = labels / labels a day",
                  count + " / " + per_day(labels.value()) + " = " + quantity_text(*delay) + ", with z_a of " +
                      number_text(false_alarm.value()) + " and z_b of " + number_text(miss.value()) + ", one-sided",
                  {"labels are independent and come at an even pace", "the normal law holds"},
                  {{"labels", needed->value()}, {"delay_days", delay->value()}}};
  }
};

}  // namespace

std::vector<Command> add_economics_cost(CLI::App& economics) {
  CLI::App* app = economics.add_subcommand("cost", "What errors, silence and monitoring cost: one formula each");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(economics_footer());
  return {add_form<Skew>(*app, "skew", "Queries whose features differ from training's"),
          add_form<SilentFailure>(*app, "silent-failure", "A failure that nobody notices"),
          add_form<BreakEven>(*app, "break-even", "When an expense has paid for itself"),
          add_form<Monitoring>(*app, "monitoring", "Ingest, storage, dashboards and alerts"),
          add_form<MonitoringReturn>(*app, "monitoring-roi", "What monitoring brings back"),
          add_form<MlopsReturn>(*app, "mlops-roi", "The same and the working time that is saved"),
          add_form<PerThousand>(*app, "per-thousand", "1,000 inferences, by a machine's price and throughput"),
          add_form<Sampled>(*app, "sampling", "What is left of requests that are sampled, and how to weigh it"),
          add_form<Latency>(*app, "latency", "What a faster stage gives end to end"),
          add_form<DetectionDelay>(*app, "detection-delay", "How long until a loss of accuracy can be seen")};
}

}  // namespace leeway::cli
