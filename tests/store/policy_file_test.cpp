#include "leeway/store/policy_file.hpp"

#include <gtest/gtest.h>

#include <string>

#include "leeway/store/atomic_file.hpp"
#include "support/generator.hpp"
#include "support/rollout_policy.hpp"

namespace leeway::store {
namespace {

const std::string kExample = LEEWAY_SOURCE_DIR "/examples/data/canary_policy.json";

std::string joined(const std::vector<Error>& errors) {
  std::string text;
  for (const Error& error : errors) text += (text.empty() ? "" : "\n") + to_string(error);
  return text;
}

std::string error_of(const std::string& text) {
  const auto policy = parse_policy(text, "p.json");
  return policy ? "no error" : to_string(policy.error());
}

std::string edited(const std::string& from, const std::string& to) {
  std::string text = format_policy(test::every_rule());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(PolicyFile, reads_back_what_was_written_byte_by_byte) {
  const std::string text = format_policy(test::every_rule());
  const auto read = parse_policy(text, "p.json");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(format_policy(*read), text);
}

TEST(PolicyFile, says_all_that_the_policy_says) {
  EXPECT_EQ(format_policy(test::every_rule()), R"({
 "format": "leeway.rollout_policy",
 "version": 1,
 "name": "ranker",
 "last_known_good": {"name":"41","hash":"00112233445566778899aabbccddeeff","fingerprint":"probe 7"},
 "candidate": {"name":"42","hash":"ffeeddccbbaa99887766554433221100"},
 "attempt": 3,
 "state": "feedback_loop",
 "equal_arms": false,
 "false_rollback_budget": 0.05,
 "metrics": [
  {"name":"error","kind":"rate","worse":"higher","minimum_count":20,"independent":true},
  {"name":"revenue","kind":"mean","worse":"lower","minimum_count":10,"skewed":false},
  {"name":"latency_ms","kind":"distribution","worse":"higher","minimum_count":100,"edges":[75,100,250,500.5]},
  {"name":"score","kind":"values","worse":"lower","minimum_count":1,"bounds":[-1,2]},
  {"name":"click","kind":"rate","worse":"lower","minimum_count":1}
 ],
 "rules": [
  {"name":"p99","effect":"rollback","tier":"immediate","threshold":{"metric":"latency_ms","quantile":0.99,"ratio":2,"for":"5m"}},
  {"name":"slow","effect":"hold","threshold":{"metric":"latency_ms","quantile":0.5,"absolute":250,"consecutive":3}},
  {"name":"clicks","effect":"pause","threshold":{"metric":"click","difference":-0.02,"m_of_n":[3,5]}},
  {"name":"broken","effect":"rollback","tier":"immediate","threshold":{"metric":"error","absolute":0.2}},
  {"name":"errors","effect":"rollback","tier":"immediate","statistical":{"metric":"error","alpha":0.01,"margin":0.001,"slices":true}},
  {"name":"income","effect":"rollback","tier":"delayed","statistical":{"metric":"revenue","alpha":0.02}},
  {"name":"tail","effect":"report","statistical":{"metric":"latency_ms","alpha":0.05,"thresholds":[250,500.5]}},
  {"name":"scores","effect":"rollback","tier":"rapid","statistical":{"metric":"score","alpha":0.01,"margin":0.1}},
  {"name":"burn","effect":"pause","burn_rate":{"metric":"error","objective":0.99,"windows":[{"long":"1h","short":"5m","factor":14.4},{"long":"6h","short":"30m","factor":6}]}},
  {"name":"crash","effect":"rollback","tier":"immediate","circuit_breaker":{"metric":"error","limit":0.5,"minimum_count":100,"window_ticks":3,"open":"1m","probes":10}},
  {"name":"split","effect":"pause","sample_ratio":{"metric":"error","alpha":0.001}}
 ],
 "stages": [
  {"phase":"shadow","minimum":"10m","minimum_ticks":1},
  {"phase":"canary","weight":0.05,"minimum":"10m","minimum_ticks":5},
  {"phase":"canary","weight":0.5,"minimum":"0s","minimum_ticks":1,"gate":{"timeout":"4h","on_timeout":"rollback","approvals":2}},
  {"phase":"pre_switch","minimum":"0s","minimum_ticks":1},
  {"phase":"switched","minimum":"1h","minimum_ticks":1,"deadline":"2h","on_deadline":"rollback"}
 ],
 "false_promotion": 0.1,
 "promotion": [
  {"metric":"error","margin":0.005},
  {"metric":"latency_ms","margin":0.01,"thresholds":[250]},
  {"metric":"revenue","margin":1.5}
 ],
 "promotion_gate": {"timeout":"1d","on_timeout":"hold","approvals":1},
 "immediate": {"timeout":"30s","attempts":2},
 "rapid": {"timeout":"5m","attempts":3},
 "delayed": {"timeout":"4h","attempts":1},
 "silence": {"after":"10m","effect":"rollback"}
}
)");
}

TEST(PolicyFile, reads_what_a_person_would_write) {
  const auto policy = load_policy(kExample);
  ASSERT_TRUE(policy) << to_string(policy.error());
  ASSERT_EQ(policy->rules.size(), 7U);
  EXPECT_EQ(policy->rules[3].effect, rollout::Effect::rollback);
  EXPECT_EQ(policy->rules[3].tier, rollout::Tier::rapid);
  EXPECT_EQ(policy->immediate.timeout, std::chrono::seconds(30));
  const std::string canonical = format_policy(*policy);
  EXPECT_EQ(format_policy(*parse_policy(canonical, "")), canonical);
}

TEST(PolicyFile, writes_how_long_a_tick_is_where_the_policy_says_so) {
  auto policy = load_policy(kExample);
  ASSERT_TRUE(policy);
  EXPECT_EQ(format_policy(*policy).find("\"tick\""), std::string::npos) << "learned: hashes are those of before";
  policy->tick = std::chrono::seconds(90);
  EXPECT_NE(format_policy(*policy).find("\"tick\": \"1m30s\""), std::string::npos);
  EXPECT_EQ(parse_policy(format_policy(*policy), "")->tick, policy->tick);
}

TEST(PolicyFile, has_a_hash_of_what_it_says_and_not_of_how) {
  const auto policy = load_policy(kExample);
  ASSERT_TRUE(policy);
  const std::string hash = *policy_hash(*policy);
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_EQ(*policy_hash(*parse_policy(format_policy(*policy), "")), hash);
  auto other = *policy;
  other.rules[2].test = rollout::StatisticalTest{.metric = "error", .alpha = ErrorRate(0.02)};
  EXPECT_NE(*policy_hash(other), hash);
}

TEST(PolicyFile, says_that_values_are_independent) {
  auto policy = *load_policy(kExample);
  policy.metrics = {{.name = "score", .kind = rollout::MetricKind::values, .independent = true}};
  const std::string text = format_policy(policy);
  EXPECT_NE(text.find("\"independent\":true,\"bounds\":[0,1]"), std::string::npos) << text;
}

TEST(PolicyFile, names_the_path_of_what_is_wrong) {
  const struct {
    const char *from, *to, *error;
  } cases[] = {
      {"leeway.rollout_policy", "leeway.schema",
       "p.json.format: expected \"leeway.rollout_policy\", found \"leeway.schema\""},
      {"\"version\": 1", "\"version\": 2", "p.json.version: expected version 1, found 2"},
      {"\"version\": 1,", "", "p.json.version: expected a count, found nothing"},
      {"\"equal_arms\"", "\"equal_arm\"",
       "p.json: expected one of format, version, name, last_known_good, candidate, attempt, state, equal_arms, "
       "false_rollback_budget, metrics, rules, stages, false_promotion, promotion, promotion_gate, immediate, rapid, "
       "delayed, silence, tick, found \"equal_arm\""},
      {"\"hash\":\"0011", "\"hsah\":\"0011",
       "p.json.last_known_good: expected one of name, hash, fingerprint, found \"hsah\""},
      {"\"hash\":\"0011", "\"hash\":\"0\",\"hash\":\"0011",
       "p.json.last_known_good.hash: expected each member once, found it twice"},
      {"\"feedback_loop\"", "\"some\"",
       "p.json.state: expected \"stateless\", \"stateful\" or \"feedback_loop\", found \"some\""},
      {"\"attempt\": 3", "\"attempt\": 4294967296", "p.json.attempt: expected at most 4294967295, found 4294967296"},
      {"\"attempt\": 3", "\"attempt\": -1", "p.json.attempt: expected a count, found -1"},
      {"\"false_rollback_budget\": 0.05,", "", "p.json.false_rollback_budget: expected a number, found nothing"},
      {"\"false_rollback_budget\": 0.05", "\"false_rollback_budget\": 5",
       "p.json.false_rollback_budget: expected a number above 0 and below 1, found 5.0"},
      {"\"worse\":\"higher\",", "", "p.json.metrics[0].worse: expected text, found nothing"},
      {"\"kind\":\"rate\"", "\"kind\":\"ratio\"",
       "p.json.metrics[0].kind: expected \"rate\", \"mean\", \"distribution\" or \"values\", found \"ratio\""},
      {",\"minimum_count\":20", "", "p.json.metrics[0].minimum_count: expected a count, found nothing"},
      {"\"minimum_count\":20", "\"minimum_count\":0", "p.json.metrics[0].minimum_count: expected at least 1, found 0"},
      {"\"independent\":true", "\"skewed\":false",
       "p.json.metrics[0]: expected one of name, kind, worse, minimum_count, independent, found \"skewed\""},
      {",\"edges\":[75,100,250,500.5]", "", "p.json.metrics[2].edges: expected a list of numbers, found nothing"},
      {"[-1,2]", "[2]", "p.json.metrics[3].bounds: expected [lower, upper], found 1 numbers"},
      {"\"ratio\":2,", "", "p.json.rules[0].threshold: expected one of absolute, ratio or difference, found none"},
      {"\"ratio\":2", "\"ratio\":2,\"absolute\":250",
       "p.json.rules[0].threshold: expected one of absolute, ratio or difference, found absolute and ratio"},
      {"\"for\":\"5m\"", "\"for\":\"5m\",\"consecutive\":2",
       "p.json.rules[0].threshold: expected one of for, consecutive or m_of_n, found for and consecutive"},
      {"\"for\":\"5m\"", "\"for\":\"5 min\"",
       "p.json.rules[0].threshold.for: expected a duration such as \"30s\" or \"1h30m\", found \"5 min\""},
      {"\"for\":\"5m\"", "\"for\":300", "p.json.rules[0].threshold.for: expected text, found 300"},
      {"\"ratio\":2", "\"ratio\":0.5",
       "p.json.rules[0].threshold.ratio: expected a ratio of at least 1, or an equal candidate fails, found 0.5"},
      {"[3,5]", "[3]", "p.json.rules[2].threshold.m_of_n: expected [m, n], found 1 counts"},
      {"\"effect\":\"hold\"", "\"effect\":\"hold\",\"tier\":\"rapid\"",
       "p.json.rules[1].tier: expected no tier of a rule that does not roll back, found effect \"hold\""},
      {"\"effect\":\"hold\"", "\"effect\":\"abort\"",
       "p.json.rules[1].effect: expected \"rollback\", \"pause\", \"hold\" or \"report\", found \"abort\""},
      {"\"tier\":\"immediate\"", "\"tier\":\"now\"",
       "p.json.rules[0].tier: expected \"immediate\", \"rapid\" or \"delayed\", found \"now\""},
      {"\"statistical\"", "\"statistics\"",
       "p.json.rules[4]: expected one of name, effect, tier, threshold, statistical, burn_rate, circuit_breaker, "
       "sample_ratio, found \"statistics\""},
      {",\"statistical\":{\"metric\":\"revenue\",\"alpha\":0.02}", "",
       "p.json.rules[5]: expected a test (threshold, statistical, burn_rate, circuit_breaker or sample_ratio), found "
       "none"},
      {"\"statistical\":{\"metric\":\"revenue\",\"alpha\":0.02}",
       "\"statistical\":{\"metric\":\"revenue\",\"alpha\":0.02},\"threshold\":{\"metric\":\"revenue\",\"ratio\":0.9}",
       "p.json.rules[5]: expected one test, found threshold and statistical"},
      {",\"alpha\":0.02", "", "p.json.rules[5].statistical.alpha: expected a number, found nothing"},
      {"\"alpha\":0.02", "\"alpha\":0",
       "p.json.rules[5].statistical.alpha: expected a number above 0 and below 1, found 0.0"},
      {"\"alpha\":0.02", "\"alpha\":0.04",
       "p.json.false_rollback_budget: expected at least 0.06, the sum of the alphas of rules that roll back, found "
       "0.05"},
      {"\"skewed\":false", "\"skewed\":true",
       "p.json.rules[5].statistical: expected arms of equal size (\"equal_arms\": true), values that are not skewed "
       "(\"skewed\": false) or a distribution with thresholds, found a skewed mean in the unequal arms of stages[1], "
       "where the t-mixture breaks its promise"},
      {",\"windows\":[{\"long\":\"1h\"", ",\"window\":[{\"long\":\"1h\"",
       "p.json.rules[8].burn_rate: expected one of metric, objective, windows, found \"window\""},
      {"\"factor\":14.4", "\"factor\":\"14.4\"",
       "p.json.rules[8].burn_rate.windows[0].factor: expected a number, found \"14.4\""},
      {"\"weight\":0.05,", "", "p.json.stages[1].weight: expected a number, found nothing"},
      {"\"phase\":\"shadow\"", "\"phase\":\"shadow\",\"weight\":0",
       "p.json.stages[0].weight: expected no weight of a stage that is no canary, found one"},
      {"\"phase\":\"shadow\"", "\"phase\":\"promoting\"",
       "p.json.stages[0].phase: expected \"shadow\", \"canary\", \"pre_switch\" or \"switched\", found \"promoting\""},
      {"\"deadline\":\"2h\",", "", "p.json.stages[4].on_deadline: expected a deadline beside it, found none"},
      {"{\"timeout\":\"4h\",", "{", "p.json.stages[2].gate.timeout: expected text, found nothing"},
      {"\"margin\":1.5", "\"margin\":1e999", "p.json: expected JSON, found \"1e999\" in line 42, column 36"},
      {",\"margin\":1.5", "", "p.json.promotion[2].margin: expected a number, found nothing"},
      {"\"attempts\":3", "\"tries\":3", "p.json.rapid: expected one of timeout, attempts, found \"tries\""},
      {"{\"after\":\"10m\",", "{", "p.json.silence.after: expected text, found nothing"},
      {"\"promotion\": [", "\"promotion\": {}, \"x\": [",
       "p.json: expected one of format, version, name, last_known_good, candidate, attempt, state, equal_arms, "
       "false_rollback_budget, metrics, rules, stages, false_promotion, promotion, promotion_gate, immediate, rapid, "
       "delayed, silence, tick, found \"x\""},
  };
  for (const auto& [from, to, error] : cases) EXPECT_EQ(error_of(edited(from, to)), error);
}

TEST(PolicyFile, lists_all_that_is_wrong) {
  std::string text = edited("\"for\":\"5m\"", "\"for\":5");
  text.replace(text.find("\"alpha\":0.02"), 12, "\"alhpa\":0.02");
  text.replace(text.find("\"weight\":0.05,"), 14, "");
  text.replace(text.find("\"name\": \"ranker\""), 16, "\"name\": 7");
  EXPECT_EQ(joined(check_policy(text, "p")),
            "p.name: expected text, found 7\n"
            "p.rules[0].threshold.for: expected text, found 5\n"
            "p.rules[5].statistical: expected one of metric, alpha, margin, thresholds, slices, found \"alhpa\"\n"
            "p.stages[1].weight: expected a number, found nothing");
  text = edited("\"ratio\":2", "\"ratio\":0.5");
  text.replace(text.find("\"margin\":0.005"), 14, "\"margin\":0");
  EXPECT_EQ(joined(check_policy(text, "")),
            "rules[0].threshold.ratio: expected a ratio of at least 1, or an equal candidate fails, found 0.5\n"
            "promotion[0].margin: expected a finite number above 0, found 0");
  EXPECT_EQ(joined(check_policy(R"({"format": "leeway.rollout_policy", "version": 1, "name": "x", "rules": 3,
                                    "metrics": [3, {}], "promotion": []})",
                                "p")),
            "p.last_known_good: expected an object, found nothing\n"
            "p.metrics[0]: expected an object, found 3\n"
            "p.metrics[1].name: expected text, found nothing\n"
            "p.rules: expected a list of objects, found 3\n"
            "p.stages: expected a list of objects, found nothing");
}

