#ifndef LEEWAY_SRC_ROLLOUT_DESK_HPP
#define LEEWAY_SRC_ROLLOUT_DESK_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout::detail {

/// Where approvals come in. Those of one opening count for that alone: asked again, people answer again.
class Desk {
 public:
  explicit Desk(std::uint32_t attempt) noexcept : attempt_(attempt) {}

  void open(std::size_t stage, const Gate& gate, TimePoint now);
  void close() noexcept { open_.reset(); }

  /// Returns whether someone who may has rejected. Findings: what does not count, as an approval that comes when the
  /// time is over, unless the gate then goes on waiting.
  [[nodiscard]] bool hear(const Tick& tick, std::vector<std::string>& findings);

  /// Enough different people have approved.
  [[nodiscard]] bool has_approval() const noexcept;
  /// Of a gate that is open and has no approval.
  [[nodiscard]] std::optional<OnTimeout> timed_out(TimePoint now) const noexcept;

 private:
  struct Opening {
    std::size_t stage = 0;
    Gate gate;
    TimePoint deadline{};
    std::vector<std::string> approvers{};
  };

  /// Why it does not count; null: it does.
  [[nodiscard]] const char* objection(const Approval& approval, TimePoint now) const noexcept;

  std::uint32_t attempt_;
  std::optional<Opening> open_;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
