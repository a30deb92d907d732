// leeway economics fit: from a file of accuracies or predictions to a rate, an interval, or a refusal with its reason.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/input_files.hpp"
#include "support/real_histories.hpp"
#include "support/simulated_history.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using test::leeway;
using test::Outcome;
using test::shared_data;
using test::TemporaryFolder;
using test::unpacked;
using testing::HasSubstr;
using testing::StartsWith;
using Arguments = std::vector<std::string>;

const Arguments kPrices{"--queries-per-day", "1e6", "--value-per-query", "0.5", "--cost", "5000"};

Outcome fit(const std::string& history, const Arguments& more = {}) {
  Arguments arguments{"economics", "fit", history};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return leeway(arguments);
}

Json json_of(const std::string& history, Arguments more = {}) {
  more.insert(more.end(), {"--json", "-"});
  const Outcome outcome = fit(history, more);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  return Json::parse(outcome.out, nullptr, false);
}

std::string simulated(const ::leeway::test::Truth& truth, std::uint64_t seed) {
  std::ostringstream csv;
  csv << "age,accuracy,labels\n";
  for (const auto& point : ::leeway::test::simulated(truth, seed))
    csv << point.age.value() << ',' << point.accuracy.value() << ',' << point.labels.value() << '\n';
  return csv.str();
}

/// Loses 40 % in a year.
std::string decaying() { return simulated({.ages = 24, .labels = 2000, .rate = -std::log1p(-0.4) / 365}, 2); }

/// Exactly .77, then .52 from day 205 on.
std::string stepped() {
  std::ostringstream csv;
  csv << "age,accuracy,labels\n";
  for (int day = 0; day < 400; day += 10) csv << day << ',' << (day < 205 ? 0.77 : 0.52) << ",1000\n";
  return csv.str();
}

std::string rows_of(const std::vector<::leeway::test::Prediction>& predictions) {
  std::string csv = "time,correct\n";
  for (const auto& one : predictions) csv += one.time + (one.correct ? ",1\n" : ",0\n");
  return csv;
}

// ---- What it answers

TEST(EconomicsFit, answers_with_rate_half_life_interval_and_assumptions) {
  const TemporaryFolder folder;
  const Outcome outcome = fit(folder.file("history.csv", decaying()), kPrices);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("exponential: loses 0.1"));
  EXPECT_THAT(outcome.out, HasSubstr("\nretrain every "));
  EXPECT_THAT(outcome.out, HasSubstr(" a day more than if the rate were known\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\n24 points up to an age of 365 days (1 year), 48000 labels.\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nRanges are of 95 % confidence.\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nAssumes\n  every point is of the same model"));
  EXPECT_THAT(outcome.out, HasSubstr("the next model decays as this one did"));
}

TEST(EconomicsFit, writes_json_with_ranges) {
  const TemporaryFolder folder;
  const Json json = json_of(folder.file("history.csv", decaying()), kPrices);
  EXPECT_EQ(json["format"], "leeway.fit");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["shape"], "exponential");
  const double truth = -std::log1p(-0.4) / 365;
  EXPECT_LT(json["decay_per_day_low"], truth);
  EXPECT_GT(json["decay_per_day_high"], truth);
  EXPECT_NEAR(json["half_life_days"].get<double>(), std::log(2) / json["decay_per_day"].get<double>(), 1e-9);
  EXPECT_EQ(json["retrain"], true);
  EXPECT_LT(json["interval_days_low"], json["interval_days"]);
  EXPECT_GT(json["interval_days_high"], json["interval_days"]);
  EXPECT_LT(json["cost_per_day_low"], json["cost_per_day"]);
  EXPECT_TRUE(json.contains("uncertain_interval_days"));
  EXPECT_EQ(json["points"].size(), 24u);
  EXPECT_FALSE(json.contains("step") || json.contains("period_days"));
}

// The interval is the one that `economics interval` gives for the fitted numbers.
TEST(EconomicsFit, agrees_with_economics_interval) {
  const TemporaryFolder folder;
  const Json json = json_of(folder.file("history.csv", decaying()), kPrices);
  const auto digits = [](const Json& number) { return number.dump(); };
  Arguments interval{"economics",       "interval",
                     "--json",          "-",
                     "--accuracy",      digits(json["nearest_exponential"]["accuracy"]),
                     "--decay-per-day", digits(json["decay_per_day"])};
  interval.insert(interval.end(), kPrices.begin(), kPrices.end());
  const Json best = Json::parse(leeway(interval).out);
  EXPECT_DOUBLE_EQ(json["interval_days"].get<double>(), best["interval_days"].get<double>());
  EXPECT_DOUBLE_EQ(json["cost_per_day"].get<double>(), best["cost_per_day"].get<double>());
}

