#ifndef LEEWAY_SRC_DRIFT_SHARES_HPP
#define LEEWAY_SRC_DRIFT_SHARES_HPP

// From two sides as given to two vectors of shares over the same cells: the common first step of every metric.

#include <string>
#include <string_view>
#include <vector>

#include "drift/sum.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift::detail {

struct SharePair {
  std::vector<double> reference;
  std::vector<double> live;
  std::uint64_t reference_count = 0;
  std::uint64_t live_count = 0;
  Smoothing smoothing = Smoothing::none;
};

/// Errors: incompatible (unequal or zero number of cells), undefined (a side without any value).
[[nodiscard]] Result<SharePair> to_shares(CountsView reference, CountsView live, Smoothing smoothing);

/// Errors: incompatible, invalid_argument (a share outside [0, 1], a sum that is not 1 within 1e-9).
[[nodiscard]] Result<SharePair> to_shares(SharesView reference, SharesView live);

/// A divergence that is a sum over cells of term(reference share, live share), named "metric/smoothing".
template <class Term>
[[nodiscard]] Divergence sum_over_cells(std::string_view metric, const SharePair& shares, Term term) {
  Divergence result;
  result.convention = std::string(metric) + "/" + to_string(shares.smoothing);
  result.reference_count = shares.reference_count;
  result.live_count = shares.live_count;
  result.contributions.reserve(shares.live.size());
  for (std::size_t i = 0; i < shares.live.size(); ++i) {
    result.contributions.push_back(term(shares.reference[i], shares.live[i]));
  }
  result.value = sum(result.contributions);
  return result;
}

}  // namespace leeway::inline v1::drift::detail

#endif
