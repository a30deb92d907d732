#ifndef LEEWAY_SRC_ROLLOUT_SUM_READINGS_HPP
#define LEEWAY_SRC_ROLLOUT_SUM_READINGS_HPP

#include "rollout/readings.hpp"

namespace leeway::inline v1::rollout::detail {

/// More requests in a tick are taken for a mistake: sums over a quarter of a million ticks are still counts.
inline constexpr std::uint64_t kMostRequests = std::uint64_t{1} << 44;

/// Adds a measurement to what an arm has shown so far in this tick, or sets its fault.
void sum(const Metric& metric, const Measurement& measurement, ArmReading& into);

}  // namespace leeway::inline v1::rollout::detail

#endif