TEST(EconomicsFit, refuses_a_step_with_its_day_and_says_what_to_do) {
  const TemporaryFolder folder;
  const std::string file = folder.file("history.csv", stepped());
  const Outcome outcome = fit(file, kPrices);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("not exponential: a step at day 205 from 0.77 to 0.52\n"
                                      "No half-life and no retraining interval follow from this history.\n"
                                      "Find out what happened then"));
  const Json json = json_of(file, kPrices);
  EXPECT_EQ(json["shape"], "step");
  EXPECT_EQ(json["step"]["day"], 205);
  for (const char* absent : {"half_life_days", "decay_per_day", "interval_days", "retrain", "period_days"})
    EXPECT_FALSE(json.contains(absent)) << absent;
}

TEST(EconomicsFit, says_never_where_no_decay_is_seen) {
  const TemporaryFolder folder;
  const std::string file = folder.file("history.csv", simulated({.labels = 500}, 5));
  EXPECT_THAT(fit(file, kPrices).out, StartsWith("no decay seen: its rate may be 0, and is at most "));
  EXPECT_THAT(fit(file, kPrices).out, HasSubstr("\nnever retrain; whatever the rate, no oftener than every "));
  const Json json = json_of(file, kPrices);
  EXPECT_EQ(json["shape"], "none");
  EXPECT_EQ(json["retrain"], false);
  EXPECT_FALSE(json.contains("interval_days"));
  EXPECT_TRUE(json.contains("interval_days_low"));
}

// ---- Real models

TEST(EconomicsFit, answers_seattle_with_a_season_and_a_step) {
  const std::string data = shared_data("seattle_weather.csv.gz");
  if (data.empty()) GTEST_SKIP() << "needs ../shared/data/seattle_weather.csv.gz beside the project";
  const TemporaryFolder folder;
  const std::string file = folder.file("seattle.csv", rows_of(::leeway::test::seattle_predictions(unpacked(data))));
  const Outcome outcome = fit(file, kPrices);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("not exponential: a step at day 465 from 0.763 to 0.489, and seasonal with a "
                                      "period of 365 days\nNo half-life and no retraining interval follow"));
  const Json json = json_of(file);
  EXPECT_EQ(json["shape"], "seasonal_step");
  EXPECT_EQ(json["period_days"], 365.25);
  EXPECT_FALSE(json.contains("half_life_days"));
}

TEST(EconomicsFit, refuses_california_for_its_time_and_its_noise) {
  const std::string data = shared_data("california_housing_nml.csv.gz");
  if (data.empty()) GTEST_SKIP() << "needs ../shared/data/california_housing_nml.csv.gz beside the project";
  const Arguments columns{"--predicted", "y_pred", "--actual", "clf_target"};
  const Outcome outcome = fit(data, columns);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("time is artificial: it looks like a row counter, 14064 rows exactly 1 hour "
                                      "apart\nNo half-life and no retraining interval follow"));
  EXPECT_THAT(outcome.out, HasSubstr("\nIf the time were real: noisy: accuracy scatters by 0.2 beyond"));
  const Json json = json_of(data, columns);
  EXPECT_EQ(json["shape"], "artificial_time");
  EXPECT_FALSE(json.contains("half_life_days") || json.contains("interval_days"));
  Arguments clock = columns;
  clock.emplace_back("--evenly-sampled");
  EXPECT_EQ(json_of(data, clock)["shape"], "noisy");
}

// ---- What it reads

TEST(EconomicsFit, takes_dates_from_the_first_or_from_the_deployment_on) {
  const TemporaryFolder folder;
  std::string csv = "date,accuracy,labels\n";
  for (int month = 1; month <= 12; ++month)
    csv += "2026-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-01,0." +
           std::to_string(90 - month) + ",500\n";
  const std::string file = folder.file("history.csv", csv);
  EXPECT_EQ(json_of(file)["points"][1]["age_days"], 31);
  EXPECT_EQ(json_of(file, {"--deployed", "2025-12-31"})["points"][1]["age_days"], 32);
  EXPECT_EQ(json_of(file, {"--labels-each", "70"})["points"][1]["labels"], 70);
  EXPECT_THAT(fit(file, {"--deployed", "2026-01-02"}).err, HasSubstr("--deployed: expected a time before"));
}

