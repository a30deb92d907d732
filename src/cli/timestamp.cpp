#include "cli/timestamp.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <system_error>

#include "cli/number.hpp"
#include "cli/wording.hpp"
#include "leeway/base/calendar_time.hpp"

namespace leeway::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::weeks;
using std::chrono::year_month_day;

constexpr std::int64_t kFirstSecond = -62'167'219'200;  // 0000-01-01T00:00:00Z
constexpr std::int64_t kEndSecond = 253'402'300'800;    // 10000-01-01T00:00:00Z

/// Seconds since 1970, perhaps with a fraction: by digits, as a double would not be exact.
std::optional<TimePoint> parse_unix_seconds(std::string_view text) noexcept {
  const bool negative = text.starts_with('-');
  const std::size_t point = text.find('.');
  const auto whole = parse_integer(text.substr(0, point));
  if (!whole || *whole < kFirstSecond || *whole >= kEndSecond) return {};
  Duration time = seconds(*whole);
  if (point != std::string_view::npos) {
    leeway::detail::TimeCursor cursor(text.substr(point + 1));
    const auto fraction = cursor.take_fraction();
    if (!fraction || !cursor.at_end()) return {};
    time += negative ? -*fraction : *fraction;
  }
  return TimePoint(time);
}

bool looks_like_date(std::string_view text) noexcept { return text.size() > 4 && (text[4] == '-' || text[4] == '/'); }

struct Unit {
  std::string_view name;
  Duration length;
};

/// Largest first.
constexpr std::array kUnits{Unit{"w", weeks(1)},    Unit{"d", days(1)},    Unit{"h", hours(1)},
                            Unit{"m", minutes(1)},  Unit{"s", seconds(1)}, Unit{"ms", std::chrono::milliseconds(1)},
                            Unit{"us", Duration(1)}};

const Unit* find_unit(std::string_view name) noexcept {
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

}  // namespace

std::optional<TimePoint> parse_time(std::string_view text) noexcept {
  text = trim_blanks(text);
  return looks_like_date(text) ? parse_calendar_time(text) : parse_unix_seconds(text);
}

Result<Duration> parse_duration(std::string_view text) {
  const std::string_view trimmed = trim_blanks(text);
  std::int64_t count = 0;
  const auto [stop, status] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), count);
  const Unit* unit = find_unit(trimmed.substr(static_cast<std::size_t>(stop - trimmed.data())));
  const bool fits = unit != nullptr && count <= (std::numeric_limits<std::int64_t>::max)() / unit->length.count();
  if (status != std::errc() || count <= 0 || !fits) {
    return Error{ErrorCode::invalid_argument,
                 "expected a duration such as 7d, 12h, 30m, 45s or 500ms, found " + quoted(text), ""};
  }
  return unit->length * count;
}

std::string format_duration(Duration duration) {
  for (const Unit& unit : kUnits) {
    if (duration.count() != 0 && duration % unit.length == Duration(0)) {
      return std::to_string(duration / unit.length) + std::string(unit.name);
    }
  }
  return "0s";
}

std::optional<TimePart> parse_time_part(std::string_view text) noexcept {
  if (text == "hour") return TimePart::hour;
  if (text == "day_of_week") return TimePart::day_of_week;
  if (text == "month") return TimePart::month;
  if (text == "day") return TimePart::day;
  if (text == "weekend") return TimePart::weekend;
  return {};
}

int time_part(TimePoint time, TimePart part) noexcept {
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date(day);
  const int weekday = static_cast<int>(std::chrono::weekday(day).iso_encoding()) - 1;
  switch (part) {
    case TimePart::hour: return static_cast<int>(std::chrono::floor<hours>(time - day).count());
    case TimePart::day_of_week: return weekday;
    case TimePart::month: return static_cast<int>(unsigned{date.month()});
    case TimePart::day: return static_cast<int>(unsigned{date.day()});
    case TimePart::weekend: return weekday >= 5 ? 1 : 0;
  }
  return 0;
}

}  // namespace leeway::cli
