#ifndef LEEWAY_CLI_LIVE_READER_HPP
#define LEEWAY_CLI_LIVE_READER_HPP

// Live rows for a profile: the profile says which columns are read, and as what; all others are skipped.
// Memory does not grow with the file. Not for more than one thread at a time.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cli/csv_reader.hpp"
#include "cli/number.hpp"
#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/stream/value.hpp"

namespace leeway::cli {

class LiveReader {
 public:
  /// Opens `path`. `time_column` is empty, or a column that has a time in every row. Errors: of CsvReader; not_found
  /// for a feature or time that the file has not; invalid_argument for a derived column that the profile does not know.
  static Result<LiveReader> open(const std::string& path, const profile::Profile& profile, const InputOptions& options,
                                 const std::string& time_column = {});

  /// Goes to the next row; false after the last.
  Result<bool> next();

  /// The time of the row. Errors (data): none, or one that cannot be read. Precondition: open() had a time column.
  [[nodiscard]] Result<TimePoint> time() const;

  /// Whether that time is a number, and so seconds since 1970.
  [[nodiscard]] bool time_is_number() const noexcept { return parse_number(row_.fields[time_source_]).has_value(); }

  /// The row's values in the order of the features, valid until next(). Counts the fields: call it once a row.
  std::span<const stream::Value> values();

  /// Whether at most 1 % of the fields of each column since the last call were malformed; begins to count anew.
  Result<void> check_fields();

  [[nodiscard]] const std::string& name() const noexcept { return csv_.name(); }
  /// "FILE:LINE: column TIME" of the row.
  [[nodiscard]] std::string where_time() const { return csv_.where(time_column_); }
  /// Rows so far.
  [[nodiscard]] std::uint64_t rows() const noexcept { return csv_.rows(); }
  /// Takes the progress line off the terminal. Call it before anything is written.
  void clear_progress() { progress_->finish(); }

 private:
  LiveReader(CsvReader csv, const std::vector<SelectedColumn>& columns, const InputOptions& options);

  CsvReader csv_;
  CsvRow row_;
  std::unique_ptr<const NullTokens> null_tokens_;  // at an address that the field readers may keep
  std::vector<std::string> names_;
  std::vector<std::size_t> sources_;  // index of each feature's field
  std::vector<FieldReader> readers_;
  std::vector<stream::Value> values_;
  std::string time_column_;
  std::size_t time_source_ = 0;
  std::unique_ptr<Progress> progress_;
};

}  // namespace leeway::cli

#endif
