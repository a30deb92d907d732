#ifndef LEEWAY_CLI_SCHEMA_COMMAND_HPP
#define LEEWAY_CLI_SCHEMA_COMMAND_HPP

#include <vector>

#include "cli/command.hpp"

namespace leeway::cli {

/// `leeway schema infer TRAIN --out SCHEMA` and `leeway schema check SCHEMA LIVE`: contracts of tables.
[[nodiscard]] std::vector<Command> add_schema_commands(CLI::App& leeway);

}  // namespace leeway::cli

#endif
