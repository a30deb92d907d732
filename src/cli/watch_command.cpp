#include "cli/watch_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
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
#include "leeway/report/text.hpp"
#include "leeway/report/time_text.hpp"

namespace leeway::cli {
namespace {

constexpr std::int64_t kMostEmptyWindows = 10'000;  // more are a wrong time or a wrong window, and endless output

/// So many rows, or so much time.
struct Extent {
  std::uint64_t rows = 0;
  Duration time = Duration::zero();
};

struct WatchOptions {
  std::string profile;
  std::string live;
  std::optional<Extent> length;
  std::optional<Extent> slide;
  std::optional<Extent> half_life;
  std::vector<Extent> horizons;
  std::optional<Duration> lateness;
  std::optional<profile::Season> season;
  std::string time;
  bool sequential = false;
  bool trend = false;
  InputOptions input;
  drift::Policy policy;
  std::vector<std::string> show_unseen;
  OutcomeOptions outcome;
};

/// "1000" is a number of rows, "7d" a length of time.
Result<void> accept_extent(const std::string& text, std::optional<Extent>& extent) {
  if (const auto rows = parse_integer(text); rows && *rows > 0) {
    extent = Extent{static_cast<std::uint64_t>(*rows), {}};
    return {};
  }
  if (const auto length = parse_duration(text)) {
    extent = Extent{0, *length};
    return {};
  }
  return usage_error(
      "", "expected rows such as 1000 or a length of time such as 7d, 12h or 30m, found " + cli::quoted(text));
}

Result<void> accept_horizons(const std::string& text, std::vector<Extent>& horizons) {
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = (std::min)(text.find(',', from), text.size());
    std::optional<Extent> horizon;
    if (auto accepted = accept_extent(text.substr(from, comma - from), horizon); !accepted) return accepted;
    horizons.push_back(*horizon);
    from = comma + 1;
  }
  return {};
}

Result<void> accept_lateness(const std::string& text, std::optional<Duration>& lateness) {
  const auto length = parse_duration(text);
  if (!length) return usage_error("", "expected a length of time such as 1h, found " + cli::quoted(text));
  lateness = *length;
  return {};
}

bool same_unit(const Extent& a, const Extent& b) { return (a.rows > 0) == (b.rows > 0); }

Result<stream::Window> sliding(const Extent& length, const Extent& step) {
  return step.rows > 0 ? stream::Window::sliding(length.rows, step.rows)
                       : stream::Window::sliding(length.time, step.time);
}

Result<stream::Window> decayed(const Extent& step, const Extent& half_life) {
  return step.rows > 0 ? stream::Window::decayed(step.rows, half_life.rows)
                       : stream::Window::decayed(step.time, half_life.time);
}

/// `option` names what was wrong.
template <class T>
Result<T> in_usage(const std::string& option, Result<T> made) {
  if (made) return made;
  return usage_error(option, made.error().message);
}

std::string text_of(const Extent& extent) {
  return extent.rows > 0 ? counted(extent.rows, "row") : format_duration(extent.time);
}

Error other_unit(const std::string& option, const Extent& window, const Extent& found) {
  return usage_error(option, std::string("expected ") + (window.rows > 0 ? "rows" : "a length of time") +
                                 " as --window has, " + text_of(window) + ", found " + text_of(found));
}

/// The pane that every window of the command is made of.
const Extent& pane_of(const WatchOptions& options) { return options.slide ? *options.slide : *options.length; }

Result<stream::Window> sliding_window(const Extent& length, const Extent& step) {
  auto window = sliding(length, step);
  if (window) return window;
  return usage_error("--slide", "expected a length that --window, " + text_of(length) +
                                    ", is 1 to 100,000 times, found " + text_of(step));
}

Result<stream::Window> horizon_of(const WatchOptions& options, const Extent& length) {
  if (!same_unit(length, *options.length)) return other_unit("--horizons", *options.length, length);
  auto window = sliding(length, pane_of(options));
  if (window) return window;
  return usage_error("--horizons", std::string("expected 1 to 100,000 times ") +
                                       (options.slide ? "--slide, " : "--window, ") + text_of(pane_of(options)) +
                                       ", found " + text_of(length));
}

Result<stream::Window> with_lateness(const stream::Window& window, const WatchOptions& options) {
  auto waiting = window.with_lateness(*options.lateness);
  if (waiting) return waiting;
  const std::string found = ", found " + format_duration(*options.lateness);
  return usage_error("--lateness", window.is_by_time()
                                       ? "expected at most 100,000 times " + text_of(pane_of(options)) + found
                                       : "expected it beside a window of time such as --window 7d, found --window " +
                                             std::to_string(options.length->rows) + ", of rows");
}

Result<stream::Window> window_of(const WatchOptions& options) {
  if (options.slide && options.half_life)
    return usage_error("--half-life", "expected either --slide or --half-life, found both");
  for (const auto& [option, extent] :
       {std::pair{"--slide", options.slide}, std::pair{"--half-life", options.half_life}}) {
    if (extent && !same_unit(*extent, *options.length)) return other_unit(option, *options.length, *extent);
  }
  auto window = options.half_life ? in_usage("--half-life", decayed(*options.length, *options.half_life))
                                  : sliding_window(*options.length, pane_of(options));
  return window && options.lateness ? with_lateness(*window, options) : window;
}

Result<std::vector<stream::Window>> horizons_of(const WatchOptions& options) {
  std::vector<stream::Window> horizons;
  for (const Extent& horizon : options.horizons) {
    auto window = horizon_of(options, horizon);
    if (!window) return std::move(window).error();
    horizons.push_back(*window);
  }
  return horizons;
}

/// Seconds since 1970 so few that they are hardly times.
bool is_near_epoch(TimePoint time) {
  constexpr std::chrono::days kMonth(31);
  return time > TimePoint() - kMonth && time < TimePoint() + kMonth;
}

/// One pass over the live rows.
class Watch {
 public:
  Watch(const WatchOptions& options, const stream::Window& window, LiveReader live, monitor::ModelMonitor monitor,
        const Console& console)
      : options_(options),
        window_(window),
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
    std::optional<TimePoint> time;
    if (!options_.time.empty()) {
      const auto read = live_.time();
      if (!read) return read.error();
      time = *read;
      small_numbers_ = small_numbers_ && is_near_epoch(*time) && live_.time_is_number();
      if (auto taken = take_time(*time); !taken) return taken;
    }
    if (time && (window_.is_by_time() || options_.season)) {
      monitor_.record_at(*time, live_.values());
    } else {
      recorder_.record(live_.values());
    }
    ++open_rows_;
    return window_.is_by_time() || open_rows_ < window_.step_rows() ? Result<void>() : close_full({});
  }

