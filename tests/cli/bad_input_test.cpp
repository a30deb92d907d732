// Input that is damaged, hostile or merely unusual: an error that says where, or an honest count. Never a crash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "leeway/store/profile_file.hpp"
#include "store/seal.hpp"

namespace leeway::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::ordered_json;
using test::leeway;
using test::Outcome;

/// Rows i = 0 ... count - 1 of one column.
template <class Field>
std::string column(const std::string& name, int count, Field field) {
  std::string text = name + '\n';
  for (int i = 0; i < count; ++i) text += std::string(field(i)) + '\n';
  return text;
}

class BadInput : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(leeway({"profile", train_, "--out", profile_}).status, 0); }

  [[nodiscard]] Outcome profile(const std::string& rows) const {
    return leeway({"profile", folder_.file("bad.csv", rows), "--out", folder_.path("never")});
  }
  [[nodiscard]] Outcome compare(const std::string& rows) const {
    return leeway({"compare", profile_, folder_.file("bad.csv", rows)});
  }
  [[nodiscard]] Outcome compare_with(const std::string& profile) const {
    return leeway({"compare", folder_.file("bad.leeway", profile), live_});
  }

  void expect_error(const Outcome& outcome, const std::string& message) const {
    EXPECT_EQ(outcome.status, 3) << message;
    EXPECT_THAT(outcome.err, StartsWith("leeway: " + folder_.path("bad.")));
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_FALSE(std::filesystem::exists(folder_.path("never")));
  }

  /// The same complaint from every command that reads rows.
  void expect_bad_rows(const std::string& rows, const std::string& message) const {
    expect_error(profile(rows), message);
    expect_error(compare(rows), message);
    expect_error(leeway({"compare", "--samples", folder_.path("bad.csv"), live_}), message);
    expect_error(leeway({"compare", "--samples", train_, folder_.path("bad.csv")}), message);
    const Outcome watched = leeway({"watch", profile_, folder_.path("bad.csv"), "--window", "1000"});
    EXPECT_EQ(watched.status, 3);
    EXPECT_THAT(watched.err, HasSubstr(message));
  }

  [[nodiscard]] Json profile_json() const {
    return Json::parse(*store::detail::unseal(test::content_of(profile_), profile_));
  }

  test::TemporaryFolder folder_;
  std::string train_ = folder_.file("train.csv", "x,y\n1.5,a\n2.5,b\n3.5,a\n4.5,b\n");
  std::string live_ = folder_.file("live.csv", "x,y\n1.5,a\n2.5,b\n");
  std::string profile_ = folder_.path("train.leeway");
};

// ---- rows

TEST_F(BadInput, ragged_row) {
  expect_bad_rows("x,y\n1,a\n2\n3,c\n", "bad.csv:3: expected 2 fields, found 1");
  expect_bad_rows("x,y\n1,a\n2,b,c\n", "bad.csv:3: expected 2 fields, found 3");
}

TEST_F(BadInput, unterminated_quote) { expect_bad_rows("x,y\n1,a\n2,\"b\n3,c\n", "bad.csv:3: "); }

TEST_F(BadInput, nul_byte) { expect_bad_rows(std::string("x,y\n1,a\n2,b\0b\n", 14), "bad.csv:3: "); }

TEST_F(BadInput, text_that_is_not_utf8) { expect_bad_rows("x,y\n1,a\n2,\xFF\n", "bad.csv:3: "); }

TEST_F(BadInput, duplicate_column) { expect_bad_rows("x,y,x\n1,a,2\n", "column x: expected"); }

TEST_F(BadInput, empty_file) { expect_bad_rows("", "bad.csv: expected"); }

TEST_F(BadInput, only_a_header) { expect_bad_rows("x,y\n", "bad.csv: expected at least one row, found none"); }

TEST_F(BadInput, record_beyond_the_limit) {
  expect_bad_rows("x,y\n1,a\n2," + std::string((std::size_t{16} << 20) + 1, 'b') + "\n", "bad.csv:3: expected");
}

TEST_F(BadInput, missing_column) {
  expect_error(compare("X,y\n1,a\n"), "bad.csv: column x: expected one of X, y, found none; did you mean X?");
  const Outcome watched = leeway({"watch", profile_, folder_.path("bad.csv"), "--window", "1000"});
  EXPECT_THAT(watched.err, HasSubstr("bad.csv: column x: expected one of X, y"));
}

