#ifndef LEEWAY_ROLLOUT_CUPED_HPP
#define LEEWAY_ROLLOUT_CUPED_HPP

// CUPED: what a covariate from before the treatment explains of a metric is taken out, so that fewer units find the
// same difference. One tick at a time:
//
//   Cuped cuped;
//   cuped.add(last_week);                            // rows from before the rollout, if there are any
//   const auto adjusted = cuped.adjust(tick);        // both arms, by what was known BEFORE this tick
//   adjusted->candidate.mean - adjusted->baseline.mean;
//
// The coefficient comes from earlier ticks alone; there is no way to ask for that of the tick itself. With a
// coefficient that has seen the tick, coefficient and difference depend on each other, the adjusted difference is no
// longer 0 on average where nothing has changed, and an e-process on it loses its guarantee. With an earlier one it
// keeps its mean whatever the coefficient is: a bad one costs power, never validity.
//
// Not for covariates that the treatment can move: they hide what it does. Not for ratios.
// The coefficient is pooled within ticks and arms, so that neither a common drift nor the effect enters it.
// Cost: a few operations a tick, no allocation. Thread contract: one thread at a time.
// Source: Deng, Xu, Kohavi & Walker, Improving the Sensitivity of Online Controlled Experiments (WSDM 2013).

#include <cstdint>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::rollout {

/// Moments of a metric and its covariate over the same rows. Of no rows: all zero.
struct PairedMoments {
  std::uint64_t count = 0;
  double mean = 0;
  double m2 = 0;  ///< sum of squared deviations
  double covariate_mean = 0;
  double covariate_m2 = 0;
  double cxy = 0;  ///< sum of products of both deviations
};

/// One tick of both arms.
struct PairedTick {
  PairedMoments baseline{};
  PairedMoments candidate{};
};

struct AdjustedMoments {
  std::uint64_t count = 0;
  double mean = 0;
  double m2 = 0;

  /// Of one row; 0 below two rows.
  [[nodiscard]] double variance() const noexcept { return count < 2 ? 0 : m2 / static_cast<double>(count - 1); }
};

struct AdjustedTick {
  AdjustedMoments baseline{};
  AdjustedMoments candidate{};
  double coefficient = 0;         ///< that was used: of earlier rows; 0 leaves the tick as it is
  double variance_reduction = 0;  ///< share of this tick's variance within arms that it took out; below 0: added
};

class Cuped {
 public:
  /// Below so many rows before the tick, less one for each mean, the coefficient is 0: it would add more than it takes.
  static constexpr std::uint64_t kLeastRows = 20;

  /// Rows from before the rollout. Errors: as adjust; nothing is added then.
  LEEWAY_EXPORT Result<void> add(const PairedMoments& earlier);

  /// Adjusts the tick by the coefficient of what was added before it, then adds it. Errors (data), which name the
  /// field, change nothing: numbers not finite, sums of squares below 0, a cxy that they do not allow, deviations
  /// without rows; limit: sums beyond the range of a double.
  LEEWAY_EXPORT Result<AdjustedTick> adjust(const PairedTick& tick);

  /// Of all that was added: what the next tick is adjusted by. 0 without rows, or where the covariate does not vary.
  [[nodiscard]] LEEWAY_EXPORT double coefficient() const noexcept;
  /// Share of the variance that it takes out of rows like those: the squared correlation; 0 where there is none.
  [[nodiscard]] LEEWAY_EXPORT double expected_reduction() const noexcept;

  void reset() noexcept { *this = Cuped(); }

 private:
  /// Sums within ticks and arms, and the rows of all.
  struct Sums {
    double m2 = 0;
    double covariate_m2 = 0;
    double cxy = 0;
    double degrees = 0;  ///< rows, less one for each arm and tick
    double rows = 0;
    double covariate_mean = 0;
  };

  static Sums with(Sums sums, const PairedMoments& more) noexcept;
  Result<void> take(const Sums& sums);
  [[nodiscard]] AdjustedMoments adjusted(const PairedMoments& arm) const noexcept;

  Sums sums_;
};

}  // namespace leeway::inline v1::rollout

#endif
