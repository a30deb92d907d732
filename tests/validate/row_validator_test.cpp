#include "leeway/validate/row_validator.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/validate/contract.hpp"
#include "support/generator.hpp"

namespace leeway::validate {
namespace {

using stream::Value;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

const std::vector<std::string> kNames{"x", "i", "c", "b", "free", "m"};

Schema mixed() {
  return *SchemaBuilder()
              .number("x")
              .not_missing()
              .range(-1.5, 2.25)
              .integer("i")
              .range(0, 5)
              .text("c")
              .one_of({"1", "2", "a"})
              .boolean("b")
              .text("label")
              .number("m")
              .missing(Tolerance::of_share(0.5))
              .mean(-1, 1)
              .build();
}

RowValidator validator() { return *RowValidator::make(mixed(), kNames); }

// Numbers on both sides of every bound, at the bounds, and what is no number.
double any_number(test::Generator& random) {
  static const std::array<double, 16> kNumbers{-1.5,       std::nextafter(-1.5, -2),
                                               2.25,       std::nextafter(2.25, 3),
                                               0,          -0.0,
                                               1,          2,
                                               3,          5,
                                               6,          0.5,
                                               kNaN,       kInfinity,
                                               -kInfinity, 1e300};
  return kNumbers[random.below(kNumbers.size())];
}

/// The counts of a batch are those of its rows, whatever the rows are made of.
template <class T>
void expect_same_as_batch(bool rarely_broken) {
  test::Generator random(7);
  RowValidator rows = validator();
  std::array<std::vector<double>, 6> columns;
  std::uint64_t broken_rows = 0;
  for (int n = 0; n < 2000; ++n) {
    std::array<T, 6> row{};
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double fine = i == 2 ? 2 : 1;
      const double number = rarely_broken && random.below(50) > 0 ? fine : any_number(random);
      if constexpr (std::is_same_v<T, Value>) {
        row[i] = std::isnan(number) ? Value() : Value(number);
        columns[i].push_back(number);
      } else {
        row[i] = static_cast<T>(number);
        columns[i].push_back(static_cast<double>(row[i]));
      }
    }
    if (rows.check(std::span<const T>(row))) ++broken_rows;
  }
  EXPECT_GT(broken_rows, 0U);
  EXPECT_LT(broken_rows, rarely_broken ? 400U : 2000U);
  std::vector<TableColumn> table;
  for (std::size_t i = 0; i < columns.size(); ++i) table.push_back({kNames[i], columns[i]});
  const Schema schema = mixed();
  const auto batch = validate(schema, table);
  const ContractReport stream = judge(schema, rows.counts());
  ASSERT_EQ(batch->findings.size(), stream.findings.size() + 1) << "the batch lacks the label";
  std::size_t at = 0;
  for (const ContractFinding& finding : batch->findings) {
    if (finding.column == "label") continue;
    EXPECT_EQ(finding.rule, stream.findings[at].rule);
    EXPECT_EQ(finding.count, stream.findings[at].count) << finding.column << " " << to_string(finding.rule);
    EXPECT_EQ(finding.of, stream.findings[at].of);
    EXPECT_EQ(finding.p_value, stream.findings[at].p_value);
    ++at;
  }
}

TEST(RowValidator, counts_rows_of_floats_as_a_batch) { expect_same_as_batch<float>(false); }
TEST(RowValidator, counts_rows_of_doubles_as_a_batch) { expect_same_as_batch<double>(false); }
TEST(RowValidator, counts_rows_of_values_as_a_batch) { expect_same_as_batch<Value>(false); }
TEST(RowValidator, counts_rows_that_are_mostly_fine_as_a_batch) {
  expect_same_as_batch<float>(true);
  expect_same_as_batch<double>(true);
}

// 0.7 lies above the float next to it, 0.3 below.
TEST(RowValidator, compares_floats_with_bounds_that_no_float_has) {
  const Schema schema = *SchemaBuilder().number("low").range(0.7, std::nullopt).number("high").range({}, 0.3).build();
  const auto broken_by = [&](float low, float high) {
    auto v = *RowValidator::make(schema, std::vector<std::string>{"low", "high"});
    const std::array<float, 2> row{low, high};
    return v.check(std::span<const float>(row));
  };
  EXPECT_EQ(broken_by(0.7F, 0), (BrokenRule{0, Rule::range}));
  EXPECT_EQ(broken_by(std::nextafter(0.7F, 1.F), 0), std::nullopt);
  EXPECT_EQ(broken_by(1, 0.3F), (BrokenRule{1, Rule::range}));
  EXPECT_EQ(broken_by(1, std::nextafter(0.3F, 0.F)), std::nullopt);
}

std::string broken(std::vector<Value> row) {
  RowValidator v = validator();
  const auto rule = v.check(std::span<const Value>(row));
  return rule ? kNames[rule->column] + " " + to_string(rule->rule) : "fine";
}

TEST(RowValidator, names_the_first_value_that_breaks_a_rule) {
  EXPECT_EQ(broken({1, 2, "a", true, "anything", 0.5}), "fine");
  EXPECT_EQ(broken({Value(), 2, "a", true, 1, 0.5}), "x missing");
  EXPECT_EQ(broken({1, Value(), Value(), Value(), 1, Value()}), "fine") << "where missing is allowed";
  EXPECT_EQ(broken({"1", 2, "a", true, 1, 0.5}), "x type");
  EXPECT_EQ(broken({1, Value::malformed(), "a", true, 1, 0.5}), "i type");
  EXPECT_EQ(broken({1, 2.5, "z", true, 1, 0.5}), "i type");
  EXPECT_EQ(broken({1, 6, "z", true, 1, 0.5}), "i range");
  EXPECT_EQ(broken({1, 2, "z", true, 1, 0.5}), "c unseen");
  EXPECT_EQ(broken({1, 2, 2.0, "maybe", 1, 0.5}), "b type");
  EXPECT_EQ(broken({1, 2}), "x absent") << "a row of another size";
}

TEST(RowValidator, reads_the_rows_of_a_host_by_their_layout) {
  struct Row {
    double x;
    std::string c;
  };
  const auto profile =
      *profile::ProfileBuilder().numeric("x", std::vector<double>{1}).categorical("c", {{"a", 1}}, 0).build();
  const auto layout = *stream::RowLayout::make(profile, {stream::field<&Row::x>("x"), stream::field<&Row::c>("c")});
  auto v = *RowValidator::make(mixed(), std::vector<std::string>{"x", "c"});
  const Row fine{1, "a"}, unseen{1, "z"};
  EXPECT_EQ(v.check(&fine, layout), std::nullopt);
  EXPECT_EQ(v.check(&unseen, layout), (BrokenRule{1, Rule::unseen}));
  EXPECT_EQ(v.rows(), 2U);
}

TEST(RowValidator, refuses_a_place_twice) {
  const auto v = RowValidator::make(mixed(), std::vector<std::string>{"x", "x"});
  ASSERT_FALSE(v);
  EXPECT_EQ(to_string(v.error()), "x: expected distinct names, found one twice");
}

TEST(RowValidator, is_asked_from_another_thread_while_it_checks) {
  auto v = *RowValidator::make(mixed(), std::vector<std::string>{"x", "c"});
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) {
      const auto counts = v.counts();
      EXPECT_LE(counts[0].outside, 20'000U);
      EXPECT_LE(counts[2].unseen_distinct, 32U);
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    const std::array<Value, 2> row{Value(9), Value(i)};
    static_cast<void>(v.check(std::span<const Value>(row)));
  }
  done = true;
  reader.join();
  EXPECT_EQ(v.counts()[0].outside, 20'000U);
  EXPECT_EQ(v.counts()[2].unseen, 19'998U);
  EXPECT_EQ(v.counts()[2].unseen_distinct, 32U);
}

TEST(RowValidator, merges_what_threads_have_counted) {
  auto a = validator();
  auto b = validator();
  const std::array<double, 6> broken{9, 9, 9, 9, 9, 9};
  static_cast<void>(a.check(std::span<const double>(broken)));
  static_cast<void>(b.check(std::span<const double>(broken)));
  ColumnCounts counts = a.counts()[0];
  counts.merge(b.counts()[0]);
  EXPECT_EQ(counts.rows, 2U);
  EXPECT_EQ(counts.outside, 2U);
}

}  // namespace
}  // namespace leeway::validate
