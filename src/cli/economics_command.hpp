#ifndef LEEWAY_CLI_ECONOMICS_COMMAND_HPP
#define LEEWAY_CLI_ECONOMICS_COMMAND_HPP

#include <vector>

#include "cli/command.hpp"

namespace leeway::cli {

/// leeway economics: each command, or group of commands, in a file of its own.
[[nodiscard]] std::vector<Command> add_economics_commands(CLI::App& leeway);

[[nodiscard]] Command add_economics_interval(CLI::App& economics);
[[nodiscard]] Command add_economics_fit(CLI::App& economics);
[[nodiscard]] Command add_economics_compare(CLI::App& economics);
/// One command a formula.
[[nodiscard]] std::vector<Command> add_economics_cost(CLI::App& economics);

}  // namespace leeway::cli

#endif
