// The twelve vectors of Argo Rollouts' assessMetricStatus (analysis/analysis_test.go), as our own semantics state them.
// There, counters decide both ways: so many failures fail, and so many successes, or an end without failures, succeed.
// Here counters only fail; success is evidence of non-inferiority, which no counter gives, and an end before it
// (terminated) is neither. An error is unknown, and unknown holds, be it the first or the fifth.

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "rollout/rule_bench.hpp"

namespace leeway::rollout::test {
namespace {

struct Vector {
  std::string argo;          // limits, as in the original
  std::string argo_says;     // running / terminating
  Persistence persistence;   // the failure limit L: more than L failures, so L + 1 of the last 64
  std::string measurements;  // F failed, S successful, I inconclusive, E error: a tick each
  Verdict ours;              // after the last one
  std::string why;           // where ours differs
};

constexpr MOfN more_than(std::uint32_t failures) { return {failures + 1, 64}; }
constexpr MOfN kNoLimit{64, 64};  // a failureLimit of -1

const std::vector<Vector> kVectors{
    {"failureLimit 2", "Failed/Failed", more_than(2), "FFF", Verdict::fail, ""},
    {"failureLimit 3", "Running/Successful", more_than(3), "FFF", Verdict::inconclusive,
     "nothing but failures is no success, also not at its end"},
    {"no limit, consecutiveSuccessLimit 3", "Successful/Successful", kNoLimit, "FFFSSSS", Verdict::pass,
     "three good ticks pass the rule, and prove nothing"},
    {"no limit, consecutiveSuccessLimit 5", "Running/Successful", kNoLimit, "FFFSSSS", Verdict::pass,
     "the end of a run is no success"},
    {"no limit, consecutiveSuccessLimit 5, count 7", "Failed/Failed", kNoLimit, "FFFSSSS", Verdict::pass,
     "too few successes are no failure: the stage's deadline holds, pauses or goes back"},
    {"failureLimit 4, consecutiveSuccessLimit 4", "Failed/Failed", more_than(4), "FSFFFFSSSS", Verdict::fail,
     "five of the last 64 failed, though the last passed"},
    {"failureLimit 4, consecutiveSuccessLimit 4, count 10", "Inconclusive/Inconclusive", more_than(4), "FFSSSFFSSS",
     Verdict::pass, "four failures are allowed; without proof it is not promoted either"},
    {"failureLimit 4, consecutiveSuccessLimit 4, count 10", "Successful/Successful", more_than(4), "FFSSFFSSSS",
     Verdict::pass, "as before: no proof, no promotion"},
    {"failureLimit 4, consecutiveSuccessLimit 4, count 10", "Running/Successful", more_than(4), "FFSSFSSS",
     Verdict::pass, "the end of a run is no success"},
    {"inconclusiveLimit 2", "Inconclusive/Inconclusive", more_than(0), "III", Verdict::not_enough_data,
     "holds from the first on, not from the third"},
    {"consecutiveErrorLimit 4", "Error/Error", more_than(0), "EEEEE", Verdict::unknown,
     "holds from the first on; silence decides when it is too long"},
    {"consecutiveErrorLimit 4", "Running/Successful", more_than(0), "SEEEE", Verdict::unknown,
     "errors are never a success, whatever came before them"},
};

Policy policy_of(const Vector& vector) {
  Metric metric = rate_metric();
  metric.minimum_count = 100;
  Policy policy =
      policy_with(metric, ThresholdTest{.statistic = {"error"}, .limit = 0.5, .persistence = vector.persistence});
  policy.promotion.push_back({.metric = "error", .margin = 0.05});
  return policy;
}

Measurement candidate_of(char measurement) {
  switch (measurement) {
    case 'F': return Rate{60, 100};
    case 'S': return Rate{2, 100};
    case 'I': return Rate{0, 99};
    default: return Mean{100, std::numeric_limits<double>::quiet_NaN(), 0};
  }
}

TEST(ArgoVectors, give_these_verdicts_here) {
  ASSERT_EQ(kVectors.size(), 12u);
  for (const Vector& vector : kVectors) {
    RuleBench bench(policy_of(vector));
    for (const char measurement : vector.measurements) bench.step(rate(2, 100), candidate_of(measurement));
    EXPECT_EQ(bench.last.rules[0].verdict, vector.ours)
        << vector.argo << " " << vector.measurements << ": " << vector.argo_says << "; " << vector.why;
    EXPECT_NE(bench.last.promotion[0].verdict, Verdict::pass) << vector.argo << " " << vector.measurements;
  }
}

TEST(ArgoVectors, never_pass_a_tick_that_did_not_pass_there) {
  for (const Vector& vector : kVectors) {
    RuleBench bench(policy_of(vector));
    for (const char measurement : vector.measurements) {
      bench.step(rate(2, 100), candidate_of(measurement));
      EXPECT_EQ(bench.last.rules[0].verdict == Verdict::pass && measurement != 'S', false) << vector.argo;
    }
  }
}

// What users of counters that never go down ask for.
TEST(ArgoVectors, have_a_limit_of_failures_in_a_row_beside_them) {
  Vector vector{"", "", Consecutive{3}, "FFSFFSFFSFF", Verdict::inconclusive, ""};
  RuleBench bench(policy_of(vector));
  for (const char measurement : vector.measurements) bench.step(rate(2, 100), candidate_of(measurement));
  EXPECT_EQ(bench.last.rules[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(bench.step(rate(2, 100), candidate_of('F')).verdict, Verdict::fail);
}

}  // namespace
}  // namespace leeway::rollout::test
