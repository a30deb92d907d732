#include "cli/timestamp.hpp"
#include "leeway/report/time_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

namespace leeway::cli {
namespace {

using namespace std::chrono_literals;

TimePoint at_second(std::int64_t seconds) { return TimePoint(std::chrono::seconds(seconds)); }

TEST(ParseTime, reads_the_usual_forms) {
  const TimePoint moment = at_second(1'515'695'084);
  EXPECT_EQ(parse_time("2018-01-11 18:24:44"), moment);
  EXPECT_EQ(parse_time("2018-01-11T18:24:44Z"), moment);
  EXPECT_EQ(parse_time("2018-01-11t18:24:44z"), moment);
  EXPECT_EQ(parse_time("2018/01/11 18:24:44"), moment);
  EXPECT_EQ(parse_time(" 2018-01-11 18:24:44\t"), moment);
  EXPECT_EQ(parse_time("1515695084"), moment);
  EXPECT_EQ(parse_time("2018-01-11 18:24"), moment - 44s);
  EXPECT_EQ(parse_time("2012/01/01"), at_second(1'325'376'000));
  EXPECT_EQ(parse_time("2012-01-01"), at_second(1'325'376'000));
}

TEST(ParseTime, applies_the_offset) {
  const TimePoint moment = at_second(1'515'695'084);
  EXPECT_EQ(parse_time("2018-01-11T20:24:44+02:00"), moment);
  EXPECT_EQ(parse_time("2018-01-11T20:24:44+02"), moment);
  EXPECT_EQ(parse_time("2018-01-11T12:54:44-0530"), moment);
  EXPECT_EQ(parse_time("2018-01-12T00:09:44+05:45"), moment);
}

TEST(ParseTime, cuts_fractions_to_microseconds) {
  const TimePoint moment = at_second(1'515'695'084);
  EXPECT_EQ(parse_time("2018-01-11 18:24:44.5"), moment + 500ms);
  EXPECT_EQ(parse_time("2018-01-11 18:24:44,25Z"), moment + 250ms);
  EXPECT_EQ(parse_time("2018-01-11 18:24:44.123456789"), moment + 123'456us);
  EXPECT_EQ(parse_time("1515695084.000001"), moment + 1us);
  EXPECT_EQ(parse_time("-1.25"), at_second(-1) - 250ms);
  EXPECT_EQ(parse_time("-0.25"), at_second(0) - 250ms);
}

TEST(ParseTime, knows_the_calendar) {
  EXPECT_TRUE(parse_time("2020-02-29"));
  EXPECT_TRUE(parse_time("2000-02-29"));
  for (const char* text :
       {"2019-02-29", "1900-02-29", "2018-04-31", "2018-00-10", "2018-13-10", "2018-01-00", "2018-01-32"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(ParseTime, refuses_other_text) {
  for (const char* text : {"",
                           "x",
                           "2018-01",
                           "2018-1-1",
                           "2018-01/11",
                           "2018-01-11 24:00:00",
                           "2018-01-11 18:60",
                           "2018-01-11 18:24:60",
                           "2018-01-11 18",
                           "2018-01-11T",
                           "2018-01-11 18:24:44.",
                           "2018-01-11 18:24:44 Z",
                           "2018-01-11 18:24:44+2",
                           "2018-01-11 18:24:44+02:",
                           "2018-01-11 18:24:44+02:60",
                           "2018-01-11Z",
                           "2018-01-11x",
                           "18-01-11",
                           "11/01/2018",
                           "1515695084.",
                           "1515695084.x",
                           "1e9",
                           "1515695084000",
                           "253402300800",
                           "-62167219201",
                           "nan",
                           "-",
                           "+",
                           "."}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(ParseTime, reads_what_reports_write) {
  std::mt19937_64 random(5);
  std::uniform_int_distribution<std::int64_t> moments(-62'167'219'200'000'000, 253'402'300'799'999'999);
  for (int i = 0; i < 5000; ++i) {
    const TimePoint moment{Duration(moments(random))};
    ASSERT_EQ(parse_time(report::time_text(moment)), moment) << report::time_text(moment);
  }
}

TEST(ParseTime, survives_random_text) {
  std::mt19937 random(17);
  static constexpr std::string_view kLikely = "0123456789-/:T .Z+";
  for (int i = 0; i < 20'000; ++i) {
    std::string text = random() % 2 == 0 ? "2018-01-11 18:24:44.5+01:00" : "";
    for (auto n = random() % 8; n > 0; --n) {
      const std::size_t where = random() % (text.size() + 1);
      if (random() % 2 == 0 && where < text.size()) text.erase(where, 1);
      text.insert((std::min)(where, text.size()), 1, kLikely[random() % kLikely.size()]);
    }
    if (const auto time = parse_time(text)) {
      ASSERT_EQ(parse_time(report::time_text(*time)), time) << text;
    }
  }
}

TEST(ParseDuration, reads_a_number_with_a_unit) {
  EXPECT_EQ(*parse_duration("7d"), 168h);
  EXPECT_EQ(*parse_duration("2w"), 336h);
  EXPECT_EQ(*parse_duration("12h"), 12h);
  EXPECT_EQ(*parse_duration("30m"), 30min);
  EXPECT_EQ(*parse_duration("45s"), 45s);
  EXPECT_EQ(*parse_duration("500ms"), 500ms);
  EXPECT_EQ(*parse_duration(" 20us "), 20us);
}

TEST(ParseDuration, refuses_other_text) {
  for (const char* text :
       {"", "7", "d", "0d", "-1d", "1.5h", "7 d", "7D", "7dd", "99999999999999w", "1e3s", "99999999999999999999s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_EQ(to_string(parse_duration("7 days").error()),
            "expected a duration such as 7d, 12h, 30m, 45s or 500ms, found \"7 days\"");
}

TEST(FormatDuration, is_read_back) {
  for (const char* text : {"2w", "1d", "12h", "90m", "45s", "500ms", "1us"}) {
    EXPECT_EQ(format_duration(*parse_duration(text)), text);
  }
  EXPECT_EQ(format_duration(Duration(0)), "0s");
}

TEST(TimePart, is_taken_in_utc) {
  const TimePoint thursday = *parse_time("2018-01-11 18:24:44");
  EXPECT_EQ(time_part(thursday, TimePart::hour), 18);
  EXPECT_EQ(time_part(thursday, TimePart::day_of_week), 3);
  EXPECT_EQ(time_part(thursday, TimePart::month), 1);
  EXPECT_EQ(time_part(thursday, TimePart::day), 11);
  EXPECT_EQ(time_part(thursday, TimePart::weekend), 0);
  EXPECT_EQ(time_part(*parse_time("2018-01-13"), TimePart::weekend), 1);
  EXPECT_EQ(time_part(*parse_time("2018-01-14"), TimePart::day_of_week), 6);
  EXPECT_EQ(time_part(*parse_time("2018-01-15"), TimePart::day_of_week), 0);
  EXPECT_EQ(time_part(*parse_time("1969-12-31 23:59:59"), TimePart::hour), 23);
}

}  // namespace
}  // namespace leeway::cli
