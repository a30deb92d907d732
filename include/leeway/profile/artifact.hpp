#ifndef LEEWAY_PROFILE_ARTIFACT_HPP
#define LEEWAY_PROFILE_ARTIFACT_HPP

// What a model or a feature pipeline was made of, and one hash over all of it. Two sides with one hash ran the same
// code on the same data under the same configuration in the same environment; where hashes differ, the parts say why.
// Thread contract: pure functions.

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "leeway/base/export.hpp"

namespace leeway::inline v1::profile {

/// Parts by name; what each text is, a version or a hash or the definition itself, is the caller's.
struct Artifact {
  std::map<std::string, std::string> code{};         ///< as {"repository", "3f7b67c"}
  std::map<std::string, std::string> data{};         ///< as {"bookings", the hash of its profile}
  std::map<std::string, std::string> config{};       ///< as {"normalise", "true"}
  std::map<std::string, std::string> environment{};  ///< as {"numpy", "1.24.2"}
  std::map<std::string, std::string> features{};     ///< feature definitions, as {"age", "floor(days / 365.25)"}

  friend bool operator==(const Artifact&, const Artifact&) = default;
};

/// "xxh3-128:" and 32 hexadecimal digits, the same on every machine. Not for adversaries: XXH3 is no cryptographic
/// hash.
[[nodiscard]] LEEWAY_EXPORT std::string fingerprint(const Artifact& artifact);

/// One part that is not the same on both sides; empty where a side has no such part.
struct ArtifactDifference {
  std::string part;  ///< code, data, config, environment or features
  std::string name;
  std::string training;
  std::string serving;

  friend bool operator==(const ArtifactDifference&, const ArtifactDifference&) = default;
};

[[nodiscard]] LEEWAY_EXPORT std::vector<ArtifactDifference> differences(const Artifact& training,
                                                                        const Artifact& serving);

/// A member of a fleet and the fingerprint of what it runs.
struct FleetMember {
  std::string member;
  std::string fingerprint;
};

/// The members that run one artifact.
struct FleetGroup {
  std::string fingerprint;
  std::vector<std::string> members;  ///< in their order
};

/// The groups of a fleet, the largest first, of equal ones the one that was seen first. More than one group is a
/// partial rollout.
[[nodiscard]] LEEWAY_EXPORT std::vector<FleetGroup> fleet_groups(std::span<const FleetMember> members);

}  // namespace leeway::inline v1::profile

#endif
