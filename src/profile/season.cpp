#include "leeway/profile/season.hpp"

#include <chrono>

namespace leeway::inline v1::profile {

const char* to_string(Season season) noexcept {
  switch (season) {
    case Season::hour_of_week: return "hour-of-week";
    case Season::month_of_year: return "month-of-year";
  }
  return "unknown";
}

std::optional<Season> parse_season(std::string_view name) noexcept {
  for (const Season season : {Season::hour_of_week, Season::month_of_year}) {
    if (name == to_string(season)) return season;
  }
  return std::nullopt;
}

std::size_t slots_of(Season season) noexcept { return season == Season::hour_of_week ? 168 : 12; }

std::size_t slot_of(Season season, TimePoint time) noexcept {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  if (season == Season::month_of_year) return static_cast<unsigned>(year_month_day(day).month()) - 1;
  const auto hour = static_cast<std::size_t>(duration_cast<hours>(time - day).count());
  return (weekday(day).iso_encoding() - 1) * 24 + hour;
}

}  // namespace leeway::inline v1::profile
