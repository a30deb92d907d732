#include "leeway/store/schema_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace leeway::store {
namespace {

using testing::HasSubstr;
using validate::Schema;
using validate::SchemaBuilder;
using validate::Tolerance;
using namespace std::chrono_literals;

Schema every_rule() {
  return *SchemaBuilder()
              .number("age")
              .not_missing()
              .range(0, 120)
              .mean(10, 0.1 + 50)
              .fresh({.max_staleness = 6h,
                      .on_stale = validate::OnStale::fallback,
                      .fallback = -1.5,
                      .clock_tolerance = 1ms,
                      .max_silence = 60s})
              .integer("rooms \"n\"\n")
              .missing(Tolerance::seen(3, 1000), true)
              .range(std::nullopt, 1e300, Tolerance::seen(1, 997))
              .one_of({"-7", "0"})
              .text("country \xC3\xA9")
              .optional()
              .one_of({"de", "\xC3\xA9"}, Tolerance::of_share(0.1))
              .matches("[a-z]+", Tolerance::of_share(1e-9))
              .boolean("flag")
              .with_a_value()
              .other_types(Tolerance::seen(2, 5, 2.5))
              .timestamp("at")
              .ordered(Tolerance::of_share(0.25))
              .fresh({.max_staleness = 1us})
              .unique({"age", "at"})
              .unique({"flag"}, Tolerance::of_share(0.5))
              .budget(0.01)
              .build();
}

std::string error_of(const std::string& text, const std::string& where = "s.json") {
  const auto schema = parse_schema(text, where);
  return schema ? "no error" : to_string(schema.error());
}

std::string edited(const std::string& from, const std::string& to) {
  std::string text = format_schema(every_rule());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(SchemaFile, reads_back_what_was_written_byte_by_byte) {
  const std::string text = format_schema(every_rule());
  const auto read = parse_schema(text, "s.json");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(*read, every_rule());
  EXPECT_EQ(format_schema(*read), text);
}

TEST(SchemaFile, reads_what_a_person_would_write) {
  const auto read = parse_schema(
      R"({"format": "leeway.schema", "version": 1,
          "columns": [{"name": "age", "type": "number", "missing": {}, "range": {"min": 0, "max": 120}},
                      {"name": "purchase_amount", "type": "number", "mean": {"min": 10, "max": 1000}}]})",
      "s.json");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(
      *read,
      *SchemaBuilder().number("age").not_missing().range(0, 120).number("purchase_amount").mean(10, 1000).build());
}

