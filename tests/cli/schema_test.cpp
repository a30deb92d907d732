// leeway schema: contracts on real data whose breaches are known, and on clean splits of real data; usage.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/input_files.hpp"
#include "cli/progress.hpp"
#include "cli/schema_table.hpp"
#include "leeway/store/schema_file.hpp"
#include "leeway/validate/contract.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using test::leeway;
using test::Outcome;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Strings = std::vector<std::string>;

class SchemaCommand : public ::testing::Test {
 protected:
  void infer(Strings arguments) const {
    arguments.insert(arguments.begin(), {"schema", "infer"});
    arguments.insert(arguments.end(), {"--out", schema_});
    const Outcome outcome = leeway(arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  }

  /// "column rule count" of each finding, and exit status 1 where there is one.
  [[nodiscard]] Strings check(const std::string& live) const {
    const Outcome outcome = leeway({"schema", "check", schema_, live, "--json", "-"});
    EXPECT_EQ(outcome.err, "");
    const Json report = Json::parse(outcome.out);
    Strings findings;
    for (const Json& f : report["findings"])
      findings.push_back(f["column"].get<std::string>() + " " + f["rule"].get<std::string>() + " " +
                         std::to_string(f["count"].get<std::uint64_t>()));
    EXPECT_EQ(outcome.status, findings.empty() ? 0 : 1);
    EXPECT_EQ(report["kept"], findings.empty());
    return findings;
  }

  test::TemporaryFolder folder_;
  std::string schema_ = folder_.path("schema.json");
};

// ---- real data

/// A file of shared/data as records of fields.
struct Records {
  Strings header;
  std::vector<Strings> rows;

  [[nodiscard]] std::size_t column(const std::string& name) const {
    return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
  }
};

Records read_records(const std::string& path) {
  auto csv = *CsvReader::open(path);
  Records records{csv.header(), {}};
  for (CsvRow row; *csv.next(row);) records.rows.emplace_back(row.fields.begin(), row.fields.end());
  return records;
}

std::string csv_line(const Strings& fields, std::size_t without) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i != without) line += (line.empty() ? "\"" : ",\"") + fields[i] + "\"";  // no field has a quote
  }
  return line + '\n';
}

template <class Keep>
std::string csv_of(const Records& records, Keep keep, std::size_t without = -1UL) {
  std::string text = csv_line(records.header, without);
  for (std::size_t i = 0; i < records.rows.size(); ++i) {
    if (keep(i, records.rows[i])) text += csv_line(records.rows[i], without);
  }
  return text;
}

class ContractOnRealData : public SchemaCommand {
 protected:
  void open(const std::string& name) {
    path_ = test::shared_data(name);
    if (path_.empty()) GTEST_SKIP() << "no real data: " << name << " is not beside the project, in shared/data";
  }

  std::string path_;
};

// Training lacks the two rare payments; serving has no label.
TEST_F(ContractOnRealData, finds_exactly_the_known_breaches_of_chicago_taxi) {
  ASSERT_NO_FATAL_FAILURE(open("chicago_taxi_tfx.csv.gz"));
  if (IsSkipped()) return;
  const Records records = read_records(path_);
  const std::size_t payment = records.column("payment_type");
  const auto in_training = [&](std::size_t i, const Strings& row) {
    return i % 3 != 0 && row[payment] != "Pcard" && row[payment] != "Prcard";
  };
  const std::string train = folder_.file("train.csv", csv_of(records, in_training));
  const std::string serving = folder_.file(
      "serving.csv",
      csv_of(
          records, [&](std::size_t i, const Strings& row) { return !in_training(i, row); }, records.column("tips")));
  infer({train, "--closed"});
  EXPECT_THAT(check(serving), ElementsAre("pickup_census_tract empty 5003", "payment_type unseen 4",
                                          "company unseen 12", "tips absent 0"));
  const Json report = Json::parse(leeway({"schema", "check", schema_, serving, "--json", "-"}).out);
  EXPECT_EQ(report["findings"][1]["distinct"], 2);
  EXPECT_EQ(report["findings"][2]["distinct"], 10);
  infer({train});
  EXPECT_THAT(check(serving), ElementsAre("tips absent 0")) << "the rest is what a second sample would show";
}

