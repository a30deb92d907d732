#include "leeway/drift/sequential_alarm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "leeway/base/assert.hpp"

namespace leeway::inline v1::drift {
namespace {

constexpr std::uint64_t kStartsPerOctave = 8;
constexpr double kLeastRows = 50;    // independent rows of a start before the next is opened
constexpr double kLargestLog = 700;  // whose exponential is finite

std::uint64_t total(CountsView counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

// Starts are kept at multiples of this, by how many starts ago they were opened.
std::uint64_t spacing(std::uint64_t age) {
  std::uint64_t step = 1;
  while (age >= 2 * kStartsPerOctave * step) step *= 2;
  return step;
}

std::vector<std::uint64_t> alarm_cells(bool categorical, const Counts& counts) {
  std::vector<std::uint64_t> cells = counts.cells;
  if (categorical) cells.push_back(counts.side.unseen);
  cells.push_back(counts.side.missing);
  return cells;
}

Evidence evidence_of(const SequentialState& state, double threshold, std::uint64_t reference_count) {
  Evidence evidence{"sequential", "e-detector/dirichlet-tilts", std::exp((std::min)(state.log_e_value, kLargestLog))};
  evidence.threshold = threshold;
  evidence.reference_count = reference_count;
  evidence.live_count = state.rows_since;
  return evidence;
}

}  // namespace

Result<SequentialAlarm> SequentialAlarm::make(CountsView reference, SequentialOptions options,
                                              std::size_t ordered_cells) {
  auto evidence = stats::MultinomialEValue::make(
      reference, {.delta = options.delta, .effect_floor = options.effect_floor, .deff = options.deff}, ordered_cells);
  if (!evidence) return std::move(evidence).error();
  SequentialAlarm alarm(*std::move(evidence), options);
  alarm.reset();
  return alarm;
}

void SequentialAlarm::reset() noexcept {
  starts_.clear();
  opened_ = 0;
  state_ = {};
  state_.log_e_value = -std::numeric_limits<double>::infinity();
}

Result<SequentialState> SequentialAlarm::add(CountsView pane) {
  if (pane.size() != evidence_.cells()) {
    return Error{ErrorCode::incompatible,
                 "expected " + std::to_string(evidence_.cells()) + " cells, found " + std::to_string(pane.size()),
                 {}};
  }
  const std::uint64_t rows = total(pane);
  ++state_.panes;
  if (rows > 0) open_start();
  for (Start& start : starts_) {
    start.rows += rows;
    for (std::size_t i = 0; i < pane.size(); ++i) start.counts[i] += pane[i];
  }
  judge();
  return state_;
}

void SequentialAlarm::open_start() {
  if (!starts_.empty() && static_cast<double>(starts_.back().rows) < kLeastRows * options_.deff) return;
  starts_.push_back({opened_++, state_.panes - 1, 0, std::vector<std::uint64_t>(evidence_.cells())});
  thin_out();
}

void SequentialAlarm::thin_out() {
  std::erase_if(starts_, [&](const Start& start) { return start.number % spacing(opened_ - start.number) != 0; });
}

void SequentialAlarm::judge() {
  if (starts_.empty()) return;
  std::vector<double> logs;
  for (const Start& start : starts_) logs.push_back(evidence_.log_e_value(start.counts));
  const auto largest = std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double log_e_value : logs) sum += std::exp(log_e_value - *largest);
  state_.log_e_value = *largest + std::log(sum);
  state_.alarm = state_.log_e_value >= -std::log(options_.alpha.value());
  const Start& since = starts_[static_cast<std::size_t>(largest - logs.begin())];
  state_.panes_since = state_.panes - since.pane;
  state_.rows_since = since.rows;
}

Result<ProfileAlarm> ProfileAlarm::make(const profile::Profile& profile, SequentialOptions options) {
  ProfileAlarm alarms;
  for (std::size_t i = 0; i < profile.features().size(); ++i) {
    const profile::FeatureProfile& feature = profile.features()[i];
    const bool categorical = is_categorical(feature.axis);
    if (feature.counts.total() == 0) continue;
    const std::size_t ordered = categorical ? 0 : feature.counts.cells.size();
    SequentialOptions own = options;
    if (options.deff >= 1) own.deff = (std::max)({options.deff, feature.design.cells, feature.design.missing});
    auto alarm = SequentialAlarm::make(alarm_cells(categorical, feature.counts), own, ordered);
    if (!alarm) return at("feature " + feature.name, std::move(alarm).error());
    alarms.features_.push_back({i, categorical, feature.counts.total(), *std::move(alarm)});
  }
  return alarms;
}

void ProfileAlarm::judge(std::span<const Counts> pane, DriftReport& report) {
  for (FeatureAlarm& feature : features_) {
    const auto state = feature.alarm.add(alarm_cells(feature.categorical, pane[feature.index]));
    LEEWAY_ASSERT(state.has_value());  // the counts are over the profile's cells
    Finding finding{Cause::sequential, state->alarm ? Verdict::warning : Verdict::stable,
                    evidence_of(*state, feature.alarm.threshold(), feature.reference_count)};
    finding.windows = state->panes_since;
    FeatureReport& judged = report.features[feature.index];
    judged.verdict = worse(judged.verdict, finding.verdict);
    report.verdict = worse(report.verdict, finding.verdict);
    judged.findings.push_back(std::move(finding));
    if (state->alarm) feature.alarm.reset();
  }
}

}  // namespace leeway::inline v1::drift
