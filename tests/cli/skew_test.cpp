// leeway skew, on real features with and without bugs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/input_files.hpp"
#include "cli/skew_tables.hpp"
#include "support/planted_bugs.hpp"
#include "support/simulation.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using leeway::test::PlantedBug;
using test::leeway;
using test::Outcome;
using test::TemporaryFolder;
using test::unpacked;
using testing::HasSubstr;
using testing::IsEmpty;

const Json& feature_of(const Json& report, const std::string& name) {
  return *std::find_if(report["features"].begin(), report["features"].end(),
                       [&](const Json& feature) { return feature["feature"] == name; });
}

Json skew_json(std::vector<std::string> arguments, int status) {
  arguments.insert(arguments.begin(), "skew");
  arguments.insert(arguments.end(), {"--json", "-"});
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, status) << outcome.err;
  return Json::parse(outcome.out);
}

// ---- small files

class SkewCommand : public testing::Test {
 protected:
  TemporaryFolder folder_;
  std::string train_ = folder_.file("train.csv", "id,minutes,city\n01,5,Bern\n2,6,Chur\n3,8,Bern\n4,9,Genf\n");
};

TEST_F(SkewCommand, of_equal_files_is_fine) {
  const std::string serve = folder_.file("serve.csv", "city,id,minutes\nChur,2.0,6\nBern,1,5\nGenf,4,9\nBern,3,8\n");
  const Outcome outcome = leeway({"skew", train_, serve, "--key", "id"});
  EXPECT_EQ(outcome.status, 0) << outcome.out;
  EXPECT_THAT(outcome.out, HasSubstr("Joined 4 rows; 0 only in training, 0 only in serving."));
  EXPECT_THAT(outcome.out, HasSubstr("Feature skew rate 0 %"));
}

