#include "leeway/monitor/model_monitor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/report/json.hpp"
#include "leeway/stream/seasonal_counter.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::monitor {
namespace {

using std::chrono::hours;

profile::Profile profile_at(double mean) {
  test::Generator generator(51);
  return *profile::ProfileBuilder().numeric("x", generator.normals(5000, mean)).build();
}

ModelMonitor monitor_with(MonitorOptions options) { return *ModelMonitor::make(profile_at(0), std::move(options)); }

void record(stream::Recorder& recorder, std::size_t rows, double mean, std::uint64_t seed) {
  test::Generator generator(seed);
  for (std::size_t i = 0; i < rows; ++i) recorder.record(std::array{mean + generator.normal()});
}

constexpr TimePoint kStart = TimePoint() + hours(24 * 19000);

TEST(ModelMonitor, reports_the_open_window_without_closing_it) {
  ModelMonitor monitor = monitor_with({.panes = {.moments = true}});
  stream::Recorder recorder = monitor.recorder();
  record(recorder, 400, 0, 1);
  EXPECT_EQ(monitor.report().live_rows, 400u);
  record(recorder, 100, 0, 2);
  const drift::DriftReport report = monitor.report();
  EXPECT_EQ(report.live_rows, 500u);
  EXPECT_EQ(report.verdict, Verdict::stable);
  EXPECT_NEAR(*report.features[0].live.mean, 0, 0.2);
  EXPECT_NEAR(*report.features[0].live.standard_deviation, 1, 0.2);
}

TEST(ModelMonitor, closes_a_window_of_rows_when_it_is_full) {
  ModelMonitor monitor = monitor_with({.window = *stream::Window::tumbling(300)});
  stream::Recorder recorder = monitor.recorder();
  record(recorder, 299, 0, 1);
  EXPECT_FALSE(monitor.poll(kStart));
  record(recorder, 1, 0, 2);
  const auto first = monitor.poll(kStart);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->index, 0u);
  EXPECT_EQ(first->rows, 300u);
  EXPECT_FALSE(first->partial);
  record(recorder, 10, 0, 3);
  const WindowReport last = monitor.close_window();
  EXPECT_EQ(last.index, 1u);
  EXPECT_EQ(last.first_row, 300u);
  EXPECT_EQ(last.rows, 10u);
  EXPECT_TRUE(last.partial);
}

TEST(ModelMonitor, closes_windows_of_time_one_by_one_over_a_gap) {
  ModelMonitor monitor = monitor_with({.window = *stream::Window::tumbling(hours(1))});
  stream::Recorder recorder = monitor.recorder();
  EXPECT_FALSE(monitor.poll(kStart + std::chrono::minutes(10)));
  record(recorder, 500, 0, 1);
  EXPECT_FALSE(monitor.poll(kStart + hours(1) - Duration(1)));
  const auto first = monitor.poll(kStart + hours(3));
  ASSERT_TRUE(first);
  EXPECT_EQ(*first->from, kStart);
  EXPECT_EQ(*first->to, kStart + hours(1));
  EXPECT_EQ(first->rows, 500u);
  for (int gap = 1; gap <= 2; ++gap) {
    const auto empty = monitor.poll(kStart + hours(3));
    ASSERT_TRUE(empty);
    EXPECT_EQ(*empty->from, kStart + hours(gap));
    EXPECT_EQ(empty->rows, 0u);
    EXPECT_EQ(empty->report.verdict, Verdict::not_enough_data) << "silence is not health";
  }
  EXPECT_FALSE(monitor.poll(kStart + hours(3)));
}

TEST(ModelMonitor, forgets_a_window_when_the_next_begins) {
  ModelMonitor monitor = monitor_with({});
  stream::Recorder recorder = monitor.recorder();
  record(recorder, 1000, 2, 1);
  EXPECT_EQ(monitor.close_window().report.verdict, Verdict::drift);
  record(recorder, 1000, 0, 2);
  EXPECT_EQ(monitor.close_window().report.verdict, Verdict::stable);
}

