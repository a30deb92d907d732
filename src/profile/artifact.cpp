#include "leeway/profile/artifact.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "profile/hash.hpp"

namespace leeway::inline v1::profile {
namespace {

using Parts = std::map<std::string, std::string>;

constexpr std::array<std::pair<const char*, Parts Artifact::*>, 5> kParts{{{"code", &Artifact::code},
                                                                           {"data", &Artifact::data},
                                                                           {"config", &Artifact::config},
                                                                           {"environment", &Artifact::environment},
                                                                           {"features", &Artifact::features}}};

std::string value_of(const Parts& parts, const std::string& name) {
  const auto found = parts.find(name);
  return found != parts.end() ? found->second : std::string();
}

std::set<std::string> names_of(const Parts& a, const Parts& b) {
  std::set<std::string> names;
  for (const Parts* parts : {&a, &b}) {
    for (const auto& [name, value] : *parts) names.insert(name);
  }
  return names;
}

void add_differences(std::vector<ArtifactDifference>& found, const char* part, const Parts& a, const Parts& b) {
  for (const std::string& name : names_of(a, b)) {
    if (a.contains(name) && b.contains(name) && a.at(name) == b.at(name)) continue;
    found.push_back({part, name, value_of(a, name), value_of(b, name)});
  }
}

}  // namespace

std::string fingerprint(const Artifact& artifact) {
  detail::Canonical canonical;
  for (const auto& [part, member] : kParts) {
    canonical.add(std::string_view(part));
    canonical.add(std::uint64_t{(artifact.*member).size()});
    for (const auto& [name, value] : artifact.*member) {
      canonical.add(std::string_view(name));
      canonical.add(std::string_view(value));
    }
  }
  return "xxh3-128:" + canonical.hash();
}

std::vector<ArtifactDifference> differences(const Artifact& training, const Artifact& serving) {
  std::vector<ArtifactDifference> found;
  for (const auto& [part, member] : kParts) add_differences(found, part, training.*member, serving.*member);
  return found;
}

std::vector<FleetGroup> fleet_groups(std::span<const FleetMember> members) {
  std::vector<FleetGroup> groups;
  std::map<std::string, std::size_t> index;
  for (const FleetMember& member : members) {
    const auto [found, added] = index.try_emplace(member.fingerprint, groups.size());
    if (added) groups.push_back({member.fingerprint, {}});
    groups[found->second].members.push_back(member.member);
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const FleetGroup& a, const FleetGroup& b) { return a.members.size() > b.members.size(); });
  return groups;
}

}  // namespace leeway::inline v1::profile
