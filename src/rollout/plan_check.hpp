#ifndef LEEWAY_SRC_ROLLOUT_PLAN_CHECK_HPP
#define LEEWAY_SRC_ROLLOUT_PLAN_CHECK_HPP

// What the numbers of a plan must be. Each check names the field it looked at.

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "leeway/base/error.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/stats/gamma.hpp"

namespace leeway::inline v1::rollout::detail {

/// An error, or nothing where all is well.
using Check = std::optional<Error>;

[[nodiscard]] inline std::string text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

/// To six significant digits: for sentences.
[[nodiscard]] inline std::string short_text(double value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
  return {buffer.data(), end.ptr};
}

[[nodiscard]] inline Error unexpected(const std::string& expected, double found, std::string where) {
  return {ErrorCode::invalid_argument, "expected " + expected + ", found " + text(found), std::move(where)};
}

[[nodiscard]] inline Check positive(double value, const char* where) {
  if (value > 0 && std::isfinite(value)) return {};
  return unexpected("a finite number > 0", value, where);
}
[[nodiscard]] inline Check at_least(double least, double value, const char* where) {
  if (value >= least && std::isfinite(value)) return {};
  return unexpected("a finite number >= " + text(least), value, where);
}
/// In (0, 1).
[[nodiscard]] inline Check within_unit(double value, const char* where) {
  if (value > 0 && value < 1) return {};
  return unexpected("a number in (0, 1)", value, where);
}
[[nodiscard]] inline Check below_half(ErrorRate rate, const char* where) {
  if (rate.value() < 0.5) return {};
  return unexpected("an error rate below 1/2", rate.value(), where);
}

/// The first error among several checks.
[[nodiscard]] inline Check first(std::initializer_list<Check> checks) {
  for (const Check& check : checks)
    if (check) return check;
  return {};
}

/// What a standard normal variable exceeds with probability `upper`, in (0, 1/2): its square is gamma.
[[nodiscard]] inline double normal_quantile(double upper) {
  return std::sqrt(stats::gamma_quantile(ErrorRate(2 * upper), 0.5, 2));
}

}  // namespace leeway::inline v1::rollout::detail

#endif
