#ifndef LEEWAY_DRIFT_CRAMER_VON_MISES_HPP
#define LEEWAY_DRIFT_CRAMER_VON_MISES_HPP

// Cramer-von Mises (Anderson 1962): T = n m / (n + m)^2 times the sum, over all values of both sides, of the squared
// difference of the distribution functions. For ordered cells or samples only. Thread contract: pure functions.
//
// Right on ties: both functions are taken after all values that are equal, so that equal shares give 0. (The formula by
// ranks, as scipy has it, is the same without ties, and grows without bound on equal constants of unequal sizes.)

#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// T of cells, as if the values of a cell were equal. No p-value: its law depends on the cells; see calibration.hpp.
/// "cramer_von_mises/binned". Errors: as psi.hpp. Cost: linear in cells.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> cramer_von_mises_binned(CountsView reference, CountsView live);

/// T of two samples. p_value: exact where both hold at most 20 values, else the limit law; see
/// stats/cramer_von_mises.hpp. Ties make it approximate. "cramer_von_mises/exact".
/// Errors: undefined (an empty sample), invalid_argument (NaN), limit (2^31 values or more). Cost: sorts both samples.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> cramer_von_mises_two_sample(std::span<const double> reference,
                                                                           std::span<const double> live);

}  // namespace leeway::inline v1::drift

#endif
