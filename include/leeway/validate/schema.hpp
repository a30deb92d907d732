#ifndef LEEWAY_VALIDATE_SCHEMA_HPP
#define LEEWAY_VALIDATE_SCHEMA_HPP

// The contract of a table: which columns it has, of which types, and which rules their values keep. Written by hand
// (SchemaBuilder), or learned from training data (schema_inference.hpp), and stored as JSON (store/schema_file.hpp).
//
//   const auto schema = validate::SchemaBuilder()
//                           .number("age").not_missing().range(0, 120)
//                           .number("purchase_amount").mean(10, 1000)
//                           .text("country").one_of({"de", "fr"})
//                           .build();
//
// Times are numbers here: seconds since 1970-01-01T00:00:00Z. Thread contract: values.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"

namespace leeway::inline v1::validate {

enum class ColumnType {
  number,
  integer,    ///< a number without a fraction
  text,       ///< in UTF-8; a number counts as its shortest decimal text
  boolean,    ///< a truth value, 0 or 1, or the text true or false in any letter case
  timestamp,  ///< seconds since 1970
};

/// "number", "integer", "text", "boolean", "timestamp".
[[nodiscard]] LEEWAY_EXPORT const char* to_string(ColumnType type) noexcept;
[[nodiscard]] LEEWAY_EXPORT std::optional<ColumnType> parse_column_type(std::string_view name) noexcept;

/// What a column must have to be there at all.
enum class Presence {
  optional,  ///< it may be absent
  column,    ///< it must be there
  value,     ///< it must be there and hold a value
};

/// "optional", "column", "value".
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Presence presence) noexcept;
[[nodiscard]] LEEWAY_EXPORT std::optional<Presence> parse_presence(std::string_view name) noexcept;

/// The share of values that may break a rule. None: any is a finding. A share that is known: a finding is more than
/// a binomial law of that share explains. Events seen in training rows: a finding is more than a second sample of the
/// same law would have (Fisher's exact test, one-sided).
struct Tolerance {
  double share = 0;          ///< in [0, 1]; of no meaning where rows > 0
  std::uint64_t events = 0;  ///< at most rows
  std::uint64_t rows = 0;    ///< 0: the share is known
  double design_effect = 1;  ///< rows that speak for one independent row (profile/design_effect.hpp), at least 1

  [[nodiscard]] static constexpr Tolerance of_share(double share) noexcept { return {share, 0, 0, 1}; }
  [[nodiscard]] static constexpr Tolerance seen(std::uint64_t events, std::uint64_t rows,
                                                double design_effect = 1) noexcept {
    return {0, events, rows, design_effect};
  }
  /// The tolerated share itself.
  [[nodiscard]] constexpr double value() const noexcept {
    return rows > 0 ? static_cast<double>(events) / static_cast<double>(rows) : share;
  }
  [[nodiscard]] constexpr bool none() const noexcept { return rows == 0 && share == 0; }

  friend bool operator==(const Tolerance&, const Tolerance&) = default;
};

/// The share of missing values is at most the tolerated one; with two_sided it is not less either: a column that was
/// empty and now is filled has changed its meaning.
struct MissingRule {
  Tolerance tolerated;
  bool two_sided = false;
  friend bool operator==(const MissingRule&, const MissingRule&) = default;
};

/// Values lie in [min, max]; at least one of both is there. Infinities are values.
struct RangeRule {
  std::optional<double> min;
  std::optional<double> max;
  Tolerance tolerated{};
  friend bool operator==(const RangeRule&, const RangeRule&) = default;
};

/// Values are among these. Of integers they are written as "-7".
struct CategoryRule {
  std::vector<std::string> values;
  Tolerance tolerated{};  ///< none: the set is closed
  friend bool operator==(const CategoryRule&, const CategoryRule&) = default;
};

/// The mean of the finite values lies in [min, max].
struct MeanRule {
  double min = 0;
  double max = 0;
  friend bool operator==(const MeanRule&, const MeanRule&) = default;
};

/// The whole of each text matches a regular expression of RE2: Perl's, but for what only backtracking can match, as
/// backreferences and lookahead. At most 1000 bytes. Only batches are held against it.
struct PatternRule {
  std::string regex;
  Tolerance tolerated{};
  friend bool operator==(const PatternRule&, const PatternRule&) = default;
};

/// Values never go back from row to row.
struct OrderRule {
  Tolerance tolerated{};
  friend bool operator==(const OrderRule&, const OrderRule&) = default;
};

enum class OnStale {
  flag,      ///< served as it is, and counted
  fallback,  ///< replaced by the fallback value
  reject,    ///< not served
};

/// "flag", "fallback", "reject".
[[nodiscard]] LEEWAY_EXPORT const char* to_string(OnStale action) noexcept;
[[nodiscard]] LEEWAY_EXPORT std::optional<OnStale> parse_on_stale(std::string_view name) noexcept;

/// How old the event behind a value may be where it is served. See freshness.hpp.
struct FreshnessRule {
  Duration max_staleness{};  ///< above 0
  OnStale on_stale = OnStale::flag;
  double fallback = 0;          ///< for OnStale::fallback
  Duration clock_tolerance{0};  ///< so far ahead of now an event may be: clocks differ
  Duration max_silence{0};      ///< without an event for longer, the stream has stopped; 0: any silence is allowed
  friend bool operator==(const FreshnessRule&, const FreshnessRule&) = default;
};

