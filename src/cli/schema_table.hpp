#ifndef LEEWAY_CLI_SCHEMA_TABLE_HPP
#define LEEWAY_CLI_SCHEMA_TABLE_HPP

// A file as columns for contracts: training rows with types that are guessed, live rows with those of the contract.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "cli/table.hpp"
#include "leeway/base/result.hpp"
#include "leeway/validate/schema.hpp"
#include "leeway/validate/schema_inference.hpp"
#include "leeway/validate/table_column.hpp"

namespace leeway::cli {

/// Columns that own their values. Addresses stay when it is moved.
struct OwnedColumns {
  OwnedColumns() = default;
  OwnedColumns(OwnedColumns&&) = default;  // a copy's views would be of the original
  struct Storage {
    std::string name;
    std::vector<double> numbers;
    std::vector<std::int32_t> codes;  ///< -1: missing
    std::vector<std::string> texts;
    std::vector<std::string_view> views;  ///< of texts
    std::uint64_t malformed = 0;
    std::optional<validate::ColumnType> type{};
  };
  std::deque<Storage> columns;
  std::vector<std::string> unknown;  ///< columns of the file that were not asked for

  /// Borrowed from here.
  [[nodiscard]] std::vector<validate::TrainingColumn> training() const;
  [[nodiscard]] std::vector<validate::TableColumn> table() const;
};

/// Training rows: a text column all of whose values are times becomes one of times.
[[nodiscard]] OwnedColumns training_columns(Table table);

/// Live rows by the types of the contract. A column that is not there is left out; a field that is not of its type is
/// counted. Errors: of CsvReader; invalid_argument for a derived column that the contract does not name.
[[nodiscard]] Result<OwnedColumns> read_live_columns(const std::string& path, const validate::Schema& schema,
                                                     const InputOptions& options);

}  // namespace leeway::cli

#endif
