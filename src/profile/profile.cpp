#include "leeway/profile/profile.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "profile/hash.hpp"

namespace leeway::inline v1::profile {
namespace {

Error data_error(std::string message, const FeatureProfile& feature) {
  return {ErrorCode::data, std::move(message), "feature " + feature.name};
}

Result<void> check_sub_counts(const FeatureProfile& feature) {
  const auto& [cells, side] = feature.counts;
  if (side.malformed > side.missing)
    return data_error("expected at most as many malformed as missing values, found more", feature);
  if (side.negative_infinity > side.below || side.positive_infinity > side.above) {
    return data_error("expected infinities among the values beyond the range, found more", feature);
  }
  const bool numeric = !is_categorical(feature.axis);
  const std::uint64_t first = numeric ? cells.front() : 0;
  const std::uint64_t last = numeric ? cells.back() : 0;
  if (side.below > first || side.above > last) {
    return data_error("expected values beyond the range within the outer cells, found more", feature);
  }
  if (numeric && side.unseen > 0)
    return data_error("expected no unseen categories in a numeric feature, found some", feature);
  return {};
}

bool is_effect(double effect) { return effect >= 1 && std::isfinite(effect); }

Result<void> check(const FeatureProfile& feature, std::uint64_t rows) {
  const DesignEffect& design = feature.design;
  if (!is_effect(design.mean) || !is_effect(design.cells) || !is_effect(design.missing)) {
    return data_error("expected design effects of at least 1, found others", feature);
  }
  if (feature.counts.cells.size() != size(feature.axis)) {
    return data_error("expected " + std::to_string(size(feature.axis)) + " cell counts, found " +
                          std::to_string(feature.counts.cells.size()),
                      feature);
  }
  if (feature.counts.total() != rows) {
    return data_error("expected counts that add up to " + std::to_string(rows) + " rows, found " +
                          std::to_string(feature.counts.total()),
                      feature);
  }
  return check_sub_counts(feature);
}

void add_axis(detail::Canonical& content, const Axis& axis) {
  content.add(std::uint64_t{axis.index()});
  content.add(std::uint64_t{size(axis)});
  if (const auto* categories = std::get_if<CategoryAxis>(&axis)) {
    for (const std::string& value : categories->values()) content.add(std::string_view(value));
    return;
  }
  std::visit(
      [&content](const auto& a) {
        if constexpr (NumericAxis<std::decay_t<decltype(a)>>) {
          for (const double edge : a.interior_edges()) content.add(edge);
          content.add(a.lower());
          content.add(a.upper());
        }
      },
      axis);
}

void add_counts(detail::Canonical& content, const Counts& counts) {
  for (const std::uint64_t count : counts.cells) content.add(count);
  const SideCounts& side = counts.side;
  for (const std::uint64_t count : {side.missing, side.malformed, side.unseen, side.below, side.above,
                                    side.negative_infinity, side.positive_infinity}) {
    content.add(count);
  }
}

void add_feature(detail::Canonical& content, const FeatureProfile& feature) {
  content.add(std::string_view(feature.name));
  content.add(std::string_view(feature.cells_name));
  add_axis(content, feature.axis);
  add_counts(content, feature.counts);
  const MomentSummary moments = feature.moments.value_or(MomentSummary{});
  content.add(std::uint64_t{feature.moments.has_value()});
  for (const double value : {moments.mean, moments.standard_deviation, moments.minimum, moments.maximum})
    content.add(value);
  if (feature.design == DesignEffect{}) return;  // as in profiles from before there were any
  for (const double value : {feature.design.mean, feature.design.cells, feature.design.missing}) content.add(value);
  content.add(feature.design.pane_rows);
}

std::string hash_of(const std::vector<FeatureProfile>& features, std::uint64_t rows) {
  detail::Canonical content;
  content.add(rows);
  for (const FeatureProfile& feature : features) add_feature(content, feature);
  return content.hash();
}

Result<void> check(const SeasonalCounts& seasons, const std::vector<FeatureProfile>& features) {
  const auto fits = [&](const std::vector<Counts>& slot) {
    return std::equal(slot.begin(), slot.end(), features.begin(), features.end(),
                      [&](const auto& counts, const auto& f) {
                        return counts.cells.size() == f.counts.cells.size() && counts.total() == slot.front().total();
                      });
  };
  if (seasons.slots.size() != slots_of(seasons.season)) {
    return Error{ErrorCode::data,
                 "expected " + std::to_string(slots_of(seasons.season)) + " slots of " + to_string(seasons.season) +
                     ", found " + std::to_string(seasons.slots.size()),
                 "seasons"};
  }
  if (std::all_of(seasons.slots.begin(), seasons.slots.end(), fits)) return {};
  return Error{ErrorCode::data,
               "expected slots with counts over the cells of every feature, of the same rows, found others", "seasons"};
}

std::string hash_of(const std::string& all_seasons, const SeasonalCounts& seasons) {
  detail::Canonical content;
  content.add(std::string_view(all_seasons));
  content.add(std::string_view(to_string(seasons.season)));
  for (const std::vector<Counts>& slot : seasons.slots) {
    for (const Counts& counts : slot) add_counts(content, counts);
  }
  return content.hash();
}

std::string hash_of(const std::string& all_else, const std::string& artifact) {
  detail::Canonical content;
  content.add(std::string_view(all_else));
  content.add(std::string_view("artifact"));
  content.add(std::string_view(artifact));
  return content.hash();
}

}  // namespace

std::string axis_hash(const Axis& axis) {
  detail::Canonical content;
  add_axis(content, axis);
  return content.hash();
}

Profile::Profile(std::vector<FeatureProfile> features, std::uint64_t rows)
    : features_(std::move(features)), rows_(rows), hash_(hash_of(features_, rows_)) {}

Result<Profile> Profile::make(std::vector<FeatureProfile> features, std::uint64_t rows) {
  if (features.empty()) return Error{ErrorCode::data, "expected at least one feature, found none", {}};
  std::set<std::string_view> names;
  for (const FeatureProfile& feature : features) {
    if (feature.name.empty()) return data_error("expected a name, found an empty one", feature);
    if (!names.insert(feature.name).second)
      return data_error("expected distinct feature names, found this one twice", feature);
    if (auto checked = check(feature, rows); !checked) return std::move(checked).error();
  }
  return Profile(std::move(features), rows);
}

Result<Profile> Profile::with_seasons(SeasonalCounts seasons) const {
  if (auto checked = check(seasons, features_); !checked) return std::move(checked).error();
  Profile profile = *this;
  profile.seasons_ = std::move(seasons);
  profile.hash_ = profile.hash_of_all();
  return profile;
}

Profile Profile::with_artifact(std::string fingerprint) const {
  Profile profile = *this;
  profile.artifact_ = std::move(fingerprint);
  profile.hash_ = profile.hash_of_all();
  return profile;
}

// What is not there is not hashed, as in profiles from before there was any.
std::string Profile::hash_of_all() const {
  std::string hash = hash_of(features_, rows_);
  if (seasons_) hash = hash_of(hash, *seasons_);
  return artifact_.empty() ? hash : hash_of(hash, artifact_);
}

std::optional<std::size_t> Profile::find(std::string_view name) const noexcept {
  const auto found =
      std::find_if(features_.begin(), features_.end(), [&](const FeatureProfile& f) { return f.name == name; });
  if (found == features_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - features_.begin());
}

}  // namespace leeway::inline v1::profile
