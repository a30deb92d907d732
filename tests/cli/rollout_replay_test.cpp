// leeway rollout replay and verify: what is decided, what is said of it, and what is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/input_files.hpp"
#include "leeway/rollout/engine.hpp"
#include "leeway/store/policy_file.hpp"
#include "leeway/store/rollout_events.hpp"
#include "support/rollout_host.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using leeway::test::journal_policy;
using leeway::test::minute;
using test::content_of;
using test::Outcome;
using testing::HasSubstr;
using testing::Not;

/// A policy, and what was seen of a candidate that breaks in minute 12 and of one that does not.
class RolloutReplay : public testing::Test {
 protected:
  [[nodiscard]] static std::string events(std::uint64_t breaks) {
    auto engine = rollout::Engine::make(journal_policy());
    std::optional<rollout::Decision> last;
    std::string text;
    for (std::uint64_t number = 0; number < 30; ++number) {
      const rollout::Tick tick = minute(number, last, breaks);
      text += *store::format_events(tick);
      last = *engine->step(tick);
    }
    return text;
  }
  [[nodiscard]] Outcome replay(const std::string& of, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"rollout", "replay", policy, of});
    return test::leeway(more);
  }
  [[nodiscard]] static Outcome verify(const std::string& of, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"rollout", "verify", of});
    return test::leeway(more);
  }

  test::TemporaryFolder folder;
  std::string policy = folder.file("policy.json", store::format_policy(journal_policy()));
  std::string good = folder.file("good.jsonl", events(1000));
  std::string bad = folder.file("bad.jsonl", events(12));
  std::string journal = folder.path("journal.jsonl");
};

TEST_F(RolloutReplay, says_first_how_it_ended_and_why) {
  const Outcome outcome = replay(bad);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, testing::StartsWith(
                               "ranker \"42\": candidate 42 (cccccccccccc), last known good 41 (aaaaaaaaaaaa)\n"
                               "After 30 ticks, at 2026-01-01T00:29:00Z: rolled_back, candidate gets 0 %.\n"
                               "Decided at 2026-01-01T00:12:00Z, tick 12: ROLL BACK (rapid) by errors: rolling_back, "
                               "candidate gets 0 %, back to aaaaaaaaaaaa.\n"
                               "    why   errors fails: difference 0.044, log e-value 7.364, limit 2.996, grow_grid; "
                               "baseline 1000, candidate 1000; failing for 1 tick\n"
                               "    do    action 3, set_weight 0 % aaaaaaaaaaaa, answer by 2026-01-01T00:22:00Z\n"));
  EXPECT_THAT(outcome.out, HasSubstr("tick 10  ADVANCE: canary, stage 2 of 2, candidate gets 50 %\n"));
  EXPECT_THAT(outcome.out, HasSubstr("    note  fleet: 1 of 2 still run the candidate, as host\\x090\n"));
  EXPECT_THAT(outcome.out, HasSubstr("2026-01-01T00:29:00Z  tick 29  ... the same 10 times more since "
                                     "2026-01-01T00:19:00Z\n"));
}

TEST_F(RolloutReplay, is_fine_where_the_candidate_was_promoted) {
  const Outcome outcome = replay(good);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr(": promoted, candidate gets 100 %.\n"));
  EXPECT_THAT(outcome.out, HasSubstr("promotion:error is proved"));
}

TEST_F(RolloutReplay, has_every_decision_as_json) {
  const Outcome outcome = replay(bad, {"--json", "-"});
  EXPECT_EQ(outcome.status, 1);
  const Json json = Json::parse(outcome.out);
  EXPECT_EQ(json["format"], "leeway.rollout");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["final_phase"], "rolled_back");
  ASSERT_EQ(json["decisions"].size(), 30U);
  const Json& decision = json["decisions"][12];
  EXPECT_EQ(decision["tick"], 12);
  EXPECT_EQ(decision["at"], "2026-01-01T00:12:00Z");
  EXPECT_EQ(decision["decision"], "rollback");
  EXPECT_EQ(decision["tier"], "rapid");
  EXPECT_EQ(decision["rule"], "errors");
  EXPECT_EQ(decision["reasons"][0]["verdict"], "fail");
  EXPECT_FALSE(json["decisions"][1].contains("tier"));
  EXPECT_EQ(replay(bad, {"--quiet"}).out, "");
}

