#ifndef LEEWAY_BASE_VERDICT_HPP
#define LEEWAY_BASE_VERDICT_HPP

#include <algorithm>

namespace leeway::inline v1 {

/// What the evidence says, from harmless to severe. Not enough data is not stable: unknown is not OK.
enum class Verdict { stable, not_enough_data, warning, drift };

[[nodiscard]] constexpr const char* to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::stable: return "stable";
    case Verdict::not_enough_data: return "not_enough_data";
    case Verdict::warning: return "warning";
    case Verdict::drift: return "drift";
  }
  return "unknown";
}

/// The more severe of two verdicts.
[[nodiscard]] constexpr Verdict worse(Verdict a, Verdict b) noexcept { return (std::max)(a, b); }

}  // namespace leeway::inline v1

#endif
