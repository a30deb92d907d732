#ifndef LEEWAY_SRC_RETRAIN_FIT_RATE_HPP
#define LEEWAY_SRC_RETRAIN_FIT_RATE_HPP

#include "leeway/base/probability.hpp"
#include "retrain/fit_sample.hpp"

namespace leeway::inline v1::retrain::detail {

/// The quantile of F(1, degrees) that is exceeded with probability `alpha`.
[[nodiscard]] double f_quantile(ErrorRate alpha, double degrees);

/// The nearest exponential, and what its residuals are made of.
struct RateFit {
  NearestExponential nearest;
  Numbers fitted;
  Numbers weights;         // 1 / variance of each point, scatter included
  double mean_square = 1;  // of the residuals: about 1
  bool scattered = false;  // beyond what labels explain, significantly
};

/// Precondition: at least 3 points.
[[nodiscard]] RateFit fit_rate(const Sample& sample, ErrorRate alpha);

}  // namespace leeway::inline v1::retrain::detail

#endif
