#include "cli/economics_command.hpp"

#include <CLI/CLI.hpp>

#include "cli/economics_options.hpp"
#include "cli/options.hpp"

namespace leeway::cli {

std::vector<Command> add_economics_commands(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("economics", "When retraining pays, and what else costs");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(economics_footer());
  return {add_economics_interval(*app)};
}

}  // namespace leeway::cli
