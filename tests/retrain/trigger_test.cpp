#include "leeway/retrain/trigger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/generator.hpp"

namespace leeway::retrain {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The first golden row: 50 a day at most, optimum 21.47 days.
TriggerOptions options() {
  return {.queries = QueriesPerDay(1000),
          .value = MoneyPerQuery(0.5),
          .accuracy = Fraction(0.1),
          .retraining = {.compute = Money(60), .risk = Money(40)},
          .lambda = 0.5,
          .validation_limit = Days(2),
          .manual_deployment = Days(3)};
}

Fraction decayed(double age, double decay = 0.01) { return Fraction(0.1 * std::exp(-decay * age)); }

// The day on which it first says so.
double first_day(const RetrainTrigger& trigger, double step, double most) {
  for (double age = step; age < most; age += step)
    if (trigger.decide(Days(age), Days(0))->answer == TriggerAnswer::retrain) return age;
  return kInfinity;
}

TEST(RetrainTrigger, fires_at_the_optimum_without_knowing_the_decay) {
  for (const double decay : {0.004, 0.01, 0.03}) {
    auto trigger = *RetrainTrigger::make(options());
    for (double age = 0; age < 200; age += 0.25) ASSERT_TRUE(trigger.add_accuracy(Days(age), decayed(age, decay)));
    const auto best = *optimal_interval({QueriesPerDay(1000), MoneyPerQuery(0.5), Fraction(0.1), PerDay(decay)},
                                        {.compute = Money(100)});
    EXPECT_NEAR(first_day(trigger, 0.1, 100), best.interval.value(), 0.35);  // measured every quarter
  }
}

TEST(RetrainTrigger, shows_the_money_on_both_sides) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(10), Fraction(0.08)));  // 10 a day lost, linearly from 0
  const auto wait = *trigger.decide(Days(10), Days(0));
  EXPECT_EQ(wait.answer, TriggerAnswer::wait);
  EXPECT_NEAR(wait.loss_rate.value(), 10, 1e-12);
  EXPECT_NEAR(wait.lost.value(), 50, 1e-12);
  EXPECT_NEAR(wait.recovered.value(), 50, 1e-12);
  EXPECT_EQ(wait.cost, Money(100));
  EXPECT_EQ(wait.reason, "50 recovered does not yet pay 100 of cost");
  ASSERT_TRUE(trigger.add_accuracy(Days(20), Fraction(0.06)));
  const auto retrain = *trigger.decide(Days(20), Days(2));
  EXPECT_EQ(retrain.answer, TriggerAnswer::retrain);
  EXPECT_EQ(retrain.reason, "200 recovered pays 100 of cost");
  EXPECT_FALSE(retrain.automate);
}

TEST(RetrainTrigger, refuses_when_the_validation_data_are_stale) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(20), Fraction(0.06)));
  EXPECT_EQ(trigger.decide(Days(20), Days(2))->answer, TriggerAnswer::retrain);
  const auto refused = *trigger.decide(Days(20), Days(2.5));
  EXPECT_EQ(refused.answer, TriggerAnswer::refuse);
  EXPECT_EQ(refused.reason,
            "200 recovered pays 100 of cost, but the validation data are 2.5 days old, at most 2 allowed");
  EXPECT_EQ(trigger.decide(Days(5), Days(2.5)).error().code, ErrorCode::undefined);
  ASSERT_TRUE(trigger.add_accuracy(Days(5), Fraction(0.095)));
  EXPECT_EQ(trigger.decide(Days(5), Days(2.5))->answer, TriggerAnswer::wait);
}

TEST(RetrainTrigger, asks_for_automation_where_it_paid_before_a_manual_deployment_could_be_done) {
  TriggerOptions slow = options();
  slow.manual_deployment = Days(15);
  auto trigger = *RetrainTrigger::make(slow);
  for (double age = 0; age <= 30; ++age) ASSERT_TRUE(trigger.add_accuracy(Days(age), Fraction(0.1 - 0.002 * age)));
  const auto late = *trigger.decide(Days(30), Days(0));  // 0.5 t^2 reaches 100 at 14.1
  EXPECT_TRUE(late.automate);
  EXPECT_NE(late.reason.find("automate"), std::string::npos);
  slow.manual_deployment = Days(14);
  auto faster = *RetrainTrigger::make(slow);
  for (double age = 0; age <= 30; ++age) ASSERT_TRUE(faster.add_accuracy(Days(age), Fraction(0.1 - 0.002 * age)));
  EXPECT_FALSE(faster.decide(Days(30), Days(0))->automate);
  EXPECT_TRUE(must_automate(Days(1.03), Days(2)));
  EXPECT_FALSE(must_automate(Days(2), Days(2)));
}

