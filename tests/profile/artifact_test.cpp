#include "leeway/profile/artifact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leeway::profile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Artifact artifact() {
  return {{{"server", "3f7b67c"}}, {{"bookings", "a1"}}, {}, {{"numpy", "1.24"}}, {{"age", "days / 365"}}};
}

TEST(Fingerprint, is_the_same_on_every_machine) {
  EXPECT_EQ(fingerprint(artifact()), fingerprint(artifact()));
  EXPECT_EQ(fingerprint(Artifact()),
            "xxh3-128:986d597f7a6e3e16fbaf7d9b25c60543");
}

TEST(Fingerprint, changes_with_every_part_and_with_where_a_text_stands) {
  const std::string before = fingerprint(artifact());
  for (auto part : {&Artifact::code, &Artifact::data, &Artifact::config, &Artifact::environment, &Artifact::features}) {
    Artifact changed = artifact();
    (changed.*part)["new"] = "x";
    EXPECT_NE(fingerprint(changed), before);
    EXPECT_EQ(differences(artifact(), changed).size(), 1u);
  }
  EXPECT_NE(fingerprint({.code = {{"ab", "c"}}}), fingerprint({.code = {{"a", "bc"}}}));
  EXPECT_NE(fingerprint({.code = {{"a", "b"}}}), fingerprint({.data = {{"a", "b"}}}));
}

TEST(Artifact, differences_name_part_and_both_values) {
  Artifact serving = artifact();
  serving.features["age"] = "days / 365.25";
  serving.environment.erase("numpy");
  EXPECT_THAT(differences(artifact(), serving),
              ElementsAre(ArtifactDifference{"environment", "numpy", "1.24", ""},
                          ArtifactDifference{"features", "age", "days / 365", "days / 365.25"}));
  EXPECT_THAT(differences(artifact(), artifact()), IsEmpty());
}

TEST(Fleet, of_two_artifacts_is_a_partial_rollout) {
  const std::vector<FleetMember> fleet{{"a", "1"}, {"b", "2"}, {"c", "2"}, {"d", "3"}};
  const auto groups = fleet_groups(fleet);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].fingerprint, "2");
  EXPECT_THAT(groups[0].members, ElementsAre("b", "c"));
  EXPECT_EQ(groups[1].fingerprint, "1") << "of equal ones the first seen";
  EXPECT_THAT(fleet_groups({}), IsEmpty());
}

}  // namespace
}  // namespace leeway::profile
