#ifndef LEEWAY_DRIFT_KL_HPP
#define LEEWAY_DRIFT_KL_HPP

// Kullback-Leibler divergence in nats, in both directions; the two sum to PSI. Unbounded and asymmetric:
// there is no conventional alert level, and the direction is part of the name. Cost: two logarithms per cell.
// Thread contract: pure functions. Errors and smoothing: as psi.hpp.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// KL(live || reference) = sum of live ln(live / reference): surprise of one who expects the reference.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> kl_live_reference(CountsView reference, CountsView live,
                                                                 Smoothing smoothing = Smoothing::jeffreys);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> kl_live_reference(SharesView reference, SharesView live);

/// KL(reference || live) = sum of reference ln(reference / live).
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> kl_reference_live(CountsView reference, CountsView live,
                                                                 Smoothing smoothing = Smoothing::jeffreys);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> kl_reference_live(SharesView reference, SharesView live);

}  // namespace leeway::inline v1::drift

#endif
