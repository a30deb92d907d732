#ifndef LEEWAY_STATS_ARMS_HPP
#define LEEWAY_STATS_ARMS_HPP

// The two arms of a comparison, as distinct types: a candidate cannot be passed where the baseline is meant.
//
//   grid.add(Baseline{RateCounts{.events = 12, .count = 9500}}, Candidate{RateCounts{.events = 1, .count = 500}});
//
// Thread contract: values.

#include <cstdint>

namespace leeway::inline v1::stats {

template <class T>
struct Baseline {
  T value{};
};
template <class T>
Baseline(T) -> Baseline<T>;

template <class T>
struct Candidate {
  T value{};
};
template <class T>
Candidate(T) -> Candidate<T>;

/// Requests with a property, of all requests of one arm in one tick.
struct RateCounts {
  std::uint64_t events = 0;  ///< <= count
  std::uint64_t count = 0;
};

/// Values of one arm in one tick.
struct MeanSummary {
  std::uint64_t count = 0;
  double mean = 0;
  double m2 = 0;  ///< sum of squared deviations from the mean
};

/// Which change of a metric is harm: of an error rate a higher one, of a click rate a lower one.
enum class Worse : std::uint8_t { higher, lower };

/// What an e-process has to show. Harm is how much worse the candidate is than the baseline.
enum class Goal : std::uint8_t {
  rollback,  ///< harm > margin; the null hypothesis is harm <= margin in every tick, margin >= 0
  promote,   ///< harm < margin; the null hypothesis is harm >= margin in every tick, margin > 0 (non-inferiority)
};

}  // namespace leeway::inline v1::stats

#endif
