#include "leeway/rollout/policy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/rollout_policy.hpp"

namespace leeway::rollout {
namespace {

using namespace std::chrono_literals;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string joined(const std::vector<Error>& errors) {
  std::string text;
  for (const Error& error : errors) text += (text.empty() ? "" : "\n") + to_string(error);
  return text;
}

template <class T>
T& test_of(Policy& policy, std::size_t rule) {
  return std::get<T>(policy.rules[rule].test);
}

struct Case {
  void (*break_it)(Policy&);
  const char* error;
};

void expect_each(const std::vector<Case>& cases) {
  for (const auto& [break_it, error] : cases) {
    Policy policy = test::every_rule();
    break_it(policy);
    EXPECT_EQ(joined(check(policy)), error);
    for (const Error& found : check(policy)) EXPECT_EQ(found.code, ErrorCode::invalid_argument);
  }
}

TEST(Policy, with_every_rule_is_good) { EXPECT_EQ(joined(check(test::every_rule())), ""); }

TEST(Policy, names_artifacts_by_their_complete_hash) {
  expect_each({
      {[](Policy& p) { p.name = ""; }, "name: expected a name, found an empty text"},
      {[](Policy& p) { p.name = "a\nb"; }, "name: expected a name of one line, found a control character"},
      {[](Policy& p) { p.name = "a\xFF"; }, "name: expected UTF-8 without NUL, found another byte after 1"},
      {[](Policy& p) { p.attempt = 0; }, "attempt: expected at least 1, found 0"},
      {[](Policy& p) { p.candidate.hash = "ffeeddcc"; },
       "candidate.hash: expected a complete hash of 32 to 128 hexadecimal digits, found \"ffeeddcc\" of 8"},
      {[](Policy& p) { p.last_known_good.hash[0] = 'A'; },
       "last_known_good.hash: expected lower-case hexadecimal digits alone, found "
       "\"A0112233445566778899aabbccddeeff\""},
      {[](Policy& p) { p.candidate.hash = p.last_known_good.hash; },
       "candidate.hash: expected another artifact than last_known_good, found the same"},
      {[](Policy& p) { p.candidate.name = ""; }, "candidate.name: expected a name, found an empty text"},
      {[](Policy& p) { p.candidate.fingerprint = "\xC3"; },
       "candidate.fingerprint: expected UTF-8 without NUL, found another byte after 0"},
  });
}

TEST(Policy, knows_what_each_metric_is) {
  expect_each({
      {[](Policy& p) {
         p.metrics[1].name = "";
         p.rules.erase(p.rules.begin() + 5);
         p.promotion.pop_back();
       },
       "metrics[1].name: expected a name, found an empty text"},
      {[](Policy& p) { p.metrics.push_back(p.metrics[0]); },
       "metrics[5].name: expected distinct names, found \"error\" twice"},
      {[](Policy& p) { p.metrics[0].minimum_count = 0; }, "metrics[0].minimum_count: expected at least 1, found 0"},
      {[](Policy& p) { p.metrics[0].edges = {1}; },
       "metrics[0].edges: expected none, for the metric is no distribution, found 1"},
      {[](Policy& p) { p.metrics[2].edges[0] = 100; },
       "metrics[2].edges[1]: expected edges in ascending order, found 100"},
      {[](Policy& p) { p.metrics[2].edges[0] = -kInfinity; },
       "metrics[2].edges[0]: expected a finite number, found -inf"},
      {[](Policy& p) { p.metrics[3].lower = 2; },
       "metrics[3].bounds: expected [lower, upper], finite and ascending, found [2, 2]\n"
       "rules[7].statistical.margin: expected less than the bounds are apart, found 0.1"},
      {[](Policy& p) { p.metrics[3].upper = kNaN; },
       "metrics[3].bounds: expected [lower, upper], finite and ascending, found [-1, nan]"},
  });
}

TEST(Policy, has_a_rule_that_rolls_back_and_evidence_to_promote) {
  expect_each({
      {[](Policy& p) { p.rules.clear(); }, "rules: expected at least one that rolls back, found none"},
      {[](Policy& p) { p.rules = {p.rules[1]}; }, "rules: expected at least one that rolls back, found none that does"},
      {[](Policy& p) { p.promotion.clear(); },
       "promotion: expected at least one metric with a margin, for finding nothing is no evidence, found none"},
      {[](Policy& p) { p.promotion[1].metric = "eror"; },
       "promotion[1].metric: expected the name of a metric, found \"eror\""},
      {[](Policy& p) { p.promotion[0].margin = 0; }, "promotion[0].margin: expected a finite number above 0, found 0"},
      {[](Policy& p) { p.promotion[2].margin = kInfinity; },
       "promotion[2].margin: expected a finite number above 0, found inf"},
      {[](Policy& p) { p.promotion[0].margin = 1; },
       "promotion[0].margin: expected a difference of shares, below 1, found 1"},
      {[](Policy& p) { p.promotion.push_back(p.promotion[0]); },
       "promotion[3].metric: expected each metric once, found \"error\" twice"},
      {[](Policy& p) { p.promotion[1].thresholds = {}; },
       "promotion[1].thresholds: expected 1 to 8 edges of the metric, fixed beforehand, found none"},
      {[](Policy& p) { p.promotion_gate->timeout = 0s; },
       "promotion_gate.timeout: expected a duration above 0 and at most 3650d, found 0s"},
  });
}

TEST(Policy, has_rules_of_distinct_names_that_the_engine_does_not_use) {
  expect_each({
      {[](Policy& p) { p.rules[3].name = "p99"; }, "rules[3].name: expected distinct names, found \"p99\" twice"},
      {[](Policy& p) { p.rules[3].name = ""; }, "rules[3].name: expected a name, found an empty text"},
      {[](Policy& p) { p.rules[3].name = "operator"; },
       "rules[3].name: expected a name that the engine does not use itself, found \"operator\""},
      {[](Policy& p) { p.rules[3].name = "promotion:error"; },
       "rules[3].name: expected a name that the engine does not use itself, found \"promotion:error\""},
  });
}

TEST(Policy, has_thresholds_that_can_fail_and_that_an_equal_candidate_passes) {
  expect_each({
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).statistic.metric = "latency"; },
       "rules[0].threshold.metric: expected the name of a metric, found \"latency\""},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).statistic.quantile.reset(); },
       "rules[0].threshold.quantile: expected a number above 0 and below 1, found none, for the metric is a "
       "distribution"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).statistic.quantile = 1; },
       "rules[0].threshold.quantile: expected a number above 0 and below 1, found 1"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 3).statistic.quantile = 0.5; },
       "rules[3].threshold.quantile: expected none, for the metric is no distribution, found 0.5"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).limit = 0.9; },
       "rules[0].threshold.ratio: expected a ratio of at least 1, or an equal candidate fails, found 0.9"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).limit = kNaN; },
       "rules[0].threshold.ratio: expected a finite number, found nan"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 1).limit = 300; },
       "rules[1].threshold.absolute[0]: expected an edge of the metric, such as 250, found 300"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 2).limit = 0.02; },
       "rules[2].threshold.difference: expected a difference above -1 and at most 0, for lower is worse, found 0.02"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 3).limit = 1; },
       "rules[3].threshold.absolute: expected a rate from 0 to below 1, or no rate is beyond it, found 1"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).persistence = Sustained{-1us}; },
       "rules[0].threshold.for: expected a duration from 0s to 3650d, found -1us"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).persistence = Sustained{Duration::max()}; },
       "rules[0].threshold.for: expected a duration from 0s to 3650d, found 106751991d4h54s775ms807us"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 1).persistence = Consecutive{0}; },
       "rules[1].threshold.consecutive: expected at least 1, found 0"},
      {[](Policy& p) {
         test_of<ThresholdTest>(p, 2).persistence = MOfN{6, 5};
       },
       "rules[2].threshold.m_of_n: expected [m, n] with 1 <= m <= n <= 64, found [6, 5]"},
      {[](Policy& p) {
         test_of<ThresholdTest>(p, 2).persistence = MOfN{0, 5};
       },
       "rules[2].threshold.m_of_n: expected [m, n] with 1 <= m <= n <= 64, found [0, 5]"},
      {[](Policy& p) {
         test_of<ThresholdTest>(p, 2).persistence = MOfN{3, 65};
       },
       "rules[2].threshold.m_of_n: expected [m, n] with 1 <= m <= n <= 64, found [3, 65]"},
  });
}

