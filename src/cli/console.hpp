#ifndef LEEWAY_CLI_CONSOLE_HPP
#define LEEWAY_CLI_CONSOLE_HPP

// What a command writes to, what it ends with, and how an error becomes a line and an exit status.

#include <ostream>
#include <string>

#include "leeway/base/error.hpp"

namespace leeway::cli {

enum class ExitStatus {
  fine = 0,
  finding = 1,   ///< a finding where the command was asked to fail on it
  usage = 2,     ///< bad usage or configuration
  input = 3,     ///< bad input data, or an output that cannot be written
  internal = 4,  ///< an error of the command itself
};

/// Standard output and standard error, or what a test has in their place.
struct Console {
  std::ostream& out;
  std::ostream& err;
};

/// invalid_argument is what the user typed; every other code is about data and files.
[[nodiscard]] ExitStatus status_of(const Error& error) noexcept;

/// Writes "leeway: where: message" as one line, whatever the message holds.
void report_error(const Console& console, const Error& error);

/// An error of usage: `where` is the option or argument.
[[nodiscard]] Error usage_error(std::string where, std::string message);

}  // namespace leeway::cli

#endif
