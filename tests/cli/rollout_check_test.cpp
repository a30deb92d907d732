// leeway rollout check and drill: what a newcomer reads, what scripts read, and what is said of what is wrong.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/rollout_drill.hpp"

namespace leeway::cli {
namespace {

using Json = nlohmann::json;
using test::content_of;
using test::leeway;
using test::Outcome;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Strings = std::vector<std::string>;

const std::string kPolicy = LEEWAY_SOURCE_DIR "/examples/data/canary_policy.json";

std::string edited(const Strings& pairs) {
  std::string text = content_of(kPolicy);
  for (std::size_t i = 0; i < pairs.size(); i += 2) {
    const std::size_t at = text.find(pairs[i]);
    EXPECT_NE(at, std::string::npos) << pairs[i];
    text.replace(at, pairs[i].size(), pairs[i + 1]);
  }
  return text;
}

// ---- check

TEST(RolloutCheck, says_what_a_good_policy_does) {
  const Outcome outcome = leeway({"rollout", "check", kPolicy});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  for (const char* part :
       {"ranker canary: ranker 42 (60303ae22b99) in the place of ranker 41 (9f86d081884c), attempt 1",
        "copies of requests", "10 % of traffic", "1 approval; after 12h rolls back", "4h, then pauses",
        "error worse by less than 0.005", "rolls back, immediate  p99 of latency_ms above 2 x baseline, for 5m",
        "latency_ms proved worse at 200, 400", "click proved lower by more than 0.005",
        "at most 5 % over the whole rollout", "other rules promise none", "A rollback goes to ranker 41",
        "there is no state to restore", "immediate (2 attempts of 30s)",
        "Never decided by the machine: to begin stage 3,", "without data of both arms for 15m it pauses"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
}

TEST(RolloutCheck, says_by_what_a_rollback_is_verified) {
  EXPECT_THAT(leeway({"rollout", "check", kPolicy}).out,
              AllOf(HasSubstr("done once the host says so and every member of the fleet that reports says its hash"),
                    HasSubstr("Without a fingerprint, and where no fleet reports, that is the host's word alone.\n")));
  const TemporaryFolder folder;
  const std::string path =
      folder.file("p.json", edited({"\"name\": \"ranker 41\"", "\"name\": \"ranker 41\", \"fingerprint\": \"7\""}));
  EXPECT_THAT(leeway({"rollout", "check", path}).out,
              AllOf(HasSubstr("done once its fingerprint on the probe set is back"), Not(HasSubstr("word alone"))));
}

TEST(Rollout, names_no_option_that_it_has_not) {
  const std::string help = leeway({"rollout", "--help"}).out;
  EXPECT_THAT(help, AllOf(HasSubstr("Exit status: 0 fine; 1 of replay"), Not(HasSubstr("--fail-on"))));
}

TEST(RolloutCheck, describes_every_rule) {
  const TemporaryFolder folder;
  const std::string path = folder.file(
      "p.json",
      edited({"\"ratio\": 2, \"for\": \"5m\"", "\"difference\": 50, \"m_of_n\": [3, 5]",
              "{\"metric\": \"error\", \"alpha\": 0.01}", "{\"metric\": \"error\", \"alpha\": 0.01, \"slices\": true}",
              "\"state\": \"stateless\"", "\"state\": \"feedback_loop\""}));
  const Outcome outcome = leeway({"rollout", "check", path});
  EXPECT_THAT(outcome.out, HasSubstr("p99 of latency_ms above baseline + 50, in 3 of the last 5 ticks"));
  EXPECT_THAT(outcome.out, HasSubstr("error proved higher, as a whole or in a slice"));
  EXPECT_THAT(outcome.out, HasSubstr("the training data of the time are put aside"));
}

TEST(RolloutCheck, writes_json) {
  const Outcome outcome = leeway({"rollout", "check", kPolicy, "--json", "-"});
  EXPECT_EQ(outcome.status, 0);
  const Json json = Json::parse(outcome.out);
  EXPECT_EQ(json["format"], "leeway.rollout_check");
  EXPECT_EQ(json["good"], true);
  EXPECT_EQ(json["policy_hash"].get<std::string>().size(), 64U);
  EXPECT_EQ(json["rules"].size(), 7U);
  EXPECT_EQ(json["rules"][2]["alpha"], 0.01);
  EXPECT_EQ(json["false_rollback_budget"], 0.05);
}

TEST(RolloutCheck, lists_every_error_one_a_line) {
  const TemporaryFolder folder;
  const std::string path = folder.file("p.json", edited({"\"ratio\": 2", "\"ratio\": 0.5", "\"weight\": 0.1,",
                                                         "\"weight\": 0.01,", "\"margin\": 0.01", "\"margin\": 0"}));
  const Outcome outcome = leeway({"rollout", "check", path});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "leeway: " + path +
                ".rules[1].threshold.ratio: expected a ratio of at least 1, or an equal candidate fails, found 0.5\n"
                "leeway: " +
                path + ".stages[2].weight: expected more than 0.01 of the stage before, found 0.01\nleeway: " + path +
                ".promotion[1].margin: expected a finite number above 0, found 0\n");
  const Outcome as_json = leeway({"rollout", "check", path, "--json", "-"});
  EXPECT_EQ(as_json.status, 2);
  const Json json = Json::parse(as_json.out);
  EXPECT_EQ(json["good"], false);
  EXPECT_EQ(json["errors"].size(), 3U);
  EXPECT_EQ(json["errors"][1]["where"], path + ".stages[2].weight");
}

TEST(RolloutCheck, tells_bad_policies_from_files_that_are_not_there) {
  const TemporaryFolder folder;
  EXPECT_EQ(leeway({"rollout", "check", folder.path("none.json")}).status, 3);
  EXPECT_EQ(leeway({"rollout", "check", folder.file("p.json", "{")}).status, 2);
  EXPECT_EQ(leeway({"rollout", "check", folder.file("p.json", "{\"format\":\"leeway.schema\",\"version\":1}")}).status,
            2);
  EXPECT_EQ(leeway({"rollout", "check", "-"}).status, 2);
  EXPECT_EQ(leeway({"rollout", "check"}).status, 2);
  EXPECT_EQ(leeway({"rollout", "check", kPolicy, "--quiet"}).out, "");
}

// ---- drill

Strings drill(const Strings& more) {
  Strings arguments{"rollout",    "drill",      kPolicy,      "--runs",           "5",
                    "--baseline", "error=0.01", "--baseline", "latency_ms=80,0.5"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST(RolloutDrill, tells_a_newcomer_what_happens) {
  const Outcome outcome = leeway(drill({"--fault", "error:x5", "--tier", "immediate=fail"}));
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const char* part : {"5 runs of at most 640 ticks (10h40m), 10,000 requests a tick",
                           "fault: error x 5, from the first tick that serves people with it on", "error=0.01;",
                           "click=0.1 (not stated)", "rolled back       5 of 5 runs (100 %; 47.82 % to 100 % at 95 %)",
                           "decided by        errors in 5 runs", "ended by          rapid 5"})
    EXPECT_THAT(outcome.out, HasSubstr(part));
  EXPECT_EQ(leeway(drill({"--fault", "error:x5", "--tier", "immediate=fail"})).out, outcome.out);
}

TEST(RolloutDrill, asks_for_false_rollbacks_without_a_fault) {
  const Outcome outcome = leeway(drill({}));
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("every rollback is a false one"), HasSubstr("promoted         5 of 5 runs")));
}

TEST(RolloutDrill, says_what_holds_a_rollout) {
  EXPECT_THAT(leeway(drill({"--requests", "500"})).out,
              HasSubstr("silence of click, error, latency_ms (an arm had no data, or fewer than the minimum, or none"));
  EXPECT_THAT(leeway(drill({"--no-approval", "--ticks", "300"})).out,
              HasSubstr("a gate that nobody has answered in 5 runs"));
}

TEST(RolloutDrill, says_where_a_run_ended_before_its_fault) {
  EXPECT_THAT(leeway(drill({"--fault", "error:x5@600"})).out,
              HasSubstr("a fault never began  5 of 5 runs (100 %; 47.82 % to 100 % at 95 %): they ended before"));
  EXPECT_THAT(leeway(drill({"--fault", "error:x5"})).out, Not(HasSubstr("never began")));
}

TEST(RolloutDrill, writes_json) {
  const Json json = Json::parse(leeway(drill({"--fault", "error:x5", "--json", "-"})).out);
  EXPECT_EQ(json["format"], "leeway.rollout_drill");
  EXPECT_EQ(json["rolled_back"]["runs"], 5);
  EXPECT_EQ(json["faults"][0]["kind"], "factor");
  EXPECT_GT(json["ticks_to_rollback"]["median"], 0);
  EXPECT_EQ(json["rules"][0]["rule"], "errors");
  EXPECT_EQ(json["ended_by"]["immediate"], 5);
}

TEST(RolloutDrill, reads_recorded_events) {
  const TemporaryFolder folder;
  std::string lines;
  for (int minute = 10; minute < 59; ++minute) {
    const std::string at = "{\"at\":\"2026-01-01T00:" + std::to_string(minute) + ":00Z\",\"kind\":\"arm\",\"arm\":\"";
    const std::string metrics = ",\"metrics\":{\"error\":{\"events\":20,\"count\":2000}}}\n";
    lines += at + "baseline\",\"weight\":0.5" + metrics + at + "candidate\",\"weight\":0.5" + metrics;
  }
  const std::string events = folder.file("events.jsonl", lines);
  const Outcome outcome = leeway({"rollout", "drill", kPolicy, "--events", events, "--fault", "error:x5@5"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("49 recorded ticks\n"), HasSubstr("decided by        errors in 1 run")));
  EXPECT_EQ(leeway({"rollout", "drill", kPolicy, "--events", events, "--runs", "3"}).err,
            "leeway: --runs: expected it without --events, found both\n");
  EXPECT_EQ(leeway({"rollout", "drill", kPolicy, "--events", folder.file("e", "{}\n")}).status, 3);
  EXPECT_EQ(leeway({"rollout", "drill", kPolicy, "--events", folder.file("e", "")}).status, 3);
}

TEST(RolloutDrill, reads_the_notation_of_faults) {
  using rollout::FaultKind;
  const struct {
    const char* text;
    rollout::Fault fault;
  } cases[] = {
      {"error:x3", {FaultKind::factor, "error", 3, {}}},
      {"error:x0.5@20", {FaultKind::factor, "error", 0.5, 20}},
      {"error:+0.02", {FaultKind::shift, "error", 0.02, {}}},
      {"revenue:-5@0", {FaultKind::shift, "revenue", -5, 0}},
      {"a:b:nan", {FaultKind::nan, "a:b", 1, {}}},
      {"error:no_data@7", {FaultKind::no_data, "error", 1, 7}},
      {"no_data", {FaultKind::no_data, "", 1, {}}},
      {"swap_hash@3", {FaultKind::swap_hash, "", 1, 3}},
  };
  for (const auto& [text, fault] : cases) {
    const auto parsed = parse_fault(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->kind, fault.kind) << text;
    EXPECT_EQ(parsed->metric, fault.metric) << text;
    EXPECT_EQ(parsed->size, fault.size) << text;
    EXPECT_EQ(parsed->tick, fault.tick) << text;
  }
  for (const char* text : {"", "error", "error:", "error:3", "error:x", "error:xx", "error:x3@", "error:x3@-1",
                           "error:x3@y", "x3", "swap_hash:error"})
    EXPECT_FALSE(parse_fault(text)) << text;
}

TEST(RolloutDrill, refuses_what_makes_no_sense) {
  const struct {
    Strings options;
    const char* error;
  } cases[] = {
      {{"--fault", "error*3"},
       "leeway: --fault: expected a fault such as error:x3, error:+0.02, error:nan, no_data or swap_hash, perhaps with "
       "@20, found \"error*3\"\n"},
      {{"--fault", "eror:x3"}, "leeway: --fault: expected the name of a metric, found \"eror\"\n"},
      {{"--fault", "error:x3@999999"}, "leeway: --fault: expected a tick of the run, before 640, found 999999\n"},
      {{"--tick", "0s"}, "leeway: --tick: expected a duration above 0 and at most 3650d, found 0s\n"},
      {{"--ticks", "10000001"}, "leeway: --ticks: expected at most 10000000, found 10000001\n"},
      {{"--baseline", "error"}, "leeway: --baseline: expected METRIC=LEVEL or METRIC=LEVEL,SPREAD, found \"error\"\n"},
      {{"--baseline", "click=7"}, "leeway: --baseline: expected a rate from 0 to 1, found 7\n"},
      {{"--tier", "now=fail"},
       "leeway: --tier: expected immediate, rapid or delayed, = and ok, fail or time_out, found \"now=fail\"\n"},
      {{"--tick", "60"}, "leeway: --tick: expected a duration such as 30s or 1h30m, found \"60\"\n"},
      {{"--requests", "-1"}, "leeway: --requests: expected a count, found \"-1\"\n"},
      {{"--requests", "0"}, "leeway: --requests: expected 1 to 1000000, found 0\n"},
  };
  for (const auto& [options, error] : cases) {
    const Outcome outcome = leeway(drill(options));
    EXPECT_EQ(outcome.status, 2);
    EXPECT_EQ(outcome.err, error);
  }
}

}  // namespace
}  // namespace leeway::cli