/// A policy in which rules[0] is a threshold of a metric with values.
std::string limited(const Metric& metric, Against against, double limit) {
  Policy policy = test::every_rule();
  policy.metrics[3] = metric;
  policy.rules.erase(policy.rules.begin() + 7);  // of that metric, whose bounds differ
  policy.rules[0].test = ThresholdTest{{metric.name, {}}, against, limit, {}};
  return joined(check(policy));
}

Metric values(Worse worse, double lower, double upper) {
  return {.name = "score", .kind = MetricKind::values, .worse = worse, .lower = lower, .upper = upper};
}

TEST(Policy, has_limits_of_values_that_some_mean_is_beyond_and_not_each) {
  const Metric higher = values(Worse::higher, 0, 1);
  const Metric lower = values(Worse::lower, 0.5, 1);
  const std::string path = "rules[0].threshold";
  EXPECT_EQ(limited(higher, Against::difference, 5),
            path + ".difference: expected a difference from 0 to less than the bounds are apart, found 5");
  EXPECT_EQ(limited(higher, Against::difference, 0.99), "");
  EXPECT_EQ(limited(lower, Against::difference, -0.5),
            path +
                ".difference: expected a difference of at most 0 that is less than the bounds are apart, for lower "
                "is worse, found -0.5");
  EXPECT_EQ(limited(higher, Against::absolute, -5),
            path +
                ".absolute: expected a number from the lower bound to below the upper one, or each mean is beyond "
                "it, or none, found -5");
  EXPECT_EQ(limited(higher, Against::absolute, 0), "");
  EXPECT_NE(limited(higher, Against::absolute, 1), "");
  EXPECT_EQ(limited(lower, Against::absolute, 1), "");
  EXPECT_NE(limited(lower, Against::absolute, 1.1), "");
  EXPECT_EQ(limited(lower, Against::ratio, 0.1),
            path + ".ratio: expected a ratio above that of the bounds, or no mean is beyond it, found 0.1");
  EXPECT_EQ(limited(lower, Against::ratio, 0.6), "");
  EXPECT_EQ(limited(values(Worse::higher, 0.5, 1), Against::ratio, 2),
            path + ".ratio: expected a ratio below that of the bounds, or no mean is beyond it, found 2");
  EXPECT_EQ(limited(higher, Against::ratio, 100), "");
  EXPECT_EQ(limited(values(Worse::higher, -1, 0), Against::ratio, 2),
            path + ".ratio: expected absolute or difference, for no mean within the bounds is above 0, found 2");
}

