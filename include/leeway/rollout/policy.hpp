#ifndef LEEWAY_ROLLOUT_POLICY_HPP
#define LEEWAY_ROLLOUT_POLICY_HPP

// What a rollout may do, when it must stop, and with which error rates: a value, checked once, then never changed.
// As a JSON document: store/policy_file.hpp, docs/rollout_policy.md. Thread contract: values.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/rollout/phase.hpp"

namespace leeway::inline v1::rollout {

/// Named by content, never as "the previous one".
struct Artifact {
  std::string name;  ///< for people
  std::string hash;  ///< complete, lower-case hexadecimal, 32 to 128 digits
  std::string
      fingerprint{};  ///< of its predictions on the probe set; empty: a rollback is verified by the fleet's hashes
};

enum class StateHandling : std::uint8_t {
  stateless,
  stateful,       ///< a rollback restores the checkpoint of the deployment's boundary
  feedback_loop,  ///< a rollback quarantines the training data of the window
};

enum class Tier : std::uint8_t { immediate, rapid, delayed };

/// What a finding does. Unknown never passes: it holds, whatever the effect.
enum class Effect : std::uint8_t {
  rollback,  ///< guardrail
  pause,     ///< a person decides
  hold,      ///< signal: the stage goes on, the ramp does not
  report,    ///< dry run: findings only
};

enum class MetricKind : std::uint8_t { rate, mean, distribution, values };
enum class Worse : std::uint8_t { higher, lower };

struct Metric {
  std::string name;
  MetricKind kind = MetricKind::rate;
  Worse worse = Worse::higher;
  std::uint64_t minimum_count = 1;  ///< per arm and tick, > 0: fewer is not_enough_data
  bool independent = false;         ///< of all but means: requests are declared independent, the guard is off
  bool skewed = true;               ///< of a mean: no t-mixture then unless the arms are equal
  std::vector<double> edges{};      ///< of a distribution: ascending, the same in both arms
  double lower = 0;                 ///< of values
  double upper = 1;
};

/// What is read from a metric in one tick: its rate or mean, or a quantile of its distribution.
struct Statistic {
  std::string metric;
  std::optional<double> quantile{};  ///< in (0, 1); of distributions alone
};

enum class Against : std::uint8_t { absolute, ratio, difference };  ///< candidate, candidate / or - baseline

/// From the first failing evaluation on, without a passing one between. A missing evaluation does not count, and does
/// not start the clock anew: the time of a gap is not time observed.
struct Sustained {
  Duration duration{};  ///< 0: at once
};
/// So many failing evaluations without a passing one between. Missing evaluations and gaps neither count nor break it.
struct Consecutive {
  std::uint32_t ticks = 1;
};
struct MOfN {
  std::uint32_t m = 1;
  std::uint32_t n = 1;  ///< of the last n evaluations, at most 64
};
using Persistence = std::variant<Sustained, Consecutive, MOfN>;

/// Fails where the statistic is beyond the limit in the metric's worse direction (strictly).
struct ThresholdTest {
  Statistic statistic;
  Against against = Against::absolute;
  double limit = 0;
  Persistence persistence{};
};

/// One-sided, valid at every look. Rates: GROW grid with the dispersion guard. Means: t-mixture on tick differences.
/// Distributions: exceedance of thresholds, which are edges. Values: betting, and the same t-mixture. `alpha` is spent
/// over the whole rollout.
struct StatisticalTest {
  std::string metric;
  ErrorRate alpha{0.05};
  double margin = 0;                 ///< >= 0: a difference that does not matter, in the metric's unit
  std::vector<double> thresholds{};  ///< of distributions: edges, fixed beforehand
  bool slices = false;               ///< also per slice, by e-Benjamini-Hochberg at alpha
};

struct BurnWindow {
  Duration long_window{};
  Duration short_window{};
  double factor = 1;  ///< times the error budget's even burn
};

/// Fails where a window's long and short error rates both exceed factor * (1 - objective). Of the candidate.
struct BurnRateTest {
  std::string metric;
  double objective = 0.999;
  std::vector<BurnWindow> windows;
};

/// Crashes: no comparison. closed -> open (fails) -> half_open after `open` -> closed or open.
struct CircuitBreakerTest {
  std::string metric;  ///< a rate of failures, of the candidate
  double limit = 0.5;  ///< fails from this rate on
  std::uint64_t minimum_count = 100;
  std::uint32_t window_ticks = 1;  ///< at most 64
  Duration open{};
  std::uint64_t probes = 10;  ///< requests that decide in half_open
};

/// The arms' counts of a metric against the shares that their weights promise (Lindon & Malek 2022).
struct SampleRatioTest {
  std::string metric;
  ErrorRate alpha{0.001};
};

using Test = std::variant<ThresholdTest, StatisticalTest, BurnRateTest, CircuitBreakerTest, SampleRatioTest>;

struct Rule {
  std::string name;
  Effect effect = Effect::rollback;
  Tier tier = Tier::rapid;  ///< of a rollback
  Test test;
};

/// Evidence that the candidate is not worse by `margin`: an e-value of at least 1 / beta.
struct NonInferiority {
  std::string metric;
  double margin = 0;                 ///< > 0, in the metric's unit (of an exceedance: a share)
  std::vector<double> thresholds{};  ///< as in StatisticalTest
};

enum class OnTimeout : std::uint8_t { hold, pause, rollback };

struct Gate {
  Duration timeout{};  ///< > 0
  OnTimeout on_timeout = OnTimeout::hold;
  std::uint32_t approvals = 1;  ///< by different people
};

struct Stage {
  Phase phase = Phase::canary;      ///< shadow, canary, pre_switch or switched
  double weight = 0;                ///< the candidate's share of live traffic: ascending over canary stages,
                                    ///< 1 where switched, else 0
  Duration minimum{};               ///< a rollback does not wait for it
  std::uint64_t minimum_ticks = 1;  ///< with data of both arms
  std::optional<Gate> gate{};       ///< before the stage begins
  std::optional<Duration> deadline{};
  OnTimeout on_deadline = OnTimeout::pause;  ///< never a promotion
};

/// How a tier goes back. Steps in order; each is issued once the one before has succeeded.
struct Response {
  Duration timeout{};          ///< of one attempt, > 0
  std::uint32_t attempts = 1;  ///< of a step, > 0; after the last the next tier takes over
};

/// No data of an arm, all of it unknown, or not_enough_data for so long.
struct Silence {
  Duration after{};  ///< > 0
  OnTimeout effect = OnTimeout::pause;
};

struct Policy {
  std::string name;
  Artifact last_known_good;  ///< the baseline, and where a rollback goes
  Artifact candidate;
  std::uint32_t attempt = 1;  ///< >= 1, counted up when it is tried again; an engine is one attempt. Approvals and
                              ///< answers to the actions of another one do not count
  StateHandling state = StateHandling::stateless;
  bool equal_arms = false;                ///< the host compares arms of equal size, whatever the weights
  ErrorRate false_rollback_budget{0.05};  ///< at least the sum of the alphas of rules that roll back
  std::vector<Metric> metrics;
  std::vector<Rule> rules;
  std::vector<Stage> stages;
  ErrorRate false_promotion{0.05};        ///< beta: of promoting a candidate that is worse by a margin
  std::vector<NonInferiority> promotion;  ///< all of them; at least one
  std::optional<Gate> promotion_gate{};
  Response immediate{std::chrono::seconds(30), 2};
  Response rapid{std::chrono::minutes(10), 2};
  Response delayed{std::chrono::hours(4), 1};
  Silence silence{std::chrono::minutes(15)};
  Duration tick{};  ///< of the host: a step over twice as long is a gap; 0: learned from the steps
};

/// All that is wrong with a policy, by the paths of its document, as in "rules[2].statistical.alpha": duplicate or
/// unknown names, numbers out of range, no rule that rolls back, no promotion evidence, alphas beyond the budget, tests
/// that do not fit their metric's kind, limits that an equal candidate is beyond, thresholds that are no edges, stages
/// in a wrong order, t-mixtures of skewed means in unequal arms. Empty: the policy is good. Code: invalid_argument.
[[nodiscard]] LEEWAY_EXPORT std::vector<Error> check(const Policy& policy);

/// The probability of a false finding that a rule spends over the rollout: 0 of a rule that states none.
[[nodiscard]] LEEWAY_EXPORT double spent_alpha(const Rule& rule) noexcept;
/// The sum of spent_alpha over the rules that roll back.
[[nodiscard]] LEEWAY_EXPORT double spent_on_rollbacks(const Policy& policy) noexcept;

[[nodiscard]] LEEWAY_EXPORT const char* to_string(StateHandling state) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Effect effect) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(MetricKind kind) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Worse worse) noexcept;
[[nodiscard]] LEEWAY_EXPORT const char* to_string(OnTimeout action) noexcept;

}  // namespace leeway::inline v1::rollout

#endif
