#ifndef LEEWAY_DRIFT_ANDERSON_DARLING_HPP
#define LEEWAY_DRIFT_ANDERSON_DARLING_HPP

// Anderson-Darling of two samples (Pettitt 1976; with midranks for ties: Scholz & Stephens 1987, equation 7): squared
// differences of the distribution functions, weighed most in the tails. Its mean under no change is 1. For
// ordered cells or samples only. Right on ties: equal shares give 0. Thread contract: pure functions.
//
// The value is A^2 itself; scipy's anderson_ksamp returns (A^2 - 1) / stats::anderson_darling_deviation(n, m).

#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// A^2 of cells, as if the values of a cell were equal. No p-value: its law depends on the cells; see calibration.hpp.
/// "anderson_darling/binned". Errors: as psi.hpp. Cost: linear in cells.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> anderson_darling_binned(CountsView reference, CountsView live);

/// A^2 of two samples. p_value: the limit law at its variance, where both samples hold at least 4 values together; at
/// 0.05 it finds drift in 5.6 % of clean pairs of 10 values a side, in 5.0 % of 50. "anderson_darling/midrank".
/// Errors: undefined (an empty sample), invalid_argument (NaN), limit (2^31 values or more). Cost: sorts both samples.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> anderson_darling_two_sample(std::span<const double> reference,
                                                                           std::span<const double> live);

}  // namespace leeway::inline v1::drift

#endif
