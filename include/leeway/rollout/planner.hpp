#ifndef LEEWAY_ROLLOUT_PLANNER_HPP
#define LEEWAY_ROLLOUT_PLANNER_HPP

// Before a rollout: how long a regression serves until it is rolled back, how long a good candidate waits until it is
// promoted, and how small a regression can be to be found in time.
//
//   const TickLoad load{.requests = 200, .weight = 0.5};
//   const auto wait = ticks_to_rollback(RateChange{.baseline = 0.01, .candidate = 0.02}, load, PlanErrors{});
//   wait->growth;          // 0.172 nats a tick
//   wait->expected_ticks;  // 17.4 = ln(1 / 0.05) / growth
//
// Evidence is an e-process: it may be looked at every tick and rolls back at 1 / alpha (Ville 1939). Rates: the growth
// of the block e-process whose predictions are right (Turner, Ly & Grunwald 2024), KL divergences per tick to the
// nearest rates that would be acceptable; the grid that is used without knowing them takes longer, at the median at
// most 1.3 times as long and 4 ticks more where requests are independent. Means: the one-sided t-mixture on tick
// differences along their expected path.
// A rate here is that of a bad outcome, and a shift above 0 is worse: where less is worse, give 1 - rate or turn the
// sign. Not for A/B tests that are read once: ab_test.hpp, which need fewer units.
// Cost: microseconds. Thread contract: pure functions.

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::rollout {

/// What one tick brings to the two arms.
struct TickLoad {
  double requests = 0;       ///< > 0: of both arms together
  double weight = 0.5;       ///< of the candidate, in (0, 1): at 1 there is no baseline to compare with
  double design_effect = 1;  ///< >= 1: requests that cluster are worth requests / design_effect independent ones

  [[nodiscard]] constexpr double baseline() const noexcept { return requests * (1 - weight) / design_effect; }
  [[nodiscard]] constexpr double candidate() const noexcept { return requests * weight / design_effect; }
};

struct PlanErrors {
  ErrorRate false_rollback{0.05};
  ErrorRate false_promotion{0.05};
  ErrorRate miss{0.2};  ///< 1 - power, below 1/2
};

/// Of a bad outcome; the candidate's is higher, both in (0, 1).
struct RateChange {
  double baseline = 0;
  double candidate = 0;
};

/// Of a mean of which more is worse.
struct MeanChange {
  double deviation = 0;  ///< > 0: standard deviation of one request
  double shift = 0;      ///< > 0: candidate - baseline
};

struct Wait {
  double growth = 0;          ///< > 0: evidence per tick in nats, in the long run
  double expected_ticks = 0;  ///< until the expected evidence is enough
  double ticks_at_power = 0;  ///< by then it is enough with probability 1 - miss
};

// Errors of all that follow (invalid_argument): numbers out of the ranges that are stated above, by the names of their
// fields; limit: a wait beyond 1e15 ticks.

/// How long a regression serves.
[[nodiscard]] LEEWAY_EXPORT Result<Wait> ticks_to_rollback(const RateChange& change, const TickLoad& load,
                                                           const PlanErrors& errors = {});
[[nodiscard]] LEEWAY_EXPORT Result<Wait> ticks_to_rollback(const MeanChange& change, const TickLoad& load,
                                                           const PlanErrors& errors = {});

/// How long a candidate that is as good as the baseline waits until it is shown to be worse by less than `margin`, in
/// (0, 1) for a rate.
[[nodiscard]] LEEWAY_EXPORT Result<Wait> ticks_to_promotion_by_rate(double rate, double margin, const TickLoad& load,
                                                                    const PlanErrors& errors = {});
[[nodiscard]] LEEWAY_EXPORT Result<Wait> ticks_to_promotion_by_mean(double deviation, double margin,
                                                                    const TickLoad& load,
                                                                    const PlanErrors& errors = {});

/// The least rate of the candidate that is rolled back within `ticks` > 0 with probability 1 - miss. Errors: also
/// undefined, where not even a rate next to 1 is.
[[nodiscard]] LEEWAY_EXPORT Result<double> smallest_rate_found(double baseline, double ticks, const TickLoad& load,
                                                               const PlanErrors& errors = {});
/// The same for a shift. Errors: also undefined, where no shift is: a t-mixture needs some ticks to know the noise.
[[nodiscard]] LEEWAY_EXPORT Result<double> smallest_shift_found(double deviation, double ticks, const TickLoad& load,
                                                                const PlanErrors& errors = {});

// ---- Ramps

struct RampStage {
  double weight = 0;                                       ///< of the candidate, in (0, 1)
  double ticks = std::numeric_limits<double>::infinity();  ///< > 0; without end in the last stage alone
};

struct RampOptions {
  double requests = 0;  ///< > 0: per tick, of both arms
  std::vector<RampStage> stages;
  double design_effect = 1;
  double margin = 0;  ///< of non-inferiority; 0: promotion is not planned
  PlanErrors errors{};
};

/// One stage by itself.
struct StagePlan {
  TickLoad load{};
  double ticks = 0;
  Wait rollback{};
  std::optional<Wait> promotion{};
  std::optional<double> smallest_found{};  ///< rate or shift within the stage; absent without end, or where none is
};

/// When the evidence of all stages up to there is enough, as expected.
struct RampMoment {
  double tick = 0;  ///< from the start of the ramp
  std::size_t stage = 0;
};

struct RampPlan {
  std::vector<StagePlan> stages;
  std::optional<RampMoment> rollback{};   ///< absent: the ramp ends before
  std::optional<RampMoment> promotion{};  ///< likewise, or not planned
};

/// Errors: as above, at "stages[i]"; no stage, or one after a stage without end.
[[nodiscard]] LEEWAY_EXPORT Result<RampPlan> plan_ramp(const RateChange& change, const RampOptions& options);
[[nodiscard]] LEEWAY_EXPORT Result<RampPlan> plan_ramp(const MeanChange& change, const RampOptions& options);

// ---- Budgets

/// The probability of a false rollback, shared by metrics in proportion to their weights > 0: each rolls back at 1 /
/// its share, and all together are wrong at most as often as `total`, however they depend on each other.
[[nodiscard]] LEEWAY_EXPORT Result<std::vector<ErrorRate>> split_false_rollbacks(ErrorRate total,
                                                                                 std::span<const double> weights);

}  // namespace leeway::inline v1::rollout

#endif
