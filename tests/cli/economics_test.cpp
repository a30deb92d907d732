// leeway economics interval and cost: the golden rows, the worked numbers, and what is said of wrong ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "leeway/report/quantity_text.hpp"

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

Strings with(Strings arguments, const Strings& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Strings interval_of(const std::string& queries, const std::string& value, const std::string& accuracy,
                    const std::string& decay, const Strings& more) {
  return with({"economics", "interval", "--queries-per-day", queries, "--value-per-query", value, "--accuracy",
               accuracy, "--decay-per-day", decay},
              more);
}

Strings fraud(const Strings& more) { return interval_of("1e6", "0.5", "0.95", "0.02", more); }

/// Of a model that can lose 1 a day, at a rate of 1 a day: the cost is k.
Strings unit(const Strings& more) { return interval_of("1", "1", "1", "1", more); }

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

// ---- interval

std::string text(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }
double number(const Json& value) { return Json::parse(text(value)).get<double>(); }

TEST(EconomicsInterval, holds_the_shared_golden_rows) {
  std::ifstream file(LEEWAY_SOURCE_DIR "/../shared/golden/retraining.json");
  if (!file) GTEST_SKIP() << "needs ../shared/golden/retraining.json beside the project";
  const Json rows = Json::parse(file);
  ASSERT_EQ(rows.size(), 12U);
  for (const Json& row : rows) {
    const Json& in = row.at("input");
    const Json& out = row.at("expected");
    const Json found = json_of(
        interval_of(text(in["Q"]), text(in["V"]), text(in["A0"]), text(in["gamma"]), {"--cost", text(in["C"])}));
    const bool ill = number(out["k"]) > 0.9999;  // a double has not the digits of that k
    EXPECT_EQ(found["retrain"], true);
    expect_near(found["k"], number(out["k"]));
    expect_near(found["interval_days"], number(out["T"]), ill ? 1e-10 : 1e-13);
    expect_near(found["square_root_law_days"], number(out["T_sqrt"]));
    expect_near(found["cost_per_day"], number(out["cost_rate"]));
    expect_near(found["elasticity"]["cost"], number(out["elasticity_C"]), ill ? 1e-9 : 1e-13);
    expect_near(found["elasticity"]["decay"], number(out["elasticity_C"]) - 1, ill ? 1e-9 : 1e-12);
  }
}

TEST(EconomicsInterval, has_the_keys_that_scripts_rely_on) {
  const Json found = json_of(fraud({"--cost", "5000"}));
  EXPECT_EQ(found["format"], "leeway.interval");
  EXPECT_EQ(found["version"], 1);
  expect_near(found["interval_days"], 1.0330626086032222);
  expect_near(found["square_root_law_days"], 1.0259783520851541);
  expect_near(found["square_root_law_excess"], found["k"].get<double>() / 9, 0.02);
  EXPECT_EQ(found["elasticity"]["decay"], found["elasticity"]["cost"].get<double>() - 1);
  EXPECT_EQ(found["input"]["queries_per_day"], 1e6);
}

TEST(EconomicsInterval, leaves_out_keys_that_have_no_value) {
  const Json found = json_of(unit({"--cost", "4"}));
  EXPECT_EQ(found["retrain"], false);
  EXPECT_FALSE(found.contains("interval_days"));
  EXPECT_FALSE(found.contains("elasticity"));
  EXPECT_FALSE(found.contains("limited"));
  EXPECT_EQ(found["cost_per_day"], 1);
  expect_near(found["square_root_law_excess"], 1.08156, 1e-5);
}

TEST(EconomicsInterval, says_never_where_retraining_never_pays) {
  const std::string found = text_of(unit({"--cost", "4"}));
  EXPECT_THAT(found, StartsWith("never retrain: a retraining costs 4, and there is never as much as that"));
  EXPECT_THAT(found, HasSubstr("square-root law  2.82843  2.08156     +108.2 %"));
  EXPECT_THAT(text_of(unit({"--cost", "1"})), StartsWith("never retrain"));
  EXPECT_THAT(text_of(unit({"--cost", "0.9999999"})), StartsWith("retrain every"));
}

TEST(EconomicsInterval, states_its_assumptions_each_time) {
  for (const Strings& arguments : {fraud({"--cost", "5000"}), unit({"--cost", "4"})}) {
    for (const char* assumed : {"accuracy decays gradually, at a known rate", "value is linear in accuracy",
                                "one cycle does not depend on the next", "a retraining costs the same every time"}) {
      EXPECT_THAT(text_of(arguments), HasSubstr(std::string("\n  ") + assumed));
      EXPECT_THAT(json_of(arguments)["assumptions"].dump(), HasSubstr(assumed));
    }
  }
}

TEST(EconomicsInterval, adds_up_the_parts_of_the_cost) {
  const Json parts = json_of(
      fraud({"--compute-cost", "3000", "--validation-cost", "1000", "--deployment-cost", "600", "--risk-cost", "400"}));
  EXPECT_EQ(parts["interval_days"], json_of(fraud({"--cost", "5000"}))["interval_days"]);
  EXPECT_EQ(parts["input"]["risk"], 400);
  EXPECT_EQ(json_of(fraud({"--cost", "2500", "--success-probability", "50%"}))["interval_days"],
            parts["interval_days"]);
}

TEST(EconomicsInterval, allows_for_the_age_of_the_training_data) {
  const auto days = [](const std::string& lead) {
    return json_of(interval_of("1000", "0.5", "0.1", "0.01", {"--cost", "100", "--lead-days", lead}))["interval_days"]
        .get<double>();
  };
  expect_near(days("5"), 22.0556534923972, 1e-14);
  expect_near(days("20"), 23.9186426533882, 1e-14);
  EXPECT_EQ(days("120h"), days("5"));
}

TEST(EconomicsInterval, stays_within_limits) {
  const Json found = json_of(fraud({"--cost", "5000", "--min-interval-days", "2"}));
  expect_near(found["interval_days"], 1.0330626086032222);
  EXPECT_EQ(found["limited"]["interval_days"], 2);
  // B (T - (1 - e^(-g T)) / g) / T + C / T
  expect_near(found["limited"]["cost_per_day"], 475000 * (2 + std::expm1(-0.04) / 0.02) / 2 + 2500, 1e-11);
  EXPECT_EQ(json_of(unit({"--cost", "4", "--max-interval-days", "30"}))["limited"]["interval_days"], 30);
  EXPECT_FALSE(json_of(fraud({"--cost", "5000", "--min-interval-days", "1"})).contains("limited"));
}

TEST(EconomicsInterval, says_when_the_deployment_must_be_automated) {
  const std::string found = text_of(fraud({"--cost", "5000", "--deployment-days", "3"}));
  EXPECT_THAT(found, HasSubstr("Automate the deployment: by hand it takes 3 days, longer than the interval."));
  EXPECT_THAT(text_of(fraud({"--cost", "5000", "--deployment-days", "1"})), Not(HasSubstr("Automate")));
  EXPECT_EQ(json_of(fraud({"--cost", "5000", "--deployment-days", "3"}))["must_automate"], true);
  EXPECT_EQ(json_of(fraud({"--cost", "5000", "--deployment-days", "1"}))["must_automate"], false);
}

TEST(EconomicsInterval, warns_where_the_last_digits_of_the_inputs_decide) {
  EXPECT_THAT(text_of(unit({"--cost", "0.99"})), AllOf(HasSubstr("decay 1 % faster makes the interval 75.34 % longer"),
                                                       HasSubstr("Faster decay means retraining less often here"),
                                                       HasSubstr("Not to be trusted to the day")));
  EXPECT_THAT(text_of(fraud({"--cost", "5000"})), Not(HasSubstr("Not to be trusted")));
}

// Near break-even 1 % is no small step: the next cost is past it.
TEST(EconomicsInterval, says_what_one_percent_does_not_what_a_tangent_says) {
  EXPECT_THAT(text_of(fraud({"--cost", "23.6e6"})), AllOf(HasSubstr("A cost 1 % higher means never retraining"),
                                                          HasSubstr("decay 1 % faster means never retraining")));
  const auto days = [](const Strings& more) { return json_of(fraud(more))["interval_days"].get<double>(); };
  const double longer = 100 * (days({"--cost", "20.2e6"}) / days({"--cost", "20e6"}) - 1);
  EXPECT_THAT(text_of(fraud({"--cost", "20e6"})),
              HasSubstr("A cost 1 % higher makes the interval " + report::number_text(longer).substr(0, 5)));
}

// e^800 is not a number; never is an answer.
TEST(EconomicsInterval, says_never_whatever_the_age_of_the_training_data) {
  const Strings old = interval_of("1e6", "0.5", "0.95", "1", {"--cost", "5000", "--lead-days", "800", "--plot", "-"});
  const Outcome drawn = leeway(old);
  EXPECT_EQ(drawn.status, 0) << drawn.err;
  EXPECT_EQ(drawn.out.find("inf"), std::string::npos);
  EXPECT_EQ(drawn.out.find("nan"), std::string::npos);
  const Json found = json_of(interval_of("1e6", "0.5", "0.95", "1", {"--cost", "5000", "--lead-days", "800"}));
  EXPECT_EQ(found["retrain"], false);
  EXPECT_FALSE(found.contains("k"));
  EXPECT_FALSE(found.contains("square_root_law_days"));
  EXPECT_TRUE(found["square_root_law_excess"].is_number());
}

TEST(EconomicsInterval, takes_units_where_they_fit) {
  const Json plain = json_of(fraud({"--cost", "5000"}));
  const Json spelled = json_of(interval_of("1e6/d", "0.5", "95%", "2%", {"--cost", "5000"}));
  expect_near(spelled["interval_days"], plain["interval_days"], 1e-15);
  const Json weekly = json_of(interval_of("7e6/w", "0.5", "0.95", "7.3/y", {"--cost", "5000"}));
  expect_near(weekly["interval_days"], plain["interval_days"], 1e-14);
}

TEST(EconomicsInterval, refuses_units_that_do_not_fit) {
  expect_refused(fraud({"--cost", "5d"}),
                 "--cost: expected money above 0, such as 5000, found \"5d\", which is a time");
  expect_refused(fraud({"--cost", "5/d"}), "--cost: expected money above 0, such as 5000, found \"5/d\", which is per");
  expect_refused(fraud({"--cost", "5%"}), "found \"5%\", which is a share");
  expect_refused(fraud({"--cost", "5k"}), "--cost: expected money above 0, such as 5000, found \"5k\"");
  expect_refused(fraud({"--cost", "5", "--lead-days", "1/d"}), "--lead-days: expected a time from 0, such as 14, 36h");
  expect_refused(fraud({"--cost", "5", "--lead-days", "5m"}), "units of time are s, min, h, d, w, y");
  expect_refused(interval_of("1", "1", "1", "3d", {}), "--decay-per-day: expected a rate above 0");
  expect_refused(interval_of("1", "1", "95", "1", {}), "--accuracy: expected a share above 0 and at most 1, such as");
}

TEST(EconomicsInterval, names_the_number_that_makes_no_sense) {
  const Strings names{"--queries-per-day", "--value-per-query", "--accuracy", "--decay-per-day", "--cost"};
  for (const std::string& name : names) {
    for (const char* bad : {"0", "-1", "inf", "nan", "-inf", "1e999", "", "x", "1,5", "0x10", "%", "/d", "d"})
      expect_refused({"economics", "interval", name, bad}, name + ": expected ");
    Strings others{"economics", "interval"};
    for (const std::string& other : names)
      if (other != name) others.insert(others.end(), {other, "0.5"});
    expect_refused(others, name + ": expected it, ");
  }
  for (const char* name : {"--lead-days", "--risk-cost", "--min-interval-days", "--deployment-days"})
    expect_refused({"economics", "interval", name, "-1"}, std::string(name) + ": expected ");
  expect_refused(fraud({"--cost", "5", "--success-probability", "0"}), "--success-probability: expected a share above");
}

TEST(EconomicsInterval, refuses_what_contradicts_itself) {
  expect_refused(fraud({"--cost", "5", "--risk-cost", "1"}), "--cost: expected it alone, or its parts without it");
  expect_refused(fraud({"--risk-cost", "0"}), "--compute-cost: expected parts that are more than 0 together");
  expect_refused(fraud({"--cost", "5", "--min-interval-days", "3", "--max-interval-days", "2"}),
                 "--max-interval-days: expected at least --min-interval-days");
  expect_refused(fraud({"--cost", "5", "--json", "-", "--plot", "-"}), "--plot: expected another file");
}

TEST(EconomicsInterval, writes_what_it_is_asked_for) {
  const test::TemporaryFolder folder;
  const std::string json = folder.path("interval.json");
  const std::string plot = folder.path("interval.svg");
  const Outcome outcome = leeway(fraud({"--cost", "5000", "--json", json, "--plot", plot, "--quiet"}));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(Json::parse(test::content_of(json))["format"], "leeway.interval");
  EXPECT_THAT(test::content_of(plot), StartsWith("<svg "));
  EXPECT_EQ(text_of(fraud({"--cost", "5000", "--plot", "-"})), test::content_of(plot));
  EXPECT_EQ(leeway(fraud({"--cost", "5000", "--plot", folder.path("no/such.svg")})).status, 3);
}

// ---- cost

Json cost(const std::string& form, const Strings& options) {
  const Json found = json_of(with({"economics", "cost", form}, options));
  EXPECT_EQ(found["format"], "leeway.cost");
  EXPECT_EQ(found["form"], form);
  return found;
}

std::string cost_text(const std::string& form, const Strings& options) {
  return text_of(with({"economics", "cost", form}, options));
}

TEST(EconomicsCost, prices_skew) {
  const Strings million{"--skewed-share", "1%", "--queries-per-day", "1e6", "--cost-per-error", "0.1"};
  expect_near(cost("skew", million)["cost"], 365000);
  EXPECT_EQ(cost_text("skew", million), R"(skew costs 365,000 in 365 days (1 year)

  skewed share x queries x cost per error x time
  0.01 x 1,000,000 a day x 0.1 each x 365 days = 365,000

Assumes
  each skewed query is an error
  an error costs the same every time
)");
  expect_near(cost("skew", with(million, {"--days", "1w"}))["cost"], 7000);
}

TEST(EconomicsCost, prices_a_failure_that_nobody_notices) {
  const Json found = cost("silent-failure", {"--revenue-per-year", "50e6", "--lost-share", "0.05", "--days", "28",
                                             "--instead-days", "1", "--incidents-per-year", "4"});
  EXPECT_NEAR(found["cost"], 191780.82, 0.005);
  EXPECT_NEAR(found["cost_instead"], 6849.32, 0.005);
  EXPECT_NEAR(found["saved_per_incident"], 184931.51, 0.005);
  EXPECT_NEAR(found["saved_per_year"], 739726.03, 0.005);
}

TEST(EconomicsCost, says_when_an_expense_has_paid_for_itself) {
  expect_near(cost("break-even", {"--work-hours", "80", "--saved-hours-per-week", "4"})["break_even_days"], 140);
  expect_near(cost("break-even", {"--expense", "12000", "--saved-per-day", "600/w"})["break_even_days"], 140);
  EXPECT_THAT(cost_text("break-even", {"--work-hours", "80", "--saved-hours-per-week", "4"}), HasSubstr("20 weeks"));
  expect_refused({"economics", "cost", "break-even", "--work-hours", "80", "--saved-per-day", "4"},
                 "--expense: expected --expense and --saved-per-day, or --work-hours and --saved-hours-per-week");
}

TEST(EconomicsCost, adds_up_what_monitoring_costs) {
  const Json found = cost("monitoring", {"--series", "150", "--ingest-per-million", "0.3", "--storage-per-gigabyte",
                                         "1", "--dashboard-queries", "12672", "--price-per-query", "0.02",
                                         "--alert-evaluations", "1000", "--price-per-evaluation", "0.01"});
  expect_near(found["points"], 25.92e6);
  expect_near(found["ingest"], 7.776);
  expect_near(found["stored_gigabytes"], 0.20736);
  expect_near(found["storage"], 0.20736);
  expect_near(found["queries"], 253.44);
  expect_near(found["evaluations"], 10);
  EXPECT_NEAR(found["cost"], 261.4 + 10, 0.05);
}

TEST(EconomicsCost, says_what_monitoring_and_automation_bring_back) {
  const Strings base{"--incidents-prevented", "5", "--cost-per-incident", "50000", "--spent", "50000"};
  EXPECT_EQ(cost("monitoring-roi", base)["roi"], 5);
  expect_near(cost("mlops-roi", {"--incidents-prevented", "4", "--cost-per-incident", "25000", "--spent", "30000",
                                 "--saved-hours", "240", "--wage-per-hour", "150"})["roi"],
              136000.0 / 30000);
}

TEST(EconomicsCost, prices_inferences) {
  expect_near(cost("per-thousand", {"--price-per-hour", "3", "--inferences-per-hour", "50000"})["cost_per_thousand"],
              0.06);
  expect_near(
      cost("per-thousand", {"--price-per-hour", "72/d", "--inferences-per-hour", "1.2e6/d"})["cost_per_thousand"],
      0.06);
}

TEST(EconomicsCost, weighs_sampled_requests) {
  const Json found = cost("sampling", {"--error-share", "2%", "--keep-successes", "1%"});
  expect_near(found["kept"], 0.0298);
  EXPECT_EQ(found["success_weight"], 100);
  EXPECT_EQ(found["error_weight"], 1);
  expect_near(found["effective"], 1 / (0.98 * 100 + 0.02));
}

TEST(EconomicsCost, adds_up_a_budget_of_latency) {
  const Json found = cost("latency", {"--stage", "network=15", "--stage", "features=25", "--stage", "parsing=5",
                                      "--stage", "inference=45/2", "--stage", "post=5", "--stage", "serialise=5"});
  EXPECT_EQ(found["before_ms"], 100);
  EXPECT_EQ(found["after_ms"], 77.5);
  EXPECT_NEAR(found["speedup"], 1.29, 0.005);
  for (const char* stage : {"x", "=5", "x=", "x=-1", "x=1/0", "x=1/", "x=nan", "x=inf", "a/b=3"})
    expect_refused({"economics", "cost", "latency", "--stage", stage}, "--stage: expected NAME=MS or NAME=MS/SPEEDUP");
  expect_refused({"economics", "cost", "latency"}, "--stage: expected at least one");
  expect_refused({"economics", "cost", "latency", "--stage", "x=0"}, "--stage: expected stages that take time");
}

TEST(EconomicsCost, says_how_long_a_loss_of_accuracy_stays_unseen) {
  const Strings slow{"--accuracy", "95%", "--degraded", "90%", "--labels-per-day", "100"};
  EXPECT_EQ(cost("detection-delay", slow)["labels"], 1025);
  expect_near(cost("detection-delay", slow)["delay_days"], 10.25);
  const Strings fast{"--accuracy", "0.95", "--degraded", "0.9", "--labels-per-day", "1/s"};
  expect_near(cost("detection-delay", fast)["delay_days"], 1025.0 / 86400);
  const auto refused = [&](const Strings& more, const std::string& message) {
    expect_refused(with({"economics", "cost", "detection-delay"}, more), message);
  };
  refused({"--accuracy", "0.9", "--degraded", "0.9", "--labels-per-day", "1"}, "--degraded: expected less than");
  refused(with(slow, {"--miss", "0.5"}), "--miss: expected a probability below 1/2, found 0.5");
  refused(with(slow, {"--false-alarm", "1"}), "--false-alarm: expected a probability below 1/2, found 1");
}

struct Form {
  const char* name;
  Strings options;  ///< the required ones, each with a value
};

const std::vector<Form> kForms{
    {"skew", {"--skewed-share", "0.5", "--queries-per-day", "1", "--cost-per-error", "1"}},
    {"silent-failure", {"--revenue-per-year", "1", "--lost-share", "0.5", "--days", "1"}},
    {"monitoring", {"--series", "1"}},
    {"monitoring-roi", {"--incidents-prevented", "1", "--cost-per-incident", "1", "--spent", "1"}},
    {"mlops-roi",
     {"--incidents-prevented", "1", "--cost-per-incident", "1", "--spent", "1", "--saved-hours", "1", "--wage-per-hour",
      "1"}},
    {"per-thousand", {"--price-per-hour", "1", "--inferences-per-hour", "1"}},
    {"sampling", {"--error-share", "0.5", "--keep-successes", "0.5"}},
    {"detection-delay", {"--accuracy", "0.9", "--degraded", "0.5", "--labels-per-day", "1"}}};

TEST(EconomicsCost, names_the_option_that_is_missing_or_makes_no_sense) {
  for (const Form& form : kForms) {
    const Strings command{"economics", "cost", form.name};
    for (std::size_t i = 0; i < form.options.size(); i += 2) {
      const std::string& option = form.options[i];
      Strings others = command;
      for (std::size_t j = 0; j < form.options.size(); ++j)
        if (j / 2 != i / 2) others.push_back(form.options[j]);
      expect_refused(others, option + ": expected it, ");
      for (const char* bad : {"-1", "nan", "inf", "x"})
        expect_refused(with(others, {option, bad}), option + ": expected ");
    }
  }
}

TEST(EconomicsCost, refuses_what_no_number_holds) {
  expect_refused(
      {"economics", "cost", "skew", "--skewed-share", "1%", "--queries-per-day", "1e308", "--cost-per-error", "1e10"},
      "expected numbers whose cost is finite, found inf");
}

TEST(EconomicsCost, prints_its_formula_and_what_it_assumes) {
  for (const Form& form : kForms) {
    const std::string found = cost_text(form.name, form.options);
    EXPECT_THAT(found, HasSubstr("\n\nAssumes\n  "));
    EXPECT_THAT(found, HasSubstr(cost(form.name, form.options)["formula"].get<std::string>()));
    EXPECT_THAT(leeway({"economics", "cost", form.name, "--help"}).out, HasSubstr(form.options.front()));
    EXPECT_EQ(cost_text(form.name, with(form.options, {"--quiet"})), "");
  }
}

TEST(Economics, lists_its_commands) {
  expect_refused({"economics"}, "leeway economics: expected a command (interval, fit, compare, cost), found none");
  expect_refused({"economics", "intervall"}, "found \"intervall\"; did you mean interval?");
  expect_refused({"economics", "cost"}, "leeway economics cost: expected a command (skew, silent-failure, ");
  expect_refused({"economics", "cost", "skwe"}, "found \"skwe\"; did you mean skew?");
  expect_refused({"economics", "cost", "skew", "--quieries"},
                 "--quieries: expected an option of leeway economics cost");
}

}  // namespace
}  // namespace leeway::cli
