#include "leeway/retrain/trigger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/generator.hpp"
#include "support/simulated_history.hpp"
#include "support/simulation.hpp"

namespace leeway::retrain {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Queries kAll{1e30};  // labels: without noise

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
    for (double age = 0; age < 200; age += 0.25)
      ASSERT_TRUE(trigger.add_accuracy(Days(age), decayed(age, decay), kAll));
    const auto best = *optimal_interval({QueriesPerDay(1000), MoneyPerQuery(0.5), Fraction(0.1), PerDay(decay)},
                                        {.compute = Money(100)});
    EXPECT_NEAR(first_day(trigger, 0.1, 100), best.interval.value(), 0.35);  // measured every quarter
  }
}

TEST(RetrainTrigger, shows_the_money_on_both_sides) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(10), Fraction(0.08), kAll));  // 10 a day lost, linearly from 0
  const auto wait = *trigger.decide(Days(10), Days(0));
  EXPECT_EQ(wait.answer, TriggerAnswer::wait);
  EXPECT_NEAR(wait.loss_rate.value(), 10, 1e-12);
  EXPECT_NEAR(wait.lost.value(), 50, 1e-12);
  EXPECT_NEAR(wait.recovered.value(), 50, 1e-12);
  EXPECT_EQ(wait.cost, Money(100));
  EXPECT_EQ(wait.reason, "50 recovered does not yet pay 100 of cost");
  ASSERT_TRUE(trigger.add_accuracy(Days(20), Fraction(0.06), kAll));
  const auto retrain = *trigger.decide(Days(20), Days(2));
  EXPECT_EQ(retrain.answer, TriggerAnswer::retrain);
  EXPECT_EQ(retrain.reason, "200 recovered pays 100 of cost");
  EXPECT_FALSE(retrain.automate);
}

TEST(RetrainTrigger, refuses_when_the_validation_data_are_stale) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(20), Fraction(0.06), kAll));
  EXPECT_EQ(trigger.decide(Days(20), Days(2))->answer, TriggerAnswer::retrain);
  const auto refused = *trigger.decide(Days(20), Days(2.5));
  EXPECT_EQ(refused.answer, TriggerAnswer::refuse);
  EXPECT_EQ(refused.reason,
            "200 recovered pays 100 of cost, but the validation data are 2.5 days old, at most 2 allowed");
  EXPECT_EQ(trigger.decide(Days(5), Days(2.5)).error().code, ErrorCode::undefined);
  ASSERT_TRUE(trigger.add_accuracy(Days(5), Fraction(0.095), kAll));
  EXPECT_EQ(trigger.decide(Days(5), Days(2.5))->answer, TriggerAnswer::wait);
}

TEST(RetrainTrigger, asks_for_automation_where_it_paid_before_a_manual_deployment_could_be_done) {
  TriggerOptions slow = options();
  slow.manual_deployment = Days(15);
  auto trigger = *RetrainTrigger::make(slow);
  for (double age = 0; age <= 30; ++age)
    ASSERT_TRUE(trigger.add_accuracy(Days(age), Fraction(0.1 - 0.002 * age), kAll));
  const auto late = *trigger.decide(Days(30), Days(0));  // 0.5 t^2 reaches 100 at 14.1
  EXPECT_TRUE(late.automate);
  EXPECT_NE(late.reason.find("automate"), std::string::npos);
  slow.manual_deployment = Days(14);
  auto faster = *RetrainTrigger::make(slow);
  for (double age = 0; age <= 30; ++age) ASSERT_TRUE(faster.add_accuracy(Days(age), Fraction(0.1 - 0.002 * age), kAll));
  EXPECT_FALSE(faster.decide(Days(30), Days(0))->automate);
  EXPECT_TRUE(must_automate(Days(1.03), Days(2)));
  EXPECT_FALSE(must_automate(Days(2), Days(2)));
}

