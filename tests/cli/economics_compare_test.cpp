// leeway economics compare: rules by formula and on replays, and losses from a file.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using test::leeway;
using test::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Strings = std::vector<std::string>;

void expect_near(double value, double expected, double tolerance = 1e-13) {
  EXPECT_LE(std::fabs(value / expected - 1), tolerance) << value << " for " << expected;
}

Strings compare(Strings arguments, const Strings& more = {}) {
  arguments.insert(arguments.begin(), {"economics", "compare"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// 50 a day are lost after a change, which comes every 100 days; 100 for a retraining.
Strings sudden(const Strings& more = {}) {
  return compare({"--shocks-per-day", "0.01", "--loss-per-day", "50", "--cost", "100"}, more);
}

Strings gradual(const Strings& more = {}) {
  return compare({"--queries-per-day", "1000", "--value-per-query", "0.5", "--accuracy", "0.1", "--decay-per-day",
                  "0.01", "--cost", "100"},
                 more);
}

Json json_of(Strings arguments) {
  arguments.insert(arguments.end(), {"--json", "-"});
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  return Json::parse(outcome.out, nullptr, false);
}

std::string text_of(const Strings& arguments) {
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  return outcome.out;
}

void expect_refused(const Strings& arguments, const std::string& message, int status = 2) {
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, status) << message;
  EXPECT_THAT(outcome.err, AllOf(StartsWith("leeway: "), HasSubstr(message)));
  EXPECT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

Json policy(const Json& document, const std::string& kind) {
  for (const Json& one : document["policies"])
    if (one["policy"] == kind) return one;
  return {};
}

TEST(EconomicsCompare, holds_the_golden_values_by_formula) {
  const auto triggered = [](const std::string& delay, const std::string& false_triggers, const std::string& price) {
    const Json found = json_of(sudden({"--delay-days", delay, "--false-triggers-per-day", false_triggers,
                                       "--monitoring-per-day", price, "--replays", "1", "--days", "100"}));
    return policy(found, "triggered")["cost_per_day_formula"].get<double>();
  };
  expect_near(triggered("2", "0.001", "0"), 2.06078431372549, 1e-14);
  expect_near(triggered("10", "0.01", "0"), 6.45454545454545, 1e-14);
  expect_near(triggered("2", "0.02", "0.1"), 4.06078431372549, 1e-14);
  const Json found = json_of(sudden({"--replays", "1", "--days", "1000"}));
  expect_near(policy(found, "scheduled")["cost_per_day_formula"], 9.66079154798421, 1e-14);
  expect_near(found["free_break_even_delay_days"], 21.4699095007934, 1e-14);
  EXPECT_EQ(policy(found, "never")["cost_per_day_formula"], 50);
}

TEST(EconomicsCompare, agrees_with_its_formulas_on_replays) {
  const Json found = json_of(sudden({"--delay-days", "10", "--false-triggers-per-day", "0.001", "--days", "4000",
                                     "--period-days", "2", "--replays", "20", "--interval-days", "60"}));
  for (const Json& one : found["policies"]) {
    if (!one.contains("cost_per_day_formula")) continue;
    const double tolerance =
        5 * one["cost_per_day_standard_error"].get<double>() + 0.02 * one["cost_per_day"].get<double>();
    EXPECT_NEAR(one["cost_per_day"], one["cost_per_day_formula"], tolerance) << one["name"];
  }
}

TEST(EconomicsCompare, puts_the_oracle_first_and_then_the_cheapest) {
  for (const Strings& arguments : {sudden({"--delay-days", "2", "--replays", "3"}), gradual()}) {
    const Json policies = json_of(arguments)["policies"];
    EXPECT_EQ(policies[0]["policy"], "oracle");
    EXPECT_EQ(policies[0]["regret_per_day"], 0);
    for (std::size_t i = 1; i < policies.size(); ++i) {
      EXPECT_GE(policies[i]["cost_per_day"], policies[i - 1]["cost_per_day"]);
      EXPECT_GE(policies[i]["regret_per_day"], 0);
      EXPECT_NEAR(policies[i]["cost_per_day"].get<double>() - policies[0]["cost_per_day"].get<double>(),
                  policies[i]["regret_per_day"], 1e-9 * policies[i]["cost_per_day"].get<double>());
    }
  }
}

TEST(EconomicsCompare, says_in_words_when_monitoring_pays) {
  const std::string free = text_of(sudden({"--replays", "1"}));
  EXPECT_THAT(free, HasSubstr("Monitoring pays if it detects faster than 21.4699 days"));
  EXPECT_THAT(free, Not(HasSubstr("With those false triggers")));
  const Strings monitor{"--false-triggers-per-day", "0.02", "--monitoring-per-day", "0.1", "--replays", "1"};
  EXPECT_THAT(text_of(sudden(monitor)), HasSubstr("it pays if it detects faster than 15.4593 days."));
  EXPECT_THAT(text_of(sudden({"--monitoring-per-day", "50", "--replays", "1"})),
              HasSubstr("no monitor is fast enough to pay"));
}

TEST(EconomicsCompare, says_when_its_replays_are_too_short) {
  EXPECT_THAT(text_of(sudden({"--days", "1000", "--replays", "2"})),
              HasSubstr("Trust the formulas: in all replays together only 20"));
  EXPECT_THAT(text_of(sudden({"--days", "1000", "--replays", "4"})), Not(HasSubstr("Trust the formulas")));
}

// In the few days of the replays nothing happens, so that a schedule, and never, seem to cost nothing.
TEST(EconomicsCompare, ranks_by_formula_where_its_replays_are_too_short) {
  const Strings quick = sudden({"--delay-days", "5min", "--replays", "2"});
  const Json found = json_of(quick);
  EXPECT_EQ(found["ranked_by"], "formula");
  EXPECT_EQ(found["policies"][1]["policy"], "triggered");
  EXPECT_LT(policy(found, "scheduled")["cost_per_day"], policy(found, "triggered")["cost_per_day_formula"]);
  bool formula = true;
  double least = 0;
  for (std::size_t i = 1; i < found["policies"].size(); ++i) {
    const Json& one = found["policies"][i];
    EXPECT_TRUE(formula || !one.contains("cost_per_day_formula"));
    formula = one.contains("cost_per_day_formula");
    if (!formula) continue;
    EXPECT_GE(one["cost_per_day_formula"].get<double>(), least);
    least = one["cost_per_day_formula"].get<double>();
  }
  EXPECT_THAT(text_of(quick), StartsWith("cheapest by formula: triggered, after 0.00347222 days, 1.00"));
  const Strings rare = compare({"--shocks-per-day", "1e-9", "--loss-per-day", "50", "--cost", "100"});
  EXPECT_THAT(text_of(rare), StartsWith("cheapest by formula: scheduled, every "));
  EXPECT_EQ(json_of(sudden({"--replays", "4"}))["ranked_by"], "replays");
}

// One change within two days of a new model would keep it waiting, if nothing else made it retrain.
TEST(EconomicsCompare, has_no_rule_that_waits_forever) {
  const Json found = json_of(sudden({"--days", "20000", "--period-days", "1", "--replays", "2"}));
  EXPECT_LT(policy(found, "marginal")["cost_per_day"], policy(found, "scheduled")["cost_per_day"]);
}

TEST(EconomicsCompare, judges_the_monitor_that_there_is) {
  EXPECT_THAT(text_of(sudden({"--delay-days", "21", "--replays", "1"})), HasSubstr("Yours pays: by formula it costs"));
  EXPECT_THAT(text_of(sudden({"--delay-days", "22", "--replays", "1"})), HasSubstr("Yours does not pay"));
}

TEST(EconomicsCompare, says_never_where_retraining_never_pays) {
  const Strings dear{"--shocks-per-day", "1", "--loss-per-day", "1", "--cost", "4", "--replays", "2"};
  const std::string found = text_of(compare(dear));
  EXPECT_THAT(found, AllOf(StartsWith("cheapest: never"), HasSubstr("Never retrain: a retraining costs 4, more than")));
  EXPECT_TRUE(policy(json_of(compare(dear)), "scheduled").is_null());
  EXPECT_THAT(text_of(compare({"--queries-per-day", "1", "--value-per-query", "1", "--accuracy", "1", "--decay-per-day",
                               "1", "--cost", "4"})),
              AllOf(StartsWith("cheapest: never"), HasSubstr("Never retrain: ")));
}

TEST(EconomicsCompare, finds_the_interval_of_gradual_decay_whatever_the_rule) {
  const Json found = json_of(gradual());
  for (const char* kind : {"scheduled", "threshold", "marginal"})
    expect_near(policy(found, kind)["cost_per_day_formula"], 9.66079154798421, 1e-12);
  // Rent or buy: 0.062 % above the optimum.
  expect_near(policy(found, "cumulative")["cost_per_day_formula"], 9.66079154798421 * 1.00062, 1e-5);
  EXPECT_LT(policy(found, "scheduled")["regret_per_day"], 1e-3);
}

TEST(EconomicsCompare, is_the_same_each_time_for_a_seed) {
  const Strings twice = sudden({"--replays", "2", "--delay-days", "5", "--false-triggers-per-day", "0.01"});
  EXPECT_EQ(text_of(twice), text_of(twice));
  Strings other = twice;
  other.insert(other.end(), {"--seed", "7"});
  EXPECT_NE(text_of(twice), text_of(other));
}

TEST(EconomicsCompare, states_its_assumptions) {
  EXPECT_THAT(text_of(sudden({"--replays", "1"})), HasSubstr("\nAssumes\n  changes come without memory"));
  EXPECT_THAT(text_of(gradual()), HasSubstr("\n  every model decays at the same known rate\n"));
}

// ---- losses of one's own

class LossHistoryFile : public ::testing::Test {
 protected:
  [[nodiscard]] Strings history(const std::string& csv, const Strings& more = {}) const {
    return compare({"--history", folder_.file("losses.csv", csv), "--cost", "100"}, more);
  }

  test::TemporaryFolder folder_;
};

/// Every model loses 1 in its first period, 2 in its second, ...
std::string losses_by_model(int periods) {
  std::string csv = "loss,trained,period\n";
  for (int trained = 0; trained < periods; ++trained)
    for (int period = trained; period < periods; ++period)
      csv += std::to_string(period - trained + 1) + "," + std::to_string(trained) + "," + std::to_string(period) + "\n";
  return csv;
}

// L = t: T = sqrt(2 C) = 14.14.
TEST_F(LossHistoryFile, by_age_is_a_curve_that_repeats_itself) {
  const Json found = json_of(history("age,loss\n0,0\n100,100\n"));
  EXPECT_EQ(found["world"], "measured_by_age");
  expect_near(policy(found, "scheduled")["parameter"], std::sqrt(200), 1e-12);
  expect_near(policy(found, "scheduled")["cost_per_day_formula"], std::sqrt(200), 1e-12);
  EXPECT_EQ(policy(found, "never")["cost_per_day_formula"], 100);
}

TEST_F(LossHistoryFile, by_age_has_its_noise_taken_out) {
  EXPECT_THAT(text_of(history("age,loss\n0,0\n10,6\n20,4\n90,80\n")), HasSubstr("losses that fall with age are noise"));
  EXPECT_THAT(text_of(history("age,loss\n0,0\n10,4\n20,6\n90,80\n")), Not(HasSubstr("noise")));
}

TEST_F(LossHistoryFile, by_age_may_have_nothing_to_win) {
  EXPECT_THAT(text_of(history("age,loss\n0,0\n")), StartsWith("cheapest: "));
  EXPECT_THAT(text_of(history("age,loss\n0,5\n9,5\n")), HasSubstr("Never retrain"));
}

// 30 periods: whole schedules of n cost the sums 1 + ... + n, and 100 each retraining.
TEST_F(LossHistoryFile, by_model_is_replayed_as_it_was) {
  const Json found = json_of(history(losses_by_model(30)));
  EXPECT_EQ(found["world"], "measured_by_model");
  EXPECT_EQ(policy(found, "scheduled")["parameter"], 15);
  expect_near(policy(found, "scheduled")["cost_per_day"], (2 * 120 + 100) / 30.0);
  expect_near(policy(found, "oracle")["cost_per_day"], (2 * 120 + 100) / 30.0);
  expect_near(policy(found, "never")["cost_per_day"], 465 / 30.0);
  expect_near(policy(found, "continuous")["cost_per_day"], (30 + 29 * 100) / 30.0);
  const Json weekly = json_of(history(losses_by_model(30), {"--period-days", "7", "--delay-days", "14"}));
  expect_near(policy(weekly, "never")["cost_per_day"], 465 / 210.0);
  EXPECT_EQ(policy(weekly, "triggered")["parameter"], 14);
}

TEST_F(LossHistoryFile, must_be_complete_and_of_numbers) {
  const auto refused = [&](const std::string& csv, const std::string& message) {
    expect_refused(history(csv), message, 3);
  };
  refused("age,lost\n0,1\n", "losses.csv: ");
  refused("age,loss\n0,1\n0,2\n", "losses.csv:3: column age: expected ages that rise");
  refused("age,loss\n0,x\n", "losses.csv:2: column loss: expected a number from 0, found \"x\"");
  refused("age,loss\n0,-1\n", "expected a number from 0, found \"-1\"");
  refused("age,loss\n0,\n", "expected a number from 0, found \"\"");
  refused("trained,period,loss\n1,0,3\n", "column period: expected a period from `trained` on");
  refused("trained,period,loss\n0,0,3\n0,0,3\n", "expected each pair of trained and period once");
  refused("trained,period,loss\n0,0.5,3\n", "column period: expected a whole number from 0 to 4999, found \"0.5\"");
  refused("trained,period,loss\n0,5000,3\n", "expected a whole number from 0 to 4999, found \"5000\"");
  refused("trained,period,loss\n0,0,3\n0,1,3\n", "found none of trained 1, period 1");
  refused("trained,period,loss\n0,1,3\n1,1,3\n", "found none of trained 0, period 0");
  refused("trained,period,loss\n0,0,3\n1,1,3\n", "found none of trained 0, period 1");
  refused("trained,period,loss\n0,0,3\n0,1,3\n1,1,2\n1,2,2\n2,2,1\n", "found none of trained 0, period 2");
  expect_refused(compare({"--history", folder_.path("nosuch"), "--cost", "1"}), "nosuch: expected a file", 3);
}

TEST_F(LossHistoryFile, must_add_up_to_a_number) {
  expect_refused(history("age,loss\n0,1e308\n10,1.7e308\n"), "losses.csv: expected losses and costs that add up", 3);
}

// ---- usage

TEST(EconomicsCompare, asks_for_one_world_and_all_of_it) {
  expect_refused(compare({"--cost", "3"}), "expected one of --shocks-per-day (sudden changes), --decay-per-day");
  expect_refused(sudden({"--decay-per-day", "0.1"}), "found several");
  expect_refused(compare({"--shocks-per-day", "1", "--cost", "3"}), "--loss-per-day: expected it beside");
  expect_refused(compare({"--decay-per-day", "1", "--cost", "3"}), "--queries-per-day: expected it beside");
  expect_refused(compare({"--shocks-per-day", "1", "--loss-per-day", "3"}), "--cost: expected it");
}

TEST(EconomicsCompare, refuses_options_that_would_change_nothing) {
  expect_refused(sudden({"--accuracy", "0.5"}), "--accuracy: expected --decay-per-day beside it, found none");
  expect_refused(gradual({"--loss-per-day", "5"}), "--loss-per-day: expected --shocks-per-day beside it");
  expect_refused(gradual({"--delay-days", "5"}), "--delay-days: expected it with --shocks-per-day");
  expect_refused(gradual({"--monitoring-per-day", "5"}), "--monitoring-per-day: expected --delay-days beside it");
  expect_refused(gradual({"--replays", "7"}), "--replays: expected --shocks-per-day beside it");
  expect_refused(gradual({"--seed", "7"}), "--seed: expected --shocks-per-day or --false-triggers-per-day");
  const test::TemporaryFolder folder;
  const std::string ages = folder.file("ages", "age,loss\n0,0\n9,5\n");
  const std::string models = folder.file("models", losses_by_model(3));
  expect_refused(compare({"--history", ages, "--cost", "1", "--delay-days", "3"}), "found losses by age");
  expect_refused(compare({"--history", models, "--cost", "1", "--days", "3"}),
                 "--days: expected none beside losses by");
  expect_refused(compare({"--history", ages, "--cost", "1", "--json", ages}), "--json: expected another file");
}

TEST(EconomicsCompare, keeps_replays_short_enough) {
  expect_refused(sudden({"--days", "1e9"}), "--days: expected at most 20,000 periods of ");
  expect_refused(sudden({"--replays", "0"}), "--replays: expected a whole number from 1 to 1000");
  expect_refused(sudden({"--seed", "-1"}), "--seed: expected a whole number from 0");
}

}  // namespace
}  // namespace leeway::cli
