#ifndef LEEWAY_VALIDATE_ROW_VALIDATOR_HPP
#define LEEWAY_VALIDATE_ROW_VALIDATOR_HPP

// Holds single rows against a contract on the hot path, before the model sees them:
//
//   auto validator = validate::RowValidator::make(schema, {"age", "amount"});   // one per worker thread
//   if (const auto broken = validator->check(row)) ...                          // every request
//   validate::ContractReport report = judge(schema, validator->counts());       // at any time, from any other thread
//
// Rules that need other rows or much time are left to batches (contract.hpp): pattern, order, unique, future.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stream/row_layout.hpp"
#include "leeway/stream/value.hpp"
#include "leeway/validate/contract_report.hpp"
#include "leeway/validate/schema.hpp"

namespace leeway::inline v1::validate {

/// The first value of a row, in the order of the row, that breaks a rule.
struct BrokenRule {
  std::size_t column = 0;  ///< its place in the row
  Rule rule = Rule::type;  ///< missing, type, range or unseen

  friend bool operator==(const BrokenRule&, const BrokenRule&) = default;
};

/// Checks and counts rows from one thread.
///
/// check() is wait-free, noexcept and allocates nothing. It returns the first value of the row that breaks a rule and
/// counts all of them. A tolerated share is a matter of many rows, which judge() asks of the counts; check() names the
/// value whatever is tolerated, but for missing values, which break a rule of their own only where none is tolerated.
/// Thread contract: check() from one thread at a time; counts() from any thread, meanwhile.
class RowValidator {
 public:
  /// `columns` names the places of a row; a place that the schema does not name is not checked, a column of the schema
  /// that has no place counts as fine. Errors (invalid_argument): a name twice.
  [[nodiscard]] LEEWAY_EXPORT static Result<RowValidator> make(const Schema& schema,
                                                               std::span<const std::string> columns);

  /// A row of another number of values is not counted, and breaks Rule::absent at the first place.
  [[nodiscard]] LEEWAY_EXPORT std::optional<BrokenRule> check(std::span<const float> row) noexcept;
  [[nodiscard]] LEEWAY_EXPORT std::optional<BrokenRule> check(std::span<const double> row) noexcept;
  [[nodiscard]] LEEWAY_EXPORT std::optional<BrokenRule> check(std::span<const stream::Value> row) noexcept;
  /// A row of the host's own type, whose layout has the features of `columns` in their order.
  [[nodiscard]] LEEWAY_EXPORT std::optional<BrokenRule> check(const void* row,
                                                              const stream::RowLayout& layout) noexcept;

  /// Rows checked so far.
  [[nodiscard]] LEEWAY_EXPORT std::uint64_t rows() const noexcept;
  /// What was counted, for judge(): one per column of the schema. Those of several threads merge. Distinct unseen
  /// values are told apart up to 32 per column.
  [[nodiscard]] LEEWAY_EXPORT std::vector<ColumnCounts> counts() const;

  LEEWAY_EXPORT RowValidator(RowValidator&&) noexcept;
  LEEWAY_EXPORT RowValidator& operator=(RowValidator&&) noexcept;
  LEEWAY_EXPORT ~RowValidator();

 private:
  class Impl;
  explicit RowValidator(std::unique_ptr<Impl> impl) noexcept;

  std::unique_ptr<Impl> impl_;
};

}  // namespace leeway::inline v1::validate

#endif
