#ifndef LEEWAY_SRC_DRIFT_INFORMATIVE_CELLS_HPP
#define LEEWAY_SRC_DRIFT_INFORMATIVE_CELLS_HPP

#include <vector>

#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift::detail {

struct CellPair {
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
  std::vector<std::size_t> index;  ///< of each kept cell among all
};

/// The cells that hold a value on either side. A cell empty on both says nothing, and smoothing would let it speak:
/// beside a constant of 12,000 reference rows, two such cells give 30 live rows a PSI of 0.2.
[[nodiscard]] inline CellPair informative_cells(CountsView reference, CountsView live) {
  CellPair kept;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (reference[i] == 0 && live[i] == 0) continue;
    kept.reference.push_back(reference[i]);
    kept.live.push_back(live[i]);
    kept.index.push_back(i);
  }
  return kept;
}

}  // namespace leeway::inline v1::drift::detail

#endif
