#include "drift/shares.hpp"

#include <cmath>
#include <numeric>

namespace leeway::inline v1::drift::detail {
namespace {

Result<void> check_cells(std::size_t reference, std::size_t live) {
  if (reference == live && live > 0) return {};
  return Error{ErrorCode::incompatible,
               "expected the same number of cells on both sides, at least one, found " + std::to_string(reference) +
                   " reference and " + std::to_string(live) + " live cells",
               {}};
}

std::uint64_t total(CountsView counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

std::vector<double> shares_of(CountsView counts, std::uint64_t total, Smoothing smoothing) {
  const double pseudo = smoothing == Smoothing::jeffreys ? 0.5 : 0.0;
  const double denominator = static_cast<double>(total) + pseudo * static_cast<double>(counts.size());
  std::vector<double> shares;
  shares.reserve(counts.size());
  for (const std::uint64_t count : counts) shares.push_back((static_cast<double>(count) + pseudo) / denominator);
  return shares;
}

Result<void> check_shares(SharesView shares, const char* side) {
  for (const double share : shares) {
    if (!(share >= 0 && share <= 1)) {
      return Error{ErrorCode::invalid_argument, "expected shares in [0, 1], found " + std::to_string(share), side};
    }
  }
  const double all = sum(shares);
  if (std::fabs(all - 1) <= 1e-9) return {};
  return Error{ErrorCode::invalid_argument, "expected shares that sum to 1, found a sum of " + std::to_string(all),
               side};
}

}  // namespace

Result<SharePair> to_shares(CountsView reference, CountsView live, Smoothing smoothing) {
  if (auto checked = check_cells(reference.size(), live.size()); !checked) return std::move(checked).error();
  const std::uint64_t reference_total = total(reference);
  const std::uint64_t live_total = total(live);
  if (reference_total == 0) return Error{ErrorCode::undefined, "expected at least one reference value, found none", {}};
  if (live_total == 0) return Error{ErrorCode::undefined, "expected at least one live value, found none", {}};
  return SharePair{shares_of(reference, reference_total, smoothing), shares_of(live, live_total, smoothing),
                   reference_total, live_total, smoothing};
}

Result<SharePair> to_shares(SharesView reference, SharesView live) {
  if (auto checked = check_cells(reference.size(), live.size()); !checked) return std::move(checked).error();
  if (auto checked = check_shares(reference, "reference"); !checked) return std::move(checked).error();
  if (auto checked = check_shares(live, "live"); !checked) return std::move(checked).error();
  return SharePair{{reference.begin(), reference.end()}, {live.begin(), live.end()}, 0, 0, Smoothing::none};
}

}  // namespace leeway::inline v1::drift::detail
