// The windows of watch: sliding, decayed, out of order, by season.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cli/command_line.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using test::leeway;
using test::Outcome;

class WatchWindows : public ::testing::Test {
 protected:
  /// `count` rows, one an hour from `first` hours after Monday, 2026-01-05; x is the hour of the day.
  static std::string hourly(int first, int count) {
    std::string csv = "time,x\n";
    for (int hour = first; hour < first + count; ++hour)
      csv += std::to_string(1'767'571'200 + 3600 * hour) + "," + std::to_string(hour % 24) + ".5\n";
    return csv;
  }

  void SetUp() override {
    const std::string train = folder_.file("train.csv", hourly(0, 24 * 7 * 40));
    ASSERT_EQ(leeway({"profile", train, "--out", profile_, "--exclude", "time", "--numeric", "x", "--season",
                      "hour-of-week", "--time", "time"})
                  .status,
              0);
  }

  Json windows(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"watch", profile_});
    arguments.insert(arguments.end(), {"--json", "-"});
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    return Json::parse(outcome.out)["windows"];
  }

  std::string refusal(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"watch", profile_});
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, 2);
    return outcome.err;
  }

  test::TemporaryFolder folder_;
  std::string profile_ = folder_.path("profile");
  std::string live_ = folder_.file("live.csv", hourly(24 * 7 * 40, 24 * 14));
};

TEST_F(WatchWindows, slide) {
  const Json found = windows({live_, "--window", "7d", "--slide", "1d", "--time", "time"});
  ASSERT_EQ(found.size(), 14U);
  EXPECT_TRUE(found[5].contains("partial"));
  EXPECT_FALSE(found[6].contains("partial"));
  EXPECT_EQ(found[12]["first_row"], 24 * 6);
  EXPECT_EQ(found[12]["last_row"], 24 * 13 - 1);
  EXPECT_EQ(found[12]["from"], "2026-10-18T00:00:00Z");
  EXPECT_EQ(found[12]["to"], "2026-10-25T00:00:00Z");
  EXPECT_TRUE(found[13].contains("partial")) << "the last day has not ended";
}

TEST_F(WatchWindows, decay) {
  const Json found = windows({live_, "--window", "24", "--half-life", "24"});
  ASSERT_EQ(found.size(), 14U);
  EXPECT_NEAR(found[13]["effective_rows"], 72, 0.1);
  EXPECT_EQ(found[13]["rows"], 24 * 14);
}

TEST_F(WatchWindows, have_horizons) {
  const Json found = windows({live_, "--window", "1d", "--horizons", "2d,7d", "--time", "time"});
  EXPECT_EQ(found[12]["rows"], 24);
  EXPECT_EQ(found[12]["horizons"][0]["rows"], 48);
  EXPECT_EQ(found[12]["horizons"][1]["rows"], 168);
  const Outcome text = leeway({"watch", profile_, live_, "--window", "1d", "--horizons", "7d", "--time", "time"});
  EXPECT_NE(text.out.find("\n  horizon, rows 144-311, 2026-10-18T00:00:00Z to 2026-10-25T00:00:00Z"), std::string::npos)
      << text.out;
}

TEST_F(WatchWindows, wait_for_late_rows_and_count_those_that_come_later_still) {
  const std::string live = folder_.file("late.csv",
                                        "time,x\n"
                                        "2026-11-01 10:00,1\n"
                                        "2026-11-02 01:00,2\n"
                                        "2026-11-01 23:00,3\n"
                                        "2026-11-02 05:00,4\n"
                                        "2026-11-01 22:00,5\n"
                                        "2026-11-03 07:00,6\n");
  const Json patient = windows({live, "--window", "1d", "--time", "time", "--lateness", "4h"});
  ASSERT_EQ(patient.size(), 3U);
  EXPECT_EQ(patient[0]["rows"], 2);
  EXPECT_EQ(patient[1]["rows"], 3);
  EXPECT_EQ(patient[1]["late_rows"], 1);
  EXPECT_EQ(patient[2]["rows"], 1);
  const Json impatient = windows({live, "--window", "1d", "--time", "time"});
  EXPECT_EQ(impatient[0]["rows"], 1);
  EXPECT_EQ(impatient[1]["late_rows"], 2);
}

TEST_F(WatchWindows, are_compared_with_their_season) {
  const std::vector<std::string> hours{live_, "--window", "6h", "--time", "time"};
  EXPECT_EQ(windows(hours)[2]["report"]["verdict"], "not_enough_data") << "six rows alone say nothing";
  std::vector<std::string> days{live_, "--window", "7d", "--time", "time", "--season", "hour-of-week"};
  const Json found = windows(days);
  EXPECT_EQ(found[1]["season"]["season"], "hour-of-week");
  EXPECT_EQ(found[1]["season"]["slots"], 168);
  EXPECT_EQ(found[1]["season"]["sparse_slots"], 0);
  EXPECT_EQ(found[1]["report"]["verdict"], "stable");
}

TEST_F(WatchWindows, refuse_what_cannot_be) {
  EXPECT_NE(refusal({live_, "--window", "7d", "--slide", "2d", "--time", "time"}).find("--slide"), std::string::npos);
  EXPECT_NE(refusal({live_, "--window", "7d", "--slide", "10", "--time", "time"}).find("--slide"), std::string::npos);
  EXPECT_NE(refusal({live_, "--window", "1000", "--lateness", "1h"}).find("--lateness"), std::string::npos);
  EXPECT_NE(refusal({live_, "--window", "100", "--season", "hour-of-week"}).find("--time"), std::string::npos);
  EXPECT_NE(refusal({live_, "--window", "100", "--season", "month-of-year", "--time", "time"}).find("--season"),
            std::string::npos);
  EXPECT_NE(refusal({live_, "--window", "100", "--season", "week", "--time", "time"}).find("hour-of-week"),
            std::string::npos);
  EXPECT_NE(refusal({live_, "--window", "100", "--horizons", "1d"}).find("--horizons"), std::string::npos);
  EXPECT_NE(
      refusal({live_, "--window", "1d", "--slide", "1d", "--half-life", "1d", "--time", "time"}).find("--half-life"),
      std::string::npos);
}

}  // namespace
}  // namespace leeway::cli
