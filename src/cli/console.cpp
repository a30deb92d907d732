#include "cli/console.hpp"

#include <utility>

#include "cli/wording.hpp"

namespace leeway::cli {

ExitStatus status_of(const Error& error) noexcept {
  return error.code == ErrorCode::invalid_argument ? ExitStatus::usage : ExitStatus::input;
}

void report_error(const Console& console, const Error& error) {
  console.err << "leeway: " << printable(to_string(error), std::string::npos) << '\n' << std::flush;
}

Error usage_error(std::string where, std::string message) {
  return {ErrorCode::invalid_argument, std::move(message), std::move(where)};
}

}  // namespace leeway::cli
