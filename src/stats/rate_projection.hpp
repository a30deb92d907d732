#ifndef LEEWAY_SRC_STATS_RATE_PROJECTION_HPP
#define LEEWAY_SRC_STATS_RATE_PROJECTION_HPP

#include <algorithm>
#include <cmath>

namespace leeway::inline v1::stats::detail {

/// Rates of both arms.
struct RatePair {
  double base;
  double candidate;
};

/// Requests of both arms in a tick.
struct CountPair {
  double base;
  double candidate;
};

/// The law on the edge candidate = base + difference nearest to predicted rates, by what separates the two: differences
/// of nearly equal rates keep their digits. `slack` makes up for an inexact solution (rate_e_process.hpp).
struct RateProjection {
  RatePair rates;
  RatePair gap;  // predicted - projected
  double slack;
};

/// Of the sum of both arms' divergences along the edge, minus the slope; falling in u.
struct EdgeSlope {
  double value;
  double slope;
};

inline EdgeSlope edge_slope(RatePair t, CountPair n, double u, double difference) noexcept {
  const double v = u + difference;
  const double spread_u = u * (1 - u);
  const double spread_v = v * (1 - v);
  const auto second = [](double rate, double at) { return at * at + rate - 2 * rate * at; };
  return {n.base * (t.base - u) / spread_u + n.candidate * (t.candidate - v) / spread_v,
          -n.base * second(t.base, u) / (spread_u * spread_u) -
              n.candidate * second(t.candidate, v) / (spread_v * spread_v)};
}

/// Where the slope along the edge is 0: between the predicted rates, by Newton's method within a bracket.
inline double edge_point(RatePair t, CountPair n, double difference) noexcept {
  constexpr int kMostSteps = 60;
  constexpr double kTolerance = 1e-13;  // per request
  const double across = t.candidate - difference;
  double low = std::max({0.0, -difference, std::min(t.base, across)});
  double high = std::min({1.0, 1 - difference, std::max(t.base, across)});
  double u = (n.base * t.base + n.candidate * across) / (n.base + n.candidate);
  if (!(u > low && u < high)) u = 0.5 * (low + high);
  for (int step = 0; step < kMostSteps && low < high; ++step) {
    const EdgeSlope found = edge_slope(t, n, u, difference);
    if (std::fabs(found.value) <= kTolerance * (n.base + n.candidate)) break;
    (found.value > 0 ? low : high) = u;
    const double newton = u - found.value / found.slope;
    u = newton > low && newton < high ? newton : 0.5 * (low + high);
  }
  return u;
}

/// Preconditions: predicted rates in (0, 1), counts > 0, difference in (-1, 1).
inline RateProjection project(RatePair t, CountPair n, double difference) noexcept {
  if (difference == 0) {  // the mean of both
    const double gap = t.candidate - t.base;
    const double up = n.candidate / (n.base + n.candidate) * gap;
    const double down = n.base / (n.base + n.candidate) * gap;
    return {{t.base + up, t.base + up}, {-up, down}, 0};
  }
  const double u = edge_point(t, n, difference);
  const double v = u + difference;
  const double slack = std::fabs(edge_slope(t, n, u, difference).value) * std::max(u, 1 - u);
  return {{u, v}, {t.base - u, t.candidate - v}, slack};
}

/// ln of the likelihood ratio of `events` of `count`: of rate + gap against rate.
inline double log_ratio(double events, double count, double rate, double gap) noexcept {
  return events * std::log1p(gap / rate) + (count - events) * std::log1p(-gap / (1 - rate));
}

}  // namespace leeway::inline v1::stats::detail

#endif
