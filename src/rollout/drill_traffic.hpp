#ifndef LEEWAY_SRC_ROLLOUT_DRILL_TRAFFIC_HPP
#define LEEWAY_SRC_ROLLOUT_DRILL_TRAFFIC_HPP

#include <boost/random/mersenne_twister.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "leeway/rollout/drill.hpp"

namespace leeway::inline v1::rollout::detail {

/// What faults do to the candidate in a tick. Those that have begun, in their order.
using ActiveFaults = std::vector<const Fault*>;

/// Where the engine has put the traffic.
struct Placement {
  Phase phase = Phase::pending;
  double weight = 0;
};

/// Draws both arms' reports, tick by tick. Boost's distributions are the same on every platform; std's are not.
class DrillTraffic {
 public:
  /// Preconditions: those of drill(); both outlive it.
  DrillTraffic(const Policy& policy, const DrillOptions& options, std::uint64_t ticks, std::uint64_t seed);

  void fill(Tick& tick, std::uint64_t number, const Placement& placement, const ActiveFaults& faults);

 private:
  struct Requests {
    std::uint64_t baseline;
    std::uint64_t candidate;
  };

  Requests split(const Placement& placement);
  double noise();
  std::uint64_t binomial(std::uint64_t trials, double share);
  double normal();
  ArmReport report(double weight, std::uint64_t requests, double drift, const ActiveFaults& faults);
  Measurement draw(const Metric& metric, Level level, std::uint64_t requests);
  Rate draw_rate(double rate, std::uint64_t requests);
  Mean draw_mean(const Level& level, std::uint64_t requests);
  Distribution draw_distribution(const Metric& metric, const Level& level, std::uint64_t requests);
  Values draw_values(const Metric& metric, const Level& level, std::uint64_t requests);

  const Policy& policy_;
  const DrillOptions& options_;
  std::uint64_t ticks_;
  std::vector<Level> levels_;
  boost::random::mt19937_64 random_;
};

/// The level under the faults that concern the metric.
[[nodiscard]] Level worsened(const Metric& metric, Level level, const ActiveFaults& faults) noexcept;
/// Whether the candidate says nothing of the metric, of all where it is empty.
[[nodiscard]] bool is_mute(const std::string& metric, const ActiveFaults& faults) noexcept;
[[nodiscard]] bool is_garbled(const std::string& metric, const ActiveFaults& faults) noexcept;
/// A measurement that cannot be: not a number, or counts that contradict each other.
void garble(Measurement& measurement);

/// The same for a tick that was recorded.
void apply(const Policy& policy, const ActiveFaults& faults, Tick& tick);

}  // namespace leeway::inline v1::rollout::detail

#endif
