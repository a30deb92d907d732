#ifndef LEEWAY_MONITOR_MODEL_MONITOR_HPP
#define LEEWAY_MONITOR_MODEL_MONITOR_HPP

#include <memory>
#include <optional>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"
#include "leeway/drift/calibration.hpp"
#include "leeway/drift/policy.hpp"
#include "leeway/drift/sequential_alarm.hpp"
#include "leeway/monitor/window_report.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/stream/recorder.hpp"
#include "leeway/stream/tumbling_window.hpp"

namespace leeway::inline v1::monitor {

struct MonitorOptions {
  drift::Policy policy{};
  std::optional<stream::TumblingWindow> window{};  ///< absent: windows are closed by close_window() alone
  std::string model_version{};                     ///< copied into every report
  stream::PaneOptions panes{};                     ///< what is counted beside the cells
  /// Feeds every closed window to an alarm per feature, for drift too small for one window, and adds its finding to the
  /// window's report; absent: none. alpha and delta are for all features together, shared as the policy says. False
  /// alarms are beside the policy's budget: at most alpha per window on average, which the report's budget includes.
  std::optional<drift::SequentialOptions> sequential{};
};

/// Watches one model from inside its server: profile in, rows in, reports out.
///
///   auto monitor = monitor::ModelMonitor::make(profile, {.window = *stream::TumblingWindow::of_rows(1000)});
///   stream::Recorder recorder = monitor->recorder();         // one per worker thread
///   recorder.record(row);                                    // for every request: wait-free, no allocation
///   if (auto window = monitor->poll(now)) act_on(*window);   // now and then, from any other thread
///
/// Every recorded row is in exactly one window: the one that is open when the row is drained, which every function
/// below does, but poll() before the end of a window of time. Reports depend on the rows of the window alone, not on
/// their order nor on which thread recorded them.
/// Owns no thread and reads no clock. Thread contract: every function may be called from any thread.
class ModelMonitor {
 public:
  /// Errors: invalid_argument (policy, sequential, features named in panes).
  LEEWAY_EXPORT static Result<ModelMonitor> make(profile::Profile profile, MonitorOptions options = {});
  LEEWAY_EXPORT ModelMonitor(ModelMonitor&&) noexcept;
  LEEWAY_EXPORT ModelMonitor& operator=(ModelMonitor&&) noexcept;
  LEEWAY_EXPORT ~ModelMonitor();

  /// A recorder for one worker thread; it stays valid when the monitor is gone, recording to no one.
  [[nodiscard]] LEEWAY_EXPORT stream::Recorder recorder(stream::RecorderOptions options = {});

  /// What the open window holds so far. The window stays open.
  [[nodiscard]] LEEWAY_EXPORT drift::DriftReport report();

  /// Closes the open window if it is full, and opens the next. By rows: when at least that many have been recorded, so
  /// poll after exactly that many where window borders must be exact. By time: when `now` is at or past its end; the
  /// first call opens the first window. A gap leaves empty windows: call until there is none.
  [[nodiscard]] LEEWAY_EXPORT std::optional<WindowReport> poll(TimePoint now);

  /// Closes the open window, full or not, and opens the next.
  [[nodiscard]] LEEWAY_EXPORT WindowReport close_window();

  /// Goes on against another reference with the same features in the same order: closes the open window and counts
  /// every later row over the new cells; no row is counted over both. Alarms begin anew. Errors: incompatible (other features).
  LEEWAY_EXPORT Result<WindowReport> replace_profile(profile::Profile profile, std::string model_version = {});

 private:
  struct State;
  explicit ModelMonitor(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace leeway::inline v1::monitor

#endif
