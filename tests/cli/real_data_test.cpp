// Real data with drift that is known: what must be found, when, and why; and what must not be found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/input_files.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "leeway/core/count_value.hpp"
#include "leeway/drift/evaluate.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/stats/gamma.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using test::leeway;
using test::Outcome;
using test::unpacked;
using testing::IsEmpty;
using Causes = std::vector<std::string>;

/// The header and those rows for which keep(index, line) holds.
template <class Keep>
std::string rows_of(const std::string& csv, Keep keep) {
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  std::string text = line + '\n';
  for (std::size_t i = 0; std::getline(in, line); ++i) {
    if (keep(i, line)) text += line + '\n';
  }
  return text;
}

/// One feature of one window.
struct Found {
  std::string verdict;
  Causes causes;
};
using Window = std::map<std::string, Found>;

Window window_of(const Json& report) {
  Window window;
  for (const Json& feature : report["features"]) window[feature["feature"]] = {feature["verdict"], feature["causes"]};
  return window;
}

Json timeline_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "watch");
  arguments.insert(arguments.end(), {"--json", "-"});
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  return Json::parse(outcome.out);
}

std::vector<Window> watch(const std::vector<std::string>& arguments) {
  std::vector<Window> windows;
  const Json timeline = timeline_of(arguments);
  for (const Json& window : timeline["windows"]) windows.push_back(window_of(window["report"]));
  return windows;
}

bool has(const Found& found, const std::string& cause) {
  return std::find(found.causes.begin(), found.causes.end(), cause) != found.causes.end();
}

class RealData : public ::testing::Test {
 protected:
  /// Path of the data; the test is skipped where they are not.
  void open(const std::string& name) {
    path_ = test::shared_data(name);
    if (path_.empty()) GTEST_SKIP() << "no real data: " << name << " is not beside the project, in shared/data";
  }

  void make_profile(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "profile");
    arguments.insert(arguments.end(), {"--out", profile_});
    const Outcome outcome = leeway(arguments);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  }

  test::TemporaryFolder folder_;
  std::string profile_ = folder_.path("profile");
  std::string path_;
};

class Elec2 : public RealData {
 protected:
  void SetUp() override { open("elec2.csv.gz"); }
};

// The market was widened at row 17,424, which is in window 5: what was constant comes alive.
TEST_F(Elec2, columns_that_come_alive_drift_and_the_calendar_does_not) {
  make_profile({path_, "--rows", "12000", "--exclude", "date"});
  const auto from_12000 = [](std::size_t i, const std::string&) { return i >= 12'000; };
  const std::string live = folder_.file("live.csv", rows_of(unpacked(path_), from_12000));
  const auto windows = watch({profile_, live, "--window", "1000"});
  ASSERT_EQ(windows.size(), 34U);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    for (const char* widened : {"vicprice", "vicdemand", "transfer"}) {
      EXPECT_EQ(windows[i].at(widened).verdict, i < 5 ? "stable" : "drift") << widened << " in window " << i;
    }
    for (const char* calendar : {"day", "period"}) EXPECT_EQ(windows[i].at(calendar).verdict, "stable") << i;
  }
}

class Adult : public RealData {
 protected:
  void SetUp() override { open("adult.csv.gz"); }

  [[nodiscard]] std::string split(const std::string& name) const {
    return folder_.file(name, rows_of(unpacked(path_), [&](std::size_t, const std::string& line) {
                          return line.starts_with(name + ',');
                        }));
  }
};

