#ifndef LEEWAY_SRC_RETRAIN_TRIGGER_BOUND_HPP
#define LEEWAY_SRC_RETRAIN_TRIGGER_BOUND_HPP

#include <vector>

#include "leeway/base/probability.hpp"

namespace leeway::inline v1::retrain::detail {

/// By rising age; the first is at age 0.
struct LossSeries {
  std::vector<double> age;
  std::vector<double> lost;      // per day
  std::vector<double> variance;  // of that; 0 where it is known
};

struct LossBounds {
  double margin = 0;  // age * loss rate - total
  double total = 0;   // of losses up to an age
};

/// Lower bounds of both at `age` >= the last one. With probability alpha one of them is ever above the truth, of all
/// series that grow by a measurement at a time, if losses do not fall and are linear between measurements.
[[nodiscard]] LossBounds lower_bounds(const LossSeries& series, double age, ErrorRate alpha);

}  // namespace leeway::inline v1::retrain::detail

#endif
