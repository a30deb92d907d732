#include "leeway/drift/hellinger.hpp"

#include <cmath>

#include "drift/share_terms.hpp"
#include "drift/shares.hpp"

namespace leeway::inline v1::drift {
namespace {

Result<Divergence> distance(const Result<detail::SharePair>& shares) {
  if (!shares) return shares.error();
  Divergence result = detail::sum_over_cells("hellinger", *shares, detail::hellinger_of);
  result.value = std::sqrt(result.value);
  return result;
}

}  // namespace

Result<Divergence> hellinger(CountsView reference, CountsView live, Smoothing smoothing) {
  return distance(detail::to_shares(reference, live, smoothing));
}

Result<Divergence> hellinger(SharesView reference, SharesView live) {
  return distance(detail::to_shares(reference, live));
}

}  // namespace leeway::inline v1::drift