TEST(EconomicsFit, takes_bare_numbers_for_a_counter_and_dates_for_a_calendar) {
  const TemporaryFolder folder;
  std::string counted = "time,correct\n", dated = "time,correct\n";
  for (int i = 0; i < 90; ++i) {
    const std::string correct = i % 5 == 0 ? ",0\n" : ",1\n";
    const int day = i % 30 + 1;
    counted += std::to_string(i) + correct;
    dated += "2026-0" + std::to_string(4 + i / 30) + (day < 10 ? "-0" : "-") + std::to_string(day) + correct;
  }
  EXPECT_EQ(json_of(folder.file("counted.csv", counted))["shape"], "artificial_time");
  EXPECT_NE(json_of(folder.file("dated.csv", dated))["shape"], "artificial_time");
  const Outcome deployed = fit(folder.file("counted.csv", counted), {"--deployed", "2026-01-01"});
  EXPECT_EQ(deployed.status, 2);
  EXPECT_THAT(deployed.err, HasSubstr("--deployed: expected dates in "));
}

TEST(EconomicsFit, names_the_file_in_which_nothing_is_right) {
  const TemporaryFolder folder;
  const Outcome outcome = fit(folder.file("zeros.csv", simulated({.ages = 12, .fresh = 0}, 1)), kPrices);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("zeros.csv: expected some accuracy above 0")));
}

TEST(EconomicsFit, sorts_rows_and_leaves_out_those_without_a_label) {
  const TemporaryFolder folder;
  std::string csv = "when,right\n";
  for (int i = 399; i >= 0; --i) csv += std::to_string(i / 20) + (i % 5 == 0 ? ",\n" : i % 3 == 0 ? ",0\n" : ",1\n");
  const Outcome outcome = fit(folder.file("rows.csv", csv), {"--time", "when", "--accuracy", "right"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("320 labels.\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\n80 rows without a label left out.\n"));
}

// ---- What it refuses to read

TEST(EconomicsFit, names_the_option_that_is_wrong_or_missing) {
  const TemporaryFolder folder;
  const std::string file = folder.file("history.csv", stepped());
  const auto error = [&](const Arguments& more) {
    const Outcome outcome = fit(file, more);
    EXPECT_EQ(outcome.status, 2) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    return outcome.err;
  };
  EXPECT_THAT(error({"--queries-per-day", "5"}), HasSubstr("--value-per-query: expected it beside"));
  EXPECT_THAT(error({"--cost", "5"}), HasSubstr("--queries-per-day: expected it beside"));
  EXPECT_THAT(error({"--queries-per-day", "5", "--value-per-query", "1"}), HasSubstr("--cost: expected it"));
  EXPECT_THAT(error({"--predicted", "a"}), HasSubstr("--actual: expected it beside --predicted"));
  EXPECT_THAT(error({"--accuracy", "accuracy", "--predicted", "a", "--actual", "b"}), HasSubstr("found both"));
  EXPECT_THAT(error({"--labels", "labels", "--labels-each", "5"}), HasSubstr("--labels-each: expected it or --labels"));
  EXPECT_THAT(error({"--confidence", "30%"}), HasSubstr("--confidence: expected a share from 50 % to 99 %"));
  EXPECT_THAT(error({"--deployed", "soon"}), HasSubstr("--deployed: expected a date such as"));
  EXPECT_EQ(leeway({"economics", "fit"}).status, 2);
}

TEST(EconomicsFit, names_the_line_that_is_wrong) {
  const TemporaryFolder folder;
  const auto error = [&](const std::string& rows, int status = 3) {
    const Outcome outcome = fit(folder.file("bad.csv", rows));
    EXPECT_EQ(outcome.status, status) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(error("age,accuracy,labels\n1,1.5,9\n"), HasSubstr("bad.csv:2: column accuracy: expected an accuracy"));
  EXPECT_THAT(error("age,accuracy,labels\n1,0.5,0\n"),
              HasSubstr("bad.csv:2: column labels: expected a number of labels"));
  EXPECT_THAT(error("age,accuracy,labels\n-1,0.5,9\n"), HasSubstr("bad.csv:2: column age: expected an age in days"));
  EXPECT_THAT(error("age,accuracy,labels\n20260131,0.5,9\n"), HasSubstr("column age: expected an age in days"));
  EXPECT_THAT(error("age,accuracy,labels\nsoon,0.5,9\n"), HasSubstr("found \"soon\""));
  EXPECT_THAT(error("age,accuracy,labels\n1,0.5,9\n2026-01-31,0.5,9\n"),
              HasSubstr("bad.csv:3: column age: expected a number, as in the first row"));
  EXPECT_THAT(error("age,accuracy,labels\n1,0.5,9\n2,0.5,9\n"),
              HasSubstr("bad.csv: expected at least 3 different ages"));
  EXPECT_THAT(error("age,accuracy\n1,0.5\n", 2), HasSubstr("--labels: expected it, or --labels-each"));
  EXPECT_THAT(error("age,hits\n1,0.5\n", 2), HasSubstr("--accuracy: expected the name of a column"));
  EXPECT_EQ(fit(folder.path("absent.csv")).status, 3);
}

}  // namespace
}  // namespace leeway::cli
