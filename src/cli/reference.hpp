#ifndef LEEWAY_CLI_REFERENCE_HPP
#define LEEWAY_CLI_REFERENCE_HPP

// The reference side of a command: a profile from a file, or from a table of rows.

#include <string>

#include "cli/table.hpp"
#include "leeway/base/result.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/profile/profile_builder.hpp"

namespace leeway::cli {

/// The profile of a table's columns, in their order. Errors: those of ProfileBuilder; where is the
/// file.
[[nodiscard]] Result<profile::Profile> build_profile(const Table& table, const profile::ColumnOptions& options);

/// As store::load_profile, but a file that is no profile at all is told from a damaged one.
[[nodiscard]] Result<profile::Profile> open_profile(const std::string& path);

/// The error (format) of a profile where rows are expected. Pipes pass: nothing may be taken from them.
[[nodiscard]] Result<void> refuse_profile(const std::string& path);

}  // namespace leeway::cli

#endif