// The surcharge came with a law: null in 2018, filled from 2019-02. In 2020-04 8 % of the rows
// lack five fields that 0.6 % lacked before.
TEST_F(ContractOnRealData, finds_the_known_null_breaks_of_nyc_taxi) {
  ASSERT_NO_FATAL_FAILURE(open("nyc_taxi_2018_2020.csv.gz"));
  if (IsSkipped()) return;
  const Records records = read_records(path_);
  const auto month = [&](const std::string& name) {
    return folder_.file(name, csv_of(records, [&](std::size_t, const Strings& row) { return row[0] == name; }));
  };
  const auto year = [&](const std::string& name) {
    return folder_.file(name,
                        csv_of(records, [&](std::size_t, const Strings& row) { return row[0].starts_with(name); }));
  };
  const Strings five{"vendor_id", "passenger_count", "rate_code_id", "store_and_fwd_flag", "payment_type"};
  infer({year("2018"), "--exclude", "file_month,pickup_datetime,dropoff_datetime"});
  EXPECT_THAT(check(month("2019-02")), Contains("congestion_surcharge filled 2000"));
  EXPECT_THAT(check(month("2018-06")), ElementsAre()) << "a month of the reference itself";
  const auto late_2019 = [](std::size_t, const Strings& row) { return row[0] >= "2019-07" && row[0] < "2020"; };
  infer({folder_.file("late", csv_of(records, late_2019)), "--exclude", "file_month,pickup_datetime,dropoff_datetime"});
  const Strings before = check(month("2020-02"));
  const Strings burst = check(month("2020-04"));
  for (const std::string& column : five) {
    EXPECT_THAT(burst, Contains(HasSubstr(column + " missing 165")));
    EXPECT_THAT(before, Not(Contains(HasSubstr(column + " missing"))));
  }
}

/// Half of the rows of a table, by a mask.
Table half(const Table& table, const std::vector<bool>& mask, bool side) {
  Table part{table.file, 0, {}};
  for (const Column& column : table.columns) {
    Column& own = part.columns.emplace_back(Column{column.name, column.kind, column.coding, {}, {}, column.categories});
    for (std::size_t i = 0; i < mask.size(); ++i) {
      if (mask[i] != side) continue;
      if (column.kind == ColumnKind::numeric) own.values.push_back(column.values[i]);
      if (column.kind == ColumnKind::categorical) own.codes.push_back(column.codes[i]);
    }
    part.rows = own.values.size() + own.codes.size();
  }
  return part;
}

struct CleanReports {
  std::size_t findings = 0;
  std::size_t naive = 0;  ///< reports in which some rule would have fired, were none tolerant
};

// The budget promises at most 0.05 false findings a report: here 200 halves of real rows, each against the contract of
// the other half.
/// `block`: so many rows that follow each other go to one half together.
CleanReports clean_splits(const std::string& path, std::uint64_t rows, std::size_t block = 1,
                          const validate::InferenceOptions& inference = {}) {
  TableOptions options;
  options.max_rows = rows;
  const Table table = *load_table(path, options);
  ::leeway::test::Generator random(11);
  CleanReports reports;
  for (int split = 0; split < 200; ++split) {
    std::vector<bool> mask(table.rows);
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % block == 0 ? random.below(2) == 0 : mask[i - 1];
    const OwnedColumns train = training_columns(half(table, mask, true));
    const OwnedColumns live = training_columns(half(table, mask, false));
    const auto report = validate::validate(*validate::infer_schema(train.training(), inference), live.table());
    reports.findings += report->findings.size();
    if (!report->kept() || !report->within.empty()) ++reports.naive;
  }
  return reports;
}

class CleanSplits : public ContractOnRealData, public ::testing::WithParamInterface<const char*> {};

TEST_P(CleanSplits, stay_within_the_budget_of_false_findings) {
  LEEWAY_SIMULATION();
  ASSERT_NO_FATAL_FAILURE(open(GetParam()));
  if (IsSkipped()) return;
  const CleanReports reports = clean_splits(path_, 4000);
  RecordProperty("findings", static_cast<int>(reports.findings));
  RecordProperty("reports_naive_rules_break", static_cast<int>(reports.naive));
  // 200 reports of at most 0.05 findings: 10 expected, above 22 with a probability below 0.0003 (Poisson).
  EXPECT_LE(reports.findings, 22U);
  EXPECT_GE(reports.naive, 190U) << "or the tolerance is not put to a test";
}