TEST(PolicyFile, survives_json_of_any_other_shape) {
  for (const std::string text : {"", "null", "[]", "3", "{}", "{\"format\":\"leeway.rollout_policy\",\"version\":1}"})
    EXPECT_NE(error_of(text), "no error") << text;
}

TEST(PolicyFile, survives_any_mutation_and_reads_back_what_it_accepts) {
  const std::string pieces[] = {
      "null", "-1", "0",  "1e308", "true", "\"\"", "[]",        "{}",    "\"5m\"", "18446744073709551616",
      "\xFF", ",",  "\"", "-0.0",  "0.5",  "[1]",  "\"error\"", "1e-320"};
  test::Generator random(7);
  const std::string good = format_policy(test::every_rule());
  int accepted = 0;
  for (int round = 0; round < 2500; ++round) {
    std::string text = good;
    const std::size_t colon = text.find(':', random.below(text.size()));
    if (colon == std::string::npos) continue;
    const std::size_t end = text.find_first_of(",}]\n", colon);
    const std::string& piece = pieces[random.below(std::size(pieces))];
    if (random.below(2) == 0) {
      text.replace(colon + 1, end - colon - 1, piece);
    } else {
      text.replace(random.below(text.size()), random.below(20), piece);
    }
    const auto errors = check_policy(text, "p");
    const auto policy = parse_policy(text, "p");
    ASSERT_EQ(errors.empty(), policy.has_value()) << text;
    for (const Error& error : errors) {
      ASSERT_NE(error.message.find("expected"), std::string::npos) << text;
      ASSERT_TRUE(error.where.starts_with("p")) << text;
    }
    if (!policy) continue;
    ++accepted;
    const std::string written = format_policy(*policy);
    const auto again = parse_policy(written, "");
    ASSERT_TRUE(again) << to_string(again.error()) << text;
    ASSERT_EQ(format_policy(*again), written);
  }
  EXPECT_GT(accepted, 20);
}

TEST(PolicyFile, is_refused_with_a_byte_order_mark_as_events_are) {
  const auto errors = check_policy("\xEF\xBB\xBF" + format_policy(test::every_rule()), "p.json");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(to_string(errors[0]), "p.json: expected UTF-8 without a byte order mark, found one");
  EXPECT_EQ(errors[0].code, ErrorCode::format);
}

}  // namespace
}  // namespace leeway::store
