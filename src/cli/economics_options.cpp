#include "cli/economics_options.hpp"

#include <CLI/CLI.hpp>
#include <utility>

namespace leeway::cli {

using retrain::Money;
using retrain::Retraining;

Result<Retraining> RetrainingOptions::retraining() const {
  const bool parts = compute || validation || deployment || risk;
  if (cost && parts) return usage_error("--cost", "expected it alone, or its parts without it, found both");
  if (!cost && !parts) return usage_error("--cost", "expected it, money such as 5000, or its parts, found none");
  const Retraining priced{.compute = compute.value_or(cost.value_or(Money(0))),
                          .validation = validation.value_or(Money(0)),
                          .deployment = deployment.value_or(Money(0)),
                          .risk = risk.value_or(Money(0)),
                          .success = success,
                          .lag = lead};
  if (priced.attempt() > Money(0)) return priced;
  return usage_error("--compute-cost", "expected parts that are more than 0 together, found 0");
}

void add_cost_options(QuantityOptions& numbers, RetrainingOptions& options) {
  numbers.offer("--cost", "What one retraining costs (required, or its parts)", options.cost);
  numbers.offer("--compute-cost", "Its parts: machines,", options.compute, Zero::allowed);
  numbers.offer("--validation-cost", "labels and people,", options.validation, Zero::allowed);
  numbers.offer("--deployment-cost", "the rollout,", options.deployment, Zero::allowed);
  numbers.offer("--risk-cost", "and the damage to expect of a bad release", options.risk, Zero::allowed);
  numbers.offer("--success-probability", "Share of retrainings that end in a better model (default 1)",
                options.success);
}

void add_result_options(CLI::App& app, ResultOptions& options, const std::string& example) {
  add_text(app, "--json", "FILE", "Write the result as JSON; - is standard output, and then nothing else is",
           options.json);
  app.add_flag("--quiet", options.quiet, "Write nothing but errors, and what is asked for");
  add_version_flag(app);
  app.footer("Example: leeway economics " + example + "\n\n" + economics_footer());
}

void add_plot_option(CLI::App& app, ResultOptions& options) {
  add_text(app, "--plot", "FILE", "Draw it, as SVG; - likewise", options.plot);
}

Result<void> check_results(const ResultOptions& options, const std::vector<std::string>& inputs) {
  OutcomeOptions outcome;
  outcome.json = options.json;
  outcome.html = options.plot;
  const auto named = [](Result<void> checked) -> Result<void> {
    if (checked || checked.error().where != "--html") return checked;
    Error error = std::move(checked).error();
    error.where = "--plot";
    return error;
  };
  if (auto checked = named(check_targets(outcome, inputs)); !checked) return checked;
  return check_writable(outcome);
}

Result<void> write_result(const ResultOptions& options, const std::string& text, const std::string& json,
                          const Console& console) {
  if (!options.json.empty()) {
    if (auto written = write_text(options.json, json, console); !written) return written;
  }
  if (!options.quiet && options.json != "-" && options.plot != "-") console.out << text;
  return {};
}

std::string assumption_text(const std::vector<std::string>& assumed) {
  std::string text = "\nAssumes\n";
  for (const std::string& one : assumed) text += "  " + one + "\n";
  return text;
}

std::string economics_footer() {
  return "Money is in any one currency. Times are in days, or with a unit: 90s, 5min, 36h, 2w, 1y (365 days); rates\n"
         "are per day, or 100/h, 2%/w. Shares are 0.95 or 95%.\n"
         "Exit status: 0 fine; 2 bad usage; 3 bad input, or an output that cannot be written; 4 internal error.";
}

}  // namespace leeway::cli
