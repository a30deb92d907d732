#include "leeway/drift/strata.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace leeway::inline v1::drift {
namespace {

Result<void> check(std::span<const Stratum> strata) {
  if (strata.empty()) return Error{ErrorCode::invalid_argument, "expected at least one stratum, found none", {}};
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const std::string where = "stratum " + std::to_string(i);
    if (!(strata[i].rate > 0 && strata[i].rate <= 1)) {
      return Error{ErrorCode::invalid_argument, "expected a rate in (0, 1], found " + std::to_string(strata[i].rate),
                   where};
    }
    if (strata[i].counts.size() != strata[0].counts.size()) {
      return Error{ErrorCode::incompatible,
                   "expected counts of " + std::to_string(strata[0].counts.size()) + " features, found " +
                       std::to_string(strata[i].counts.size()),
                   where};
    }
  }
  return {};
}

// One number per counter of a feature.
template <class Counter>
void for_each_counter(const Counts& counts, Counter counter) {
  for (const std::uint64_t cell : counts.cells) counter(cell);
  const SideCounts& side = counts.side;
  for (const std::uint64_t count : {side.missing, side.malformed, side.unseen, side.below, side.above,
                                    side.negative_infinity, side.positive_infinity})
    counter(count);
}

// What turns weighted rows into effective ones: sum w / sum w^2.
double effective_share(std::span<const Stratum> strata, std::span<const double> weights, std::size_t feature) {
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const auto rows = static_cast<double>(strata[i].counts[feature].total());
    sum += rows * weights[i];
    squares += rows * weights[i] * weights[i];
  }
  return squares > 0 ? sum / squares : 0;
}

// Of a row in each stratum, 1 / rate, as parts of the largest: no rate is so small that its weight overflows.
std::vector<double> weights_of(std::span<const Stratum> strata) {
  double least = 1;
  for (const Stratum& stratum : strata) least = (std::min)(least, stratum.rate);
  std::vector<double> weights;
  for (const Stratum& stratum : strata) weights.push_back(least / stratum.rate);
  return weights;
}

Counts rounded(const std::vector<double>& weighted, double share, std::size_t cells) {
  const auto count = [&](std::size_t i) { return static_cast<std::uint64_t>(std::llround(weighted[i] * share)); };
  Counts counts;
  for (std::size_t i = 0; i < cells; ++i) counts.cells.push_back(count(i));
  counts.side = {count(cells),     count(cells + 1), count(cells + 2), count(cells + 3),
                 count(cells + 4), count(cells + 5), count(cells + 6)};
  return counts;
}

Result<Counts> combine_feature(std::span<const Stratum> strata, std::span<const double> weights, std::size_t feature) {
  const std::size_t cells = strata[0].counts[feature].cells.size();
  std::vector<double> weighted(cells + 7);
  for (std::size_t s = 0; s < strata.size(); ++s) {
    const Counts& counts = strata[s].counts[feature];
    if (counts.cells.size() != cells) {
      return Error{ErrorCode::incompatible,
                   "expected " + std::to_string(cells) + " cells, found " + std::to_string(counts.cells.size()),
                   "feature " + std::to_string(feature)};
    }
    std::size_t i = 0;
    for_each_counter(counts, [&](std::uint64_t count) { weighted[i++] += static_cast<double>(count) * weights[s]; });
  }
  return rounded(weighted, effective_share(strata, weights, feature), cells);
}

}  // namespace

Result<std::vector<Counts>> combine(std::span<const Stratum> strata) {
  if (auto checked = check(strata); !checked) return std::move(checked).error();
  const std::vector<double> weights = weights_of(strata);
  std::vector<Counts> combined;
  for (std::size_t feature = 0; feature < strata[0].counts.size(); ++feature) {
    auto counts = combine_feature(strata, weights, feature);
    if (!counts) return std::move(counts).error();
    combined.push_back(*std::move(counts));
  }
  return combined;
}

}  // namespace leeway::inline v1::drift
