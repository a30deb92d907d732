#include "leeway/rollout/planner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "leeway/stats/rate_e_process.hpp"
#include "leeway/stats/t_mixture.hpp"
#include "support/generator.hpp"

namespace leeway::rollout {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr RateChange kDoubled{.baseline = 0.01, .candidate = 0.02};
constexpr MeanChange kTenth{.deviation = 1, .shift = 0.1};
constexpr TickLoad kHalves{.requests = 200, .weight = 0.5};

void expect_near(double value, double expected, double tolerance) {
  EXPECT_LE(std::fabs(value / expected - 1), tolerance) << value << " for " << expected;
}

double divergence(double p, double q) { return p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q)); }

// ---- Rates

TEST(RatePlan, grows_as_the_golden_values_do) {
  expect_near(ticks_to_rollback(kDoubled, kHalves)->growth, 0.172437118761338, 1e-14);
  expect_near(ticks_to_rollback(kDoubled, {.requests = 1000, .weight = 0.01})->growth, 0.0386328034725052, 1e-13);
  expect_near(ticks_to_rollback(kDoubled, {.requests = 1000, .weight = 0.5})->growth, 0.862185593806692, 1e-14);
}

TEST(RatePlan, expects_ln_one_over_alpha_by_growth_ticks) {
  const auto wait = *ticks_to_rollback(kDoubled, kHalves);
  expect_near(wait.expected_ticks, std::log(20) / 0.172437118761338, 1e-13);
  expect_near(ticks_to_rollback(kDoubled, kHalves, {.false_rollback = ErrorRate(0.01)})->expected_ticks,
              std::log(100) / 0.172437118761338, 1e-13);
  EXPECT_GT(wait.ticks_at_power, wait.expected_ticks);
}

// Against the best bet with the right predictions, and against the grid that knows neither.
struct Crossings {
  std::vector<double> ticks;

  [[nodiscard]] double median() {
    std::sort(ticks.begin(), ticks.end());
    return ticks[ticks.size() / 2];
  }
  [[nodiscard]] double share_within(double most) const {
    return static_cast<double>(std::count_if(ticks.begin(), ticks.end(), [=](double t) { return t <= most; })) /
           static_cast<double>(ticks.size());
  }
};

std::uint64_t events(test::Generator& generator, std::uint64_t count, double rate) {
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i < count; ++i) found += generator.uniform() < rate;
  return found;
}

template <class Step>
double first_crossing(ErrorRate alpha, Step step) {
  for (int tick = 1; tick < 2000; ++tick)
    if (stats::crosses(step(), alpha)) return tick;
  return kInfinity;
}

Crossings grid_crossings(RateChange rates, stats::GrowGridOptions options, std::uint64_t count) {
  Crossings found;
  test::Generator generator(1);
  for (int run = 0; run < 200; ++run) {
    auto grid = *stats::GrowGrid::make(options);
    found.ticks.push_back(first_crossing(ErrorRate(0.05), [&] {
      grid.add(stats::Baseline{stats::RateCounts{events(generator, count, rates.baseline), count}},
               stats::Candidate{stats::RateCounts{events(generator, count, rates.candidate), count}});
      return grid.log_e_value();
    }));
  }
  return found;
}

TEST(RatePlan, is_kept_by_the_grid_within_a_third_and_four_ticks) {
  for (const RateChange& rates : {kDoubled, RateChange{0.01, 0.03}, RateChange{0.1, 0.15}}) {
    const double planned = ticks_to_rollback(rates, kHalves)->expected_ticks;
    const double median = grid_crossings(rates, {}, 100).median();
    EXPECT_LE(median, 1.3 * planned + 4);
    EXPECT_GE(median, 0.7 * planned);
  }
}

TEST(RatePlan, promotes_when_the_grid_does) {
  const double planned = ticks_to_promotion_by_rate(0.02, 0.01, kHalves)->expected_ticks;
  stats::GrowGridOptions options;
  options.goal = stats::Goal::promote;
  options.margin = 0.01;
  const double median = grid_crossings({0.02, 0.02}, options, 100).median();
  EXPECT_LE(median, 1.3 * planned + 4);
  EXPECT_GE(median, 0.7 * planned);
}

