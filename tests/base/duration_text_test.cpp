#include "leeway/base/duration_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/generator.hpp"

namespace leeway {
namespace {

using namespace std::chrono_literals;

TEST(DurationText, is_what_people_write) {
  EXPECT_EQ(duration_text(30s), "30s");
  EXPECT_EQ(duration_text(90min), "1h30m");
  EXPECT_EQ(duration_text(240h), "10d");
  EXPECT_EQ(duration_text(1h + 1us), "1h1us");
  EXPECT_EQ(duration_text(250ms), "250ms");
  EXPECT_EQ(duration_text(0s), "0s");
  EXPECT_EQ(duration_text(-90s), "-1m30s");
}

TEST(DurationText, reads_what_people_write) {
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("2w1d"), 15 * 24h);
  EXPECT_EQ(parse_duration("90s"), 90s);
  EXPECT_EQ(parse_duration("1s500ms"), 1500ms);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(DurationText, takes_nothing_else) {
  for (const char* text : {"", "5", "m", "5 m", "5min", "-5m", "+5m", "1.5h", "5m5m", "30m1h", "1hm", "5M", "5m ",
                           "PT5M", "99999999999999999999s", "9223372036854775808us", "15250285w", "1e3s"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  EXPECT_EQ(parse_duration("9223372036854775807us"), Duration::max());
}

TEST(DurationText, is_read_back) {
  test::Generator random(1);
  for (int i = 0; i < 20'000; ++i) {
    const Duration duration(static_cast<std::int64_t>(random.bits() >> (1 + random.below(63))));
    ASSERT_EQ(parse_duration(duration_text(duration)), duration) << duration_text(duration);
  }
  EXPECT_EQ(parse_duration(duration_text(Duration::max())), Duration::max());
  EXPECT_EQ(duration_text(Duration::min()).front(), '-');
}

}  // namespace
}  // namespace leeway
