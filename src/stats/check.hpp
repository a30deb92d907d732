#ifndef LEEWAY_SRC_STATS_CHECK_HPP
#define LEEWAY_SRC_STATS_CHECK_HPP

// What outside numbers must be. Each check names the field it looked at.

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "leeway/base/error.hpp"

namespace leeway::inline v1::stats::detail {

/// An error, or nothing where all is well.
using Check = std::optional<Error>;

[[nodiscard]] inline std::string text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

/// To that many significant digits: for sentences.
[[nodiscard]] inline std::string text(double value, int digits) {
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, digits);
  return {buffer.data(), end.ptr};
}

[[nodiscard]] inline Error unexpected(const char* expected, double found, std::string where) {
  return {ErrorCode::invalid_argument, std::string("expected ") + expected + ", found " + text(found),
          std::move(where)};
}

[[nodiscard]] inline Check positive(double value, const char* where) {
  if (value > 0 && std::isfinite(value)) return {};
  return unexpected("a finite number > 0", value, where);
}
[[nodiscard]] inline Check not_negative(double value, const char* where) {
  if (value >= 0 && std::isfinite(value)) return {};
  return unexpected("a finite number >= 0", value, where);
}

[[nodiscard]] inline Check within(double value, double least, double most, const char* where) {
  if (value >= least && value <= most) return {};
  return unexpected(("a number in [" + text(least) + ", " + text(most) + ']').c_str(), value, where);
}

/// The first error among several checks.
[[nodiscard]] inline Check first(std::initializer_list<Check> checks) {
  for (const Check& check : checks)
    if (check) return check;
  return {};
}

}  // namespace leeway::inline v1::stats::detail

#endif
