#include "leeway/monitor/model_monitor.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/report/json.hpp"
#include "support/generator.hpp"

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
  ModelMonitor monitor = monitor_with({.window = *stream::TumblingWindow::of_rows(300)});
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
  ModelMonitor monitor = monitor_with({.window = *stream::TumblingWindow::of_time(hours(1))});
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

TEST(ModelMonitor, says_how_many_rows_did_not_fit) {
  ModelMonitor monitor = monitor_with({});
  monitor.recorder().record(std::array{1.0, 2.0});
  EXPECT_EQ(monitor.report().rejected_rows, 1u);
}

}  // namespace
}  // namespace leeway::monitor
