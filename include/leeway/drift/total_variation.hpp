#ifndef LEEWAY_DRIFT_TOTAL_VARIATION_HPP
#define LEEWAY_DRIFT_TOTAL_VARIATION_HPP

// Total variation and L-infinity: half the sum, and the largest, of the absolute differences of shares. In [0, 1]: the
// share of values that would have to change cells, and the most that one cell has won or lost. Without smoothing, as
// no logarithm is taken. Cost: linear in cells. Thread contract: pure functions. Errors: as psi.hpp.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

[[nodiscard]] LEEWAY_EXPORT Result<Divergence> total_variation(CountsView reference, CountsView live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> total_variation(SharesView reference, SharesView live);

/// The contributions are the absolute differences; the value is the largest of them.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> l_infinity(CountsView reference, CountsView live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> l_infinity(SharesView reference, SharesView live);

}  // namespace leeway::inline v1::drift

#endif