TEST(RatePlan, is_in_time_with_the_power_asked_for) {
  const auto wait = *ticks_to_rollback(kDoubled, kHalves);
  test::Generator generator(2);
  Crossings found;
  for (int run = 0; run < 400; ++run) {
    double log_e = 0;
    found.ticks.push_back(first_crossing(ErrorRate(0.05), [&] {
      const auto a = static_cast<double>(events(generator, 100, 0.01));
      const auto b = static_cast<double>(events(generator, 100, 0.02));
      log_e += a * std::log(0.01 / 0.015) + (100 - a) * std::log(0.99 / 0.985) + b * std::log(0.02 / 0.015) +
               (100 - b) * std::log(0.98 / 0.985);
      return log_e;
    }));
  }
  EXPECT_GE(found.share_within(wait.ticks_at_power), 0.8);
  EXPECT_LE(found.share_within(wait.ticks_at_power), 0.92);  // crossing once is easier than being beyond at the end
}

TEST(RatePlan, promotes_against_the_nearest_rates_that_are_worse_by_the_margin) {
  test::Generator generator(3);
  for (int i = 0; i < 50; ++i) {
    const double rate = generator.uniform(0.001, 0.9);
    const double margin = generator.uniform(0.001, 0.09);
    const TickLoad load{.requests = 1000, .weight = generator.uniform(0.01, 0.99)};
    double least = kInfinity;
    for (int k = 1; k < 20000; ++k) {
      const double u = (1 - margin) * k / 20000;
      least =
          (std::min)(least, load.baseline() * divergence(rate, u) + load.candidate() * divergence(rate, u + margin));
    }
    const double growth = ticks_to_promotion_by_rate(rate, margin, load)->growth;
    EXPECT_LE(growth, least * (1 + 1e-9));
    EXPECT_GE(growth, least * 0.97 - 1e-3);
  }
}

TEST(RatePlan, waits_less_for_more) {
  const double ticks = ticks_to_rollback(kDoubled, kHalves)->expected_ticks;
  EXPECT_LT(ticks_to_rollback(RateChange{0.01, 0.021}, kHalves)->expected_ticks, ticks);
  EXPECT_LT(ticks_to_rollback(kDoubled, {.requests = 210})->expected_ticks, ticks);
  EXPECT_GT(ticks_to_rollback(kDoubled, {.requests = 200, .weight = 0.3})->expected_ticks, ticks);
  EXPECT_GT(ticks_to_rollback(RateChange{0.02, 0.03}, kHalves)->expected_ticks, ticks);
  expect_near(ticks_to_rollback(kDoubled, {.requests = 200, .design_effect = 3})->expected_ticks, 3 * ticks, 1e-12);
  EXPECT_GT(ticks_to_rollback(kDoubled, kHalves, {.miss = ErrorRate(0.1)})->ticks_at_power,
            ticks_to_rollback(kDoubled, kHalves)->ticks_at_power);
  const double promotion = ticks_to_promotion_by_rate(0.01, 0.01, kHalves)->expected_ticks;
  EXPECT_GT(ticks_to_promotion_by_rate(0.01, 0.005, kHalves)->expected_ticks, 2 * promotion);
  EXPECT_GT(ticks_to_promotion_by_rate(0.01, 0.01, kHalves, {.false_promotion = ErrorRate(0.01)})->expected_ticks,
            promotion);
}

TEST(RatePlan, finds_the_least_rate_in_time) {
  double previous = 1;
  for (const double ticks : {5.0, 20.0, 100.0, 5000.0}) {
    const double rate = *smallest_rate_found(0.01, ticks, kHalves);
    expect_near(ticks_to_rollback(RateChange{0.01, rate}, kHalves)->ticks_at_power, ticks, 1e-6);
    EXPECT_LT(rate, previous);
    previous = rate;
  }
  EXPECT_EQ(smallest_rate_found(0.01, 0.001, {.requests = 2}).error().code, ErrorCode::undefined);
}

