#ifndef LEEWAY_SRC_RETRAIN_FIT_SHAPE_HPP
#define LEEWAY_SRC_RETRAIN_FIT_SHAPE_HPP

// Bends, steps and seasons in a history: whether there are any beside the nearest exponential, and which.

#include <cstddef>

#include "leeway/base/probability.hpp"
#include "retrain/fit_rate.hpp"
#include "retrain/fit_sample.hpp"

namespace leeway::inline v1::retrain::detail {

/// Points below which no shape is told from another.
inline constexpr std::size_t kLeastPoints = 8;

struct ShapeTest {
  double p_shape = 1;
  double p_neighbours = 1;
  double neighbours = 0;  // correlation of residuals that follow each other
  bool refused = false;   // with probability alpha where there is only noise
};

/// How likely noise about the exponential would be described as much better by a bend, a step or a season, beside it or
/// instead of it, and how likely neighbours would be as alike. By sequential Monte Carlo (Besag & Clifford 1991), which
/// stops where a p-value is beyond its part of `alpha`.
[[nodiscard]] ShapeTest test_shape(const Sample& sample, const RateFit& fit, double alpha);

/// A history in the fewest terms.
struct Description {
  bool decays = false;  // with an exponential beneath, else a constant
  bool bent = false;
  std::optional<std::size_t> step{};  // the first point after it
  std::optional<double> period{};     // days
  double bic = 0;
  std::size_t numbers = 0;  // that were fitted
  Numbers fitted{};
};

/// Of a constant or an exponential with a bend, a step, a season, both, or a season since a step, the one of the least
/// BIC (Schwarz 1978). A year, a month, a week or a day is told where the period found does not fit better.
[[nodiscard]] Description describe(const Sample& sample, const RateFit& fit, ErrorRate alpha);

/// The same of the exponential alone.
[[nodiscard]] double bic_of_exponential(const Sample& sample, const RateFit& fit);

}  // namespace leeway::inline v1::retrain::detail

#endif