TEST(Policy, compares_quantiles_by_ratios_that_its_edges_resolve) {
  constexpr const char* kError =
      ": expected a ratio that two neighbouring edges above 0 are closer than, for quantiles are read at edges: finer "
      "edges, or a statistical rule with thresholds, found ";
  const auto errors = [](Worse worse, double ratio, std::vector<double> edges) {
    Policy policy = test::every_rule();
    policy.metrics.push_back(
        {.name = "ms", .kind = MetricKind::distribution, .worse = worse, .edges = std::move(edges)});
    policy.rules[0].test = ThresholdTest{{"ms", 0.99}, Against::ratio, ratio, {}};
    return joined(check(policy));
  };
  const std::string at = std::string("rules[0].threshold.ratio") + kError;
  EXPECT_EQ(errors(Worse::higher, 2, {100, 200, 400, 800}), at + "2");
  EXPECT_EQ(errors(Worse::higher, 2, {100, 199, 400, 800}), "");
  EXPECT_EQ(errors(Worse::higher, 2, {100}), at + "2");
  EXPECT_EQ(errors(Worse::higher, 2, {-2, -1, 0, 1, 3}), at + "2");
  EXPECT_EQ(errors(Worse::lower, 0.5, {100, 200, 400, 800}), at + "0.5");
  EXPECT_EQ(errors(Worse::lower, 0.5, {100, 200, 399, 800}), "");
}

