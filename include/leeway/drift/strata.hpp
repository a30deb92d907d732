#ifndef LEEWAY_DRIFT_STRATA_HPP
#define LEEWAY_DRIFT_STRATA_HPP

// Sampled streams: of some requests every one is recorded, of others a known share, as in "all errors and 1 % of the
// successes". Each kind has a Collector of its own, so that its counts stay exact integers that merge in any order; they
// are weighted when somebody asks.
//
//   const stream::Pane errors = all_of_them.drain(), successes = one_in_a_hundred.drain();
//   const std::vector<drift::Stratum> strata{{errors.counts(), 1}, {successes.counts(), 0.01}};
//   auto report = drift::evaluate(profile, *drift::combine(strata), policy, calibration);

#include <span>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1::drift {

/// Counts of rows that were recorded with probability `rate`, each independently; one per feature of a profile.
struct Stratum {
  std::span<const Counts> counts;
  double rate = 1;  ///< in (0, 1]
};

/// The counts that a plain sample of equal worth would hold. A row of a stratum weighs w = 1 / rate; the shares are those
/// of the weighted rows, the number of rows is their effective size (sum w)^2 / sum w^2 (Kish 1965), so that null laws
/// stay honest. Rounded to integers; with all rates equal exact. Cost: one pass over the counts.
/// Errors: invalid_argument (no stratum, a rate outside (0, 1]), incompatible (other features or cells).
[[nodiscard]] LEEWAY_EXPORT Result<std::vector<Counts>> combine(std::span<const Stratum> strata);

}  // namespace leeway::inline v1::drift

#endif