TEST_F(SkewCommand, names_what_differs_and_why_and_what_it_costs) {
  const std::string serve =
      folder_.file("serve.csv", "id,minutes,city\n1,300,Bern\n2,360,Chur\n3,480,Bern\n4,540,Genf\n");
  const Outcome outcome =
      leeway({"skew", train_, serve, "--key", "id", "--queries-per-day", "1000000", "--cost-per-error", "0.1"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("minutes: 100 % of 4 joined rows differ; likely serving = 60 x training"));
  EXPECT_THAT(outcome.out, HasSubstr("36,500,000 a year"));
}

TEST_F(SkewCommand, of_a_column_that_turned_to_text_is_a_finding) {
  const std::string serve =
      folder_.file("serve.csv", "id,minutes,city\n1,5 min,Bern\n2,6 min,Chur\n3,8,Bern\n4,9,Genf\n");
  for (const std::vector<std::string>& key : {std::vector<std::string>{"--key", "id"}, {"--exclude", "id"}}) {
    const Outcome outcome = leeway({"skew", train_, serve, key[0], key[1]});
    EXPECT_EQ(outcome.status, 1);
    EXPECT_THAT(outcome.out, HasSubstr("1 of 2 features differs"));
    EXPECT_THAT(outcome.out, HasSubstr("Type changed, numbers on one side and texts on the other: minutes."));
  }
  EXPECT_THAT(leeway({"skew", train_, serve, "--key", "id"}).out, HasSubstr("Feature skew rate 50 %"));
}

TEST_F(SkewCommand, shows_keys_and_texts_where_they_are_asked_for) {
  const std::string serve = folder_.file("serve.csv", "id,minutes,city\n1,5,Bern\n2,6,Thun\n3,8,Bern\n4,9,Genf\n");
  EXPECT_THAT(leeway({"skew", train_, serve, "--key", "id"}).out, testing::Not(HasSubstr("Thun")));
  EXPECT_THAT(leeway({"skew", train_, serve, "--key", "id", "--show-unseen", "id,city"}).out,
              HasSubstr("for example serving row 1, key 2: training Chur, serving Thun"));
}

TEST_F(SkewCommand, takes_tolerances_for_all_columns_or_for_one) {
  const std::string serve = folder_.file("serve.csv", "id,minutes,city\n1,5.04,Bern\n2,6,Chur\n3,8,Bern\n4,9,Genf\n");
  EXPECT_EQ(leeway({"skew", train_, serve, "--key", "id"}).status, 1);
  EXPECT_EQ(leeway({"skew", train_, serve, "--key", "id", "--tolerance", "0.05"}).status, 0);
  EXPECT_EQ(leeway({"skew", train_, serve, "--key", "id", "--tolerance", "minutes=1%"}).status, 0);
  EXPECT_EQ(leeway({"skew", train_, serve, "--key", "id", "--tolerance", "city=0.05"}).status, 1);
  EXPECT_EQ(leeway({"skew", train_, serve, "--key", "id", "--max-skew-rate", "0.25"}).status, 0);
}

TEST_F(SkewCommand, holds_serving_rows_against_a_contract_too) {
  const std::string schema = folder_.path("bern.schema");
  const std::string bern = folder_.file("bern.csv", "id,minutes,city\n1,5,Bern\n3,8,Bern\n5,9,Bern\n");
  ASSERT_EQ(leeway({"schema", "infer", bern, "--closed", "--out", schema, "--quiet"}).status, 0);
  EXPECT_EQ(leeway({"skew", bern, bern, "--key", "id", "--schema", schema}).status, 0);
  EXPECT_EQ(leeway({"skew", train_, train_, "--key", "id"}).status, 0);
  const Json report = skew_json({train_, train_, "--key", "id", "--schema", schema}, 1);
  EXPECT_EQ(report["verdict"], "stable");
  EXPECT_EQ(report["contract"]["findings"][0]["column"], "city");
}

TEST_F(SkewCommand, tells_the_freshness_of_a_contract_at_a_given_now) {
  const std::string schema = folder_.file("fresh.json", R"({"format":"leeway.schema","version":1,"columns":[
      {"name":"at","type":"timestamp","freshness":{"max_staleness_s":3600,"on_stale":"flag"}}]})");
  const std::string rows = folder_.file("rows.csv", "at,x\n2024-01-01T00:10:00Z,1\n2024-01-01T00:20:00Z,2\n");
  EXPECT_EQ(leeway({"skew", rows, rows, "--schema", schema}).status, 1) << "unknown is not fine";
  EXPECT_EQ(leeway({"skew", rows, rows, "--schema", schema, "--now", "2024-01-01T01:00:00Z"}).status, 0);
  EXPECT_EQ(leeway({"skew", rows, rows, "--schema", schema, "--now", "2024-01-01T02:00:00Z"}).status, 1);
}

TEST_F(SkewCommand, does_not_pass_rows_whose_keys_training_has_not) {
  const std::string few = folder_.file("few.csv", "id,minutes,city\n1,5,Bern\n12,6,Chur\n13,8,Bern\n14,9,Genf\n");
  EXPECT_EQ(skew_json({train_, few, "--key", "id"}, 1)["verdict"], "not_enough_data");
  EXPECT_EQ(skew_json({train_, few, "--key", "id", "--min-joined", "0.25"}, 0)["verdict"], "stable");
}

TEST_F(SkewCommand, names_no_cause_of_infinities_that_does_not_explain_them) {
  const std::string serve =
      folder_.file("inf.csv", "id,minutes,city\n1,inf,Bern\n2,inf,Chur\n3,inf,Bern\n4,inf,Genf\n");
  const Json report = skew_json({train_, serve, "--key", "id"}, 1);
  EXPECT_THAT(report.dump(), testing::Not(HasSubstr("stale_value")));
}

TEST_F(SkewCommand, finds_leakage_across_the_cut_off) {
  const std::string train = folder_.file("a.csv", "day,x\n2024-01-01,1\n2024-01-02,2\n2024-01-05,3\n");
  const std::string serve = folder_.file("b.csv", "day,x\n2024-01-04,1\n2024-01-06,2\n");
  const Json report = skew_json({train, serve, "--time", "day", "--cutoff", "2024-01-04"}, 1);
  EXPECT_EQ(report["cutoff"]["training_after"], 1);
  EXPECT_EQ(report["cutoff"]["serving_before"], 0);
  EXPECT_EQ(report["cutoff"]["training_last"], "2024-01-05T00:00:00Z");
}

