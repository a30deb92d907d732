#include "cli/economics_command.hpp"

#include <CLI/CLI.hpp>
#include <utility>

#include "cli/economics_options.hpp"
#include "cli/options.hpp"

namespace leeway::cli {

std::vector<Command> add_economics_commands(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("economics", "When retraining pays, and what else costs");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(economics_footer());
  std::vector<Command> commands{add_economics_interval(*app), add_economics_fit(*app), add_economics_compare(*app)};
  for (Command& cost : add_economics_cost(*app)) commands.push_back(std::move(cost));
  return commands;
}

}  // namespace leeway::cli
