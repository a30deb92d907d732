#ifndef LEEWAY_STATS_EXCEEDANCE_HPP
#define LEEWAY_STATS_EXCEEDANCE_HPP

// Is the candidate's distribution worse at thresholds fixed beforehand? So for P99 latency: requests above the P99 of
// the baseline's history are a rate.
//
//   auto test = *Exceedance::make(3);     // P95, P99 and P99.9 of last week, say
//   const std::uint64_t base[] = {52, 11, 1}, cand[] = {70, 19, 3};    // of a tick, above each threshold
//   test.add(Baseline{ExceedanceCounts{base, 1000}}, Candidate{ExceedanceCounts{cand, 1000}});
//
// Thresholds must come from earlier data: chosen from the tested ones, they break the promise. Both arms' counts must
// use the same thresholds; with histograms, edges. Goal::rollback: the null hypothesis is that no threshold is exceeded
// more often, the e-value the mean over thresholds of GuardedRate's (which are e-values whatever their dependence).
// Goal::promote: the candidate must be shown to be no worse at every threshold, so the e-value is the smallest.
// Cost: that of GuardedRate per threshold. Thread contract: one thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "leeway/base/assert.hpp"
#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"
#include "leeway/stats/guarded_rate.hpp"

namespace leeway::inline v1::stats {

/// Requests of one arm in one tick.
struct ExceedanceCounts {
  std::span<const std::uint64_t> beyond;  ///< per threshold, how many are beyond it; each <= count
  std::uint64_t count = 0;
};

class Exceedance {
 public:
  static constexpr std::size_t kMostThresholds = 8;

  /// `options.grid` holds for each threshold: margin is a difference of shares, Worse::higher that more requests beyond
  /// a threshold are harm. Errors (invalid_argument): no or more than kMostThresholds thresholds, options out of range.
  LEEWAY_EXPORT static Result<Exceedance> make(std::size_t thresholds, const GuardedRateOptions& options = {});

  /// One tick. Changes nothing where an arm is empty. Precondition: both have thresholds() counts (others change
  /// nothing).
  LEEWAY_EXPORT void add(Baseline<ExceedanceCounts> baseline, Candidate<ExceedanceCounts> candidate) noexcept;

  [[nodiscard]] LEEWAY_EXPORT double log_e_value() const noexcept;
  /// The threshold whose e-value is the largest, or of Goal::promote the smallest: the one to show to a person.
  [[nodiscard]] LEEWAY_EXPORT std::size_t decisive() const noexcept;
  [[nodiscard]] std::size_t thresholds() const noexcept { return thresholds_; }
  /// Precondition: threshold < thresholds().
  [[nodiscard]] const GuardedRate& at(std::size_t threshold) const noexcept {
    LEEWAY_ASSERT(threshold < thresholds_);
    return rates_[threshold];
  }

 private:
  Exceedance() = default;

  std::array<GuardedRate, kMostThresholds> rates_{};
  std::size_t thresholds_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
