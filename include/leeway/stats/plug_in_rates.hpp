#ifndef LEEWAY_STATS_PLUG_IN_RATES_HPP
#define LEEWAY_STATS_PLUG_IN_RATES_HPP

// Do two arms have different rates, looked at after every block? Two-sided, and without a grid of alternatives: the
// rates that earlier blocks lead one to expect are the alternative.
//
//   auto test = *PlugInRates::make();
//   test.add(Baseline{RateCounts{1, 50}}, Candidate{RateCounts{5, 50}});       // once per block
//   if (crosses(test.log_e_value(), ErrorRate(0.05))) ...
//
// Rates may drift from block to block as long as both arms' are equal in each. GrowGrid (rate_e_process.hpp) is
// one-sided and finds most changes sooner; it is what a rollout is judged by.
// With predicted rates tA, tB of both arms, and t0 = (n tA + m tB) / (n + m), a block's factor is the likelihood ratio
// of (tA, tB) against (t0, t0), whose expectation is at most 1 where both rates are equal. Source: Turner, Ly &
// Grunwald 2024 (arXiv 2106.02693). Cost: 0.1 microseconds per block. Thread contract: one thread at a time.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::stats {

class PlugInRates {
 public:
  /// Each arm's rate is expected to be (events + prior) / (count + 2 prior) of earlier blocks. Errors
  /// (invalid_argument): a prior that is not positive and finite.
  LEEWAY_EXPORT static Result<PlugInRates> make(double prior = 0.18);

  /// One block. Changes nothing where both arms are empty. Precondition: events <= count (more count as count).
  LEEWAY_EXPORT void add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept;

  [[nodiscard]] double log_e_value() const noexcept { return log_e_; }

 private:
  struct Arm {
    double events = 0;
    double rest = 0;
  };

  explicit PlugInRates(double prior) noexcept : prior_(prior) {}
  [[nodiscard]] Arm expected(const Arm& arm) const noexcept;

  double prior_;
  Arm baseline_;
  Arm candidate_;
  double log_e_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