TEST(ModelMonitor, goes_on_against_another_profile_without_mixing_the_counts) {
  ModelMonitor monitor = monitor_with({.model_version = "1"});
  stream::Recorder recorder = monitor.recorder();
  record(recorder, 1000, 2, 1);
  const auto old = monitor.replace_profile(profile_at(2), "2");
  ASSERT_TRUE(old);
  EXPECT_EQ(old->report.verdict, Verdict::drift);
  EXPECT_EQ(old->model_version, "1");
  record(recorder, 1000, 2, 2);
  const WindowReport renewed = monitor.close_window();
  EXPECT_EQ(renewed.report.verdict, Verdict::stable);
  EXPECT_EQ(renewed.model_version, "2");
  EXPECT_EQ(renewed.report.profile_hash, profile_at(2).hash());
  EXPECT_EQ(renewed.rows, 1000u);
}

TEST(ModelMonitor, refuses_a_profile_of_other_features_and_goes_on) {
  ModelMonitor monitor = monitor_with({});
  stream::Recorder recorder = monitor.recorder();
  record(recorder, 10, 0, 1);
  EXPECT_FALSE(monitor.replace_profile(*profile::ProfileBuilder().numeric("y", std::vector{1.0}).build()));
  EXPECT_EQ(monitor.report().live_rows, 10u);
}

TEST(ModelMonitor, refuses_a_policy_that_cannot_be) {
  MonitorOptions options;
  options.policy.budget = 0;
  EXPECT_FALSE(ModelMonitor::make(profile_at(0), options));
}

const drift::Finding* sequential_finding(const WindowReport& window) {
  for (const drift::Finding& finding : window.report.features[0].findings) {
    if (finding.cause == drift::Cause::sequential) return &finding;
  }
  return nullptr;
}

TEST(ModelMonitor, finds_over_many_windows_what_is_too_small_for_one) {
  ModelMonitor monitor = monitor_with({.sequential = drift::SequentialOptions{}});
  stream::Recorder recorder = monitor.recorder();
  std::uint64_t seed = 1;
  for (; seed <= 5; ++seed) {
    record(recorder, 200, 0, seed);
    ASSERT_EQ(monitor.close_window().report.verdict, Verdict::stable);
  }
  for (; seed < 40; ++seed) {
    record(recorder, 200, 0.35, seed);
    const WindowReport window = monitor.close_window();
    const drift::Finding& finding = *sequential_finding(window);
    ASSERT_LT(window.report.features[0].findings[0].verdict, Verdict::drift);
    EXPECT_EQ(finding.verdict == Verdict::warning, finding.evidence.value >= 100);
    if (finding.verdict != Verdict::warning) continue;
    EXPECT_EQ(window.report.verdict, Verdict::warning);
    EXPECT_NEAR(static_cast<double>(*finding.windows), static_cast<double>(seed - 5), 2);
    EXPECT_EQ(finding.evidence.live_count, 200 * *finding.windows);
    break;
  }
  EXPECT_LT(seed, 25u);
  record(recorder, 200, 0, ++seed);
  EXPECT_EQ(*sequential_finding(monitor.close_window())->windows, 1u) << "it begins anew after an alarm";
}

TEST(ModelMonitor, shares_the_error_rate_of_its_alarms_among_the_features) {
  auto profile =
      profile::ProfileBuilder().numeric("x", std::vector{1.0, 2.0}).numeric("y", std::vector{1.0, 3.0}).build();
  for (const auto& [correction, threshold] :
       {std::pair{drift::Correction::bonferroni, 200.0}, std::pair{drift::Correction::none, 100.0}}) {
    auto monitor = ModelMonitor::make(
        *profile, {.policy = {.budget = 0.1, .correction = correction}, .sequential = drift::SequentialOptions{}});
    const WindowReport window = monitor->close_window();
    EXPECT_EQ(sequential_finding(window)->evidence.threshold, threshold);
    EXPECT_DOUBLE_EQ(window.report.budget, 0.11) << "false alarms are among the false findings to expect";
  }
}

