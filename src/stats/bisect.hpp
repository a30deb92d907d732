#ifndef LEEWAY_SRC_STATS_BISECT_HPP
#define LEEWAY_SRC_STATS_BISECT_HPP

#include <algorithm>
#include <limits>

namespace leeway::inline v1::stats::detail {

/// The least x in (0, most] for which `reached(x)`, which never turns false again as x grows: to neighbouring doubles.
/// Infinity where there is none.
template <class Reached>
[[nodiscard]] double first_true(Reached reached, double most) {
  double high = (std::min)(1.0, most);
  double low = 0;
  while (!reached(high)) {
    if (!(high < most) || high > (std::numeric_limits<double>::max)() / 2)
      return std::numeric_limits<double>::infinity();
    low = high;
    high = (std::min)(2 * high, most);
  }
  while (low == 0 && reached(high / 2) && high > (std::numeric_limits<double>::min)()) high /= 2;
  if (low == 0) low = high / 2;
  for (double middle = low + (high - low) / 2; middle > low && middle < high; middle = low + (high - low) / 2)
    (reached(middle) ? high : low) = middle;
  return high;
}

}  // namespace leeway::inline v1::stats::detail

#endif
