#include "cli/rollout_command.hpp"

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace leeway::cli {

std::vector<Command> add_rollout_commands(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("rollout", "How a candidate replaces its baseline, or does not");
  app->allow_extras();
  app->require_subcommand(0, 1);
  add_version_flag(*app);
  app->footer(
      "Exit status: 0 fine; 1 of replay, the rollout ends rolled back or on the way there, of verify, a journal that "
      "was\nchanged; 2 bad usage or a bad policy; 3 bad input, or an output that cannot be written; 4 internal "
      "error.");
  return {add_rollout_check(*app), add_rollout_replay(*app), add_rollout_verify(*app), add_rollout_drill(*app),
          add_rollout_plan(*app)};
}

}  // namespace leeway::cli
