// leeway economics interval: how often to retrain.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>

#include "cli/economics_command.hpp"
#include "cli/economics_options.hpp"
#include "leeway/report/interval.hpp"

namespace leeway::cli {
namespace {

struct IntervalOptions {
  explicit IntervalOptions(CLI::App& app) : numbers(app) {}

  QuantityOptions numbers;
  retrain::Staleness staleness;
  RetrainingOptions retraining;
  report::IntervalLimits limits;
  ResultOptions results;
};

Result<report::IntervalReport> plan(const IntervalOptions& options) {
  if (auto checked = options.numbers.check(); !checked) return std::move(checked).error();
  auto retraining = options.retraining.retraining();
  if (!retraining) return std::move(retraining).error();
  if (options.limits.longest < options.limits.shortest)
    return usage_error("--max-interval-days", "expected at least --min-interval-days, found less");
  return report::plan_interval(options.staleness, *retraining, options.limits);
}

Result<ExitStatus> run_interval(const IntervalOptions& options, const Console& console) {
  auto report = plan(options);
  if (!report) return std::move(report).error();
  if (auto checked = check_results(options.results); !checked) return std::move(checked).error();
  if (auto written = write_result(options.results, report::to_text(*report), report::to_json(*report), console);
      !written)
    return std::move(written).error();
  if (options.results.plot.empty()) return ExitStatus::fine;
  if (auto written = write_text(options.results.plot, report::to_svg(*report), console); !written)
    return std::move(written).error();
  return ExitStatus::fine;
}

void add_options(IntervalOptions& options) {
  QuantityOptions& numbers = options.numbers;
  retrain::Staleness& staleness = options.staleness;
  numbers.require("--queries-per-day", "Predictions served", staleness.queries);
  numbers.require("--value-per-query", "What one right answer is worth more than a wrong one", staleness.value);
  numbers.require("--accuracy", "Of a fresh model", staleness.accuracy);
  numbers.require("--decay-per-day",
                  "Rate at which a model loses its accuracy, from moment to moment: at 50% it loses 39% in a day",
                  staleness.decay);
  add_cost_options(numbers, options.retraining);
  numbers.offer("--lead-days", "Age of the newest training data when the model goes live (default 0)",
                options.retraining.lead, Zero::allowed);
  numbers.offer("--min-interval-days", "Retrain no oftener than this", options.limits.shortest, Zero::allowed);
  numbers.offer("--max-interval-days", "Retrain at least this often", options.limits.longest);
  numbers.offer("--deployment-days", "Time of a deployment by hand: says where it must be automated",
                options.limits.manual_deployment, Zero::allowed);
}

}  // namespace

Command add_economics_interval(CLI::App& economics) {
  CLI::App* app = economics.add_subcommand("interval", "How often to retrain a model whose accuracy decays");
  const auto options = std::make_shared<IntervalOptions>(*app);
  app->allow_extras();
  add_options(*options);
  add_plot_option(*app, options->results);
  add_result_options(*app, options->results,
                     "interval --queries-per-day 1e6 --value-per-query 0.5 --accuracy 95% --decay-per-day 2% \\\n"
                     "  --cost 5000");
  return {app, [options](const Console& console) { return run_interval(*options, console); }};
}

}  // namespace leeway::cli