TEST(Policy, refuses_what_is_never_reached_or_promises_nothing) {
  expect_each({
      {[](Policy& p) { test_of<ThresholdTest>(p, 1).persistence = Consecutive{4'000'000'000}; },
       "rules[1].threshold.consecutive: expected at most 10000, found 4000000000"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).persistence = Sustained{std::chrono::days(3640)}; },
       "rules[0].threshold.for: expected at most 30d, or it never fails, found 3640d"},
      {[](Policy& p) { test_of<ThresholdTest>(p, 0).persistence = Sustained{std::chrono::days(30)}; }, ""},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).minimum_count = 1'000'000'000'000'000'000; },
       "rules[9].circuit_breaker.minimum_count: expected at most 1000000000000, found 1000000000000000000"},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).probes = 1'000'000'000'000'000'000; },
       "rules[9].circuit_breaker.probes: expected at most 1000000000000, found 1000000000000000000"},
      {[](Policy& p) { p.metrics[0].minimum_count = 1'000'000'000'001; },
       "metrics[0].minimum_count: expected at most 1000000000000, found 1000000000001"},
      {[](Policy& p) { p.stages[1].minimum_ticks = 10'000'001; },
       "stages[1].minimum_ticks: expected at most 10000000, found 10000001"},
      {[](Policy& p) { p.stages[2].gate->approvals = 101; },
       "stages[2].gate.approvals: expected at most 100, found 101"},
      {[](Policy& p) { p.immediate.attempts = 4'000'000'000; },
       "immediate.attempts: expected at most 100, found 4000000000"},
      {[](Policy& p) { p.false_promotion = ErrorRate(0.999); },
       "false_promotion: expected at most 0.5, for a coin errs no more often, found 0.999"},
      {[](Policy& p) { p.false_rollback_budget = ErrorRate(0.6); },
       "false_rollback_budget: expected at most 0.5, for a coin errs no more often, found 0.6"},
      {[](Policy& p) { test_of<StatisticalTest>(p, 6).alpha = ErrorRate(0.9); },
       "rules[6].statistical.alpha: expected at most 0.5, for a coin errs no more often, found 0.9"},
      {[](Policy& p) { p.promotion[0].margin = 0.999; },
       "promotion[0].margin: expected at most 0.5, half of what can differ, found 0.999"},
      {[](Policy& p) { p.promotion[1].margin = 0.5; }, ""},
  });
}

TEST(Policy, tells_its_artifacts_apart) {
  expect_each({
      {[](Policy& p) { p.candidate.hash = p.last_known_good.hash + "00"; },
       "candidate.hash: expected a hash of which last_known_good's is no part, nor it of that, found "
       "\"00112233445566778899aabbccddeeff00\""},
      {[](Policy& p) { p.last_known_good.hash = p.candidate.hash + "00"; },
       "candidate.hash: expected a hash of which last_known_good's is no part, nor it of that, found "
       "\"ffeeddccbbaa99887766554433221100\""},
      {[](Policy& p) { p.candidate.fingerprint = p.last_known_good.fingerprint; },
       "candidate.fingerprint: expected another one than last_known_good's, by which a rollback is verified, found the "
       "same"},
      {[](Policy& p) { p.last_known_good.fingerprint = ""; }, ""},
  });
}

