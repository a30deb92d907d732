#ifndef LEEWAY_DRIFT_HELLINGER_HPP
#define LEEWAY_DRIFT_HELLINGER_HPP

// Hellinger distance (1909): the root of half the sum of (sqrt(reference) - sqrt(live))^2. A metric, in [0, 1], finite
// without smoothing; its square is 1 minus the Bhattacharyya coefficient. The contributions sum to the square.
// Cost: two square roots per cell. Thread contract: pure functions. Errors: as psi.hpp.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

[[nodiscard]] LEEWAY_EXPORT Result<Divergence> hellinger(CountsView reference, CountsView live,
                                                         Smoothing smoothing = Smoothing::jeffreys);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> hellinger(SharesView reference, SharesView live);

}  // namespace leeway::inline v1::drift

#endif
