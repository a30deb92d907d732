#include "leeway/monitor/model_monitor.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <mutex>
#include <utility>

#include "leeway/drift/evaluate.hpp"
#include "monitor/seasonal_reference.hpp"
#include "monitor/window_view.hpp"

namespace leeway::inline v1::monitor {
namespace {

using detail::Content;
using detail::TimedPane;
using detail::WindowView;
using profile::Profile;

void add_moments(drift::DriftReport& report, const stream::WindowCounts& window) {
  for (std::size_t i = 0; i < report.features.size(); ++i) {
    report.features[i].live.mean = window.moments[i].mean;
    report.features[i].live.standard_deviation = window.moments[i].standard_deviation;
  }
}

std::string hexadecimal(std::uint64_t hash) {
  std::array<char, 15> digits;  // 14 for 56 bits
  std::snprintf(digits.data(), digits.size(), "%014llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

void add_unseen(drift::DriftReport& report, const stream::WindowCounts& window) {
  for (std::size_t i = 0; i < report.features.size(); ++i) {
    const stream::UnseenSample& sample = window.unseen[i];
    drift::FeatureReport& feature = report.features[i];
    feature.unseen_distinct = sample.distinct();
    for (std::size_t e = 0; e < sample.entries().size(); ++e) {
      const auto& entry = sample.entries()[e];
      feature.unseen.push_back(
          {hexadecimal(entry.hash()), entry.length(), entry.count(), std::string(sample.text(e))});
    }
    std::stable_sort(feature.unseen.begin(), feature.unseen.end(),
                     [](const auto& x, const auto& y) { return x.count > y.count; });
  }
}

// How many features share an error rate.
std::size_t sharers(const Profile& profile, const drift::Policy& policy) {
  return policy.correction == drift::Correction::bonferroni ? (std::max)(std::size_t{1}, profile.features().size()) : 1;
}

Result<std::optional<drift::ProfileAlarm>> make_alarm(const Profile& profile, const MonitorOptions& options) {
  if (!options.sequential) return std::nullopt;
  drift::SequentialOptions each = *options.sequential;
  const auto count = static_cast<double>(sharers(profile, options.policy));
  each.alpha = ErrorRate(each.alpha.value() / count);
  each.delta = ErrorRate(each.delta.value() / count);
  auto alarm = drift::ProfileAlarm::make(profile, each);
  if (!alarm) return std::move(alarm).error();
  return *std::move(alarm);
}

Result<std::optional<drift::ProfileTrend>> make_trend(const Profile& profile, const MonitorOptions& options) {
  if (!options.trend) return std::nullopt;
  auto trend = drift::ProfileTrend::make(profile, *options.trend, sharers(profile, options.policy));
  if (!trend) return std::move(trend).error();
  return *std::move(trend);
}

Error invalid(std::string message) { return {ErrorCode::invalid_argument, std::move(message), {}}; }

Result<void> check_horizons(const MonitorOptions& options) {
  for (const stream::Window& horizon : options.horizons) {
    if (options.window && horizon.has_panes_of(*options.window)) continue;
    return invalid("expected horizons over the panes of the window, found others");
  }
  return {};
}

Result<void> check_season(const Profile& profile, const MonitorOptions& options) {
  if (!options.season) return {};
  if (options.sequential) return invalid("expected a season or a sequential alarm, which knows none, found both");
  if (profile.seasons() && profile.seasons()->season == *options.season) return {};
  return invalid(std::string("expected a profile with the season ") + to_string(*options.season) + ", found one " +
                 (profile.seasons() ? std::string("with ") + to_string(profile.seasons()->season) : "without seasons"));
}

/// What looks at more than one window.
struct Watchers {
  std::optional<drift::ProfileAlarm> alarm;
  std::optional<drift::ProfileTrend> trend;

  static Result<Watchers> make(const Profile& profile, const MonitorOptions& options) {
    if (auto checked = check_season(profile, options); !checked) return std::move(checked).error();
    auto alarm = make_alarm(profile, options);
    if (!alarm) return std::move(alarm).error();
    auto trend = make_trend(profile, options);
    if (!trend) return std::move(trend).error();
    return Watchers{*std::move(alarm), *std::move(trend)};
  }
};

stream::Window window_or_all(const std::optional<stream::Window>& window) {
  return window ? *window : *stream::Window::tumbling(~std::uint64_t{0});  // never full
}

}  // namespace

struct ModelMonitor::State {
  State(std::shared_ptr<const Profile> profile, MonitorOptions chosen, Watchers chosen_watchers)
      : options(std::move(chosen)),
        window(window_or_all(options.window)),
        watchers(std::move(chosen_watchers)),
        collector(profile, options.panes),
        undated{stream::Pane(std::move(profile), options.panes)},
        view(window) {
    if (options.season) undated.slot_rows.resize(profile::slots_of(*options.season));
    empty = undated;
    for (const stream::Window& horizon : options.horizons) horizons.emplace_back(horizon);
  }

  // ---- rows

  [[nodiscard]] std::optional<std::size_t> slot_at(std::optional<TimePoint> time) const {
    if (!options.season || !time) return std::nullopt;
    return profile::slot_of(*options.season, *time);
  }

  // Drained rows have the time of the poll before.
  void drain(std::optional<TimePoint> otherwise = {}) {
    const std::optional<TimePoint> time = present ? present : otherwise;
    pane_at(time).add(collector.drain(), slot_at(time));
  }

  // The open pane for rows of a time; a late row's is the oldest.
  TimedPane& pane_at(std::optional<TimePoint> time) {
    if (!window.is_by_time() || !time || !begin) return undated;
    return open.try_emplace((std::max)(window.begin_at(*time), *begin), empty).first->second;
  }

  void begin_with(TimePoint time) {
    TimePoint earliest = window.begin_at(time);
    if (present) earliest = (std::max)(earliest, window.begin_at(*present - window.lateness()));
    if (begin && (index > 0 || *begin <= earliest)) return;
    begin = earliest;
    if (undated.pane.rows() + undated.pane.rejected_rows() == 0) return;
    open.try_emplace(earliest, empty).first->second.merge(undated);
    undated = empty;
  }

  void record_at(TimePoint time, std::span<const stream::Value> row) {
    if (window.is_by_time()) begin_with(time);
    TimedPane& pane = pane_at(time);
    const std::uint64_t before = pane.pane.rows();
    pane.pane.record(row);
    const std::uint64_t added = pane.pane.rows() - before;
    if (begin && time < *begin) pane.late_rows += added;
    if (const auto slot = slot_at(time)) pane.slot_rows[*slot] += static_cast<double>(added);
  }

  // ---- time

  void advance(TimePoint now) {
    if (!window.is_by_time()) {
      drain(now);
    } else if (!present || window.begin_at(now) != window.begin_at(*present) || slot_at(now) != slot_at(present)) {
      begin_with(present.value_or(now));
      drain(now);
    }
    present = present ? (std::max)(*present, now) : now;
  }

  [[nodiscard]] bool has_all_rows() const {
    return !options.window || (!window.is_by_time() && undated.pane.rows() >= window.step_rows());
  }
  [[nodiscard]] bool is_full() const {
    if (!options.window) return false;
    return window.is_by_time() ? *present >= *begin + window.step() + window.lateness() : has_all_rows();
  }

  // ---- reports

  drift::DriftReport evaluate(const Content& content, std::optional<SeasonNote>& note) {
    const Profile& reference = empty.pane.profile();
    std::optional<detail::SeasonalReference> seasonal;
    if (options.season && content.weight > 0)
      seasonal = detail::seasonal_reference(reference, content.slot_rows, content.weight);
    auto report =
        drift::evaluate(seasonal ? seasonal->profile : reference, content.counts.counts, options.policy, calibration);
    LEEWAY_ASSERT(report.has_value());  // the policy was checked, the counts are over the profile's cells
    if (seasonal) note = seasonal->note;
    report->profile_hash = reference.hash();
    report->artifact = reference.artifact();
    report->rejected_rows = content.counts.rejected_rows;
    add_moments(*report, content.counts);
    add_unseen(*report, content.counts);
    return *std::move(report);
  }

  WindowReport report_on(const WindowView& of, const TimedPane& newest, bool full) {
    const Content content = of.with(newest);
    WindowReport found{index, first_row + newest.pane.rows() - content.rows, content.rows};
    found.partial = !full || !of.is_full(content.panes);
    found.late_rows = content.late_rows;
    found.effective_rows = content.counts.effective_rows;
    found.model_version = options.model_version;
    found.report = evaluate(content, found.season);
    if (window.is_by_time() && begin) {
      found.from = content.begin;
      found.to = *begin + window.step();
    }
    return found;
  }

  void watch(const TimedPane& pane, bool full, drift::DriftReport& report) {
    if (watchers.alarm) {
      watchers.alarm->judge(pane.pane.counts(), report);
      report.budget += options.sequential->alpha.value();
    }
    if (watchers.trend) {
      if (full) watchers.trend->add(pane.pane.counts());
      watchers.trend->judge(report);
      report.budget += options.trend->alpha.value();
    }
  }

  WindowReport close(TimedPane pane, bool full) {
    pane.begin = begin;
    WindowReport closed = report_on(view, pane, full);
    watch(pane, full, closed.report);
    for (const WindowView& horizon : horizons) closed.horizons.push_back(report_on(horizon, pane, full));
    view.push(pane);
    for (WindowView& horizon : horizons) horizon.push(pane);
    ++index;
    first_row += pane.pane.rows();
    return closed;
  }

  WindowReport close_oldest(bool full) {
    auto pane = begin ? open.extract(*begin) : decltype(open)::node_type();
    TimedPane oldest = pane ? std::move(pane.mapped()) : begin ? empty : std::exchange(undated, empty);
    if (!open.empty()) full = true;
    WindowReport closed = close(std::move(oldest), full);
    if (full && begin) *begin += window.step();
    return closed;
  }

  TimedPane all_open() const {
    TimedPane all = undated;
    for (const auto& [from, pane] : open) all.merge(pane);
    return all;
  }

  void begin_anew(std::shared_ptr<const Profile> profile, Watchers with) {
    empty.pane = stream::Pane(std::move(profile), options.panes);
    undated = empty;
    open.clear();
    view.reset();
    for (WindowView& horizon : horizons) horizon.reset();
    watchers = std::move(with);
  }

  std::mutex mutex;
  MonitorOptions options;
  stream::Window window;
  Watchers watchers;
  drift::Calibration calibration;
  stream::Collector collector;
  TimedPane undated;                    // of windows of rows; of windows of time, while none has begun
  TimedPane empty{undated};             // to begin others with
  std::map<TimePoint, TimedPane> open;  // windows of time: by their begin
  WindowView view;
  std::vector<WindowView> horizons;
  std::uint64_t index = 0;
  std::uint64_t first_row = 0;
  std::optional<TimePoint> begin;    // of the oldest open pane, for windows of time
  std::optional<TimePoint> present;  // the latest poll
};

ModelMonitor::ModelMonitor(std::unique_ptr<State> state) : state_(std::move(state)) {}
ModelMonitor::ModelMonitor(ModelMonitor&&) noexcept = default;
ModelMonitor& ModelMonitor::operator=(ModelMonitor&&) noexcept = default;
ModelMonitor::~ModelMonitor() = default;

Result<ModelMonitor> ModelMonitor::make(profile::Profile profile, MonitorOptions options) {
  if (auto checked = options.policy.check(); !checked) return std::move(checked).error();
  if (auto checked = options.panes.check(profile); !checked) return std::move(checked).error();
  if (auto checked = check_horizons(options); !checked) return std::move(checked).error();
  auto watchers = Watchers::make(profile, options);
  if (!watchers) return std::move(watchers).error();
  auto shared = std::make_shared<const profile::Profile>(std::move(profile));
  return ModelMonitor(std::make_unique<State>(std::move(shared), std::move(options), *std::move(watchers)));
}

stream::Recorder ModelMonitor::recorder(stream::RecorderOptions options) { return state_->collector.recorder(options); }

void ModelMonitor::record_at(TimePoint time, std::span<const stream::Value> row) {
  const std::lock_guard lock(state_->mutex);
  state_->record_at(time, row);
}

drift::DriftReport ModelMonitor::report() {
  const std::lock_guard lock(state_->mutex);
  state_->drain();
  std::optional<SeasonNote> note;
  return state_->evaluate(state_->view.with(state_->all_open()), note);
}

std::optional<WindowReport> ModelMonitor::poll(TimePoint now) {
  const std::lock_guard lock(state_->mutex);
  state_->advance(now);
  if (!state_->is_full()) return std::nullopt;
  return state_->close_oldest(true);
}

WindowReport ModelMonitor::close_window() {
  const std::lock_guard lock(state_->mutex);
  state_->drain();
  return state_->close_oldest(state_->has_all_rows());
}

Result<WindowReport> ModelMonitor::replace_profile(profile::Profile profile, std::string model_version) {
  const std::lock_guard lock(state_->mutex);
  auto watchers = Watchers::make(profile, state_->options);
  if (!watchers) return std::move(watchers).error();
  auto shared = std::make_shared<const profile::Profile>(std::move(profile));
  auto drained = state_->collector.replace_profile(shared);
  if (!drained) return std::move(drained).error();
  state_->pane_at(state_->present).add(*drained, state_->slot_at(state_->present));
  WindowReport closed = state_->close(state_->all_open(), state_->has_all_rows());
  state_->begin_anew(std::move(shared), *std::move(watchers));
  state_->options.model_version = std::move(model_version);
  return closed;
}

}  // namespace leeway::inline v1::monitor
