#ifndef LEEWAY_DRIFT_PSI_HPP
#define LEEWAY_DRIFT_PSI_HPP

// Population stability index: sum over cells of (live - reference) ln(live / reference), in nats.
// Conventional bands: below 0.1 stable, from 0.2 drift. Not for small samples without calibration: at 100
// rows and 10 cells noise alone exceeds 0.1 (see calibration.hpp). Cost: two logarithms per cell.
// Thread contract: pure functions.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// PSI of two count vectors over the same cells.
/// Errors: incompatible (unequal or zero number of cells), undefined (a side without any value).
/// With Smoothing::none a cell that is empty on one side only makes the value +infinity.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> psi(CountsView reference, CountsView live,
                                                   Smoothing smoothing = Smoothing::jeffreys);

/// PSI of two share vectors, without smoothing ("psi/none").
/// Errors: incompatible (unequal or zero number of cells), invalid_argument (a share outside [0, 1], a sum that is not
/// 1).
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> psi(SharesView reference, SharesView live);

}  // namespace leeway::inline v1::drift

#endif
