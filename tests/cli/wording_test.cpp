#include "cli/wording.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leeway::cli {
namespace {

TEST(Printable, keeps_a_message_on_one_line) {
  EXPECT_EQ(printable("a\nb\tc"), "a\\x0Ab\\x09c");
  EXPECT_EQ(printable("\xFF"
                      "\xC3\xA9"),
            "\\xFF\xC3\xA9");
  EXPECT_EQ(printable(std::string_view("\0x", 2)), "\\x00x");
  EXPECT_EQ(printable("\x1B[31m"), "\\x1B[31m");
  EXPECT_EQ(printable("a\xC3\xA9"), "a\xC3\xA9");
  EXPECT_EQ(printable("\xF0\x9F\x98\x80z"), "\xF0\x9F\x98\x80z");
}

TEST(Printable, cuts_long_text_between_characters) {
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("\xC3\xA9\xC3\xA9\xC3\xA9", 3), "\xC3\xA9\xC3\xA9...");
  EXPECT_EQ(quoted("abc"), "\"abc\"");
}

TEST(Grouped, separates_thousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2000, "row"), "2,000 rows");
}

TEST(Listed, shows_the_first_names) {
  EXPECT_EQ(listed(std::vector<std::string>{"a", "b"}), "a, b");
  EXPECT_EQ(listed(std::vector<std::string>(10, "a")), "a, a, a, a, a, a, a, a and 2 more");
  EXPECT_EQ(joined(std::vector<std::string>(10, "a")), "a, a, a, a, a, a, a, a, a, a");
}

TEST(Nearest, finds_what_was_meant) {
  const std::vector<std::string> known{"passenger_count", "trip_distance", "fare_amount", "id"};
  EXPECT_EQ(nearest("pasenger_count", known), "passenger_count");
  EXPECT_EQ(nearest("Trip_Distance", known), "trip_distance");
  EXPECT_EQ(nearest("fare", known), "");
  EXPECT_EQ(nearest("xyz", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("ID", known), "id");
}

}  // namespace
}  // namespace leeway::cli
