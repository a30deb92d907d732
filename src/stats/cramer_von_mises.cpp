#include "leeway/stats/cramer_von_mises.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "stats/smirnov_tail.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::kPi;

// ---- Exact: every path from (0, 0) to (n, m), one step for each observation in order, is as likely as any other. With
// L = lcm(n, m), T = n m / (n + m)^2 / L^2 times the sum over its nodes of (i L / n - j L / m)^2, an integer.

constexpr std::uint64_t kExactLimit = 20;

using Sums = std::map<std::int64_t, double>;  // sum -> number of paths with it

class Lattice {
 public:
  Lattice(std::int64_t n, std::int64_t m) : n_(n), m_(m), step_n_(std::lcm(n, m) / n), step_m_(std::lcm(n, m) / m) {}

  // Paths whose sum is at least `least`. They meet in the middle: seen from the other end, a path's second half is a
  // first half.
  double paths_from(double least) const {
    const std::int64_t half = (n_ + m_) / 2;
    const auto near = level(half);
    const auto far = level(n_ + m_ - half);
    double paths = 0;
    for (std::int64_t i = (std::max)(std::int64_t{0}, half - m_); i <= (std::min)(n_, half); ++i) {
      const double missing = least + static_cast<double>(term(i, half - i));  // the node itself is in both halves
      paths += pairs_from(near[index(i)], far[index(n_ - i)], missing);
    }
    return paths;
  }

 private:
  static std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }

  std::int64_t term(std::int64_t i, std::int64_t j) const {
    const std::int64_t difference = i * step_n_ - j * step_m_;
    return difference * difference;
  }

  // The sums of all paths from (0, 0) to each node (i, steps - i).
  std::vector<Sums> level(std::int64_t steps) const {
    std::vector<Sums> now(index(n_) + 1);
    now[0] = {{0, 1}};
    for (std::int64_t s = 1; s <= steps; ++s) {
      for (std::int64_t i = (std::min)(n_, s); i >= 0; --i) {  // downwards: i - 1 still holds the step before
        Sums sums;
        if (s - i <= m_) {
          const std::int64_t here = term(i, s - i);
          for (const auto& [sum, paths] : now[index(i)]) sums[sum + here] += paths;
          if (i > 0) {
            for (const auto& [sum, paths] : now[index(i - 1)]) sums[sum + here] += paths;
          }
        }
        now[index(i)] = std::move(sums);
      }
    }
    return now;
  }

  // The number of pairs with a sum of at least `least`.
  static double pairs_from(const Sums& a, const Sums& b, double least) {
    double pairs = 0;
    double enough = 0;  // paths of b that are enough for the sum of a at hand
    auto from = b.rbegin();
    for (const auto& [sum, paths] : a) {
      for (; from != b.rend() && static_cast<double>(sum + from->first) >= least; ++from) enough += from->second;
      pairs += paths * enough;
    }
    return pairs;
  }

  std::int64_t n_;
  std::int64_t m_;
  std::int64_t step_n_;
  std::int64_t step_m_;
};

double binomial(std::int64_t n, std::int64_t k) {
  double value = 1;
  for (std::int64_t i = 1; i <= k; ++i) value = value * static_cast<double>(n - k + i) / static_cast<double>(i);
  return std::round(value);
}

double exact(double t, std::int64_t n, std::int64_t m) {
  const auto lcm = static_cast<double>(std::lcm(n, m));
  const double scale = static_cast<double>((n + m) * (n + m)) / static_cast<double>(n * m) * lcm * lcm;
  const double least = std::ceil(t * scale - 1e-6);  // sums are integers, t was rounded
  return Lattice(n, m).paths_from(least) / binomial(n + m, n);
}

double limit(double t, double n, double m) {
  const double k = n * m;
  const double size = n + m;
  const double mean = (1 + 1 / size) / 6;
  const double variance = (size + 1) * (4 * k * size - 3 * (n * n + m * m) - 2 * k) / (45 * size * size * 4 * k);
  return cramer_von_mises_upper_tail(1.0 / 6 + (t - mean) / std::sqrt(45 * variance));
}

}  // namespace

// D(y) = sin(s) / s with s = sqrt(y) in [(2 k - 1) pi, 2 k pi], where its sine is -sin(theta).
double cramer_von_mises_upper_tail(double x) {
  if (x < 0.003) return 1;  // 1 - 2e-9 and above
  const int points = detail::points_for(x);
  const auto term = [x, points](int k) {
    const double from = (2 * k - 1) * kPi;
    return 2 / kPi * detail::integral_over_root_of_sine(points, [&](double theta) {
             const double s = from + theta;
             return std::exp(-0.5 * x * s * s) / std::sqrt(s);
           });
  };
  return detail::alternating_sum([x](int k) { return std::exp(-0.5 * x * std::pow((2 * k - 1) * kPi, 2)); }, term);
}

double cramer_von_mises_p_value(double t, std::uint64_t n, std::uint64_t m) {
  if ((std::max)(n, m) <= kExactLimit) return exact(t, static_cast<std::int64_t>(n), static_cast<std::int64_t>(m));
  return limit(t, static_cast<double>(n), static_cast<double>(m));
}

}  // namespace leeway::inline v1::stats
