#ifndef LEEWAY_CLI_TIMESTAMP_HPP
#define LEEWAY_CLI_TIMESTAMP_HPP

// Moments and durations as text. No locale, no time zone database: a moment without an offset is UTC.

#include <optional>
#include <string>
#include <string_view>

#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"

namespace leeway::cli {

/// The moment that `text` names, or nothing. Accepted, with blanks around:
///   2018-01-11, 2018/01/11                       the beginning of the day
///   2018-01-11 18:24[:44[.123456]], also with T  a fraction is cut to microseconds
///   ... followed by Z, +hh, +hhmm or +hh:mm      converted to UTC
///   1515695084, 1515695084.25                    seconds since 1970, in the years 0 to 9999
[[nodiscard]] std::optional<TimePoint> parse_time(std::string_view text) noexcept;

/// A positive whole number with a unit: w, d, h, m (minutes), s, ms or us, as in "7d".
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

/// The inverse of parse_duration, in the largest unit that gives a whole number.
[[nodiscard]] std::string format_duration(Duration duration);

/// What can be derived from a moment.
enum class TimePart { hour, day_of_week, month, day, weekend };

[[nodiscard]] std::optional<TimePart> parse_time_part(std::string_view text) noexcept;

/// hour 0 to 23, day_of_week 0 (Monday) to 6, month 1 to 12, day 1 to 31, weekend 0 or 1; all in UTC.
[[nodiscard]] int time_part(TimePoint time, TimePart part) noexcept;

}  // namespace leeway::cli

#endif
