#include "leeway/stream/weighted_counts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace leeway::inline v1::stream {
namespace {

// The whole numbers nearest to `parts` scaled to `total` that add up to it: floors, and one more for those that lost
// most.
std::vector<std::uint64_t> apportion(std::span<const double> parts, std::uint64_t total) {
  std::vector<std::uint64_t> whole(parts.size());
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  if (!(sum > 0)) return whole;
  std::vector<double> lost(parts.size());
  std::uint64_t left = total;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double exact = parts[i] / sum * static_cast<double>(total);
    whole[i] = (std::min)(left, static_cast<std::uint64_t>(exact));
    lost[i] = exact - static_cast<double>(whole[i]);
    left -= whole[i];
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lost[a] > lost[b]; });
  for (std::size_t i = 0; left > 0; i = (i + 1) % order.size(), --left) ++whole[order[i]];
  return whole;
}

std::uint64_t share_of(std::uint64_t whole, double part, double weight) {
  if (!(weight > 0)) return 0;
  return (std::min)(whole, static_cast<std::uint64_t>(std::nearbyint(static_cast<double>(whole) * (part / weight))));
}

}  // namespace

void WeightedCounts::add(const Counts& counts, double weight) noexcept {
  double* part = parts_.data();
  for (const std::uint64_t count : counts.cells) *part++ += weight * static_cast<double>(count);
  const SideCounts& side = counts.side;
  for (const std::uint64_t count : {side.unseen, side.missing, side.malformed, side.below, side.above,
                                    side.negative_infinity, side.positive_infinity}) {
    *part++ += weight * static_cast<double>(count);
  }
}

void WeightedCounts::scale(double factor) noexcept {
  for (double& part : parts_) part *= factor;
}

Counts WeightedCounts::rounded(std::uint64_t total) const {
  const std::size_t cells = parts_.size() - kSides;
  Counts counts;
  counts.cells = apportion(std::span(parts_).first(cells + 2), total);
  const double* sides = parts_.data() + cells;
  counts.side.unseen = counts.cells[cells];
  counts.side.missing = counts.cells[cells + 1];
  counts.cells.resize(cells);
  counts.side.malformed = share_of(counts.side.missing, sides[2], sides[1]);
  if (cells == 0) return counts;
  counts.side.below = share_of(counts.cells.front(), sides[3], parts_.front());
  counts.side.above = share_of(counts.cells.back(), sides[4], parts_[cells - 1]);
  counts.side.negative_infinity = share_of(counts.side.below, sides[5], sides[3]);
  counts.side.positive_infinity = share_of(counts.side.above, sides[6], sides[4]);
  return counts;
}

}  // namespace leeway::inline v1::stream