INSTANTIATE_TEST_SUITE_P(RealData, CleanSplits,
                         testing::Values("adult.csv.gz", "credit_default.csv.gz", "chicago_taxi_tfx.csv.gz",
                                         "hotel_bookings.csv.gz"),
                         [](const auto& one) {
                           const std::string name = one.param;
                           return name.substr(0, name.find('.'));
                         });

// Rows of the same hours are alike: with blocks of them in one half a rule that counts each as independent is broken
// again and again. The design effect is seen in training rows; of dependence as long as a week a part is.
class DependentSplits : public ContractOnRealData, public ::testing::WithParamInterface<const char*> {};

TEST_P(DependentSplits, stay_within_the_budget_by_their_design_effect) {
  LEEWAY_SIMULATION();
  ASSERT_NO_FATAL_FAILURE(open(GetParam()));
  if (IsSkipped()) return;
  const auto findings = [&](const std::string& name, std::size_t block, bool exchangeable) {
    const std::size_t found = clean_splits(path_, 4000, block, {.exchangeable = exchangeable}).findings;
    RecordProperty(name, static_cast<int>(found));
    return found;
  };
  EXPECT_LE(findings("blocks_of_24", 24, false), 22U);
  EXPECT_LE(findings("blocks_of_168", 168, false), 80U);
  EXPECT_GE(findings("blocks_of_24_as_independent", 24, true), 100U) << "or dependence is not put to a test";
}

INSTANTIATE_TEST_SUITE_P(RealData, DependentSplits,
                         testing::Values("bike_sharing_hour.csv.gz", "elec2.csv.gz", "occupancy.csv.gz"),
                         [](const auto& one) {
                           const std::string name = one.param;
                           return name.substr(0, name.find('.'));
                         });

// ---- usage

constexpr const char* kTrain =
    "age,country,at,ok\n30,de,2020-01-01,true\n40,fr,2020-01-02,false\n,de,2020-01-03,true\n";

TEST_F(SchemaCommand, learns_and_checks) {
  const std::string train = folder_.file("train.csv", kTrain);
  const Outcome outcome = leeway({"schema", "infer", train, "--out", schema_});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("at       timestamp  0 %        2020-01-01T00:00:00Z .. 2020-01-03T00:00:00Z\n"));
  EXPECT_THAT(outcome.out, HasSubstr("(4 columns)"));
  const Outcome kept = leeway({"schema", "check", schema_, train});
  EXPECT_EQ(kept.status, 0) << kept.out;
  EXPECT_EQ(kept.out, "contract kept by 3 rows\n");
  EXPECT_EQ(leeway({"schema", "check", schema_, train, "--quiet"}).out, "");
}

TEST_F(SchemaCommand, counts_fields_that_are_not_of_their_type) {
  const std::string strict = folder_.file("strict.json", R"({"format":"leeway.schema","version":1,"columns":[
      {"name":"age","type":"integer","missing":{}},{"name":"at","type":"timestamp"},{"name":"ok","type":"boolean"}]})");
  const std::string live = folder_.file("live.csv", "age,at,ok,new\n1.5,2020-01-01,yes,1\nold,noon,TRUE,1\nNA,?,,1\n");
  const Outcome outcome = leeway({"schema", "check", strict, live});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, HasSubstr("contract broken: 4 findings in 3 rows\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  age: 1 of 3 values are missing"));
  EXPECT_THAT(outcome.out, HasSubstr("  age: 2 of 2 values are of another type"));
  EXPECT_THAT(outcome.out, HasSubstr("  at: 1 of 2 values are of another type"));
  EXPECT_THAT(outcome.out, HasSubstr("  ok: 1 of 2 values are of another type"));
  EXPECT_THAT(outcome.out, HasSubstr("columns without a contract: new\n"));
}

TEST_F(SchemaCommand, knows_what_is_in_the_future_at_a_given_now) {
  infer({folder_.file("train.csv", kTrain)});
  const Strings arguments{"schema", "check", schema_, folder_.path("train.csv"), "--now"};
  Strings early = arguments, late = arguments;
  early.emplace_back("2020-01-02");
  late.emplace_back("2020-01-03");
  EXPECT_THAT(leeway(early).out, HasSubstr("at: 1 of 3 times lie in the future"));
  EXPECT_EQ(leeway(late).status, 0);
}

