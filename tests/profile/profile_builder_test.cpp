#include "leeway/profile/profile_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/generator.hpp"

namespace leeway::profile {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Column = std::vector<std::optional<std::string_view>>;

TEST(ProfileBuilder, counts_a_numeric_column_with_what_is_missing_and_infinite) {
  const auto profile =
      ProfileBuilder().numeric("x", std::vector{1.0, 2.0, 3.0, kNan, kInfinity, -kInfinity}, 1).build();
  ASSERT_TRUE(profile) << to_string(profile.error());
  const FeatureProfile& x = profile->features()[0];
  EXPECT_EQ(profile->rows(), 6u);
  EXPECT_EQ(x.counts.side,
            (SideCounts{
                .missing = 1, .malformed = 1, .below = 1, .above = 1, .negative_infinity = 1, .positive_infinity = 1}));
  EXPECT_EQ(x.counts.cells, (std::vector<std::uint64_t>{2, 1, 2}));
  ASSERT_TRUE(x.moments);
  EXPECT_EQ(*x.moments, (MomentSummary{2, 1, 1, 3})) << "of the finite values";
}

TEST(ProfileBuilder, lists_categories_most_frequent_first) {
  const auto profile = ProfileBuilder().categorical("c", Column{"b", "a", "b", std::nullopt, "c", "a"}).build();
  ASSERT_TRUE(profile);
  const FeatureProfile& c = profile->features()[0];
  const auto values = std::get<CategoryAxis>(c.axis).values();
  EXPECT_EQ(std::vector(values.begin(), values.end()), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(c.counts.cells, (std::vector<std::uint64_t>{2, 2, 1}));
  EXPECT_EQ(c.counts.side.missing, 1u);
}

TEST(ProfileBuilder, folds_rare_categories_into_unseen) {
  ColumnOptions options;
  options.max_categories = 2;
  const auto profile = ProfileBuilder(options).categorical("c", {{"a", 5}, {"b", 3}, {"c", 2}, {"d", 1}}, 4).build();
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->features()[0].counts.cells, (std::vector<std::uint64_t>{5, 3}));
  EXPECT_EQ(profile->features()[0].counts.side.unseen, 3u);
  EXPECT_EQ(profile->rows(), 15u);
}

TEST(ProfileBuilder, names_the_feature_in_its_error) {
  const std::vector two{1.0, 2.0};
  const auto error_of = [](ProfileBuilder& builder) { return to_string(builder.build().error()); };
  EXPECT_EQ(error_of(ProfileBuilder().numeric("a", two).numeric("b", std::vector{1.0})),
            "feature b: expected counts that add up to 2 rows, found 1");
  EXPECT_EQ(error_of(ProfileBuilder().numeric("a", two).numeric("a", two)),
            "feature a: expected distinct feature names, found this one twice");
  EXPECT_EQ(error_of(ProfileBuilder().categorical("c", {{"\xff", 1}}, 0)),
            "feature c: expected text in UTF-8, found a value of 1 bytes that is not");
  ProfileBuilder none;
  EXPECT_EQ(error_of(none), "expected at least one feature, found none");
}

TEST(ProfileBuilder, accepts_a_column_without_any_value) {
  const auto profile = ProfileBuilder()
                           .numeric("x", std::vector{kNan, kNan})
                           .categorical("c", Column{std::nullopt, std::nullopt})
                           .build();
  ASSERT_TRUE(profile) << to_string(profile.error());
  EXPECT_EQ(profile->features()[0].counts.side.missing, 2u);
  EXPECT_FALSE(profile->features()[0].moments);
  EXPECT_EQ(size(profile->features()[1].axis), 0u);
}

TEST(Profile, does_not_depend_on_the_order_of_the_rows) {
  test::Generator generator(10);
  std::vector<double> x = generator.normals(2000);
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i) names.push_back(std::string(1, static_cast<char>('a' + generator.below(20))));
  Column c(names.begin(), names.end());
  const auto forwards = ProfileBuilder().numeric("x", x).categorical("c", c).build();
  std::reverse(x.begin(), x.end());
  std::reverse(c.begin(), c.end());
  const auto backwards = ProfileBuilder().numeric("x", x).categorical("c", c).build();
  ASSERT_TRUE(forwards && backwards);
  EXPECT_EQ(forwards->hash(), backwards->hash());
}

TEST(Profile, has_a_hash_that_changes_with_any_part) {
  const std::vector x{1.0, 2.0, 3.0};
  const auto hash = [](ProfileBuilder& builder) { return builder.build()->hash(); };
  const std::string base = hash(ProfileBuilder().numeric("x", x));
  EXPECT_EQ(base, hash(ProfileBuilder().numeric("x", x)));
  EXPECT_EQ(base.size(), 32u);
  EXPECT_NE(base, hash(ProfileBuilder().numeric("y", x)));
  EXPECT_NE(base, hash(ProfileBuilder().numeric("x", std::vector{1.0, 2.0, 4.0})));
  EXPECT_NE(base, hash(ProfileBuilder().numeric("x", std::vector{1.0, 2.0, 3.0, kNan})));
  EXPECT_NE(base, hash(ProfileBuilder().numeric("x", x).numeric("y", x)));
}

TEST(Profile, finds_a_feature_by_name) {
  const auto profile = ProfileBuilder().numeric("a", std::vector{1.0}).numeric("b", std::vector{1.0}).build();
  ASSERT_TRUE(profile);
  EXPECT_EQ(profile->find("b"), 1u);
  EXPECT_EQ(profile->find("c"), std::nullopt);
}

FeatureProfile two_cells(std::vector<std::uint64_t> cells, SideCounts side) {
  return {"x", *EdgesAxis::make({1.0}, 0.0, 2.0), {std::move(cells), side}, "explicit", {}};
}

TEST(Profile, refuses_counts_that_do_not_add_up) {
  EXPECT_TRUE(Profile::make({two_cells({2, 3}, {.missing = 1})}, 6));
  EXPECT_FALSE(Profile::make({two_cells({2, 3}, {.missing = 1})}, 5));
  EXPECT_FALSE(Profile::make({two_cells({2, 3, 1}, {})}, 6)) << "three counts for two cells";
  EXPECT_FALSE(Profile::make({two_cells({2, 3}, {.below = 3})}, 5)) << "more below the range than in the first cell";
  EXPECT_FALSE(Profile::make({two_cells({2, 3}, {.above = 4})}, 5));
  EXPECT_FALSE(Profile::make({two_cells({2, 3}, {.missing = 1, .malformed = 2})}, 6));
  EXPECT_FALSE(Profile::make({two_cells({2, 3}, {.below = 1, .negative_infinity = 2})}, 5));
  EXPECT_FALSE(Profile::make({two_cells({2, 3}, {.unseen = 1})}, 6)) << "a number is never an unseen category";
}

}  // namespace
}  // namespace leeway::profile
