#ifndef LEEWAY_STATS_GUARDED_MEAN_HPP
#define LEEWAY_STATS_GUARDED_MEAN_HPP

// The test of bounded values in a rollout: bets on single pairs, held back where an arm's values move together.
//
//   auto test = *GuardedMean::make({.betting = {.lowest = 0, .highest = 30}});
//   test.add(Baseline{std::span<const double>(base)}, Candidate{std::span<const double>(candidate)});   // one tick
//   if (crosses(test.log_e_value(), ErrorRate(0.05))) record(to_string(test.governs()));
//
// BettingMean needs pairs whose difference has no harmful mean given the past. What an arm's values of a tick have in
// common (a slow shard) breaks that: of the tick's second pair, the first tells the mean. With 200 pairs per tick and
// shifts of 0.02 it rolls back a third of all healthy candidates. TMixture trusts only that ticks are independent: the
// e-value is the smaller of both, unless values were declared independent.
// Under independence P(ever above 1 / alpha) <= alpha, whatever the law, as it is never above that of the bets. Under
// shifts it is the t-mixture's: nearly normal differences of tick means, so ticks are merged until each arm has 5
// values. It finds nothing in fewer than 9 ticks at alpha = 0.05.
// Cost: that of BettingMean, and 1 microsecond per look. Thread contract: one thread at a time.

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"
#include "leeway/stats/betting_mean.hpp"
#include "leeway/stats/t_mixture.hpp"

namespace leeway::inline v1::stats {

/// Which e-value a look was judged by.
enum class MeanBy : std::uint8_t {
  betting,    ///< on pairs
  t_mixture,  ///< of tick means, the smaller one
};

[[nodiscard]] constexpr const char* to_string(MeanBy test) noexcept {
  switch (test) {
    case MeanBy::betting: return "betting";
    case MeanBy::t_mixture: return "t_mixture";
  }
  return "unknown";
}

/// What a look found.
struct MeanLook {
  double log_e_value = 0;
  MeanBy governs = MeanBy::betting;
};

struct GuardedMeanOptions {
  BettingMeanOptions betting{};     ///< goal, direction, bounds, margin
  double c2 = 10;                   ///< of the t-mixture, > 0
  bool independent_values = false;  ///< declared by the host: no t-mixture
};

class GuardedMean {
 public:
  static constexpr std::uint64_t kLeastValues = 5;  ///< of an arm, in a difference of means

  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<GuardedMean> make(const GuardedMeanOptions& options);

  /// One tick. Pairs are by position, so that no value chooses its partner; what the longer arm has beyond that counts
  /// for its mean. Values that are not numbers count for nothing, those beyond the bounds as the bound.
  LEEWAY_EXPORT void add(Baseline<std::span<const double>> baseline,
                         Candidate<std::span<const double>> candidate) noexcept;

  [[nodiscard]] LEEWAY_EXPORT MeanLook look() const noexcept;
  [[nodiscard]] double log_e_value() const noexcept { return look().log_e_value; }
  [[nodiscard]] MeanBy governs() const noexcept { return look().governs; }
  [[nodiscard]] const BettingMean& betting() const noexcept { return betting_; }
  [[nodiscard]] const TMixture& t_mixture() const noexcept { return t_mixture_; }

 private:
  GuardedMean(const GuardedMeanOptions& options, const BettingMean& betting, const TMixture& mixture) noexcept
      : options_(options), betting_(betting), t_mixture_(mixture) {}
  [[nodiscard]] MeanSummary mean_of(std::span<const double> values) const noexcept;
  void merge(const MeanSummary& baseline, const MeanSummary& candidate) noexcept;

  GuardedMeanOptions options_;
  BettingMean betting_;
  TMixture t_mixture_;
  std::uint64_t baseline_values_ = 0;  // of the merged differences
  std::uint64_t candidate_values_ = 0;
  double weight_ = 0;
  double weighted_difference_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
