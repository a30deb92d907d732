#ifndef LEEWAY_STATS_GUARDED_RATE_HPP
#define LEEWAY_STATS_GUARDED_RATE_HPP

// The rate test of a rollout: as fast as GrowGrid where requests are independent, and held back where they are not.
//
//   auto test = *GuardedRate::make({.grid = {.worse = Worse::higher}});
//   test.add(Baseline{RateCounts{9, 990}}, Candidate{RateCounts{2, 10}});
//   if (crosses(test.log_e_value(), ErrorRate(0.01))) record(to_string(test.governs()));
//
// GrowGrid trusts that requests are independent; TMixture only that ticks are. The dispersion of tick differences
// around their mean, over what independent requests would show, tells which one to trust:
//   phi = sum w_j (D_j - D)^2 / sum (1 - w_j / W) w_j (a_j / n_j + b_j / m_j),   w_j = n_j m_j / (n_j + m_j),
// a_j and b_j the tick's unbiased variances of one request (for constant n and m: the usual centred ratio). Until 20
// ticks were seen, and while phi > 1.3, the e-value is the smaller of the two; then it is the grid's.
// What an arm's requests have in common shows the more, the more requests there are: in a candidate of 1 % sampling
// noise hides it. So a tick of far more weight than those before starts phi and its 20 ticks anew, before it is judged.
// The t-mixture then counts from what had been shown, if that was less: two tests, one after the other, share one
// alpha. Under independence P(ever above 1 / alpha) <= alpha, because it is never above the grid's. Under dependence
// the promise rests on phi: measured, not proved (docs/rollout_statistics.md).
//
// The t-mixture wants 5 expected events (and non-events) of the candidate per difference: ticks are merged until it
// should have them, by rates known when the merged tick began (counting its events instead would end it on a bad tick,
// and so find harm in healthy candidates). Differences are merged, not counts, which would compare different hours.
// Cost: 2 microseconds per tick and look. Thread contract: one thread at a time.

#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/arms.hpp"
#include "leeway/stats/rate_e_process.hpp"
#include "leeway/stats/t_mixture.hpp"

namespace leeway::inline v1::stats {

/// Which e-value a look was judged by.
enum class RateTest : std::uint8_t {
  grow_grid,  ///< requests are, or were declared, independent
  t_mixture,  ///< of ticks: the guard is on, and this e-value is the smaller one
};

[[nodiscard]] constexpr const char* to_string(RateTest test) noexcept {
  switch (test) {
    case RateTest::grow_grid: return "grow_grid";
    case RateTest::t_mixture: return "t_mixture";
  }
  return "unknown";
}

/// Whether tick differences of rates vary as those of independent requests do, at the present traffic. Ticks with an
/// empty arm change nothing.
class RateDispersion {
 public:
  /// A tick starts anew what is known if its weight is above this many times the mean so far, and by more than chance.
  static constexpr double kNewRegime = 2;

  LEEWAY_EXPORT void add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept;

  /// phi; 1 where nothing varies or could (no events so far). A tick with 1 request in an arm shows no variance of its
  /// own: many of those make phi large.
  [[nodiscard]] LEEWAY_EXPORT double phi() const noexcept;
  /// Whether a tick of that weight, n m / (n + m), starts anew.
  [[nodiscard]] LEEWAY_EXPORT bool begins_anew(double weight) const noexcept;
  /// Since it last began anew.
  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }

 private:
  double weight_ = 0;
  double mean_ = 0;
  double squares_ = 0;
  double variance_ = 0;           // sum of w_j var(D_j)
  double weighted_variance_ = 0;  // sum of w_j^2 var(D_j)
  std::uint64_t ticks_ = 0;
};

/// What a look found.
struct RateLook {
  double log_e_value = 0;
  RateTest governs = RateTest::grow_grid;
};

struct GuardedRateOptions {
  GrowGridOptions grid{};             ///< goal, direction, margin, prior
  double c2 = 10;                     ///< of the t-mixture, > 0
  bool independent_requests = false;  ///< declared by the host: the guard is off
};

class GuardedRate {
 public:
  static constexpr std::uint64_t kGuardedTicks = 20;
  static constexpr double kMostDispersion = 1.3;
  static constexpr double kEventsPerTick = 5;

  GuardedRate() = default;
  /// Errors (invalid_argument): options out of their ranges.
  LEEWAY_EXPORT static Result<GuardedRate> make(const GuardedRateOptions& options);

  /// One tick. Changes nothing where an arm is empty. Precondition: events <= count (more count as count).
  LEEWAY_EXPORT void add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept;

  [[nodiscard]] LEEWAY_EXPORT RateLook look() const noexcept;
  [[nodiscard]] double log_e_value() const noexcept { return look().log_e_value; }
  [[nodiscard]] RateTest governs() const noexcept { return look().governs; }

  /// Whether the smaller of both is taken now.
  [[nodiscard]] LEEWAY_EXPORT bool guarded() const noexcept;
  [[nodiscard]] double phi() const noexcept { return dispersion_.phi(); }
  /// Ticks with data of both arms.
  [[nodiscard]] std::uint64_t ticks() const noexcept { return ticks_; }
  [[nodiscard]] const GrowGrid& grid() const noexcept { return grid_; }
  [[nodiscard]] const TMixture& t_mixture() const noexcept { return t_mixture_; }

 private:
  void hold_back() noexcept;
  void merge(RateCounts baseline, RateCounts candidate) noexcept;
  void end_merged_tick() noexcept;
  [[nodiscard]] double requests_wanted() const noexcept;

  GrowGrid grid_{};
  TMixture t_mixture_{};
  RateDispersion dispersion_{};
  bool independent_requests_ = false;
  std::uint64_t ticks_ = 0;
  double held_back_ = 0;           // added to ln E of the t-mixture, <= 0
  RateCounts candidate_before_{};  // all ticks before the merged one
  RateCounts candidate_merged_{};  // those in it
  double wanted_ = 0;              // requests of the candidate in the merged tick; 0 before it begins
  double weight_ = 0;              // of the merged differences
  double weighted_difference_ = 0;
};

}  // namespace leeway::inline v1::stats

#endif
