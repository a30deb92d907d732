#ifndef LEEWAY_CLI_TABLE_HPP
#define LEEWAY_CLI_TABLE_HPP

// Columns with types, from a CSV file: a whole file of training data at once (load_table), or live rows one by one
// against kinds that are already known (FieldReader).
//
// A column is numeric where all its values are numbers, or all but 1 %, which then count as malformed; otherwise it is
// categorical. Integers of few distinct values are categorical too, written canonically: "1", "01" and "1.0" are the
// category "1", in training data and in live rows alike. Nan as a number is a missing value.
//
// load_table holds 8 bytes a value for numbers and 4 for categories, and beside them the text of those columns whose
// kind is not known yet. FieldReader allocates nothing per field.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/csv_reader.hpp"
#include "cli/number.hpp"
#include "cli/timestamp.hpp"
#include "leeway/base/result.hpp"

namespace leeway::cli {

class Progress;
struct ProgressOptions;

enum class ColumnKind { numeric, categorical };

/// "numeric" or "categorical".
[[nodiscard]] const char* to_string(ColumnKind kind) noexcept;

/// How a field of a categorical column names its category.
enum class CategoryCoding {
  text,     ///< by its text as it is
  integer,  ///< by its value, where it is an integer; otherwise by its text
};

/// The coding that a list of categories, as of a profile, implies: integer where each of them is a canonical integer.
[[nodiscard]] CategoryCoding coding_of(std::span<const std::string> categories) noexcept;

/// A column computed from a date-time column: --derive NAME=COLUMN:PART.
struct Derivation {
  std::string name;
  std::string column;
  TimePart part = TimePart::hour;

  friend bool operator==(const Derivation&, const Derivation&) = default;
};

/// Reads "hour=pickup_datetime:hour".
[[nodiscard]] Result<Derivation> parse_derivation(std::string_view text);

/// A column whose kind an earlier file has settled.
struct KnownColumn {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  CategoryCoding coding = CategoryCoding::text;
};

struct TableOptions {
  std::vector<std::string> columns;  ///< only these; all where empty
  std::vector<std::string> exclude;
  std::vector<std::string> categorical;  ///< whatever they look like
  std::vector<std::string> numeric;      ///< or an error
  std::vector<Derivation> derive;        ///< appended as numeric columns, in this order; `columns` need not name them
  std::vector<KnownColumn> known;        ///< where not empty: exactly these columns (file or derived), of these kinds
  std::optional<ColumnKind>
      other_columns;  ///< the kind of all columns not named above; found from their fields if none
  NullTokens null_tokens;
  bool no_header = false;
  std::optional<std::uint64_t> max_rows;  ///< read no further
};

/// One column of the result and where it comes from.
struct SelectedColumn {
  std::string name;
  std::size_t source = 0;          ///< index in the file's header
  std::optional<TimePart> part;    ///< for a derived column
  std::optional<ColumnKind> kind;  ///< where it is settled before reading
  CategoryCoding coding = CategoryCoding::text;
};

/// Applies the options to a header; the columns come in the order of the file (of `known`, if given), derived ones
/// last. `file` is for errors: a name that is not there (not_found), or contradictory options (invalid_argument).
[[nodiscard]] Result<std::vector<SelectedColumn>> select_columns(const std::string& file,
                                                                 std::span<const std::string> header,
                                                                 const TableOptions& options);

/// Index of column `name`, or the not_found error that names the nearest one.
[[nodiscard]] Result<std::size_t> find_column(const std::string& file, std::span<const std::string> header,
                                              std::string_view name);

/// Code of a row without a category.
inline constexpr std::uint32_t kNoCategory = (std::numeric_limits<std::uint32_t>::max)();

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::numeric;
  CategoryCoding coding = CategoryCoding::text;  ///< categorical
  std::vector<double> values;                    ///< numeric: one per row, NaN where missing or malformed
  std::vector<std::uint32_t> codes;              ///< categorical: one per row, index into categories or kNoCategory
  std::vector<std::string> categories;           ///< in order of first appearance
  std::uint64_t missing = 0;
  std::uint64_t malformed = 0;  ///< numeric only
};

struct Table {
  std::string file;
  std::uint64_t rows = 0;
  std::vector<Column> columns;

  /// The column of that name, or null.
  [[nodiscard]] const Column* find(std::string_view name) const noexcept;
};

/// Reads a whole file. Errors: of CsvReader, of select_columns, and `data` where a column that must be numeric is not.
[[nodiscard]] Result<Table> load_table(const std::string& path, const TableOptions& options);
[[nodiscard]] Result<Table> load_table(const std::string& path, const TableOptions& options,
                                       const ProgressOptions& progress);

/// How many fields were what, and the first that was malformed: the input of the 1 % rule.
struct FieldCounts {
  std::uint64_t fields = 0;  ///< all, missing ones included
  std::uint64_t missing = 0;
  std::uint64_t malformed = 0;
  std::uint64_t first_malformed_line = 0;
  std::string first_malformed_text;

  /// At most 1 % of the fields that are not missing are malformed.
  [[nodiscard]] bool acceptable() const noexcept { return malformed * 100 <= fields - missing; }
};

/// Nothing where acceptable(); else an error at the first malformed field, as in
///   FILE:LINE: column NAME: expected a number, found "abc" (3.2 % of 1,000 fields are not numbers; at most 1 % ...)
/// `expected` is "number", or "time" for a column derived from a date-time.
[[nodiscard]] Result<void> check_malformed(const std::string& file, std::string_view column, const FieldCounts& counts,
                                           std::string_view expected = "number");

/// What one live field turned out to be.
struct Field {
  enum class State { missing, malformed, number, text };

  State state = State::missing;
  double number = 0;      ///< state number; may be infinite, never NaN
  std::string_view text;  ///< state text: the category; valid as long as the field and until the reader's next call
};

/// Converts the fields of one live column, whose kind is known, and counts them. One reader per column.
class FieldReader {
 public:
  /// `null_tokens` must outlive the reader. With `part` the fields are date-times, of which the part is taken.
  FieldReader(const NullTokens& null_tokens, ColumnKind kind, CategoryCoding coding = CategoryCoding::text,
              std::optional<TimePart> part = {});

  /// Converts and counts; `line` is kept for the first malformed field.
  Field read(std::string_view field, std::uint64_t line);

  /// Converts without counting.
  [[nodiscard]] Field convert(std::string_view field) noexcept;

  [[nodiscard]] const FieldCounts& counts() const noexcept { return counts_; }

  /// Begins to count anew, as for the next window.
  void reset_counts() { counts_ = {}; }

  /// What a field should be, for check_malformed: "number" or "time".
  [[nodiscard]] std::string_view expected() const noexcept { return part_ ? "time" : "number"; }

 private:
  [[nodiscard]] Field number_field(double value) noexcept;
  [[nodiscard]] Field category_field(std::string_view field) noexcept;
  [[nodiscard]] Field time_field(std::string_view field) noexcept;
  [[nodiscard]] std::string_view canonical(std::int64_t value) noexcept;

  const NullTokens* null_tokens_;
  ColumnKind kind_;
  CategoryCoding coding_;
  std::optional<TimePart> part_;
  FieldCounts counts_;
  std::array<char, 24> text_{};  // canonical integers
};

}  // namespace leeway::cli

#endif
