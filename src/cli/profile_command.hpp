#ifndef LEEWAY_CLI_PROFILE_COMMAND_HPP
#define LEEWAY_CLI_PROFILE_COMMAND_HPP

#include "cli/command.hpp"

namespace leeway::cli {

/// `leeway profile TRAIN --out PROFILE`: the reference from training data.
[[nodiscard]] Command add_profile_command(CLI::App& leeway);

}  // namespace leeway::cli

#endif
