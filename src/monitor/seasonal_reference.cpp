#include "monitor/seasonal_reference.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "leeway/base/assert.hpp"
#include "leeway/stream/weighted_counts.hpp"

namespace leeway::inline v1::monitor::detail {
namespace {

constexpr std::uint64_t kLeastSlotRows = 30;

// Sums of reference rows, each slot's weighing together what the window has of it.
class Mixture {
 public:
  explicit Mixture(const profile::Profile& profile) {
    for (const profile::FeatureProfile& feature : profile.features()) sums_.emplace_back(feature.counts.cells.size());
  }

  template <class CountsOf>
  void add(double share, std::uint64_t rows, CountsOf counts_of) {
    if (rows == 0 || !(share > 0)) return;
    const double weight = share / static_cast<double>(rows);
    size_.add(static_cast<double>(rows), weight);
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i].add(counts_of(i), weight);
  }

  [[nodiscard]] profile::Profile over(const profile::Profile& profile) const {
    const auto rows = static_cast<std::uint64_t>(size_.count() * (1 + 1e-12));  // rounding must not lose a row
    std::vector<profile::FeatureProfile> features(profile.features().begin(), profile.features().end());
    for (std::size_t i = 0; i < features.size(); ++i) {
      features[i].counts = sums_[i].rounded(rows);
      features[i].moments.reset();  // of all seasons
    }
    auto mixed = profile::Profile::make(std::move(features), rows);
    LEEWAY_ASSERT(mixed.has_value());  // parts of a valid profile, of as many rows each
    return *std::move(mixed);
  }

 private:
  stream::EffectiveRows size_;
  std::vector<stream::WeightedCounts> sums_;
};

}  // namespace

SeasonalReference seasonal_reference(const profile::Profile& profile, std::span<const double> slot_rows, double rows) {
  const profile::SeasonalCounts& seasons = *profile.seasons();
  Mixture mixture(profile);
  SeasonNote note{seasons.season};
  double in_season = 0;
  for (std::size_t slot = 0; slot < slot_rows.size(); ++slot) {
    if (!(slot_rows[slot] > 0)) continue;
    ++note.slots;
    const std::vector<Counts>& counts = seasons.slots[slot];
    const std::uint64_t reference_rows = counts.front().total();
    if (reference_rows < kLeastSlotRows) {
      ++note.sparse_slots;
      continue;
    }
    in_season += slot_rows[slot];
    mixture.add(slot_rows[slot] / rows, reference_rows, [&](std::size_t i) -> const Counts& { return counts[i]; });
  }
  note.sparse_share = (std::max)(0.0, 1 - in_season / rows);
  if (note.sparse_share < 1e-12) note.sparse_share = 0;
  mixture.add(note.sparse_share, profile.rows(),
              [&](std::size_t i) -> const Counts& { return profile.features()[i].counts; });
  return {mixture.over(profile), note};
}

}  // namespace leeway::inline v1::monitor::detail
