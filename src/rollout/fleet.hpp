#ifndef LEEWAY_SRC_ROLLOUT_FLEET_HPP
#define LEEWAY_SRC_ROLLOUT_FLEET_HPP

#include <map>
#include <string>
#include <vector>

#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"

namespace leeway::inline v1::rollout::detail {

/// Which artifact each member of the fleet was last heard to run. A member counts until it is reported gone, or has
/// said nothing for as long as the policy calls silence; one that fell silent on anything but the last known good
/// artifact is what a rollback still waits for, up to kMostSilent of them.
class Fleet {
 public:
  /// What is out of place, by what the members may run.
  enum class Expected : std::uint8_t {
    either,     ///< during a rollout
    candidate,  ///< after a promotion
    good,       ///< after a rollback
  };

  static constexpr std::size_t kMostSilent = 10'000;

  /// Findings: members that fall silent.
  void update(const Tick& tick, const Policy& policy, std::vector<std::string>& findings);

  /// Every member has reported the last known good artifact after `since`. True of an empty fleet.
  [[nodiscard]] bool is_back(TimePoint since) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
  /// A member runs neither artifact: the arms are not what they are called.
  [[nodiscard]] bool has_stranger() const noexcept { return group(Runs::other).size > 0; }

  /// A line for each kind of wrong member; none: all is as expected.
  void inspect(Expected expected, std::vector<std::string>& findings) const;

 private:
  enum class Runs : std::uint8_t { good, candidate, other };
  struct Member {
    Runs runs = Runs::other;
    TimePoint reported{};
    bool silent = false;
  };
  struct Group {
    std::size_t size = 0;
    std::string example{};  ///< the first by name
  };

  void forget(TimePoint now, Duration silence, std::vector<std::string>& findings);
  void count();
  [[nodiscard]] const Group& group(Runs runs) const noexcept { return groups_[static_cast<std::size_t>(runs)]; }
  static void tell(const Group& group, std::size_t of, const char* what, std::vector<std::string>& findings);
  void tell(Runs runs, const char* what, std::vector<std::string>& findings) const;

  std::map<std::string, Member, std::less<>> members_;
  Group groups_[3];  // by Runs, without silent ones; as of the last report
  Group silent_;
};

}  // namespace leeway::inline v1::rollout::detail

#endif
