#ifndef LEEWAY_SRC_RETRAIN_MARGINAL_HPP
#define LEEWAY_SRC_RETRAIN_MARGINAL_HPP

#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain::detail {

/// Times the cost that may be lost in waiting. A change early in a model's life, and nothing after it, leaves a margin
/// below the cost forever. With 1, rent or buy, exponential decay would be cut short below its optimum already where a
/// retraining is cheap; with 2 it is from k = 0.63 on. A cycle
/// costs at most three retrainings.
inline constexpr double kMostLost = 2;

/// `margin`: age * loss rate - `lost`.
[[nodiscard]] inline bool is_due(Money margin, Money lost, Money cost) {
  return margin >= cost || lost >= cost * kMostLost;
}

}  // namespace leeway::inline v1::retrain::detail

#endif