TEST(RetrainTrigger, takes_labels_late_and_in_any_order) {
  std::vector<double> ages;
  for (double age = 0; age < 40; age += 0.5) ages.push_back(age);
  auto in_order = *RetrainTrigger::make(options());
  for (const double age : ages) ASSERT_TRUE(in_order.add_accuracy(Days(age), decayed(age)));
  test::Generator generator(1);
  for (std::size_t i = ages.size(); i > 1; --i) std::swap(ages[i - 1], ages[generator.below(i)]);
  auto shuffled = *RetrainTrigger::make(options());
  for (const double age : ages) ASSERT_TRUE(shuffled.add_accuracy(Days(age), Fraction(0.01)));  // corrected below
  for (const double age : ages) ASSERT_TRUE(shuffled.add_accuracy(Days(age), decayed(age)));
  for (const double age : {3.0, 21.0, 39.0, 60.0})
    EXPECT_EQ(shuffled.decide(Days(age), Days(0))->recovered, in_order.decide(Days(age), Days(0))->recovered);
  EXPECT_EQ(shuffled.decide(Days(60), Days(0))->measured_until, Days(39.5));
  EXPECT_EQ(shuffled.decide(Days(60), Days(0))->loss_rate, in_order.decide(Days(39.5), Days(0))->loss_rate);
}

TEST(RetrainTrigger, hears_divergence_only_where_labels_are_missing) {
  auto trigger = *RetrainTrigger::make(options());
  for (double age = 0; age <= 20; ++age) ASSERT_TRUE(trigger.add_divergence(Days(age), 0.02));  // 0.01 of accuracy
  EXPECT_NEAR(trigger.decide(Days(20), Days(0))->loss_rate.value(), 5, 1e-12);
  for (double age = 0; age <= 10; ++age) ASSERT_TRUE(trigger.add_accuracy(Days(age), Fraction(0.1)));
  EXPECT_EQ(trigger.decide(Days(10), Days(0))->loss_rate, MoneyPerDay(0));
  EXPECT_NEAR(trigger.decide(Days(20), Days(0))->loss_rate.value(), 5, 1e-12);
  EXPECT_NEAR(trigger.decide(Days(20), Days(0))->lost.value(), 47.5, 1e-12);
}

TEST(RetrainTrigger, counts_a_model_that_got_better_as_one_that_lost_nothing) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(20), Fraction(0.2)));
  EXPECT_EQ(trigger.decide(Days(20), Days(0))->recovered, Money(0));
}

TEST(RetrainTrigger, forgets_on_reset) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(1), Fraction(0.05)));
  ASSERT_TRUE(trigger.add_divergence(Days(2), 0.1));
  trigger.reset();
  EXPECT_EQ(trigger.decide(Days(3), Days(0)).error().code, ErrorCode::undefined);
}

TEST(RetrainTrigger, names_what_is_wrong) {
  for (const double bad : {-1.0, std::nan(""), kInfinity}) {
    const auto where_of = [](auto change) {
      TriggerOptions wrong = options();
      change(wrong);
      return RetrainTrigger::make(wrong).error().where;
    };
    EXPECT_EQ(where_of([=](auto& o) { o.queries = QueriesPerDay(bad); }), "queries");
    EXPECT_EQ(where_of([=](auto& o) { o.accuracy = Fraction(bad); }), "accuracy");
    EXPECT_EQ(where_of([=](auto& o) { o.retraining.risk = Money(bad); }), "risk");
    EXPECT_EQ(where_of([=](auto& o) { o.lambda = bad; }), "lambda");
    EXPECT_EQ(where_of([=](auto& o) { o.validation_limit = Days(bad); }), "validation_limit");
    EXPECT_EQ(where_of([=](auto& o) { o.manual_deployment = Days(bad); }), "manual_deployment");
    auto trigger = *RetrainTrigger::make(options());
    EXPECT_EQ(trigger.add_accuracy(Days(bad), Fraction(0.1)).error().where, "age");
    EXPECT_EQ(trigger.add_accuracy(Days(1), Fraction(bad)).error().where, "accuracy");
    EXPECT_EQ(trigger.add_divergence(Days(1), bad).error().where, "divergence");
    EXPECT_EQ(trigger.decide(Days(bad), Days(1)).error().where, "age");
    EXPECT_EQ(trigger.decide(Days(1), Days(bad)).error().where, "validation_age");
  }
  TriggerOptions labels_only = options();
  labels_only.lambda = 0;
  EXPECT_EQ(RetrainTrigger::make(labels_only)->add_divergence(Days(1), 0.1).error().code, ErrorCode::incompatible);
}

}  // namespace
}  // namespace leeway::retrain
