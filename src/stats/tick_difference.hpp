#ifndef LEEWAY_SRC_STATS_TICK_DIFFERENCE_HPP
#define LEEWAY_SRC_STATS_TICK_DIFFERENCE_HPP

#include <algorithm>
#include <cstdint>

#include "leeway/base/assert.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::stats::detail {

/// n m / (n + m): the weight of a difference of means of n and m values. Precondition: counts > 0.
inline double difference_weight(std::uint64_t n, std::uint64_t m) noexcept {
  const auto a = static_cast<double>(n);
  const auto b = static_cast<double>(m);
  return a / (a + b) * b;
}

/// More events than requests are a breach of contract, not a rate above 1.
inline double events_of(RateCounts counts) noexcept {
  LEEWAY_ASSERT(counts.events <= counts.count);
  return static_cast<double>(std::min(counts.events, counts.count));
}

/// Precondition: count > 0.
inline double rate(RateCounts counts) noexcept { return events_of(counts) / static_cast<double>(counts.count); }

}  // namespace leeway::inline v1::stats::detail

#endif
