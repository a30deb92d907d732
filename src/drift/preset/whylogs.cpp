#include <algorithm>
#include <cmath>
#include <limits>

#include "drift/preset/libraries.hpp"
#include "drift/preset/tests.hpp"
#include "leeway/stats/chi_square.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

constexpr std::size_t kMostBins = 30;
constexpr std::size_t kValuesPerBin = 4;
constexpr std::size_t kPercentiles = 100;

// Bins narrower than what single precision tells apart at the largest value are made wider.
std::size_t distinguishable(std::size_t bins, double range, double largest) {
  const double interval = std::ldexp(1, std::ilogb(largest) - 23);
  if (range / static_cast<double>(bins) >= interval) return bins;
  return (std::max)(std::size_t{1}, static_cast<std::size_t>(range / interval));
}

// At least 2, at most 30 bins over both samples, the last edge a little beyond the largest value.
Values edges_over(double low, double high, std::size_t size) {
  const std::size_t wanted = std::clamp<std::size_t>((size + kValuesPerBin - 1) / kValuesPerBin, 2, kMostBins);
  const std::size_t bins = distinguishable(wanted, high - low, (std::max)(std::fabs(low), std::fabs(high)));
  const double width = (high - low) / static_cast<double>(bins);
  Values edges;
  for (std::size_t i = 0; i <= bins; ++i) edges.push_back(low + static_cast<double>(i) * width);
  return edges;
}

Values shares_between(const Values& sorted, const Values& edges) {
  Values shares;
  auto from = sorted.begin();
  for (const double edge : edges) {
    const auto to = std::lower_bound(from, sorted.end(), edge);
    shares.push_back(static_cast<double>(to - from) / static_cast<double>(sorted.size()));
    from = to;
  }
  shares.push_back(static_cast<double>(sorted.end() - from) / static_cast<double>(sorted.size()));
  return shares;
}

Result<Divergence> hellinger(const Values& reference, const Values& live) {
  const double low = (std::min)(reference.front(), live.front());
  const double high = (std::max)(reference.back(), live.back());
  if (low == 0 && high == 0) return Error{ErrorCode::undefined, "expected a value that is not 0, found none", {}};
  const Values edges = edges_over(low, high + std::fabs(high) * 1e-7, reference.size() + live.size());
  return hellinger_distance_of(
      {shares_between(reference, edges), shares_between(live, edges), reference.size(), live.size()});
}

// The share of values below x.
double below(const Values& sorted, double x) {
  const auto count = std::lower_bound(sorted.begin(), sorted.end(), x) - sorted.begin();
  return static_cast<double>(count) / static_cast<double>(sorted.size());
}

// The value of rank floor(share n), as a sketch that holds all values has it.
double value_at(const Values& sorted, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[(std::min)(rank, sorted.size() - 1)];
}

Divergence ks(const Values& reference, const Values& live) {
  Divergence result{.reference_count = reference.size(), .live_count = live.size()};
  for (const double share : linspace(0, 1, kPercentiles)) {
    for (const double x : {value_at(reference, share), value_at(live, share)}) {
      result.value = (std::max)(result.value, std::fabs(below(reference, x) - below(live, x)));
    }
  }
  result.p_value = asymptotic_ks_p_value(result.value, result.reference_count, result.live_count);
  return result;
}

}  // namespace

Result<Divergence> whylogs(Metric metric, const Values& reference, const Values& live) {
  if (metric == Metric::ks) return ks(reference, live);
  return hellinger(reference, live);
}

// Over the categories of live; whole numbers expected.
Result<Divergence> whylogs(CountsView reference, CountsView live) {
  const SharePair shares = shares_of_counts(reference, live);
  Divergence result{.reference_count = shares.reference_count, .live_count = shares.live_count};
  double degrees = -1;
  for (std::size_t c = 0; c < live.size(); ++c) {
    const double expected = std::floor(shares.reference[c] * static_cast<double>(shares.live_count));
    const double d = static_cast<double>(live[c]) - expected;
    result.contributions.push_back(live[c] == 0    ? 0
                                   : expected == 0 ? std::numeric_limits<double>::infinity()
                                                   : d * d / expected);
    degrees += live[c] > 0;
  }
  result.value = sum(result.contributions);
  result.p_value = std::isinf(result.value) ? 0 : stats::chi_square_upper_tail(result.value, (std::max)(1.0, degrees));
  return result;
}

}  // namespace leeway::inline v1::drift::detail
