#ifndef LEEWAY_CLI_ECONOMICS_OPTIONS_HPP
#define LEEWAY_CLI_ECONOMICS_OPTIONS_HPP

// What the commands of economics share: the price of a retraining, and where results go.

#include <optional>
#include <string>
#include <vector>

#include "cli/console.hpp"
#include "cli/quantity_option.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/interval.hpp"

namespace leeway::cli {

/// A retraining, its cost as one sum or in parts.
struct RetrainingOptions {
  std::optional<retrain::Money> cost;
  std::optional<retrain::Money> compute;
  std::optional<retrain::Money> validation;
  std::optional<retrain::Money> deployment;
  std::optional<retrain::Money> risk;
  retrain::Fraction success{1};
  retrain::Days lead{};

  /// Errors: neither the sum nor a part, or both.
  [[nodiscard]] Result<retrain::Retraining> retraining() const;
};

/// --cost or its parts, --success-probability.
void add_cost_options(QuantityOptions& numbers, RetrainingOptions& options);

/// Where a result goes beside the console.
struct ResultOptions {
  std::string json;
  std::string plot;
  bool quiet = false;
};

/// --json, --quiet, and the end of the help with an `example` of the command; --plot is of those that draw.
void add_result_options(CLI::App& app, ResultOptions& options, const std::string& example);
void add_plot_option(CLI::App& app, ResultOptions& options);
/// Refuses two outputs in one place, outputs that are inputs, and those that cannot be written.
[[nodiscard]] Result<void> check_results(const ResultOptions& options, const std::vector<std::string>& inputs = {});
/// Writes the text to the console unless something else has it, and JSON where asked for.
[[nodiscard]] Result<void> write_result(const ResultOptions& options, const std::string& text, const std::string& json,
                                        const Console& console);

/// The end of every text: what the answer rests on, a line each.
[[nodiscard]] std::string assumption_text(const std::vector<std::string>& assumed);

/// The end of every help: units and exit status.
[[nodiscard]] std::string economics_footer();

}  // namespace leeway::cli

#endif
