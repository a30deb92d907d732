#ifndef LEEWAY_CLI_WATCH_COMMAND_HPP
#define LEEWAY_CLI_WATCH_COMMAND_HPP

#include "cli/command.hpp"

namespace leeway::cli {

/// `leeway watch PROFILE LIVE --window 1000`: a file as a stream of windows, one line each.
[[nodiscard]] Command add_watch_command(CLI::App& leeway);

}  // namespace leeway::cli

#endif
