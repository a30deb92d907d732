// leeway economics fit: how fast a model decayed, and whether it did.

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/accuracy_history.hpp"
#include "cli/economics_command.hpp"
#include "cli/economics_options.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"
#include "leeway/report/fit.hpp"

namespace leeway::cli {
namespace {

using retrain::Fraction;

constexpr Fraction kLeastConfidence{0.5};
constexpr Fraction kMostConfidence{0.99};

struct FitCommandOptions {
  explicit FitCommandOptions(CLI::App& app) : numbers(app) {}

  QuantityOptions numbers;
  std::string history;
  HistoryColumns columns;
  std::optional<retrain::Queries> labels_each;
  Fraction confidence{0.95};
  bool evenly_sampled = false;
  std::optional<retrain::QueriesPerDay> queries;
  std::optional<retrain::MoneyPerQuery> value;
  RetrainingOptions retraining;
  ResultOptions results;
};

Result<std::optional<report::FitPrices>> prices_of(const FitCommandOptions& options) {
  using Prices = std::optional<report::FitPrices>;
  const RetrainingOptions& r = options.retraining;
  const bool priced = r.cost || r.compute || r.validation || r.deployment || r.risk;
  if (!priced && !options.queries && !options.value) return Prices();
  if (!options.queries) return usage_error("--queries-per-day", "expected it beside the other prices, found none");
  if (!options.value) return usage_error("--value-per-query", "expected it beside the other prices, found none");
  auto retraining = r.retraining();
  if (!retraining) return std::move(retraining).error();
  return Prices(report::FitPrices{{*options.queries, *options.value}, *retraining});
}

Result<retrain::FitOptions> fit_options(const FitCommandOptions& options) {
  if (options.confidence >= kLeastConfidence && options.confidence <= kMostConfidence)
    return retrain::FitOptions{ErrorRate(1 - options.confidence.value()), options.evenly_sampled};
  return usage_error("--confidence", "expected a share from 50 % to 99 %, found another");
}

/// What the library says of a history is said of a file.
Error about_file(Error error, const std::string& path) {
  if (!error.where.starts_with("history")) return error;
  return {ErrorCode::data, std::move(error.message), path == "-" ? "<stdin>" : path};
}

std::string unlabelled_text(const AccuracyHistory& history) {
  if (history.unlabelled == 0) return "";
  return "\n" + counted(history.unlabelled, "row") + " without a label left out.\n";
}

Result<ExitStatus> run_fit(const FitCommandOptions& options, const Console& console) {
  if (options.history.empty()) return usage_error("HISTORY", "expected a file, found none");
  const auto prices = prices_of(options);
  if (!prices) return prices.error();
  const auto fit = fit_options(options);
  if (!fit) return fit.error();
  if (auto checked = check_results(options.results, {options.history}); !checked) return std::move(checked).error();
  HistoryColumns columns = options.columns;
  if (options.labels_each) columns.labels_each = options.labels_each->value();
  const auto history = read_accuracy_history(options.history, columns);
  if (!history) return history.error();
  retrain::FitOptions how = *fit;
  how.dated = history->dated;
  const auto report = report::fit_report(history->points, how, *prices);
  if (!report) return about_file(report.error(), options.history);
  auto written = write_result(options.results, report::to_text(*report) + unlabelled_text(*history),
                              report::to_json(*report), console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

void add_history_options(CLI::App& app, FitCommandOptions& options) {
  HistoryColumns& columns = options.columns;
  add_argument(app, "HISTORY",
               "Accuracy of one deployed model by age: CSV, perhaps gzipped, a point or a prediction a row; - is "
               "standard input",
               options.history);
  add_text(app, "--time", "COLUMN", "Days since the model went live, or dates (default: age, time, timestamp or date)",
           columns.time);
  add_text(app, "--accuracy", "COLUMN",
           "A share with labels behind it, or 1 where a prediction was right and 0 where not (default: accuracy or "
           "correct)",
           columns.accuracy);
  add_text(app, "--predicted", "COLUMN", "Or: right where this", columns.predicted);
  add_text(app, "--actual", "COLUMN", "is the same as this", columns.actual);
  add_text(app, "--labels", "COLUMN", "Number of labels behind each share (default: labels, if there is one)",
           columns.labels);
  options.numbers.offer("--labels-each", "Or the same number for all", options.labels_each);
  add_value(app, "--deployed", "TIME", "When the model went live (default: the first date)",
            [&columns](const std::string& text) -> Result<void> {
              columns.deployed = parse_time(text);
              if (columns.deployed) return {};
              return usage_error("", "expected a date such as 2026-01-31, found " + cli::quoted(text));
            });
  app.add_flag("--evenly-sampled", options.evenly_sampled,
               "Rows exactly evenly spaced are measured by the clock, not numbered");
  options.numbers.offer("--confidence", "Of the ranges (default 95%)", options.confidence);
}

void add_price_options(FitCommandOptions& options) {
  options.numbers.offer("--queries-per-day", "For an interval: predictions served,", options.queries);
  options.numbers.offer("--value-per-query", "worth of one query if accuracy rises from 0 to 1,", options.value);
  add_cost_options(options.numbers, options.retraining);
  options.numbers.offer(
      "--lead-days",
      "Age of the newest training data when the model goes live, where the ages of HISTORY count from "
      "that of its own data, not from its deployment (default 0)",
      options.retraining.lead, Zero::allowed);
}

}  // namespace

Command add_economics_fit(CLI::App& economics) {
  CLI::App* app = economics.add_subcommand("fit", "How fast a model decayed, from the history of its accuracy");
  const auto options = std::make_shared<FitCommandOptions>(*app);
  app->allow_extras();
  add_history_options(*app, *options);
  add_price_options(*options);
  add_result_options(*app, options->results, "fit history.csv --queries-per-day 1e6 --value-per-query 0.5 --cost 5000");
  return {app, [options](const Console& console) { return run_fit(*options, console); }};
}

}  // namespace leeway::cli
