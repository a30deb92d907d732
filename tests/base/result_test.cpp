#include "leeway/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "leeway/base/probability.hpp"
#include "leeway/base/value_or_throw.hpp"
#include "leeway/base/verdict.hpp"

namespace leeway {
namespace {

Error some_error() { return {ErrorCode::data, "expected 2, found 3", "file:7"}; }

TEST(Result, holds_a_value_or_an_error_and_says_which) {
  const Result<int> value = 5;
  const Result<int> error = some_error();
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 5);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error(), some_error());
}

TEST(Result, of_void_is_success_unless_given_an_error) {
  EXPECT_TRUE(Result<void>());
  EXPECT_FALSE(Result<void>(some_error()));
}

TEST(Result, moves_a_value_that_cannot_be_copied) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 3);
}

TEST(ValueOrThrow, returns_the_value_and_throws_the_error_as_one_line) {
  EXPECT_EQ(value_or_throw(Result<int>(5)), 5);
  EXPECT_NO_THROW(value_or_throw(Result<void>()));
  try {
    value_or_throw(Result<int>(some_error()));
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& thrown) {
    EXPECT_STREQ(thrown.what(), "file:7: expected 2, found 3");
  }
}

TEST(Error, names_the_outer_place_first) {
  EXPECT_EQ(to_string(at("profile.json", some_error())), "profile.json: file:7: expected 2, found 3");
  EXPECT_EQ(to_string(at("here", Error{ErrorCode::io, "full", {}})), "here: full");
}

TEST(Verdict, puts_the_unknown_between_stable_and_warning) {
  EXPECT_EQ(worse(Verdict::stable, Verdict::not_enough_data), Verdict::not_enough_data);
  EXPECT_EQ(worse(Verdict::warning, Verdict::not_enough_data), Verdict::warning);
  EXPECT_EQ(worse(Verdict::drift, Verdict::warning), Verdict::drift);
}

TEST(Probability, confidence_and_error_rate_are_complements_and_not_numbers) {
  EXPECT_NEAR(ErrorRate(ConfidenceLevel(0.95)).value(), 0.05, 1e-15);
  static_assert(!std::is_convertible_v<double, ErrorRate>);
  static_assert(!std::is_convertible_v<double, ConfidenceLevel>);
}

}  // namespace
}  // namespace leeway
