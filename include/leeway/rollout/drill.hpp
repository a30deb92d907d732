#ifndef LEEWAY_ROLLOUT_DRILL_HPP
#define LEEWAY_ROLLOUT_DRILL_HPP

// Fire drills: what would this policy do? A rollback that was never exercised fails when it is needed.
//
//   rollout::DrillOptions options;
//   options.traffic.metrics = {{"error", {.level = 0.01}}};
//   options.faults = {{.kind = rollout::FaultKind::factor, .metric = "error", .size = 3}};   // three times the errors
//   const auto report = rollout::drill(policy, options);
//   report->to_rollback.median;    // ticks from the fault to the decision
//
// Synthetic traffic, or ticks that were recorded, go through the engine; a host that is simulated answers its actions
// as the drill says, so that retries and escalation are exercised too. Without a fault every rollback is a false one.
// What it tells is as good as its baselines: state those of the service, above all how its noise is correlated.
// Cost: some microseconds a tick. Deterministic: the same options give the same report on every platform.
// Thread contract: pure function.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout {

/// How a metric is where nothing is wrong.
struct Level {
  double level = 0;   ///< rate; mean; median of a distribution, which is lognormal; mean of values, cut at their bounds
  double spread = 0;  ///< not of a rate: standard deviation; of a distribution that of the logarithm
};

struct MetricTraffic {
  std::string metric;
  Level level;
};

/// Of a service whose candidate is equal to its baseline.
struct Traffic {
  std::vector<MetricTraffic> metrics{};  ///< those that are not named have usual_level
  std::uint64_t requests = 10'000;       ///< of both arms in a tick, 1 to 1e6; they are split at random
  Duration tick = std::chrono::minutes(1);
  double arm_noise = 0;       ///< in [0, 1]: what the arms do not share, a share of the level, new in each tick
  double drift = 1;           ///< > 0: the factor that levels of both arms have reached at the end
  std::uint64_t cluster = 1;  ///< >= 1: requests of a rate that succeed or fail together
};

enum class FaultKind : std::uint8_t {
  factor,     ///< the candidate's level times `size`, of a rate at most 1
  shift,      ///< plus `size`
  no_data,    ///< the candidate reports nothing of the metric; without one, nothing at all
  nan,        ///< not a number; of a rate more events than requests, of a distribution other edges
  swap_hash,  ///< a member of the fleet runs an artifact that is neither
};

struct Fault {
  FaultKind kind = FaultKind::factor;
  std::string metric{};  ///< empty: of no_data all, of swap_hash none
  double size = 1;
  std::optional<std::uint64_t> tick{};  ///< from this one on; none: from the first in which the candidate serves people
};

enum class Answer : std::uint8_t { succeed, fail, time_out };

struct DrillOptions {
  Traffic traffic{};
  std::vector<Fault> faults{};       ///< none: the drill asks for false rollbacks
  std::span<const Tick> recorded{};  ///< in place of synthetic traffic, which makes one run
  std::array<Answer, 3> tiers{};     ///< how the steps of each tier end
  bool approve = true;               ///< people approve at once what they are asked, or never answer
  std::uint64_t runs = 200;          ///< 1 to 1e6
  std::uint64_t ticks = 0;           ///< of a run that does not end before; 0: usual_ticks
  std::uint64_t seed = 1;
};

/// Of how many runs something is true, and what that says of all runs: 95 %, Clopper & Pearson 1934.
struct Share {
  std::uint64_t count = 0;
  double share = 0;
  double lower = 0;
  double upper = 1;
};

/// Ticks over all runs, those in which it never happens being the longest: no value where those are so many.
struct Times {
  std::optional<std::uint64_t> median;
  std::optional<std::uint64_t> p90;
};

struct RuleCount {
  std::string rule;  ///< as in Decision::rule
  std::uint64_t runs = 0;
  Times ticks;                         ///< of the runs that it decided
  std::vector<std::string> metrics{};  ///< of silence: those of which nothing was known
};

struct DrillReport {
  std::uint64_t runs = 0;
  std::uint64_t ticks = 0;  ///< at most, of a run
  Share decided;            ///< a rollback was decided; with a fault, before it began or after
  Share too_early;          ///< decided before the fault began: false ones. Without a fault, all
  Share not_reached;        ///< they ended, as by a promotion, before some fault began, or nobody was served
  Share promoted;
  Share waiting;                            ///< for a person, at the end: paused, or at a gate
  Share undecided;                          ///< the stages go on, at the end
  Times to_rollback;                        ///< from the fault, or from the start without one, to the decision
  Times to_rolled_back;                     ///< likewise, until the old behaviour is verified
  Times to_promoted;                        ///< from the start
  std::vector<RuleCount> rules;             ///< that decided rollbacks, the most frequent first
  std::vector<RuleCount> held_by;           ///< why runs wait or are undecided at the end, likewise
  std::array<std::uint64_t, 4> ended_in{};  ///< runs rolled back by the immediate, rapid, delayed tier, by a person
  Share partial;                            ///< a member of the fleet was found with an artifact that is neither
};

/// The level of a metric that nobody has stated: a rate of 0.01, or 0.1 where lower is worse; a mean of 100 with a
/// deviation of 30; values in the middle of their bounds; a distribution at a third of its edges, with a spread of 0.5.
[[nodiscard]] LEEWAY_EXPORT Level usual_level(const Metric& metric);
/// Four times what the stages take at least, and 200.
[[nodiscard]] LEEWAY_EXPORT std::uint64_t usual_ticks(const Policy& policy, Duration tick);

/// Errors (invalid_argument): the first of check(policy); options out of range, by their path as in
/// "faults[0].metric"; a fault that does not fit its metric's kind.
[[nodiscard]] LEEWAY_EXPORT Result<DrillReport> drill(const Policy& policy, const DrillOptions& options);

}  // namespace leeway::inline v1::rollout

#endif
