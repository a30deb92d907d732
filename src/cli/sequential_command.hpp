#ifndef LEEWAY_CLI_SEQUENTIAL_COMMAND_HPP
#define LEEWAY_CLI_SEQUENTIAL_COMMAND_HPP

#include "cli/command.hpp"

namespace leeway::cli {

/// leeway sequential KIND < CASE
[[nodiscard]] Command add_sequential_command(CLI::App& leeway);

}  // namespace leeway::cli

#endif
