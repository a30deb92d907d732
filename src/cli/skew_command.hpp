#ifndef LEEWAY_CLI_SKEW_COMMAND_HPP
#define LEEWAY_CLI_SKEW_COMMAND_HPP

#include "cli/command.hpp"

namespace leeway::cli {

/// leeway skew TRAIN SERVE [--key ID]
[[nodiscard]] Command add_skew_command(CLI::App& leeway);

}  // namespace leeway::cli

#endif
