#include "leeway/stats/guarded_mean.hpp"

#include <algorithm>
#include <cmath>

#include "stats/tick_difference.hpp"

namespace leeway::inline v1::stats {

Result<GuardedMean> GuardedMean::make(const GuardedMeanOptions& options) {
  auto betting = BettingMean::make(options.betting);
  if (!betting) return std::move(betting).error();
  auto mixture = TMixture::make({options.betting.goal, options.betting.worse, options.betting.margin, options.c2});
  if (!mixture) return std::move(mixture).error();
  return GuardedMean(options, *betting, *mixture);
}

// Of the clipped values, which are what is bet on.
MeanSummary GuardedMean::mean_of(std::span<const double> values) const noexcept {
  MeanSummary found;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    ++found.count;
    const double inside = std::clamp(value, options_.betting.lowest, options_.betting.highest);
    found.mean += (inside - found.mean) / static_cast<double>(found.count);
  }
  return found;
}

void GuardedMean::merge(const MeanSummary& baseline, const MeanSummary& candidate) noexcept {
  if (baseline.count == 0 || candidate.count == 0) return;
  const double weight = detail::difference_weight(baseline.count, candidate.count);
  baseline_values_ += baseline.count;
  candidate_values_ += candidate.count;
  weight_ += weight;
  weighted_difference_ += weight * (candidate.mean - baseline.mean);
  if (std::min(baseline_values_, candidate_values_) < kLeastValues) return;
  t_mixture_.add_difference(weighted_difference_ / weight_, weight_);
  baseline_values_ = candidate_values_ = 0;
  weight_ = weighted_difference_ = 0;
}

void GuardedMean::add(Baseline<std::span<const double>> baseline,
                      Candidate<std::span<const double>> candidate) noexcept {
  const std::size_t pairs = std::min(baseline.value.size(), candidate.value.size());
  for (std::size_t i = 0; i < pairs; ++i)
    betting_.add(Baseline<double>{baseline.value[i]}, Candidate<double>{candidate.value[i]});
  merge(mean_of(baseline.value), mean_of(candidate.value));
}

MeanLook GuardedMean::look() const noexcept {
  const double bets = betting_.log_e_value();
  if (options_.independent_values) return {bets, MeanBy::betting};
  const double mixture = t_mixture_.log_e_value();
  return mixture < bets ? MeanLook{mixture, MeanBy::t_mixture} : MeanLook{bets, MeanBy::betting};
}

}  // namespace leeway::inline v1::stats
