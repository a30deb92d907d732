#ifndef LEEWAY_CLI_COMPARE_COMMAND_HPP
#define LEEWAY_CLI_COMPARE_COMMAND_HPP

#include "cli/command.hpp"

namespace leeway::cli {

/// `leeway compare PROFILE LIVE` and `leeway compare --samples REF LIVE`: one report on a whole file.
[[nodiscard]] Command add_compare_command(CLI::App& leeway);

}  // namespace leeway::cli

#endif