TEST(ModelMonitor, adds_no_evidence_up_unless_asked_to) {
  ModelMonitor monitor = monitor_with({});
  const WindowReport window = monitor.close_window();
  EXPECT_EQ(sequential_finding(window), nullptr);
  EXPECT_EQ(window.report.budget, 0.05);
}

TEST(ModelMonitor, takes_silence_for_no_evidence) {
  ModelMonitor monitor = monitor_with({.sequential = drift::SequentialOptions{}});
  for (int i = 0; i < 500; ++i) {
    const WindowReport window = monitor.close_window();
    ASSERT_EQ(sequential_finding(window)->verdict, Verdict::stable);
    ASSERT_EQ(sequential_finding(window)->evidence.value, 0);
  }
}

TEST(ModelMonitor, refuses_a_design_effect_that_cannot_be) {
  EXPECT_FALSE(ModelMonitor::make(profile_at(0), {.sequential = drift::SequentialOptions{.deff = 0.5}}));
}

TEST(ModelMonitor, names_unseen_categories_most_frequent_first_and_as_text_only_where_asked) {
  const auto profile = *profile::ProfileBuilder()
                            .categorical("open", {{"a", 100}}, 0)
                            .categorical("closed", {{"a", 100}}, 0)
                            .build();
  ModelMonitor monitor = *ModelMonitor::make(profile, {.panes = {.unseen_text = {"open"}}});
  stream::Recorder recorder = monitor.recorder();
  for (const char* value : {"b", "a", "name", "name"}) recorder.record(std::array<stream::Value, 2>{value, value});
  const drift::DriftReport report = monitor.report();
  ASSERT_EQ(report.features[0].unseen.size(), 2u);
  EXPECT_EQ(report.features[0].unseen[0].text, "name");
  EXPECT_EQ(report.features[0].unseen[0].count, 2u);
  EXPECT_EQ(report.features[0].unseen[1].text, "b");
  EXPECT_EQ(report.features[1].unseen[0].text, "");
  EXPECT_EQ(report.features[1].unseen[0].length, 4u);
  EXPECT_EQ(report.features[1].unseen[0].hash, report.features[0].unseen[0].hash);
  EXPECT_EQ(report.features[1].unseen[0].hash.size(), 14u);
  EXPECT_EQ(report.features[1].unseen_distinct, 2);
}

TEST(ModelMonitor, says_how_many_rows_did_not_fit) {
  ModelMonitor monitor = monitor_with({});
  monitor.recorder().record(std::array{1.0, 2.0});
  EXPECT_EQ(monitor.report().rejected_rows, 1u);
}

void record_at(ModelMonitor& monitor, TimePoint time, std::size_t rows, double mean, std::uint64_t seed) {
  test::Generator generator(seed);
  for (std::size_t i = 0; i < rows; ++i)
    monitor.record_at(time, std::array<stream::Value, 1>{stream::Value(mean + generator.normal())});
}

TEST(ModelMonitor, slides_by_panes_of_rows) {
  ModelMonitor monitor = monitor_with({.window = *stream::Window::sliding(300, 100)});
  stream::Recorder recorder = monitor.recorder();
  for (std::uint64_t i = 0; i < 6; ++i) {
    record(recorder, 100, 0, i);
    const auto window = monitor.poll(kStart);
    ASSERT_TRUE(window);
    EXPECT_EQ(window->index, i);
    EXPECT_EQ(window->first_row, i < 2 ? 0 : 100 * (i - 2));
    EXPECT_EQ(window->rows, i < 2 ? 100 * (i + 1) : 300);
    EXPECT_EQ(window->report.live_rows, window->rows);
    EXPECT_EQ(window->partial, i < 2);
  }
}