TEST(Policy, has_statistical_tests_that_fit_their_metrics) {
  expect_each({
      {[](Policy& p) { test_of<StatisticalTest>(p, 4).metric = "e"; },
       "rules[4].statistical.metric: expected the name of a metric, found \"e\""},
      {[](Policy& p) { test_of<StatisticalTest>(p, 4).margin = -1e-9; },
       "rules[4].statistical.margin: expected a finite number of at least 0, found -1e-09"},
      {[](Policy& p) { test_of<StatisticalTest>(p, 4).margin = kNaN; },
       "rules[4].statistical.margin: expected a finite number of at least 0, found nan"},
      {[](Policy& p) { test_of<StatisticalTest>(p, 4).margin = 1; },
       "rules[4].statistical.margin: expected a difference of shares, below 1, found 1"},
      {[](Policy& p) { test_of<StatisticalTest>(p, 7).margin = 3; },
       "rules[7].statistical.margin: expected less than the bounds are apart, found 3"},
      {[](Policy& p) { test_of<StatisticalTest>(p, 4).thresholds = {250}; },
       "rules[4].statistical.thresholds: expected none, for a rate has no edges, found 1"},
      {[](Policy& p) { test_of<StatisticalTest>(p, 6).thresholds = {}; },
       "rules[6].statistical.thresholds: expected 1 to 8 edges of the metric, fixed beforehand, found none"},
      {[](Policy& p) {
         test_of<StatisticalTest>(p, 6).thresholds = {250, 500};
       },
       "rules[6].statistical.thresholds[1]: expected an edge of the metric, such as 500.5, found 500"},
      {[](Policy& p) {
         test_of<StatisticalTest>(p, 6).thresholds = {250, 100};
       },
       "rules[6].statistical.thresholds[1]: expected thresholds in ascending order, found 100"},
  });
}

TEST(Policy, has_burn_rates_breakers_and_sample_ratios_that_can_fail) {
  expect_each({
      {[](Policy& p) { test_of<BurnRateTest>(p, 8).metric = "revenue"; },
       "rules[8].burn_rate.metric: expected a rate, found kind \"mean\""},
      {[](Policy& p) { test_of<BurnRateTest>(p, 8).objective = 1; },
       "rules[8].burn_rate.objective: expected a number above 0 and below 1, found 1"},
      {[](Policy& p) { test_of<BurnRateTest>(p, 8).windows.clear(); },
       "rules[8].burn_rate.windows: expected at least one window, found none"},
      {[](Policy& p) { test_of<BurnRateTest>(p, 8).windows[1].short_window = 6h; },
       "rules[8].burn_rate.windows[1].short: expected less than the long window, found 6h"},
      {[](Policy& p) { test_of<BurnRateTest>(p, 8).windows[0].factor = 100; },
       "rules[8].burn_rate.windows[0].factor: expected a factor that an error rate below 1 can burn, found 100"},
      {[](Policy& p) { test_of<BurnRateTest>(p, 8).windows[0].factor = 0; },
       "rules[8].burn_rate.windows[0].factor: expected a finite number above 0, found 0"},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).limit = 0; },
       "rules[9].circuit_breaker.limit: expected a number above 0 and at most 1, found 0"},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).minimum_count = 0; },
       "rules[9].circuit_breaker.minimum_count: expected at least 1, found 0"},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).window_ticks = 65; },
       "rules[9].circuit_breaker.window_ticks: expected 1 to 64 ticks, found 65"},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).open = 0s; },
       "rules[9].circuit_breaker.open: expected a duration above 0 and at most 3650d, found 0s"},
      {[](Policy& p) { test_of<CircuitBreakerTest>(p, 9).probes = 0; },
       "rules[9].circuit_breaker.probes: expected at least 1, found 0"},
      {[](Policy& p) { test_of<SampleRatioTest>(p, 10).metric = "x"; },
       "rules[10].sample_ratio.metric: expected the name of a metric, found \"x\""},
  });
}

