#ifndef LEEWAY_SRC_VALIDATE_KNOWN_FACTORS_HPP
#define LEEWAY_SRC_VALIDATE_KNOWN_FACTORS_HPP

// Factors between units that pipelines mix up.

#include <array>
#include <cmath>
#include <optional>

namespace leeway::inline v1::validate::detail {

struct KnownFactor {
  double factor;
  const char* unit;     ///< serving = factor x training
  bool common = false;  ///< so common that distributions alone may tell it: of all factors some is always near
};

inline constexpr std::array<KnownFactor, 28> kKnownFactors{{
    {60, "minutes as seconds, or hours as minutes", true},
    {3600, "hours as seconds", true},
    {24, "days as hours", true},
    {1440, "days as minutes", true},
    {86400, "days as seconds", true},
    {7, "weeks as days", true},
    {12, "years as months, or feet as inches", true},
    {365, "years as days", true},
    {365.25, "years as days"},
    {10, "a decimal place"},
    {100, "shares as per cent, or money as cents", true},
    {1e3, "a step of a thousand, as seconds as milliseconds", true},
    {1e4, "four decimal places, as shares as basis points"},
    {1e6, "a million", true},
    {1e9, "a billion, as seconds as nanoseconds", true},
    {1024, "kilobytes as bytes", true},
    {1048576, "megabytes as bytes"},
    {2.54, "inches as centimetres", true},
    {25.4, "inches as millimetres"},
    {0.3048, "feet as metres", true},
    {0.9144, "yards as metres"},
    {1.609344, "miles as kilometres", true},
    {1.852, "nautical miles as kilometres"},
    {0.45359237, "pounds as kilograms", true},
    {28.349523125, "ounces as grams"},
    {3.785411784, "gallons as litres"},
    {3.6, "metres a second as kilometres an hour"},
    {57.295779513082320877, "radians as degrees"},
}};

struct SnappedFactor {
  double factor;
  const char* unit;
  bool inverse;  ///< serving = training / factor
};

/// The known factor within `tolerance` (relative) of `ratio`, or its inverse.
[[nodiscard]] inline std::optional<SnappedFactor> snap(double ratio, double tolerance, bool common_only = false) {
  std::optional<SnappedFactor> best;
  double nearest = tolerance;
  for (const KnownFactor& known : kKnownFactors) {
    if (common_only && !known.common) continue;
    for (const bool inverse : {false, true}) {
      const double distance = std::fabs((inverse ? ratio * known.factor : ratio / known.factor) - 1);
      if (!(distance <= nearest)) continue;
      nearest = distance;
      best = {known.factor, known.unit, inverse};
    }
  }
  return best;
}

}  // namespace leeway::inline v1::validate::detail

#endif
