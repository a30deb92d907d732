#ifndef LEEWAY_SRC_VALIDATE_ALIGNED_HPP
#define LEEWAY_SRC_VALIDATE_ALIGNED_HPP

// Features of joined entities, side by side. Texts are codes into one dictionary, so that every question of equality
// is one of numbers.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "leeway/validate/attribution.hpp"
#include "leeway/validate/skew.hpp"

namespace leeway::inline v1::validate::detail {

/// Equal, both missing, or as near as the tolerance says.
[[nodiscard]] inline bool near(double a, double b, const ValueTolerance& tolerance) noexcept {
  if (a == b) return true;
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::fabs(a - b) <= tolerance.absolute + tolerance.relative * (std::max)(std::fabs(a), std::fabs(b)) &&
         std::isfinite(a) && std::isfinite(b);
}

struct AlignedFeature {
  std::string name;
  bool text = false;
  bool is_time = false;
  std::vector<double> training;  ///< per joined entity; NaN is missing
  std::vector<double> serving;
  ValueTolerance tolerance{};  ///< zero for texts
  bool show_text = false;      ///< in causes, rare ones as well

  [[nodiscard]] bool differs(std::size_t i) const noexcept { return !near(training[i], serving[i], tolerance); }
};

struct Aligned {
  std::vector<AlignedFeature> features;
  std::vector<std::string> texts;       ///< code c stands for texts[c]
  std::vector<std::uint32_t> sequence;  ///< joined entities, series after series, each in the order of time
  std::vector<std::uint32_t> position;  ///< the inverse of sequence
  std::vector<std::uint32_t> begin;     ///< by position: where its series begins
  std::size_t max_lag = 0;
  double min_support = 0.5;
};

/// The likely causes why feature `index` differs, likeliest first, one per kind; unknown alone where none will do;
/// none where nothing differs.
[[nodiscard]] std::vector<Attribution> attribute(const Aligned& aligned, std::size_t index);

}  // namespace leeway::inline v1::validate::detail

#endif