/// One column and its rules. A rule that is absent allows everything.
struct ColumnContract {
  std::string name;
  ColumnType type = ColumnType::number;
  Presence presence = Presence::column;
  Tolerance type_tolerated{};  ///< values of another type, as a share of those present
  std::optional<MissingRule> missing{};
  std::optional<RangeRule> range{};          ///< number, integer, timestamp
  std::optional<CategoryRule> categories{};  ///< text, integer
  std::optional<MeanRule> mean{};            ///< number, integer
  std::optional<PatternRule> pattern{};      ///< text
  std::optional<OrderRule> order{};          ///< number, integer, timestamp
  std::optional<FreshnessRule> freshness{};

  friend bool operator==(const ColumnContract&, const ColumnContract&) = default;
};

/// No two rows have the same values in these columns; a row without a value in any of them counts as none.
/// Only batches are held against it.
struct UniqueKey {
  std::vector<std::string> columns;
  Tolerance tolerated{};
  friend bool operator==(const UniqueKey&, const UniqueKey&) = default;
};

/// The contract. Thread contract: immutable.
class Schema {
 public:
  static constexpr double kBudget = 0.05;

  /// `budget`, in (0, 1], is the expected number of false findings where live rows follow the law of the training rows;
  /// its tolerant rules share it in equal parts. Errors (data): no columns; names that are empty, not distinct or not
  /// UTF-8; a rule that the type of its column does not have; an empty range or set; a share outside [0, 1]; a regular
  /// expression that is none. where is the path within the JSON document, as in "columns[3].range".
  LEEWAY_EXPORT static Result<Schema> make(std::vector<ColumnContract> columns, std::vector<UniqueKey> keys = {},
                                           double budget = kBudget);

  [[nodiscard]] std::span<const ColumnContract> columns() const noexcept { return columns_; }
  [[nodiscard]] std::span<const UniqueKey> keys() const noexcept { return keys_; }
  [[nodiscard]] double budget() const noexcept { return budget_; }
  /// Index of a column. Cost: linear in columns.
  [[nodiscard]] LEEWAY_EXPORT std::optional<std::size_t> find(std::string_view name) const noexcept;
  /// The p-value from which down a tolerant rule is broken: the budget over the number of such rules.
  [[nodiscard]] LEEWAY_EXPORT double level() const noexcept;

  friend bool operator==(const Schema&, const Schema&) = default;

 private:
  Schema(std::vector<ColumnContract> columns, std::vector<UniqueKey> keys, double budget);

  std::vector<ColumnContract> columns_;
  std::vector<UniqueKey> keys_;
  double budget_;
};

/// Builds a Schema column by column: rules apply to the column begun last. Thread contract: one thread.
class SchemaBuilder {
 public:
  SchemaBuilder& number(std::string name) { return column(std::move(name), ColumnType::number); }
  SchemaBuilder& integer(std::string name) { return column(std::move(name), ColumnType::integer); }
  SchemaBuilder& text(std::string name) { return column(std::move(name), ColumnType::text); }
  SchemaBuilder& boolean(std::string name) { return column(std::move(name), ColumnType::boolean); }
  SchemaBuilder& timestamp(std::string name) { return column(std::move(name), ColumnType::timestamp); }

  // Rules of the column. Precondition: there is one.
  LEEWAY_EXPORT SchemaBuilder& optional();
  LEEWAY_EXPORT SchemaBuilder& with_a_value();
  LEEWAY_EXPORT SchemaBuilder& not_missing();
  LEEWAY_EXPORT SchemaBuilder& missing(Tolerance tolerated, bool two_sided = false);
  LEEWAY_EXPORT SchemaBuilder& other_types(Tolerance tolerated);
  LEEWAY_EXPORT SchemaBuilder& range(std::optional<double> min, std::optional<double> max, Tolerance tolerated = {});
  LEEWAY_EXPORT SchemaBuilder& one_of(std::vector<std::string> values, Tolerance tolerated = {});
  LEEWAY_EXPORT SchemaBuilder& mean(double min, double max);
  LEEWAY_EXPORT SchemaBuilder& matches(std::string regex, Tolerance tolerated = {});
  LEEWAY_EXPORT SchemaBuilder& ordered(Tolerance tolerated = {});
  LEEWAY_EXPORT SchemaBuilder& fresh(FreshnessRule rule);

  // Rules of the table
  LEEWAY_EXPORT SchemaBuilder& unique(std::vector<std::string> columns, Tolerance tolerated = {});
  LEEWAY_EXPORT SchemaBuilder& budget(double budget);

  /// Errors: those of Schema::make.
  LEEWAY_EXPORT Result<Schema> build();

 private:
  LEEWAY_EXPORT SchemaBuilder& column(std::string name, ColumnType type);
  ColumnContract& last();

  std::vector<ColumnContract> columns_;
  std::vector<UniqueKey> keys_;
  double budget_ = Schema::kBudget;
};

}  // namespace leeway::inline v1::validate

#endif
