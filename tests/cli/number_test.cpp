#include "cli/number.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <clocale>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace leeway::cli {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ParseNumber, reads_decimal_text) {
  EXPECT_EQ(parse_number("0"), 0.0);
  EXPECT_EQ(parse_number("-1.5"), -1.5);
  EXPECT_EQ(parse_number("+2"), 2.0);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("1e3"), 1000.0);
  EXPECT_EQ(parse_number("1E-3"), 0.001);
  EXPECT_EQ(parse_number("007"), 7.0);
  EXPECT_EQ(parse_number(" \t12.5 "), 12.5);
  EXPECT_TRUE(std::signbit(*parse_number("-0")));
}

TEST(ParseNumber, reads_infinities_and_nan_in_any_case) {
  for (const char* text : {"inf", "Inf", "INFINITY", "+inf", " infinity "}) EXPECT_EQ(parse_number(text), kInfinity);
  EXPECT_EQ(parse_number("-Infinity"), -kInfinity);
  for (const char* text : {"nan", "NaN", "-NAN"}) EXPECT_TRUE(std::isnan(*parse_number(text))) << text;
}

TEST(ParseNumber, saturates) {
  EXPECT_EQ(parse_number("1e999"), kInfinity);
  EXPECT_EQ(parse_number("-1e999"), -kInfinity);
  EXPECT_EQ(parse_number("1e-999"), 0.0);
  EXPECT_TRUE(std::signbit(*parse_number("-1e-999")));
  EXPECT_EQ(parse_number("1e99999999999999999999"), kInfinity);
  EXPECT_EQ(parse_number("1e-99999999999999999999"), 0.0);
  EXPECT_EQ(parse_number(std::string(400, '9')), kInfinity);
  EXPECT_EQ(parse_number("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(parse_number("0." + std::string(400, '0') + "1e401"), 1.0);
  EXPECT_EQ(parse_number("0e999999"), 0.0);
}

TEST(ParseNumber, refuses_other_text) {
  for (const char* text :
       {"",    " ",   "+",  "-",       ".",    "e5",     "1e",    "1e+", "--1", "+-1", "-+1",  "++1", "0x10",
        "1,5", "1 2", "1a", "infinit", "nano", "nan(1)", "1_000", "NA",  "i",   "n",   "true", "1f",  "1.2.3"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
  EXPECT_FALSE(parse_number(std::string_view("1\0", 2)));
}

TEST(ParseNumber, rounds_a_decimal_of_any_length_as_from_chars_does) {
  std::mt19937_64 random(4);
  for (int i = 0; i < 100'000; ++i) {
    std::string text = std::to_string(random());
    text.resize(1 + random() % text.size());
    text.insert(random() % (text.size() + 1), ".");
    if (text == ".") continue;
    double expected = 0;
    std::from_chars(text.data(), text.data() + text.size(), expected);
    ASSERT_EQ(parse_number(text), expected) << text;
    ASSERT_EQ(parse_number('-' + text), -expected) << text;
  }
}

TEST(ParseNumber, reads_back_what_to_chars_writes) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20'000; ++i) {
    const auto bits = random();
    double value = 0;
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    char text[40];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    ASSERT_EQ(parse_number(std::string_view(text, static_cast<std::size_t>(end - text))), value);
  }
}

TEST(ParseNumber, does_not_follow_the_locale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (std::setlocale(LC_ALL, "de_DE.UTF-8") == nullptr) GTEST_SKIP() << "needs the locale de_DE.UTF-8";
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_FALSE(parse_number("1,5"));
  std::setlocale(LC_ALL, before.c_str());
}

TEST(ParseInteger, is_exact_over_the_whole_range) {
  EXPECT_EQ(parse_integer("9007199254740993"), 9007199254740993);
  EXPECT_EQ(parse_integer("9223372036854775807"), (std::numeric_limits<std::int64_t>::max)());
  EXPECT_EQ(parse_integer("-9223372036854775808"), (std::numeric_limits<std::int64_t>::min)());
  EXPECT_EQ(parse_integer(" +07 "), 7);
  for (const char* text : {"9223372036854775808", "1.0", "", "+", "-", "+-1", "1e3"}) {
    EXPECT_FALSE(parse_integer(text)) << text;
  }
}

TEST(IntegralValue, sees_through_the_spelling) {
  for (const char* text : {"1", "01", "1.0", "1.", "+1", "1e0", "10e-1", " 1 "}) {
    EXPECT_EQ(integral_value(text), 1) << text;
  }
  EXPECT_EQ(integral_value("-0.0"), 0);
  EXPECT_EQ(integral_value("9007199254740993"), 9007199254740993);
  for (const char* text : {"1.5", "x", "", "inf", "nan", "9007199254740993.0", "1e300"}) {
    EXPECT_FALSE(integral_value(text)) << text;
  }
}

TEST(NullTokens, knows_the_usual_ones) {
  const NullTokens tokens;
  for (const char* text : {"", "NA", "N/A", "NaN", "null", "NULL", "None", "?", " ", " ? "}) {
    EXPECT_TRUE(tokens.contains(text)) << text;
  }
  for (const char* text : {"0", "na", "Nan", "none", "??", "N", "NAN", "-"})
    EXPECT_FALSE(tokens.contains(text)) << text;
}

TEST(NullTokens, takes_more) {
  const std::vector<std::string> more{"-", "missing", "-999"};
  const NullTokens tokens(more);
  for (const std::string& text : more) EXPECT_TRUE(tokens.contains(text)) << text;
  EXPECT_TRUE(tokens.contains("NA"));
  EXPECT_FALSE(tokens.contains("-99"));
}

}  // namespace
}  // namespace leeway::cli