// ---- Means

TEST(MeanPlan, is_kept_by_the_t_mixture) {
  const auto wait = *ticks_to_rollback(kTenth, kHalves);
  test::Generator generator(4);
  Crossings found;
  for (int run = 0; run < 1000; ++run) {
    auto test = *stats::TMixture::make({});
    found.ticks.push_back(first_crossing(ErrorRate(0.05), [&] {
      test.add(stats::Baseline{stats::MeanSummary{.count = 100, .mean = 0.1 * generator.normal(), .m2 = 99}},
               stats::Candidate{stats::MeanSummary{.count = 100, .mean = 0.1 + 0.1 * generator.normal(), .m2 = 99}});
      return test.log_e_value();
    }));
  }
  EXPECT_NEAR(found.median(), wait.expected_ticks, 0.15 * wait.expected_ticks);
  EXPECT_GE(found.share_within(wait.ticks_at_power), 0.78);
  EXPECT_LE(found.share_within(wait.ticks_at_power), 0.93);
}

TEST(MeanPlan, has_the_evidence_of_the_t_mixture_at_the_tick_that_it_names) {
  const auto wait = *ticks_to_rollback(kTenth, kHalves);
  const double effect = 0.1 * std::sqrt(50);
  const auto log_e = [&](double ticks, double mean) {
    return stats::t_mixture_one_sided(ticks * mean, ticks * (1 + mean * mean), ticks, 10);
  };
  EXPECT_NEAR(log_e(wait.expected_ticks, effect), std::log(20), 1e-9);
  EXPECT_NEAR(log_e(wait.ticks_at_power, effect - 0.84162123357291442 / std::sqrt(wait.ticks_at_power)), std::log(20),
              1e-9);
  expect_near(wait.growth, std::log(1.5) / 2, 1e-14);
}

TEST(MeanPlan, waits_less_for_more) {
  const double ticks = ticks_to_rollback(kTenth, kHalves)->expected_ticks;
  EXPECT_LT(ticks_to_rollback(MeanChange{1, 0.11}, kHalves)->expected_ticks, ticks);
  EXPECT_GT(ticks_to_rollback(MeanChange{1.1, 0.1}, kHalves)->expected_ticks, ticks);
  EXPECT_LT(ticks_to_rollback(kTenth, {.requests = 210})->expected_ticks, ticks);
  EXPECT_GT(ticks_to_rollback(kTenth, {.requests = 200, .weight = 0.9})->expected_ticks, ticks);
  expect_near(ticks_to_rollback(kTenth, {.requests = 400, .design_effect = 2})->expected_ticks, ticks, 1e-12);
  EXPECT_EQ(ticks_to_promotion_by_mean(1, 0.1, kHalves)->expected_ticks, ticks);
  EXPECT_GT(ticks_to_promotion_by_mean(1, 0.05, kHalves)->expected_ticks, ticks);
  EXPECT_LT(ticks_to_promotion_by_mean(1, 0.1, kHalves, {.false_promotion = ErrorRate(0.1)})->expected_ticks, ticks);
}

TEST(MeanPlan, finds_the_least_shift_in_time_unless_the_noise_is_not_known_by_then) {
  double previous = kInfinity;
  for (const double ticks : {12.0, 20.0, 100.0, 5000.0}) {
    const double shift = *smallest_shift_found(2, ticks, kHalves);
    expect_near(ticks_to_rollback(MeanChange{2, shift}, kHalves)->ticks_at_power, ticks, 1e-6);
    EXPECT_LT(shift, previous);
    previous = shift;
  }
  EXPECT_EQ(smallest_shift_found(2, 8, kHalves).error().code, ErrorCode::undefined);
  EXPECT_GT(ticks_to_rollback(MeanChange{1, 1e6}, kHalves)->expected_ticks, 8);
}

