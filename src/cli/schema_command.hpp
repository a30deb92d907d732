#ifndef LEEWAY_CLI_SCHEMA_COMMAND_HPP
#define LEEWAY_CLI_SCHEMA_COMMAND_HPP

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/options.hpp"
#include "leeway/base/result.hpp"
#include "leeway/validate/contract.hpp"

namespace leeway::cli {

/// `leeway schema infer TRAIN --out SCHEMA` and `leeway schema check SCHEMA LIVE`: contracts of tables.
[[nodiscard]] std::vector<Command> add_schema_commands(CLI::App& leeway);

/// The contract in a file. Errors: of reading it; invalid_argument where what was read is no contract.
[[nodiscard]] Result<validate::Schema> open_schema(const std::string& path);

/// Holds a file of live data against a contract. Errors: of reading it.
[[nodiscard]] Result<validate::ContractReport> check_contract(const validate::Schema& schema, const std::string& live,
                                                              const InputOptions& input,
                                                              const validate::ValidationOptions& options = {});

}  // namespace leeway::cli

#endif
