#ifndef LEEWAY_CLI_COMMAND_HPP
#define LEEWAY_CLI_COMMAND_HPP

// The command `leeway` as a function: main() adds the process around it, tests call it directly.

#include <functional>
#include <ostream>
#include <span>

#include "cli/console.hpp"
#include "leeway/base/result.hpp"

namespace CLI {
class App;
}

namespace leeway::cli {

/// One of the commands: what it accepts, and what it does once its options are read. Each is declared by a function
/// add_NAME_command in a file of its own.
struct Command {
  CLI::App* app = nullptr;
  std::function<Result<ExitStatus>(const Console&)> run;
};

/// Runs `leeway` with these arguments, the name of the program not among them, and returns its exit status.
[[nodiscard]] int run(std::span<const char* const> arguments, std::ostream& out, std::ostream& err);

}  // namespace leeway::cli

#endif