// ---- Ramps

TEST(RampPlan, of_one_stage_is_that_stage) {
  const auto rate = *plan_ramp(kDoubled, {.requests = 200, .stages = {{.weight = 0.5}}, .margin = 0.01});
  expect_near(rate.rollback->tick, ticks_to_rollback(kDoubled, kHalves)->expected_ticks, 1e-9);
  expect_near(rate.promotion->tick, ticks_to_promotion_by_rate(0.01, 0.01, kHalves)->expected_ticks, 1e-9);
  EXPECT_EQ(rate.stages.at(0).rollback.expected_ticks, ticks_to_rollback(kDoubled, kHalves)->expected_ticks);
  EXPECT_FALSE(rate.stages.at(0).smallest_found);
  const auto mean = *plan_ramp(kTenth, {.requests = 200, .stages = {{.weight = 0.5}}, .margin = 0.1});
  expect_near(mean.rollback->tick, ticks_to_rollback(kTenth, kHalves)->expected_ticks, 1e-9);
  expect_near(mean.promotion->tick, mean.rollback->tick, 1e-9);
}

TEST(RampPlan, adds_up_the_evidence_of_its_stages) {
  const RampOptions options{.requests = 1000, .stages = {{0.01, 30}, {0.1, 4}, {0.5}}};
  const auto plan = *plan_ramp(kDoubled, options);
  const auto growth = [&](std::size_t i) { return plan.stages.at(i).rollback.growth; };
  const double left = std::log(20) - 30 * growth(0) - 4 * growth(1);
  ASSERT_GT(left, 0);
  expect_near(plan.rollback->tick, 34 + left / growth(2), 1e-9);
  EXPECT_EQ(plan.rollback->stage, 2U);
  EXPECT_FALSE(plan.promotion);
  expect_near(*plan.stages.at(1).smallest_found, *smallest_rate_found(0.01, 4, {.requests = 1000, .weight = 0.1}),
              1e-12);
}

TEST(RampPlan, of_equal_stages_is_one_long_stage) {
  const RampOptions options{.requests = 200, .stages = {{0.5, 7}, {0.5, 6}, {0.5, 100}}, .margin = 0.1};
  const auto plan = *plan_ramp(kTenth, options);
  expect_near(plan.rollback->tick, ticks_to_rollback(kTenth, kHalves)->expected_ticks, 1e-9);
  EXPECT_EQ(plan.rollback->stage, 2U);
  EXPECT_FALSE(plan.stages.at(1).smallest_found);  // no shift is found in 6 ticks
}

TEST(RampPlan, says_nothing_where_the_ramp_ends_before) {
  const auto plan = *plan_ramp(kDoubled, {.requests = 200, .stages = {{0.1, 5}, {0.5, 5}}, .margin = 0.001});
  EXPECT_FALSE(plan.rollback);
  EXPECT_FALSE(plan.promotion);
}

// ---- Budgets

TEST(FalseRollbacks, are_shared_by_weight) {
  const std::vector<double> weights{2, 1, 1};
  const auto shares = *split_false_rollbacks(ErrorRate(0.04), weights);
  EXPECT_DOUBLE_EQ(shares.at(0).value(), 0.02);
  EXPECT_DOUBLE_EQ(shares.at(2).value(), 0.01);
  EXPECT_EQ(split_false_rollbacks(ErrorRate(0.05), {}).error().where, "weights");
  for (const double bad : {0.0, -1.0, kNaN, kInfinity}) {
    const std::vector<double> wrong{1, bad};
    EXPECT_EQ(split_false_rollbacks(ErrorRate(0.05), wrong).error().where, "weights[1]");
  }
  const std::vector<double> vast{1e308, 1e308};
  EXPECT_EQ(split_false_rollbacks(ErrorRate(0.05), vast).error().where, "weights");
}

// ---- Bad input