TEST_F(SkewCommand, says_what_it_expected) {
  const std::string serve = folder_.file("serve.csv", "id,minutes,city\n1,5,Bern\n");
  const auto fails = [&](std::vector<std::string> arguments, int status, const std::string& text) {
    arguments.insert(arguments.begin(), {"skew", train_, serve});
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, status);
    EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  fails({"--key", "idd"}, 3, "column idd: expected a column of that name in training, found none");
  fails({"--tolerance", "x=y"}, 2, "expected [COLUMN=]NUMBER");
  fails({"--tolerance", "0.1"}, 2, "--tolerance: expected --key beside it");
  fails({"--max-skew-rate", "0.1"}, 2, "--max-skew-rate: expected --key beside it");
  fails({"--entity", "city"}, 2, "--entity: expected --key beside it");
  fails({"--key", "id", "--tolerance", "minute=1"}, 2,
        "--tolerance: expected the name of a column of either file (id, minutes, city), found \"minute\"; did you mean "
        "minutes?");
  fails({"--exclude", "nope"}, 2, "--exclude: expected the name of a column of either file (id, minutes, city)");
  fails({"--show-unseen", "nope"}, 2, "--show-unseen: expected the name of a column of either file");
  fails({"--now", "2024-01-01"}, 2, "--now: expected --schema beside it");
  fails({"--time", "nope"}, 2, "--time: expected the name of a column of either file");
  fails({"--gate", "2"}, 2, "expected a number above 0 and at most 1");
  fails({"--cutoff", "2024-01-01"}, 2, "expected --time COLUMN beside it");
  fails({"--cost-per-error", "1"}, 2, "--queries-per-day");
  fails({"--json", train_}, 2, "expected another file than the input");
}

// ---- taxi trips

/// Of the rows of trips, two thirds for training, without the two rare payment types; the rest for serving.
class TaxiSkew : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = test::shared_data("chicago_taxi_tfx.csv.gz");
    if (path.empty()) GTEST_SKIP() << "shared data are not there";
    std::istringstream in(unpacked(path));
    std::getline(in, header_);
    std::string line;
    for (std::size_t i = 0; std::getline(in, line); ++i) {
      const bool rare = line.find(",Pcard,") != std::string::npos || line.find(",Prcard,") != std::string::npos;
      (i % 3 != 0 && !rare ? training_ : serving_).push_back(line);
    }
  }

  template <class Change>
  Json skew(Change change, int status) {
    std::string train = header_ + '\n';
    std::string serve = header_ + '\n';
    for (const std::string& line : training_) train += line + '\n';
    for (const std::string& line : serving_) serve += change(line);
    return skew_json({folder_.file("train.csv", train), folder_.file("serve.csv", serve), "--exclude", "tips"}, status);
  }

  /// The line with field `index` through `change`, counted from 0. No field of these has a comma or quotes.
  template <class Change>
  static std::string with_field(const std::string& line, std::size_t index, Change change) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < index; ++i) begin = line.find(',', begin) + 1;
    const std::size_t end = line.find(',', begin);
    return line.substr(0, begin) + change(line.substr(begin, end - begin)) + line.substr(end) + '\n';
  }

  static constexpr std::size_t kCompany = 14;
  static constexpr std::size_t kSeconds = 15;

  TemporaryFolder folder_;
  std::string header_;
  std::vector<std::string> training_;
  std::vector<std::string> serving_;
};

