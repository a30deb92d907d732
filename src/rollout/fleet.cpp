#include "rollout/fleet.hpp"

#include <algorithm>
#include <iterator>

namespace leeway::inline v1::rollout::detail {

void Fleet::update(const Tick& tick, const Policy& policy, std::vector<std::string>& findings) {
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
  forget(tick.at, policy.silence.after, findings);
  count();
}

// Whoever fell silent on the candidate may still serve it, whether or not a rollback had begun by then.
void Fleet::forget(TimePoint now, Duration silence, std::vector<std::string>& findings) {
  std::size_t silent = silent_.size;
  for (auto entry = members_.begin(); entry != members_.end();) {
    Member& member = entry->second;
    if (member.silent || now - member.reported <= silence) {
      ++entry;
      continue;
    }
    const bool kept = member.runs != Runs::good && silent < kMostSilent;
    findings.push_back("fleet: member " + entry->first + " reports no more: " +
                       (kept ? "a rollback waits until it is back or gone" : "it is not counted"));
    member.silent = kept;
    silent += kept ? 1 : 0;
    entry = kept ? std::next(entry) : members_.erase(entry);
  }
}

void Fleet::count() {
  silent_ = {};
  for (Group& group : groups_) group = {};
  for (const auto& [name, member] : members_) {
    Group& group = member.silent ? silent_ : groups_[static_cast<std::size_t>(member.runs)];
    if (group.size++ == 0) group.example = name;
  }
}

bool Fleet::is_back(TimePoint since) const noexcept {
  return std::all_of(members_.begin(), members_.end(), [since](const auto& entry) {
    return entry.second.runs == Runs::good && entry.second.reported > since;
  });
}

void Fleet::tell(const Group& group, std::size_t of, const char* what, std::vector<std::string>& findings) {
  if (group.size == 0) return;
  findings.push_back("fleet: " + std::to_string(group.size) + " of " + std::to_string(of) + " " + what + ", as " +
                     group.example);
}

void Fleet::tell(Runs runs, const char* what, std::vector<std::string>& findings) const {
  tell(group(runs), members_.size() - silent_.size, what, findings);
}

void Fleet::inspect(Expected expected, std::vector<std::string>& findings) const {
  tell(Runs::other, "run neither the candidate nor the last known good artifact", findings);
  if (expected == Expected::good) {
    tell(Runs::candidate, "still run the candidate", findings);
    tell(silent_, members_.size(), "have not been heard to be back", findings);
  }
  if (expected == Expected::candidate) tell(Runs::good, "do not yet run the candidate", findings);
}

}  // namespace leeway::inline v1::rollout::detail