TEST(RolloutPlan, names_what_is_wrong) {
  for (const double bad : {0.0, 1.0, -0.5, kNaN, kInfinity}) {
    EXPECT_EQ(ticks_to_rollback(RateChange{bad, 0.5}, kHalves).error().where, "baseline");
    EXPECT_EQ(ticks_to_rollback(RateChange{0.5, bad}, kHalves).error().where, "candidate");
    EXPECT_EQ(ticks_to_rollback(kDoubled, {.requests = 1, .weight = bad}).error().where, "weight");
    EXPECT_EQ(ticks_to_promotion_by_rate(bad, 0.1, kHalves).error().where, "rate");
    EXPECT_EQ(ticks_to_promotion_by_rate(0.1, bad, kHalves).error().where, "margin");
    EXPECT_EQ(smallest_rate_found(bad, 10, kHalves).error().where, "baseline");
  }
  for (const double bad : {0.0, -1.0, kNaN, kInfinity}) {
    EXPECT_EQ(ticks_to_rollback(MeanChange{bad, 1}, kHalves).error().where, "deviation");
    EXPECT_EQ(ticks_to_rollback(MeanChange{1, bad}, kHalves).error().where, "shift");
    EXPECT_EQ(ticks_to_rollback(kTenth, {.requests = bad}).error().where, "requests");
    EXPECT_EQ(ticks_to_promotion_by_mean(1, bad, kHalves).error().where, "margin");
    EXPECT_EQ(smallest_rate_found(0.1, bad, kHalves).error().where, "ticks");
    EXPECT_EQ(smallest_shift_found(1, bad, kHalves).error().where, "ticks");
    EXPECT_EQ(smallest_shift_found(bad, 1, kHalves).error().where, "deviation");
  }
  for (const double bad : {0.9, kNaN, kInfinity})
    EXPECT_EQ(ticks_to_rollback(kTenth, {.requests = 1, .design_effect = bad}).error().where, "design_effect");
  EXPECT_EQ(ticks_to_rollback(RateChange{0.02, 0.01}, kHalves).error().message,
            "expected a rate above the baseline's, 0.02, found 0.01");
  EXPECT_EQ(ticks_to_rollback(kDoubled, kHalves, {.miss = ErrorRate(0.5)}).error().where, "miss");
}

TEST(RolloutPlan, has_a_limit) {
  EXPECT_EQ(ticks_to_rollback(RateChange{0.5, 0.5 + 1e-9}, {.requests = 1}).error().code, ErrorCode::limit);
  EXPECT_EQ(ticks_to_rollback(MeanChange{1, 1e-9}, {.requests = 1}).error().code, ErrorCode::limit);
  EXPECT_EQ(ticks_to_rollback(MeanChange{1e300, 1e-300}, {.requests = 1}).error().code, ErrorCode::limit);
  EXPECT_EQ(ticks_to_rollback(MeanChange{1e-300, 1e300}, {.requests = 1}).error().code, ErrorCode::limit);
}

TEST(RampPlan, names_what_is_wrong) {
  const auto where_of = [](std::vector<RampStage> stages, double margin = 0) {
    return plan_ramp(kDoubled, {.requests = 10, .stages = std::move(stages), .margin = margin}).error().where;
  };
  EXPECT_EQ(where_of({}), "stages");
  EXPECT_EQ(where_of({{0.5, 10}, {1.0, 10}}), "stages[1]: weight");
  EXPECT_EQ(where_of({{0.5, kInfinity}, {0.5, 10}}), "stages[0]: ticks");
  EXPECT_EQ(where_of({{0.5, 0}}), "stages[0]: ticks");
  EXPECT_EQ(where_of({{0.5, kNaN}}), "stages[0]: ticks");
  EXPECT_EQ(where_of({{0.5}}, -1), "margin");
  EXPECT_EQ(where_of({{0.5}}, kNaN), "margin");
  EXPECT_EQ(where_of({{0.5}}, 1), "stages[0]: margin");
}

}  // namespace
}  // namespace leeway::rollout
