#include "leeway/rollout/ab_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/generator.hpp"

namespace leeway::rollout {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// By bisection of another function than the one under test.
double normal_quantile(double upper) {
  double low = 0;
  double high = 40;
  for (int i = 0; i < 200; ++i) {
    const double middle = (low + high) / 2;
    (1 - normal_cdf(middle) > upper ? low : high) = middle;
  }
  return low;
}

// That a two-sided test says "better" when it is better by `difference`.
double power(double variance, double difference, double per_arm, double alpha) {
  return normal_cdf(difference / std::sqrt(2 * variance / per_arm) - normal_quantile(alpha / 2));
}

AbErrors errors(double false_positive, double miss) { return {ErrorRate(false_positive), ErrorRate(miss)}; }

// ---- Sizes

TEST(AbSampleSize, is_that_of_the_text) {
  EXPECT_EQ(*sample_size_for_rates(0.05, 0.051), 745644);
  EXPECT_EQ(*sample_size_per_arm(rate_variance(0.05), 0.001), 745644);
  EXPECT_NEAR(*minimum_detectable_effect(rate_variance(0.05), 25000), 0.00546, 5e-6);
}

TEST(AbSampleSize, is_the_least_with_the_power_asked_for) {
  test::Generator generator(1);
  for (int i = 0; i < 200; ++i) {
    const double variance = std::exp(generator.uniform(-5, 5));
    const double difference = std::sqrt(variance) * generator.uniform(0.01, 0.5);
    const double alpha = generator.uniform(0.001, 0.2);
    const double miss = generator.uniform(0.02, 0.45);
    const double n = *sample_size_per_arm(variance, difference, errors(alpha, miss));
    EXPECT_GE(power(variance, difference, n, alpha), 1 - miss - 1e-9);
    EXPECT_LT(power(variance, difference, n - 1, alpha), 1 - miss + 1e-9);
  }
}

TEST(AbSampleSize, is_undone_by_the_minimum_detectable_effect) {
  test::Generator generator(2);
  for (int i = 0; i < 200; ++i) {
    const double variance = std::exp(generator.uniform(-9, 9));
    const double n = 2 + static_cast<double>(generator.below(10000000));
    const double effect = *minimum_detectable_effect(variance, n);
    EXPECT_EQ(*sample_size_per_arm(variance, effect), n);
    EXPECT_LE(*minimum_detectable_effect(variance, *sample_size_per_arm(variance, effect * 0.9)), effect * 0.9);
  }
}

TEST(AbSampleSize, grows_with_what_is_asked) {
  const double n = *sample_size_per_arm(1, 0.1);
  EXPECT_GT(*sample_size_per_arm(1.1, 0.1), n);
  EXPECT_GT(*sample_size_per_arm(1, 0.09), n);
  EXPECT_GT(*sample_size_per_arm(1, 0.1, errors(0.04, 0.2)), n);
  EXPECT_GT(*sample_size_per_arm(1, 0.1, errors(0.05, 0.1)), n);
  EXPECT_EQ(*sample_size_per_arm(1, -0.1), n);
  EXPECT_EQ(*sample_size_for_rates(0.05, 0.049), *sample_size_for_rates(0.05, 0.051));
  EXPECT_EQ(*sample_size_per_arm(1, 1e6), 1);
}

TEST(AbSampleSize, names_what_is_wrong) {
  for (const double bad : {0.0, -1.0, kNaN, kInfinity}) {
    EXPECT_EQ(sample_size_per_arm(bad, 1).error().where, "variance");
    EXPECT_EQ(minimum_detectable_effect(bad, 1).error().where, "variance");
    EXPECT_EQ(minimum_detectable_effect(1, bad).error().where, "per_arm");
    EXPECT_EQ(sample_size_for_rates(bad, 0.5).error().where, "baseline");
    EXPECT_EQ(sample_size_for_rates(0.5, bad).error().where, "candidate");
  }
  for (const double bad : {0.0, kNaN, kInfinity, -kInfinity})
    EXPECT_EQ(sample_size_per_arm(1, bad).error().where, "difference");
  EXPECT_EQ(sample_size_for_rates(0.5, 0.5).error().message, "expected another rate than `baseline`, found 0.5");
  EXPECT_EQ(sample_size_per_arm(1, 1, errors(0.5, 0.2)).error().where, "false_positive");
  EXPECT_EQ(sample_size_per_arm(1, 1, errors(0.05, 0.5)).error().where, "miss");
  EXPECT_EQ(sample_size_per_arm(1, 1e-200).error().code, ErrorCode::limit);
  EXPECT_EQ(sample_size_per_arm(1e300, 1e-300).error().code, ErrorCode::limit);
}

// ---- Plans

AbPlanOptions options() { return {.variance = 4, .difference = 0.1}; }

TEST(AbPlan, has_equal_arms_of_the_sample_size) {
  const auto plan = *plan_ab(options());
  EXPECT_EQ(plan.baseline_units, *sample_size_per_arm(4, 0.1));
  EXPECT_EQ(plan.candidate_units, plan.baseline_units);
  EXPECT_FALSE(plan.schedule);
}

TEST(AbPlan, keeps_the_noise_of_the_difference_in_unequal_arms) {
  const auto equal = *plan_ab(options());
  const double noise = 4 / equal.baseline_units + 4 / equal.candidate_units;
  double fewest = kInfinity;
  for (const double share : {0.01, 0.1, 0.3, 0.5, 0.8}) {
    AbPlanOptions uneven = options();
    uneven.candidate_share = share;
    const auto plan = *plan_ab(uneven);
    EXPECT_NEAR(4 / plan.baseline_units + 4 / plan.candidate_units, noise, 1e-3 * noise);
    EXPECT_NEAR(plan.candidate_units / (plan.baseline_units + plan.candidate_units), share, 1e-3);
    fewest = (std::min)(fewest, plan.baseline_units + plan.candidate_units);
  }
  EXPECT_EQ(fewest, 2 * equal.baseline_units);
}

TEST(AbPlan, takes_the_variance_that_cuped_leaves_and_shares_false_positives) {
  AbPlanOptions changed = options();
  changed.variance_reduction = 0.75;
  EXPECT_EQ(plan_ab(changed)->baseline_units, *sample_size_per_arm(1, 0.1));
  changed = options();
  changed.primary_metrics = 5;
  EXPECT_EQ(plan_ab(changed)->baseline_units, *sample_size_per_arm(4, 0.1, errors(0.01, 0.2)));
  EXPECT_EQ(plan_ab(changed)->false_positive, 0.01);
  EXPECT_THAT(plan_ab(changed)->assumptions, testing::Contains(HasSubstr("any of 5 primary metrics")));
}

TEST(AbPlan, lasts_for_the_burn_in_the_enrolment_and_the_attribution_of_the_last_unit) {
  AbPlanOptions timed = options();
  timed.units_per_day = plan_ab(timed)->baseline_units * 2 / 10;
  EXPECT_EQ(plan_ab(timed)->schedule->enrolment, 240h);
  EXPECT_EQ(plan_ab(timed)->schedule->total, 240h);
  timed.burn_in = 72h;
  timed.attribution = 168h;
  EXPECT_EQ(plan_ab(timed)->schedule->enrolment, 240h);
  EXPECT_EQ(plan_ab(timed)->schedule->total, 480h);
  timed.candidate_share = 0.2;
  const auto uneven = *plan_ab(timed);
  const double pace = timed.units_per_day / 86400e6;
  EXPECT_GE(static_cast<double>(uneven.schedule->enrolment.count()) * pace * 0.2, uneven.candidate_units - 1e-6);
  EXPECT_GE(static_cast<double>(uneven.schedule->enrolment.count()) * pace * 0.8, uneven.baseline_units - 1e-6);
}

TEST(AbPlan, names_what_is_wrong) {
  const auto error_of = [](auto change) {
    AbPlanOptions wrong = options();
    change(wrong);
    return plan_ab(wrong).error();
  };
  for (const double bad : {-1.0, 1.0, kNaN}) {
    EXPECT_EQ(error_of([=](auto& o) { o.candidate_share = bad; }).where, "candidate_share");
    EXPECT_EQ(error_of([=](auto& o) { o.variance_reduction = bad; }).where, "variance_reduction");
  }
  for (const double bad : {-1.0, kNaN, kInfinity}) {
    EXPECT_EQ(error_of([=](auto& o) { o.units_per_day = bad; }).where, "units_per_day");
    EXPECT_EQ(error_of([=](auto& o) { o.variance = bad; }).where, "variance");
  }
  EXPECT_EQ(error_of([](auto& o) { o.difference = 0; }).where, "difference");
  EXPECT_EQ(error_of([](auto& o) { o.primary_metrics = 0; }).where, "primary_metrics");
  EXPECT_EQ(error_of([](auto& o) { o.burn_in = -1h; }).where, "burn_in");
  EXPECT_EQ(error_of([](auto& o) { o.attribution = -1h; }).where, "attribution");
  EXPECT_EQ(error_of([](auto& o) { o.units_per_day = 1e-6; }).code, ErrorCode::limit);
  EXPECT_EQ(error_of([](auto& o) { o.difference = 1e-12; }).code, ErrorCode::limit);
  EXPECT_EQ(error_of([](auto& o) {
              o.units_per_day = 1e6;
              o.burn_in = Duration::max();
            }).code,
            ErrorCode::limit);
}

// ---- Outcomes

AbReading reading(double low, double high) { return {.low = low, .high = high, .units = 100, .planned_units = 100}; }

TEST(AbOutcome, is_better_or_worse_where_the_interval_is_on_one_side) {
  EXPECT_EQ(primary_outcome(reading(0.1, 0.2)), PrimaryOutcome::better);
  EXPECT_EQ(primary_outcome(reading(-0.2, -0.1)), PrimaryOutcome::worse);
  EXPECT_EQ(primary_outcome(reading(-0.1, 0.1)), PrimaryOutcome::no_change);
  EXPECT_EQ(primary_outcome(reading(0, 0.1)), PrimaryOutcome::no_change);
  EXPECT_EQ(primary_outcome(reading(-0.1, 0)), PrimaryOutcome::no_change);
  EXPECT_EQ(primary_outcome(reading(0.1, kInfinity)), PrimaryOutcome::better);
}

TEST(AbOutcome, of_a_guardrail_passes_where_degradation_is_excluded) {
  EXPECT_EQ(guardrail_outcome(reading(-0.04, 0.1), 0.05), GuardrailOutcome::pass);
  EXPECT_EQ(guardrail_outcome(reading(-0.04, -0.01), 0.05), GuardrailOutcome::pass);  // within the margin
  EXPECT_EQ(guardrail_outcome(reading(-0.05, 0.1), 0.05), GuardrailOutcome::not_enough_data);
  EXPECT_EQ(guardrail_outcome(reading(-0.2, -0.01), 0.05), GuardrailOutcome::fail);
  for (const double bad : {0.0, -1.0, kNaN})
    EXPECT_EQ(guardrail_outcome(reading(1, 2), bad), GuardrailOutcome::unknown);
}

TEST(AbOutcome, is_not_read_early_unless_it_may_be) {
  AbReading early{.low = 0.1, .high = 0.2, .units = 99, .planned_units = 100};
  EXPECT_EQ(primary_outcome(early), PrimaryOutcome::not_enough_data);
  EXPECT_EQ(guardrail_outcome(early, 1), GuardrailOutcome::not_enough_data);
  early.always_valid = true;
  EXPECT_EQ(primary_outcome(early), PrimaryOutcome::better);
  EXPECT_EQ(guardrail_outcome(early, 1), GuardrailOutcome::pass);
  early.low = -0.1;
  EXPECT_EQ(primary_outcome(early), PrimaryOutcome::not_enough_data);  // absence of a finding is none yet
}

TEST(AbOutcome, of_numbers_that_make_no_sense_is_unknown) {
  AbReading unplanned = reading(0.1, 0.2);
  unplanned.planned_units = 0;
  AbReading uncounted = reading(0.1, 0.2);
  uncounted.units = kNaN;
  for (const AbReading& bad :
       {reading(kNaN, 1), reading(0.1, kNaN), reading(0.2, 0.1), unplanned, uncounted, AbReading{}}) {
    EXPECT_EQ(primary_outcome(bad), PrimaryOutcome::unknown);
    EXPECT_EQ(guardrail_outcome(bad, 1), GuardrailOutcome::unknown);
  }
}

// ---- Decisions

constexpr auto kPass = GuardrailOutcome::pass;
constexpr auto kFail = GuardrailOutcome::fail;
constexpr auto kFew = GuardrailOutcome::not_enough_data;
constexpr auto kUnknown = GuardrailOutcome::unknown;

AbDecision decide(PrimaryOutcome primary, GuardrailOutcome latency, GuardrailOutcome cost = kPass) {
  const std::vector<Guardrail> guardrails{{"latency", latency}, {"cost", cost}};
  return decide_ab(primary, guardrails);
}

TEST(AbDecision, is_that_of_the_table) {
  EXPECT_EQ(decide(PrimaryOutcome::better, kPass).answer, AbAnswer::ship);
  EXPECT_EQ(decide(PrimaryOutcome::better, kFail).answer, AbAnswer::investigate);
  EXPECT_EQ(decide(PrimaryOutcome::better, kFail, kUnknown).answer, AbAnswer::investigate);
  EXPECT_EQ(decide(PrimaryOutcome::no_change, kPass).answer, AbAnswer::keep_current);
  EXPECT_EQ(decide(PrimaryOutcome::no_change, kFail).answer, AbAnswer::do_not_ship);
  EXPECT_EQ(decide(PrimaryOutcome::no_change, kFew).answer, AbAnswer::undecided);
  for (const GuardrailOutcome any : {kPass, kFail, kFew, kUnknown})
    EXPECT_EQ(decide(PrimaryOutcome::worse, any).answer, AbAnswer::do_not_ship);
  for (const PrimaryOutcome dark : {PrimaryOutcome::not_enough_data, PrimaryOutcome::unknown}) {
    EXPECT_EQ(decide(dark, kPass).answer, AbAnswer::undecided);
    EXPECT_EQ(decide(dark, kFail).answer, AbAnswer::do_not_ship);
  }
}

TEST(AbDecision, ships_nothing_that_is_not_known) {
  for (const int primary : {0, 1, 2, 3, 4, 77})
    for (const int latency : {0, 1, 2, 3, 77})
      for (const int cost : {0, 1, 2, 3, 77}) {
        const auto answer = decide(static_cast<PrimaryOutcome>(primary), static_cast<GuardrailOutcome>(latency),
                                   static_cast<GuardrailOutcome>(cost))
                                .answer;
        EXPECT_EQ(answer == AbAnswer::ship, primary == 0 && latency == 0 && cost == 0);
      }
  EXPECT_EQ(decide_ab(PrimaryOutcome::better, {}).answer, AbAnswer::undecided);
  EXPECT_EQ(decide_ab(PrimaryOutcome::worse, {}).answer, AbAnswer::do_not_ship);
}

TEST(AbDecision, says_why) {
  EXPECT_EQ(decide(PrimaryOutcome::better, kPass).reason, "the primary metric is better and all guardrails pass: ship");
  EXPECT_EQ(decide(PrimaryOutcome::better, kFail, kFail).reason,
            "the primary metric is better, but a guardrail fails (latency, cost): investigate the trade-off");
  EXPECT_EQ(decide(PrimaryOutcome::better, kFew, kUnknown).reason,
            "the primary metric is better, but guardrails do not all pass: not enough data for latency; not known: "
            "cost");
  EXPECT_EQ(decide(PrimaryOutcome::no_change, kPass).reason,
            "the primary metric has not changed and all guardrails pass: keep the current version");
  EXPECT_EQ(decide(PrimaryOutcome::worse, kPass).reason, "the primary metric is worse: find the cause");
  EXPECT_EQ(decide(PrimaryOutcome::worse, kFail).reason,
            "the primary metric is worse and a guardrail fails (latency): find the cause");
  EXPECT_EQ(decide(PrimaryOutcome::unknown, kPass).reason, "the primary metric is not known");
  EXPECT_EQ(decide_ab(PrimaryOutcome::better, {}).reason,
            "the primary metric is better, but guardrails do not all pass: no guardrail was judged");
}

}  // namespace
}  // namespace leeway::rollout