TEST_F(Adult, a_random_split_does_not_drift) {
  make_profile({split("train"), "--exclude", "split"});
  const Outcome outcome = leeway({"compare", profile_, split("test"), "--json", "-", "--fail-on", "warning"});
  EXPECT_EQ(outcome.status, 0);
  const Json report = Json::parse(outcome.out);
  EXPECT_EQ(report["reference_rows"], 32'561);
  EXPECT_EQ(report["live_rows"], 16'281);
  const Window found = window_of(report);
  EXPECT_EQ(found.size(), 15U);
  for (const auto& [feature, what] : found) EXPECT_EQ(what.verdict, "stable") << feature;
}

TEST_F(Adult, a_random_split_does_not_drift_by_exact_ks_either) {
  const Outcome outcome = leeway({"compare", "--samples", split("train"), split("test"), "--exclude", "split",
                                  "--govern", "ks", "--fail-on", "warning"});
  EXPECT_EQ(outcome.status, 0) << outcome.out;
}

/// 30,000 clients in no order.
class CreditDefault : public RealData {
 protected:
  void SetUp() override {
    open("credit_default.csv.gz");
    if (IsSkipped()) return;
    auto table = load_table(path_, {}, ProgressOptions::standard_error(true));
    ASSERT_TRUE(table) << to_string(table.error());
    for (const Column& column : table->columns) {
      if (column.kind == ColumnKind::numeric) columns_.push_back(column);
    }
    ASSERT_GE(columns_.size(), 14U);
  }

  /// The findings of one half of the rows against the other.
  [[nodiscard]] drift::DriftReport halves(::leeway::test::Generator& generator, const drift::Policy& policy) const {
    std::vector<bool> first(columns_[0].values.size());
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = generator.uniform() < 0.5;
    profile::ProfileBuilder builder({.exchangeable = true});
    std::vector<std::vector<double>> live;
    for (const Column& column : columns_) {
      std::vector<double> reference;
      auto& rest = live.emplace_back();
      for (std::size_t i = 0; i < first.size(); ++i) (first[i] ? reference : rest).push_back(column.values[i]);
      builder.numeric(column.name, reference);
    }
    const auto profile = builder.build();
    std::vector<Counts> counts;
    for (std::size_t f = 0; f < live.size(); ++f) counts.push_back(counts_of(profile->features()[f].axis, live[f]));
    return *drift::evaluate(*profile, counts, policy, calibration_);
  }

  static Counts counts_of(const Axis& axis, const std::vector<double>& column) {
    const auto& edges = std::get<EdgesAxis>(axis);
    Counts counts;
    counts.cells.resize(edges.size());
    for (const double x : column) count_value(edges, x, counts.cells.data(), counts.side);
    return counts;
  }

  std::vector<Column> columns_;
  mutable drift::Calibration calibration_;
};

// Real columns: heavy tails, ties, many zeros, and dependent on each other. With no effect too small to count, a report
// of a random half may be wrong at a rate of 0.05; with the effects that matter, none is.
TEST_F(CreditDefault, random_halves_do_not_drift_and_noise_alone_keeps_the_budget) {
  LEEWAY_SIMULATION();
  constexpr int kHalves = 200;
  drift::Policy noise_alone;
  noise_alone.bands[drift::Metric::psi] = noise_alone.missing = noise_alone.unseen = noise_alone.range = {0, 0};
  noise_alone.metrics = {};
  ::leeway::test::Generator generator(51);
  int any = 0;
  for (int run = 0; run < kHalves; ++run) {
    const ::leeway::test::Generator same = generator;
    const drift::DriftReport report = halves(generator, noise_alone);
    any += report.verdict >= Verdict::warning;
    if (run % 10 != 0 && report.verdict < Verdict::warning) continue;  // a finding of the other policy is one of this
    ::leeway::test::Generator again = same;
    EXPECT_EQ(halves(again, {}).verdict, Verdict::stable) << "half " << run;
  }
  const double rate = static_cast<double>(any) / kHalves;
  const double lower = any == 0 ? 0 : stats::gamma_quantile(ErrorRate(0.975), any, 1) / kHalves;
  const double upper = stats::gamma_quantile(ErrorRate(0.025), any + 1, 1) / kHalves;
  std::printf(
      "credit_default: noise alone makes a finding in %d of %d random halves, rate %.3f (95 %%: %.3f to %.3f)\n", any,
      kHalves, rate, lower, upper);
  EXPECT_LE(lower, 0.05);
}

/// Monthly windows: 2018 is 0 to 11, 2019-02 is 13, 2020-03 is 26.
class Taxi : public RealData {
 protected:
  void SetUp() override {
    open("nyc_taxi_2018_2020.csv.gz");
    if (IsSkipped()) return;
    const std::string derive = "hour=pickup_datetime:hour";
    make_profile(
        {path_, "--rows", "24000", "--exclude", "file_month,pickup_datetime,dropoff_datetime", "--derive", derive});
    windows_ = watch({profile_, path_, "--derive", derive, "--window", "2000"});
    ASSERT_EQ(windows_.size(), 36U);
  }

  std::vector<Window> windows_;
};

TEST_F(Taxi, the_reference_year_is_quiet) {
  for (std::size_t i = 0; i < 12; ++i) {
    for (const auto& [feature, found] : windows_[i]) EXPECT_EQ(found.verdict, "stable") << feature << " in " << i;
  }
}

TEST_F(Taxi, a_column_that_was_empty_fills) {
  for (std::size_t i = 12; i < 36; ++i) EXPECT_TRUE(has(windows_[i].at("congestion_surcharge"), "missing")) << i;
}

TEST_F(Taxi, the_surcharge_law_moves_what_it_adds_to) {
  for (std::size_t i = 13; i < 36; ++i) EXPECT_EQ(windows_[i].at("extra").verdict, "drift") << i;
  for (std::size_t i = 13; i <= 26; ++i) EXPECT_EQ(windows_[i].at("total_amount").verdict, "drift") << i;
  EXPECT_EQ(windows_[13].at("passenger_count").verdict, "drift");
}

TEST_F(Taxi, a_burst_of_nulls_is_missing_and_no_shape) {
  for (const char* feature : {"vendor_id", "passenger_count", "rate_code_id", "store_and_fwd_flag", "payment_type"}) {
    EXPECT_EQ(windows_[27].at(feature).verdict, "drift") << feature;
    EXPECT_TRUE(has(windows_[27].at(feature), "missing")) << feature;
  }
  EXPECT_FALSE(has(windows_[27].at("payment_type"), "shape"));
}

TEST_F(Taxi, hours_move_when_people_stay_at_home) {
  EXPECT_EQ(windows_[27].at("hour").verdict, "drift");
  EXPECT_EQ(windows_[27].at("hour").causes, Causes{"shape"});
}

/// The reference is 2011; windows of the last 365 days, every fifth day.
class BikeSharing : public RealData {
 protected:
  void SetUp() override {
    open("bike_sharing_hour.csv.gz");
    if (IsSkipped()) return;
    make_profile({path_, "--rows", "8645", "--exclude", "instant,dteday,yr"});
    const Json timeline =
        timeline_of({profile_, path_, "--time", "dteday", "--window", "365d", "--slide", "5d", "--metrics", "psi"});
    for (const Json& window : timeline["windows"]) {
      if (window.contains("partial") || window["to"].get<std::string>() <= "2012-01-31") continue;
      windows_.push_back(window_of(window["report"]));
    }
    ASSERT_EQ(windows_.size(), 68U);
  }

  std::vector<Window> windows_;
};

TEST_F(BikeSharing, no_input_warns_while_the_target_grows) {
  for (const Window& window : windows_) {
    for (const auto& [feature, found] : window) {
      EXPECT_TRUE(feature == "registered" || feature == "cnt" || found.verdict == "stable") << feature;
    }
  }
  EXPECT_EQ(windows_.front().at("cnt").verdict, "stable");
  EXPECT_EQ(windows_.back().at("registered").verdict, "drift");
  EXPECT_EQ(windows_.back().at("cnt").verdict, "drift");
}

/// The reference is the first five years; windows of a year each.
class Noaa : public RealData {
 protected:
  void SetUp() override {
    open("noaa_weather.csv.gz");
    if (IsSkipped()) return;
    make_profile({path_, "--rows", "1826"});
    live_ =
        folder_.file("live.csv", rows_of(unpacked(path_), [](std::size_t i, const std::string&) { return i >= 1826; }));
  }

  std::string live_;
};

TEST_F(Noaa, rain_has_a_trend_that_no_year_shows) {
  const Json timeline = timeline_of({profile_, live_, "--window", "365", "--trend", "--correction", "none"});
  int years = 0;
  bool trend = false;
  int visibility = 0;
  int wind = 0;
  for (const Json& window : timeline["windows"]) {
    if (window.contains("partial")) continue;
    ++years;
    for (const Json& feature : window["report"]["features"]) {
      const bool drifts = feature["findings"][0]["verdict"] == "drift";
      if (feature["feature"] == "visibility") visibility += drifts ? 1 : 0;
      if (feature["feature"] == "wind_speed_max_sustained") wind += drifts ? 1 : 0;
      if (feature["feature"] != "rain") continue;
      for (const Json& finding : feature["findings"]) {
        if (finding["cause"] != "trend") {
          EXPECT_EQ(finding["verdict"], "stable") << years;
        } else {
          trend = finding["verdict"] == "warning";
        }
      }
    }
  }
  EXPECT_EQ(years, 44);
  EXPECT_TRUE(trend) << "at 1 % for rain alone, over all 44 years";
  EXPECT_GE(visibility, 30);
  EXPECT_GE(wind, 40);
}

TEST_F(Noaa, the_strongest_trend_is_found_for_all_features_together) {
  const auto windows = watch({profile_, live_, "--window", "365", "--trend"});
  EXPECT_TRUE(has(windows[43].at("wind_speed_max_sustained"), "trend"));
  for (const char* steady : {"temperature", "dew_point", "temperature_max", "temperature_min"})
    EXPECT_FALSE(has(windows[43].at(steady), "trend")) << steady;
}

class Seattle : public RealData {
 protected:
  void SetUp() override { open("seattle_weather.csv.gz"); }
};

TEST_F(Seattle, the_label_drifts_and_the_inputs_warn_at_most) {
  make_profile({path_, "--rows", "366", "--exclude", "date"});
  const std::string live =
      folder_.file("live.csv", rows_of(unpacked(path_), [](std::size_t i, const std::string&) { return i >= 366; }));
  for (const Window& year : watch({profile_, live, "--window", "365"})) {
    EXPECT_EQ(year.at("precipitation").verdict, "stable");
    for (const char* input : {"temp_max", "temp_min", "wind"}) EXPECT_NE(year.at(input).verdict, "drift") << input;
    EXPECT_EQ(year.at("weather").verdict, "drift");
  }
}

class Occupancy : public RealData {
 protected:
  void SetUp() override { open("occupancy.csv.gz"); }

  [[nodiscard]] std::string part(const std::string& name) const {
    return folder_.file(name, rows_of(unpacked(path_), [&](std::size_t, const std::string& line) {
                          return line.starts_with(name + ',');
                        }));
  }
};

// Its rows are a minute apart and alike: some 100 speak for one, and still the effects are beyond noise.
TEST_F(Occupancy, an_open_door_drifts_and_the_report_says_that_rows_are_autocorrelated) {
  make_profile({part("train"), "--exclude", "part,date"});
  const std::map<std::string, std::vector<const char*>> drifting{{"test1", {"Humidity"}},
                                                                 {"test2", {"Humidity", "HumidityRatio", "CO2"}}};
  for (const auto& [test, features] : drifting) {
    const Window found = window_of(Json::parse(leeway({"compare", profile_, part(test), "--json", "-"}).out));
    for (const char* feature : features) EXPECT_EQ(found.at(feature).verdict, "drift") << feature << " in " << test;
    EXPECT_THAT(leeway({"compare", profile_, part(test)}).out,
                testing::HasSubstr("Humidity: its rows are autocorrelated"));
  }
}

}  // namespace
}  // namespace leeway::cli
