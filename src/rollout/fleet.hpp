#ifndef LEEWAY_SRC_ROLLOUT_FLEET_HPP
#define LEEWAY_SRC_ROLLOUT_FLEET_HPP

#include <map>
#include <string>
#include <vector>

#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout::detail {

/// Which artifact each member of the fleet was last heard to run. A member counts until it is reported gone, or has
/// said nothing for as long as the policy calls silence.
class Fleet {
 public:
  /// What is out of place, by what the members may run.
  enum class Expected : std::uint8_t {
    either,     ///< during a rollout
    candidate,  ///< after a promotion
    good,       ///< after a rollback
  };

  /// While `going_back`, silent members that were not heard to be back still count. Findings: members forgotten.
  void update(const Tick& tick, const Policy& policy, bool going_back, std::vector<std::string>& findings);

  /// Every member has reported the last known good artifact after `since`. True of an empty fleet.
  [[nodiscard]] bool is_back(TimePoint since) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }

  /// A line for each kind of wrong member; none: all is as expected.
  void inspect(Expected expected, std::vector<std::string>& findings) const;

 private:
  enum class Runs : std::uint8_t { good, candidate, other };
  struct Member {
    Runs runs = Runs::other;
    TimePoint reported{};
  };
  struct Group {
    std::size_t size = 0;
    std::string example{};  ///< the first by name
  };

  void forget(TimePoint now, Duration silence, bool going_back, std::vector<std::string>& findings);
  void count();
  void tell(Runs runs, const char* what, std::vector<std::string>& findings) const;

  std::map<std::string, Member, std::less<>> members_;
  Group groups_[3];  // by Runs; as of the last report
};

}  // namespace leeway::inline v1::rollout::detail

#endif
