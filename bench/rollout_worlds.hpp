#ifndef LEEWAY_BENCH_ROLLOUT_WORLDS_HPP
#define LEEWAY_BENCH_ROLLOUT_WORLDS_HPP

// Simulated traffic of a baseline and a candidate.

#include <algorithm>
#include <array>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "leeway/stats/arms.hpp"

namespace bench {

using Generator = boost::random::mt19937_64;

inline std::uint64_t binomial(std::uint64_t n, double p, Generator& generator) {
  if (n == 0 || p <= 0) return 0;
  using Draw = boost::random::binomial_distribution<std::int64_t>;
  return static_cast<std::uint64_t>(Draw(static_cast<std::int64_t>(n), std::min(p, 1.0))(generator));
}

inline double normal(Generator& generator) { return boost::random::normal_distribution<double>()(generator); }

/// Lognormal with mean 1.
inline double noise(double cv, Generator& generator) {
  if (cv == 0) return 1;
  const double variance = std::log1p(cv * cv);
  return std::exp(std::sqrt(variance) * normal(generator) - variance / 2);
}

/// A stage of a rollout.
struct Stage {
  unsigned ticks;
  double share;  // of the candidate
};

/// How rates and traffic come about, per tick.
struct World {
  std::string name;
  double base = 0.01;
  double candidate = 0.01;
  std::uint64_t n = 100;
  std::uint64_t m = 100;
  double arm_noise = 0;         // coefficient of variation of an arm's rate between ticks
  double common_noise = 0;      // likewise, of both arms at once
  std::uint64_t cluster = 1;    // requests that fail together
  bool drifting_ramp = false;   // base rises to 4 times its rate while the candidate's share rises from 1 to 50 %
  std::vector<Stage> stages{};  // of n + m requests, the last without end; none: n and m throughout
};

constexpr unsigned kTicks = 200;

struct TickCounts {
  leeway::stats::Baseline<leeway::stats::RateCounts> baseline;
  leeway::stats::Candidate<leeway::stats::RateCounts> candidate;
};

inline std::uint64_t ramp_share(unsigned tick) {  // percent
  constexpr std::array<std::uint64_t, 6> kStages{1, 2, 5, 10, 25, 50};
  return kStages[std::min<std::size_t>(tick * kStages.size() / kTicks, kStages.size() - 1)];
}

inline std::uint64_t candidate_requests(const World& world, unsigned tick) {
  const std::uint64_t all = world.n + world.m;
  if (world.drifting_ramp) return all * ramp_share(tick) / 100;
  if (world.stages.empty()) return world.m;
  std::size_t stage = 0;
  for (unsigned end = world.stages[0].ticks; tick >= end && stage + 1 < world.stages.size();)
    end += world.stages[++stage].ticks;
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(all) * world.stages[stage].share));
}

inline leeway::stats::RateCounts counts(std::uint64_t requests, double rate, std::uint64_t cluster,
                                        Generator& generator) {
  return {cluster * binomial(requests / cluster, rate, generator), requests / cluster * cluster};
}

inline TickCounts tick_of(const World& world, unsigned tick, Generator& generator) {
  const double drift = world.drifting_ramp ? 1 + 3.0 * tick / (kTicks - 1) : 1;
  const double common = drift * noise(world.common_noise, generator);
  const std::uint64_t all = world.n + world.m;
  const std::uint64_t m = candidate_requests(world, tick);
  const double base = world.base * common * noise(world.arm_noise, generator);
  const double candidate =  // a difference between the arms is additive
      (world.base * common + world.candidate - world.base) * noise(world.arm_noise, generator);
  return {{counts(all - m, base, world.cluster, generator)}, {counts(m, candidate, world.cluster, generator)}};
}

}  // namespace bench

#endif
