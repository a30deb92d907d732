#ifndef LEEWAY_SRC_RETRAIN_UNIFORM_HPP
#define LEEWAY_SRC_RETRAIN_UNIFORM_HPP

#include <random>

namespace leeway::inline v1::retrain::detail {

/// In (0, 1): the same on every machine, unlike the standard library's distributions.
[[nodiscard]] inline double uniform(std::mt19937_64& generator) {
  return (static_cast<double>(generator() >> 11) + 0.5) * 0x1p-53;
}

}  // namespace leeway::inline v1::retrain::detail

#endif
