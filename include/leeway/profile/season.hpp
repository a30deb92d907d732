#ifndef LEEWAY_PROFILE_SEASON_HPP
#define LEEWAY_PROFILE_SEASON_HPP

// Seasons of a reference: slots of time whose rows are alike, so that Monday morning is compared with Monday mornings.
// All times are UTC. Thread contract: pure functions.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/time.hpp"
#include "leeway/core/counts.hpp"

namespace leeway::inline v1::profile {

enum class Season {
  hour_of_week,   ///< 168 slots, Monday 0 h first
  month_of_year,  ///< 12 slots, January first
};

/// "hour-of-week", "month-of-year".
[[nodiscard]] LEEWAY_EXPORT const char* to_string(Season season) noexcept;
[[nodiscard]] LEEWAY_EXPORT std::optional<Season> parse_season(std::string_view name) noexcept;

[[nodiscard]] LEEWAY_EXPORT std::size_t slots_of(Season season) noexcept;
/// The slot of a moment, below slots_of(season).
[[nodiscard]] LEEWAY_EXPORT std::size_t slot_of(Season season, TimePoint time) noexcept;

/// The reference rows by slot: counts per slot and feature, over the cells of the profile.
struct SeasonalCounts {
  Season season = Season::hour_of_week;
  std::vector<std::vector<Counts>> slots;
};

}  // namespace leeway::inline v1::profile

#endif
