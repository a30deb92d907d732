#ifndef LEEWAY_VALIDATE_SKEW_HPP
#define LEEWAY_VALIDATE_SKEW_HPP

// Training-serving skew: do both paths put out the same features?
//
//   auto report = find_skew(training, serving, {.key = {"id"}});
//   if (report && report->verdict == Verdict::drift) ...
//
// Without a key the distributions are compared; with a key each entity's values are as well, and the likely cause of
// a difference is named (attribution.hpp). Rows of one pipeline at two times differ by drift: for that see
// drift/evaluate.hpp. Cost: a sort per numeric column; with a key a hash per row, and some fifty passes over the joined
// rows of each feature that differs. Thread contract: pure functions.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/drift/calibration.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/drift/policy.hpp"
#include "leeway/profile/artifact.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/validate/skew_report.hpp"
#include "leeway/validate/table.hpp"

namespace leeway::inline v1::validate {

/// Numbers a, b are equal where |a - b| <= absolute + relative * max(|a|, |b|). Both finite and at least 0.
struct ValueTolerance {
  double absolute = 0;
  double relative = 1e-9;

  friend bool operator==(const ValueTolerance&, const ValueTolerance&) = default;
};

struct SkewOptions {
  std::vector<std::string> key{};  ///< columns that name an entity; without them distributions alone
  ValueTolerance tolerance{};      ///< of numbers; texts are equal or not
  std::map<std::string, ValueTolerance> feature_tolerances{};
  std::vector<std::string> exclude{};  ///< columns that are no features, as labels
  std::vector<std::string>
      show_text{};                    ///< columns whose texts, and keys, are shown as they are; else by hash and length
  double gate = 0.1;                  ///< KS, or total variation of categories, above which a feature is skewed
  double budget = 0.05;               ///< expected number of false findings of the gate, all features together
  double max_skew_rate = 0;           ///< share of joined entities that may differ, in [0, 1)
  double min_joined = 0.5;            ///< share of serving rows that the key must join, else there is not enough data
  double min_support = 0.5;           ///< of a cause that is named, in (0, 1]
  std::size_t max_examples = 5;       ///< per list
  std::size_t max_lag = 48;           ///< rows back in which an earlier value is looked for
  std::vector<std::string> entity{};  ///< whose rows follow each other in time; one series where empty
  std::string time{};                 ///< column of seconds since 1970 that orders rows; else their order counts
  std::optional<TimePoint> cutoff{};  ///< end of training: no training row after it, no serving row before
  std::optional<profile::Artifact> training_artifact{};
  std::optional<profile::Artifact> serving_artifact{};

  /// Errors (invalid_argument): a number outside its range; without a key what speaks of rows, as a tolerance.
  [[nodiscard]] LEEWAY_EXPORT Result<void> check() const;
};

/// Compares two tables. Columns of both names are features, but key, time and excluded ones. One that is numbers on one
/// side and texts on the other is skew, and is compared as texts.
/// Errors: those of SkewOptions::check and Table::check; invalid_argument (an option that names a column which neither
/// side has; where is the option's name); not_found (key, entity or time column that is not there),
/// incompatible (a key or time column of unlike types), undefined (a table without a row).
[[nodiscard]] LEEWAY_EXPORT Result<SkewReport> find_skew(const Table& training, const Table& serving,
                                                         const SkewOptions& options = {});

/// The gate for a profile and counts of serving values over its cells: drift::evaluate, governed by KS at 0.1 (PSI at
/// 0.1 for categories, which have no order). Errors and cost: those of drift::evaluate.
[[nodiscard]] LEEWAY_EXPORT Result<drift::DriftReport> skew_gate(const profile::Profile& training,
                                                                 std::span<const Counts> serving,
                                                                 drift::Calibration& calibration);

/// What skew costs: share of skewed queries x queries per day x cost of one error, and 365 times that. 1 % of 1,000,000
/// queries a day at $0.10: $1,000 a day, $365,000 a year. It is an upper bound where not each skewed query is an error.
struct SkewCost {
  double skewed_share = 0;     ///< in [0, 1]
  double queries_per_day = 0;  ///< at least 0
  double cost_per_error = 0;   ///< money

  [[nodiscard]] constexpr double per_day() const noexcept { return skewed_share * queries_per_day * cost_per_error; }
  [[nodiscard]] constexpr double per_year() const noexcept { return 365 * per_day(); }
};

}  // namespace leeway::inline v1::validate

#endif