TEST_F(SchemaCommand, tells_freshness_at_a_given_now_and_says_so_where_there_is_none) {
  const std::string schema = folder_.file("fresh.json", R"({"format":"leeway.schema","version":1,"columns":[
      {"name":"at","type":"timestamp"},
      {"name":"ctr","type":"number","freshness":{"max_staleness_s":21600,"on_stale":"flag"}}]})");
  const std::string live = folder_.file("live.csv", "at,ctr\n2020-01-01T00:00:00Z,0.1\n2020-01-01T08:00:00Z,0.2\n");
  const auto check = [&](Strings more) {
    more.insert(more.begin(), {"schema", "check", schema, live});
    return leeway(more);
  };
  EXPECT_EQ(check({}).status, 1);
  EXPECT_THAT(check({}).out, HasSubstr("ctr: freshness was not checked: no column tells the times of its events"));
  EXPECT_THAT(check({"--event-time", "at"}).out, HasSubstr("ctr: freshness was not checked: no moment was given"));
  EXPECT_EQ(check({"--event-time", "at", "--now", "2020-01-01T08:00:00Z"}).status, 1);
  EXPECT_THAT(check({"--event-time", "at", "--now", "2020-01-01T08:00:00Z"}).out,
              HasSubstr("ctr: 1 of 2 values are older than 6 h (50 %; none tolerated), the oldest 8 h"));
  EXPECT_EQ(leeway({"schema", "check", schema, folder_.file("late.csv", "at,ctr\n2020-01-01T08:00:00Z,0.2\n"),
                    "--event-time", "at", "--now", "2020-01-01T09:00:00Z"})
                .out,
            "contract kept by 1 row\n");
  EXPECT_THAT(check({"--event-time", "ctr"}).err,
              HasSubstr("--event-time: expected the name of a column of type timestamp of the schema (at)"));
}

TEST_F(SchemaCommand, reads_derived_columns_and_files_without_a_header) {
  const std::string train = folder_.file("train.csv", "1,2020-01-01 10:00\n2,2020-01-01 11:00\n3,2020-01-01 12:00\n");
  const Strings input{"--no-header", "--derive", "hour=c2:hour"};
  Strings learn{train, "--exclude", "c2"};
  learn.insert(learn.end(), input.begin(), input.end());
  infer(learn);
  EXPECT_TRUE(store::load_schema(schema_)->find("hour"));
  Strings arguments{"schema", "check", schema_, train};
  arguments.insert(arguments.end(), input.begin(), input.end());
  EXPECT_EQ(leeway(arguments).status, 0);
  arguments.back() = "hours=c2:hour";
  EXPECT_THAT(leeway(arguments).err, HasSubstr("--derive: expected the name of a column of the schema"));
}

TEST_F(SchemaCommand, says_what_is_wrong_with_its_use) {
  const auto expect_error = [](const Strings& arguments, int status, const std::string& message) {
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, status) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(outcome.out, "");
  };
  const std::string train = folder_.file("train.csv", kTrain);
  const std::string bad = folder_.file("bad.json", R"({"format":"leeway.schema","version":1,"columns":[
      {"name":"age","type":"number","range":{"min":"x"}}]})");
  expect_error({"schema"}, 2, "leeway schema: expected a command (infer, check), found none");
  expect_error({"schema", "chek"}, 2, "did you mean check?");
  expect_error({"schema", "infer"}, 2, "leeway schema infer: expected TRAIN, found no such argument");
  expect_error({"schema", "infer", train}, 2, "--out: expected the path of the schema to write, found none");
  expect_error({"schema", "infer", train, "--out", train}, 2, "--out: expected another file than the input");
  expect_error({"schema", "infer", train, "--bins", "3"}, 2, "--bins: expected an option of leeway schema infer");
  expect_error({"schema", "check", train, train}, 2, "expected JSON, found \"a\" in line 1, column 1");
  expect_error({"schema", "check", bad, train}, 2, "bad.json.columns[0].range.min: expected a number, found \"x\"");
  expect_error({"schema", "check", folder_.path("none"), train}, 3, "none");
  expect_error({"schema", "check", "-", train}, 2, "SCHEMA: expected the path of a schema, found -");
  infer({train});
  expect_error({"schema", "check", schema_, train, "--show-unseen", "nope"}, 2,
               "--show-unseen: expected the name of a column of the schema (age, country, at, ok), found \"nope\"");
  expect_error({"schema", "check", bad, train, "--now", "noon"}, 2, "--now: expected a time such as");
}

}  // namespace
}  // namespace leeway::cli
