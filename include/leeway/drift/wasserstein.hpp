#ifndef LEEWAY_DRIFT_WASSERSTEIN_HPP
#define LEEWAY_DRIFT_WASSERSTEIN_HPP

// Wasserstein-1, the earth mover's distance: the area between two distribution functions, which is how far a value has
// to move on average (Vallender 1974). For ordered cells or samples only. Right on ties. Thread contract: pure.

#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// On cells, whose distances are unknown: counted in steps from cell to cell, as a share of the longest way (cells - 1
/// steps). In [0, 1]; 0 for one cell. "wasserstein/steps". Each cell contributes what passes from it to the next.
/// Errors: as psi.hpp. Cost: linear in cells.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> wasserstein_binned(CountsView reference, CountsView live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> wasserstein_binned(SharesView reference, SharesView live);

/// On cells whose values are taken to lie at `positions`, in the unit of these. "wasserstein/positions".
/// Errors: as psi.hpp; incompatible (not one position per cell), invalid_argument (positions not finite or not
/// ascending).
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> wasserstein_binned(CountsView reference, CountsView live,
                                                                  std::span<const double> positions);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> wasserstein_binned(SharesView reference, SharesView live,
                                                                  std::span<const double> positions);

/// The unit of a distance between samples.
enum class WassersteinUnit {
  raw,                  ///< the unit of the values
  reference_deviation,  ///< the standard deviation of the reference (of its values, not of a population): no unit
};

/// Exact, of two samples. "wasserstein/raw" or "wasserstein/reference_deviation".
/// Errors: undefined (an empty sample; a reference without deviation in its unit), invalid_argument (a value that is
/// not finite). Cost: sorts both samples.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> wasserstein_two_sample(std::span<const double> reference,
                                                                      std::span<const double> live,
                                                                      WassersteinUnit unit = WassersteinUnit::raw);

}  // namespace leeway::inline v1::drift

#endif
