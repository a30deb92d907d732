#ifndef LEEWAY_CLI_ECONOMICS_COMMAND_HPP
#define LEEWAY_CLI_ECONOMICS_COMMAND_HPP

#include <vector>

#include "cli/command.hpp"

namespace leeway::cli {

/// leeway economics interval|...: one function a command, each in a file of its own.
[[nodiscard]] std::vector<Command> add_economics_commands(CLI::App& leeway);

[[nodiscard]] Command add_economics_interval(CLI::App& economics);

}  // namespace leeway::cli

#endif