#ifdef LEEWAY_RELEASE_BUILD  // elsewhere such an ErrorRate cannot be made
TEST(Policy, has_error_rates_between_0_and_1) {
  expect_each({
      {[](Policy& p) { test_of<StatisticalTest>(p, 6).alpha = ErrorRate(0); },
       "rules[6].statistical.alpha: expected a number above 0 and below 1, found 0"},
      {[](Policy& p) { test_of<SampleRatioTest>(p, 10).alpha = ErrorRate(kNaN); },
       "rules[10].sample_ratio.alpha: expected a number above 0 and below 1, found nan"},
      {[](Policy& p) { p.false_promotion = ErrorRate(1); },
       "false_promotion: expected a number above 0 and below 1, found 1"},
      {[](Policy& p) { p.false_rollback_budget = ErrorRate(7); },
       "false_rollback_budget: expected a number above 0 and below 1, found 7"},
  });
}
#endif

TEST(Policy, spends_no_more_than_its_budget_of_false_rollbacks) {
  expect_each({
      {[](Policy& p) { p.false_rollback_budget = ErrorRate(0.03); },
       "false_rollback_budget: expected at least 0.04, the sum of the alphas of rules that roll back, found 0.03"},
      {[](Policy& p) { p.rules[6].effect = Effect::rollback; },
       "false_rollback_budget: expected at least 0.09, the sum of the alphas of rules that roll back, found 0.05"},
      {[](Policy& p) { p.false_rollback_budget = ErrorRate(0.04); }, ""},  // 0.01 + 0.02 + 0.01 in binary
  });
  EXPECT_DOUBLE_EQ(spent_on_rollbacks(test::every_rule()), 0.04);
  EXPECT_EQ(spent_alpha(test::every_rule().rules[0]), 0);
  EXPECT_EQ(spent_alpha(test::every_rule().rules[10]), 0.001);
}

TEST(Policy, refuses_t_mixtures_of_skewed_means_in_unequal_arms_with_advice) {
  const std::string advice =
      ": expected arms of equal size (\"equal_arms\": true), values that are not skewed (\"skewed\": false) or a "
      "distribution with thresholds, found a skewed mean in the unequal arms of stages[1], where the t-mixture breaks "
      "its promise";
  Policy policy = test::every_rule();
  policy.metrics[1].skewed = true;
  EXPECT_EQ(joined(check(policy)), "rules[5].statistical" + advice + "\npromotion[2]" + advice);
  policy.equal_arms = true;
  EXPECT_EQ(joined(check(policy)), "");
  policy.equal_arms = false;
  policy.stages = {{.phase = Phase::shadow}, {.phase = Phase::canary, .weight = 0.5}};
  EXPECT_EQ(joined(check(policy)), "");
  policy.stages[1].weight = 0.9;
  EXPECT_EQ(joined(check(policy)), "rules[5].statistical" + advice + "\npromotion[2]" + advice);
  policy.rules.erase(policy.rules.begin() + 5);
  policy.promotion.pop_back();
  policy.rules[0].test = ThresholdTest{{"revenue", {}}, Against::ratio, 0.8, {}};
  policy.stages[1].weight = 0.1;
  EXPECT_EQ(joined(check(policy)), "") << "a threshold promises nothing";
}

