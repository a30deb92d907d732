// The worked numbers of each formula, and what it refuses.

#include "leeway/retrain/costs.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::retrain {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

static_assert(!std::is_invocable_v<decltype(skew_cost), Fraction, MoneyPerQuery, QueriesPerDay, Days>);
static_assert(!std::is_invocable_v<decltype(silent_failure_cost), Money, Fraction, Days>);
static_assert(!std::is_invocable_v<decltype(labels_to_detect), Fraction, Fraction, double, double>);

TEST(SkewCost, is_365000_a_year_for_one_percent_of_a_million_a_day) {
  EXPECT_NEAR(skew_cost(Fraction(0.01), QueriesPerDay(1e6), MoneyPerQuery(0.1), years(1))->value(), 365000, 1e-9);
}

TEST(SilentFailureCost, falls_with_the_time_to_notice) {
  const auto cost = [](double days) {
    return *silent_failure_cost(Money(50e6) / years(1), Fraction(0.05), Days(days));
  };
  EXPECT_NEAR(cost(28).value(), 191780.82, 0.005);
  EXPECT_NEAR(cost(1).value(), 6849.32, 0.005);
  EXPECT_NEAR((cost(28) - cost(1)).value(), 184931.51, 0.005);
  EXPECT_NEAR((4 * (cost(28) - cost(1))).value(), 739726.03, 0.005);
}

TEST(BreakEvenTime, is_20_weeks_for_80_hours_against_4_a_week) {
  EXPECT_NEAR(*break_even_time(hours(80), hours(4) / weeks(1)) / weeks(1), 20, 1e-12);
  EXPECT_NEAR(*break_even_time(Money(80 * 150), Money(4 * 150) / weeks(1)) / weeks(1), 20, 1e-12);
}

TEST(Roi, is_what_was_prevented_for_what_was_spent) {
  EXPECT_EQ(*monitoring_roi(5, Money(50000), Money(50000)), 5);
  EXPECT_NEAR(*mlops_roi(4, Money(25000), hours(20 * 12), Money(150) / hours(1), Money(30000)), 4.53, 0.005);
  EXPECT_NEAR(*mlops_roi(4, Money(25000), hours(20 * 12), Money(150) / hours(1), Money(30000)), 136000.0 / 30000,
              1e-13);
}

TEST(CostPerThousand, is_6_cents_for_50000_an_hour_at_3_an_hour) {
  EXPECT_NEAR(cost_per_thousand(Money(3) / hours(1), Queries(50000) / hours(1))->value(), 0.06, 1e-15);
}

TEST(MonitoringCost, adds_ingest_storage_and_queries) {
  const MonitoringLoad load{.series = 3 * 50,
                            .interval = seconds(15),
                            .span = Days(30),
                            .point_size = GigabytesPerPoint(8e-9),
                            .dashboard_queries = Queries(2 * 3 * 12 * 8 * 22),
                            .alert_evaluations = Queries(1000)};
  MonitoringPrices prices{MoneyPerPoint(0.30e-6), MoneyPerGigabyte(1), MoneyPerQuery(0.02), {}};
  const auto cost = *monitoring_cost(load, prices);
  EXPECT_NEAR(cost.points.value(), 25.92e6, 1e-6);
  EXPECT_NEAR(cost.stored.value(), 0.20736, 1e-14);
  EXPECT_NEAR(cost.ingest.value(), 7.776, 1e-13);
  EXPECT_NEAR(cost.storage.value(), 0.21, 0.005);
  EXPECT_NEAR(cost.queries.value(), 253.44, 1e-12);
  EXPECT_NEAR(cost.total().value(), 261.4, 0.05);
  prices.evaluation = MoneyPerQuery(0.01);
  EXPECT_NEAR((monitoring_cost(load, prices)->total() - cost.total()).value(), 10, 1e-12);
}

TEST(Sampling, weighs_what_is_kept) {
  const auto plan = *sampling(Fraction(0.02), Fraction(0.01), Fraction(1));
  EXPECT_NEAR(plan.kept.value(), 0.98 * 0.01 + 0.02, 1e-15);
  EXPECT_EQ(plan.success_weight, 100);
  EXPECT_EQ(plan.error_weight, 1);
  const auto all = *sampling(Fraction(0.02), Fraction(1), Fraction(1));
  EXPECT_EQ(all.kept, Fraction(1));
  EXPECT_EQ(all.effective, Fraction(1));
}