TEST_F(RolloutReplay, of_nothing_is_an_error) {
  const std::string nothing = folder.file("none", "");
  for (const std::string& of : {nothing, folder.file("blank", "\n\n"), folder.file("gone.gz", test::gzipped(""))}) {
    const Outcome outcome = replay(of, {"--json", folder.path("r.json")});
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "leeway: " + of + ": expected at least one tick, found none\n");
  }
}

TEST_F(RolloutReplay, compares_a_journal_however_it_comes) {
  ASSERT_EQ(replay(bad, {"--journal", journal, "--quiet"}).status, 1);
  const std::string packed = folder.file("j.gz", test::gzipped(content_of(journal)));
  EXPECT_THAT(replay(packed).out, HasSubstr("Every decision is the recorded one, byte for byte.\n"));
  EXPECT_EQ(replay(folder.file("e.gz", test::gzipped(content_of(bad)))).out, replay(bad).out);
}

TEST_F(RolloutReplay, names_a_file_that_is_cut_once) {
  const std::string packed = test::gzipped(content_of(bad));
  const std::string cut = folder.file("cut.gz", packed.substr(0, packed.size() - 9));
  const Outcome outcome = replay(cut);
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, testing::StartsWith("leeway: " + cut + ": expected "));
}

TEST_F(RolloutReplay, writes_a_journal_that_replays_to_itself) {
  EXPECT_EQ(replay(bad, {"--journal", journal, "--json", folder.path("1.json")}).status, 1);
  const Outcome again = replay(journal, {"--journal", folder.path("copy"), "--json", folder.path("2.json")});
  EXPECT_EQ(again.status, 1);
  EXPECT_THAT(again.out, HasSubstr("Every decision is the recorded one, byte for byte.\n"));
  EXPECT_EQ(content_of(folder.path("copy")), content_of(journal));
  EXPECT_EQ(content_of(folder.path("2.json")), content_of(folder.path("1.json")));
  const Outcome verified = verify(journal);
  EXPECT_EQ(verified.status, 0);
  EXPECT_THAT(verified.out, HasSubstr("61 records, each with the right hash: 30 ticks, 30 decisions; "
                                      "2026-01-01T00:00:00Z to 2026-01-01T00:29:00Z.\n"));
}

TEST_F(RolloutReplay, decides_the_ticks_of_another_policys_journal_anew) {
  ASSERT_EQ(replay(bad, {"--journal", journal, "--quiet"}).status, 1);
  rollout::Policy lenient = journal_policy();
  lenient.rules[0].effect = rollout::Effect::pause;
  lenient.rules.push_back(
      {.name = "crash", .test = rollout::ThresholdTest{{"error", {}}, rollout::Against::absolute, 0.9}});
  policy = folder.file("lenient.json", store::format_policy(lenient));
  const Outcome outcome = replay(journal);
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("PAUSE by errors"));
  EXPECT_THAT(outcome.out, HasSubstr("The journal is of another policy: its ticks were decided anew, not compared.\n"));
}