TEST(RetrainTrigger, takes_labels_late_and_in_any_order) {
  std::vector<double> ages;
  for (double age = 0; age < 40; age += 0.5) ages.push_back(age);
  auto in_order = *RetrainTrigger::make(options());
  for (const double age : ages) ASSERT_TRUE(in_order.add_accuracy(Days(age), decayed(age), kAll));
  test::Generator generator(1);
  for (std::size_t i = ages.size(); i > 1; --i) std::swap(ages[i - 1], ages[generator.below(i)]);
  auto shuffled = *RetrainTrigger::make(options());
  for (const double age : ages) ASSERT_TRUE(shuffled.add_accuracy(Days(age), Fraction(0.01), kAll));  // corrected below
  for (const double age : ages) ASSERT_TRUE(shuffled.add_accuracy(Days(age), decayed(age), kAll));
  for (const double age : {3.0, 21.0, 39.0, 60.0})
    EXPECT_EQ(shuffled.decide(Days(age), Days(0))->recovered, in_order.decide(Days(age), Days(0))->recovered);
  EXPECT_EQ(shuffled.decide(Days(60), Days(0))->measured_until, Days(39.5));
  EXPECT_EQ(shuffled.decide(Days(60), Days(0))->loss_rate, in_order.decide(Days(39.5), Days(0))->loss_rate);
}

TEST(RetrainTrigger, hears_divergence_only_where_labels_are_missing) {
  auto trigger = *RetrainTrigger::make(options());
  for (double age = 0; age <= 20; ++age) ASSERT_TRUE(trigger.add_divergence(Days(age), 0.02));  // 0.01 of accuracy
  EXPECT_NEAR(trigger.decide(Days(20), Days(0))->loss_rate.value(), 5, 1e-12);
  for (double age = 0; age <= 10; ++age) ASSERT_TRUE(trigger.add_accuracy(Days(age), Fraction(0.1), kAll));
  EXPECT_EQ(trigger.decide(Days(10), Days(0))->loss_rate, MoneyPerDay(0));
  EXPECT_NEAR(trigger.decide(Days(20), Days(0))->loss_rate.value(), 5, 1e-12);
  EXPECT_NEAR(trigger.decide(Days(20), Days(0))->lost.value(), 47.5, 1e-12);
}

TEST(RetrainTrigger, counts_a_model_that_got_better_as_one_that_lost_nothing) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(20), Fraction(0.2), kAll));
  EXPECT_EQ(trigger.decide(Days(20), Days(0))->recovered, Money(0));
}

// ---- Noise

// A million queries a day of 0.5 each: the example of the header.
TriggerOptions busy(double accuracy = 0.95) {
  return {.queries = QueriesPerDay(1e6),
          .value = MoneyPerQuery(0.5),
          .accuracy = Fraction(accuracy),
          .retraining = {.compute = Money(5000)},
          .validation_limit = Days(2)};
}

// Of many labels by the normal law, which is quicker.
double share_of(test::Generator& generator, int labels, double accuracy) {
  if (labels <= 1000) return test::correct_share(generator, labels, accuracy);
  return accuracy + std::sqrt(accuracy * (1 - accuracy) / labels) * generator.normal();
}

// The day on which it first says so, of a model measured every day.
template <class AccuracyAt>
int day_of(const TriggerOptions& options, int labels, int most, std::uint64_t seed, AccuracyAt accuracy) {
  auto trigger = *RetrainTrigger::make(options);
  test::Generator generator(seed);
  for (int day = 1; day <= most; ++day) {
    (void)trigger.add_accuracy(Days(day), Fraction(share_of(generator, labels, accuracy(day))), Queries(labels));
    if (trigger.decide(Days(day), Days(0))->answer != TriggerAnswer::wait) return day;
  }
  return most + 1;
}

TEST(RetrainTrigger, does_not_retrain_on_noise) {
  LEEWAY_SIMULATION();
  for (const int labels : {100, 1000, 10000, 100000})
    for (const double accuracy : {0.95, 0.7}) {
      int early = 0;
      for (std::uint64_t seed = 0; seed < 50; ++seed)
        early += day_of(busy(accuracy), labels, 100, seed, [=](int) { return accuracy; }) <= 100;
      EXPECT_LE(early, 7) << labels;  // 2.5 expected at most
    }
}

