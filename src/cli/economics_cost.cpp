// leeway economics cost: what errors, silence and monitoring cost, one formula a command.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/cost_form.hpp"
#include "cli/wording.hpp"
#include "leeway/report/quantity_text.hpp"

namespace leeway::cli {
namespace {

std::string text_of(const CostAnswer& answer) {
  return answer.headline + "\n\n  " + answer.formula + "\n  " + answer.numbers + "\n" + assumption_text(answer.assumes);
}

std::string json_of(const std::string& form, const CostAnswer& answer) {
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

/// Numbers of a size whose product no double holds.
Result<void> check_finite(const CostAnswer& answer) {
  for (const auto& [key, value] : answer.results)
    if (!std::isfinite(value))
      return usage_error("leeway economics cost", "expected numbers whose " + std::string(key) + " is finite, found " +
                                                      report::number_text(value));
  return {};
}

}  // namespace

Result<ExitStatus> tell(const std::string& form, const Result<CostAnswer>& answer, const ResultOptions& results,
                        const Console& console) {
  if (!answer) return as_option(answer.error());
  if (auto checked = check_finite(*answer); !checked) return std::move(checked).error();
  if (auto checked = check_results(results); !checked) return std::move(checked).error();
  auto written = write_result(results, text_of(*answer), json_of(form, *answer), console);
  if (!written) return std::move(written).error();
  return ExitStatus::fine;
}

std::string per_day_text(double count) { return report::quantity_text(retrain::Money(count)) + " a day"; }

std::vector<Command> add_economics_cost(CLI::App& economics) {
  CLI::App* app = economics.add_subcommand("cost", "What errors, silence and monitoring cost: one formula each");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(economics_footer());
  std::vector<Command> commands = add_failure_forms(*app);
  for (Command& command : add_serving_forms(*app)) commands.push_back(std::move(command));
  return commands;
}

}  // namespace leeway::cli
