#ifndef LEEWAY_RETRAIN_COSTS_HPP
#define LEEWAY_RETRAIN_COSTS_HPP

// What errors, silence and monitoring cost: one formula each, linear in everything, with the units in the types.
//
//   skew_cost(Fraction(0.01), QueriesPerDay(1e6), MoneyPerQuery(0.1), years(1))        // 365,000
//   silent_failure_cost(Money(50e6) / years(1), Fraction(0.05), Days(28))              // 191,780.82
//
// Errors of all (invalid_argument): numbers negative or not finite, fractions outside [0, 1], divisors not > 0; they
// name the argument. Cost: a few operations. Thread contract: pure functions.

#include <chrono>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

// ---- Failures

/// Training-serving skew: the share of queries whose features differ, times what an error costs.
[[nodiscard]] LEEWAY_EXPORT Result<Money> skew_cost(Fraction skewed, QueriesPerDay queries, MoneyPerQuery per_error,
                                                    Days span);

/// A failure that nobody notices: the share of the revenue that it takes until it is.
[[nodiscard]] LEEWAY_EXPORT Result<Money> silent_failure_cost(MoneyPerDay revenue, Fraction lost, Days until_noticed);

// ---- Does it pay

/// When a single expense has paid for itself.
[[nodiscard]] LEEWAY_EXPORT Result<Days> break_even_time(Money expense, MoneyPerDay saved);

/// The same in working time: 80 hours of work against 4 a week are break_even_time(hours(80), hours(4) / weeks(1)).
[[nodiscard]] LEEWAY_EXPORT Result<Days> break_even_time(Days work, double saved_share);

/// Incidents prevented a year times what one costs, per money spent a year.
[[nodiscard]] LEEWAY_EXPORT Result<double> monitoring_roi(double incidents_prevented, Money per_incident, Money spent);

/// The same and the working time saved a year: 150 an hour is Money(150) / hours(1).
[[nodiscard]] LEEWAY_EXPORT Result<double> mlops_roi(double incidents_prevented, Money per_incident, Days work_saved,
                                                     MoneyPerDay wage, Money spent);

/// What 1,000 inferences cost: of a machine's price and its throughput.
[[nodiscard]] LEEWAY_EXPORT Result<Money> cost_per_thousand(MoneyPerDay price, QueriesPerDay throughput);

// ---- What monitoring costs

struct MonitoringLoad {
  double series = 0;               ///< variants times metrics
  Days interval{};                 ///< > 0: between two points of a series
  Days span{};                     ///< what is paid for
  GigabytesPerPoint point_size{};  ///< 8 bytes: GigabytesPerPoint(8e-9)
  Queries dashboard_queries{};     ///< in the span
  Queries alert_evaluations{};     ///< in the span
};

struct MonitoringPrices {
  MoneyPerPoint ingest{};  ///< 0.30 a million: MoneyPerPoint(0.30e-6)
  MoneyPerGigabyte storage{};
  MoneyPerQuery query{};
  MoneyPerQuery evaluation{};
};

struct MonitoringCost {
  Points points{};
  Gigabytes stored{};
  Money ingest{};
  Money storage{};
  Money queries{};
  Money evaluations{};

  [[nodiscard]] constexpr Money total() const noexcept { return ingest + storage + queries + evaluations; }
};

/// Ingest, storage, query compute and alert evaluation.
[[nodiscard]] LEEWAY_EXPORT Result<MonitoringCost> monitoring_cost(const MonitoringLoad& load,
                                                                   const MonitoringPrices& prices);

/// What is left of the requests when some are kept: estimates weigh each kept one by 1 / its probability.
struct Sampling {
  Fraction kept{};          ///< of all requests
  double success_weight{};  ///< 1 / probability
  double error_weight{};
  Fraction effective{};  ///< independent requests that the kept ones are worth for a mean over all, of all (Kish 1965)
};

/// Keeps successes and errors with a probability each, both in (0, 1].
[[nodiscard]] LEEWAY_EXPORT Result<Sampling> sampling(Fraction errors, Fraction keep_successes, Fraction keep_errors);

// ---- Time

using Milliseconds = std::chrono::duration<double, std::milli>;

struct LatencyStage {
  Milliseconds time{};  ///< >= 0
  double speedup = 1;   ///< > 0: of this stage
};

struct LatencyBudget {
  Milliseconds before{};
  Milliseconds after{};

  /// End to end (Amdahl 1967).
  [[nodiscard]] double speedup() const noexcept { return before / after; }
};

/// What faster stages give end to end. Errors: as above; stages that take no time at all. Percentiles of stages add up
/// to an upper bound.
[[nodiscard]] LEEWAY_EXPORT Result<LatencyBudget> latency_budget(std::span<const LatencyStage> stages);

/// How many labelled predictions tell one accuracy from another: (z_a sqrt(p q) + z_b sqrt(p' q'))^2 / (p - p')^2, of
/// the normal law, one-sided. 95 % and 90 % with both error rates 0.1 % take 1,025. Both error rates below 1/2.
[[nodiscard]] LEEWAY_EXPORT Result<Queries> labels_to_detect(Fraction accuracy, Fraction degraded,
                                                             ErrorRate false_alarm, ErrorRate miss);

/// How long until so many predictions have labels: traffic bounds every detector.
[[nodiscard]] LEEWAY_EXPORT Result<Days> detection_delay(Queries labels, QueriesPerDay labelled);

}  // namespace leeway::inline v1::retrain

#endif