// The optimum is day 1; of one label in a hundred it is the day on which the loss stands out.
TEST(RetrainTrigger, retrains_a_model_that_decays_as_soon_as_that_is_sure) {
  LEEWAY_SIMULATION();
  const auto last_of_20 = [](int labels) {
    int last = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed)
      last = std::max(last, day_of(busy(), labels, 60, seed, [](int day) { return 0.95 * std::exp(-0.02 * day); }));
    return last;
  };
  EXPECT_LE(last_of_20(1000000), 2);
  EXPECT_LE(last_of_20(10000), 4);
  EXPECT_LE(last_of_20(100), 20);
}

TEST(RetrainTrigger, is_surer_of_more_labels) {
  Money less(-kInfinity);
  for (const double labels : {100.0, 1000.0, 1e5, 1e9, 1e30}) {
    auto trigger = *RetrainTrigger::make(busy());
    for (int day = 1; day <= 4; ++day)
      ASSERT_TRUE(trigger.add_accuracy(Days(day), Fraction(0.95 - 0.01 * day), Queries(labels)));
    const auto decision = *trigger.decide(Days(4), Days(0));
    EXPECT_GT(decision.recovered_at_least, less);
    EXPECT_LE(decision.recovered_at_least, decision.recovered + Money(1e-6));
    EXPECT_LE(decision.lost_at_least, decision.lost + Money(1e-6));
    less = decision.recovered_at_least;
  }
  EXPECT_NEAR(less.value(), 40000, 1e-6);
}

TEST(RetrainTrigger, says_how_sure_it_is) {
  auto trigger = *RetrainTrigger::make(busy());
  ASSERT_TRUE(trigger.add_accuracy(Days(1), Fraction(0.92), Queries(400)));
  EXPECT_THAT(trigger.decide(Days(1), Days(0))->reason,
              testing::MatchesRegex("7500 recovered \\(at least -?[0-9.]+\\) does not yet pay 5000 of cost"));
}

// What is gained by better days is what noise is made of.
TEST(RetrainTrigger, sets_better_days_against_worse_ones) {
  auto trigger = *RetrainTrigger::make(busy());
  for (int day = 1; day <= 40; ++day)
    ASSERT_TRUE(trigger.add_accuracy(Days(day), Fraction(day % 2 == 0 ? 0.96 : 0.94), Queries(500)));
  const auto decision = *trigger.decide(Days(40), Days(0));
  EXPECT_EQ(decision.answer, TriggerAnswer::wait);
  EXPECT_LT(decision.lost, Money(5000));
}

// ---- The backstop

// 25 a day from the first day on, and never more: less than the cost would be won back, forever.
TEST(RetrainTrigger, does_not_wait_forever) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(0), Fraction(0.1), kAll));
  for (int day = 1; day <= 9; ++day) ASSERT_TRUE(trigger.add_accuracy(Days(day), Fraction(0.05), kAll));
  EXPECT_EQ(trigger.decide(Days(8.4), Days(0))->answer, TriggerAnswer::wait);
  const auto due = *trigger.decide(Days(8.6), Days(0));  // 12.5 on the first day
  EXPECT_EQ(due.answer, TriggerAnswer::retrain);
  EXPECT_LT(due.recovered, due.cost);
  EXPECT_EQ(due.reason, "12.5 recovered does not yet pay 100 of cost, but 202.5 lost are twice as much");
}

TEST(RetrainTrigger, forgets_on_reset) {
  auto trigger = *RetrainTrigger::make(options());
  ASSERT_TRUE(trigger.add_accuracy(Days(1), Fraction(0.05), kAll));
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
    EXPECT_EQ(trigger.add_accuracy(Days(bad), Fraction(0.1), kAll).error().where, "age");
    EXPECT_EQ(trigger.add_accuracy(Days(1), Fraction(bad), kAll).error().where, "accuracy");
    EXPECT_EQ(trigger.add_accuracy(Days(1), Fraction(0.1), Queries(bad)).error().where, "labels");
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
