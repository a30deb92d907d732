#ifndef LEEWAY_VALIDATE_CONTRACT_REPORT_HPP
#define LEEWAY_VALIDATE_CONTRACT_REPORT_HPP

// What a contract found in live rows: counts of what its rules saw, and the findings that follow from them.
// Thread contract: values; judge() is a pure function.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/validate/schema.hpp"

namespace leeway::inline v1::validate {

/// The rules of a contract, in the order in which a value is held against them.
enum class Rule {
  absent,   ///< the column is not there
  empty,    ///< it holds no value
  missing,  ///< more missing values than tolerated
  filled,   ///< fewer
  type,     ///< values of another type
  range,    ///< values outside the range
  unseen,   ///< values that are none of the categories
  pattern,  ///< texts that do not match
  order,    ///< values that go back
  future,   ///< times later than now
  mean,     ///< the mean is outside its range
  unique,   ///< rows that repeat a key
  undated,  ///< values without the time of their event; this and the next two are freshness
  stale,    ///< values that are older than they may be
  silent,   ///< times without an event that are longer than they may be
};

/// The name of the enumerator.
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Rule rule) noexcept;

/// What the rules of one column have counted. Each value that is present counts for one rule at most.
struct ColumnCounts {
  bool there = true;
  std::uint64_t rows = 0;
  std::uint64_t missing = 0;
  std::uint64_t other_type = 0;
  std::uint64_t outside = 0;
  std::uint64_t unseen = 0;
  std::uint64_t unseen_distinct = 0;  ///< distinct values among them, at least
  std::uint64_t unseen_most = 0;      ///< the most of them that are one value, at least
  std::uint64_t mismatched = 0;
  std::uint64_t backward = 0;
  std::uint64_t future = 0;
  std::uint64_t finite = 0;  ///< numbers behind sum; counted where there is a rule for the mean
  double sum = 0;

  [[nodiscard]] std::uint64_t present() const noexcept { return rows - missing; }
  /// Adds what another thread or host has counted. Distinct values of both count as the same where they may be.
  LEEWAY_EXPORT void merge(const ColumnCounts& other) noexcept;

  friend bool operator==(const ColumnCounts&, const ColumnCounts&) = default;
};

/// A value that broke a rule. Text may be personal data: `text` is its hash and length unless it was asked for. A time
/// is in ISO 8601.
struct Example {
  std::string text;
  std::uint64_t row = 0;  ///< where it was first seen, from 0

  friend bool operator==(const Example&, const Example&) = default;
};

/// A rule that is broken.
struct ContractFinding {
  std::string column;  ///< of a key: its columns, with commas
  Rule rule = Rule::absent;
  std::uint64_t count = 0;          ///< values or rows that broke it
  std::uint64_t of = 0;             ///< values or rows that were held against it
  std::optional<double> tolerated;  ///< the share that it tolerates
  std::optional<double> p_value;    ///< that noise alone has at least this count
  std::optional<double> value;      ///< mean: it; stale, silent: seconds, of the oldest, of the longest
  std::uint64_t distinct = 0;       ///< Rule::unseen: distinct values, at least
  std::vector<Example> examples;    ///< a few
  std::optional<double> min{};      ///< Rule::range, mean: the least that may be
  std::optional<double> max{};      ///< and the greatest; stale, silent: seconds that may be
  bool is_time = false;             ///< min and max are seconds since 1970

  [[nodiscard]] double share() const noexcept {
    return of > 0 ? static_cast<double>(count) / static_cast<double>(of) : 0;
  }
};

/// A rule that could not be checked, and why.
struct UncheckedRule {
  std::string column;
  std::string rule;
  std::string reason;

  friend bool operator==(const UncheckedRule&, const UncheckedRule&) = default;
};

/// The outcome: the contract is kept where every rule was checked and there is no finding.
struct ContractReport {
  std::uint64_t rows = 0;
  double budget = Schema::kBudget;
  double level = Schema::kBudget;  ///< of one tolerant rule
  std::vector<ContractFinding> findings;
  std::vector<ContractFinding> within;  ///< rules that were broken no more often than noise explains
  std::vector<std::string> unknown;     ///< columns that the contract does not name
  std::vector<UncheckedRule> unchecked{};

  [[nodiscard]] bool kept() const noexcept { return findings.empty() && unchecked.empty(); }
};

/// Holds counts, one per column of the schema, against its rules.
///
/// A rule without tolerance is broken by one value. Any other is broken where the share is above the tolerated one and
/// noise alone would reach that with a probability of at most schema.level(): a binomial law where the share is known;
/// where it was seen in training rows, Fisher's exact test, which is the beta-binomial law (live, events + 1, rows -
/// events). Of unseen categories, distinct values count as events, with the categories that training had once as
/// its own (Good 1953), and beside it the most frequent of them: twice the smaller p-value is that of both.
/// Of tolerances with a design effect, so many rows count as one. Precondition: as many counts as columns.
[[nodiscard]] LEEWAY_EXPORT ContractReport judge(const Schema& schema, std::span<const ColumnCounts> counts);

}  // namespace leeway::inline v1::validate

#endif