// Weighted shares are unbiased, and (sum w)^2 / sum w^2 requests are what the kept ones are worth.
TEST(Sampling, is_worth_what_a_simulation_says) {
  test::Generator generator(1);
  double weights = 0;
  double squares = 0;
  double errors = 0;
  constexpr double kRequests = 400000;
  const auto plan = *sampling(Fraction(0.1), Fraction(0.25), Fraction(1));
  for (double i = 0; i < kRequests; ++i) {
    const bool error = generator.uniform() < 0.1;
    if (generator.uniform() >= (error ? 1 : 0.25)) continue;
    const double weight = error ? plan.error_weight : plan.success_weight;
    weights += weight;
    squares += weight * weight;
    errors += error ? weight : 0;
  }
  EXPECT_NEAR(errors / weights, 0.1, 0.002);
  EXPECT_NEAR(weights * weights / squares / kRequests, plan.effective.value(), 0.005);
}

TEST(LatencyBudget, gains_less_end_to_end_than_in_one_stage) {
  std::vector<LatencyStage> stages;
  for (const double ms : {15.0, 25.0, 5.0, 45.0, 5.0, 5.0}) stages.push_back({Milliseconds(ms)});
  stages[3].speedup = 2;
  const auto budget = *latency_budget(stages);
  EXPECT_EQ(budget.before.count(), 100);
  EXPECT_EQ(budget.after.count(), 77.5);
  EXPECT_NEAR(budget.speedup(), 1.29, 0.005);
  EXPECT_EQ(latency_budget({}).error().where, "stages");
  stages[1].speedup = 0;
  EXPECT_EQ(latency_budget(stages).error().where, "speedup");
  stages[0].time = Milliseconds(-1);
  EXPECT_EQ(latency_budget(stages).error().where, "time");
}

TEST(LabelsToDetect, are_about_a_thousand_for_five_points) {
  const auto labels = *labels_to_detect(Fraction(0.95), Fraction(0.90), ErrorRate(0.001), ErrorRate(0.001));
  EXPECT_EQ(labels, Queries(1025));
  EXPECT_NEAR(*detection_delay(Queries(1000), Queries(1) / seconds(1)) / minutes(1), 16.7, 0.05);
  EXPECT_NEAR(detection_delay(Queries(1000), QueriesPerDay(100))->value(), 10, 1e-12);
}

// With so many labels and the threshold between, both errors are as rare as wanted.
TEST(LabelsToDetect, keep_both_error_rates) {
  LEEWAY_SIMULATION();
  const auto labels = *labels_to_detect(Fraction(0.9), Fraction(0.8), ErrorRate(0.05), ErrorRate(0.1));
  const auto n = static_cast<int>(labels.value());
  const double threshold = 0.9 - 1.6448536269514722 * std::sqrt(0.09 / n);
  test::Generator generator(2);
  const auto alarms = [&](double accuracy) {
    int below = 0;
    for (int run = 0; run < 20000; ++run) {
      int right = 0;
      for (int i = 0; i < n; ++i) right += generator.uniform() < accuracy ? 1 : 0;
      below += right < threshold * n ? 1 : 0;
    }
    return below / 20000.0;
  };
  EXPECT_NEAR(alarms(0.9), 0.05, 0.02);  // a lattice, and the normal law
  EXPECT_NEAR(alarms(0.8), 0.9, 0.02);
}

