#include <gtest/gtest.h>

#include <cmath>

#include "rollout/rule_bench.hpp"
#include "rollout/simulated_arms.hpp"
#include "support/simulation.hpp"

namespace leeway::rollout::test {
namespace {

Policy promoting(Metric metric, double margin, std::vector<double> thresholds = {}) {
  Policy policy;
  policy.metrics.push_back(metric);
  policy.promotion.push_back({.metric = metric.name, .margin = margin, .thresholds = std::move(thresholds)});
  policy.false_promotion = ErrorRate(0.05);
  return policy;
}

TEST(PromotionEvidence, proves_an_equal_candidate_only_as_long_as_it_is_known_to_be_one) {
  Generator generator(1);
  RuleBench bench(promoting(rate_metric(), 0.01));
  EXPECT_EQ(bench.step(rate(10, 1000), rate(10, 1000)).verdict, Verdict::inconclusive);
  EXPECT_EQ(bench.last.promotion[0].rule, "promotion:error");
  EXPECT_EQ(*bench.last.promotion[0].threshold, std::log(1 / 0.05));
  int ticks = 0;
  while (bench.step(simulated_rate(generator, 1000, 0.01), simulated_rate(generator, 1000, 0.01)).verdict !=
         Verdict::pass)
    ASSERT_LT(++ticks, 100);
  RuleBench& proved = bench;
  const double log_e = *proved.last.promotion[0].log_e_value;
  EXPECT_EQ(proved.step({}, {}).verdict, Verdict::unknown);
  EXPECT_EQ(*proved.last.promotion[0].log_e_value, log_e) << "nothing was lost";
  EXPECT_EQ(proved.step(rate(10, 1000), rate(1001, 1000)).verdict, Verdict::unknown);
  EXPECT_EQ(proved.step(rate(10, 1000), {}).verdict, Verdict::unknown);
  EXPECT_EQ(proved.step(rate(10, 1000), rate(0, 0)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(proved.step(rate(10, 1000), rate(10, 1000)).verdict, Verdict::pass);
  EXPECT_EQ(proved.step(rate(10, 1000), rate(500, 1000)).verdict, Verdict::inconclusive);
  EXPECT_LT(*proved.last.promotion[0].log_e_value, 0) << "refuted";
}

TEST(PromotionEvidence, does_not_prove_from_nothing) {
  Metric metric = rate_metric();
  metric.minimum_count = 100;
  RuleBench bench(promoting(metric, 0.01));
  for (int tick = 0; tick < 1000; ++tick) {
    EXPECT_EQ(bench.step({}, {}).verdict, Verdict::unknown);
    EXPECT_EQ(bench.step(rate(0, 1000), {}).verdict, Verdict::unknown);
    EXPECT_EQ(bench.step(rate(0, 1000), rate(0, 99)).verdict, Verdict::not_enough_data);
    EXPECT_EQ(bench.step(rate(0, 1000), rate(1001, 1000)).verdict, Verdict::unknown);
  }
  EXPECT_EQ(*bench.last.promotion[0].log_e_value, 0);
}

TEST(PromotionEvidence, refuses_skewed_means_in_unequal_arms) {
  RuleBench bench(promoting({.name = "m", .kind = MetricKind::mean}, 1));
  EXPECT_EQ(bench.step(Mean{950, 1, 1}, Mean{50, 1, 1}).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step(Mean{50, 1, 1}, Mean{50, 1, 1}).verdict, Verdict::inconclusive);
}

TEST(PromotionEvidence, of_a_distribution_needs_every_threshold) {
  const Metric metric = latency_metric();
  RuleBench bench(promoting(metric, 0.02, {100, 500}));
  Generator generator(2);
  for (int tick = 0; tick < 200; ++tick) {  // as good at 100, worse by more at 500
    const std::uint64_t slow = simulated_rate(generator, 1000, 0.05).events;
    ASSERT_NE(bench.step(latency(metric, 4, slow, 1000), latency(metric, 6, slow, 1000)).verdict, Verdict::pass);
  }
  EXPECT_NEAR(*bench.last.promotion[0].value, 0.05, 0.03);
}

TEST(PromotionEvidence, seldom_proves_a_candidate_that_is_worse_by_the_margin) {
  LEEWAY_SIMULATION();
  Generator generator(3);
  int proved = 0;
  for (int run = 0; run < 400; ++run) {
    RuleBench bench(promoting(rate_metric(), 0.01));
    for (int tick = 0; tick < 150; ++tick) {
      const double p = 0.01 + 0.03 * tick / 150;
      bench.step(simulated_rate(generator, 500, p), simulated_rate(generator, 500, p + 0.01));
    }
    proved += bench.last.promotion[0].verdict == Verdict::pass ? 1 : 0;
  }
  EXPECT_LE(proved, 20 + 13);
}

}  // namespace
}  // namespace leeway::rollout::test
