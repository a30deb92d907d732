// leeway rollout plan: the worked numbers, what they become as text and JSON, and what is said of wrong options.

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

void expect_near(const Json& value, double expected, double tolerance = 1e-12) {
  EXPECT_LE(std::fabs(value.get<double>() / expected - 1), tolerance) << value << " for " << expected;
}

Strings plan(const Strings& more) {
  Strings arguments{"rollout", "plan"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Strings doubled(const Strings& more = {}) {
  Strings arguments{"--baseline-rate", "0.01", "--candidate-rate", "2%", "--requests-per-tick", "200"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return plan(arguments);
}

Strings shifted(const Strings& more = {}) {
  Strings arguments{"--deviation", "1", "--shift", "0.1", "--requests-per-tick", "200"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return plan(arguments);
}

Strings ab(const Strings& more) {
  Strings arguments{"--ab"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return plan(arguments);
}

Json json_of(Strings arguments) {
  arguments.insert(arguments.end(), {"--json", "-"});
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  return Json::parse(outcome.out, nullptr, false);
}

std::string text_of(const Strings& arguments) {
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  return outcome.out;
}

void expect_refused(const Strings& arguments, const std::string& message) {
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 2) << message;
  EXPECT_THAT(outcome.err, AllOf(StartsWith("leeway: "), HasSubstr(message)));
  EXPECT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

// ---- a rollout

TEST(RolloutPlan, has_the_golden_growth) {
  const Json json = json_of(doubled({"--tick", "60s"}));
  EXPECT_EQ(json.at("format"), "leeway.rollout_plan");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_EQ(json.at("metric"), "rate");
  expect_near(json.at("growth_per_tick"), 0.172437118761338);
  expect_near(json.at("expected_ticks"), std::log(20) / 0.172437118761338);
  expect_near(json.at("expected_seconds"), 60 * std::log(20) / 0.172437118761338);
  expect_near(json.at("grid_ticks_limit"), 1.3 * json.at("expected_ticks").get<double>() + 4);
  expect_near(json.at("candidate_requests_until_then"), 100 * json.at("expected_ticks").get<double>());
  EXPECT_FALSE(json.contains("promotion_ticks"));
  const Strings small{"--baseline-rate", "1%", "--candidate-rate", "2%", "--requests-per-tick", "1000", "--weight"};
  const auto growth = [&](const std::string& weight) {
    Strings arguments = small;
    arguments.push_back(weight);
    return json_of(plan(arguments)).at("growth_per_tick");
  };
  expect_near(growth("0.01"), 0.0386328034725052);
  expect_near(growth("50%"), 0.862185593806692);
}

TEST(RolloutPlan, says_it_in_words) {
  const std::string text = text_of(doubled({"--tick", "60s", "--margin", "1%", "--within", "1h"}));
  EXPECT_THAT(text, StartsWith("rolled back after 17.4 ticks (17.4 minutes), as expected\n"));
  EXPECT_THAT(text, HasSubstr("Until then the candidate serves 1737.3 requests, 17.4 of which end badly"));
  EXPECT_THAT(text, HasSubstr("A candidate that is as good as the baseline is promoted after "));
  EXPECT_THAT(text, HasSubstr("The smallest regression found within 60 ticks (60 minutes) with probability 80 %: a "));
  EXPECT_THAT(text, HasSubstr("Assumes\n  traffic is split at random"));
  EXPECT_THAT(text, HasSubstr("requests are declared independent"));
  EXPECT_THAT(text_of(doubled({"--design-effect", "3"})),
              AllOf(HasSubstr("3 requests that cluster are worth one"), Not(HasSubstr("declared independent"))));
}

TEST(RolloutPlan, takes_a_rate_of_which_less_is_worse) {
  const Json higher = json_of(doubled({"--within-ticks", "30"}));
  const Json lower = json_of(plan({"--baseline-rate", "99%", "--candidate-rate", "98%", "--lower-is-worse",
                                   "--requests-per-tick", "200", "--within-ticks", "30"}));
  expect_near(lower.at("growth_per_tick"), higher.at("growth_per_tick").get<double>());
  expect_near(lower.at("smallest_found"), 1 - higher.at("smallest_found").get<double>());
}

TEST(RolloutPlan, finds_the_smallest_regression_in_the_time_that_a_plan_of_it_needs) {
  const Json json = json_of(doubled({"--within", "1h", "--tick", "60s"}));
  EXPECT_EQ(json.at("within_ticks"), 60);
  const Json again = json_of(plan(
      {"--baseline-rate", "0.01", "--candidate-rate", json.at("smallest_found").dump(), "--requests-per-tick", "200"}));
  expect_near(again.at("ticks_at_power"), 60, 1e-6);
  EXPECT_FALSE(json_of(shifted({"--within-ticks", "5"})).contains("smallest_found"));
  EXPECT_THAT(text_of(shifted({"--within-ticks", "5"})), HasSubstr("Within 5 ticks no regression is found."));
}

TEST(RolloutPlan, adds_up_the_stages_of_a_ramp) {
  const Json json = json_of(plan(
      {"--baseline-rate", "1%", "--candidate-rate", "2%", "--requests-per-tick", "1000", "--ramp", "1%:30,10%:4,50%"}));
  ASSERT_EQ(json.at("stages").size(), 3U);
  const auto growth = [&](std::size_t i) { return json.at("stages")[i].at("growth_per_tick").get<double>(); };
  expect_near(json.at("expected_ticks"), 34 + (std::log(20) - 30 * growth(0) - 4 * growth(1)) / growth(2));
  EXPECT_EQ(json.at("expected_stage"), 2);
  expect_near(json.at("candidate_requests_until_then"),
              300 + 400 + 500 * (json.at("expected_ticks").get<double>() - 34));
  EXPECT_TRUE(json.at("stages")[0].contains("smallest_found"));
  EXPECT_FALSE(json.contains("growth_per_tick"));
  EXPECT_THAT(text_of(doubled({"--ramp", "1%:3,2%:3"})),
              StartsWith("not rolled back as expected before the ramp ends"));
}

TEST(RolloutPlan, takes_means) {
  const Json json = json_of(shifted({"--margin", "0.1"}));
  EXPECT_EQ(json.at("metric"), "mean");
  expect_near(json.at("growth_per_tick"), std::log(1.5) / 2);
  expect_near(json.at("promotion_ticks"), json.at("expected_ticks").get<double>());
  EXPECT_FALSE(json.contains("grid_ticks_limit"));
}

TEST(RolloutPlan, shares_the_false_rollbacks_among_metrics) {
  const Json split = json_of(doubled({"--split", "error=3,latency=1"})).at("split");
  ASSERT_EQ(split.size(), 2U);
  EXPECT_EQ(split[0].at("metric"), "error");
  expect_near(split[0].at("alpha"), 0.0375);
  expect_near(split[1].at("threshold"), 80);
  expect_near(split[1].at("expected_ticks"), std::log(80) / 0.172437118761338, 1e-9);
}

TEST(RolloutPlan, refuses_what_makes_no_sense) {
  expect_refused(plan({}), "--baseline-rate: expected it, a share such as 1%, or --deviation and --shift, found none");
  expect_refused(plan({"--baseline-rate", "1%"}), "--candidate-rate: expected it");
  expect_refused(plan({"--baseline-rate", "1%", "--candidate-rate", "2%"}), "--requests-per-tick: expected it");
  expect_refused(plan({"--shift", "1"}), "--deviation: expected it");
  expect_refused(plan({"--deviation", "1"}), "--shift: expected it");
  expect_refused(doubled({"--shift", "1"}), "--baseline-rate: expected it, or --deviation and --shift, found both");
  expect_refused(doubled({"--lower-is-worse"}), "--candidate-rate: expected a rate below --baseline-rate");
  expect_refused(plan({"--baseline-rate", "2%", "--candidate-rate", "1%"}), "expected a rate above --baseline-rate");
  expect_refused(plan({"--baseline-rate", "2%", "--candidate-rate", "2%"}), "expected a rate above --baseline-rate");
  expect_refused(plan({"--baseline-rate", "2", "--candidate-rate", "1%"}), "--baseline-rate: expected a share");
  expect_refused(plan({"--baseline-rate", "2%", "--candidate-rate", "1"}), "--candidate-rate: expected a share");
  expect_refused(shifted({"--lower-is-worse"}), "--lower-is-worse: expected it with rates");
  expect_refused(doubled({"--weight", "1"}), "--weight: expected a number in (0, 1), found 1");
  expect_refused(doubled({"--weight", "0"}), "--weight: expected a share above 0");
  expect_refused(doubled({"--alpha", "1"}), "--alpha: expected a share above 0 and below 1, found 1");
  expect_refused(doubled({"--false-promotion", "1"}), "--false-promotion: expected");
  expect_refused(doubled({"--power", "0.5"}), "--power: expected a share above 0.5 and below 1, found 0.5");
  expect_refused(doubled({"--margin", "100%"}), "--margin: expected a number in (0, 1), found 1");
  expect_refused(doubled({"--design-effect", "0.5"}), "--design-effect: expected a finite number >= 1, found 0.5");
  expect_refused(doubled({"--within", "1h"}), "--tick: expected it with --within");
  expect_refused(doubled({"--tick", "1s", "--within", "1h", "--within-ticks", "3"}), "--within: expected it, or");
  expect_refused(doubled({"--tick", "50%"}), "--tick: expected a time");
  for (const char* ramp : {"", "5%:", ":5", "5%:0", "0:5", "5%:5,,", "200%:5", "5%:x"})
    expect_refused(doubled({"--ramp", ramp}), "--ramp: expected stages as SHARE:TICKS");
  expect_refused(doubled({"--ramp", "5%,10%"}), "--ramp: expected a finite number > 0 in a stage that others follow");
  expect_refused(doubled({"--ramp", "5%:3,100%"}), "--ramp: expected a number in (0, 1), found 1");
  expect_refused(doubled({"--ramp", "5%", "--weight", "0.5"}), "--weight: expected it, or --ramp, found both");
  for (const char* split : {"", "a", "=1", "a=", "a=0", "a=1,b", "a=-1"})
    expect_refused(doubled({"--split", split}), "--split: expected metrics as NAME=WEIGHT");
  expect_refused(doubled({"--to", "5%"}), "--to: expected it with --ab, found it without");
  expect_refused(plan({"--baseline-rate", "0.5", "--candidate-rate", "0.5000000001", "--requests-per-tick", "1"}),
                 "--requests-per-tick: expected a difference that is found within 1e15 ticks");
  expect_refused(doubled({"extra"}), "expected no further argument");
  expect_refused({"rollout"}, "expected a command (");
}

// ---- an A/B test

TEST(RolloutPlanAb, needs_the_units_of_the_text) {
  const Json json = json_of(ab({"--from", "0.05", "--to", "0.051", "--power", "0.8"}));
  EXPECT_EQ(json.at("format"), "leeway.ab_plan");
  EXPECT_EQ(json.at("units_per_arm"), 745644);
  EXPECT_EQ(json.at("baseline_units"), 745644);
  EXPECT_THAT(text_of(ab({"--from", "5%", "--to", "5.1%"})),
              AllOf(StartsWith("745,644 units in each arm, 1,491,288 in all\n"),
                    HasSubstr("find a difference of 0.001, of either sign, at a false positive rate of 5 %"),
                    HasSubstr("Assumes\n  units are independent")));
}

TEST(RolloutPlanAb, finds_with_given_units_what_the_text_says) {
  const Json json = json_of(ab({"--from", "5%", "--per-arm", "25000"}));
  EXPECT_NEAR(json.at("minimum_detectable_effect").get<double>(), 0.00546, 5e-6);
  EXPECT_THAT(text_of(ab({"--from", "5%", "--per-arm", "25000"})),
              StartsWith("25000 units in each arm find a difference of 0.00546129 (0.546129 points)\n"));
  const Json mean = json_of(ab({"--deviation", "10", "--per-arm", "1000"}));
  const Json back = json_of(ab({"--deviation", "10", "--difference", mean.at("minimum_detectable_effect").dump()}));
  EXPECT_EQ(back.at("units_per_arm"), 1000);
}

TEST(RolloutPlanAb, takes_its_time) {
  const Strings timed{"--from",   "5%",        "--to", "5.1%",          "--units-per-day",
                      "149128.8", "--burn-in", "3d",   "--attribution", "1w"};
  const Json json = json_of(ab(timed));
  expect_near(json.at("enrolment_days"), 10, 1e-9);
  expect_near(json.at("total_days"), 20, 1e-9);
  EXPECT_THAT(text_of(ab(timed)), HasSubstr("It takes 20 days: a burn-in of 3 days, 10 days in which the units enter, "
                                            "and 7 days for the outcomes of the last.\n"));
}

TEST(RolloutPlanAb, knows_unequal_arms_cuped_and_several_metrics) {
  const Json uneven = json_of(ab({"--from", "5%", "--to", "6%", "--weight", "10%"}));
  EXPECT_FALSE(uneven.contains("units_per_arm"));
  EXPECT_NEAR(uneven.at("baseline_units").get<double>() / uneven.at("candidate_units").get<double>(), 9, 0.01);
  EXPECT_THAT(text_of(ab({"--from", "5%", "--to", "6%", "--weight", "10%"})), HasSubstr(" of the candidate, "));
  const double all = json_of(ab({"--from", "5%", "--to", "6%"})).at("units_per_arm");
  EXPECT_NEAR(json_of(ab({"--from", "5%", "--to", "6%", "--variance-reduction", "40%"})).at("units_per_arm"), 0.6 * all,
              1);
  EXPECT_GT(json_of(ab({"--from", "5%", "--to", "6%", "--primary-metrics", "3"})).at("units_per_arm"), all);
}

TEST(RolloutPlanAb, refuses_what_makes_no_sense) {
  expect_refused(ab({}), "--from: expected it, a share such as 5%, or --deviation, found none");
  expect_refused(ab({"--from", "5%"}), "--to: expected it, a share such as 5.1%, or --per-arm, found none");
  expect_refused(ab({"--to", "5%"}), "--from: expected it with --to");
  expect_refused(ab({"--deviation", "5"}), "--difference: expected it");
  expect_refused(ab({"--difference", "5"}), "--deviation: expected it with --difference");
  expect_refused(ab({"--from", "5%", "--to", "5%"}), "--to: expected another rate than --from");
  expect_refused(ab({"--from", "1", "--to", "5%"}), "--from: expected a share above 0 and below 1, found 1");
  expect_refused(ab({"--from", "5%", "--deviation", "5"}), "--from: expected it, or --deviation, found both");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--per-arm", "5"}), "--per-arm: expected it, or a difference");
  expect_refused(ab({"--from", "5%", "--per-arm", "5", "--weight", "0.1"}), "--per-arm: expected it without");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--weight", "1"}), "--weight: expected a number in (0, 1)");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--alpha", "0.5"}),
                 "--alpha: expected a share above 0 and below 0.5");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--power", "1"}), "--power: expected");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--burn-in", "3d"}), "--units-per-day: expected it with");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--units-per-day", "1e-9"}), "--units-per-day: expected a test of");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--units-per-day", "9", "--burn-in", "20000y"}),
                 "--burn-in: expected");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--variance-reduction", "1"}), "--variance-reduction: expected");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--primary-metrics", "1.5"}), "--primary-metrics: expected a whole");
  expect_refused(ab({"--from", "5%", "--to", "6%", "--tick", "60s"}), "--tick: expected it without --ab, found both");
  expect_refused(ab({"--deviation", "1e9", "--difference", "1e-9"}), "--difference: expected at most 1e18 units");
}

}  // namespace
}  // namespace leeway::cli