TEST(Costs, name_the_argument_that_is_wrong) {
  using Call = std::function<std::string(double)>;
  const auto where = [](const auto& result) { return result ? "nothing" : result.error().where; };
  const std::vector<std::pair<std::string, Call>> calls{
      {"skewed", [&](double x) { return where(skew_cost(Fraction(x), QueriesPerDay(1), MoneyPerQuery(1), Days(1))); }},
      {"queries", [&](double x) { return where(skew_cost(Fraction(0), QueriesPerDay(x), MoneyPerQuery(1), Days(1))); }},
      {"per_error",
       [&](double x) { return where(skew_cost(Fraction(0), QueriesPerDay(1), MoneyPerQuery(x), Days(1))); }},
      {"span", [&](double x) { return where(skew_cost(Fraction(0), QueriesPerDay(1), MoneyPerQuery(1), Days(x))); }},
      {"revenue", [&](double x) { return where(silent_failure_cost(MoneyPerDay(x), Fraction(0), Days(1))); }},
      {"lost", [&](double x) { return where(silent_failure_cost(MoneyPerDay(1), Fraction(x), Days(1))); }},
      {"until_noticed", [&](double x) { return where(silent_failure_cost(MoneyPerDay(1), Fraction(0), Days(x))); }},
      {"expense", [&](double x) { return where(break_even_time(Money(x), MoneyPerDay(1))); }},
      {"saved", [&](double x) { return where(break_even_time(Money(1), MoneyPerDay(x))); }},
      {"work", [&](double x) { return where(break_even_time(Days(x), 1)); }},
      {"saved_share", [&](double x) { return where(break_even_time(Days(1), x)); }},
      {"incidents_prevented", [&](double x) { return where(monitoring_roi(x, Money(1), Money(1))); }},
      {"per_incident", [&](double x) { return where(monitoring_roi(1, Money(x), Money(1))); }},
      {"spent", [&](double x) { return where(monitoring_roi(1, Money(1), Money(x))); }},
      {"work_saved", [&](double x) { return where(mlops_roi(1, Money(1), Days(x), MoneyPerDay(1), Money(1))); }},
      {"wage", [&](double x) { return where(mlops_roi(1, Money(1), Days(1), MoneyPerDay(x), Money(1))); }},
      {"price", [&](double x) { return where(cost_per_thousand(MoneyPerDay(x), QueriesPerDay(1))); }},
      {"throughput", [&](double x) { return where(cost_per_thousand(MoneyPerDay(1), QueriesPerDay(x))); }},
      {"errors", [&](double x) { return where(sampling(Fraction(x), Fraction(1), Fraction(1))); }},
      {"keep_successes", [&](double x) { return where(sampling(Fraction(0), Fraction(x), Fraction(1))); }},
      {"keep_errors", [&](double x) { return where(sampling(Fraction(0), Fraction(1), Fraction(x))); }},
      {"labels", [&](double x) { return where(detection_delay(Queries(x), QueriesPerDay(1))); }},
      {"labelled", [&](double x) { return where(detection_delay(Queries(1), QueriesPerDay(x))); }},
      {"interval", [&](double x) { return where(monitoring_cost({.interval = Days(x)}, {})); }},
      {"series", [&](double x) { return where(monitoring_cost({.series = x, .interval = Days(1)}, {})); }},
      {"storage",
       [&](double x) { return where(monitoring_cost({.interval = Days(1)}, {.storage = MoneyPerGigabyte(x)})); }},
      {"accuracy",
       [&](double x) { return where(labels_to_detect(Fraction(x), Fraction(0), ErrorRate(0.1), ErrorRate(0.1))); }},
  };
  for (const auto& [name, call] : calls)
    for (const double bad : {-1.0, std::nan(""), kInfinity}) EXPECT_EQ(call(bad), name);
  for (const char* divisor : {"saved", "saved_share", "spent", "throughput", "keep_errors", "labelled", "interval"}) {
    for (const auto& [name, call] : calls)
      if (name == divisor) {
        EXPECT_EQ(call(0), name);
      }
  }
  const ErrorRate tenth(0.1);
  EXPECT_EQ(labels_to_detect(Fraction(0.9), Fraction(0.9), tenth, tenth).error().where, "degraded");
  EXPECT_EQ(labels_to_detect(Fraction(0.9), Fraction(0.8), ErrorRate(0.5), tenth).error().where, "false_alarm");
  EXPECT_EQ(labels_to_detect(Fraction(0.9), Fraction(0.8), tenth, ErrorRate(0.6)).error().where, "miss");
}

}  // namespace
}  // namespace leeway::retrain
