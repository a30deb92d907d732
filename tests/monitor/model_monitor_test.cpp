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

TEST(ModelMonitor, says_how_many_rows_did_not_fit) {
  ModelMonitor monitor = monitor_with({});
  monitor.recorder().record(std::array{1.0, 2.0});
  EXPECT_EQ(monitor.report().rejected_rows, 1u);
}

}  // namespace
}  // namespace leeway::monitor
