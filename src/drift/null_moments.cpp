#include "drift/null_moments.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "drift/null_terms.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

constexpr double kReach = 12;          // standard deviations on either side that matter
constexpr double kUpwards = 2;         // times that, where tails are long
constexpr double kMostCounts = 2000;   // one by one; beyond, counts are taken in steps
constexpr double kFineSteps = 8;       // of a standard deviation
constexpr double kNegligible = 1e-14;  // of the mode

// A live count and what it adds to the metric, with its probability.
struct Point {
  double count;
  double term;
  double probability;
};
using Law = std::vector<Point>;

// X beta-binomial: live values in a cell whose share is Beta(a, b).
struct BetaBinomial {
  double n;
  double a;
  double b;

  [[nodiscard]] double mean() const { return n * a / (a + b); }
  [[nodiscard]] double deviation() const { return std::sqrt(mean() * (b / (a + b)) * (a + b + n) / (a + b + 1)); }
  [[nodiscard]] static double least() { return 0; }
  [[nodiscard]] double most() const { return n; }
  /// P(x + 1) / P(x).
  [[nodiscard]] double ratio(double x) const { return (n - x) / (x + 1) * ((x + a) / (n - x - 1 + b)); }
  [[nodiscard]] double log_probability(double x) const {
    using boost::math::lgamma;
    return lgamma(x + a) - lgamma(x + 1) + lgamma(n - x + b) - lgamma(n - x + 1);
  }
};

// X hypergeometric: live values among the `cell` of a cell, where `n` of `all` values are live.
struct Hypergeometric {
  double n;
  double cell;
  double all;

  [[nodiscard]] double mean() const { return n * cell / all; }
  [[nodiscard]] double deviation() const {
    return std::sqrt(mean() * (1 - cell / all) * (all - n) / (std::max)(1.0, all - 1));
  }
  [[nodiscard]] double ratio(double x) const { return (cell - x) / (x + 1) * ((n - x) / (all - cell - n + x + 1)); }
  [[nodiscard]] double log_probability(double x) const {
    using boost::math::lgamma;
    return -lgamma(x + 1) - lgamma(cell - x + 1) - lgamma(n - x + 1) - lgamma(all - cell - n + x + 1);
  }
  [[nodiscard]] double least() const { return (std::max)(0.0, n + cell - all); }
  [[nodiscard]] double most() const { return (std::min)(n, cell); }
};

// Outwards from the mean, until nothing is left.
template <class X>
Law one_by_one(const X& x) {
  const double start = std::clamp(std::floor(x.mean()), x.least(), x.most());
  Law law{{start, 0, 1}};
  double p = 1;
  for (double at = start; at < x.most() && (p *= x.ratio(at)) > kNegligible; ++at) law.push_back({at + 1, 0, p});
  p = 1;
  for (double at = start; at > x.least() && (p /= x.ratio(at - 1)) > kNegligible; --at) law.push_back({at - 1, 0, p});
  return law;
}

// Counts so many that sums over them are integrals.
template <class X>
Law in_steps(const X& x) {
  const double step = std::ceil(x.deviation() / kFineSteps);
  const double from = (std::max)(x.least(), std::floor(x.mean() - kReach * x.deviation()));
  const double to = (std::min)(x.most(), x.mean() + kUpwards * kReach * x.deviation());
  const double scale = x.log_probability(std::floor(x.mean()));
  Law law;
  for (double at = from; at <= to; at += step) law.push_back({at, 0, std::exp(x.log_probability(at) - scale)});
  return law;
}

template <class X>
Law law_of(const X& x) {
  Law law = 2 * kReach * x.deviation() <= kMostCounts ? one_by_one(x) : in_steps(x);
  double all = 0;
  for (const Point& point : law) all += point.probability;
  for (Point& point : law) point.probability /= all;
  return law;
}

struct Pair {
  double count = 0;
  double term = 0;
};

Pair means(const Law& law) {
  Pair mean;
  for (const Point& point : law) {
    mean.count += point.probability * point.count;
    mean.term += point.probability * point.term;
  }
  return mean;
}

