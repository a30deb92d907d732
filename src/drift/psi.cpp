#include "leeway/drift/psi.hpp"

#include "drift/log.hpp"
#include "drift/shares.hpp"
#include "drift/terms.hpp"

namespace leeway::inline v1::drift {
namespace {

double term(double reference, double live) {
  if (reference == live) return 0;  // also the cell that is empty on both sides
  return detail::psi_term(reference, live, detail::log(live) - detail::log(reference));
}

}  // namespace

Result<Divergence> psi(CountsView reference, CountsView live, Smoothing smoothing) {
  auto shares = detail::to_shares(reference, live, smoothing);
  if (!shares) return std::move(shares).error();
  return detail::sum_over_cells("psi", *shares, term);
}

Result<Divergence> psi(SharesView reference, SharesView live) {
  auto shares = detail::to_shares(reference, live);
  if (!shares) return std::move(shares).error();
  return detail::sum_over_cells("psi", *shares, term);
}

}  // namespace leeway::inline v1::drift
