#ifndef LEEWAY_SRC_ROLLOUT_SLIDING_RATE_HPP
#define LEEWAY_SRC_ROLLOUT_SLIDING_RATE_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "leeway/base/time.hpp"
#include "rollout/tick_clock.hpp"

namespace leeway::inline v1::rollout::detail {

/// The rate of bad requests in the last `window` of time, in memory and time that do not depend on its ticks: 240
/// buckets, counted from the first tick on. At the window's beginning whole buckets are left out, so it is up to a
/// 240th short; where bucket ends are tick ends it is exact.
class SlidingRate {
 public:
  static constexpr std::int64_t kBuckets = 240;

  explicit SlidingRate(Duration window) noexcept
      : width_((std::max)(Duration{1}, window / kBuckets + Duration{window % kBuckets == Duration{0} ? 0 : 1})) {}

  /// Moves on to the time of a tick, with or without data.
  void advance(TimePoint at) noexcept {
    if (!started_) origin_ = at;
    started_ = true;
    now_ = elapsed(origin_, at);
    const std::int64_t bucket = now_.count() / width_.count() + (now_.count() % width_.count() == 0 ? 0 : 1);
    const std::int64_t steps = (std::min)(bucket - bucket_, kBuckets);
    for (std::int64_t i = 0; i < steps; ++i) forget(at_bucket(bucket - i));
    bucket_ = bucket;
  }

  /// The tick that was advanced to. `covered`: the time that it tells of.
  void add(std::uint64_t bad, std::uint64_t count, Duration covered) noexcept {
    const auto time = static_cast<std::uint64_t>(covered.count());
    Bucket& bucket = at_bucket(bucket_);
    for (Bucket* into : {&bucket, &sum_}) {
      into->bad += bad;
      into->count += count;
      into->covered += time;
    }
  }

  /// Of the whole window, whose time without data counts as time without bad requests; 0 without requests.
  [[nodiscard]] double rate() const noexcept {
    if (sum_.count == 0) return 0;
    return static_cast<double>(sum_.bad) / static_cast<double>(sum_.count) * coverage();
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return sum_.count; }

 private:
  struct Bucket {
    std::uint64_t bad = 0;
    std::uint64_t count = 0;
    std::uint64_t covered = 0;  // microseconds
  };

  // Of the time from the begin of the oldest bucket to now, before the first tick too.
  [[nodiscard]] double coverage() const noexcept {
    const double length = static_cast<double>(now_.count()) -
                          static_cast<double>(bucket_ - kBuckets) * static_cast<double>(width_.count());
    return (std::min)(1.0, static_cast<double>(sum_.covered) / length);
  }

  Bucket& at_bucket(std::int64_t number) noexcept {
    return buckets_[static_cast<std::size_t>(((number % kBuckets) + kBuckets) % kBuckets)];
  }
  void forget(Bucket& bucket) noexcept {
    sum_.bad -= bucket.bad;
    sum_.count -= bucket.count;
    sum_.covered -= bucket.covered;
    bucket = {};
  }

  Duration width_;
  TimePoint origin_{};
  Duration now_{};
  bool started_ = false;
  std::int64_t bucket_ = 0;  // of now: the first tick ends bucket 0
  std::array<Bucket, kBuckets> buckets_{};
  Bucket sum_{};
};

}  // namespace leeway::inline v1::rollout::detail

#endif
