#include "leeway/validate/contract.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "leeway/report/contract.hpp"
#include "leeway/validate/schema_inference.hpp"
#include "support/generator.hpp"

namespace leeway::validate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Texts = std::vector<std::optional<std::string_view>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ContractReport check(SchemaBuilder schema, const std::vector<TableColumn>& table,
                     const ValidationOptions& options = {}) {
  const auto report = validate(*schema.build(), table, options);
  EXPECT_TRUE(report) << to_string(report.error());
  return *report;
}

/// "column rule count/of" of each finding.
std::vector<std::string> found(const ContractReport& report) {
  std::vector<std::string> texts;
  for (const ContractFinding& f : report.findings)
    texts.push_back(f.column + " " + to_string(f.rule) + " " + std::to_string(f.count) + "/" + std::to_string(f.of));
  return texts;
}

// The input contract of the text: column exists, has its type, is not null; age in 0..120; mean purchase in 10..1000.
SchemaBuilder purchases() {
  return SchemaBuilder().number("age").not_missing().range(0, 120).number("purchase_amount").mean(10, 1000);
}

TEST(Contract, is_kept_by_rows_that_keep_its_rules) {
  const std::vector<double> ages{0, 120, 35};
  const std::vector<double> amounts{1, 2, 1'000};
  const ContractReport report = check(purchases(), {{"age", ages}, {"purchase_amount", amounts}});
  EXPECT_THAT(found(report), IsEmpty());
  EXPECT_EQ(report.rows, 3U);
  EXPECT_EQ(report::to_text(report), "contract kept by 3 rows\n");
}

TEST(Contract, finds_each_of_the_five_breaches) {
  const std::vector<double> ages{35, 121, kNaN};
  const std::vector<double> amounts{1, 2, 3};
  const Texts words{"a", "b", "c"};
  EXPECT_THAT(found(check(purchases(), {{"purchase_amount", std::vector<double>{20}}})), ElementsAre("age absent 0/0"));
  EXPECT_THAT(found(check(purchases(), {{"age", words}, {"purchase_amount", std::vector<double>{20, 20, 20}}})),
              ElementsAre("age type 3/3"));
  const ContractReport report = check(purchases(), {{"age", ages}, {"purchase_amount", amounts}});
  EXPECT_THAT(found(report), ElementsAre("age missing 1/3", "age range 1/2", "purchase_amount mean 3/3"));
  EXPECT_EQ(report.findings[2].value, 2);
  EXPECT_THAT(report::to_text(report), HasSubstr("  purchase_amount: the mean 2 is outside 10 .. 1000\n"));
  EXPECT_THAT(report::to_json(report), HasSubstr("\"value\": 2.0,\n   \"min\": 10.0,\n   \"max\": 1000.0"));
  EXPECT_EQ(report.findings[1].examples, (std::vector<Example>{{"121", 1}}));
  EXPECT_THAT(report::to_text(report),
              HasSubstr("  age: 1 of 2 values are outside 0 .. 120 (50 %; none tolerated); 121 in row 1\n"));
}

TEST(Contract, holds_values_against_their_type) {
  const std::vector<double> numbers{1, 1.5, std::numeric_limits<double>::infinity()};
  EXPECT_THAT(found(check(SchemaBuilder().number("x"), {{"x", numbers}})), IsEmpty());
  EXPECT_THAT(found(check(SchemaBuilder().integer("x"), {{"x", numbers}})), ElementsAre("x type 2/3"));
  EXPECT_THAT(found(check(SchemaBuilder().boolean("x"), {{"x", numbers}})), ElementsAre("x type 2/3"));
  EXPECT_THAT(found(check(SchemaBuilder().text("x"), {{"x", numbers}})), IsEmpty());
  EXPECT_THAT(found(check(SchemaBuilder().boolean("x"), {{"x", Texts{"TRUE", "0", "yes"}}})),
              ElementsAre("x type 1/3"));
  EXPECT_THAT(found(check(SchemaBuilder().number("x"), {{"x", std::vector<double>{1, kNaN, kNaN}, 1}})),
              ElementsAre("x type 1/2"))
      << "malformed values are of another type, not missing";
}

TEST(Contract, knows_categories_of_text_and_of_numbers_alike) {
  const auto one_of = [] { return SchemaBuilder().text("x").one_of({"3", "true", "b"}); };
  EXPECT_THAT(found(check(one_of(), {{"x", Texts{"3", "b", "c", "c", std::nullopt}}})), ElementsAre("x unseen 2/4"));
  EXPECT_THAT(found(check(one_of(), {{"x", std::vector<double>{3, 4}}})), ElementsAre("x unseen 1/2"));
  const std::vector<std::int8_t> codes{0, 1, 1, -1, 7};
  const std::vector<std::string_view> words{"b", "new"};
  const auto report = check(one_of(), {{"x", stream::Dictionary<std::int8_t>{codes, words}}});
  EXPECT_THAT(found(report), ElementsAre("x type 1/4", "x unseen 2/4"));
  EXPECT_EQ(report.findings[1].distinct, 1U);
  const std::vector<std::int64_t> big{9'007'199'254'740'993, 9'007'199'254'740'992};
  EXPECT_THAT(found(check(SchemaBuilder().integer("x").one_of({"9007199254740993"}), {{"x", big}})),
              ElementsAre("x unseen 1/2"))
      << "beyond 2^53 neighbours are different categories";
}

TEST(Contract, hides_text_unless_it_is_asked_for) {
  const auto one_of = [] { return SchemaBuilder().text("x").one_of({"a"}); };
  const Texts texts{"a", "jane@example.org"};
  const std::vector<TableColumn> table{{"x", texts}};
  EXPECT_THAT(report::to_text(check(one_of(), table)), Not(HasSubstr("jane")));
  EXPECT_THAT(report::to_json(check(one_of(), table)), Not(HasSubstr("jane")));
  EXPECT_THAT(check(one_of(), table).findings[0].examples[0].text, HasSubstr("(16 bytes)"));
  EXPECT_THAT(report::to_text(check(one_of(), table, {.show_text = {"x"}})), HasSubstr("jane@example.org in row 1"));
}

TEST(Contract, matches_whole_texts_and_survives_long_ones) {
  const std::string long_text(1'000'000, 'a');
  const Texts texts{"abc", "ABC", "abcd ", long_text};
  EXPECT_THAT(found(check(SchemaBuilder().text("x").matches("[a-z]*"), {{"x", texts}})), ElementsAre("x pattern 2/4"));
}

// By backtracking the first of these would take longer than there is time.
TEST(Contract, matches_patterns_in_time_linear_in_the_text) {
  const std::string almost(100'000, 'x');
  const Texts texts{almost, "xxy"};
  for (const char* hostile : {"(x+x+)+y", "(x|x)*y", "(x*)*y", "(x?){500}x{500}y"})
    EXPECT_THAT(found(check(SchemaBuilder().text("x").matches(hostile), {{"x", texts}})),
                ElementsAre(std::string_view(hostile) == "(x?){500}x{500}y" ? "x pattern 2/2" : "x pattern 1/2"));
}

TEST(Contract, matches_characters_rather_than_bytes) {
  const Texts texts{"\xC3\xA9", "e", "ee"};
  EXPECT_THAT(found(check(SchemaBuilder().text("x").matches("."), {{"x", texts}})), ElementsAre("x pattern 1/3"));
  EXPECT_THAT(found(check(SchemaBuilder().text("x").matches("\\p{L}"), {{"x", texts}})), ElementsAre("x pattern 1/3"));
}

TEST(Contract, finds_times_that_go_back_or_lie_in_the_future) {
  const std::vector<double> times{10, 20, 15, 20, 30};
  const auto ordered = [] { return SchemaBuilder().timestamp("t").ordered(); };
  EXPECT_THAT(found(check(ordered(), {{"t", times}})), ElementsAre("t order 1/5"));
  const TimePoint now{std::chrono::seconds(20)};
  EXPECT_THAT(found(check(SchemaBuilder().timestamp("t"), {{"t", times}}, {.now = now})), ElementsAre("t future 1/5"));
  EXPECT_THAT(found(check(SchemaBuilder().number("t"), {{"t", times}}, {.now = now})), IsEmpty()) << "no time";
}

TEST(Contract, says_which_side_of_a_bound_values_are_on) {
  const std::vector<double> ages{-1, 5};
  const auto text = [&](std::optional<double> min, std::optional<double> max) {
    return report::to_text(check(SchemaBuilder().number("x").range(min, max), {{"x", ages}}));
  };
  EXPECT_THAT(text(0, {}), HasSubstr("x: 1 of 2 values are below 0 (50 %"));
  EXPECT_THAT(text({}, 1), HasSubstr("x: 1 of 2 values are above 1 (50 %"));
}

TEST(Contract, shows_times_as_times) {
  const std::vector<double> times{1'577'836'800, 1'577'836'800.5};
  const auto report = check(SchemaBuilder().timestamp("t").range({}, 1'577'836'800), {{"t", times}});
  EXPECT_EQ(report.findings.at(0).examples, (std::vector<Example>{{"2020-01-01T00:00:00.5Z", 1}}));
  EXPECT_THAT(report::to_text(report), HasSubstr("t: 1 of 2 values are above 2020-01-01T00:00:00Z (50 %"));
  EXPECT_THAT(report::to_json(report), HasSubstr("\"max\": \"2020-01-01T00:00:00Z\""));
}

TEST(Contract, counts_the_bytes_of_what_it_hides_in_words) {
  const Texts texts{"b", ""};
  const auto report = check(SchemaBuilder().text("x").one_of({"a"}), {{"x", texts}});
  EXPECT_THAT(report.findings.at(0).examples.at(0).text, testing::EndsWith(" (1 byte)"));
  EXPECT_THAT(report.findings.at(0).examples.at(1).text, testing::EndsWith(" (0 bytes)"));
}

// ---- freshness

constexpr double kMinute = 60;
constexpr TimePoint kNow{std::chrono::hours(1000)};
constexpr double kNowSeconds = 1000 * 60 * kMinute;

SchemaBuilder fresh_times() {
  return SchemaBuilder().timestamp("t").fresh({.max_staleness = std::chrono::hours(6),
                                               .clock_tolerance = std::chrono::seconds(1),
                                               .max_silence = std::chrono::minutes(30)});
}

/// Of events so many minutes before now.
ContractReport of_ages(std::vector<double> minutes, const ValidationOptions& options) {
  for (double& x : minutes) x = kNowSeconds - kMinute * x;
  return check(fresh_times(), {{"t", minutes}}, options);
}

TEST(ContractFreshness, is_that_of_the_rows_at_a_given_now) {
  const struct {
    const char* what;
    std::vector<double> minutes_ago;
    std::vector<std::string> findings;
  } cases[] = {
      {"fresh", {60, 40, 20, 0}, {}},
      {"fresh, in any order", {20, 60, 0, 40}, {}},
      {"stale",
       {400, 380, 361, 360, 340, 320, 300, 280, 260, 240, 220, 200, 180, 160, 140, 120, 100, 80, 60, 40, 20},
       {"t stale 3/21"}},
      {"future", {20, 0, -1}, {"t future 1/3"}},
      {"ahead, as clocks differ", {20, 0, -0.01}, {}},
      {"a silent while", {90, 50, 20}, {"t silent 1/3"}},
      {"silent", {60, 31}, {"t silent 1/2"}},
  };
  for (const auto& [what, minutes, findings] : cases)
    EXPECT_EQ(found(of_ages(minutes, {.now = kNow})), findings) << what;
}

TEST(ContractFreshness, says_how_old_and_how_silent) {
  const std::string text = report::to_text(of_ages({540, 525, 20}, {.now = kNow}));
  EXPECT_THAT(text, HasSubstr("  t: 2 of 3 values are older than 6 h (66.7 %; none tolerated), the oldest 9 h; "
                              "1970-02-11T07:00:00Z in row 0\n"));
  EXPECT_THAT(text, HasSubstr("  t: no event for longer than 30 min, 1 time, the longest for 8.42 h after "
                              "1970-02-11T07:15:00Z in row 1\n"));
}

// Unknown is not fine: what cannot be checked is said, and the contract is not kept.
TEST(ContractFreshness, that_cannot_be_told_is_said_to_be_unchecked) {
  const ContractReport without_now = of_ages({90, 60, 40}, {});
  EXPECT_THAT(found(without_now), IsEmpty());
  EXPECT_FALSE(without_now.kept());
  EXPECT_THAT(report::to_text(without_now),
              HasSubstr("contract not shown to be kept by 3 rows: 1 rule could not be checked\n"
                        "  t: freshness was not checked: no moment was given"));
  EXPECT_FALSE(of_ages({}, {.now = kNow}).kept()) << "silence is not health";
  EXPECT_THAT(found(of_ages({90, 50, 40}, {})), ElementsAre("t silent 1/3")) << "between events it takes no now";
  const auto schema = [] { return SchemaBuilder().number("x").fresh({.max_staleness = std::chrono::hours(6)}); };
  const std::vector<double> values{1};
  const ContractReport without_times = check(schema(), {{"x", values}}, {.now = kNow});
  EXPECT_THAT(without_times.unchecked,
              ElementsAre(UncheckedRule{"x", "freshness", "no column tells the times of its events"}));
  EXPECT_THAT(report::to_json(without_times), HasSubstr("\"kept\": false"));
}

TEST(ContractFreshness, of_other_values_goes_by_the_column_of_event_times) {
  const auto schema = [] { return SchemaBuilder().number("x").fresh({.max_staleness = std::chrono::hours(6)}); };
  const std::vector<double> values{1, 2, 3, kNaN, 5};
  const std::vector<double> times{kNowSeconds, kNowSeconds - 7 * 60 * kMinute, kNaN, kNaN, kNowSeconds + 1};
  const std::vector<TableColumn> table{{"x", values}, {"at", times}};
  EXPECT_THAT(found(check(schema(), table, {.now = kNow, .event_time = "at"})),
              ElementsAre("x undated 1/4", "x stale 1/4", "x future 1/4"));
  const ContractReport absent = check(schema().timestamp("updated"), table, {.now = kNow, .event_time = "updated"});
  EXPECT_THAT(found(absent), ElementsAre("updated absent 0/0"));
  EXPECT_EQ(absent.unchecked.size(), 1U);
  EXPECT_EQ(to_string(validate(*schema().build(), table, {.event_time = "nope"}).error()),
            "event_time: expected the name of a column, found \"nope\"");
}

TEST(ContractFreshness, stands_times_at_the_ends_of_their_range) {
  const std::vector<double> times{-1e300, 1e300, std::numeric_limits<double>::infinity()};
  EXPECT_THAT(found(check(fresh_times(), {{"t", times}}, {.now = kNow})),
              ElementsAre("t future 2/3", "t stale 1/3", "t silent 1/3"));
}

TEST(Contract, finds_rows_that_repeat_a_key) {
  const Texts a{"x", "xy", "x", std::nullopt, std::nullopt};
  const Texts b{"yz", "z", "yz", "z", "z"};
  const std::vector<TableColumn> table{{"a", a}, {"b", b}};
  const auto report = check(SchemaBuilder().text("a").text("b").unique({"a", "b"}), table);
  EXPECT_THAT(found(report), ElementsAre("a,b unique 1/3")) << "x+yz is not xy+z; rows without a value have no key";
  EXPECT_EQ(report.findings[0].examples[0].row, 2U);
}

TEST(Contract, asks_for_a_column_or_for_a_value) {
  const std::vector<double> nothing{kNaN, kNaN};
  const std::vector<TableColumn> nulls{{"x", nothing}};
  EXPECT_THAT(found(check(SchemaBuilder().number("x"), nulls)), IsEmpty());
  EXPECT_THAT(found(check(SchemaBuilder().number("x").with_a_value(), nulls)), ElementsAre("x empty 2/2"));
  EXPECT_THAT(found(check(SchemaBuilder().number("y").optional().number("x"), nulls)), IsEmpty());
}

TEST(Contract, lists_columns_that_it_does_not_name) {
  const std::vector<double> one{1};
  EXPECT_THAT(check(SchemaBuilder().number("x"), {{"y", one}, {"x", one}}).unknown, ElementsAre("y"));
}

TEST(Contract, refuses_tables_that_are_none) {
  const Schema schema = *SchemaBuilder().number("x").build();
  const std::vector<double> one{1}, two{1, 2};
  EXPECT_EQ(to_string(validate(schema, std::vector<TableColumn>{{"x", one}, {"y", two}}).error()),
            "y: expected 1 rows as in x, found 2");
  EXPECT_EQ(to_string(validate(schema, std::vector<TableColumn>{{"x", one}, {"x", one}}).error()),
            "x: expected distinct names, found one twice");
}

// ---- tolerance

std::uint64_t least_finding(const SchemaBuilder& schema, std::size_t rows) {
  for (std::size_t count = 1; count <= rows; ++count) {
    std::vector<double> values(rows, 0);
    std::fill_n(values.begin(), count, 2.0);
    if (!check(schema, {{"x", values}}).kept()) return count;
  }
  return 0;
}

// P(B(100, 0.01) >= 4) = 0.0184, >= 3: 0.0794. Beta-binomial (100; 2, 99): P(>= 6) = 0.0574..., >= 7: 0.0315.
TEST(Contract, tolerates_a_share_up_to_noise) {
  EXPECT_EQ(least_finding(SchemaBuilder().number("x").range(0, 1), 100), 1U);
  EXPECT_EQ(least_finding(SchemaBuilder().number("x").range(0, 1, Tolerance::of_share(0.01)), 100), 4U);
  EXPECT_EQ(least_finding(SchemaBuilder().number("x").range(0, 1, Tolerance::of_share(1)), 100), 0U);
  std::vector<double> values(10, 0);
  values[3] = 2;
  const auto report = check(SchemaBuilder().number("x").range(0, 1, Tolerance::of_share(0.01)), {{"x", values}});
  ASSERT_EQ(report.within.size(), 1U);
  EXPECT_NEAR(*report.within[0].p_value, 1 - std::pow(0.99, 10), 1e-12);
}

TEST(Contract, tolerates_what_a_second_sample_of_the_same_law_would_show) {
  const std::size_t n = 100;
  const auto seen = [] { return SchemaBuilder().number("x").range(0, 1, Tolerance::seen(1, 100)); };
  const std::uint64_t least = least_finding(seen(), n);
  // By drawing: the least count whose frequency beyond the range of 100 others is below 0.05.
  test::Generator random(1);
  std::vector<int> counts(n + 1);
  constexpr int kRuns = 20'000;
  for (int run = 0; run < kRuns; ++run) {
    double low = 1, high = 0;
    for (std::size_t i = 0; i < 100; ++i) {
      const double x = random.uniform();
      low = std::min(low, x);
      high = std::max(high, x);
    }
    std::size_t beyond = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = random.uniform();
      beyond += x < low || x > high ? 1 : 0;
    }
    ++counts[beyond];
  }
  int tail = 0;
  std::size_t oracle = n;
  while (tail + counts[oracle] <= 0.05 * kRuns) tail += counts[oracle--];
  EXPECT_EQ(least, oracle + 1);
}

TEST(Contract, counts_rows_that_are_alike_as_one) {
  const auto least = [](const Tolerance& tolerated, std::size_t rows) {
    return least_finding(SchemaBuilder().number("x").range(0, 1, tolerated), rows);
  };
  const std::uint64_t independent = least(Tolerance::seen(1, 100), 100);
  EXPECT_EQ(least(Tolerance::seen(10, 1000, 10), 1000), 10 * independent) << "ten rows speak for one";
  EXPECT_EQ(least(Tolerance::seen(1, 1000, 10), 1000), 10 * independent) << "a part of an event is one";
}

TEST(Contract, finds_a_new_category_by_its_weight_or_by_company) {
  const auto schema = [] { return SchemaBuilder().text("x").one_of({"a"}, Tolerance::seen(0, 1000)); };
  const auto report = [&](std::size_t rows, auto text_of) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < rows; ++i) texts.push_back(text_of(i));
    Texts column(1000, "a");
    std::copy(texts.begin(), texts.end(), column.begin());
    return check(schema(), {{"x", column}});
  };
  const auto one = [](std::size_t) { return std::string("new"); };
  const auto many = [](std::size_t i) { return std::to_string(i); };
  EXPECT_TRUE(report(8, one).kept()) << "one rare category in one of two halves is chance";
  EXPECT_FALSE(report(20, one).kept());
  EXPECT_TRUE(report(3, many).kept());
  EXPECT_FALSE(report(8, many).kept());
}

}  // namespace
}  // namespace leeway::validate