TEST(SchemaFile, names_the_path_of_what_is_wrong) {
  const struct {
    const char *from, *to, *error;
  } cases[] = {
      {"\"leeway.schema\"", "\"leeway.profile\"",
       "s.json.format: expected \"leeway.schema\", found \"leeway.profile\""},
      {"\"version\": 1", "\"version\": 2", "s.json.version: expected version 1, found 2"},
      {"\"version\": 1", "\"version\": \"1\"", "s.json.version: expected a count, found \"1\""},
      {"\"version\": 1,", "", "s.json.version: expected a count, found nothing"},
      {"\"budget\": 0.01", "\"budget\": 2", "s.json.budget: expected a number above 0 and at most 1, found 2"},
      {"\"budget\"", "\"bugdet\"",
       "s.json: expected one of format, version, budget, columns, unique, found \"bugdet\""},
      {"\"min\":0.0", "\"min\":\"x\"", "s.json.columns[0].range.min: expected a number, found \"x\""},
      {"\"min\":0.0", "\"min\":[1]", "s.json.columns[0].range.min: expected a number, found a list"},
      {"\"min\":0.0", "\"min\":null", "s.json.columns[0].range.min: expected a number, found null"},
      {"\"min\":0.0", "\"min\":121", "s.json.columns[0].range: expected min <= max, found 121 > 120"},
      {"\"min\":0.0", "\"mni\":0", "s.json.columns[0].range: expected one of min, max, tolerated, found \"mni\""},
      {"\"type\": \"number\"", "\"type\": \"float\"",
       "s.json.columns[0].type: expected \"number\", \"integer\", \"text\", \"boolean\" or \"timestamp\", found "
       "\"float\""},
      {"\"type\": \"number\",", "", "s.json.columns[0].type: expected text, found nothing"},
      {"\"presence\": \"column\"", "\"presence\": true", "s.json.columns[0].presence: expected text, found true"},
      {"\"presence\": \"optional\"", "\"presence\": \"maybe\"",
       "s.json.columns[2].presence: expected \"optional\", \"column\" or \"value\", found \"maybe\""},
      {"\"on_stale\":\"fallback\"", "\"on_stale\":\"guess\"",
       "s.json.columns[0].freshness.on_stale: expected \"flag\", \"fallback\" or \"reject\", found \"guess\""},
      {"\"max_staleness_s\":21600.0", "\"max_staleness_s\":1e300",
       "s.json.columns[0].freshness.max_staleness_s: expected seconds from 0 to 1e11, found 1e+300"},
      {",\"fallback\":-1.5", "", "s.json.columns[0].freshness.fallback: expected a number, found nothing"},
      {"{\"events\":3,\"rows\":1000}", "\"few\"",
       "s.json.columns[1].missing.tolerated: expected a share, or an object of events and rows, found \"few\""},
      {"{\"events\":3,\"rows\":1000}", "{\"events\":3}",
       "s.json.columns[1].missing.tolerated.rows: expected a count, found nothing"},
      {"{\"events\":3,\"rows\":1000}", "{\"events\":0,\"rows\":0}",
       "s.json.columns[1].missing.tolerated.rows: expected at least one row, found none"},
      {"{\"events\":3,\"rows\":1000}", "{\"events\":3,\"rows\":2}",
       "s.json.columns[1].missing.tolerated: expected at most as many events as rows, found 3 in 2"},
      {"\"design_effect\":2.5", "\"design_effect\":0.5",
       "s.json.columns[3].type_tolerated.design_effect: expected a finite number from 1, found 0.5"},
      {"\"two_sided\":true", "\"two_sided\":1", "s.json.columns[1].missing.two_sided: expected true or false, found 1"},
      {"[\"-7\",\"0\"]", "[\"-7\",0]",
       "s.json.columns[1].categories.values: expected a list of texts, found 0 among them"},
      {"[\"-7\",\"0\"]", "\"-7\"", "s.json.columns[1].categories.values: expected a list of texts, found \"-7\""},
      {"\"[a-z]+\"", "\"[a-z\"",
       "s.json.columns[2].pattern.regex: expected a regular expression that RE2 takes, found missing ]: [a-z"},
      {"\"mean\": {", "\"maen\": {",
       "s.json.columns[0]: expected one of name, type, presence, type_tolerated, missing, range, categories, mean, "
       "pattern, order, freshness, found \"maen\""},
      {"[\"flag\"]", "[\"flug\"]", "s.json.unique[1].columns[0]: expected the name of a column, found \"flug\""},
      {"\"budget\": 0.01", "\"version\": 1", "s.json.version: expected each member once, found it twice"},
      {"\"max\":120.0", "\"min\":120.0", "s.json.columns[0].range.min: expected each member once, found it twice"},
      {"{\"min\":0.0", "{min:0.0", "s.json: expected JSON, found \"range\": {m in line 11, column 14"},
      {"\"max\":120.0", "\"max\":1e999", "s.json: expected JSON, found \"1e999\" in line 11, column 34"},
      {"\"[a-z]+\"", "\"(a)\\\\1\"",
       "s.json.columns[2].pattern.regex: expected a regular expression that RE2 takes, found invalid escape sequence: "
       "\\1"},
      {"\"[a-z]+\"", "\"(?=a)b\"",
       "s.json.columns[2].pattern.regex: expected a regular expression that RE2 takes, found invalid perl operator: "
       "(?="},
  };
  for (const auto& [from, to, error] : cases) EXPECT_EQ(error_of(edited(from, to)), error);
  EXPECT_EQ(error_of(edited("\"min\":0.0", "\"min\":\"x\""), ""),
            "columns[0].range.min: expected a number, found \"x\"");
}

TEST(SchemaFile, names_the_line_and_the_column_where_json_ends_to_be_json) {
  EXPECT_EQ(error_of(""), "s.json: expected JSON, found its end in line 1, column 1");
  EXPECT_EQ(error_of("{\n \"format\": \"leeway.schema\",\n \"version\" 1}"),
            "s.json: expected JSON, found \"1\" in line 3, column 12");
  EXPECT_EQ(error_of("{\n}\n x"), "s.json: expected JSON, found \"x\" in line 3, column 2");
  EXPECT_EQ(error_of("{\n"), "s.json: expected JSON, found its end in line 2, column 1");
  EXPECT_EQ(error_of("[1, {\"a\": 1, \"a\": 2}]"), "s.json[1].a: expected each member once, found it twice");
  EXPECT_EQ(error_of("[]"), "s.json: expected a JSON object, found a list");
}

TEST(SchemaFile, survives_json_of_any_other_shape) {
  for (const std::string text :
       {"", "null", "[]", "3", "{}", "{\"columns\":3}", "{\"format\":\"leeway.schema\",\"version\":1,\"columns\":[3]}",
        "{\"format\":\"leeway.schema\",\"version\":1,\"columns\":[{\"range\":[]}]}"})
    EXPECT_NE(error_of(text), "no error") << text;
  const std::string deep(1'000'000, '[');
  EXPECT_THAT(error_of(deep), HasSubstr("expected at most 16 levels of nesting, found more"));
  EXPECT_THAT(error_of("{\"a\":" + deep + std::string(1'000'000, ']') + "}"), HasSubstr("s.json.a[0][0]"));
}

}  // namespace
}  // namespace leeway::store
