#include "rollout/fleet.hpp"

#include <algorithm>

namespace leeway::inline v1::rollout::detail {

void Fleet::update(const Tick& tick, const Policy& policy, bool going_back, std::vector<std::string>& findings) {
  if (tick.fleet.empty()) return;
  for (const FleetReport& report : tick.fleet) {
    if (report.artifact.empty()) {
      members_.erase(report.member);
      continue;
    }
    const Runs runs = report.artifact == policy.last_known_good.hash ? Runs::good
                      : report.artifact == policy.candidate.hash     ? Runs::candidate
                                                                     : Runs::other;
    members_[report.member] = {runs, tick.at};
  }
  forget(tick.at, policy.silence.after, going_back, findings);
  count();
}

void Fleet::forget(TimePoint now, Duration silence, bool going_back, std::vector<std::string>& findings) {
  for (auto member = members_.begin(); member != members_.end();) {
    const bool silent = now - member->second.reported > silence;
    if (!silent || (going_back && member->second.runs != Runs::good)) {
      ++member;
      continue;
    }
    findings.push_back("fleet: member " + member->first + " reports no more: it is not counted");
    member = members_.erase(member);
  }
}

void Fleet::count() {
  for (Group& group : groups_) group = {};
  for (const auto& [name, member] : members_) {
    Group& group = groups_[static_cast<std::size_t>(member.runs)];
    if (group.size++ == 0) group.example = name;
  }
}

bool Fleet::is_back(TimePoint since) const noexcept {
  return std::all_of(members_.begin(), members_.end(), [since](const auto& entry) {
    return entry.second.runs == Runs::good && entry.second.reported > since;
  });
}

void Fleet::tell(Runs runs, const char* what, std::vector<std::string>& findings) const {
  const Group& group = groups_[static_cast<std::size_t>(runs)];
  if (group.size == 0) return;
  findings.push_back("fleet: " + std::to_string(group.size) + " of " + std::to_string(members_.size()) + " " + what +
                     ", as " + group.example);
}

void Fleet::inspect(Expected expected, std::vector<std::string>& findings) const {
  tell(Runs::other, "run neither the candidate nor the last known good artifact", findings);
  if (expected == Expected::good) tell(Runs::candidate, "still run the candidate", findings);
  if (expected == Expected::candidate) tell(Runs::good, "do not yet run the candidate", findings);
}

}  // namespace leeway::inline v1::rollout::detail