TEST(ModelMonitor, slides_by_panes_of_time) {
  ModelMonitor monitor = monitor_with({.window = *stream::Window::sliding(hours(3), hours(1))});
  static_cast<void>(monitor.poll(kStart));
  for (int hour = 0; hour < 5; ++hour) {
    record_at(monitor, kStart + hours(hour), 100, 0, 1);
    const auto window = monitor.poll(kStart + hours(hour + 1));
    ASSERT_TRUE(window);
    EXPECT_EQ(*window->from, kStart + hours((std::max)(0, hour - 2)));
    EXPECT_EQ(*window->to, kStart + hours(hour + 1));
    EXPECT_EQ(window->rows, 100u * static_cast<unsigned>((std::min)(3, hour + 1)));
  }
}

TEST(ModelMonitor, reports_what_a_decayed_window_is_worth) {
  ModelMonitor monitor = monitor_with({.window = *stream::Window::decayed(std::uint64_t{100}, 100)});
  stream::Recorder recorder = monitor.recorder();
  std::optional<WindowReport> window;
  for (std::uint64_t i = 0; i < 40; ++i) {
    record(recorder, 100, 0, i);
    window = monitor.poll(kStart);
    ASSERT_TRUE(window);
  }
  EXPECT_EQ(window->rows, 4000u);
  EXPECT_NEAR(*window->effective_rows, 300, 0.01) << "(sum 2^-k)^2 / sum 4^-k = 3 panes";
  EXPECT_EQ(window->report.live_rows, 299u);
}

TEST(ModelMonitor, puts_rows_out_of_order_in_the_window_of_their_time) {
  const auto lateness = stream::Window::tumbling(hours(1))->with_lateness(hours(1));
  ModelMonitor monitor = monitor_with({.window = *lateness});
  static_cast<void>(monitor.poll(kStart));
  record_at(monitor, kStart, 10, 0, 1);
  EXPECT_FALSE(monitor.poll(kStart + hours(1)));
  record_at(monitor, kStart + hours(1), 20, 0, 2);
  record_at(monitor, kStart + Duration(1), 5, 0, 3);
  const auto first = monitor.poll(kStart + hours(2));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->rows, 15u);
  EXPECT_EQ(first->late_rows, 0u);
  record_at(monitor, kStart, 7, 0, 4);  // its window is closed
  const auto second = monitor.poll(kStart + hours(3));
  ASSERT_TRUE(second);
  EXPECT_EQ(*second->from, kStart + hours(1));
  EXPECT_EQ(second->rows, 27u) << "no row is lost";
  EXPECT_EQ(second->late_rows, 7u);
}

TEST(ModelMonitor, gives_the_rows_of_recorders_the_time_of_the_poll_before) {
  const auto lateness = stream::Window::tumbling(hours(1))->with_lateness(hours(2));
  ModelMonitor monitor = monitor_with({.window = *lateness});
  stream::Recorder recorder = monitor.recorder();
  static_cast<void>(monitor.poll(kStart));
  std::uint64_t first = 0;
  for (int hour = 0; hour < 3; ++hour) {
    record(recorder, static_cast<std::size_t>(10 + hour), 0, 1);
    const auto window = monitor.poll(kStart + hours(hour + 1));
    EXPECT_EQ(window.has_value(), hour == 2);
    if (window) first = window->rows;
  }
  EXPECT_EQ(first, 10u);
  EXPECT_EQ(monitor.close_window().rows, 11u);
  EXPECT_EQ(monitor.close_window().rows, 12u);
}

