#ifndef LEEWAY_SRC_ROLLOUT_SPAN_OF_TIME_HPP
#define LEEWAY_SRC_ROLLOUT_SPAN_OF_TIME_HPP

#include "leeway/base/time.hpp"

namespace leeway::inline v1::rollout::detail {

/// Times of ticks are between -kFarthest and kFarthest, so that their differences are durations.
inline constexpr TimePoint kFarthest{Duration(std::int64_t{1} << 61)};

/// `at` + `span`, or the last time there is. Precondition: |at| <= kFarthest.
[[nodiscard]] constexpr TimePoint later(TimePoint at, Duration span) noexcept {
  return span > TimePoint::max() - kFarthest ? TimePoint::max() : at + span;
}

}  // namespace leeway::inline v1::rollout::detail

#endif
