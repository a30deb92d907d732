#ifndef LEEWAY_SRC_ROLLOUT_EVIDENCE_PATH_HPP
#define LEEWAY_SRC_ROLLOUT_EVIDENCE_PATH_HPP

// How evidence is expected to grow, tick by tick: what the planner adds up and searches.

#include <limits>

#include "leeway/rollout/planner.hpp"

namespace leeway::inline v1::rollout::detail {

/// Of the log of the block e-value of one tick, where its predictions are right.
struct RateEvidence {
  double growth = 0;    ///< mean
  double variance = 0;  ///< of independent requests
};

/// Against rates that differ by at least `margin`, the candidate's the higher one; 0: by any excess.
[[nodiscard]] RateEvidence rate_evidence(const RateChange& rates, const TickLoad& load, double margin);

/// Evidence at a pace in nats a tick.
class RatePath {
 public:
  [[nodiscard]] RatePath after(double ticks, double growth) const { return RatePath(nats_ + ticks * growth); }
  [[nodiscard]] double log_e_value() const noexcept { return nats_; }

  RatePath() = default;

 private:
  explicit RatePath(double nats) noexcept : nats_(nats) {}
  double nats_ = 0;
};

/// The one-sided t-mixture on tick differences in standard deviations.
class MeanPath {
 public:
  /// Ticks whose differences have mean `effect` and variance 1.
  [[nodiscard]] MeanPath after(double ticks, double effect) const;
  [[nodiscard]] double log_e_value() const;

 private:
  double ticks_ = 0;
  double sum_ = 0;
  double squares_ = 0;
};

/// The least ticks, up to `most`, with evidence(ticks) >= target; infinity where there are none. Evidence falls first,
/// if at all, and rises then.
template <class Evidence>
[[nodiscard]] double first_reaching(const Evidence& evidence, double target, double most) {
  double low = 0;
  double high = most < 1 ? most : 1;
  while (!(evidence(high) >= target)) {
    if (high >= most) return std::numeric_limits<double>::infinity();
    low = high;
    high = 2 * high < most ? 2 * high : most;
  }
  for (double middle = low + (high - low) / 2; middle > low && middle < high; middle = low + (high - low) / 2)
    (evidence(middle) >= target ? high : low) = middle;
  return high;
}

}  // namespace leeway::inline v1::rollout::detail

#endif
