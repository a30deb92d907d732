#include "leeway/drift/kl.hpp"

#include "drift/share_terms.hpp"
#include "drift/shares.hpp"

namespace leeway::inline v1::drift {
namespace {

Result<Divergence> kl_live_reference(const Result<detail::SharePair>& shares) {
  if (!shares) return shares.error();
  return detail::sum_over_cells("kl_live_reference", *shares,
                                [](double reference, double live) { return detail::kl_of(live, reference); });
}

Result<Divergence> kl_reference_live(const Result<detail::SharePair>& shares) {
  if (!shares) return shares.error();
  return detail::sum_over_cells("kl_reference_live", *shares,
                                [](double reference, double live) { return detail::kl_of(reference, live); });
}

}  // namespace

Result<Divergence> kl_live_reference(CountsView reference, CountsView live, Smoothing smoothing) {
  return kl_live_reference(detail::to_shares(reference, live, smoothing));
}

Result<Divergence> kl_live_reference(SharesView reference, SharesView live) {
  return kl_live_reference(detail::to_shares(reference, live));
}

Result<Divergence> kl_reference_live(CountsView reference, CountsView live, Smoothing smoothing) {
  return kl_reference_live(detail::to_shares(reference, live, smoothing));
}

Result<Divergence> kl_reference_live(SharesView reference, SharesView live) {
  return kl_reference_live(detail::to_shares(reference, live));
}

}  // namespace leeway::inline v1::drift
