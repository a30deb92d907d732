#ifndef LEEWAY_STATS_BETTING_MEAN_HPP
#define LEEWAY_STATS_BETTING_MEAN_HPP

// Is the candidate's mean of bounded values worse than the baseline's, by pairs of single observations?
//
//   auto test = *BettingMean::make({.lowest = 0, .highest = 30});
//   test.add(Baseline{0.8}, Candidate{1.9});      // the i-th request of either arm
//   if (crosses(test.log_e_value(), ErrorRate(0.05))) ...
//
// No assumption about the law but its bounds; observations may depend on the past, if a pair's expectations do not. Not
// where an arm's values of a tick move together (guarded_mean.hpp): 32 % false findings were seen at alpha = 0.05. Not
// for tick means, whose variance is far below the bounds: bets are capped and the power is gone. Which observations
// form a pair must not depend on their values. Values beyond the bounds are clipped: what is tested then is the clipped
// mean.
//
// With Z in [0, 1] and E[Z | past] <= m0, K = prod(1 + l_i (Z_i - m0)) is an e-process for any 0 <= l_i <= 1 / m0 known
// before Z_i. Here l_i = min(c / m0, sqrt(2 ln(1 / alpha) / (s2 i ln(1 + i)))), s2 the variance so far, c = 1/2.
// A pair is Z = (harm + 1) / 2 on the scale of the bounds, m0 = (1 + margin) / 2.
// Source: Waudby-Smith & Ramdas 2024. Cost: 50 ns per pair. Thread contract: one thread at a time.

#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::stats {

/// A bet that the mean of values in [0, 1] is above `null_mean`.
class BettingProcess {
 public:
  /// Preconditions: null_mean in [0, 1] (of 1 there is nothing to bet on), cap in (0, 1). `alpha` tunes the bets only.
  LEEWAY_EXPORT explicit BettingProcess(double null_mean, ErrorRate alpha = ErrorRate(0.05), double cap = 0.5) noexcept;

  /// Precondition: x in [0, 1].
  LEEWAY_EXPORT void add(double x) noexcept;
  [[nodiscard]] double log_e_value() const noexcept { return log_e_; }
  /// The next bet before its cap, l_i.
  [[nodiscard]] LEEWAY_EXPORT double uncapped_bet() const noexcept;

 private:
  double null_mean_;
  double log_threshold_;
  double cap_;
  double count_ = 0;
  double sum_ = 0.5;       // with one value of 1/2 that was never seen
  double squares_ = 0.25;  // likewise
  double log_e_ = 0;
};

struct BettingMeanOptions {
  Goal goal = Goal::rollback;
  Worse worse = Worse::higher;
  double lowest = 0;  ///< finite bounds of all values, lowest < highest
  double highest = 1;
  double margin = 0;      ///< in the metric's unit: in [0, highest - lowest), for Goal::promote > 0
  ErrorRate alpha{0.05};  ///< bets are made for this one; the e-value is valid for all
};

class BettingMean {
 public:
  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<BettingMean> make(const BettingMeanOptions& options);

  /// One pair. Changes nothing where a value is not a number.
  LEEWAY_EXPORT void add(Baseline<double> baseline, Candidate<double> candidate) noexcept;
  [[nodiscard]] double log_e_value() const noexcept { return process_.log_e_value(); }
  [[nodiscard]] std::uint64_t pairs() const noexcept { return pairs_; }
  /// Values beyond the bounds, of 2 per pair.
  [[nodiscard]] std::uint64_t clipped() const noexcept { return clipped_; }

 private:
  explicit BettingMean(const BettingMeanOptions& options) noexcept;
  [[nodiscard]] double scaled(double value) noexcept;

  BettingMeanOptions options_;
  BettingProcess process_;
  std::uint64_t pairs_ = 0;
  std::uint64_t clipped_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
