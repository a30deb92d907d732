#include "cli/rollout_command.hpp"

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace leeway::cli {

std::vector<Command> add_rollout_commands(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("rollout", "How a candidate replaces its baseline, or does not");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(exit_status_help());
  return {add_rollout_check(*app), add_rollout_replay(*app), add_rollout_verify(*app), add_rollout_drill(*app),
          add_rollout_plan(*app)};
}

}  // namespace leeway::cli
