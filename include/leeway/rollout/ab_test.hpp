#ifndef LEEWAY_ROLLOUT_AB_TEST_HPP
#define LEEWAY_ROLLOUT_AB_TEST_HPP

// A/B tests read once, at their end: how many units they need, what they can find, how long they take, and what their
// outcome means.
//
//   sample_size_per_arm(rate_variance(0.05), 0.001);          // 745,644: 5 % against 5.1 % at 95 % and power 80 %
//   minimum_detectable_effect(rate_variance(0.05), 25000);    // 0.00546
//   decide_ab(PrimaryOutcome::better, guardrails).reason;     // "the primary metric is better, but latency fails: ..."
//
// Not for looking every tick: a test planned here is valid at one look, the planned one. The sequential tests of a
// rollout (planner.hpp) may be looked at always and take more units for it.
// n per arm = 2 (z_(a/2) + z_b)^2 sigma^2 / delta^2, of the normal law, the variance that of the baseline in both arms
// (Fleiss, Levin & Paik 2003). Cost: a few operations. Thread contract: pure functions.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"

namespace leeway::inline v1::rollout {

// ---- Sizes

/// How often an A/B test may be wrong.
struct AbErrors {
  ErrorRate false_positive{0.05};  ///< two-sided, below 1/2
  ErrorRate miss{0.2};             ///< 1 - power, below 1/2
};

/// p (1 - p): of one unit that has the property with probability `rate`.
[[nodiscard]] constexpr double rate_variance(double rate) noexcept { return rate * (1 - rate); }

/// Units in each of two equal arms that find a difference of the means, of either sign. Rounded up. Errors
/// (invalid_argument): variance or difference 0 or not finite, error rates from 1/2 on; limit: beyond 1e18 units.
[[nodiscard]] LEEWAY_EXPORT Result<double> sample_size_per_arm(double variance, double difference,
                                                               const AbErrors& errors = {});

/// The same for a rate that moves from `baseline` to `candidate`, both in (0, 1) and unlike.
[[nodiscard]] LEEWAY_EXPORT Result<double> sample_size_for_rates(double baseline, double candidate,
                                                                 const AbErrors& errors = {});

/// The least difference that so many units per arm find: the inverse of sample_size_per_arm. Errors: as there.
[[nodiscard]] LEEWAY_EXPORT Result<double> minimum_detectable_effect(double variance, double per_arm,
                                                                     const AbErrors& errors = {});

// ---- Plans

struct AbPlanOptions {
  double variance = 0;    ///< > 0: of one unit
  double difference = 0;  ///< the least one that matters; not 0
  AbErrors errors{};
  double candidate_share = 0.5;       ///< of the units, in (0, 1); equal arms need the fewest units
  double variance_reduction = 0;      ///< in [0, 1): by CUPED (cuped.hpp), as measured before the test
  std::uint64_t primary_metrics = 1;  ///< > 0: the false positives are shared by so many (Bonferroni)
  double units_per_day = 0;           ///< that enter both arms together; 0: the plan has no times
  Duration burn_in{};                 ///< >= 0: units that enter in it are left out, against novelty
  Duration attribution{};             ///< >= 0: how long after a unit has entered its outcome still counts
};

struct AbSchedule {
  Duration enrolment{};  ///< how long the counted units enter: after the burn-in
  Duration total{};      ///< burn-in, enrolment, and the attribution window of the last unit
};

struct AbPlan {
  double baseline_units = 0;
  double candidate_units = 0;
  double false_positive = 0;  ///< of each primary metric
  std::optional<AbSchedule> schedule{};
  std::vector<std::string> assumptions;  ///< a line each
};

/// Errors (invalid_argument): options out of their ranges; limit: more than 1e18 units, or 10,000 years.
[[nodiscard]] LEEWAY_EXPORT Result<AbPlan> plan_ab(const AbPlanOptions& options);

// ---- Decisions

enum class PrimaryOutcome : std::uint8_t { better, no_change, worse, not_enough_data, unknown };
enum class GuardrailOutcome : std::uint8_t { pass, fail, not_enough_data, unknown };

enum class AbAnswer : std::uint8_t {
  ship,
  investigate,   ///< better, but not harmless: the trade-off
  keep_current,  ///< no change
  do_not_ship,   ///< find the cause
  undecided,     ///< something is not known: never a ship
};

[[nodiscard]] LEEWAY_EXPORT const char* to_string(PrimaryOutcome outcome) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(GuardrailOutcome outcome) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(AbAnswer answer) noexcept;

/// What was measured: an interval for the improvement of the candidate over the baseline, positive where users are
/// better off, and how many units it rests on.
struct AbReading {
  double low = 0;
  double high = 0;
  double units = 0;           ///< of the smaller arm
  double planned_units = 0;   ///< > 0: before them nothing is said, unless
  bool always_valid = false;  ///< the interval is a confidence sequence: better and worse count at once
};

/// better and worse: the interval is all on one side of 0. NaN, crossed limits and a plan without units are unknown.
[[nodiscard]] LEEWAY_EXPORT PrimaryOutcome primary_outcome(const AbReading& reading) noexcept;

/// pass: the interval excludes a degradation of `margin`; fail: it does not, and is below 0. Neither: not enough data.
/// `margin` > 0; any other is unknown.
[[nodiscard]] LEEWAY_EXPORT GuardrailOutcome guardrail_outcome(const AbReading& reading, double margin) noexcept;

struct Guardrail {
  std::string_view name;
  GuardrailOutcome outcome = GuardrailOutcome::unknown;
};

struct AbDecision {
  AbAnswer answer = AbAnswer::undecided;
  std::string reason;  ///< one line
};

/// | primary   | guardrails         | answer       |
/// | better    | all pass           | ship         |
/// | better    | some fail          | investigate  |
/// | no change | all pass           | keep_current |
/// | worse     | any                | do_not_ship  |
/// | else      | some fail          | do_not_ship  |
/// | else      | none, or not known | undecided    |
[[nodiscard]] LEEWAY_EXPORT AbDecision decide_ab(PrimaryOutcome primary, std::span<const Guardrail> guardrails);

}  // namespace leeway::inline v1::rollout

#endif
