#ifndef LEEWAY_SRC_ROLLOUT_PERSISTENCE_HPP
#define LEEWAY_SRC_ROLLOUT_PERSISTENCE_HPP

#include <bit>
#include <cstdint>

#include "leeway/base/time.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"
#include "rollout/tick_clock.hpp"

namespace leeway::inline v1::rollout::detail {

/// Whether a condition has failed for long enough. Evaluations that are missing are not added: they neither count nor
/// start anything anew. Time observed is the sum of the lengths of failing ticks that follow a failing tick directly:
/// the first one adds none (its beginning was not seen failing), nor does one after a gap.
class PersistenceState {
 public:
  explicit PersistenceState(const Persistence& persistence) noexcept : persistence_(persistence) {}

  /// fail: for long enough; inconclusive: failing, not yet for long enough.
  [[nodiscard]] Verdict add(bool failing, const TickTime& time) noexcept {
    history_ = (history_ << 1) | (failing ? 1U : 0U);
    if (!failing) {
      run_ = 0;
      observed_ = Duration{0};
      return holds(false) ? Verdict::fail : Verdict::pass;
    }
    if (run_ > 0 && time.continues && time.number == last_ + 1) observe(time.length);
    ++run_;
    last_ = time.number;
    return holds(true) ? Verdict::fail : Verdict::inconclusive;
  }

  /// Failing evaluations since the last passing one.
  [[nodiscard]] std::uint64_t failing_ticks() const noexcept { return run_; }

 private:
  void observe(Duration length) noexcept {
    const Duration room = (Duration::max)() - observed_;
    observed_ += length < room ? length : room;
  }

  [[nodiscard]] bool holds(bool failing) const noexcept {
    if (const auto* sustained = std::get_if<Sustained>(&persistence_))
      return failing && observed_ >= sustained->duration;
    if (const auto* in_a_row = std::get_if<Consecutive>(&persistence_)) return failing && run_ >= in_a_row->ticks;
    const auto* window = std::get_if<MOfN>(&persistence_);
    const std::uint64_t last_n = window->n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << window->n) - 1;
    return std::popcount(history_ & last_n) >= static_cast<int>(window->m);
  }

  Persistence persistence_;
  std::uint64_t run_ = 0;
  std::uint64_t last_ = 0;  // number of the last failing tick
  Duration observed_{};
  std::uint64_t history_ = 0;  // one bit per evaluation, the newest lowest
};

}  // namespace leeway::inline v1::rollout::detail

#endif
