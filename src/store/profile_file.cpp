#include "leeway/store/profile_file.hpp"

#include <utility>
#include <vector>

#include "leeway/store/atomic_file.hpp"
#include "store/json_reader.hpp"
#include "store/seal.hpp"

namespace leeway::inline v1::store {
namespace {

using detail::Json;
using detail::JsonReader;
using profile::FeatureProfile;
using profile::Profile;

constexpr const char* kFormat = "leeway.profile";
constexpr std::uint64_t kVersion = 2;
constexpr std::uint64_t kOldest = 1;  // without design effects

// Axis

Json to_json(const EdgesAxis& axis) {
  return {
      {"type", "edges"}, {"interior_edges", axis.interior_edges()}, {"lower", axis.lower()}, {"upper", axis.upper()}};
}
Json to_json(const UniformAxis& axis) {
  return {{"type", "uniform"}, {"cells", axis.size()}, {"lower", axis.lower()}, {"upper", axis.upper()}};
}
Json to_json(const CategoryAxis& axis) { return {{"type", "categories"}, {"values", axis.values()}}; }

template <class A>
std::optional<Axis> accept(Result<A> axis, const JsonReader& reader) {
  if (axis) return *std::move(axis);
  reader.fail(axis.error().message);
  return std::nullopt;
}

std::optional<Axis> read_axis(const JsonReader& reader) {
  const std::string type = reader.text("type");
  if (type == "categories") return accept(CategoryAxis::make(reader.texts("values")), reader);
  if (type == "uniform")
    return accept(UniformAxis::make(reader.count("cells"), reader.number("lower"), reader.number("upper")), reader);
  if (type == "edges") {
    return accept(EdgesAxis::make(reader.numbers("interior_edges"), reader.number("lower"), reader.number("upper")),
                  reader);
  }
  reader.fail("expected \"edges\", \"uniform\" or \"categories\", found \"" + type + "\"", "type");
  return std::nullopt;
}

// Counts

Json to_json(const SideCounts& side) {
  return {{"missing", side.missing},
          {"malformed", side.malformed},
          {"unseen", side.unseen},
          {"below", side.below},
          {"above", side.above},
          {"negative_infinity", side.negative_infinity},
          {"positive_infinity", side.positive_infinity}};
}

SideCounts read_side(const JsonReader& reader) {
  return {reader.count("missing"),
          reader.count("malformed"),
          reader.count("unseen"),
          reader.count("below"),
          reader.count("above"),
          reader.count("negative_infinity"),
          reader.count("positive_infinity")};
}

// Feature

Json to_json(const profile::MomentSummary& moments) {
  return {{"mean", moments.mean},
          {"standard_deviation", moments.standard_deviation},
          {"minimum", moments.minimum},
          {"maximum", moments.maximum}};
}

std::optional<profile::MomentSummary> read_moments(const JsonReader& feature) {
  if (!feature.has("moments")) return std::nullopt;
  const JsonReader reader = feature.object("moments");
  return profile::MomentSummary{reader.number("mean"), reader.number("standard_deviation"), reader.number("minimum"),
                                reader.number("maximum")};
}

Json to_json(const profile::DesignEffect& design) {
  return {{"mean", design.mean}, {"cells", design.cells}, {"missing", design.missing}, {"pane_rows", design.pane_rows}};
}

profile::DesignEffect read_design(const JsonReader& feature) {
  if (!feature.has("design_effect")) return {};
  const JsonReader reader = feature.object("design_effect");
  return {reader.number("mean"), reader.number("cells"), reader.number("missing"), reader.count("pane_rows")};
}

Json to_json(const FeatureProfile& feature) {
  Json json{{"feature", feature.name},
            {"kind", is_categorical(feature.axis) ? "categorical" : "numeric"},
            {"cells_name", feature.cells_name},
            {"axis", std::visit([](const auto& axis) { return to_json(axis); }, feature.axis)},
            {"cells", feature.counts.cells},
            {"side", to_json(feature.counts.side)}};
  if (feature.moments) json["moments"] = to_json(*feature.moments);
  if (feature.design != profile::DesignEffect{}) json["design_effect"] = to_json(feature.design);
  return json;
}

std::optional<FeatureProfile> read_feature(const JsonReader& reader) {
  auto axis = read_axis(reader.object("axis"));
  if (!axis) return std::nullopt;
  return FeatureProfile{
      reader.text("feature"),    *std::move(axis),     {reader.counts("cells"), read_side(reader.object("side"))},
      reader.text("cells_name"), read_moments(reader), read_design(reader)};
}

// Seasons

Json to_json(const profile::SeasonalCounts& seasons) {
  Json json{{"season", to_string(seasons.season)}, {"slots", Json::array()}};
  for (const std::vector<Counts>& slot : seasons.slots) {
    Json features = Json::array();
    for (const Counts& counts : slot) features.push_back({{"cells", counts.cells}, {"side", to_json(counts.side)}});
    json["slots"].push_back({{"features", std::move(features)}});
  }
  return json;
}

std::optional<profile::SeasonalCounts> read_seasons(const JsonReader& document) {
  if (!document.has("seasons")) return std::nullopt;
  const JsonReader reader = document.object("seasons");
  const std::string name = reader.text("season");
  const auto season = profile::parse_season(name);
  if (!season) reader.fail("expected \"hour-of-week\" or \"month-of-year\", found \"" + name + "\"", "season");
  profile::SeasonalCounts seasons{season.value_or(profile::Season::hour_of_week), {}};
  for (const JsonReader& slot : reader.objects("slots")) {
    std::vector<Counts>& features = seasons.slots.emplace_back();
    for (const JsonReader& counts : slot.objects("features"))
      features.push_back({counts.counts("cells"), read_side(counts.object("side"))});
  }
  return seasons;
}

// Document

Result<void> check_header(const JsonReader& reader, const std::optional<Error>& error) {
  const std::string format = reader.text("format");
  if (!error && format != kFormat)
    reader.fail(std::string("expected \"") + kFormat + "\", found \"" + format + "\"", "format");
  const std::uint64_t version = reader.count("version");
  if (!error && (version < kOldest || version > kVersion)) {
    reader.fail("expected version " + std::to_string(kOldest) + " to " + std::to_string(kVersion) + ", found " +
                    std::to_string(version),
                "version");
  }
  if (error) return *error;
  return {};
}

Result<Profile> read_profile(const Json& json, const std::string& where) {
  std::optional<Error> error;
  const JsonReader reader(json, where, error);
  if (auto checked = check_header(reader, error); !checked) return std::move(checked).error();
  std::vector<FeatureProfile> features;
  for (const JsonReader& feature : reader.objects("features")) {
    if (auto read = read_feature(feature)) features.push_back(*std::move(read));
  }
  auto seasons = read_seasons(reader);
  std::string artifact = reader.has("artifact") ? reader.text("artifact") : std::string();
  const std::uint64_t rows = reader.count("rows");
  const std::string hash = reader.text("hash");
  if (error) return *std::move(error);
  auto profile = Profile::make(std::move(features), rows);
  if (profile && seasons) profile = profile->with_seasons(*std::move(seasons));
  if (!profile) return at(where, std::move(profile).error());
  if (!artifact.empty()) profile = profile->with_artifact(std::move(artifact));
  if (profile->hash() == hash) return profile;
  return Error{ErrorCode::data, "expected the hash " + profile->hash() + " of its content, found " + hash,
               where + ".hash"};
}

}  // namespace

std::string format_profile(const Profile& profile) {
  Json json{{"format", kFormat}, {"version", kVersion}, {"hash", profile.hash()}, {"rows", profile.rows()}};
  Json& features = json["features"] = Json::array();
  for (const FeatureProfile& feature : profile.features()) features.push_back(to_json(feature));
  if (profile.seasons()) json["seasons"] = to_json(*profile.seasons());
  if (!profile.artifact().empty()) json["artifact"] = profile.artifact();
  return detail::seal(json.dump(1, ' '));
}

Result<Profile> parse_profile(std::string_view text, const std::string& where) {
  auto object = detail::unseal(text, where);
  if (!object) return std::move(object).error();
  const Json json = Json::parse(*object, nullptr, false);
  if (json.is_discarded()) return Error{ErrorCode::format, "expected a JSON document, found other text", where};
  return read_profile(json, where);
}

Result<void> save_profile(const Profile& profile, const std::string& path) {
  return write_file(path, format_profile(profile));
}

Result<Profile> load_profile(const std::string& path) {
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  return parse_profile(*text, path);
}

}  // namespace leeway::inline v1::store