// The part of a cell's term that does not follow its count: deviation of term - slope count from its mean.
double deviation(const Point& point, const Pair& mean, double slope) {
  return (point.term - mean.term) - slope * (point.count - mean.count);
}

// Counts, each once, with the number of cells that have it: their laws are the same.
std::map<std::uint64_t, double> cells_by_count(CountsView counts) {
  std::map<std::uint64_t, double> cells;
  for (const std::uint64_t count : counts) ++cells[count];
  return cells;
}

struct CellLaw {
  Law law;
  double cells;
  double share;
  Pair mean;
};

// How terms follow counts: covariance by variance, over all cells.
double slope_of(const std::vector<CellLaw>& laws) {
  double covariance = 0;
  double variance = 0;
  for (const auto& [law, cells, share, mean] : laws) {
    for (const Point& point : law) {
      const double d = cells * point.probability * (point.count - mean.count);
      covariance += d * (point.term - mean.term);
      variance += d * (point.count - mean.count);
    }
  }
  return variance > 0 ? covariance / variance : 0;
}

NullMoments moments_of(const std::vector<CellLaw>& laws) {
  const double slope = slope_of(laws);
  NullMoments moments{0, 0, 0, 0};
  double all = 0;
  double squares = 0;  // of quadratic terms: the variance that this has by half, the third moment by an eighth
  double cubes = 0;
  double fourths = 0;
  for (const auto& [law, cells, share, mean] : laws) {
    moments.mean += cells * mean.term;
    all += cells;
    squares += cells * (1 - share) * (1 - share);
    cubes += cells * (1 - share) * (1 - share) * (1 - share);
    fourths += cells * (1 - share) * (1 - share) * (1 - share) * (1 - share);
    double variance = 0;
    double fourth = 0;
    for (const Point& point : law) {
      const double d = deviation(point, mean, slope);
      variance += point.probability * d * d;
      moments.third += cells * point.probability * d * d * d;
      fourth += point.probability * d * d * d * d;
    }
    moments.variance += cells * variance;
    moments.fourth += cells * (fourth - 3 * variance * variance);
  }
  // What remains between cells: chi-square, the sum of quadratic terms, has cumulants 2, 8 and 48 (cells - 1).
  moments.variance *= (all - 1) / squares;
  moments.third *= (all - 1) / cubes;
  moments.fourth *= (all - 1) / fourths;
  return moments;
}

double total(CountsView counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

}  // namespace

NullMoments null_moments(Metric metric, CountsView reference, std::uint64_t live_count, double deff) {
  const Totals totals{total(reference), static_cast<double>(live_count), static_cast<double>(reference.size())};
  const double rows = independent_rows(live_count, deff);
  const double weight = totals.reference / deff + 0.5 * totals.cells;
  std::vector<CellLaw> laws;
  for (const auto& [count, cells] : cells_by_count(reference)) {
    const auto r = static_cast<double>(count);
    const double a = r / deff + 0.5;
    CellLaw& cell = laws.emplace_back(CellLaw{law_of(BetaBinomial{rows, a, weight - a}), cells, a / weight, {}});
    for (Point& point : cell.law) point.term = term_of(metric, r, point.count * totals.live / rows, totals);
    cell.mean = means(cell.law);
  }
  return moments_of(laws);
}

NullMoments null_moments_of_both(Metric metric, CountsView both, std::uint64_t live_count) {
  const double all = total(both);
  const auto n = static_cast<double>(live_count);
  const Totals totals{all - n, n, static_cast<double>(both.size())};
  std::vector<CellLaw> laws;
  for (const auto& [count, cells] : cells_by_count(both)) {
    const auto c = static_cast<double>(count);
    CellLaw& cell = laws.emplace_back(CellLaw{law_of(Hypergeometric{n, c, all}), cells, c / all, {}});
    for (Point& point : cell.law) point.term = term_of(metric, c - point.count, point.count, totals);
    cell.mean = means(cell.law);
  }
  return moments_of(laws);
}

}  // namespace leeway::inline v1::drift::detail
