#include "leeway/validate/schema.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace leeway::validate {
namespace {

std::string error_of(const Result<Schema>& schema) { return schema ? "no error" : to_string(schema.error()); }

TEST(Schema, is_built_column_by_column) {
  const auto schema = SchemaBuilder()
                          .number("age")
                          .not_missing()
                          .range(0, 120)
                          .text("country")
                          .optional()
                          .one_of({"de", "fr"}, Tolerance::of_share(0.01))
                          .unique({"age", "country"})
                          .build();
  ASSERT_TRUE(schema) << error_of(schema);
  const ColumnContract age{.name = "age", .missing = MissingRule{}, .range = RangeRule{0, 120}};
  const ColumnContract country{.name = "country",
                               .type = ColumnType::text,
                               .presence = Presence::optional,
                               .categories = CategoryRule{{"de", "fr"}, Tolerance::of_share(0.01)}};
  EXPECT_EQ(*schema, *Schema::make({age, country}, {UniqueKey{{"age", "country"}}}));
  EXPECT_EQ(schema->find("country"), 1U);
  EXPECT_EQ(schema->find("county"), std::nullopt);
}

TEST(Schema, shares_its_budget_among_the_rules_that_tolerate) {
  const auto level = [](SchemaBuilder builder) { return builder.budget(0.06).build()->level(); };
  EXPECT_DOUBLE_EQ(level(SchemaBuilder().number("x").range(0, 1).not_missing()), 0.06);
  EXPECT_DOUBLE_EQ(level(SchemaBuilder().number("x").range(0, 1, Tolerance::seen(1, 9))), 0.06);
  EXPECT_DOUBLE_EQ(level(SchemaBuilder()
                             .number("x")
                             .range(0, 1, Tolerance::seen(1, 9))
                             .missing(Tolerance::seen(1, 9), true)
                             .number("never broken")
                             .range(0, 1, Tolerance::seen(9, 9))
                             .missing(Tolerance::seen(0, 9), true)
                             .text("y")
                             .matches("a", Tolerance::of_share(0.1))),
                   0.06 / 5);
}

TEST(Schema, names_the_path_of_what_is_wrong) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const struct {
    SchemaBuilder builder;
    const char* error;
  } cases[] = {
      {SchemaBuilder(), "columns: expected at least one column, found none"},
      {SchemaBuilder().number(""), "columns[0].name: expected a name, found an empty text"},
      {SchemaBuilder().number("\xff"), "columns[0].name: expected UTF-8 without NUL, found byte 0xFF after 0"},
      {SchemaBuilder().number("x").text("x"), "columns[1].name: expected distinct names, found \"x\" twice"},
      {SchemaBuilder().number("x").range(2, 1), "columns[0].range: expected min <= max, found 2 > 1"},
      {SchemaBuilder().number("x").range({}, {}), "columns[0].range: expected min or max, found neither"},
      {SchemaBuilder().number("x").range(nan, 1), "columns[0].range.min: expected a finite number, found nan"},
      {SchemaBuilder().number("x").range(0, infinity), "columns[0].range.max: expected a finite number, found inf"},
      {SchemaBuilder().number("x").range(0, 1, Tolerance::of_share(2)),
       "columns[0].range.tolerated: expected a share from 0 to 1, found 2"},
      {SchemaBuilder().number("x").range(0, 1, Tolerance::of_share(nan)),
       "columns[0].range.tolerated: expected a share from 0 to 1, found nan"},
      {SchemaBuilder().number("x").missing(Tolerance::seen(3, 2)),
       "columns[0].missing.tolerated: expected at most as many events as rows, found 3 in 2"},
      {SchemaBuilder().number("x").mean(1, nan), "columns[0].mean.max: expected a finite number, found nan"},
      {SchemaBuilder().text("x").one_of({}), "columns[0].categories.values: expected at least one value, found none"},
      {SchemaBuilder().text("x").one_of({"a", "a"}),
       "columns[0].categories.values[1]: expected distinct values, found \"a\" twice"},
      {SchemaBuilder().integer("x").one_of({"7", "07"}),
       "columns[0].categories.values[1]: expected an integer such as \"-7\", found \"07\""},
      {SchemaBuilder().text("x").matches("("),
       "columns[0].pattern.regex: expected a regular expression that RE2 takes, found missing ): ("},
      {SchemaBuilder().text("x").matches(std::string(1'000'000, '(')),
       "columns[0].pattern.regex: expected at most 1000 bytes, found 1000000"},
      {SchemaBuilder().text("x").matches("(?=a)b"),
       "columns[0].pattern.regex: expected a regular expression that RE2 takes, found invalid perl operator: (?="},
      {SchemaBuilder().text("x").matches("(a)\\1"),
       "columns[0].pattern.regex: expected a regular expression that RE2 takes, found invalid escape sequence: \\1"},
      {SchemaBuilder().text("x").matches("((.{100}){100})"),
       "columns[0].pattern.regex: expected a regular expression that RE2 takes, found invalid repetition size: {100}"},
      {SchemaBuilder().text("x").range(0, 1),
       "columns[0].range: expected a column of type number, integer or timestamp for this rule, found text"},
      {SchemaBuilder().number("x").one_of({"a"}),
       "columns[0].categories: expected a column of type text or integer for this rule, found number"},
      {SchemaBuilder().timestamp("x").mean(0, 1),
       "columns[0].mean: expected a column of type number or integer for this rule, found timestamp"},
      {SchemaBuilder().number("x").fresh({}),
       "columns[0].freshness.max_staleness_s: expected a duration above 0, found 0 s"},
      {SchemaBuilder().number("x").unique({"y"}), "unique[0].columns[0]: expected the name of a column, found \"y\""},
      {SchemaBuilder().number("x").budget(0), "budget: expected a number above 0 and at most 1, found 0"},
  };
  for (const auto& [builder, error] : cases) EXPECT_EQ(error_of(SchemaBuilder(builder).build()), error);
}

TEST(Schema, reads_back_the_names_of_its_types) {
  for (const char* name : {"number", "integer", "text", "boolean", "timestamp"})
    EXPECT_STREQ(to_string(*parse_column_type(name)), name);
  for (const char* name : {"optional", "column", "value"}) EXPECT_STREQ(to_string(*parse_presence(name)), name);
  for (const char* name : {"flag", "fallback", "reject"}) EXPECT_STREQ(to_string(*parse_on_stale(name)), name);
  EXPECT_EQ(parse_column_type("float"), std::nullopt);
}

}  // namespace
}  // namespace leeway::validate
