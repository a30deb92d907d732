#include "leeway/validate/schema_inference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/validate/contract.hpp"
#include "support/generator.hpp"

namespace leeway::validate {
namespace {

using Texts = std::vector<std::optional<std::string_view>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

ColumnContract inferred(const stream::Column& values, std::uint64_t malformed = 0,
                        const InferenceOptions& options = {}) {
  const auto schema = infer_schema(std::vector<TrainingColumn>{{{"x", values, malformed}}}, options);
  EXPECT_TRUE(schema) << to_string(schema.error());
  return schema->columns()[0];
}

TEST(Inference, learns_type_range_and_missing_share_of_numbers) {
  const std::vector<double> values{0.5, kNaN, -3, 7, kNaN};
  const ColumnContract x = inferred(values, 1);
  EXPECT_EQ(x.type, ColumnType::number);
  EXPECT_EQ(x.missing, (MissingRule{Tolerance::seen(1, 5), true}));
  EXPECT_EQ(x.type_tolerated, Tolerance::seen(1, 4));
  EXPECT_EQ(x.range, (RangeRule{-3, 7, Tolerance::seen(1, 3)}));
  EXPECT_EQ(x.presence, Presence::column);
}

TEST(Inference, tells_whole_numbers_truths_and_texts_apart) {
  EXPECT_EQ(inferred(std::vector<double>{1, 2, kNaN}).type, ColumnType::integer);
  EXPECT_EQ(inferred(std::vector<std::int64_t>{1, 2}).type, ColumnType::integer);
  EXPECT_EQ(inferred(Texts{"True", "false", std::nullopt}).type, ColumnType::boolean);
  EXPECT_EQ(inferred(Texts{"0", "1"}).type, ColumnType::text);
  EXPECT_EQ(inferred(Texts{"a", "1"}).type, ColumnType::text);
}

TEST(Inference, learns_categories_and_how_many_more_to_expect) {
  const ColumnContract x = inferred(Texts{"b", "a", "a", "c", std::nullopt});
  EXPECT_EQ(x.categories, (CategoryRule{{"a", "b", "c"}, Tolerance::seen(2, 4)}));
  const ColumnContract closed = inferred(Texts{"b", "a", "a"}, 0, {.closed = true});
  EXPECT_EQ(closed.categories, (CategoryRule{{"a", "b"}, {}}));
  EXPECT_EQ(closed.presence, Presence::value);
  EXPECT_FALSE(inferred(Texts{"b", "a", "c"}, 0, {.max_categories = 2}).categories) << "free text";
}

TEST(Inference, takes_whole_numbers_of_few_values_for_codes) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) values.push_back(i % 3);
  EXPECT_EQ(inferred(values).categories, (CategoryRule{{"0", "1", "2"}, Tolerance::seen(0, 60)}));
  values.push_back(7);
  EXPECT_FALSE(inferred(values).categories) << "fewer than 20 rows each";
  values.resize(1000, 7);
  values.push_back(0.5);
  EXPECT_FALSE(inferred(values).categories) << "not whole";
}

TEST(Inference, states_no_bound_that_training_exceeds) {
  EXPECT_EQ(inferred(std::vector<double>{0.5, kInfinity}).range, (RangeRule{0.5, std::nullopt, Tolerance::seen(1, 2)}));
  EXPECT_FALSE(inferred(std::vector<double>{-kInfinity, kInfinity}).range);
  EXPECT_FALSE(inferred(std::vector<double>{kNaN}).range);
}

// Runs of twenty equal rows: what one row shows, twenty do.
TEST(Inference, learns_how_many_rows_speak_for_one) {
  test::Generator random(5);
  std::vector<double> numbers, alone;
  std::vector<std::string> words;
  for (int i = 0; i < 8000; ++i) {
    const bool again = i % 20 != 0;
    numbers.push_back(again ? numbers.back() : random.below(5) == 0 ? kNaN : random.normal());
    words.push_back(again ? words.back() : std::to_string(random.below(50)));
    alone.push_back(random.normal());
  }
  const ColumnContract x = inferred(numbers);
  EXPECT_NEAR(x.range->tolerated.design_effect, 20, 8);
  EXPECT_EQ(x.range->tolerated.events, static_cast<std::uint64_t>(x.range->tolerated.design_effect));
  EXPECT_NEAR(x.missing->tolerated.design_effect, 20, 15);
  EXPECT_NEAR(inferred(Texts(words.begin(), words.end())).categories->tolerated.design_effect, 20, 8);
  EXPECT_EQ(inferred(alone).range->tolerated, Tolerance::seen(1, 8000));
  EXPECT_EQ(inferred(numbers, 0, {.exchangeable = true}).range->tolerated.design_effect, 1);
}

TEST(Inference, of_a_profile_is_that_of_its_rows) {
  const std::vector<double> numbers{0.5, kNaN, -3, 7};
  const Texts texts{"b", "a", "a", std::nullopt};
  const auto profile = *profile::ProfileBuilder().numeric("x", numbers, 1).categorical("y", texts).build();
  const std::vector<TrainingColumn> columns{{{"x", numbers, 1}}, {{"y", texts}}};
  EXPECT_EQ(*infer_schema(profile), *infer_schema(columns));
}

TEST(Inference, finds_nothing_in_the_rows_it_learned_from) {
  test::Generator random(3);
  std::vector<double> numbers;
  std::vector<std::string> words;
  for (int i = 0; i < 500; ++i) {
    numbers.push_back(random.below(10) == 0 ? kNaN : random.normal());
    words.push_back(std::to_string(random.below(40)));
  }
  const Texts texts(words.begin(), words.end());
  for (const bool closed : {false, true}) {
    const std::vector<TrainingColumn> columns{{{"x", numbers}}, {{"y", texts}}};
    const auto report =
        validate(*infer_schema(columns, {.closed = closed}), std::vector<TableColumn>{{"x", numbers}, {"y", texts}});
    EXPECT_TRUE(report->kept());
    EXPECT_TRUE(report->within.empty());
  }
}

}  // namespace
}  // namespace leeway::validate