TEST_F(TaxiSkew, of_the_untouched_split_is_none) {
  const Json report = skew([](const std::string& line) { return line + '\n'; }, 0);
  double largest = 0;
  for (const Json& feature : report["features"]) {
    EXPECT_EQ(feature["verdict"], feature["feature"] == "pickup_census_tract" ? "not_enough_data" : "stable")
        << feature["feature"];
    EXPECT_THAT(feature["attribution"], IsEmpty());
    if (feature.contains("ks")) largest = std::max(largest, feature["ks"].get<double>());
  }
  EXPECT_NEAR(largest, 0.016, 0.0005);
}

TEST_F(TaxiSkew, of_seconds_times_60_is_a_unit) {
  const Json report = skew(
      [](const std::string& line) {
        return with_field(line, kSeconds,
                          [](const std::string& s) { return s.empty() ? s : std::to_string(60 * std::stol(s)); });
      },
      1);
  const Json& cause = feature_of(report, "trip_seconds")["attribution"][0];
  EXPECT_EQ(cause["cause"], "unit_factor");
  EXPECT_EQ(cause["factor"], 60.0);
  EXPECT_GT(cause["support"], 0.95);
}

TEST_F(TaxiSkew, of_a_column_without_values_is_named) {
  const Json report = skew(
      [](const std::string& line) { return with_field(line, kCompany, [](const std::string&) { return ""; }); }, 1);
  EXPECT_EQ(feature_of(report, "company")["attribution"][0]["cause"], "missing_column");
}

TEST_F(TaxiSkew, of_a_dropped_company_is_named) {
  const Json report = skew(
      [](const std::string& line) {
        return line.find(",Dispatch Taxi Affiliation,") == std::string::npos ? line + '\n' : std::string();
      },
      1);
  const Json& cause = feature_of(report, "company")["attribution"][0];
  EXPECT_EQ(cause["cause"], "dropped_category");
  EXPECT_EQ(cause["category"], "Dispatch Taxi Affiliation");
}

// ---- planted bugs

struct RealSet {
  std::string name;
  std::string key;
  std::vector<PlantedBug> (*bugs)();
};

void PrintTo(const RealSet& set, std::ostream* out) { *out << set.name; }

class PlantedBugs : public testing::TestWithParam<RealSet> {
 protected:
  void SetUp() override {
    const std::string path = test::shared_data(GetParam().name + ".csv.gz");
    if (path.empty()) GTEST_SKIP() << "shared data are not there";
    auto table = load_skew_table(path, {{}, {GetParam().key}, true});
    ASSERT_TRUE(table);
    for (validate::Column& column : table->columns) table_.columns.push_back(rows_of(column));
  }

  /// The first rows; more make the test slow, not stronger.
  static validate::Column rows_of(validate::Column column) {
    std::visit([](auto& values) { values.resize(std::min(values.size(), std::size_t{4000})); }, column.values);
    return column;
  }

  validate::Table table_;
};

TEST_P(PlantedBugs, are_named_first_in_eleven_of_twelve) {
  LEEWAY_SIMULATION();
  const std::vector<PlantedBug> bugs = GetParam().bugs();
  ASSERT_EQ(bugs.size(), 12u);
  for (const double share : {1.0, 0.3}) {
    int right = 0;
    for (const PlantedBug& bug : bugs) {
      const auto found = leeway::test::skew_of(bug, table_, GetParam().key, share);
      right += !found.attribution.empty() && found.attribution[0].cause == bug.cause;
    }
    EXPECT_GE(right, 11) << "of 12, in " << share << " of the rows";
  }
}

TEST_P(PlantedBugs, are_not_found_where_there_are_none) {
  const auto report = validate::find_skew(table_, table_, {.key = {GetParam().key}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->verdict, Verdict::stable);
  for (const auto& feature : report->features) EXPECT_THAT(feature.attribution, IsEmpty()) << feature.feature;
}

INSTANTIATE_TEST_SUITE_P(In, PlantedBugs,
                         testing::Values(RealSet{"bike_sharing_hour", "instant", leeway::test::bike_bugs},
                                         RealSet{"hotel_bookings", "booking_id", leeway::test::hotel_bugs},
                                         RealSet{"credit_default", "ID", leeway::test::credit_bugs}));

}  // namespace
}  // namespace leeway::cli
