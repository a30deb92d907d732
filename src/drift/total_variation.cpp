#include "leeway/drift/total_variation.hpp"

#include <algorithm>
#include <cmath>

#include "drift/shares.hpp"

namespace leeway::inline v1::drift {
namespace {

Result<Divergence> total_variation(const Result<detail::SharePair>& shares) {
  if (!shares) return shares.error();
  return detail::sum_over_cells("total_variation", *shares,
                                [](double reference, double live) { return 0.5 * std::fabs(live - reference); });
}

Result<Divergence> l_infinity(const Result<detail::SharePair>& shares) {
  if (!shares) return shares.error();
  Divergence result = detail::sum_over_cells("l_infinity", *shares,
                                             [](double reference, double live) { return std::fabs(live - reference); });
  result.value = *std::max_element(result.contributions.begin(), result.contributions.end());
  return result;
}

}  // namespace

Result<Divergence> total_variation(CountsView reference, CountsView live) {
  return total_variation(detail::to_shares(reference, live, Smoothing::none));
}

Result<Divergence> total_variation(SharesView reference, SharesView live) {
  return total_variation(detail::to_shares(reference, live));
}

Result<Divergence> l_infinity(CountsView reference, CountsView live) {
  return l_infinity(detail::to_shares(reference, live, Smoothing::none));
}

Result<Divergence> l_infinity(SharesView reference, SharesView live) {
  return l_infinity(detail::to_shares(reference, live));
}

}  // namespace leeway::inline v1::drift
