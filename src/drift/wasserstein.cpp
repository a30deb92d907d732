#include "leeway/drift/wasserstein.hpp"

#include <algorithm>
#include <cmath>

#include "drift/pooled.hpp"
#include "drift/shares.hpp"
#include "drift/terms.hpp"

namespace leeway::inline v1::drift {
namespace {

using Gaps = std::vector<double>;  // |F - G| after each cell

Gaps gaps(CountsView reference, CountsView live, double n, double m) {
  Gaps gaps;
  gaps.reserve(live.size());
  std::uint64_t i = 0;
  std::uint64_t j = 0;
  for (std::size_t c = 0; c < live.size(); ++c) {
    i += reference[c];
    j += live[c];
    gaps.push_back(std::fabs(detail::ks_term(static_cast<double>(i), n, static_cast<double>(j), m)) / (n * m));
  }
  return gaps;
}

Gaps gaps(SharesView reference, SharesView live) {
  Gaps gaps;
  double difference = 0;
  for (std::size_t c = 0; c < live.size(); ++c) gaps.push_back(std::fabs(difference += live[c] - reference[c]));
  return gaps;
}

Divergence area(Gaps gaps, std::span<const double> positions, const detail::SharePair& shares) {
  Divergence result{.convention = "wasserstein/positions",
                    .reference_count = shares.reference_count,
                    .live_count = shares.live_count,
                    .contributions = std::move(gaps)};
  for (std::size_t c = 0; c + 1 < positions.size(); ++c) result.contributions[c] *= positions[c + 1] - positions[c];
  result.contributions.back() = 0;  // all has arrived
  result.value = detail::sum(result.contributions);
  return result;
}

// Evenly from 0 to 1.
std::vector<double> steps(std::size_t cells) {
  std::vector<double> positions(cells);
  const double last = (std::max)(1.0, static_cast<double>(cells) - 1);
  for (std::size_t c = 0; c < cells; ++c) positions[c] = static_cast<double>(c) / last;
  return positions;
}

Result<void> check_positions(std::span<const double> positions, std::size_t cells) {
  if (positions.size() != cells) {
    return Error{ErrorCode::incompatible,
                 "expected a position for each of " + std::to_string(cells) + " cells, found " +
                     std::to_string(positions.size()),
                 {}};
  }
  const bool finite = std::all_of(positions.begin(), positions.end(), [](double x) { return std::isfinite(x); });
  if (finite && std::is_sorted(positions.begin(), positions.end())) return {};
  return Error{ErrorCode::invalid_argument, "expected finite ascending positions, found others", {}};
}

// By steps without positions.
template <class View>
Result<Divergence> binned(const Result<detail::SharePair>& shares, View reference, View live,
                          const std::span<const double>* positions) {
  if (!shares) return shares.error();
  Gaps between;
  if constexpr (std::is_same_v<View, CountsView>) {
    between =
        gaps(reference, live, static_cast<double>(shares->reference_count), static_cast<double>(shares->live_count));
  } else {
    between = gaps(reference, live);
  }
  if (positions != nullptr) {
    if (auto checked = check_positions(*positions, live.size()); !checked) return std::move(checked).error();
    return area(std::move(between), *positions, *shares);
  }
  Divergence result = area(std::move(between), steps(live.size()), *shares);
  result.convention = "wasserstein/steps";
  return result;
}

Result<double> length_of(WassersteinUnit unit, std::span<const double> reference) {
  if (unit == WassersteinUnit::raw) return 1.0;
  const double deviation = detail::spread(reference).deviation;
  if (deviation > 0) return deviation;
  return Error{ErrorCode::undefined, "expected a reference that varies, as its deviation is the unit, found a constant",
               "reference"};
}

}  // namespace

Result<Divergence> wasserstein_binned(CountsView reference, CountsView live) {
  return binned(detail::to_shares(reference, live, Smoothing::none), reference, live, nullptr);
}

Result<Divergence> wasserstein_binned(SharesView reference, SharesView live) {
  return binned(detail::to_shares(reference, live), reference, live, nullptr);
}

Result<Divergence> wasserstein_binned(CountsView reference, CountsView live, std::span<const double> positions) {
  return binned(detail::to_shares(reference, live, Smoothing::none), reference, live, &positions);
}

Result<Divergence> wasserstein_binned(SharesView reference, SharesView live, std::span<const double> positions) {
  return binned(detail::to_shares(reference, live), reference, live, &positions);
}

Result<Divergence> wasserstein_two_sample(std::span<const double> reference, std::span<const double> live,
                                          WassersteinUnit unit) {
  const auto pooled = detail::pool(reference, live, true);
  if (!pooled) return pooled.error();
  const auto length = length_of(unit, reference);
  if (!length) return length.error();
  auto result = wasserstein_binned(CountsView(pooled->reference), CountsView(pooled->live), pooled->values);
  if (!result) return result;
  result->value /= *length;
  result->convention = unit == WassersteinUnit::raw ? "wasserstein/raw" : "wasserstein/reference_deviation";
  result->contributions.clear();  // there are no cells
  return result;
}

}  // namespace leeway::inline v1::drift
