#ifndef LEEWAY_SRC_STATS_LAMBERT_HPP
#define LEEWAY_SRC_STATS_LAMBERT_HPP

// The lower branch of Lambert's W where its argument has many digits: x = -1 - W_-1(-e^(-1 - l)) solves
// x - log1p(x) = l. x is a power series in r = sqrt(2 l) that converges up to r = 2 sqrt(pi). Its coefficients follow
// from x dx/dr = r (1 + x).

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace leeway::inline v1::stats::detail {

inline constexpr std::size_t kLambertTerms = 24;
inline constexpr std::array<double, kLambertTerms + 1> kLambertSeries = [] {
  std::array<double, kLambertTerms + 1> a{0, 1};
  for (std::size_t n = 2; n <= kLambertTerms; ++n) {
    a[n] = a[n - 1] / static_cast<double>(n + 1);
    for (std::size_t i = 2; i < n; ++i) a[n] -= a[i] * a[n + 1 - i] / 2;
  }
  return a;
}();
inline constexpr double kSeriesSuffices = 1;  // r up to which its error is below rounding
inline constexpr double kSeriesStarts = 2.5;  // r up to which one step is enough

/// x - r for r < kSeriesSuffices; even and odd powers apart, as two chains run at once.
[[nodiscard]] inline double lambert_excess_beyond_root(double r) noexcept {
  const double q = r * r;
  double even = kLambertSeries[kLambertTerms];
  double odd = kLambertSeries[kLambertTerms - 1];
  for (std::size_t n = kLambertTerms - 2; n >= 2; n -= 2) {
    even = even * q + kLambertSeries[n];
    if (n > 2) odd = odd * q + kLambertSeries[n - 1];
  }
  return q * (even + odd * r);
}

/// A step of fourth order (Householder) for g(x) = x - log1p(x) - l.
[[nodiscard]] inline double lambert_step(double x, double l) noexcept {
  const double u = 1 / (1 + x);
  const double g1 = x * u;
  const double newton = (x - std::log1p(x) - l) / g1;
  const double a = u / x;           // g'' / g' = u^2 / (x u)
  const double b = -2 * u * u / x;  // g''' / g'
  return x - newton * (1 - newton * a / 2) / (1 - newton * a + newton * newton * b / 6);
}

/// x for l >= 0.
[[nodiscard]] inline double lambert_excess(double l) noexcept {
  const double r = std::sqrt(2 * l);
  if (r < kSeriesSuffices) return r + lambert_excess_beyond_root(r);
  if (r < kSeriesStarts) return lambert_step(r + lambert_excess_beyond_root(r), l);
  if (l > (std::numeric_limits<double>::max)()) return l;
  return lambert_step(lambert_step(l + std::log1p(l + std::log1p(l)), l), l);
}

}  // namespace leeway::inline v1::stats::detail

#endif
