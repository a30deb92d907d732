#include "cli/watch_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/live_reader.hpp"
#include "cli/number.hpp"
#include "cli/options.hpp"
#include "cli/reference.hpp"
#include "cli/timestamp.hpp"
#include "cli/wording.hpp"
#include "leeway/monitor/model_monitor.hpp"
#include "leeway/report/json.hpp"
#include "leeway/report/text.hpp"
#include "leeway/report/time_text.hpp"

namespace leeway::cli {
namespace {

constexpr std::int64_t kMostEmptyWindows = 10'000;  // more are a wrong time or a wrong window, and endless output

struct WatchOptions {
  std::string profile;
  std::string live;
  std::optional<stream::TumblingWindow> window;
  std::string time;
  bool sequential = false;
  InputOptions input;
  drift::Policy policy;
  std::vector<std::string> show_unseen;
  OutcomeOptions outcome;
};

/// "1000" is a number of rows, "7d" a length of time.
Result<void> accept_window(const std::string& text, std::optional<stream::TumblingWindow>& window) {
  const auto take = [&](Result<stream::TumblingWindow> made) -> Result<void> {
    if (!made) return std::move(made).error();
    window = *made;
    return {};
  };
  if (const auto rows = parse_integer(text); rows && *rows > 0) {
    return take(stream::TumblingWindow::of_rows(static_cast<std::uint64_t>(*rows)));
  }
  if (const auto length = parse_duration(text)) return take(stream::TumblingWindow::of_time(*length));
  return usage_error(
      "", "expected rows such as 1000 or a length of time such as 7d, 12h or 30m, found " + cli::quoted(text));
}

/// One pass over the live rows.
class Watch {
 public:
  Watch(const WatchOptions& options, LiveReader live, monitor::ModelMonitor monitor, const Console& console)
      : options_(options),
        window_(*options.window),
        live_(std::move(live)),
        monitor_(std::move(monitor)),
        recorder_(monitor_.recorder()),
        console_(console) {}

  Result<ExitStatus> run() {
    for (;;) {
      auto more = live_.next();
      if (!more) return std::move(more).error();
      if (!*more) break;
      if (auto taken = take_row(); !taken) return std::move(taken).error();
    }
    if (auto finished = finish(); !finished) return std::move(finished).error();
    return failed_ ? ExitStatus::finding : ExitStatus::fine;
  }

 private:
  Result<void> take_row() {
    if (!options_.time.empty()) {
      auto taken = take_time();
      if (!taken) return taken;
    }
    recorder_.record(live_.values());
    ++open_rows_;
    return window_.is_by_time() || open_rows_ < window_.rows() ? Result<void>() : close_full({});
  }

  Result<void> take_time() {
    const auto time = live_.time();
    if (!time) return time.error();
    if (!window_.is_by_time()) {
      note_time(*time);
      return {};
    }
    if (!begin_) begin_ = window_.begin_at(*time);
    if (*time < *begin_) ++late_rows_;
    if (auto checked = check_gap(*time); !checked) return checked;
    return close_full(*time);
  }

  /// Windows of rows show the time of their earliest and of their latest row.
  void note_time(TimePoint time) {
    earliest_ = earliest_ ? (std::min)(*earliest_, time) : time;
    latest_ = latest_ ? (std::max)(*latest_, time) : time;
  }

  [[nodiscard]] Result<void> check_gap(TimePoint time) const {
    const TimePoint end = *begin_ + window_.length();
    const std::int64_t empty = (time - end) / window_.length();
    if (time < end || empty <= kMostEmptyWindows) return {};
    return Error{ErrorCode::data,
                 "expected a time within " + grouped(kMostEmptyWindows) + " windows of " +
                     format_duration(window_.length()) + " after " + report::time_text(end) + ", found " +
                     report::time_text(time),
                 live_.where_time()};
  }

  /// Closes every window that ends at or before `now`; windows of rows when they are full.
  Result<void> close_full(TimePoint now) {
    while (auto closed = monitor_.poll(now)) {
      if (auto kept = keep(*std::move(closed)); !kept) return kept;
    }
    if (window_.is_by_time()) begin_ = (std::max)(*begin_, window_.begin_at(now));
    return {};
  }

