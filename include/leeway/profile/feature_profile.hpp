#ifndef LEEWAY_PROFILE_FEATURE_PROFILE_HPP
#define LEEWAY_PROFILE_FEATURE_PROFILE_HPP

#include <optional>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/core/axis.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/profile/design_effect.hpp"

namespace leeway::inline v1::profile {

/// Moments of the finite reference values.
struct MomentSummary {
  double mean = 0;
  double standard_deviation = 0;  ///< unbiased variance (n - 1); 0 for one value
  double minimum = 0;
  double maximum = 0;

  friend bool operator==(const MomentSummary&, const MomentSummary&) = default;
};

/// What the reference knows of one feature.
struct FeatureProfile {
  std::string name;
  Axis axis;
  Counts counts;                         ///< of the reference values
  std::string cells_name;                ///< how the cells were chosen, as in "equal-frequency-10" or "categories"
  std::optional<MomentSummary> moments;  ///< numeric features with at least one finite value
  DesignEffect design{};                 ///< of its rows; all 1: they count as independent
};

/// Identity of an axis: 32 hexadecimal digits of the XXH3-128 hash of its edges or categories. Equal axes have
/// equal hashes on every machine.
[[nodiscard]] LEEWAY_EXPORT std::string axis_hash(const Axis& axis);

}  // namespace leeway::inline v1::profile

#endif