TEST_F(RolloutReplay, refuses_what_it_cannot_read_by_file_and_line) {
  std::string text = content_of(good);
  text.replace(text.find("\"candidate\""), 11, "\"canidate\"");
  const Outcome misspelt = replay(folder.file("e.jsonl", text));
  EXPECT_EQ(misspelt.status, 3);
  EXPECT_THAT(misspelt.err, HasSubstr(": arm: expected \"baseline\" or \"candidate\", found \"canidate\"\n"));
  EXPECT_EQ(misspelt.out, "");
  const Outcome cut = replay(folder.file("e.jsonl", content_of(good).substr(0, 3000)));
  EXPECT_EQ(cut.status, 3);
  EXPECT_THAT(cut.err, HasSubstr("found the end of the input within it\n"));
  EXPECT_EQ(replay(folder.path("none")).status, 3);
  EXPECT_EQ(test::leeway({"rollout", "replay", policy}).status, 2);
  EXPECT_EQ(test::leeway({"rollout", "replay", "-", good}).status, 2);
  EXPECT_EQ(test::leeway({"rollout", "replay", folder.file("p", "{}"), good}).status, 2);
}

TEST_F(RolloutReplay, writes_over_no_journal_and_says_where_it_cannot_write) {
  ASSERT_EQ(replay(good, {"--journal", journal}).status, 0);
  const std::string before = content_of(journal);
  EXPECT_EQ(replay(good, {"--journal", journal}).status, 2);
  EXPECT_EQ(replay(journal, {"--journal", journal}).status, 2);
  EXPECT_EQ(replay(good, {"--journal", "-"}).status, 2);
  EXPECT_EQ(content_of(journal), before);
  EXPECT_EQ(replay(good, {"--journal", "/dev/full"}).status, 3);
  EXPECT_EQ(replay(good, {"--json", "/dev/full"}).status, 3);
}

TEST_F(RolloutReplay, verify_tells_a_cut_a_change_and_another_history) {
  ASSERT_EQ(replay(bad, {"--journal", journal, "--quiet"}).status, 1);
  const std::string text = content_of(journal);
  const std::string head = text.substr(text.size() - 67, 64);
  const std::string third = [&] {
    std::size_t end = 0;
    for (int line = 0; line < 3; ++line) end = text.find('\n', end) + 1;
    return text.substr(end - 67, 64);
  }();
  EXPECT_THAT(verify(journal, {"--head", head}).out, HasSubstr("that of record 60: up to there"));
  EXPECT_EQ(verify(journal, {"--head", third}).status, 0);
  EXPECT_EQ(verify(journal, {"--head", std::string(64, 'f')}).status, 1);

  const std::string cut = folder.file("cut", text.substr(0, text.size() - 10));
  EXPECT_EQ(verify(cut).status, 1);
  EXPECT_THAT(verify(cut).out, HasSubstr(" of a record that is not whole, as a crash leaves it"));
  EXPECT_EQ(verify(cut, {"--head", head}).status, 1);
  EXPECT_EQ(content_of(cut).size(), text.size() - 10);
  EXPECT_EQ(replay(cut).status, 1);  // its whole records are a rollout that went back

  std::string other = text;
  other.replace(other.find("\"ann\""), 5, "\"bob\"");
  const std::string changed = folder.file("changed", other);
  const Outcome found = verify(changed, {"--json", folder.path("v.json")});
  EXPECT_EQ(found.status, 1);
  EXPECT_THAT(found.err, HasSubstr("/changed:22: at byte "));
  const Json json = Json::parse(content_of(folder.path("v.json")));
  EXPECT_EQ(json["good"], false);
  EXPECT_THAT(json["error"]["message"].get<std::string>(), HasSubstr("expected the hash "));
  EXPECT_EQ(replay(changed).status, 3);

  EXPECT_EQ(verify(good).status, 3);
  EXPECT_EQ(verify(folder.path("none")).status, 3);
  EXPECT_EQ(test::leeway({"rollout", "verify"}).status, 2);
  const Json sound = Json::parse(verify(journal, {"--json", "-"}).out);
  EXPECT_EQ(sound["good"], true);
  EXPECT_EQ(sound["head"], head);
  EXPECT_EQ(sound["ticks"], 30);
}

}  // namespace
}  // namespace leeway::cli
