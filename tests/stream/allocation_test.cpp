// Recording costs no memory once a recorder is there, whatever it is fed.

#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/stream/recorder.hpp"
#include "leeway/validate/row_validator.hpp"
#include "support/allocations.hpp"

namespace leeway::stream {
namespace {

std::shared_ptr<const profile::Profile> mixed_profile() {
  std::vector<double> many;
  for (int i = 0; i < 1000; ++i) many.push_back(i);
  return std::make_shared<const profile::Profile>(*profile::ProfileBuilder({.cells = 50})
                                                       .numeric("many_cells", many)
                                                       .numeric("few_cells", std::vector<double>(1000, 1.0))
                                                       .categorical("c", {{"a", 900}, {"12", 100}}, 0)
                                                       .build());
}

TEST(Recorder, allocates_nothing_while_it_records) {
  const auto profile = mixed_profile();
  Collector collector(profile, {.moments = true, .quantiles = true, .unseen_text = {"c"}});
  Recorder recorder = collector.recorder({.block_rows = 8});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::array<float, 3> floats{nan, 1e30F, 12};
  const std::array<double, 3> doubles{5, -7, 0.1};
  const std::array<Value, 3> values{Value("text"), Value::malformed(),
                                    Value(std::string_view("a category that nobody has seen before"))};
  const std::array<Column, 3> columns{floats, floats, floats};
  struct Row {
    float many;
    std::int64_t few;
    std::string_view c;
  };
  const auto layout =
      RowLayout::make(*profile, {field<&Row::many>("many_cells"), field<&Row::few>("few_cells"), field<&Row::c>("c")});
  const Row row{1, 2, "another category that nobody has seen before"};
  const std::vector<std::string_view> words{"a", "b"};
  const std::vector<std::int8_t> codes{0, 1, -1};
  const std::array<Column, 3> mixed{floats, doubles, Dictionary<std::int8_t>{codes, words}};
  const std::uint64_t before = test::allocations();
  for (int i = 0; i < 1000; ++i) {
    recorder.record(&row, *layout);
    recorder.row().set(0, 1).set(2, "a text of some length, longer than any small string").record();
    recorder.record_columns(mixed);
    recorder.record(floats);
    recorder.record(doubles);
    recorder.record(values);
    recorder.record(std::span(floats).first(2));  // rejected
    recorder.record_rows(RowMajor<float>{floats.data(), 1, 3, 3});
    recorder.record_columns(columns);
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(collector.drain().rows(), 1000u * 12) << "1 + 1 + 3 + 1 + 1 + 1 + 1 + 3 rows each time";
}

TEST(RowValidator, allocates_nothing_while_it_checks) {
  const auto schema =
      *validate::SchemaBuilder().number("x").range(0, 1).integer("i").one_of({"3"}).text("c").one_of({"a"}).build();
  auto validator = *validate::RowValidator::make(schema, std::vector<std::string>{"x", "i", "c"});
  const std::array<float, 3> floats{2, 0.5F, 7};
  const std::array<double, 3> doubles{0.5, 3, 1e300};
  const std::array<Value, 3> values{Value(), Value(4), Value("a text of some length, longer than any small string")};
  const std::uint64_t before = test::allocations();
  for (int i = 0; i < 1000; ++i) {
    static_cast<void>(validator.check(std::span<const float>(floats)));
    static_cast<void>(validator.check(std::span<const double>(doubles)));
    static_cast<void>(validator.check(std::span<const Value>(values)));
  }
  EXPECT_EQ(test::allocations(), before);
  EXPECT_EQ(validator.rows(), 3000U);
}

// What the documentation states: 2 kB per feature of ten cells and recorder, whatever the number of rows.
std::uint64_t bytes_of_a_recorder(profile::ProfileBuilder builder, PaneOptions options = {}) {
  Collector collector(std::make_shared<const profile::Profile>(*builder.build()), std::move(options));
  const std::uint64_t before = test::allocated_bytes();
  const Recorder recorder = collector.recorder();
  return test::allocated_bytes() - before;
}

TEST(Recorder, of_ten_cells_takes_at_most_two_kilobytes_a_feature) {
  std::vector<double> column;
  for (int i = 0; i < 500; ++i) column.push_back(i);
  std::vector<profile::CategoryCount> categories;
  for (int i = 0; i < 10; ++i) categories.push_back({std::to_string(i), 50});
  for (const std::size_t features : {1u, 2u, 16u, 17u, 1000u}) {
    profile::ProfileBuilder numeric;
    profile::ProfileBuilder categorical;
    PaneOptions texts;
    for (std::size_t i = 0; i < features; ++i) {
      texts.unseen_text.push_back("f" + std::to_string(i));
      numeric.numeric(texts.unseen_text.back(), column);
      categorical.categorical(texts.unseen_text.back(), categories, 0);
    }
    const std::size_t own = features < 1000 ? 2000 : 0;  // the recorder's, which many features make up for
    EXPECT_LE(bytes_of_a_recorder(numeric), 2000 * features + own);
    EXPECT_LE(bytes_of_a_recorder(categorical), 2000 * features + own);
    EXPECT_LE(bytes_of_a_recorder(categorical, texts), 3300 * features + 2000);
  }
}

}  // namespace
}  // namespace leeway::stream
