#ifndef LEEWAY_SRC_ROLLOUT_DRILL_HOST_HPP
#define LEEWAY_SRC_ROLLOUT_DRILL_HOST_HPP

#include <optional>
#include <string>
#include <vector>

#include "leeway/rollout/drill.hpp"
#include "rollout/drill_traffic.hpp"

namespace leeway::inline v1::rollout::detail {

/// Three members of a fleet, a person, and what moves the traffic: they do as the drill says.
class DrillHost {
 public:
  DrillHost(const Policy& policy, const DrillOptions& options);

  /// What it has to say of the decisions up to now.
  void answer(Tick& tick, const ActiveFaults& faults);
  void hear(const Decision& decision);

  [[nodiscard]] const Placement& placement() const noexcept { return placement_; }
  /// Every tier failed.
  [[nodiscard]] bool person_was_called() const noexcept { return person_; }

 private:
  void answer_action(const Action& action, Tick& tick);
  void approve(Tick& tick);
  void report_fleet(Tick& tick, const ActiveFaults& faults) const;

  const Policy& policy_;
  const DrillOptions& options_;
  std::string foreign_;
  std::vector<Action> open_;
  Placement placement_;
  std::optional<std::size_t> asked_;  ///< the stage that waits for approval
  bool is_back_ = false;              ///< the last known good artifact is what runs
  bool person_ = false;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
