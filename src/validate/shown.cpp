#include "validate/shown.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "leeway/base/time_text.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace leeway::inline v1::validate::detail {

std::string hidden(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hash;
  for (std::uint64_t bits = XXH3_64bits(text.data(), text.size()), i = 0; i < 16; ++i, bits <<= 4)
    hash += kDigits[bits >> 60];
  return '#' + hash + " (" + std::to_string(text.size()) + (text.size() == 1 ? " byte)" : " bytes)");
}

TimePoint moment_of(double seconds) {
  constexpr double kFarthest = 9e12;  // what fits in a Duration
  return TimePoint(
      Duration(static_cast<Duration::rep>(std::llround(std::clamp(seconds, -kFarthest, kFarthest) * 1e6))));
}

std::string time_text_of(double seconds) { return time_text(moment_of(seconds)); }

bool is_word_for_nothing(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 18> kWords{"",     "unknown", "Unknown", "UNKNOWN", "other", "Other",
                                                    "none", "None",    "null",    "NULL",    "NA",    "N/A",
                                                    "nan",  "NaN",     "missing", "0",       "-1",    "?"};
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

}  // namespace leeway::inline v1::validate::detail
