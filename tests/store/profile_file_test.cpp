#include "leeway/store/profile_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "leeway/store/atomic_file.hpp"
#include "store/seal.hpp"

namespace leeway::store {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() /
              ("leeway-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
  }

 private:
  fs::path path_;
};

profile::Profile small_profile() {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return *profile::ProfileBuilder()
              .numeric("x", std::vector{0.1, 1e-300, 3.0, nan})
              .categorical("c \"quoted\" \xC3\xA9", {{"a\nb", 2}, {"", 1}}, 1)
              .numeric("constant", std::vector{5.0, 5.0, 5.0, 5.0})
              .build();
}

// Replaces the first `from` in the document and seals it again, as a writer with that defect would.
std::string edited(const std::string& from, const std::string& to) {
  std::string object = *detail::unseal(format_profile(small_profile()), "");
  const std::size_t at = object.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return detail::seal(object.replace(at, from.size(), to));
}

std::string error_of(const std::string& text) {
  const auto profile = parse_profile(text, "p.json");
  return profile ? "no error" : to_string(profile.error());
}

TEST(ProfileFile, reads_back_what_was_written) {
  const profile::Profile profile = small_profile();
  const auto read = parse_profile(format_profile(profile), "p.json");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->hash(), profile.hash());
  EXPECT_EQ(format_profile(*read), format_profile(profile));
}

TEST(ProfileFile, reads_version_1_whose_features_have_no_design_effect) {
  const std::string path = LEEWAY_SOURCE_DIR "/tests/golden/profile_v1.json";
  const auto read = load_profile(path);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->hash(), small_profile().hash());
  EXPECT_EQ(format_profile(*read), format_profile(small_profile()));
}

TEST(ProfileFile, keeps_the_design_effect) {
  std::vector<double> column;
  for (int i = 0; i < 4000; ++i) column.push_back(std::sin(i / 20 * (i / 20)));  // clusters of 20, in no order
  const profile::Profile profile = *profile::ProfileBuilder().numeric("x", column).build();
  ASSERT_GT(profile.features()[0].design.cells, 5);
  const auto read = parse_profile(format_profile(profile), "p.json");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->features()[0].design, profile.features()[0].design);
  EXPECT_EQ(read->hash(), profile.hash());
}

TEST(ProfileFile, keeps_the_artifact_whatever_it_was_given_first) {
  const profile::Profile profile = *profile::ProfileBuilder().numeric("x", std::vector{1.0, 2.0}).build();
  const profile::Profile named = profile.with_artifact("xxh3-128:1");
  EXPECT_NE(named.hash(), profile.hash());
  EXPECT_EQ(named.with_artifact("").hash(), profile.hash());
  const auto read = parse_profile(format_profile(named), "x.profile");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->artifact(), "xxh3-128:1");
  EXPECT_EQ(read->hash(), named.hash());
  std::string changed = format_profile(named);
  EXPECT_EQ(changed.find("xxh3-128:1"), changed.rfind("xxh3-128:1"));
}

TEST(ProfileFile, notices_any_change_of_any_byte) {
  const std::string text = format_profile(small_profile());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int change : {1, 32, 128}) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      ASSERT_FALSE(parse_profile(damaged, "p.json")) << "byte " << i << " changed by " << change;
    }
  }
}

TEST(ProfileFile, notices_truncation_and_growth_everywhere) {
  const std::string text = format_profile(small_profile());
  for (std::size_t length = 0; length < text.size(); ++length)
    ASSERT_FALSE(parse_profile(text.substr(0, length), "p.json"));
  EXPECT_FALSE(parse_profile(text + "\n", "p.json"));
  EXPECT_FALSE(parse_profile(" " + text, "p.json"));
}

TEST(ProfileFile, names_the_field_that_is_wrong) {
  EXPECT_EQ(error_of(edited("\"version\": 2", "\"version\": 3")), "p.json.version: expected version 1 to 2, found 3");
  EXPECT_EQ(error_of(edited("leeway.profile", "leeway.schema")),
            "p.json.format: expected \"leeway.profile\", found \"leeway.schema\"");
  EXPECT_EQ(error_of(edited("\"rows\": 4", "\"rows\": 5")),
            "p.json: feature x: expected counts that add up to 5 rows, found 4");
  EXPECT_EQ(error_of(edited("\"rows\": 4", "\"rows\": -4")), "p.json.rows: expected a count, found -4");
  EXPECT_EQ(error_of(edited("\"missing\": 1", "\"mising\": 1")),
            "p.json.features[0].side.missing: expected a count, found nothing");
  EXPECT_EQ(error_of(edited("\"type\": \"edges\"", "\"type\": \"bins\"")),
            "p.json.features[0].axis.type: expected \"edges\", \"uniform\" or \"categories\", found \"bins\"");
  EXPECT_EQ(error_of(edited("\"lower\": 1e-300", "\"lower\": \"low\"")),
            "p.json.features[0].axis.lower: expected a number, found \"low\"");
}

TEST(ProfileFile, notices_content_that_is_not_that_of_its_hash) {
  EXPECT_NE(error_of(edited("\"feature\": \"x\"", "\"feature\": \"y\"")).find("expected the hash"), std::string::npos);
}

TEST(ProfileFile, survives_json_of_any_other_shape) {
  for (const char* json :
       {"{\"a\":1}", "{\"format\":3}", "{\"format\":\"leeway.profile\",\"version\":1,\"features\":{}}",
        "{\"format\":\"leeway.profile\",\"version\":1,\"features\":[1,[],null]}",
        "{\"format\":\"leeway.profile\",\"version\":1,\"features\":[{\"axis\":3}]}",
        "{\"format\":\"leeway.profile\",\"version\":1,\"rows\":0,\"hash\":\"\",\"features\":[]}", "{]}"}) {
    EXPECT_NE(error_of(detail::seal(json)), "no error") << json;
  }
}

TEST(ProfileFile, is_saved_in_one_piece_and_loaded) {
  const Folder folder;
  const std::string path = folder.file("train.profile");
  ASSERT_TRUE(save_profile(small_profile(), path));
  ASSERT_TRUE(save_profile(small_profile(), path)) << "replacing it";
  const auto loaded = load_profile(path);
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->hash(), small_profile().hash());
  EXPECT_EQ(folder.files(), 1) << "no temporary file is left";
}

TEST(AtomicFile, says_why_it_cannot_read_or_write) {
  const Folder folder;
  const auto read = read_file(folder.file("none"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
  EXPECT_EQ(read.error().where, folder.file("none"));
  EXPECT_FALSE(read_file(folder.file(""))) << "a folder";
  const auto written = write_file(folder.file("no/such/folder"), "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().where, folder.file("no/such/folder"));
}

TEST(AtomicFile, keeps_the_permissions_of_the_file_it_replaces) {
  const Folder folder;
  const std::string path = folder.file("secret");
  ASSERT_TRUE(write_file(path, "1"));
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  ASSERT_TRUE(write_file(path, "2"));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(*read_file(path), "2");
}

}  // namespace
}  // namespace leeway::store
