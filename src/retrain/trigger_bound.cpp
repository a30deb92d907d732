#include "retrain/trigger_bound.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "stats/policy.hpp"

namespace leeway::inline v1::retrain::detail {
namespace {

constexpr double kKnown = 1e-300;  // a variance, instead of 0

// Deviations of a normal law that are exceeded with probability `alpha`.
double deviations(double alpha) {
  return std::numbers::sqrt2 * boost::math::erfc_inv(2 * alpha, stats::detail::Saturate());
}

// What each measurement counts in the integral up to the age of `last`, linear between them.
std::vector<double> integral(const LossSeries& series, std::size_t last) {
  std::vector<double> weights(series.age.size());
  for (std::size_t i = 1; i <= last; ++i) {
    const double half = (series.age[i] - series.age[i - 1]) / 2;
    weights[i - 1] += half, weights[i] += half;
  }
  return weights;
}

// Adds `scale` times the mean of the measurements from `first` on, by their precision.
void add_mean(const LossSeries& series, std::size_t first, double scale, std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t i = first; i < weights.size(); ++i) sum += 1 / (std::max)(series.variance[i], kKnown);
  for (std::size_t i = first; i < weights.size(); ++i)
    weights[i] += scale / ((std::max)(series.variance[i], kKnown) * sum);
}

double bound(const LossSeries& series, const std::vector<double>& weights, double deviations) {
  double sum = 0, variance = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i] * series.lost[i];
    variance += weights[i] * weights[i] * series.variance[i];
  }
  return sum - deviations * std::sqrt(variance);
}

// n (n + 1), whose reciprocals sum to 1, of n measurements with noise.
double looks(const LossSeries& series) {
  const auto noisy = std::count_if(series.variance.begin(), series.variance.end(), [](double v) { return v > 0; });
  const auto n = static_cast<double>((std::max)(noisy, std::ptrdiff_t{1}));
  return n * (n + 1);
}

}  // namespace

LossBounds lower_bounds(const LossSeries& series, double age, ErrorRate alpha) {
  const std::size_t last = series.age.size() - 1, most = (std::max)(last, std::size_t{1});
  const auto windows = static_cast<double>(std::bit_width(most));
  const double z = deviations(alpha.value() / (2 * looks(series) * windows));
  LossBounds best{-std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t size = 1; size <= most; size *= 2) {
    const std::size_t first = last + 1 - size;
    std::vector<double> margin = integral(series, first), total = integral(series, last);
    for (double& weight : margin) weight = -weight;
    add_mean(series, first, series.age[first], margin);
    add_mean(series, first, age - series.age[last], total);
    best.margin = (std::max)(best.margin, bound(series, margin, z));
    best.total = (std::max)(best.total, bound(series, total, z));
  }
  return best;
}

}  // namespace leeway::inline v1::retrain::detail
