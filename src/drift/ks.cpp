#include "leeway/drift/ks.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "drift/ks_binned.hpp"
#include "drift/shares.hpp"
#include "drift/terms.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {
namespace {

// How far the distribution functions may part inside a cell: to the point where all of one side's share of the
// cell has arrived and none of the other's.
double reach_inside(double before, double reference_share, double live_share) {
  return (std::max)(std::fabs(before + live_share), std::fabs(before - reference_share));
}

Divergence binned(const detail::SharePair& shares) {
  Divergence result{
      .convention = "ks/binned", .reference_count = shares.reference_count, .live_count = shares.live_count};
  result.contributions.reserve(shares.live.size());
  double difference = 0;
  double reach = 0;
  for (std::size_t i = 0; i < shares.live.size(); ++i) {
    reach = (std::max)(reach, reach_inside(difference, shares.reference[i], shares.live[i]));
    difference += shares.live[i] - shares.reference[i];
    result.contributions.push_back(difference);
    result.value = (std::max)(result.value, std::fabs(difference));
  }
  result.error_bound = (std::max)(0.0, reach - result.value);
  return result;
}

// Cumulated counts rather than shares: the statistic is then exact but for one division (detail::ks_term).
Divergence binned(CountsView reference, CountsView live, const detail::SharePair& shares) {
  Divergence result = binned(shares);
  const auto n = static_cast<double>(shares.reference_count);
  const auto m = static_cast<double>(shares.live_count);
  std::uint64_t reference_below = 0;
  std::uint64_t live_below = 0;
  result.value = 0;
  for (std::size_t i = 0; i < live.size(); ++i) {
    reference_below += reference[i];
    live_below += live[i];
    result.contributions[i] =
        detail::ks_term(static_cast<double>(reference_below), n, static_cast<double>(live_below), m) / (n * m);
    result.value = (std::max)(result.value, std::fabs(result.contributions[i]));
  }
  return result;
}

}  // namespace

Result<Divergence> detail::ks_binned_effect(CountsView reference, CountsView live) {
  auto shares = detail::to_shares(reference, live, Smoothing::none);
  if (!shares) return std::move(shares).error();
  return binned(reference, live, *shares);
}

Result<Divergence> ks_binned(CountsView reference, CountsView live) {
  auto result = detail::ks_binned_effect(reference, live);
  if (result)
    result->p_value = stats::ks_two_sample_p_value(result->value, result->reference_count, result->live_count);
  return result;
}

Result<Divergence> ks_binned(SharesView reference, SharesView live) {
  auto shares = detail::to_shares(reference, live);
  if (!shares) return std::move(shares).error();
  return binned(*shares);
}

}  // namespace leeway::inline v1::drift
