#ifndef LEEWAY_SRC_RETRAIN_CHECK_HPP
#define LEEWAY_SRC_RETRAIN_CHECK_HPP

// What outside numbers must be. Each check names the field it looked at.

#include "leeway/retrain/quantity.hpp"
#include "stats/check.hpp"

namespace leeway::inline v1::retrain::detail {

using stats::detail::Check;
using stats::detail::first;
using stats::detail::not_negative;
using stats::detail::positive;
using stats::detail::text;
using stats::detail::unexpected;

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

}  // namespace leeway::inline v1::retrain::detail

#endif
