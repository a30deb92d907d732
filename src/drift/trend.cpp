#include "leeway/drift/trend.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "leeway/stats/mann_kendall.hpp"

namespace leeway::inline v1::drift {
namespace {

constexpr std::uint64_t kRare = 20;  // rows of the reference: rarer categories are followed together

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// The share of the reference below the middle of each cell.
std::vector<double> positions_of(const Counts& reference) {
  std::vector<double> positions;
  std::uint64_t below = 0;
  for (const std::uint64_t count : reference.cells) {
    positions.push_back((static_cast<double>(below) + 0.5 * static_cast<double>(count)) /
                        static_cast<double>((std::max)(std::uint64_t{1}, reference.in_cells())));
    below += count;
  }
  return positions;
}

struct Series {
  double change = 0;
  double p_value = 1;
};

bool is_constant(const std::deque<double>& numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(), std::not_equal_to<>()) == numbers.end();
}

Series tested(const std::deque<double>& numbers) {
  const std::vector<double> series(numbers.begin(), numbers.end());
  const double steps = series.empty() ? 0 : static_cast<double>(series.size() - 1);
  return {stats::theil_sen_slope(series) * steps, stats::mann_kendall(series).p_value};
}

}  // namespace

Result<void> TrendOptions::check() const {
  if (!(effect_floor >= 0 && effect_floor < 1)) {
    return Error{ErrorCode::invalid_argument,
                 "expected an effect floor in [0, 1), found " + std::to_string(effect_floor), "trend"};
  }
  if (panes < 8 || panes > 1000) {
    return Error{ErrorCode::invalid_argument, "expected 8 to 1000 panes, found " + std::to_string(panes), "trend"};
  }
  return {};
}

Result<ProfileTrend> ProfileTrend::make(const profile::Profile& profile, TrendOptions options, std::size_t sharers) {
  if (auto checked = options.check(); !checked) return std::move(checked).error();
  ProfileTrend trend(options, options.alpha.value() / static_cast<double>((std::max)(std::size_t{1}, sharers)));
  for (const profile::FeatureProfile& feature : profile.features()) trend.features_.push_back(feature_of(feature));
  return trend;
}

ProfileTrend::Feature ProfileTrend::feature_of(const profile::FeatureProfile& reference) {
  Feature feature;
  feature.reference_count = reference.counts.total();
  if (!is_categorical(reference.axis)) {
    feature.positions = positions_of(reference.counts);
    feature.shape.resize(2);
    return feature;
  }
  const auto& cells = reference.counts.cells;
  std::uint64_t others = reference.counts.side.unseen;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] >= kRare ? feature.categories.push_back(i) : void(others += cells[i]);
  }
  feature.others = others > 0;
  if (!feature.others && feature.categories.size() > 1) feature.categories.pop_back();  // the shares add up to 1
  feature.shape.resize(feature.categories.size() + (feature.others ? 1 : 0));
  return feature;
}

void ProfileTrend::keep(std::deque<double>& series, double value) const {
  series.push_back(value);
  if (series.size() > options_.panes) series.pop_front();
}

void ProfileTrend::add(std::span<const Counts> pane) {
  for (std::size_t f = 0; f < features_.size(); ++f) {
    Feature& feature = features_[f];
    const Counts& counts = pane[f];
    if (counts.total() == 0) continue;
    keep(feature.missing, share(counts.side.missing, counts.total()));
    feature.values.push_back(counts.total());
    if (feature.values.size() > options_.panes) feature.values.pop_front();
    const std::uint64_t present = counts.present();
    if (present == 0) continue;
    if (feature.positions.empty()) {
      std::uint64_t others = present;
      for (std::size_t i = 0; i < feature.categories.size(); ++i) {
        keep(feature.shape[i], share(counts.cells[feature.categories[i]], present));
        others -= counts.cells[feature.categories[i]];
      }
      if (feature.others) keep(feature.shape.back(), share(others, present));
      continue;
    }
    double position = 0;
    double distance = 0;
    for (std::size_t i = 0; i < counts.cells.size(); ++i) {
      position += share(counts.cells[i], present) * feature.positions[i];
      distance += share(counts.cells[i], present) * std::fabs(feature.positions[i] - 0.5);
    }
    keep(feature.shape[0], position);
    keep(feature.shape[1], distance);
  }
}

Finding ProfileTrend::judge(const Feature& feature) const {
  Series strongest;
  double tests = 0;  // a series of equal numbers is none: no order of them is a trend
  const auto test = [&](const std::deque<double>& series) {
    if (is_constant(series)) return;
    ++tests;
    const Series found = tested(series);
    if (tests == 1 || found.p_value < strongest.p_value) strongest = found;
  };
  test(feature.missing);
  for (const std::deque<double>& series : feature.shape) test(series);
  const double p_value = tests > 0 ? (std::min)(1.0, strongest.p_value * tests) : 1;
  Finding finding{Cause::trend, Verdict::stable, {"trend", "trend/mann-kendall", strongest.change}};
  finding.evidence.threshold = options_.effect_floor;
  finding.evidence.p_value = p_value;
  finding.evidence.reference_count = feature.reference_count;
  for (const std::uint64_t values : feature.values) finding.evidence.live_count += values;
  finding.windows = feature.values.size();
  if (p_value <= level_ && std::fabs(strongest.change) >= options_.effect_floor) finding.verdict = Verdict::warning;
  return finding;
}

void ProfileTrend::judge(DriftReport& report) const {
  for (std::size_t i = 0; i < features_.size(); ++i) {
    Finding finding = judge(features_[i]);
    FeatureReport& judged = report.features[i];
    judged.verdict = worse(judged.verdict, finding.verdict);
    report.verdict = worse(report.verdict, finding.verdict);
    judged.findings.push_back(std::move(finding));
  }
}

}  // namespace leeway::inline v1::drift
