#ifndef LEEWAY_STATS_CONFIDENCE_SEQUENCE_HPP
#define LEEWAY_STATS_CONFIDENCE_SEQUENCE_HPP

// Confidence intervals for one share or mean that hold at every moment one looks: P(ever outside) <= alpha.
//
//   const auto share = *bernoulli_confidence_sequence(12, 1000, ErrorRate(0.05), 1000);
//   EmpiricalBernsteinSequence mean(ErrorRate(0.05), Sides::two);
//   for (double score : scores) mean.add(score);                       // in [0, 1]
//   if (mean.bounds().upper < target) ...
//
// The share may not drift: what is estimated is one number. Not for comparing two arms of a rollout by whether their
// intervals overlap, which is slow, and wrong where traffic shifts while the world does: rate_e_process.hpp.
// Thread contract: pure functions; a sequence is for one thread at a time.

#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/stats/mixture_boundary.hpp"

namespace leeway::inline v1::stats {

struct ConfidenceBounds {
  double lower = 0;
  double upper = 1;

  friend bool operator==(const ConfidenceBounds&, const ConfidenceBounds&) = default;
};

/// Of a share, after `trials` of which `successes` succeeded; or of the mean of values in [0, 1] with that sum. These
/// are the shares that a two-sided beta-binomial mixture, tuned for `t_opt` trials, does not reject (Howard et al.
/// 2021). [0, 1] without trials. Errors (invalid_argument): trials not finite or negative, successes not in [0,
/// trials], t_opt not positive. Cost: 30 microseconds.
[[nodiscard]] LEEWAY_EXPORT Result<ConfidenceBounds> bernoulli_confidence_sequence(
    double successes, double trials, ErrorRate alpha, double t_opt, ErrorRate alpha_opt = ErrorRate(0.05));

/// Of the mean of values in [0, 1], narrow where their variance is small: a predictably mixed empirical Bernstein bound
/// (Waudby-Smith & Ramdas 2024, theorem 2). Per observation, not per tick mean. A one-sided sequence has an upper bound
/// of 1; a two-sided one spends half the error rate on either side. Cost: 50 ns per value.
class EmpiricalBernsteinSequence {
 public:
  /// Precondition: cap in (0, 1), how large a weight may be.
  LEEWAY_EXPORT explicit EmpiricalBernsteinSequence(ErrorRate alpha, Sides sides, double cap = 0.5) noexcept;

  /// Values below 0 or above 1 count as that; what is no number changes nothing.
  LEEWAY_EXPORT void add(double x) noexcept;

  [[nodiscard]] LEEWAY_EXPORT ConfidenceBounds bounds() const noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  Sides sides_;
  double log_threshold_;
  double cap_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
  double squares_ = 0.25;  // deviations so far, with one value of 1/2 that was never seen
  double weight_ = 0;
  double weighted_sum_ = 0;
  double lower_variance_ = 0;  // weighted, as the side sees it: it expects 0 before the first value
  double upper_variance_ = 0;  // likewise 1
};

}  // namespace leeway::inline v1::stats

#endif
