// leeway economics compare: when to retrain, by which rule.

#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "cli/economics_command.hpp"
#include "cli/economics_options.hpp"
#include "cli/number.hpp"
#include "cli/policy_comparison.hpp"
#include "cli/policy_world.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"

namespace leeway::cli {
namespace {

using report::quantity_text;
using retrain::Money;

constexpr std::int64_t kMostReplays = 1000;
constexpr std::int64_t kMostSeeds = 1'000'000'000;

struct CompareOptions {
  explicit CompareOptions(CLI::App& app) : numbers(app) {}

  QuantityOptions numbers;
  WorldOptions world;
  RetrainingOptions retraining;
  ResultOptions results;
};

std::string summary(const World& world, const PolicyComparison& comparison) {
  const PolicyRow& best = comparison.rows[1];
  const bool by_formula = comparison.ranking == Ranking::formula && best.entry.formula;
  const std::string text = (by_formula ? "cheapest by formula: " : "cheapest: ") + best.entry.text + ", " +
                           quantity_text(by_formula ? *best.entry.formula : best.cost) + "\n\n" + world.text + "\n";
  return text + (comparison.replays > 1 ? counted(comparison.replays, "replay") : "One replay") + " of " +
         quantity_text(comparison.span) + " in periods of " + quantity_text(comparison.period) + "; costs are per day" +
         (comparison.replays > 1 ? ", +- one standard error of the mean.\n\n" : ".\n\n");
}

std::string text_of(const World& world, const PolicyComparison& comparison) {
  std::string text = summary(world, comparison) + to_text(comparison);
  if (!world.advice.empty()) text += "\n";
  for (const std::string& sentence : world.advice) text += sentence + "\n";
  return text + assumption_text(world.assumes);
}

nlohmann::ordered_json tree_of(const PolicyRow& row) {
  nlohmann::ordered_json json{{"policy", row.entry.kind}, {"name", row.entry.text}};
  if (row.entry.number) json["parameter"] = *row.entry.number;
  if (row.entry.formula && std::isfinite(row.entry.formula->value()))
    json["cost_per_day_formula"] = row.entry.formula->value();
  json["cost_per_day"] = row.cost.value();
  if (row.standard_error) json["cost_per_day_standard_error"] = row.standard_error->value();
  json["regret_per_day"] = row.regret.value();
  json["retrainings_per_year"] = row.retrainings_per_year;
  return json;
}

std::string json_of(const World& world, const PolicyComparison& comparison, const CompareOptions& options, Money cost) {
  nlohmann::ordered_json json{{"format", "leeway.policies"},
                              {"version", 1},
                              {"world", world.kind},
                              {"retraining_cost", cost.value()},
                              {"replays", comparison.replays},
                              {"days", comparison.span.value()},
                              {"period_days", comparison.period.value()},
                              {"seed", options.world.first_seed()},
                              {"ranked_by", comparison.ranking == Ranking::formula ? "formula" : "replays"}};
  for (const auto& [key, value] : world.results) json[key] = value;
  json["policies"] = nlohmann::ordered_json::array();
  for (const PolicyRow& row : comparison.rows) json["policies"].push_back(tree_of(row));
  json["advice"] = world.advice;
  json["assumptions"] = world.assumes;
  return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

/// Losses whose sum no double holds.
Error too_large(const WorldOptions& world) {
  const char* const message = "expected losses and costs that add up to a finite number, found more";
  if (world.history.empty()) return usage_error("leeway economics compare", message);
  return {ErrorCode::data, message, world.history == "-" ? "<stdin>" : world.history};
}

Result<ExitStatus> run_compare(const CompareOptions& options, const Console& console) {
  if (auto checked = check_world(options.world); !checked) return std::move(checked).error();
  auto retraining = options.retraining.retraining();
  if (!retraining) return std::move(retraining).error();
  if (auto checked = check_results(options.results, {options.world.history}); !checked)
    return std::move(checked).error();
  const Money cost = retraining->cost();
  auto world = make_world(options.world, cost);
  if (!world) return std::move(world).error();
  auto comparison = compare_policies(world->replays, cost, world->policies,
                                     static_cast<std::uint64_t>(options.world.first_seed()), world->ranking);
  if (!comparison) return std::move(comparison).error();
  for (const PolicyRow& row : comparison->rows)
    if (!std::isfinite(row.cost.value())) return too_large(options.world);
  auto written =
      write_result(options.results, text_of(*world, *comparison), json_of(*world, *comparison, options, cost), console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

void add_count(CLI::App& app, const std::string& option, const std::string& help, std::int64_t least, std::int64_t most,
               std::optional<std::int64_t>& number) {
  add_value(app, option, "N", help, [=, &number](const std::string& text) -> Result<void> {
    const auto value = parse_integer(text);
    if (!value || *value < least || *value > most)
      return usage_error("", "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                                 ", found " + cli::quoted(text));
    number = *value;
    return {};
  });
}

void add_world_options(CLI::App& app, CompareOptions& options) {
  QuantityOptions& numbers = options.numbers;
  numbers.offer("--shocks-per-day", "Sudden changes: how often, with", options.world.shocks);
  numbers.offer("--loss-per-day", "what is lost from one on, until the model is retrained", options.world.loss);
  numbers.offer("--decay-per-day",
                "Or gradual decay: the rate at which a model loses its accuracy, from moment to moment, with",
                options.world.decay);
  numbers.offer("--queries-per-day", "predictions served,", options.world.queries);
  numbers.offer("--value-per-query", "what one right answer is worth more than a wrong one,", options.world.value);
  numbers.offer("--accuracy", "and that of a fresh model", options.world.accuracy);
  add_text(app, "--history", "FILE",
           "Or losses of one's own: CSV with age,loss (days; money per day), or with trained,period,loss for every "
           "period of every model",
           options.world.history);
}

void add_rule_options(CompareOptions& options) {
  QuantityOptions& numbers = options.numbers;
  numbers.offer("--interval-days", "Your schedule", options.world.interval);
  numbers.offer("--delay-days", "Your monitor: from a change to the new model, on average", options.world.delay,
                Zero::allowed);
  numbers.offer("--false-triggers-per-day", "Its false triggers (default 0)", options.world.false_triggers,
                Zero::allowed);
  numbers.offer("--monitoring-per-day", "Its price (default 0)", options.world.monitoring, Zero::allowed);
  numbers.offer("--threshold-per-day",
                "Retrain when a day loses this much (default: half of --loss-per-day, or the "
                "least cost of a schedule)",
                options.world.threshold);
  numbers.offer("--cumulative-loss", "Retrain when this much was lost (default: what a retraining costs)",
                options.world.cumulative);
}

}  // namespace

Command add_economics_compare(CLI::App& economics) {
  CLI::App* app = economics.add_subcommand("compare", "When to retrain: on a schedule, by a monitor, by the loss");
  const auto options = std::make_shared<CompareOptions>(*app);
  app->allow_extras();
  add_world_options(*app, *options);
  add_cost_options(options->numbers, options->retraining);
  add_rule_options(*options);
  options->numbers.offer("--days", "Length of a replay (default 4,000 periods)", options->world.span);
  options->numbers.offer("--period-days", "Time between two decisions (default: fine enough; 1 of losses by model)",
                         options->world.period);
  add_count(*app, "--replays", "Of sudden changes (default 20)", 1, kMostReplays, options->world.replays);
  add_count(*app, "--seed", "Of what is random (default 1)", 0, kMostSeeds, options->world.seed);
  add_result_options(*app, options->results,
                     "compare --shocks-per-day 0.01 --loss-per-day 50 --cost 100 --delay-days 2");
  return {app, [options](const Console& console) { return run_compare(*options, console); }};
}

}  // namespace leeway::cli
