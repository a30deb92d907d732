#ifndef LEEWAY_STATS_RATE_E_PROCESS_HPP
#define LEEWAY_STATS_RATE_E_PROCESS_HPP

// Is the candidate's rate worse than the baseline's, looked at after every tick?
//
//   auto grid = *GrowGrid::make({.worse = Worse::higher});
//   grid.add(Baseline{RateCounts{9, 990}}, Candidate{RateCounts{2, 10}});   // once per tick
//   if (crosses(grid.log_e_value(), ErrorRate(0.01))) ...                   // as often as one likes
//
// Arms are compared within a tick, so rates may drift while traffic moves from one arm to the other.
// Requests must be independent within a tick: clusters of errors break the promise (guarded_rate.hpp measures them).
// The counts of a tick must not depend on its outcomes (retry storms).
//
// The null hypothesis C is that of Goal, as a half-plane of rates (a of the baseline, b of the candidate), for example
// b <= a + margin. Predict rates (tA, tB) outside C from earlier ticks alone, and let (u, v) in C minimise
// n KL(tA || u) + m KL(tB || v). A tick's factor is the likelihood ratio of (tA, tB) against (u, v). It is an e-value:
// its expectation under (a, b) in C is f^n g^m with f = 1 + (a-u)(tA-u) / (u(1-u)) and g likewise, and
//   n ln f + m ln g <= n (a-u)(tA-u) / (u(1-u)) + m (b-v)(tB-v) / (v(1-v)) <= 0,
// because the middle is minus the slope of what (u, v) minimises, towards (a, b). (u, v) lies on the edge of C, and
// is found to a residual slope e; the factor is lowered by |e| max(u, 1-u), which keeps it an e-value for any (u, v).
// tA is the mean of earlier baseline ticks, shrunk; tB spans a grid, and the e-process is the mean over it.
// Sources: Grunwald, de Heide & Koolen 2024; Turner, Ly & Grunwald 2024. Cost: 1 microsecond per tick.
// Thread contract: one thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"

namespace leeway::inline v1::stats {

/// What is known of the baseline's rate before the first tick, as so many requests. Without, the first tick only
/// teaches.
struct RatePrior {
  double rate = 0;    ///< in [0, 1]
  double weight = 0;  ///< in [0, 500]; 0: nothing is known
};

/// Odds ratios (> 1) towards harm, from the null hypothesis's edge on. Repeat one to give it more weight.
using OddsRatios = std::array<double, 6>;
inline constexpr OddsRatios kOddsRatios{1.25, 1.5, 2, 3, 5, 10};

struct GrowGridOptions {
  Goal goal = Goal::rollback;
  Worse worse = Worse::higher;
  double margin = 0;  ///< difference of rates that does not matter: in [0, 1), for Goal::promote in (0, 1)
  OddsRatios odds_ratios =
      kOddsRatios;  ///< of Goal::rollback. Goal::promote bets on 0, half the margin, and odds / 1.5
  RatePrior prior{};
};

class GrowGrid {
 public:
  GrowGrid() = default;
  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<GrowGrid> make(const GrowGridOptions& options);

  /// One tick. Changes nothing where an arm is empty. Precondition: events <= count (more count as count).
  LEEWAY_EXPORT void add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept;

  [[nodiscard]] LEEWAY_EXPORT double log_e_value() const noexcept;
  /// The rate that the baseline is expected to have in the next tick; 1/2 where nothing is known.
  [[nodiscard]] LEEWAY_EXPORT double predicted_rate() const noexcept;
  [[nodiscard]] const GrowGridOptions& options() const noexcept { return options_; }

 private:
  GrowGridOptions options_{};
  double events_ = 0;  // of the baseline
  double count_ = 0;
  std::array<double, 6> log_products_{};
};

/// What an arm is planned to see in a tick.
struct PlannedRate {
  double rate = 0;   ///< in (0, 1)
  double count = 0;  ///< > 0
};

/// How much ln e grows per tick at best: the least n KL(tA || u) + m KL(tB || v) over v = u + difference, in nats. Plan
/// with ln(1 / alpha) / growth ticks, and some more. `difference` is signed: the margin, its negative for Worse::lower.
/// Preconditions: rates in (0, 1), counts > 0, difference in (-1, 1).
[[nodiscard]] LEEWAY_EXPORT double growth_per_tick(Baseline<PlannedRate> baseline, Candidate<PlannedRate> candidate,
                                                   double difference = 0) noexcept;

}  // namespace leeway::inline v1::stats

#endif
