#include "cli/table.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "cli/input_files.hpp"

namespace leeway::cli {
namespace {

using test::TemporaryFile;
using Categories = std::vector<std::string>;

Table load(const std::string& content, const TableOptions& options = {}) {
  const TemporaryFile file(content);
  auto table = load_table(file.path(), options);
  EXPECT_TRUE(table) << to_string(table.error());
  return table ? *std::move(table) : Table();
}

/// The error of loading `content`, as a person reads it, without the file's name.
std::string error_of(const std::string& content, const TableOptions& options = {}) {
  const TemporaryFile file(content);
  const auto table = load_table(file.path(), options);
  if (table) return "none";
  const std::string text = to_string(table.error());
  EXPECT_TRUE(text.starts_with(file.path())) << text;
  return text.substr(file.path().size());
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

/// One column named x of `count` fields, the i-th being field(i).
template <class Field>
std::string column_of(int count, Field field) {
  std::string text = "x\n";
  for (int i = 0; i < count; ++i) text += std::string(field(i)) + '\n';
  return text;
}

const Column& only(const Table& table) { return table.columns.at(0); }

// ---- kinds

TEST(LoadTable, reads_numbers) {
  const Table table = load("x,y\n1.5,a\n-2e3,b\n,a\n inf ,b\n");
  const Column& x = *table.find("x");
  EXPECT_EQ(table.rows, 4U);
  EXPECT_EQ(x.kind, ColumnKind::numeric);
  ASSERT_EQ(x.values.size(), 4U);
  EXPECT_EQ(x.values[0], 1.5);
  EXPECT_EQ(x.values[1], -2000);
  EXPECT_TRUE(std::isnan(x.values[2]));
  EXPECT_EQ(x.values[3], std::numeric_limits<double>::infinity());
  EXPECT_EQ(x.missing, 1U);
  EXPECT_EQ(x.malformed, 0U);
  EXPECT_TRUE(x.codes.empty());
}

TEST(LoadTable, codes_text_in_order_of_appearance) {
  const Table table = load("x,y\nb,1\na,2\nNA,3\nb,4\n");
  const Column& x = *table.find("x");
  EXPECT_EQ(x.kind, ColumnKind::categorical);
  EXPECT_EQ(x.coding, CategoryCoding::text);
  EXPECT_EQ(x.categories, (Categories{"b", "a"}));
  EXPECT_EQ(x.codes, (std::vector<std::uint32_t>{0, 1, kNoCategory, 0}));
  EXPECT_EQ(x.missing, 1U);
  EXPECT_EQ(table.find("z"), nullptr);
}

TEST(LoadTable, counts_up_to_one_percent_of_other_text_as_malformed) {
  const Column x = only(load(column_of(1000, [](int i) { return i % 100 == 7 ? "abc" : std::to_string(i); })));
  EXPECT_EQ(x.kind, ColumnKind::numeric);
  EXPECT_EQ(x.malformed, 10U);
  EXPECT_TRUE(std::isnan(x.values[7]));
  const Column y = only(load(column_of(999, [](int i) { return i % 100 == 7 ? "abc" : std::to_string(i); })));
  EXPECT_EQ(y.kind, ColumnKind::categorical);
  EXPECT_EQ(y.categories.size(), 990U);
}

TEST(LoadTable, takes_nan_for_missing) {
  const Column x = only(load("x\n1.5\nnan\n-NAN\nNaN\n"));
  EXPECT_EQ(x.kind, ColumnKind::numeric);
  EXPECT_EQ(x.missing, 3U);
}

TEST(LoadTable, makes_categories_of_few_integers_however_they_are_spelled) {
  static const std::vector<std::string> kSpellings{"1", "01", "1.0", " 1", "2", "2.0"};
  const Column x = only(load(column_of(60, [](int i) { return kSpellings[static_cast<std::size_t>(i) % 6]; })));
  EXPECT_EQ(x.kind, ColumnKind::categorical);
  EXPECT_EQ(x.coding, CategoryCoding::integer);
  EXPECT_EQ(x.categories, (Categories{"1", "2"}));
  EXPECT_EQ(x.codes[5], 1U);
}

TEST(LoadTable, keeps_integers_numeric_where_rows_are_few) {
  const auto two = [](int i) { return std::to_string(i % 2); };
  EXPECT_EQ(only(load(column_of(39, two))).kind, ColumnKind::numeric);
  EXPECT_EQ(only(load(column_of(40, two))).kind, ColumnKind::categorical);
}

TEST(LoadTable, keeps_many_integers_numeric) {
  EXPECT_EQ(only(load(column_of(2000, [](int i) { return std::to_string(i % 32); }))).kind, ColumnKind::categorical);
  EXPECT_EQ(only(load(column_of(2000, [](int i) { return std::to_string(i % 33); }))).kind, ColumnKind::numeric);
}

TEST(LoadTable, keeps_integers_numeric_beside_fractions_or_text) {
  EXPECT_EQ(only(load(column_of(1000, [](int i) { return i == 900 ? "0.5" : "1"; }))).kind, ColumnKind::numeric);
  const Column x = only(load(column_of(1000, [](int i) { return i == 900 ? "abc" : "1"; })));
  EXPECT_EQ(x.kind, ColumnKind::numeric);
  EXPECT_EQ(x.malformed, 1U);
}

TEST(LoadTable, takes_true_and_false_for_text) {
  const Column x = only(load("x\ntrue\nfalse\ntrue\n"));
  EXPECT_EQ(x.kind, ColumnKind::categorical);
  EXPECT_EQ(x.categories, (Categories{"true", "false"}));
}

TEST(LoadTable, allows_a_column_without_values) {
  const Column x = only(load("x,y\nNA,1\n,2\n"));
  EXPECT_EQ(x.kind, ColumnKind::numeric);
  EXPECT_EQ(x.missing, 2U);
  EXPECT_EQ(x.values.size(), 2U);
}

TEST(LoadTable, keeps_forced_categories_as_they_are_written) {
  TableOptions options;
  options.categorical = {"x"};
  const Column x = only(load("x\n1\n1.0\n01\n1\n", options));
  EXPECT_EQ(x.kind, ColumnKind::categorical);
  EXPECT_EQ(x.coding, CategoryCoding::text);
  EXPECT_EQ(x.categories, (Categories{"1", "1.0", "01"}));
}

TEST(LoadTable, keeps_forced_numbers_numeric) {
  TableOptions options;
  options.numeric = {"x"};
  EXPECT_EQ(only(load(column_of(100, [](int) { return "1"; }), options)).kind, ColumnKind::numeric);
}

TEST(LoadTable, refuses_text_in_a_column_that_must_be_numeric) {
  TableOptions options;
  options.numeric = {"x"};
  const std::string text = column_of(1000, [](int i) { return i % 31 == 2 && i < 992 ? "abc" : "1.5"; });
  EXPECT_EQ(error_of(text, options),
            ":4: column x: expected a number, found \"abc\" (3.2 % of 1,000 fields are not numbers; at most 1 % are "
            "counted as malformed)");
  options = {};
  options.known = {{"x", ColumnKind::numeric, CategoryCoding::text}};
  EXPECT_TRUE(error_of(text, options).starts_with(":4: column x: expected a number, found \"abc\""));
}

TEST(LoadTable, takes_known_columns_in_their_order_and_coding) {
  TableOptions options;
  options.known = {{"b", ColumnKind::categorical, CategoryCoding::integer},
                   {"a", ColumnKind::categorical, CategoryCoding::text}};
  const Table table = load("a,b,c\n1.0,1.0,x\n2,01,y\n", options);
  EXPECT_EQ(names_of(table), (Categories{"b", "a"}));
  EXPECT_EQ(table.columns[0].categories, (Categories{"1"}));
  EXPECT_EQ(table.columns[1].categories, (Categories{"1.0", "2"}));
}

TEST(LoadTable, takes_further_null_tokens) {
  TableOptions options;
  options.null_tokens.add("-");
  const Column x = only(load("x\n1.5\n-\n2\n", options));
  EXPECT_EQ(x.kind, ColumnKind::numeric);
  EXPECT_EQ(x.missing, 1U);
}

TEST(LoadTable, names_columns_without_header) {
  TableOptions options;
  options.no_header = true;
  options.exclude = {"c1"};
  EXPECT_EQ(names_of(load("1,2,3\n4,5,6\n", options)), (Categories{"c2", "c3"}));
}

TEST(LoadTable, reads_no_further_than_asked) {
  TableOptions options;
  options.max_rows = 2;
  EXPECT_EQ(load("x\n1\n2\n3\nbad,row\n", options).rows, 2U);
}

// ---- selection

TEST(LoadTable, selects_columns_in_the_order_of_the_file) {
  TableOptions options;
  options.columns = {"c", "a"};
  EXPECT_EQ(names_of(load("a,b,c\n1,2,3\n", options)), (Categories{"a", "c"}));
  options.exclude = {"a"};
  EXPECT_EQ(names_of(load("a,b,c\n1,2,3\n", options)), (Categories{"c"}));
  options.exclude = {"a", "c"};
  EXPECT_EQ(error_of("a,b,c\n1,2,3\n", options), ": expected at least one column to be selected, found none");
}

TEST(LoadTable, names_a_column_that_is_not_there) {
  const std::string text = "age,fare\n1,2\n";
  const std::string expected = ": column agee: expected one of age, fare, found none; did you mean age?";
  TableOptions options;
  options.columns = {"agee"};
  EXPECT_EQ(error_of(text, options), expected);
  options = {};
  options.exclude = {"agee"};
  EXPECT_EQ(error_of(text, options), expected);
  options = {};
  options.categorical = {"agee"};
  EXPECT_EQ(error_of(text, options), expected);
  options = {};
  options.numeric = {"agee"};
  EXPECT_EQ(error_of(text, options), expected);
  options = {};
  options.derive = {{"hour", "agee", TimePart::hour}};
  EXPECT_EQ(error_of(text, options), expected);
  options = {};
  options.known = {{"agee", ColumnKind::numeric, CategoryCoding::text}};
  EXPECT_EQ(error_of(text, options), expected);
}

TEST(LoadTable, refuses_contradictions) {
  TableOptions options;
  options.numeric = options.categorical = {"x"};
  EXPECT_EQ(error_of("x\n1\n", options), ": column x: expected one kind, found it named as numeric and as categorical");
}

TEST(FindColumn, names_the_nearest) {
  const Categories header{"age", "fare"};
  EXPECT_EQ(*find_column("f.csv", header, "fare"), 1U);
  const auto missing = find_column("f.csv", header, "Far");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_EQ(to_string(missing.error()), "f.csv: column Far: expected one of age, fare, found none; did you mean fare?");
}

// ---- derived columns

TEST(ParseDerivation, reads_name_column_and_part) {
  EXPECT_EQ(*parse_derivation("hour=pickup:hour"), (Derivation{"hour", "pickup", TimePart::hour}));
  EXPECT_EQ(*parse_derivation("d=a:b=c:day_of_week"), (Derivation{"d", "a:b=c", TimePart::day_of_week}));
  for (const char* text : {"", "hour", "hour=pickup", "=pickup:hour", "hour=:hour", "hour=pickup:minute", "a:b"}) {
    EXPECT_FALSE(parse_derivation(text)) << text;
  }
  EXPECT_EQ(to_string(parse_derivation("x").error()),
            "expected NAME=COLUMN:PART with PART one of hour, day_of_week, month, day, weekend, found \"x\"");
}

TEST(LoadTable, derives_numbers_from_times_even_of_an_excluded_column) {
  TableOptions options;
  options.exclude = {"t"};
  options.derive = {{"hour", "t", TimePart::hour}, {"weekday", "t", TimePart::day_of_week}};
  const Table table = load("t,x\n2018-01-11 18:24:44,1\nNA,2\n2018-01-14T03:00:00Z,3\n", options);
  EXPECT_EQ(names_of(table), (Categories{"x", "hour", "weekday"}));
  const Column& hour = *table.find("hour");
  EXPECT_EQ(hour.kind, ColumnKind::numeric);
  EXPECT_EQ(hour.values[0], 18);
  EXPECT_TRUE(std::isnan(hour.values[1]));
  EXPECT_EQ(hour.values[2], 3);
  EXPECT_EQ(hour.missing, 1U);
  EXPECT_EQ(table.find("weekday")->values[2], 6);
}

TEST(LoadTable, derives_categories_when_told) {
  TableOptions options;
  options.columns = options.categorical = {"m"};
  options.derive = {{"m", "t", TimePart::month}};
  const Table table = load("t\n2018-03-11\n2018-11-01\n", options);
  EXPECT_EQ(names_of(table), (Categories{"m"}));
  EXPECT_EQ(only(table).categories, (Categories{"3", "11"}));
}

TEST(LoadTable, refuses_a_time_column_without_times) {
  TableOptions options;
  options.derive = {{"hour", "t", TimePart::hour}};
  EXPECT_EQ(error_of("t\nsoon\nlater\n2018-01-11\n", options),
            ":2: column hour: expected a time, found \"soon\" (66.7 % of 3 fields are not times; at most 1 % are "
            "counted as malformed)");
}

TEST(LoadTable, refuses_a_derived_name_that_is_taken) {
  TableOptions options;
  options.derive = {{"t", "t", TimePart::hour}};
  EXPECT_EQ(error_of("t\n2018-01-11\n", options),
            ": column t: expected a new name for a derived column, found one that is taken");
}

// ---- lines

TEST(LoadTable, knows_the_line_of_a_row_behind_long_records) {
  TableOptions options;
  options.numeric = {"x"};
  EXPECT_TRUE(error_of("x,y\n1,\"a\nb\"\n\n2,c\nbad,d\n", options).starts_with(":6: column x: expected a number"));
}

// ---- live fields

TEST(FieldReader, tells_numbers_from_missing_and_malformed_fields) {
  const NullTokens tokens;
  FieldReader reader(tokens, ColumnKind::numeric);
  EXPECT_EQ(reader.read("1.5", 2).number, 1.5);
  EXPECT_EQ(reader.read("NA", 3).state, Field::State::missing);
  EXPECT_EQ(reader.read("nan", 4).state, Field::State::missing);
  EXPECT_EQ(reader.read("abc", 5).state, Field::State::malformed);
  EXPECT_EQ(reader.read("x", 6).state, Field::State::malformed);
  EXPECT_EQ(reader.counts().fields, 5U);
  EXPECT_EQ(reader.counts().missing, 2U);
  EXPECT_EQ(reader.counts().malformed, 2U);
  EXPECT_EQ(reader.counts().first_malformed_line, 5U);
  EXPECT_EQ(reader.counts().first_malformed_text, "abc");
  reader.reset_counts();
  EXPECT_EQ(reader.counts().fields, 0U);
}

TEST(FieldReader, finds_the_category_of_a_number_however_it_is_written) {
  const NullTokens tokens;
  FieldReader reader(tokens, ColumnKind::categorical, CategoryCoding::integer);
  for (const char* text : {"1", "1.0", "01", " 1"}) EXPECT_EQ(reader.convert(text).text, "1") << text;
  EXPECT_EQ(reader.convert("1.5").text, "1.5");
  EXPECT_EQ(reader.convert("B").text, "B");
  EXPECT_EQ(reader.convert("-9223372036854775808").text, "-9223372036854775808");
  EXPECT_EQ(reader.convert("nan").state, Field::State::missing);
}

TEST(FieldReader, compares_text_categories_as_they_are) {
  const NullTokens tokens;
  FieldReader reader(tokens, ColumnKind::categorical, CategoryCoding::text);
  for (const char* text : {"1", "1.0", "01", " a"}) EXPECT_EQ(reader.convert(text).text, text);
  EXPECT_EQ(reader.convert("?").state, Field::State::missing);
}

TEST(FieldReader, derives_parts_of_times) {
  const NullTokens tokens;
  FieldReader reader(tokens, ColumnKind::numeric, CategoryCoding::text, TimePart::hour);
  EXPECT_EQ(reader.read("2018-01-11 18:24:44", 2).number, 18);
  EXPECT_EQ(reader.read("soon", 3).state, Field::State::malformed);
  EXPECT_EQ(reader.read("", 4).state, Field::State::missing);
  EXPECT_EQ(reader.expected(), "time");
}

TEST(CheckMalformed, allows_one_percent) {
  FieldCounts counts;
  EXPECT_TRUE(check_malformed("f", "x", counts));
  counts = {1010, 10, 10, 7, "abc"};
  EXPECT_TRUE(check_malformed("f", "x", counts));
  counts.malformed = 11;
  EXPECT_EQ(to_string(check_malformed("f", "x", counts).error()),
            "f:7: column x: expected a number, found \"abc\" (1.1 % of 1,000 fields are not numbers; at most 1 % are "
            "counted as malformed)");
  EXPECT_EQ(check_malformed("f", "x", counts).error().code, ErrorCode::data);
}

TEST(CodingOf, is_integer_where_every_category_is) {
  EXPECT_EQ(coding_of(Categories{"1", "-20", "0"}), CategoryCoding::integer);
  for (const Categories& categories :
       {Categories{}, Categories{"1", "a"}, Categories{"01"}, Categories{"1.0"}, Categories{"+1"}, Categories{"-0"}}) {
    EXPECT_EQ(coding_of(categories), CategoryCoding::text);
  }
}

// ---- size and real data

TEST(LoadTable, loads_100000_columns) {
  constexpr int kColumns = 100'000;
  std::string text;
  for (int row = 0; row < 6; ++row) {
    for (int i = 0; i < kColumns; ++i) {
      if (i > 0) text += ',';
      text += (row == 0 ? "x" : i % 2 == 0 ? "0." : "v") + std::to_string(i);
    }
    text += '\n';
  }
  const Table table = load(text);
  ASSERT_EQ(table.columns.size(), 100'000U);
  EXPECT_EQ(table.columns[99'998].values[4], 0.99998);
  EXPECT_EQ(table.columns[99'999].categories, (Categories{"v99999"}));
}

TEST(LoadTable, loads_the_taxi_data) {
  const std::string path = test::shared_data("nyc_taxi_2018_2020.csv.gz");
  if (path.empty()) GTEST_SKIP() << "needs the shared data folder beside the project";
  TableOptions options;
  options.exclude = {"pickup_datetime", "dropoff_datetime"};
  options.derive = {{"hour", "pickup_datetime", TimePart::hour}};
  const auto table = load_table(path, options);
  ASSERT_TRUE(table) << to_string(table.error());
  EXPECT_EQ(table->rows, 72'000U);
  const Column& vendor = *table->find("vendor_id");
  EXPECT_EQ(vendor.categories, (Categories{"2", "1", "4"}));
  EXPECT_EQ(vendor.coding, CategoryCoding::integer);
  EXPECT_EQ(vendor.missing, 1619U);
  EXPECT_EQ(table->find("fare_amount")->kind, ColumnKind::numeric);
  EXPECT_EQ(table->find("congestion_surcharge")->missing, 25'232U);
  EXPECT_EQ(table->find("hour")->missing + table->find("hour")->malformed, 0U);
}

TEST(LoadTable, loads_every_set_of_the_real_data) {
  for (const char* name : {"adult", "asos_experiments_a", "bike_sharing_hour", "california_housing_nml",
                           "chicago_taxi_tfx", "credit_default", "elec2", "hotel_bookings", "nab_a", "noaa_weather",
                           "occupancy", "online_shoppers", "petshop_a", "seattle_weather"}) {
    const std::string path = test::shared_data(std::string(name) + ".csv.gz");
    if (path.empty()) GTEST_SKIP() << "needs the shared data folder beside the project";
    const auto table = load_table(path, {});
    EXPECT_TRUE(table) << to_string(table.error());
  }
}

}  // namespace
}  // namespace leeway::cli
