#include "leeway/stats/anderson_darling.hpp"

#include <cmath>

#include "stats/smirnov_tail.hpp"

namespace leeway::inline v1::stats {

using detail::kPi;

// D(y) = -cos(pi s / 2) / (pi y) with s = sqrt(1 + 4 y) in [4 k - 1, 4 k + 1], where its cosine is sin(theta).
double anderson_darling_upper_tail(double x) {
  if (x < 0.02) return 1;  // 1 - 1e-20 and above
  const int points = detail::points_for(x);
  const auto term = [x, points](int k) {
    return std::pow(kPi, -1.5) * detail::integral_over_root_of_sine(points, [&](double theta) {
             const double s = 4 * k - 1 + 2 * theta / kPi;
             const double y = 0.25 * (s * s - 1);
             return std::exp(-0.5 * x * y) * s / std::sqrt(y);
           });
  };
  return detail::alternating_sum([x](int k) { return std::exp(-x * (2 * k - 1) * k); }, term);
}

// Scholz & Stephens 1987, equation 4, for two samples.
double anderson_darling_deviation(std::uint64_t n, std::uint64_t m) {
  const auto size = static_cast<double>(n) + static_cast<double>(m);
  const double inverse = 1 / static_cast<double>(n) + 1 / static_cast<double>(m);
  double h = 0;
  double g = 0;
  for (std::uint64_t i = n + m - 1; i >= 1; --i) {
    g += h / (size - static_cast<double>(i));  // h holds the terms beyond i
    h += 1 / static_cast<double>(i);
  }
  const double a = 4 * g - 6 + (10 - 6 * g) * inverse;
  const double b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6;
  const double c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h;
  const double d = (2 * h + 6) * 4 - 8 * h;
  return std::sqrt((((a * size + b) * size + c) * size + d) / ((size - 1) * (size - 2) * (size - 3)));
}

double anderson_darling_p_value(double a, std::uint64_t n, std::uint64_t m) {
  const double limit = std::sqrt(2 * (kPi * kPi - 9) / 3);
  return anderson_darling_upper_tail(1 + (a - 1) * limit / anderson_darling_deviation(n, m));
}

}  // namespace leeway::inline v1::stats
