#ifndef LEEWAY_DRIFT_CONTINGENCY_HPP
#define LEEWAY_DRIFT_CONTINGENCY_HPP

// Two-sample tests on a table of two rows, reference and live: chi-square (Pearson 1900), G (Wilks 1935), and Cramer's
// V (1946), which is chi-square as an effect. Both sides are samples; a reference taken for the truth, as in a
// one-sample test, finds drift where there is none. Cells that are empty on both sides do not count. Counts only: a
// test needs to know how many. Cost: linear in cells. Thread contract: pure functions. Errors: incompatible (unequal or
// zero number of cells), undefined (a side without any value).

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/drift/divergence.hpp"

namespace leeway::inline v1::drift {

/// Correction of chi-square for two cells (Yates 1934). It is too cautious; scipy and others apply it.
enum class Continuity { none, yates };

/// sum (observed - expected)^2 / expected over both rows; the p-value is that of chi-square with cells - 1 degrees,
/// 1 for a single cell. "chi_square/two_sample", or "chi_square/yates" where the correction applied.
/// The law wants expected counts of some 5 or more; for others see calibration.hpp.
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> chi_square(CountsView reference, CountsView live,
                                                          Continuity continuity = Continuity::none);

/// 2 sum observed ln(observed / expected) over both rows, the likelihood ratio; p-value as chi-square.
/// "g_test/two_sample".
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> g_statistic(CountsView reference, CountsView live);

/// sqrt(chi-square / (reference count + live count)), in [0, 1]; p-value that of chi-square. The contributions sum to
/// the square. "cramers_v/two_sample".
[[nodiscard]] LEEWAY_EXPORT Result<Divergence> cramers_v(CountsView reference, CountsView live);

}  // namespace leeway::inline v1::drift

#endif
