// leeway economics cost: machines, monitoring, samples and time.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "cli/cost_form.hpp"
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

struct PerThousand {
  static constexpr const char* kExample = "--price-per-hour 3 --inferences-per-hour 50000";

  MoneyPerDay price;
  retrain::QueriesPerDay throughput;

  void declare(QuantityOptions& numbers) {
    numbers.require("--price-per-hour", "Of the machine", price, Zero::allowed, "h");
    numbers.require("--inferences-per-hour", "That it does", throughput, Zero::refused, "h");
  }

  [[nodiscard]] Result<CostAnswer> answer() const {
    const auto cost = retrain::cost_per_thousand(price, throughput);
    if (!cost) return cost.error();
    return CostAnswer{"1,000 inferences cost " + quantity_text(*cost),
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

  [[nodiscard]] Result<CostAnswer> answer() const {
    retrain::MonitoringLoad sized = load;
    sized.point_size = retrain::GigabytesPerPoint(bytes * 1e-9);
    retrain::MonitoringPrices priced = prices;
    priced.ingest = retrain::MoneyPerPoint(per_million * 1e-6);
    const auto cost = retrain::monitoring_cost(sized, priced);
    if (!cost) return cost.error();
    return CostAnswer{"monitoring costs " + quantity_text(cost->total()) + " in " + quantity_text(load.span),
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

  [[nodiscard]] Result<CostAnswer> answer() const {
    const auto plan = retrain::sampling(errors, successes, kept_errors);
    if (!plan) return plan.error();
    const double share = errors.value();
    return CostAnswer{
        "kept: " + quantity_text(plan->kept) + " of the requests; weigh successes by " +
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

  [[nodiscard]] Result<CostAnswer> answer() const {
    if (stages.empty()) return usage_error("--stage", "expected at least one, such as inference=45/2, found none");
    const auto budget = retrain::latency_budget(stages);
    if (!budget) return usage_error("--stage", "expected stages that take time, found 0 ms together");
    return CostAnswer{
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

  [[nodiscard]] Result<CostAnswer> answer() const {
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
    return CostAnswer{
        "telling " + quantity_text(accuracy) + " from " + quantity_text(degraded) + " takes " + count +
            " labels: " + quantity_text(*delay),
        "labels = (z_a sqrt(p (1 - p)) + z_b sqrt(q (1 - q)))^2 / (p - q)^2; delay = labels / labels a day",
        count + " / " + per_day_text(labels.value()) + " = " + quantity_text(*delay) + ", with z_a of " +
            number_text(false_alarm.value()) + " and z_b of " + number_text(miss.value()) + ", one-sided",
        {"labels are independent and come at an even pace", "the normal law holds"},
        {{"labels", needed->value()}, {"delay_days", delay->value()}}};
  }
};

}  // namespace

std::vector<Command> add_serving_forms(CLI::App& cost) {
  return {add_form<Monitoring>(cost, "monitoring", "Ingest, storage, dashboards and alerts"),
          add_form<PerThousand>(cost, "per-thousand", "1,000 inferences, by a machine's price and throughput"),
          add_form<Sampled>(cost, "sampling", "What is left of requests that are sampled, and how to weigh it"),
          add_form<Latency>(cost, "latency", "What a faster stage gives end to end"),
          add_form<DetectionDelay>(cost, "detection-delay", "How long until a loss of accuracy can be seen")};
}

}  // namespace leeway::cli