  Result<void> keep(monitor::WindowReport window) {
    if (earliest_) window.from = std::exchange(earliest_, {});
    if (latest_) window.to = std::exchange(latest_, {});
    open_rows_ = 0;
    failed_ = failed_ || fails(window.report, options_.outcome.fail_on, window.partial);
    if (!options_.input.quiet && !options_.outcome.owns_standard_output()) print(window);
    if (!options_.outcome.json.empty()) windows_.push_back(std::move(window));
    return {};
  }

  void print(const monitor::WindowReport& window) {
    live_.clear_progress();
    console_.out << report::to_line(window) << std::flush;  // who watches a stream wants each line as it comes
  }

  Result<void> finish() {
    if (open_rows_ > 0) {
      if (auto kept = keep(monitor_.close_window()); !kept) return kept;
    }
    live_.clear_progress();
    if (late_rows_ > 0 && !options_.input.quiet) report_late_rows();
    if (auto written = write_json(); !written) return written;
    return live_.check_fields();  // last: a burst of malformed fields is in the windows, whatever the whole file says
  }

  Result<void> write_json() const {
    if (options_.outcome.json.empty()) return {};
    return write_text(options_.outcome.json, report::to_json(windows_), console_);
  }

  void report_late_rows() const {
    console_.err << "leeway: " << printable(live_.name(), std::string::npos) << ": " << counted(late_rows_, "row")
                 << " older than the window that was open counted in that window\n";
  }

  const WatchOptions& options_;
  const stream::TumblingWindow window_;
  LiveReader live_;
  monitor::ModelMonitor monitor_;
  stream::Recorder recorder_;
  const Console& console_;
  std::optional<TimePoint> begin_;     // of the open window, for windows of time
  std::optional<TimePoint> earliest_;  // in the open window, for windows of rows
  std::optional<TimePoint> latest_;
  std::uint64_t open_rows_ = 0;
  std::uint64_t late_rows_ = 0;
  bool failed_ = false;
  std::vector<monitor::WindowReport> windows_;  // for JSON
};

Result<void> check(const WatchOptions& options) {
  if (auto checked = check_metrics(options.policy); !checked) return checked;
  if (!options.window)
    return usage_error("--window", "expected rows such as 1000 or a length of time such as 7d, found none");
  if (options.window->is_by_time() && options.time.empty()) {
    return usage_error("--time", "expected the column of times that a window of time needs, found none");
  }
  return check_target("--json", options.outcome.json, {options.profile, options.live});
}

Result<ExitStatus> run_watch(const WatchOptions& options, const Console& console) {
  if (auto checked = check(options); !checked) return std::move(checked).error();
  auto profile = open_profile(options.profile);
  if (!profile) return std::move(profile).error();
  auto live = LiveReader::open(options.live, *profile, options.input, options.time);
  if (!live) return std::move(live).error();
  monitor::MonitorOptions monitored{.policy = options.policy,
                                    .window = options.window,
                                    .panes = {.moments = true, .unseen_text = options.show_unseen}};
  if (options.sequential) monitored.sequential.emplace();
  auto monitor = monitor::ModelMonitor::make(*std::move(profile), std::move(monitored));
  if (!monitor) return std::move(monitor).error();
  return Watch(options, *std::move(live), *std::move(monitor), console).run();
}

}  // namespace

Command add_watch_command(CLI::App& leeway) {
  CLI::App* app = leeway.add_subcommand("watch", "Follow live data window by window");
  const auto options = std::make_shared<WatchOptions>();
  app->allow_extras();
  add_argument(*app, "PROFILE", "From leeway profile", options->profile);
  add_argument(*app, "LIVE", "Live data in the order of time: CSV, perhaps gzipped; - is standard input",
               options->live);
  add_value(*app, "--window", "1000|7d", "Rows of a window, such as 1000, or its length in time, such as 7d (required)",
            [options](const std::string& text) { return accept_window(text, options->window); });
  add_text(*app, "--time", "COLUMN", "The column of times, UTC where they have no offset", options->time);
  app->add_flag(
      "--sequential", options->sequential,
      "Add evidence up over windows too, for drift too small for one: at most one false alarm in 100 windows");
  add_policy_options(*app, options->policy);
  add_unseen_option(*app, options->show_unseen);
  add_outcome_options(*app, options->outcome);
  add_input_options(*app, options->input);
  add_version_flag(*app);
  app->footer(
      "A row older than the open window counts in the open one. The last window may be partial; of it --fail-on\n"
      "asks only what was found, not whether it was enough.\n" +
      exit_status_help());
  return {app, [options](const Console& console) { return run_watch(*options, console); }};
}

}  // namespace leeway::cli
