#ifndef LEEWAY_BASE_TIME_HPP
#define LEEWAY_BASE_TIME_HPP

// Time is always an argument: nothing in the library reads a clock, so a replay gives the same bytes.

#include <chrono>

namespace leeway::inline v1 {

/// Microseconds: range of plus or minus 292,000 years, exact for every common log format.
using Duration = std::chrono::microseconds;

/// A moment in UTC, without leap seconds (Unix time).
using TimePoint = std::chrono::sys_time<Duration>;

}  // namespace leeway::inline v1

#endif
