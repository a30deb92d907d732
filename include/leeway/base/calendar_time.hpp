#ifndef LEEWAY_BASE_CALENDAR_TIME_HPP
#define LEEWAY_BASE_CALENDAR_TIME_HPP

// Moments as people and logs write them; the way back is base/time_text.hpp. No locale, no time zone database.
// Cost: tens of nanoseconds. Thread contract: pure functions.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "leeway/base/time.hpp"

namespace leeway::inline v1 {

namespace detail {

[[nodiscard]] constexpr bool is_decimal(char c) noexcept { return c >= '0' && c <= '9'; }

/// What is left of a text; every take_ function consumes what it accepts.
class TimeCursor {
 public:
  explicit TimeCursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }
  [[nodiscard]] char peek() const noexcept { return text_.empty() ? '\0' : text_[0]; }
  void skip() noexcept { text_.remove_prefix(1); }

  bool take(char c) noexcept {
    if (peek() != c) return false;
    skip();
    return true;
  }

  /// Exactly `count` digits, of a value of at most `most`.
  std::optional<int> take_digits(std::size_t count, int most) noexcept {
    if (text_.size() < count) return {};
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_decimal(text_[i])) return {};
      value = value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return value <= most ? std::optional(value) : std::nullopt;
  }

  /// At least one digit, as a fraction of a second cut to microseconds.
  std::optional<Duration> take_fraction() noexcept {
    if (!is_decimal(peek())) return {};
    int value = 0;
    int scale = 100'000;
    for (; is_decimal(peek()); skip(), scale /= 10) value += (peek() - '0') * scale;
    return Duration(value);
  }

 private:
  std::string_view text_;
};

[[nodiscard]] inline std::optional<std::chrono::sys_days> take_date(TimeCursor& cursor) noexcept {
  const auto year = cursor.take_digits(4, 9999);
  const char separator = cursor.peek();
  if (!year || (separator != '-' && separator != '/')) return {};
  cursor.skip();
  const auto month = cursor.take_digits(2, 12);
  if (!month || !cursor.take(separator)) return {};
  const auto day = cursor.take_digits(2, 31);
  if (!day) return {};
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

[[nodiscard]] inline std::optional<Duration> take_seconds(TimeCursor& cursor) noexcept {
  const auto second = cursor.take_digits(2, 59);
  if (!second) return {};
  if (!cursor.take('.') && !cursor.take(',')) return std::chrono::seconds(*second);
  const auto fraction = cursor.take_fraction();
  return fraction ? std::optional(std::chrono::seconds(*second) + *fraction) : std::nullopt;
}

[[nodiscard]] inline std::optional<Duration> take_clock(TimeCursor& cursor) noexcept {
  const auto hour = cursor.take_digits(2, 23);
  if (!hour || !cursor.take(':')) return {};
  const auto minute = cursor.take_digits(2, 59);
  if (!minute) return {};
  const Duration time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (!cursor.take(':')) return time;
  const auto second = take_seconds(cursor);
  return second ? std::optional(time + *second) : std::nullopt;
}

/// Z, +hh, +hhmm, +hh:mm, or nothing for UTC.
[[nodiscard]] inline std::optional<Duration> take_offset(TimeCursor& cursor) noexcept {
  if (cursor.at_end() || cursor.take('Z') || cursor.take('z')) return Duration(0);
  const bool negative = cursor.take('-');
  if (!negative && !cursor.take('+')) return {};
  const auto hour = cursor.take_digits(2, 23);
  if (!hour) return {};
  const bool has_minutes = cursor.take(':') || !cursor.at_end();
  const auto minute = has_minutes ? cursor.take_digits(2, 59) : std::optional(0);
  if (!minute) return {};
  const Duration offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return negative ? -offset : offset;
}

}  // namespace detail

/// The moment that `text` names, or nothing; the whole text must be it:
///   2018-01-11, 2018/01/11                       the beginning of the day
///   2018-01-11 18:24[:44[.123456]], also with T  a fraction is cut to microseconds
///   ... followed by Z, +hh, +hhmm or +hh:mm      converted to UTC; without an offset it is UTC
[[nodiscard]] inline std::optional<TimePoint> parse_calendar_time(std::string_view text) noexcept {
  detail::TimeCursor cursor(text);
  const auto date = detail::take_date(cursor);
  if (!date || cursor.at_end()) return date ? std::optional<TimePoint>(*date) : std::nullopt;
  if (!cursor.take(' ') && !cursor.take('T') && !cursor.take('t')) return {};
  const auto clock = detail::take_clock(cursor);
  if (!clock) return {};
  const auto offset = detail::take_offset(cursor);
  if (!offset || !cursor.at_end()) return {};
  return TimePoint(*date) + *clock - *offset;
}

}  // namespace leeway::inline v1

#endif
