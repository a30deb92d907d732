#ifndef LEEWAY_VALIDATE_SCHEMA_INFERENCE_HPP
#define LEEWAY_VALIDATE_SCHEMA_INFERENCE_HPP

// A contract learned from training data, to be read and edited by a person before it gates anything.
//
// Whatever training rows show is noise in part: of two halves of one sample, each has values beyond the range of the
// other. So every rule that is learned tolerates what a second sample of the same law would show, by an exact
// two-sample law (contract_report.hpp): the missing share both ways; values outside the range of m training values,
// whose number is beta-binomial (live, 2, m - 1) whatever the law of the values (Wilks 1941); categories that training
// lacks, of which those that it has once foretell how many (Good 1953).
// Rows that follow each other may be alike: a design effect is estimated for each column, and so many rows count as
// one. Thread contract: pure functions.

#include <cstddef>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/validate/schema.hpp"
#include "leeway/validate/table_column.hpp"

namespace leeway::inline v1::validate {

struct InferenceOptions {
  double budget = Schema::kBudget;  ///< false findings to expect where nothing has changed
  bool closed = false;              ///< a category or a column without a value that training lacks is a finding at once
  std::size_t max_categories = 100;  ///< a text of more distinct values gets no set; its type and missing share remain
  bool exchangeable = false;         ///< rows are in random order: no design effect is looked for
};

/// A column of training data: its values, and its type where that is known; otherwise whole numbers are integers,
/// other numbers numbers, and texts text, or boolean where all are truth values. Integers of at most 32 values with at
/// least 20 rows each on average are codes: they get categories and a range.
struct TrainingColumn {
  TableColumn column;
  std::optional<ColumnType> type{};
};

/// The contract that these rows keep. Errors: those of Schema::make. Cost: a few passes over the columns.
[[nodiscard]] LEEWAY_EXPORT Result<Schema> infer_schema(std::span<const TrainingColumn> columns,
                                                        const InferenceOptions& options = {});

/// The same from a profile, which knows neither times nor whether numbers are whole.
[[nodiscard]] LEEWAY_EXPORT Result<Schema> infer_schema(const profile::Profile& profile,
                                                        const InferenceOptions& options = {});

}  // namespace leeway::inline v1::validate

#endif
