#ifndef LEEWAY_SRC_ROLLOUT_TICK_CLOCK_HPP
#define LEEWAY_SRC_ROLLOUT_TICK_CLOCK_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "leeway/base/time.hpp"

namespace leeway::inline v1::rollout::detail {

/// later - earlier, at most the longest duration; 0 where it is not later.
[[nodiscard]] inline Duration elapsed(TimePoint earlier, TimePoint later) noexcept {
  if (later <= earlier) return Duration{0};
  const auto gap = static_cast<std::uint64_t>(later.time_since_epoch().count()) -
                   static_cast<std::uint64_t>(earlier.time_since_epoch().count());
  constexpr auto kMost = static_cast<std::uint64_t>((std::numeric_limits<Duration::rep>::max)());
  return Duration{static_cast<Duration::rep>((std::min)(gap, kMost))};
}

/// Where a tick stands among the others.
struct TickTime {
  std::uint64_t number = 0;  ///< from 0
  TimePoint at{};
  Duration length{};       ///< of the time it tells of; 0 for the first tick, whose beginning nobody knows
  bool continues = false;  ///< the time before it was that of the tick before: no gap
};

/// A host that was away sends its next tick late, and nobody saw what happened meanwhile. A step more than twice as
/// long as a tick is such a gap; the tick after it is taken for as long as one. How long a tick is the policy says, or
/// it is taken for the longest of the last eight steps. Of the first step nobody knows whether it is a gap: over
/// kLongestUnknown it is taken for one.
class TickClock {
 public:
  static constexpr Duration kLongestUnknown = std::chrono::minutes(5);

  /// 0: learned from the steps.
  explicit TickClock(Duration tick = Duration{0}) noexcept : tick_(tick) {}

  [[nodiscard]] TickTime next(TimePoint at) noexcept {
    TickTime time{count_++, at, {}, false};
    if (time.number == 0) return last_ = time;
    const Duration step = elapsed(last_.at, at);
    const Duration usual = tick_ > Duration{0} ? tick_ : *std::max_element(steps_.begin(), steps_.end());
    const bool known = usual > Duration{0};
    time.continues = known ? step - usual <= usual : step <= kLongestUnknown;
    time.length = time.continues ? step : known ? usual : kLongestUnknown;
    steps_[time.number % steps_.size()] = step;
    return last_ = time;
  }

 private:
  Duration tick_;
  std::array<Duration, 8> steps_{};
  TickTime last_{};
  std::uint64_t count_ = 0;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
