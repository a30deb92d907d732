#include "leeway/monitor/model_monitor.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <utility>

#include "leeway/drift/evaluate.hpp"

namespace leeway::inline v1::monitor {
namespace {

void add_moments(drift::DriftReport& report, const stream::Pane& window) {
  for (std::size_t i = 0; i < report.features.size(); ++i) {
    const Moments& moments = window.moments()[i];
    report.features[i].live.mean = moments.mean();
    if (const auto variance = moments.variance()) report.features[i].live.standard_deviation = std::sqrt(*variance);
  }
}

std::string hexadecimal(std::uint64_t hash) {
  std::array<char, 15> digits;  // 14 for 56 bits
  std::snprintf(digits.data(), digits.size(), "%014llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

void add_unseen(drift::DriftReport& report, const stream::Pane& window) {
  for (std::size_t i = 0; i < report.features.size(); ++i) {
    const stream::UnseenSample* sample = window.unseen(i);
    if (sample == nullptr) continue;
    drift::FeatureReport& feature = report.features[i];
    feature.unseen_distinct = sample->distinct();
    for (std::size_t e = 0; e < sample->entries().size(); ++e) {
      const auto& entry = sample->entries()[e];
      feature.unseen.push_back(
          {hexadecimal(entry.hash()), entry.length(), entry.count(), std::string(sample->text(e))});
    }
    std::stable_sort(feature.unseen.begin(), feature.unseen.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
  }
}

Result<std::optional<drift::ProfileAlarm>> make_alarm(const profile::Profile& profile, const MonitorOptions& options) {
  if (!options.sequential) return std::nullopt;
  drift::SequentialOptions each = *options.sequential;
  if (options.policy.correction == drift::Correction::bonferroni && !profile.features().empty()) {
    const auto sharers = static_cast<double>(profile.features().size());
    each.alpha = ErrorRate(each.alpha.value() / sharers);
    each.delta = ErrorRate(each.delta.value() / sharers);
  }
  auto alarm = drift::ProfileAlarm::make(profile, each);
  if (!alarm) return std::move(alarm).error();
  return *std::move(alarm);
}

}  // namespace

struct ModelMonitor::State {
  State(std::shared_ptr<const profile::Profile> profile, MonitorOptions chosen,
        std::optional<drift::ProfileAlarm> chosen_alarm)
      : options(std::move(chosen)),
        alarm(std::move(chosen_alarm)),
        collector(profile, options.panes),
        window(std::move(profile), options.panes) {}

  void add(const stream::Pane& drained) {
    [[maybe_unused]] const Result<void> merged = window.merge(drained);
    LEEWAY_ASSERT(merged.has_value());  // both count against the collector's profile
  }

  drift::DriftReport evaluate() {
    auto report = drift::evaluate(window.profile(), window.counts(), options.policy, calibration);
    LEEWAY_ASSERT(report.has_value());  // the policy was checked, the pane fits its own profile
    report->rejected_rows = window.rejected_rows();
    add_moments(*report, window);
    add_unseen(*report, window);
    return *std::move(report);
  }

  WindowReport close(bool full) {
    WindowReport closed{index++, first_row, window.rows()};
    closed.partial = !full;
    closed.model_version = options.model_version;
    closed.report = evaluate();
    if (alarm) {
      alarm->judge(window.counts(), closed.report);
      closed.report.budget += options.sequential->alpha.value();
    }
    if (begin) {
      closed.from = begin;
      closed.to = *begin + options.window->length();
      if (full) begin = closed.to;
    }
    first_row += window.rows();
    window.reset();
    return closed;
  }

  [[nodiscard]] bool has_all_rows() const {
    return !options.window || (!options.window->is_by_time() && window.rows() >= options.window->rows());
  }

  bool is_full(TimePoint now) {
    if (!options.window) return false;
    if (!options.window->is_by_time()) return has_all_rows();
    if (!begin) begin = options.window->begin_at(now);
    return now >= *begin + options.window->length();
  }

  std::mutex mutex;
  MonitorOptions options;
  std::optional<drift::ProfileAlarm> alarm;
  drift::Calibration calibration;
  stream::Collector collector;
  stream::Pane window;
  std::uint64_t index = 0;
  std::uint64_t first_row = 0;
  std::optional<TimePoint> begin;  // of the open window, for windows of time
};

ModelMonitor::ModelMonitor(std::unique_ptr<State> state) : state_(std::move(state)) {}
ModelMonitor::ModelMonitor(ModelMonitor&&) noexcept = default;
ModelMonitor& ModelMonitor::operator=(ModelMonitor&&) noexcept = default;
ModelMonitor::~ModelMonitor() = default;

Result<ModelMonitor> ModelMonitor::make(profile::Profile profile, MonitorOptions options) {
  if (auto checked = options.policy.check(); !checked) return std::move(checked).error();
  if (auto checked = options.panes.check(profile); !checked) return std::move(checked).error();
  auto alarm = make_alarm(profile, options);
  if (!alarm) return std::move(alarm).error();
  auto shared = std::make_shared<const profile::Profile>(std::move(profile));
  return ModelMonitor(std::make_unique<State>(std::move(shared), std::move(options), *std::move(alarm)));
}

stream::Recorder ModelMonitor::recorder(stream::RecorderOptions options) { return state_->collector.recorder(options); }

drift::DriftReport ModelMonitor::report() {
  const std::lock_guard lock(state_->mutex);
  state_->add(state_->collector.drain());
  return state_->evaluate();
}

std::optional<WindowReport> ModelMonitor::poll(TimePoint now) {
  const std::lock_guard lock(state_->mutex);
  const bool by_time = state_->options.window && state_->options.window->is_by_time();
  if (by_time && !state_->is_full(now)) return std::nullopt;
  state_->add(state_->collector.drain());
  if (!state_->is_full(now)) return std::nullopt;
  return state_->close(true);
}

WindowReport ModelMonitor::close_window() {
  const std::lock_guard lock(state_->mutex);
  state_->add(state_->collector.drain());
  return state_->close(state_->has_all_rows());
}

Result<WindowReport> ModelMonitor::replace_profile(profile::Profile profile, std::string model_version) {
  const std::lock_guard lock(state_->mutex);
  auto alarm = make_alarm(profile, state_->options);
  if (!alarm) return std::move(alarm).error();
  auto shared = std::make_shared<const profile::Profile>(std::move(profile));
  auto drained = state_->collector.replace_profile(shared);
  if (!drained) return std::move(drained).error();
  state_->add(*drained);
  WindowReport closed = state_->close(state_->has_all_rows());
  state_->window = stream::Pane(std::move(shared), state_->options.panes);
  state_->alarm = *std::move(alarm);
  state_->options.model_version = std::move(model_version);
  return closed;
}

}  // namespace leeway::inline v1::monitor