  Result<void> take_time(TimePoint time) {
    earliest_ = earliest_ ? (std::min)(*earliest_, time) : time;
    latest_ = latest_ ? (std::max)(*latest_, time) : time;
    if (!window_.is_by_time()) return {};
    if (time < window_.begin_at(*latest_ - window_.lateness())) ++late_rows_;
    if (!begin_) begin_ = window_.begin_at(time);
    if (auto checked = check_gap(time); !checked) return checked;
    return close_full(*latest_);
  }

  [[nodiscard]] Result<void> check_gap(TimePoint time) const {
    const TimePoint end = *begin_ + window_.step();
    const std::int64_t empty = (time - end) / window_.step();
    if (time < end || empty <= kMostEmptyWindows) return {};
    return Error{ErrorCode::data,
                 "expected a time within " + grouped(kMostEmptyWindows) + " windows of " +
                     format_duration(window_.step()) + " after " + report::time_text(end) + ", found " +
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
    open_rows_ = 0;
    if (!window_.is_by_time()) show_times(window);
    const auto failing = [&](const monitor::WindowReport& w) {
      return fails(w.report, options_.outcome.fail_on, w.partial);
    };
    failed_ = failed_ || failing(window) || std::any_of(window.horizons.begin(), window.horizons.end(), failing);
    if (!options_.input.quiet && !options_.outcome.owns_standard_output()) print(window);
    if (options_.outcome.wants_file()) windows_.push_back(std::move(window));
    return {};
  }

  /// Windows of rows that tumble show the time of their earliest and of their latest row.
  void show_times(monitor::WindowReport& window) {
    const auto earliest = std::exchange(earliest_, {});
    const auto latest = std::exchange(latest_, {});
    if (window_.panes() != 1) return;
    window.from = earliest;
    window.to = latest;
  }

  void print(const monitor::WindowReport& window) {
    live_.clear_progress();
    console_.out << report::to_line(window) << std::flush;  // who watches a stream wants each line as it comes
  }

  Result<void> finish() {
    if (window_.is_by_time() && latest_) {  // panes that only waited for late rows are full
      if (auto closed = close_full(*latest_ + window_.lateness()); !closed) return closed;
    }
    if (open_rows_ > 0 || (window_.is_by_time() && latest_)) {
      if (auto kept = keep(monitor_.close_window()); !kept) return kept;
    }
    live_.clear_progress();
    if (!options_.input.quiet) report_doubts();
    if (auto written = write_reports(options_.outcome, windows_, console_); !written) return written;
    return live_.check_fields();  // last: a burst of malformed fields is in the windows, whatever the whole file says
  }

  void report_doubts() const {
    const std::string name = "leeway: " + printable(live_.name(), std::string::npos) + ": ";
    if (late_rows_ > 0)
      console_.err << name << counted(late_rows_, "row")
                   << " older than the window that was open counted in that window\n";
    if (!options_.time.empty() && small_numbers_ && live_.rows() > 0)
      console_.err << name << "column " << printable(options_.time)
                   << ": every time is a number within a month of 1970, read as seconds since then; is it a time?\n";
  }

  const WatchOptions& options_;
  const stream::Window window_;
  LiveReader live_;
  monitor::ModelMonitor monitor_;
  stream::Recorder recorder_;
  const Console& console_;
  std::optional<TimePoint> begin_;     // of the pane of the latest row, for windows of time
  std::optional<TimePoint> earliest_;  // by rows: of the open pane
  std::optional<TimePoint> latest_;
  std::uint64_t open_rows_ = 0;
  std::uint64_t late_rows_ = 0;
  bool small_numbers_ = true;  // all times so far
  bool failed_ = false;
  std::vector<monitor::WindowReport> windows_;  // for JSON and HTML
};

Result<void> check(const WatchOptions& options) {
  if (auto checked = check_metrics(options.policy); !checked) return checked;
  if (!options.length)
    return usage_error("--window", "expected rows such as 1000 or a length of time such as 7d, found none");
  if ((options.length->rows == 0 || options.season) && options.time.empty()) {
    return usage_error("--time", std::string("expected the column of times that a ") +
                                     (options.season ? "season" : "window of time") + " needs, found none");
  }
  if (options.season && options.sequential)
    return usage_error("--sequential", "expected no --season beside it, for it knows none, found both");
  return check_targets(options.outcome, {options.profile, options.live});
}

Result<monitor::MonitorOptions> monitor_options(const WatchOptions& options) {
  auto window = window_of(options);
  if (!window) return std::move(window).error();
  auto horizons = horizons_of(options);
  if (!horizons) return std::move(horizons).error();
  monitor::MonitorOptions monitored{
      .policy = options.policy, .window = *window, .panes = {.moments = true, .unseen_text = options.show_unseen}};
  monitored.horizons = *std::move(horizons);
  monitored.season = options.season;
  if (options.sequential) monitored.sequential.emplace();
  if (options.trend) monitored.trend.emplace();
  return monitored;
}

Result<void> check_season(const WatchOptions& options, const profile::Profile& profile) {
  if (!options.season || (profile.seasons() && profile.seasons()->season == *options.season)) return {};
  const std::string name = to_string(*options.season);
  return usage_error("--season", "expected a profile made with --season " + name + " --time COLUMN, found " +
                                     (profile.seasons() ? std::string("one of ") + to_string(profile.seasons()->season)
                                                        : std::string("one without seasons")));
}

Result<ExitStatus> run_watch(const WatchOptions& options, const Console& console) {
  if (auto checked = check(options); !checked) return std::move(checked).error();
  auto monitored = monitor_options(options);
  if (!monitored) return std::move(monitored).error();
  if (auto checked = check_writable(options.outcome); !checked) return std::move(checked).error();
  const stream::Window window = *monitored->window;
  auto profile = open_profile(options.profile);
  if (!profile) return std::move(profile).error();
  if (auto checked = check_season(options, *profile); !checked) return std::move(checked).error();
  if (auto checked = check_unseen(monitored->panes, *profile); !checked) return std::move(checked).error();
  auto live = LiveReader::open(options.live, *profile, options.input, options.time);
  if (!live) return std::move(live).error();
  auto monitor = monitor::ModelMonitor::make(*std::move(profile), *std::move(monitored));
  if (!monitor) return std::move(monitor).error();
  return Watch(options, window, *std::move(live), *std::move(monitor), console).run();
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
            [options](const std::string& text) { return accept_extent(text, options->length); });
  add_value(*app, "--slide", "100|1d",
            "Let the window slide: it is reported on after every so many rows or so much time",
            [options](const std::string& text) { return accept_extent(text, options->slide); });
  add_value(*app, "--half-life", "5000|30d",
            "All rows so far, weighing half for every so many or so much time that they lie back; after every --window",
            [options](const std::string& text) { return accept_extent(text, options->half_life); });
  add_value(*app, "--horizons", "7d,90d", "Longer windows that are reported with each window",
            [options](const std::string& text) { return accept_horizons(text, options->horizons); });
  add_value(*app, "--lateness", "1h", "How long a window of time stays open for rows that come late",
            [options](const std::string& text) { return accept_lateness(text, options->lateness); });
  add_value(*app, "--season", "hour-of-week|month-of-year", "Compare with the same season of the reference",
            [options](const std::string& text) { return accept_season(text, options->season); });
  add_text(*app, "--time", "COLUMN", "The column of times, UTC where they have no offset", options->time);
  app->add_flag(
      "--sequential", options->sequential,
      "Add evidence up over windows too, for drift too small for one: at most one false alarm in 100 windows");
  app->add_flag("--trend", options->trend,
                "Look for slow drift over the last 100 windows; one as long as the season of the data is best");
  add_policy_options(*app, options->policy);
  add_unseen_option(*app, options->show_unseen);
  add_outcome_options(*app, options->outcome);
  add_input_options(*app, options->input);
  add_version_flag(*app);
  app->footer(
      "A row that comes later than --lateness allows counts in the oldest open window. The last window may be partial, "
      "and\n"
      "the first ones that slide; of them --fail-on asks only what was found, not whether it was enough.\n" +
      exit_status_help());
  return {app, [options](const Console& console) { return run_watch(*options, console); }};
}

}  // namespace leeway::cli
