#ifndef LEEWAY_DRIFT_EVALUATE_HPP
#define LEEWAY_DRIFT_EVALUATE_HPP

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/drift/calibration.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/drift/policy.hpp"
#include "leeway/profile/profile.hpp"

namespace leeway::inline v1::drift {

/// Compares live counts, one per feature of the profile in its order and over its cells, with the profile.
///
/// Per feature: the governing metric over the cells that hold a value (missing excluded, unseen categories as a cell of
/// their own), and the shares of missing, unseen and out-of-range values, each against its band and its null law; the
/// feature's error rate is shared equally among them. drift: the effect reaches the drift band and is more than noise;
/// warning likewise; not_enough_data: neither, and noise alone could reach the drift band; else stable.
/// Errors: incompatible (counts that do not fit the profile), invalid_argument (policy).
/// Cost: linear in cells, and what Calibration must simulate. Thread contract: `calibration` is used by one thread.
[[nodiscard]] LEEWAY_EXPORT Result<DriftReport> evaluate(const profile::Profile& profile, std::span<const Counts> live,
                                                         const Policy& policy, Calibration& calibration);

}  // namespace leeway::inline v1::drift

#endif