TEST(ModelMonitor, reports_several_horizons_at_once) {
  MonitorOptions options{.window = *stream::Window::tumbling(100)};
  options.horizons = {*stream::Window::sliding(700, 100), *stream::Window::sliding(3000, 100)};
  ModelMonitor monitor = monitor_with(std::move(options));
  stream::Recorder recorder = monitor.recorder();
  std::optional<WindowReport> window;
  for (std::uint64_t i = 0; i < 40; ++i) {
    record(recorder, 100, i < 33 ? 0 : 1, i);
    window = monitor.poll(kStart);
  }
  ASSERT_EQ(window->horizons.size(), 2u);
  EXPECT_EQ(window->horizons[0].rows, 700u);
  EXPECT_EQ(window->horizons[0].report.verdict, Verdict::drift);
  EXPECT_EQ(window->horizons[1].rows, 3000u);
  EXPECT_LT(window->horizons[1].report.verdict, Verdict::drift) << "a week of drift is little of a quarter";
}

TEST(ModelMonitor, refuses_horizons_over_other_panes) {
  MonitorOptions options{.window = *stream::Window::tumbling(100)};
  options.horizons = {*stream::Window::sliding(700, 70)};
  EXPECT_FALSE(ModelMonitor::make(profile_at(0), options));
}

const drift::Finding& trend_finding(const WindowReport& window) {
  const auto& findings = window.report.features[0].findings;
  return *std::find_if(findings.begin(), findings.end(), [](const auto& f) { return f.cause == drift::Cause::trend; });
}

TEST(ModelMonitor, finds_a_slow_trend_that_no_window_shows) {
  ModelMonitor monitor = monitor_with({.window = *stream::Window::tumbling(1000), .trend = drift::TrendOptions{}});
  stream::Recorder recorder = monitor.recorder();
  std::optional<WindowReport> window;
  for (std::uint64_t i = 0; i < 40; ++i) {
    record(recorder, 1000, 0.005 * static_cast<double>(i), i);
    window = monitor.poll(kStart);
    ASSERT_EQ(window->report.features[0].findings[0].verdict, Verdict::stable) << i;
  }
  EXPECT_EQ(trend_finding(*window).verdict, Verdict::warning);
  EXPECT_EQ(trend_finding(*window).windows, 40u);
  EXPECT_EQ(window->report.verdict, Verdict::warning);
  EXPECT_DOUBLE_EQ(window->report.budget, 0.06);
  EXPECT_NEAR(trend_finding(*window).evidence.value, 0.055, 0.02)
      << "0.2 standard deviations are 0.055 of the reference";
}

// ---- seasons

/// Hourly rows with a daily, a weekly and, if asked, a yearly season.
double seasonal_mean(TimePoint time, double yearly) {
  const double hours_since = static_cast<double>((time.time_since_epoch() / hours(1)));
  const double two_pi = 6.283185307179586;
  return std::sin(two_pi * hours_since / 24) + 0.7 * std::sin(two_pi * hours_since / 168) +
         yearly * std::sin(two_pi * hours_since / 8766);
}

profile::Profile seasonal_profile(profile::Season season, double yearly, int days) {
  test::Generator generator(8);
  std::vector<double> values;
  std::vector<TimePoint> times;
  for (int hour = 0; hour < 24 * days; ++hour) {
    for (int i = 0; i < 2; ++i) {
      times.push_back(kStart + hours(hour));
      values.push_back(seasonal_mean(times.back(), yearly) + generator.normal());
    }
  }
  stream::SeasonalCounter counter(*profile::ProfileBuilder().numeric("x", values).build(), season);
  for (std::size_t i = 0; i < values.size(); ++i) counter.record(times[i], std::span<const double>(&values[i], 1));
  return *counter.build();
}

