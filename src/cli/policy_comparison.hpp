#ifndef LEEWAY_CLI_POLICY_COMPARISON_HPP
#define LEEWAY_CLI_POLICY_COMPARISON_HPP

// What policies of retraining cost, by formula and on replays, beside an oracle that knows the future.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/retrain/policy.hpp"

namespace leeway::cli {

struct PolicyEntry {
  std::string kind;  ///< "scheduled", "never", ...
  std::string text;  ///< "scheduled, every 30 days"
  retrain::Policy policy;
  std::optional<double> number;                   ///< of the policy: an interval in days, a loss, a delay
  std::optional<retrain::MoneyPerDay> formula{};  ///< what it costs in the long run, where that is known
};

/// Means over the replays.
struct PolicyRow {
  PolicyEntry entry;
  double retrainings_per_year = 0;
  retrain::MoneyPerDay cost{};
  std::optional<retrain::MoneyPerDay> standard_error{};  ///< of `cost`; none of a single replay
  retrain::MoneyPerDay regret{};                         ///< more than the oracle
};

/// Replays of few changes say little: then the formulas rank, and what has none comes last.
enum class Ranking { replays, formula };

struct PolicyComparison {
  std::vector<PolicyRow> rows;  ///< cheapest first, the oracle before them all
  Ranking ranking = Ranking::replays;
  std::size_t replays = 0;
  retrain::Days span{};  ///< of one replay
  retrain::Days period{};
};

/// Runs every policy on every replay; these must be of equal length. Errors: of retrain::run. Cost: quadratic in the
/// periods of a replay.
[[nodiscard]] Result<PolicyComparison> compare_policies(std::span<const retrain::Replay> replays, retrain::Money cost,
                                                        const std::vector<PolicyEntry>& entries, std::uint64_t seed,
                                                        Ranking ranking = Ranking::replays);

/// The schedule of whole periods that would have been cheapest on a replay. Cost: quadratic in its periods.
[[nodiscard]] Result<retrain::Days> best_schedule_in_hindsight(const retrain::Replay& replay, retrain::Money cost);

/// A table for a person.
[[nodiscard]] std::string to_text(const PolicyComparison& comparison);

}  // namespace leeway::cli

#endif
