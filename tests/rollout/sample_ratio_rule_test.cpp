#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "leeway/stats/sample_ratio.hpp"
#include "rollout/rule_bench.hpp"
#include "rollout/simulated_arms.hpp"
#include "support/simulation.hpp"

namespace leeway::rollout::test {
namespace {

SampleRatioTest ratio(double alpha = 0.001) { return {.metric = "error", .alpha = ErrorRate(alpha)}; }

const Reason& step(RuleBench& bench, std::uint64_t baseline, std::uint64_t candidate) {
  return bench.step(rate(0, baseline), rate(0, candidate));
}

TEST(SampleRatioRule, multiplies_the_evidence_of_stages_whose_weights_differ) {
  RuleBench bench(rate_metric(), ratio());
  auto oracle = *stats::SampleRatio::make(std::array{0.75, 0.25});
  bench.weight = 0.25;
  step(bench, 740, 260);
  step(bench, 760, 230);
  oracle.add(std::array<std::uint64_t, 2>{740, 260});
  oracle.add(std::array<std::uint64_t, 2>{760, 230});
  EXPECT_EQ(*bench.last.rules[0].log_e_value, oracle.log_e_value());
  bench.place.stage = 1;
  bench.weight = 0.5;
  step(bench, 510, 480);
  ASSERT_TRUE(oracle.begin_stage(std::array{0.5, 0.5}));
  oracle.add(std::array<std::uint64_t, 2>{510, 480});
  EXPECT_EQ(*bench.last.rules[0].log_e_value, oracle.log_e_value());
  bench.place.stage = 2;  // by the same shares
  step(bench, 510, 480);
  ASSERT_TRUE(oracle.begin_stage(std::array{0.5, 0.5}));
  oracle.add(std::array<std::uint64_t, 2>{510, 480});
  EXPECT_EQ(*bench.last.rules[0].log_e_value, oracle.log_e_value());
  EXPECT_EQ(bench.last.rules[0].verdict, Verdict::pass);
}

TEST(SampleRatioRule, finds_a_split_that_loses_requests_and_stays_with_it) {
  RuleBench bench(rate_metric(), ratio());
  bench.weight = 0.1;
  int ticks = 0;
  while (step(bench, 9000, 900).verdict != Verdict::fail) ASSERT_LT(++ticks, 10);
  EXPECT_NEAR(*bench.last.rules[0].value, 1.0 / 11, 1e-12);
  EXPECT_EQ(*bench.last.rules[0].threshold, std::log(1000));
  EXPECT_EQ(step(bench, 9000, 1000).verdict, Verdict::fail);
  EXPECT_EQ(bench.step({}, {}).verdict, Verdict::fail);
}

TEST(SampleRatioRule, finds_an_arm_that_gets_nothing_whatever_the_metrics_minimum) {
  Metric metric = rate_metric();
  metric.minimum_count = 100;
  RuleBench bench(metric, ratio());
  EXPECT_EQ(step(bench, 1000, 0).verdict, Verdict::fail);
}

TEST(SampleRatioRule, expects_equal_counts_of_arms_that_are_said_to_be_equal) {
  Policy policy = policy_with(rate_metric(), ratio());
  policy.equal_arms = true;
  RuleBench bench(policy);
  bench.weight = 0.01;
  for (int tick = 0; tick < 20; ++tick) EXPECT_EQ(step(bench, 1000, 1000).verdict, Verdict::pass);
}

TEST(SampleRatioRule, does_not_pass_what_no_weights_promise) {
  RuleBench bench(rate_metric(), ratio());
  EXPECT_EQ(bench.step({}, rate(0, 10)).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step(rate(0, 10), {}).verdict, Verdict::unknown);
  EXPECT_EQ(step(bench, 0, 0).verdict, Verdict::not_enough_data);
  for (const double weight : {0.0, 1.0, -1.0}) {
    bench.weight = weight;
    EXPECT_EQ(step(bench, 10, 10).verdict, Verdict::unknown) << weight;
    EXPECT_FALSE(bench.last.rules[0].detail.empty());
  }
  Tick tick;
  tick.baseline = {{whole(0.5, "error", rate(0, 10))}, {whole(0.6, "error", rate(0, 10))}};
  tick.candidate = {{whole(0.5, "error", rate(0, 10))}};
  EXPECT_EQ(bench.see(tick).verdict, Verdict::unknown);
  EXPECT_EQ(bench.last.rules[0].detail, "reports of an arm disagree on its weight");
}

TEST(SampleRatioRule, expects_a_copy_of_each_request_whatever_the_weights) {
  for (const Phase phase : {Phase::shadow, Phase::pre_switch})
    for (const double weight : {0.0, 0.05, 1.0}) {
      RuleBench bench(rate_metric(), ratio());
      bench.place.phase = phase;
      bench.weight = weight;
      for (int tick = 0; tick < 20; ++tick) EXPECT_EQ(step(bench, 1000, 1000).verdict, Verdict::pass);
      step(bench, 1000, 500);
      EXPECT_EQ(step(bench, 1000, 500).verdict, Verdict::fail) << "copies that are lost";
    }
}

TEST(SampleRatioRule, finds_traffic_where_almost_none_was_promised) {
  RuleBench bench(rate_metric(), ratio());
  bench.weight = 1e-300;
  EXPECT_EQ(step(bench, 10, 10).verdict, Verdict::fail);
  EXPECT_TRUE(std::isfinite(*bench.last.rules[0].log_e_value));
}

TEST(SampleRatioRule, keeps_alpha_over_a_ramp) {
  LEEWAY_SIMULATION();
  Generator generator(8);
  int found = 0;
  for (int run = 0; run < 400; ++run) {
    RuleBench bench(rate_metric(), ratio(0.05));
    for (int tick = 0; tick < 200; ++tick) {
      bench.place.stage = static_cast<std::size_t>(tick / 50);
      bench.weight = std::array{0.01, 0.1, 0.25, 0.5}[bench.place.stage];
      const Rate split = simulated_rate(generator, 1000, bench.weight);
      step(bench, 1000 - split.events, split.events);
    }
    found += bench.last.rules[0].verdict == Verdict::fail ? 1 : 0;
  }
  EXPECT_LE(found, 20 + 13);
}

}  // namespace
}  // namespace leeway::rollout::test
