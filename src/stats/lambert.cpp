#include "leeway/stats/lambert.hpp"

#include <cmath>
#include <limits>

#include "stats/lambert.hpp"

namespace leeway::inline v1::stats {

double lambert_wm1(double x) noexcept {
  if (x >= 0) return -std::numeric_limits<double>::infinity();
  const double l = -1 - std::log(-x);
  return l < 0 ? -1 : -1 - detail::lambert_excess(l);
}

double lambert_wm1_excess(double l) noexcept { return detail::lambert_excess(l); }

}  // namespace leeway::inline v1::stats
