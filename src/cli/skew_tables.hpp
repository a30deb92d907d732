#ifndef LEEWAY_CLI_SKEW_TABLES_HPP
#define LEEWAY_CLI_SKEW_TABLES_HPP

// Two files as tables that can be compared. A column is numbers where at least 99 % of its values are, on its own
// side: numbers on one side and texts on the other are a finding. A column of dates and times is seconds since 1970.
// Keys are texts, integers among them in digits alone, so that 7, 07 and 7.0 are one key.

#include <string>
#include <utility>
#include <vector>

#include "cli/table.hpp"
#include "leeway/base/result.hpp"
#include "leeway/validate/table.hpp"

namespace leeway::cli {

/// How both files are read. `categorical` of the options stay texts.
struct SkewInput {
  TableOptions table;
  std::vector<std::string> key;
  bool quiet = false;
};

/// Errors: those of load_table.
[[nodiscard]] Result<validate::Table> load_skew_table(const std::string& path, const SkewInput& input);

/// A column without any value on one side is of the other side's type.
void make_alike(validate::Table& training, validate::Table& serving);

}  // namespace leeway::cli

#endif
