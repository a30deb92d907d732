#ifndef LEEWAY_MONITOR_MODEL_MONITOR_HPP
#define LEEWAY_MONITOR_MODEL_MONITOR_HPP

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/drift/calibration.hpp"
#include "leeway/drift/policy.hpp"
#include "leeway/drift/sequential_alarm.hpp"
#include "leeway/drift/trend.hpp"
#include "leeway/monitor/window_report.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/profile/season.hpp"
#include "leeway/stream/recorder.hpp"
#include "leeway/stream/window.hpp"

namespace leeway::inline v1::monitor {

struct MonitorOptions {
  drift::Policy policy{};
  /// Which rows are judged together, and when: at the end of each of its panes. Absent: close_window() alone ends one.
  std::optional<stream::Window> window{};
  /// Longer windows over the same panes, such as the last week and the last quarter, reported with each window.
  std::vector<stream::Window> horizons{};
  /// Compares each season with the same season of the reference, in proportion to the window's rows; needs a profile
  /// with these seasons. A season with fewer than 30 reference rows is compared with the whole reference, and the
  /// report says so.
  std::optional<profile::Season> season{};
  std::string model_version{};  ///< copied into every report
  stream::PaneOptions panes{};  ///< what is counted beside the cells
  /// Feeds the last pane of every closed window to an alarm per feature, for drift too small for one window, and adds
  /// its finding to the window's report; absent: none. Knows no seasons. alpha and delta are for all features together,
  /// shared as the policy says. False alarms are beside the policy's budget: at most alpha per window on average, which
  /// the report's budget includes.
  std::optional<drift::SequentialOptions> sequential{};
  /// Looks for slow drift: a trend over the last panes, of which each full one is added; absent: none. Its finding is
  /// in the report of every window and its alpha in the budget. Takes panes as long as the season of the data.
  std::optional<drift::TrendOptions> trend{};
};

/// Watches one model from inside its server: profile in, rows in, reports out.
///
///   auto monitor = monitor::ModelMonitor::make(profile, {.window = *stream::Window::tumbling(1000)});
///   stream::Recorder recorder = monitor->recorder();         // one per worker thread
///   recorder.record(row);                                    // for every request: wait-free, no allocation
///   if (auto window = monitor->poll(now)) act_on(*window);   // now and then, from any other thread
///
/// Every row is in exactly one pane, and in every window that holds this pane. A recorder's rows have the time of the
/// poll() before: they are in the pane that was the present one. record_at() takes rows with a time of their own, and
/// puts each in the pane of that time, if this is open still: a pane closes at its end, or later by the lateness that
/// its window allows. A row that comes later yet is counted in the oldest open pane, and among late_rows. Reports
/// depend on the rows of the window alone, not on their order nor on which thread recorded them. Owns no thread and
/// reads no clock. Thread contract: every function may be called from any thread.
class ModelMonitor {
 public:
  /// Errors: invalid_argument (policy, sequential, trend, features named in panes, horizons over other panes than those
  /// of the window, a season that the profile has not or together with sequential).
  LEEWAY_EXPORT static Result<ModelMonitor> make(profile::Profile profile, MonitorOptions options = {});
  LEEWAY_EXPORT ModelMonitor(ModelMonitor&&) noexcept;
  LEEWAY_EXPORT ModelMonitor& operator=(ModelMonitor&&) noexcept;
  LEEWAY_EXPORT ~ModelMonitor();

  /// A recorder for one worker thread; it stays valid when the monitor is gone, recording to no one.
  [[nodiscard]] LEEWAY_EXPORT stream::Recorder recorder(stream::RecorderOptions options = {});

  /// Records a row with a time of its own, as Pane::record does. Takes a lock: for replays and queues; a server's
  /// request path uses a recorder. In a window of rows the time counts for the season alone.
  LEEWAY_EXPORT void record_at(TimePoint time, std::span<const stream::Value> row);

  /// What the window holds that would end now. It stays open. Without horizons, alarms and trends.
  [[nodiscard]] LEEWAY_EXPORT drift::DriftReport report();

  /// Closes the oldest open pane if it is full, and reports on the window that ends with it. By rows: when at least
  /// that many have been recorded, so poll after exactly that many where borders must be exact. By time: when `now` is
  /// at or past its end and the allowed lateness; the first call opens the first pane. A gap leaves empty panes: call
  /// until there is none. A `now` before that of an earlier call counts as that.
  [[nodiscard]] LEEWAY_EXPORT std::optional<WindowReport> poll(TimePoint now);

  /// Closes the oldest open pane, full or not, and reports on the window that ends with it.
  [[nodiscard]] LEEWAY_EXPORT WindowReport close_window();

  /// Goes on against another reference with the same features in the same order: closes all that
  /// is open as one pane and counts every later row over the new cells; no row is counted over both. Windows, alarms
  /// and trends begin anew. Errors: incompatible (other features), invalid_argument (without the season of the
  /// options).
  LEEWAY_EXPORT Result<WindowReport> replace_profile(profile::Profile profile, std::string model_version = {});

 private:
  struct State;
  explicit ModelMonitor(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace leeway::inline v1::monitor

#endif