TEST(Policy, has_stages_in_order) {
  expect_each({
      {[](Policy& p) { p.stages.clear(); }, "stages: expected at least one stage, found none"},
      {[](Policy& p) { p.stages[2].weight = 0.05; },
       "stages[2].weight: expected more than 0.05 of the stage before, found 0.05"},
      {[](Policy& p) { p.stages[1].weight = 0; },
       "stages[1].weight: expected a share above 0 and below 1, for both arms need traffic, found 0"},
      {[](Policy& p) { p.stages[2].weight = 1; },
       "stages[2].weight: expected a share above 0 and below 1, for both arms need traffic, found 1"},
      {[](Policy& p) { p.stages[2].weight = kNaN; },
       "stages[2].weight: expected a share above 0 and below 1, for both arms need traffic, found nan"},
      {[](Policy& p) { p.stages[0].weight = 0.1; },
       "stages[0].weight: expected 0, for nobody is served by the candidate, found 0.1"},
      {[](Policy& p) { p.stages[4].weight = 0.5; },
       "stages[4].weight: expected 1, for a switched candidate has all traffic, found 0.5"},
      {[](Policy& p) { p.stages[0].phase = Phase::promoting; },
       "stages[0].phase: expected shadow, canary, pre_switch or switched, found promoting"},
      {[](Policy& p) { std::swap(p.stages[0], p.stages[1]); },
       "stages[1].phase: expected shadow, canary, pre_switch, switched in this order, found shadow after canary"},
      {[](Policy& p) { p.stages[2] = p.stages[3]; },
       "stages[3].phase: expected one stage of it, found pre_switch after pre_switch"},
      {[](Policy& p) { p.stages[1].minimum_ticks = 0; }, "stages[1].minimum_ticks: expected at least 1, found 0"},
      {[](Policy& p) { p.stages[1].minimum = -1s; },
       "stages[1].minimum: expected a duration from 0s to 3650d, found -1s"},
      {[](Policy& p) { p.stages[4].deadline = 1h; },
       "stages[4].deadline: expected more than the minimum of the stage, found 1h"},
      {[](Policy& p) { p.stages[2].gate->timeout = 0s; },
       "stages[2].gate.timeout: expected a duration above 0 and at most 3650d, found 0s"},
      {[](Policy& p) { p.stages[2].gate->approvals = 0; }, "stages[2].gate.approvals: expected at least 1, found 0"},
  });
}

TEST(Policy, gives_every_tier_time_and_attempts) {
  expect_each({
      {[](Policy& p) { p.immediate.timeout = 0s; },
       "immediate.timeout: expected a duration above 0 and at most 3650d, found 0s"},
      {[](Policy& p) { p.rapid.attempts = 0; }, "rapid.attempts: expected at least 1, found 0"},
      {[](Policy& p) { p.delayed.timeout = Duration::min(); },
       "delayed.timeout: expected a duration above 0 and at most 3650d, found -106751991d4h54s775ms808us"},
      {[](Policy& p) { p.silence.after = 0s; },
       "silence.after: expected a duration above 0 and at most 3650d, found 0s"},
      {[](Policy& p) { p.tick = -1s; }, "tick: expected a duration from 0s to 3650d, found -1s"},
  });
}

TEST(Policy, is_told_all_that_is_wrong_at_once) {
  const auto errors = check(Policy{});
  EXPECT_EQ(joined(errors),
            "name: expected a name, found an empty text\n"
            "last_known_good.name: expected a name, found an empty text\n"
            "last_known_good.hash: expected a complete hash of 32 to 128 hexadecimal digits, found \"\" of 0\n"
            "candidate.name: expected a name, found an empty text\n"
            "candidate.hash: expected a complete hash of 32 to 128 hexadecimal digits, found \"\" of 0\n"
            "candidate.hash: expected another artifact than last_known_good, found the same\n"
            "metrics: expected at least one metric, found none\n"
            "rules: expected at least one that rolls back, found none\n"
            "stages: expected at least one stage, found none\n"
            "promotion: expected at least one metric with a margin, for finding nothing is no evidence, found none");
}

}  // namespace
}  // namespace leeway::rollout
