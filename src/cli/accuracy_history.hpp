#ifndef LEEWAY_CLI_ACCURACY_HISTORY_HPP
#define LEEWAY_CLI_ACCURACY_HISTORY_HPP

// The accuracy of a model by its age, from a CSV file: a point or a prediction a row.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/number.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/retrain/fit.hpp"

namespace leeway::cli {

/// Where the history is. Names that are empty are found: age, time, timestamp or date; accuracy or correct; labels.
struct HistoryColumns {
  std::string time;       ///< days as numbers, or dates and times
  std::string accuracy;   ///< a share with labels behind it, or 0 and 1
  std::string predicted;  ///< instead: correct where it is the same
  std::string actual;     ///< as this
  std::string labels;
  std::optional<double> labels_each;  ///< instead, of all
  std::optional<TimePoint> deployed;  ///< when dated ages begin; else at the first row
  NullTokens null_tokens;
};

struct AccuracyHistory {
  std::vector<retrain::AccuracyPoint> points;  ///< by age
  std::uint64_t unlabelled = 0;                ///< rows without an accuracy yet, left out
  bool dated = false;                          ///< times are dates
};

/// Errors: of CsvReader; not_found for a column that is not there; data for fields that are no times, shares or counts,
/// and for a mixture of numbers and dates; invalid_argument for columns that exclude each other.
[[nodiscard]] Result<AccuracyHistory> read_accuracy_history(const std::string& path, const HistoryColumns& columns);

}  // namespace leeway::cli

#endif
