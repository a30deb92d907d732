#ifndef LEEWAY_ROLLOUT_TICK_HPP
#define LEEWAY_ROLLOUT_TICK_HPP

// What a host tells the engine: per tick, the aggregates of both arms, and what people and machines answered.
//
//   rollout::Tick tick{.at = now};
//   tick.baseline.push_back({{.weight = 0.95, .readings = {{"error", rollout::Rate{.events = 12, .count = 9500}}}}});
//   tick.candidate.push_back({{.weight = 0.05, .readings = {{"error", rollout::Rate{.events = 1, .count = 500}}}}});
//   const auto decision = engine.step(tick);
//
// Aggregates are those of this tick alone, not totals. Values only: nothing here is checked until the engine reads it.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "leeway/base/time.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::rollout {

using stats::Baseline;
using stats::Candidate;

/// Requests with a property, of all requests.
using Rate = stats::RateCounts;

/// A covariate known before the request was treated, for CUPED: its moments over the same requests.
struct Covariate {
  double mean = 0;
  double m2 = 0;   ///< sum of squared deviations
  double cxy = 0;  ///< sum of products of both deviations
};

/// A mean, as count, mean and sum of squared deviations.
struct Mean {
  std::uint64_t count = 0;
  double mean = 0;
  double m2 = 0;
  std::optional<Covariate> covariate{};
};

/// Counts between edges: counts.size() == edges.size() + 1, the first below edges[0], the last from the last edge on
/// (cells are [edge, next edge)).
struct Distribution {
  std::vector<double> edges;
  std::vector<std::uint64_t> counts;
};

/// Single values within bounds that the policy states, for the betting test.
struct Values {
  std::vector<double> values;
};

using Measurement = std::variant<Rate, Mean, Distribution, Values>;

struct Reading {
  std::string metric;
  Measurement measurement;
};

/// One arm in one tick, whole or (where `slice` has members) a part of it.
struct ArmReport {
  double weight = 0;  ///< share of traffic that the arm was meant to get, in [0, 1]
  std::vector<std::pair<std::string, std::string>> slice{};  ///< as in {"device", "tablet"}; empty: the whole arm
  std::vector<Reading> readings{};
};

enum class ApprovalVerdict : std::uint8_t { approve, reject };

struct Approval {
  std::size_t stage = 0;  ///< index in the policy's stages of the one that shall begin; their number: the promotion
  std::string approver;
  ApprovalVerdict verdict = ApprovalVerdict::reject;
  std::string context{};      ///< what the approver was shown or says
  std::uint32_t attempt = 1;  ///< as in the policy: another one's approval does not count
};

/// What a member of the fleet says it runs. Tell of members that are gone: a rollback waits for all that it knows.
struct FleetReport {
  std::string member;
  std::string artifact;  ///< complete hash; empty: the member is gone
};

/// How an action of a decision ended.
struct ActionResult {
  std::uint64_t id = 0;
  bool success = false;
  std::string detail{};  ///< for a person; for a verification, the fingerprint that was found
};

/// What a person orders, outside approvals.
enum class Order : std::uint8_t { start, pause, resume, rollback, terminate };

struct OperatorOrder {
  Order order = Order::pause;
  std::string operator_name;
  std::string context{};
};

struct Tick {
  TimePoint at{};  ///< the end of the tick; later than that of the tick before
  std::vector<Baseline<ArmReport>> baseline{};
  std::vector<Candidate<ArmReport>> candidate{};
  std::vector<Approval> approvals{};
  std::vector<FleetReport> fleet{};
  std::vector<ActionResult> results{};
  std::vector<OperatorOrder> orders{};
};

}  // namespace leeway::inline v1::rollout

#endif
