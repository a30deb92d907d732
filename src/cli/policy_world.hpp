#ifndef LEEWAY_CLI_POLICY_WORLD_HPP
#define LEEWAY_CLI_POLICY_WORLD_HPP

// What policies of retraining are compared on: sudden changes, gradual decay, or recorded losses; with the policies
// that make sense there, and what they cost by formula.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/policy_comparison.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/policy.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::cli {

/// What the user said of it.
struct WorldOptions {
  // sudden changes
  std::optional<retrain::PerDay> shocks;
  std::optional<retrain::MoneyPerDay> loss;
  // gradual decay
  std::optional<retrain::PerDay> decay;
  std::optional<retrain::QueriesPerDay> queries;
  std::optional<retrain::MoneyPerQuery> value;
  std::optional<retrain::Fraction> accuracy;
  // recorded losses
  std::string history;
  // the policies
  std::optional<retrain::Days> interval;
  std::optional<retrain::Days> delay;
  std::optional<retrain::PerDay> false_triggers;
  std::optional<retrain::MoneyPerDay> monitoring;
  std::optional<retrain::MoneyPerDay> threshold;
  std::optional<retrain::Money> cumulative;
  // the replays
  std::optional<retrain::Days> span;
  std::optional<retrain::Days> period;
  std::optional<std::int64_t> replays;
  std::optional<std::int64_t> seed;

  [[nodiscard]] std::int64_t first_seed() const { return seed.value_or(1); }

  [[nodiscard]] retrain::Triggered monitor() const {
    return {delay.value_or(retrain::Days(0)), false_triggers.value_or(retrain::PerDay(0)),
            monitoring.value_or(retrain::MoneyPerDay(0))};
  }
};

struct World {
  std::string kind;
  std::string text;  ///< a sentence
  std::vector<std::string> assumes;
  std::shared_ptr<const retrain::LossCurve> curve;  ///< that the replays follow, if any
  std::vector<retrain::Replay> replays;
  std::vector<PolicyEntry> policies;
  std::vector<std::string> advice;                      ///< sentences
  std::vector<std::pair<const char*, double>> results;  ///< for JSON
  Ranking ranking = Ranking::replays;
};

/// Refuses options that name no world, several or half of one, and those that would change nothing.
[[nodiscard]] Result<void> check_world(const WorldOptions& options);

/// `cost` is that of a retraining. Errors: numbers that the library refuses; replays that are too long; of
/// read_loss_history. Precondition: check_world().
[[nodiscard]] Result<World> make_world(const WorldOptions& options, retrain::Money cost);

}  // namespace leeway::cli

#endif
