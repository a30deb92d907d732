#include "leeway/stats/mann_kendall.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace leeway::inline v1::stats {
namespace {

constexpr std::size_t kMostExact = 50;

// Sums of t over groups of t equal numbers: those of t (t - 1) and of t (t - 1) (2 t + 5).
struct Ties {
  double pairs = 0;
  double variance = 0;
};

Ties ties_of(std::span<const double> series) {
  std::vector<double> sorted(series.begin(), series.end());
  std::sort(sorted.begin(), sorted.end());
  Ties ties;
  for (auto from = sorted.begin(); from != sorted.end();) {
    const auto to = std::upper_bound(from, sorted.end(), *from);
    const auto t = static_cast<double>(to - from);
    ties.pairs += t * (t - 1);
    ties.variance += t * (t - 1) * (2 * t + 5);
    from = to;
  }
  return ties;
}

// P(inversions of a random order <= at_most): the n-th number comes before 0 to n - 1 smaller ones, each as likely.
double few_inversions(std::size_t n, std::size_t at_most) {
  std::vector<double> law(at_most + 1);
  law[0] = 1;
  for (std::size_t k = 2; k <= n; ++k) {
    for (std::size_t i = 1; i < law.size(); ++i) law[i] += law[i - 1];
    for (std::size_t i = law.size(); i-- > k;) law[i] -= law[i - k];
    for (double& share : law) share /= static_cast<double>(k);
  }
  return std::accumulate(law.begin(), law.end(), 0.0);
}

double exact_p_value(std::size_t n, std::int64_t s) {
  if (s == 0) return 1;
  const auto pairs = static_cast<std::int64_t>(n * (n - 1) / 2);
  const auto inversions = static_cast<std::size_t>((pairs - std::abs(s)) / 2);
  return (std::min)(1.0, 2 * few_inversions(n, inversions));
}

double normal_p_value(double n, double s, double tied) {
  const double variance = (n * (n - 1) * (2 * n + 5) - tied) / 18;
  if (!(variance > 0) || s == 0) return 1;
  return std::erfc((std::fabs(s) - 1) / std::sqrt(2 * variance));
}

}  // namespace

MannKendall mann_kendall(std::span<const double> series) {
  MannKendall found;
  if (series.size() < 2) return found;
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = i + 1; j < series.size(); ++j)
      found.s += static_cast<int>(series[j] > series[i]) - static_cast<int>(series[j] < series[i]);
  }
  const auto n = static_cast<double>(series.size());
  const auto s = static_cast<double>(found.s);
  const Ties ties = ties_of(series);
  const double pairs = n * (n - 1);
  if (ties.pairs < pairs) found.tau = 2 * s / std::sqrt(pairs * (pairs - ties.pairs));
  const bool exact = ties.pairs == 0 && series.size() <= kMostExact;
  found.p_value = exact ? exact_p_value(series.size(), found.s) : normal_p_value(n, s, ties.variance);
  return found;
}

double theil_sen_slope(std::span<const double> series) {
  std::vector<double> slopes;
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = i + 1; j < series.size(); ++j)
      slopes.push_back((series[j] - series[i]) / static_cast<double>(j - i));
  }
  if (slopes.empty()) return 0;
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  if (slopes.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(slopes.begin(), middle)) / 2;
}

}  // namespace leeway::inline v1::stats
