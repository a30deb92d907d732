#ifndef LEEWAY_VALIDATE_ATTRIBUTION_HPP
#define LEEWAY_VALIDATE_ATTRIBUTION_HPP

// What probably made serving values differ from training values of the same entities.
//
// Each hypothesis predicts serving values from training values, its parameters estimated by medians and modes; what
// counts is the share of differing rows that it predicts. Hypotheses are ranked by the length of a description of the
// differing values (Rissanen 1978): bits for the parameters, bits to say in which of the rows that it would change it
// did so, and 30 bits for each value that it does not predict. So a factor is preferred to an affine map, and a bound
// to a default value where both explain as much. A cause is named where it predicts at least the wanted share, and
// either nearly always acts where it would, or predicts well beyond what the frequencies of values give by chance.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::validate {

enum class Cause {
  unit_factor,        ///< serving = factor * training, as seconds for minutes
  constant_shift,     ///< serving = training + shift
  normalisation,      ///< serving = factor * training + shift: other means, deviations or ranges
  default_fill,       ///< serving has one value, or none, where training had others
  clipping,           ///< serving = training within bounds
  rounding,           ///< serving is rounded, to decimals or significant digits
  timezone_shift,     ///< moments or hours of the day moved by hours, half hours, or quarters; daylight saving known
  swapped_columns,    ///< serving has the values of another column
  stale_value,        ///< serving has an earlier value
  type_cast,          ///< serving went through a narrower type
  category_encoding,  ///< letter case, blanks, accents, character set, or other codes for the same categories
  sign,               ///< serving lost or turned the sign
  truncation,         ///< serving lost the ends of texts or of numbers
  dropped_category,   ///< serving has no value of a category of training
  missing_column,     ///< serving has no such column, or no value in it
  unknown,            ///< differs, and nothing above explains enough
};

/// The name, as in "unit_factor".
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Cause cause) noexcept;

/// A cause, what it explains, and its parameters.
struct Attribution {
  using Parameter = std::pair<std::string, std::variant<double, std::string>>;

  Cause cause = Cause::unknown;
  /// By rows: the share of differing rows that it explains. By distributions alone: the share of the distance (KS, or
  /// total variation) that is gone once it is undone. In [0, 1]; 0 of unknown.
  double support = 0;
  std::uint64_t explained = 0;  ///< differing rows that it explains; 0 by distributions alone
  double bits = 0;              ///< length of the description: the lower, the better; 0 by distributions alone
  /// factor, shift, seconds, value, training_value, lower, upper, decimals, significant_digits, lost_digits, lag,
  /// length: numbers; column, type, how, category, unit: texts. Values of texts columns are texts; a missing value is
  /// "missing".
  std::vector<Parameter> parameters{};

  [[nodiscard]] LEEWAY_EXPORT std::optional<double> number(std::string_view name) const;
  [[nodiscard]] LEEWAY_EXPORT std::string text(std::string_view name) const;  ///< empty where there is none
};

/// A sentence without its subject, as in "serving = 60 x training (minutes as seconds)".
[[nodiscard]] LEEWAY_EXPORT std::string to_string(const Attribution& attribution);

}  // namespace leeway::inline v1::validate

#endif
