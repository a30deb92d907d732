#ifndef LEEWAY_DRIFT_KS_HPP
#define LEEWAY_DRIFT_KS_HPP

// Kolmogorov-Smirnov: the largest absolute difference of two empirical distribution functions. For ordered
// cells or samples only; for categories use PSI or chi-square. Right on ties. Thread contract: pure functions.

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// KS at the cell boundaries. The statistic of the underlying samples lies in [value, value + error_bound].
/// p_value is that of the value, hence conservative: binning can only hide differences.
/// Errors: incompatible, undefined, as psi.hpp. Cost: linear in cells.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_binned(CountsView reference, CountsView live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_binned(SharesView reference, SharesView live);

/// Exact two-sample KS. NaN is not a value: pass samples without it, count missing apart.
/// p_value: exact where both samples hold at most 10,000 values, else the law of the one-sample statistic at
/// round(nm / (n + m)); see stats/kolmogorov.hpp.
/// Errors: undefined (an empty sample), invalid_argument (NaN), limit (a sample of 2^31 values or more).
/// Cost: linear, a few nanoseconds per value; no sample is sorted as a whole. Many live samples against one reference:
/// ks_reference.hpp.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_two_sample(std::span<const double> reference,
                                                             std::span<const double> live);
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> ks_two_sample(std::span<const float> reference,
                                                             std::span<const float> live);

}  // namespace leeway::inline v1::drift

#endif
