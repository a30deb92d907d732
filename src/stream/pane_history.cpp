#include "leeway/stream/pane_history.hpp"

#include <cmath>

namespace leeway::inline v1::stream {
namespace {

// All panes of a window have one profile and one set of options, so that this cannot fail.
void merge(Pane& into, const Pane& from) {
  [[maybe_unused]] const Result<void> merged = into.merge(from);
  LEEWAY_ASSERT(merged.has_value());
}

// exp2 may differ by a bit from machine to machine: rounded, it is the same on all.
double decay_per_pane(double half_life) { return std::nearbyint(std::exp2(-1 / half_life) * 0x1p40) * 0x1p-40; }

std::vector<WindowMoments> moments_of(const Pane& pane) {
  std::vector<WindowMoments> found;
  for (const Moments& moments : pane.moments()) {
    const auto variance = moments.variance();
    found.push_back({moments.mean(), variance ? std::optional(std::sqrt(*variance)) : std::nullopt});
  }
  return found;
}

std::vector<UnseenSample> unseen_of(const Pane& pane) {
  std::vector<UnseenSample> found(pane.counts().size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (const UnseenSample* sample = pane.unseen(i)) found[i] = *sample;
  }
  return found;
}

}  // namespace

PaneHistory::PaneHistory(const Window& window)
    : most_(window.is_decayed() ? 0 : window.panes() - 1),
      factor_(window.is_decayed() ? decay_per_pane(window.half_life()) : 0) {}

WindowCounts PaneHistory::with(const Pane& newest) const {
  return factor_ > 0 ? decayed_with(newest) : sliding_with(newest);
}

void PaneHistory::push(const Pane& newest) {
  if (factor_ > 0) {
    decayed_.scale(factor_);
    decayed_.add(newest);
    return;
  }
  if (most_ == 0) return;
  newer_.push_back(newest);
  newer_sum_ ? merge(*newer_sum_, newest) : void(newer_sum_.emplace(newest));
  if (newer_.size() + older_.size() <= most_) return;
  if (older_.empty()) turn_over();
  older_.pop_back();
}

void PaneHistory::reset() noexcept {
  newer_.clear();
  newer_sum_.reset();
  older_.clear();
  decayed_ = {};
}

// Moves the newer panes to the older ones, summed from the last on.
void PaneHistory::turn_over() {
  for (auto pane = newer_.rbegin(); pane != newer_.rend(); ++pane) {
    older_.push_back(std::move(*pane));
    if (older_.size() > 1) merge(older_.back(), older_[older_.size() - 2]);
  }
  newer_.clear();
  newer_sum_.reset();
}

WindowCounts PaneHistory::sliding_with(const Pane& newest) const {
  Pane sum = newest;
  if (newer_sum_) merge(sum, *newer_sum_);
  if (!older_.empty()) merge(sum, older_.back());
  return {{sum.counts().begin(), sum.counts().end()}, moments_of(sum), sum.rejected_rows(), unseen_of(sum), {}};
}

WindowCounts PaneHistory::decayed_with(const Pane& newest) const {
  Decayed sum = decayed_;
  sum.scale(factor_);
  sum.add(newest);
  const double effective = sum.rows.count();
  WindowCounts window{{}, {}, newest.rejected_rows(), unseen_of(newest), effective};
  for (std::size_t i = 0; i < sum.counts.size(); ++i) {
    // A whole number of rows of equal weight must not lose one to rounding.
    window.counts.push_back(sum.counts[i].rounded(static_cast<std::uint64_t>(effective * (1 + 1e-12))));
    WindowMoments& moments = window.moments.emplace_back();
    if (sum.weights[i] > 0) {
      moments = {sum.means[i], std::sqrt(sum.deviations[i] / sum.weights[i])};
    }
  }
  return window;
}

void PaneHistory::Decayed::add(const Pane& pane) {
  if (counts.empty()) {
    for (const Counts& feature : pane.counts()) counts.emplace_back(feature.cells.size());
    weights.resize(counts.size());
    means.resize(counts.size());
    deviations.resize(counts.size());
  }
  rows.add(static_cast<double>(pane.rows()), 1);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i].add(pane.counts()[i], 1);
    const Moments& moments = pane.moments()[i];
    if (moments.count() == 0) continue;
    const auto n = static_cast<double>(moments.count());
    const double difference = *moments.mean() - means[i];  // Chan, Golub & LeVeque 1979
    const double all = weights[i] + n;
    deviations[i] += moments.variance().value_or(0) * (n - 1) + difference * difference * weights[i] * n / all;
    means[i] += difference * n / all;
    weights[i] = all;
  }
}

void PaneHistory::Decayed::scale(double factor) noexcept {
  rows.scale(factor);
  for (WeightedCounts& feature : counts) feature.scale(factor);
  for (double& weight : weights) weight *= factor;
  for (double& deviation : deviations) deviation *= factor;
}

}  // namespace leeway::inline v1::stream