/// Windows with a finding, of all.
double found_share(const profile::Profile& profile, const MonitorOptions& options, double yearly, int hours_long,
                   int rows_per_hour) {
  auto monitor = ModelMonitor::make(profile, options);
  test::Generator generator(9);
  int windows = 0;
  int found = 0;
  const TimePoint live = kStart + hours(24 * 728);
  for (int hour = 0; hour < hours_long; ++hour) {
    const TimePoint now = live + hours(hour);
    while (const auto window = monitor->poll(now)) {
      ++windows;
      found += window->report.verdict >= Verdict::warning;
      EXPECT_EQ(window->season.has_value(), options.season.has_value());
      EXPECT_EQ(window->season ? window->season->sparse_share : 0, 0);
    }
    for (int i = 0; i < rows_per_hour; ++i)
      monitor->record_at(now,
                         std::array<stream::Value, 1>{stream::Value(seasonal_mean(now, yearly) + generator.normal())});
  }
  return static_cast<double>(found) / windows;
}

TEST(ModelMonitor, stays_within_its_budget_over_days_and_weeks_with_a_reference_by_hour_of_week) {
  LEEWAY_SIMULATION();
  const profile::Profile profile = seasonal_profile(profile::Season::hour_of_week, 0, 364);
  MonitorOptions options{.window = *stream::Window::tumbling(hours(4))};
  EXPECT_GT(found_share(profile, options, 0, 24 * 28, 50), 0.8) << "without";
  options.season = profile::Season::hour_of_week;
  EXPECT_LE(found_share(profile, options, 0, 24 * 28, 50), 0.05);
}

TEST(ModelMonitor, stays_within_its_budget_over_the_year_with_a_reference_by_month) {
  LEEWAY_SIMULATION();
  const profile::Profile profile = seasonal_profile(profile::Season::month_of_year, 1, 728);
  MonitorOptions options{.window = *stream::Window::tumbling(hours(168))};
  EXPECT_GT(found_share(profile, options, 1, 24 * 364, 4), 0.5) << "without";
  options.season = profile::Season::month_of_year;
  EXPECT_LE(found_share(profile, options, 1, 24 * 364, 4), 0.05);
}

TEST(ModelMonitor, still_finds_drift_against_the_season) {
  const profile::Profile profile = seasonal_profile(profile::Season::hour_of_week, 0, 364);
  auto monitor = ModelMonitor::make(
      profile, {.window = *stream::Window::tumbling(hours(168)), .season = profile::Season::hour_of_week});
  static_cast<void>(monitor->poll(kStart));
  record_at(*monitor, kStart, 2000, seasonal_mean(kStart + hours(6), 0), 1);  // morning values at midnight
  EXPECT_EQ(monitor->close_window().report.verdict, Verdict::drift);
}

TEST(ModelMonitor, falls_back_to_the_whole_reference_and_says_so) {
  const profile::Profile profile = seasonal_profile(profile::Season::hour_of_week, 0, 70);  // 20 rows a slot
  auto monitor = ModelMonitor::make(
      profile, {.window = *stream::Window::tumbling(hours(1)), .season = profile::Season::hour_of_week});
  static_cast<void>(monitor->poll(kStart));
  record_at(*monitor, kStart, 500, 0, 1);
  const auto window = monitor->poll(kStart + hours(1));
  ASSERT_TRUE(window && window->season);
  EXPECT_EQ(window->season->slots, 1u);
  EXPECT_EQ(window->season->sparse_slots, 1u);
  EXPECT_EQ(window->season->sparse_share, 1);
  EXPECT_EQ(window->report.features[0].reference.count, profile.rows());
}

TEST(ModelMonitor, refuses_a_season_that_the_profile_has_not) {
  EXPECT_FALSE(ModelMonitor::make(profile_at(0), {.season = profile::Season::hour_of_week}));
  const profile::Profile profile = seasonal_profile(profile::Season::hour_of_week, 0, 7);
  EXPECT_FALSE(ModelMonitor::make(profile, {.season = profile::Season::month_of_year}));
  EXPECT_TRUE(ModelMonitor::make(profile, {.season = profile::Season::hour_of_week}));
}

}  // namespace
}  // namespace leeway::monitor
