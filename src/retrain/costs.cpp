#include "leeway/retrain/costs.hpp"

#include <algorithm>
#include <cmath>

#include "leeway/stats/gamma.hpp"
#include "retrain/check.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;
using detail::first;
using detail::not_negative;
using detail::positive;
using detail::share;

// z with P(Z >= z) = rate below 1/2: z^2 is chi-square.
double normal_quantile(ErrorRate rate) { return std::sqrt(stats::gamma_quantile(ErrorRate(2 * rate.value()), 0.5, 2)); }

Check below_half(ErrorRate rate, const char* where) {
  if (rate.value() < 0.5) return {};
  return detail::unexpected("an error rate below 1/2", rate.value(), where);
}

double deviation(Fraction p) { return std::sqrt(p.value() * (1 - p.value())); }

}  // namespace

Result<Money> skew_cost(Fraction skewed, QueriesPerDay queries, MoneyPerQuery per_error, Days span) {
  if (const Check bad = first({share(skewed, "skewed"), not_negative(queries, "queries"),
                               not_negative(per_error, "per_error"), not_negative(span, "span")}))
    return *bad;
  return queries * per_error * span * skewed;
}

Result<Money> silent_failure_cost(MoneyPerDay revenue, Fraction lost, Days until_noticed) {
  if (const Check bad =
          first({not_negative(revenue, "revenue"), share(lost, "lost"), not_negative(until_noticed, "until_noticed")}))
    return *bad;
  return revenue * until_noticed * lost;
}

Result<Days> break_even_time(Money expense, MoneyPerDay saved) {
  if (const Check bad = first({not_negative(expense, "expense"), positive(saved, "saved")})) return *bad;
  return expense / saved;
}

Result<Days> break_even_time(Days work, double saved_share) {
  if (const Check bad = first({not_negative(work, "work"), positive(saved_share, "saved_share")})) return *bad;
  return work / saved_share;
}

Result<double> monitoring_roi(double incidents_prevented, Money per_incident, Money spent) {
  return mlops_roi(incidents_prevented, per_incident, Days(0), MoneyPerDay(0), spent);
}

Result<double> mlops_roi(double incidents_prevented, Money per_incident, Days work_saved, MoneyPerDay wage,
                         Money spent) {
  if (const Check bad =
          first({not_negative(incidents_prevented, "incidents_prevented"), not_negative(per_incident, "per_incident"),
                 not_negative(work_saved, "work_saved"), not_negative(wage, "wage"), positive(spent, "spent")}))
    return *bad;
  return (incidents_prevented * per_incident + work_saved * wage) / spent;
}

Result<Money> cost_per_thousand(MoneyPerDay price, QueriesPerDay throughput) {
  if (const Check bad = first({not_negative(price, "price"), positive(throughput, "throughput")})) return *bad;
  return price / throughput * Queries(1000);
}

Result<MonitoringCost> monitoring_cost(const MonitoringLoad& load, const MonitoringPrices& prices) {
  if (const Check bad = first({not_negative(load.series, "series"), positive(load.interval, "interval"),
                               not_negative(load.span, "span"), not_negative(load.point_size, "point_size"),
                               not_negative(load.dashboard_queries, "dashboard_queries"),
                               not_negative(load.alert_evaluations, "alert_evaluations"),
                               not_negative(prices.ingest, "ingest"), not_negative(prices.storage, "storage"),
                               not_negative(prices.query, "query"), not_negative(prices.evaluation, "evaluation")}))
    return *bad;
  MonitoringCost cost;
  cost.points = Points(load.series * (load.span / load.interval));
  cost.stored = cost.points * load.point_size;
  cost.ingest = cost.points * prices.ingest;
  cost.storage = cost.stored * prices.storage;
  cost.queries = load.dashboard_queries * prices.query;
  cost.evaluations = load.alert_evaluations * prices.evaluation;
  return cost;
}

Result<Sampling> sampling(Fraction errors, Fraction keep_successes, Fraction keep_errors) {
  if (const Check bad = first({share(errors, "errors"), detail::positive_share(keep_successes, "keep_successes"),
                               detail::positive_share(keep_errors, "keep_errors")}))
    return *bad;
  const double e = errors.value();
  const double s = 1 - e;
  Sampling found;
  found.kept = Fraction(s * keep_successes.value() + e * keep_errors.value());
  found.success_weight = 1 / keep_successes.value();
  found.error_weight = 1 / keep_errors.value();
  found.effective = Fraction(1 / (s * found.success_weight + e * found.error_weight));
  return found;
}

Result<LatencyBudget> latency_budget(std::span<const LatencyStage> stages) {
  LatencyBudget budget;
  for (const LatencyStage& stage : stages) {
    if (const Check bad = first({not_negative(stage.time.count(), "time"), positive(stage.speedup, "speedup")}))
      return *bad;
    budget.before += stage.time;
    budget.after += stage.time / stage.speedup;
  }
  if (const Check bad = positive(budget.after.count(), "stages")) return *bad;
  return budget;
}

Result<Queries> labels_to_detect(Fraction accuracy, Fraction degraded, ErrorRate false_alarm, ErrorRate miss) {
  if (const Check bad = first({share(accuracy, "accuracy"), share(degraded, "degraded"),
                               below_half(false_alarm, "false_alarm"), below_half(miss, "miss")}))
    return *bad;
  const double difference = accuracy.value() - degraded.value();
  if (!(difference > 0)) return detail::unexpected("less than `accuracy`", degraded.value(), "degraded");
  const double noise = normal_quantile(false_alarm) * deviation(accuracy) + normal_quantile(miss) * deviation(degraded);
  return Queries((std::max)(1.0, std::ceil(noise * noise / (difference * difference))));
}

Result<Days> detection_delay(Queries labels, QueriesPerDay labelled) {
  if (const Check bad = first({not_negative(labels, "labels"), positive(labelled, "labelled")})) return *bad;
  return labels / labelled;
}

}  // namespace leeway::inline v1::retrain
