#ifndef LEEWAY_BASE_DURATION_TEXT_HPP
#define LEEWAY_BASE_DURATION_TEXT_HPP

// Durations as people write them: "30s", "1h30m", "250ms". Thread contract: pure functions.

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "leeway/base/time.hpp"

namespace leeway::inline v1 {

namespace detail {

struct DurationUnit {
  std::string_view name;
  std::int64_t microseconds;
};

inline constexpr std::array<DurationUnit, 7> kDurationUnits{{{"w", 604'800'000'000},
                                                             {"d", 86'400'000'000},
                                                             {"h", 3'600'000'000},
                                                             {"m", 60'000'000},
                                                             {"s", 1'000'000},
                                                             {"ms", 1'000},
                                                             {"us", 1}}};

/// The place in kDurationUnits of the unit that `text` begins with, from `first` on; their number where there is none.
[[nodiscard]] inline std::size_t duration_unit(std::string_view text, std::size_t first) noexcept {
  const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
  while (first < kDurationUnits.size() && kDurationUnits[first].name != name) ++first;
  return first;
}

/// Takes a number and a unit off the front of `text`. Nothing where there is neither, or the sum is out of range.
[[nodiscard]] inline std::optional<std::int64_t> take_duration(std::string_view& text, std::size_t& unit,
                                                               std::int64_t sum) noexcept {
  constexpr std::int64_t kMost = (std::numeric_limits<std::int64_t>::max)();
  std::uint64_t number = 0;  // takes no sign
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  unit = duration_unit(text, unit);
  if (unit == kDurationUnits.size()) return std::nullopt;
  const auto [name, microseconds] = kDurationUnits[unit++];
  if (number > static_cast<std::uint64_t>((kMost - sum) / microseconds)) return std::nullopt;
  text.remove_prefix(name.size());
  return sum + static_cast<std::int64_t>(number) * microseconds;
}

}  // namespace detail

/// Whole numbers with the units d, h, m, s, ms, us, the largest first, as in "1h30m"; "0s". What parse_duration reads
/// back. A negative one begins with "-" and is not read back.
[[nodiscard]] inline std::string duration_text(Duration duration) {
  if (duration.count() == 0) return "0s";
  std::string text = duration.count() < 0 ? "-" : "";
  auto left = static_cast<std::uint64_t>(duration.count());
  if (duration.count() < 0) left = 0 - left;
  for (std::size_t i = 1; i < detail::kDurationUnits.size(); ++i) {  // no weeks: 10d reads better than 1w3d
    const auto [name, microseconds] = detail::kDurationUnits[i];
    const std::uint64_t number = left / static_cast<std::uint64_t>(microseconds);
    left %= static_cast<std::uint64_t>(microseconds);
    if (number > 0) text.append(std::to_string(number)).append(name);
  }
  return text;
}

/// Of whole numbers with the units w, d, h, m (minutes), s, ms, us, each at most once and the largest first; nothing
/// for any other text, a bare number and a duration that is out of range included.
[[nodiscard]] inline std::optional<Duration> parse_duration(std::string_view text) noexcept {
  std::optional<std::int64_t> sum = 0;
  std::size_t unit = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty() && sum) sum = detail::take_duration(text, unit, *sum);
  if (!sum) return std::nullopt;
  return Duration(*sum);
}

}  // namespace leeway::inline v1

#endif