TEST_F(BadInput, more_than_one_percent_malformed) {
  const auto third = [](int i) { return i % 50 == 2 ? std::string("abc,a") : std::to_string(i) + ".5,a"; };
  const std::string rows = column("x,y", 1000, third);
  expect_error(compare(rows), "bad.csv:4: column x: expected a number, found \"abc\" (2.0 % of 1,000 fields");
  expect_error(leeway({"compare", "--samples", train_, folder_.path("bad.csv")}), "column x: expected a number");
  expect_error(leeway({"profile", folder_.path("bad.csv"), "--numeric", "x", "--out", folder_.path("never")}),
               "bad.csv:4: column x: expected a number");
}

TEST_F(BadInput, at_most_one_percent_malformed_is_counted) {
  const auto few = [](int i) { return i % 100 == 2 ? std::string("abc,a") : std::to_string(i % 5) + ".5,a"; };
  const std::string rows = folder_.file("few.csv", column("x,y", 1000, few));
  const Outcome outcome = leeway({"compare", profile_, rows, "--json", "-"});
  EXPECT_EQ(outcome.status, 0);
  const Json live = Json::parse(outcome.out)["features"][0]["live"];
  EXPECT_EQ(live["malformed"], 10);
  EXPECT_EQ(live["missing"], 10);
  EXPECT_THAT(leeway({"compare", profile_, rows}).out, HasSubstr("x: 10 live values malformed, counted as missing"));
  EXPECT_THAT(leeway({"profile", rows, "--out", folder_.path("p")}).out, HasSubstr("10 malformed"));
}

TEST_F(BadInput, watch_goes_on_through_a_burst_of_malformed_fields) {
  const auto burst = [](int i) { return i >= 500 && i < 508 ? std::string("abc,a") : std::string("1.5,a"); };
  const std::string rows = folder_.file("bad.csv", column("x,y", 1000, burst));
  EXPECT_EQ(leeway({"compare", profile_, rows}).status, 0);  // 0.8 %
  const Outcome outcome = leeway({"watch", profile_, rows, "--window", "250", "--json", "-"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  const Json burst_window = Json::parse(outcome.out)["windows"][2]["report"]["features"][0];
  EXPECT_EQ(burst_window["live"]["malformed"], 8);
}

TEST_F(BadInput, watch_reports_every_window_before_it_refuses_the_file) {
  const auto second_half = [](int i) { return i >= 500 ? std::string("abc,a") : std::string("1.5,a"); };
  const std::string json = folder_.path("timeline.json");
  const Outcome outcome = leeway({"watch", profile_, folder_.file("bad.csv", column("x,y", 1000, second_half)),
                                  "--window", "250", "--json", json});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err,
              HasSubstr("bad.csv:502: column x: expected a number, found \"abc\" (50.0 % of 1,000 fields"));
  EXPECT_EQ(test::lines_in(outcome.out), 4U);
  EXPECT_TRUE(std::filesystem::exists(json));
}

// ---- unusual rows

TEST_F(BadInput, all_missing_and_constant_columns_can_be_compared) {
  const std::string rows = folder_.file("rows.csv", "n,c,x\nNA,7,5.5\n,7,5.5\nnull,7,5.5\n");
  ASSERT_EQ(leeway({"profile", rows, "--out", folder_.path("p")}).status, 0);
  const Outcome outcome = leeway({"compare", folder_.path("p"), rows, "--json", "-"});
  EXPECT_EQ(outcome.status, 0);
  const Json report = Json::parse(outcome.out);
  for (const Json& feature : report["features"]) EXPECT_EQ(feature["causes"], Json::array());
}

TEST_F(BadInput, infinities_count_beyond_the_range_and_nan_as_missing) {
  const Outcome outcome =
      leeway({"compare", profile_, folder_.file("rows.csv", "x,y\ninf,a\n-inf,b\nnan,a\nNaN,b\n1e999,a\n2.5,b\n"),
              "--json", "-"});
  EXPECT_EQ(outcome.status, 0);
  const Json live = Json::parse(outcome.out)["features"][0]["live"];
  EXPECT_EQ(live["above"], 2);
  EXPECT_EQ(live["below"], 1);
  EXPECT_EQ(live["missing"], 2);
  EXPECT_EQ(live["malformed"], 0);
}

TEST_F(BadInput, infinities_in_the_reference_are_kept) {
  const std::string rows = folder_.file("rows.csv", "x\n1.5\ninf\n2.5\n-inf\n3.5\nnan\n");
  ASSERT_EQ(leeway({"profile", rows, "--numeric", "x", "--out", folder_.path("p")}).status, 0);
  EXPECT_EQ(leeway({"compare", folder_.path("p"), rows}).status, 0);
  EXPECT_EQ(leeway({"compare", "--samples", rows, rows}).status, 0);
}

TEST_F(BadInput, names_with_control_characters_stay_on_one_line) {
  const std::string rows = "\"a\nb\x1B[31m\"\nz\n";
  ASSERT_EQ(leeway({"profile", folder_.file("t.csv", rows), "--out", profile_}).status, 0);
  const Outcome outcome = compare("x\n1\n");
  expect_error(outcome, "column a\\x0Ab\\x1B[31m: expected");
}

TEST_F(BadInput, quotes_and_commas_in_names_and_values_are_data) {
  const std::string rows = folder_.file("t.csv", "\"a,\"\"b\"\"\"\n\"x\ny\"\n\"x\ny\"\n\"1,5\"\n");
  ASSERT_EQ(leeway({"profile", rows, "--out", folder_.path("p")}).status, 0);
  const Outcome outcome = leeway({"compare", folder_.path("p"), rows, "--json", "-"});
  EXPECT_EQ(Json::parse(outcome.out)["features"][0]["feature"], "a,\"b\"");
}

// ---- profiles

TEST_F(BadInput, every_damaged_byte_of_a_profile_is_found) {
  const std::string sound = test::content_of(profile_);
  ASSERT_GT(sound.size(), 500U);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    for (const int mask : {0x01, 0x20, 0x80, 0xFF}) {
      std::string damaged = sound;
      damaged[i] = static_cast<char>(damaged[i] ^ mask);
      const Outcome outcome = compare_with(damaged);
      ASSERT_EQ(outcome.status, 3) << "byte " << i << " mask " << mask << outcome.out;
      ASSERT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
    }
  }
}

