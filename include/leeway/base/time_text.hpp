#ifndef LEEWAY_BASE_TIME_TEXT_HPP
#define LEEWAY_BASE_TIME_TEXT_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "leeway/base/time.hpp"

namespace leeway::inline v1 {

namespace detail {

[[nodiscard]] inline std::string padded(std::int64_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

[[nodiscard]] inline std::string fraction_text(std::int64_t microseconds) {
  if (microseconds == 0) return {};
  std::string digits = padded(microseconds, 6);
  digits.erase(digits.find_last_not_of('0') + 1);
  return "." + digits;
}

}  // namespace detail

/// ISO 8601 in UTC, as in "2018-01-11T18:24:44Z"; a fraction only where it is not zero.
[[nodiscard]] inline std::string time_text(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return detail::padded(int{date.year()}, 4) + "-" + detail::padded(unsigned{date.month()}, 2) + "-" +
         detail::padded(unsigned{date.day()}, 2) + "T" + detail::padded(clock.hours().count(), 2) + ":" +
         detail::padded(clock.minutes().count(), 2) + ":" + detail::padded(clock.seconds().count(), 2) +
         detail::fraction_text(clock.subseconds().count()) + "Z";
}

}  // namespace leeway::inline v1

#endif
