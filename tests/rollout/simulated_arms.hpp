#ifndef LEEWAY_TESTS_ROLLOUT_SIMULATED_ARMS_HPP
#define LEEWAY_TESTS_ROLLOUT_SIMULATED_ARMS_HPP

#include <cmath>
#include <cstdint>
#include <vector>

#include "leeway/rollout/tick.hpp"
#include "support/generator.hpp"

namespace leeway::rollout::test {

using leeway::test::Generator;

/// How many of `count` requests have a property: jumps from one to the next.
inline Rate simulated_rate(Generator& generator, std::uint64_t count, double p) {
  Rate rate{0, count};
  if (p <= 0) return rate;
  double at = -1;
  for (;;) {
    at += 1 + (p >= 1 ? 0 : std::floor(std::log(1 - generator.uniform()) / std::log1p(-p)));
    if (!(at < static_cast<double>(count))) return rate;
    ++rate.events;
  }
}

template <class Value>
Mean simulated_mean(std::uint64_t count, Value value) {
  Mean mean;
  for (std::uint64_t i = 0; i < count; ++i) {
    const double x = value();
    const double step = x - mean.mean;
    mean.mean += step / static_cast<double>(++mean.count);
    mean.m2 += step * (x - mean.mean);
  }
  return mean;
}

}  // namespace leeway::rollout::test

#endif
