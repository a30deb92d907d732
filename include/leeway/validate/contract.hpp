#ifndef LEEWAY_VALIDATE_CONTRACT_HPP
#define LEEWAY_VALIDATE_CONTRACT_HPP

// Holds a batch of rows, given by columns, against a contract: before training, in a test of a feature pipeline, in a
// nightly job. For single rows on the hot path see row_validator.hpp. Thread contract: pure functions.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/validate/contract_report.hpp"
#include "leeway/validate/schema.hpp"
#include "leeway/validate/table.hpp"
#include "leeway/validate/table_column.hpp"

namespace leeway::inline v1::validate {

struct ValidationOptions {
  std::size_t examples = 3;              ///< values that a finding shows
  std::vector<std::string> show_text{};  ///< columns whose texts are shown as they are; else by hash and length
  std::optional<TimePoint> now{};        ///< timestamps later than this are findings, and ages are told at it
  std::string event_time{};  ///< the column of times of the events behind each row's values, for rules of freshness
};

/// Every rule of the contract, over all rows. Columns that the contract does not name are listed, not judged.
///
/// Freshness: the rows are what is served at `now`. A timestamp is the time of its own event; that of any other value
/// is in the column event_time. Without a now, ages are not checked; without times, nothing of freshness is: the report
/// says so, and the contract is not kept, for unknown is not fine.
/// Errors: data (columns of unequal length or of one name), invalid_argument (no column event_time in table or
/// contract). Cost: some nanoseconds a number; a hash per text, and a time linear in it where it has a pattern; a hash
/// table of all rows per unique key.
[[nodiscard]] LEEWAY_EXPORT Result<ContractReport> validate(const Schema& schema, std::span<const TableColumn> table,
                                                            const ValidationOptions& options = {});
[[nodiscard]] LEEWAY_EXPORT Result<ContractReport> validate(const Schema& schema, const Table& table,
                                                            const ValidationOptions& options = {});

}  // namespace leeway::inline v1::validate

#endif
