#ifndef LEEWAY_CLI_ROLLOUT_COMMAND_HPP
#define LEEWAY_CLI_ROLLOUT_COMMAND_HPP

#include <vector>

#include "cli/command.hpp"

namespace leeway::cli {

/// leeway rollout: each command in a file of its own.
[[nodiscard]] std::vector<Command> add_rollout_commands(CLI::App& leeway);

[[nodiscard]] Command add_rollout_check(CLI::App& rollout);
[[nodiscard]] Command add_rollout_drill(CLI::App& rollout);
[[nodiscard]] Command add_rollout_plan(CLI::App& rollout);
[[nodiscard]] Command add_rollout_replay(CLI::App& rollout);
[[nodiscard]] Command add_rollout_verify(CLI::App& rollout);

}  // namespace leeway::cli

#endif
