#ifndef LEEWAY_CLI_COST_FORM_HPP
#define LEEWAY_CLI_COST_FORM_HPP

// What the forms of `leeway economics cost` share: each prints its formula, the same with its numbers, and what it
// assumes.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/economics_command.hpp"
#include "cli/economics_options.hpp"

namespace leeway::cli {

/// What a form found.
struct CostAnswer {
  std::string headline;
  std::string formula;
  std::string numbers;  ///< the same, filled in
  std::vector<std::string> assumes;
  std::vector<std::pair<const char*, double>> results;  ///< for JSON, the unit in the name
};

/// Errors: of the answer, its arguments as options; results that are not finite; outputs that cannot be written.
[[nodiscard]] Result<ExitStatus> tell(const std::string& form, const Result<CostAnswer>& answer,
                                      const ResultOptions& results, const Console& console);

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
  return tell(name, options.form.answer(), options.results, console);
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

/// "1,000 a day", of a number without a unit.
[[nodiscard]] std::string per_day_text(double count);

/// What failures cost, and whether preventing them pays.
[[nodiscard]] std::vector<Command> add_failure_forms(CLI::App& cost);
/// What serving and watching cost, and how long they take.
[[nodiscard]] std::vector<Command> add_serving_forms(CLI::App& cost);

}  // namespace leeway::cli

#endif