TEST_F(BadInput, every_truncation_of_a_profile_is_found) {
  const std::string sound = test::content_of(profile_);
  for (std::size_t size = 0; size < sound.size(); ++size) {
    ASSERT_EQ(compare_with(sound.substr(0, size)).status, 3) << size;
  }
  expect_error(compare_with(sound.substr(0, sound.size() / 2)), "expected a checksum at the end, found none");
  expect_error(compare_with(sound + " "), "expected a checksum");
}

TEST_F(BadInput, profile_of_another_version) {
  Json profile = profile_json();
  profile["version"] = 3;
  expect_error(compare_with(store::detail::seal(profile.dump())), "bad.leeway.version: expected version 1 to 2, found 3");
  profile["version"] = 1;
  profile["format"] = "leeway.state";
  expect_error(compare_with(store::detail::seal(profile.dump())),
               "expected \"leeway.profile\", found \"leeway.state\"");
}

TEST_F(BadInput, counts_that_do_not_add_up) {
  Json profile = profile_json();
  profile["features"][0]["cells"][0] = 7;
  expect_error(compare_with(store::detail::seal(profile.dump())), "feature x: expected counts that add up to 4 rows");
  profile = profile_json();
  profile["features"][0]["cells"].push_back(0);
  expect_error(compare_with(store::detail::seal(profile.dump())), "feature x: expected 4 cell counts, found 5");
}

TEST_F(BadInput, fields_of_a_profile_that_are_missing_or_of_another_type) {
  for (const char* field : {"format", "version", "hash", "rows", "features"}) {
    Json profile = profile_json();
    profile.erase(field);
    expect_error(compare_with(store::detail::seal(profile.dump())), "found nothing");
    profile = profile_json();
    profile[field] = Json::object();
    EXPECT_EQ(compare_with(store::detail::seal(profile.dump())).status, 3) << field;
  }
}

TEST_F(BadInput, rows_and_profile_mixed_up) {
  const Outcome swapped = leeway({"compare", live_, profile_});
  EXPECT_EQ(swapped.status, 3);
  EXPECT_THAT(swapped.err, HasSubstr("live.csv: expected a profile written by leeway profile, found another file"));
  EXPECT_THAT(swapped.err, HasSubstr("--samples"));
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"compare", profile_, profile_},
                                                    {"profile", profile_, "--out", folder_.path("never")},
                                                    {"compare", "--samples", profile_, live_},
                                                    {"watch", profile_, profile_, "--window", "10"}}) {
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, 3);
    EXPECT_THAT(outcome.err, HasSubstr("train.leeway: expected a file of rows, found a profile"));
  }
}

TEST_F(BadInput, files_that_are_not_there) {
  for (const std::string& path : {folder_.path("nosuch"), folder_.path("."), folder_.path("train.csv/x")}) {
    EXPECT_EQ(leeway({"profile", path, "--out", folder_.path("never")}).status, 3) << path;
    EXPECT_EQ(leeway({"compare", path, live_}).status, 3) << path;
    EXPECT_EQ(leeway({"compare", profile_, path}).status, 3) << path;
  }
}

}  // namespace
}  // namespace leeway::cli
