#ifndef LEEWAY_PROFILE_PROFILE_HPP
#define LEEWAY_PROFILE_PROFILE_HPP

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/profile/feature_profile.hpp"
#include "leeway/profile/season.hpp"

namespace leeway::inline v1::profile {

/// The reference: what every feature looked like where the model was trained. Built once (ProfileBuilder), stored
/// (store/profile_file.hpp), then read by every monitor. Thread contract: immutable.
class Profile {
 public:
  /// Checks that the parts fit together: distinct non-empty names, as many counts as cells, and every feature's
  /// counts adding up to `rows`. Errors (data) name the feature.
  LEEWAY_EXPORT static Result<Profile> make(std::vector<FeatureProfile> features, std::uint64_t rows);

  /// The same reference, which also knows its rows by season (stream/seasonal_counter.hpp counts them). Errors (data):
  /// another number of slots, features or cells, or features of one slot that differ in rows.
  [[nodiscard]] LEEWAY_EXPORT Result<Profile> with_seasons(SeasonalCounts seasons) const;

  /// The same reference, which also says what was trained on it: the fingerprint() of an artifact (profile/artifact.hpp)
  /// or another text, carried into reports and part of the hash. Empty: not said.
  [[nodiscard]] LEEWAY_EXPORT Profile with_artifact(std::string fingerprint) const;

  [[nodiscard]] std::span<const FeatureProfile> features() const noexcept { return features_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Index of a feature by its name. Cost: linear in features.
  [[nodiscard]] LEEWAY_EXPORT std::optional<std::size_t> find(std::string_view name) const noexcept;
  [[nodiscard]] const std::optional<SeasonalCounts>& seasons() const noexcept { return seasons_; }
  [[nodiscard]] const std::string& artifact() const noexcept { return artifact_; }
  /// Identity: 32 hexadecimal digits of the XXH3-128 hash of everything in the profile.
  [[nodiscard]] const std::string& hash() const noexcept { return hash_; }

 private:
  Profile(std::vector<FeatureProfile> features, std::uint64_t rows);
  [[nodiscard]] std::string hash_of_all() const;

  std::vector<FeatureProfile> features_;
  std::uint64_t rows_;
  std::optional<SeasonalCounts> seasons_;
  std::string artifact_;
  std::string hash_;
};

}  // namespace leeway::inline v1::profile

#endif
