#include "leeway/drift/psi.hpp"

#include "drift/share_terms.hpp"
#include "drift/shares.hpp"

namespace leeway::inline v1::drift {
Result<Divergence> psi(CountsView reference, CountsView live, Smoothing smoothing) {
  auto shares = detail::to_shares(reference, live, smoothing);
  if (!shares) return std::move(shares).error();
  return detail::sum_over_cells("psi", *shares, detail::psi_of);
}

Result<Divergence> psi(SharesView reference, SharesView live) {
  auto shares = detail::to_shares(reference, live);
  if (!shares) return std::move(shares).error();
  return detail::sum_over_cells("psi", *shares, detail::psi_of);
}

}  // namespace leeway::inline v1::drift
