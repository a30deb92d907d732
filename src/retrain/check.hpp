#ifndef LEEWAY_SRC_RETRAIN_CHECK_HPP
#define LEEWAY_SRC_RETRAIN_CHECK_HPP

// What outside numbers must be. Each check names the field it looked at.

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>

#include "leeway/base/error.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain::detail {

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

template <int... kUnits>
[[nodiscard]] Check positive(Quantity<kUnits...> quantity, const char* where) {
  return positive(quantity.value(), where);
}
template <int... kUnits>
[[nodiscard]] Check not_negative(Quantity<kUnits...> quantity, const char* where) {
  return not_negative(quantity.value(), where);
}
[[nodiscard]] inline Check share(Fraction fraction, const char* where) {
  if (fraction.value() >= 0 && fraction.value() <= 1) return {};
  return unexpected("a fraction in [0, 1]", fraction.value(), where);
}
[[nodiscard]] inline Check positive_share(Fraction fraction, const char* where) {
  if (fraction.value() > 0 && fraction.value() <= 1) return {};
  return unexpected("a fraction in (0, 1]", fraction.value(), where);
}

/// The first error among several checks.
[[nodiscard]] inline Check first(std::initializer_list<Check> checks) {
  for (const Check& check : checks)
    if (check) return check;
  return {};
}

}  // namespace leeway::inline v1::retrain::detail

#endif
