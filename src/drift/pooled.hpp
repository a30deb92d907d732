#ifndef LEEWAY_SRC_DRIFT_POOLED_HPP
#define LEEWAY_SRC_DRIFT_POOLED_HPP

// Two samples as counts over their distinct values: what ranks, ties and distribution functions are made of.

#include <cstdint>
#include <span>
#include <vector>

#include "leeway/base/result.hpp"

namespace leeway::inline v1::drift::detail {

struct Pooled {
  std::vector<double> values;  ///< ascending, distinct
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
};

/// Errors: undefined (an empty sample), invalid_argument (NaN, or with `finite` an infinity), limit (2^31 values or
/// more). Cost: sorts both samples.
[[nodiscard]] Result<Pooled> pool(std::span<const double> reference, std::span<const double> live, bool finite = false);

/// Mean and standard deviation of the values themselves (divisor n). Precondition: not empty.
struct Spread {
  double mean;
  double deviation;
};
[[nodiscard]] Spread spread(std::span<const double> sample);

}  // namespace leeway::inline v1::drift::detail

#endif
