#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "leeway/stats/betting_mean.hpp"
#include "leeway/stats/guarded_mean.hpp"
#include "leeway/stats/guarded_rate.hpp"
#include "rollout/rule_bench.hpp"
#include "rollout/simulated_arms.hpp"
#include "support/simulation.hpp"

namespace leeway::rollout::test {
namespace {

StatisticalTest worse_at(double alpha, double margin = 0) {
  return {.metric = "error", .alpha = ErrorRate(alpha), .margin = margin};
}

Metric mean_metric(bool skewed) { return {.name = "error", .kind = MetricKind::mean, .skewed = skewed}; }

/// How many of 400 rollouts of 200 ticks the rule fails. Step: one tick, by its number.
int failures(const Metric& metric, const StatisticalTest& test,
             const std::function<void(RuleBench&, Generator&, int)>& step) {
  Generator generator(2024);
  int found = 0;
  for (int run = 0; run < 400; ++run) {
    RuleBench bench(metric, test);
    for (int tick = 0; tick < 200; ++tick) step(bench, generator, tick);
    found += bench.last.rules[0].verdict == Verdict::fail ? 1 : 0;
  }
  return found;
}

constexpr int kMost = 20 + 13;  // alpha = 0.05 of 400 runs, and three standard deviations

TEST(Statistical, is_what_the_guarded_test_says) {
  Generator generator(1);
  Metric metric = rate_metric();
  metric.worse = Worse::lower;
  RuleBench bench(metric, worse_at(0.05, 0.01));
  auto oracle = *stats::GuardedRate::make({.grid = {.worse = stats::Worse::lower, .margin = 0.01}});
  for (int tick = 0; tick < 100; ++tick) {
    const Rate base = simulated_rate(generator, 500, 0.9);
    const Rate candidate = simulated_rate(generator, 400, 0.85);
    const Reason& reason = bench.step(base, candidate);
    oracle.add(Baseline<Rate>{base}, Candidate<Rate>{candidate});
    ASSERT_EQ(*reason.log_e_value, oracle.log_e_value());
    ASSERT_EQ(reason.test, to_string(oracle.governs()));
    ASSERT_EQ(*reason.threshold, std::log(1 / 0.05));
  }
}

TEST(Statistical, finds_a_worse_rate_and_stays_with_it) {
  Generator generator(1);
  RuleBench bench(rate_metric(), worse_at(0.05));
  int tick = 0;
  while (bench.step(simulated_rate(generator, 1000, 0.01), simulated_rate(generator, 1000, 0.03)).verdict !=
         Verdict::fail)
    ASSERT_LT(++tick, 60);
  EXPECT_GE(*bench.last.rules[0].log_e_value, *bench.last.rules[0].threshold);
  for (int later = 0; later < 300; ++later) {
    EXPECT_EQ(bench.step(simulated_rate(generator, 1000, 0.03), simulated_rate(generator, 1000, 0.01)).verdict,
              Verdict::fail);
  }
  EXPECT_LT(*bench.last.rules[0].log_e_value, *bench.last.rules[0].threshold);  // what is seen later
  EXPECT_EQ(bench.step({}, {}).verdict, Verdict::fail);
}

TEST(Statistical, passes_only_what_it_has_seen) {
  Metric metric = rate_metric();
  metric.minimum_count = 50;
  RuleBench bench(metric, worse_at(0.05));
  EXPECT_EQ(bench.step(rate(1, 100), rate(1, 100)).verdict, Verdict::pass);
  EXPECT_EQ(bench.step({}, rate(1, 100)).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step(rate(1, 100), {}).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step(rate(1, 100), rate(2, 1)).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step(rate(1, 100), rate(1, 49)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(bench.step(rate(1, 49), rate(1, 100)).verdict, Verdict::not_enough_data);
}

TEST(Statistical, keeps_alpha_with_few_errors_in_a_small_arm) {
  LEEWAY_SIMULATION();
  EXPECT_LE(failures(rate_metric(), worse_at(0.05),
                     [](RuleBench& bench, Generator& generator, int) {
                       bench.step(simulated_rate(generator, 950, 0.005), simulated_rate(generator, 50, 0.005));
                     }),
            kMost);
}

// 1 % errors become 4 % for everybody while the candidate's share grows from 1 to 50 %.
TEST(Statistical, keeps_alpha_while_all_rates_drift_during_a_ramp) {
  LEEWAY_SIMULATION();
  EXPECT_LE(failures(rate_metric(), worse_at(0.05),
                     [](RuleBench& bench, Generator& generator, int tick) {
                       const double p = 0.01 + 0.03 * tick / 200;
                       const auto m = static_cast<std::uint64_t>(1000 * std::min(0.5, 0.01 + 0.005 * (tick / 2)));
                       bench.weight = static_cast<double>(m) / 1000;
                       bench.step(simulated_rate(generator, 1000 - m, p), simulated_rate(generator, m, p));
                     }),
            kMost);
}

TEST(Statistical, keeps_alpha_where_errors_come_in_clusters) {
  LEEWAY_SIMULATION();
  const auto clustered = [](Generator& generator) {
    return Rate{10 * simulated_rate(generator, 10, 0.01).events, 100};
  };
  EXPECT_LE(failures(rate_metric(), worse_at(0.05),
                     [&](RuleBench& bench, Generator& generator, int) {
                       const Rate base = clustered(generator);
                       bench.step(base, clustered(generator));
                     }),
            kMost);
}

TEST(Statistical, keeps_alpha_for_skewed_means_in_equal_arms) {
  LEEWAY_SIMULATION();
  const auto lognormal = [](Generator& generator) {
    return simulated_mean(50, [&] { return std::exp(1.5 * generator.normal()); });
  };
  EXPECT_LE(failures(mean_metric(true), worse_at(0.05),
                     [&](RuleBench& bench, Generator& generator, int) {
                       const Mean base = lognormal(generator);
                       bench.step(base, lognormal(generator));
                     }),
            kMost);
}

TEST(Statistical, refuses_skewed_means_in_unequal_arms) {
  Policy policy = policy_with(mean_metric(true), worse_at(0.05));
  policy.equal_arms = true;  // as was claimed
  RuleBench bench(policy);
  EXPECT_EQ(bench.step(Mean{200, 1, 100}, Mean{100, 1, 50}).verdict, Verdict::pass);
  EXPECT_EQ(bench.step(Mean{201, 1, 100}, Mean{100, 1, 50}).verdict, Verdict::unknown);
  EXPECT_EQ(bench.last.rules[0].detail, "means of skewed values: expected arms of at most 2 to 1, found 201 to 100");
  EXPECT_EQ(bench.step(Mean{100, 1, 100}, Mean{201, 1, 50}).verdict, Verdict::unknown);
  EXPECT_EQ(RuleBench(mean_metric(false), worse_at(0.05)).step(Mean{950, 1, 1}, Mean{50, 1, 1}).verdict, Verdict::pass);
}

TEST(Statistical, would_lose_alpha_if_it_did_not_refuse_them) {
  LEEWAY_SIMULATION();
  Metric lower = mean_metric(false);  // a lie
  lower.worse = Worse::lower;
  const auto step = [](RuleBench& bench, Generator& generator, int) {
    const auto value = [&] { return std::exp(1.5 * generator.normal()); };
    const Mean base = simulated_mean(95, value);
    bench.step(base, simulated_mean(5, value));
  };
  EXPECT_GT(failures(lower, worse_at(0.05), step), 2 * kMost);
}

TEST(Statistical, merges_ticks_of_few_rows_for_a_mean) {
  RuleBench bench(mean_metric(true), worse_at(0.05));
  for (int tick = 0; tick < 4; ++tick) bench.step(Mean{1, 1.0 * tick, 0}, Mean{1, 10.0 + tick, 0});
  EXPECT_EQ(*bench.last.rules[0].log_e_value, 0);
  bench.step(Mean{1, 4, 0}, Mean{1, 15, 0});
  EXPECT_NE(*bench.last.rules[0].log_e_value, 0);
}

// Half of the variance is known from before.
TEST(Statistical, finds_a_smaller_change_with_a_covariate) {
  LEEWAY_SIMULATION();
  const auto ticks = [](bool with_covariate) {
    Generator generator(3);
    int total = 0;
    for (int run = 0; run < 40; ++run) {
      RuleBench bench(mean_metric(false), worse_at(0.05));
      const auto arm = [&](double shift) {
        Mean mean = simulated_mean(0, [] { return 0.0; });
        mean.covariate = Covariate{};
        for (int i = 0; i < 100; ++i) {
          const double x = generator.normal();
          const double y = shift + x + 0.5 * generator.normal();
          ++mean.count;
          const auto n = static_cast<double>(mean.count);
          const double dx = x - mean.covariate->mean, dy = y - mean.mean;
          mean.mean += dy / n;
          mean.covariate->mean += dx / n;
          mean.m2 += dy * (y - mean.mean);
          mean.covariate->m2 += dx * (x - mean.covariate->mean);
          mean.covariate->cxy += dx * (y - mean.mean);
        }
        if (!with_covariate) mean.covariate.reset();
        return mean;
      };
      int tick = 0;
      for (bool found = false; !found && tick < 200; ++tick) {
        const Mean base = arm(0);
        found = bench.step(base, arm(0.1)).verdict == Verdict::fail;
      }
      total += tick;
    }
    return total / 40.0;
  };
  EXPECT_LT(ticks(true), 0.6 * ticks(false));
}

TEST(Statistical, finds_a_slower_tail) {
  const Metric metric = latency_metric();
  StatisticalTest test{.metric = "latency", .alpha = ErrorRate(0.01), .thresholds = {100, 500}};
  RuleBench same(metric, test);
  RuleBench slower(metric, test);
  Generator generator(4);
  const auto arm = [&](double p) { return latency(metric, 5, simulated_rate(generator, 1000, p).events, 1000); };
  bool found = false;
  for (int tick = 0; tick < 100; ++tick) {
    const Measurement base = arm(0.01);
    EXPECT_EQ(same.step(base, arm(0.01)).verdict, Verdict::pass);
    found = slower.step(base, arm(0.03)).verdict == Verdict::fail || found;
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(slower.last.rules[0].test, "exceedance");
}

// Cells are [edge, next edge): a value at the threshold is beyond it, as all of the cell that begins there.
TEST(Statistical, counts_the_cell_from_a_threshold_on_as_beyond_it) {
  const Metric metric = latency_metric();
  RuleBench bench(metric, StatisticalTest{.metric = "latency", .thresholds = {100}});
  bench.step(latency(metric, 4, 10, 100), latency(metric, 3, 10, 100));  // [100, 200) and [50, 100)
  EXPECT_DOUBLE_EQ(*bench.last.rules[0].value, -0.1);
}

TEST(Statistical, bets_on_pairs_of_values_by_position) {
  Metric metric{.name = "error", .kind = MetricKind::values, .independent = true, .lower = 0, .upper = 10};
  RuleBench bench(metric, worse_at(0.05));
  Generator generator(5);
  auto oracle = *stats::BettingMean::make({.lowest = 0, .highest = 10, .alpha = ErrorRate(0.05)});
  for (int tick = 0; tick < 60; ++tick) {
    Values base, candidate;
    for (std::size_t i = 0; i < 20; ++i) base.values.push_back(generator.uniform(0, 6));
    for (std::size_t i = 0; i < 15 + generator.below(10); ++i) candidate.values.push_back(generator.uniform(2, 8));
    bench.step(base, candidate);
    for (std::size_t i = 0; i < std::min(base.values.size(), candidate.values.size()); ++i)
      oracle.add(Baseline{base.values[i]}, Candidate{candidate.values[i]});
  }
  EXPECT_EQ(*bench.last.rules[0].log_e_value, oracle.log_e_value());
  EXPECT_EQ(bench.last.rules[0].verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[0].test, "betting");
}

Values simulated_values(Generator& generator, double mean) {
  Values drawn;
  for (int i = 0; i < 20; ++i) drawn.values.push_back(mean + generator.uniform(-0.2, 0.2));
  return drawn;
}

TEST(Statistical, seldom_finds_what_an_arms_values_have_in_common_for_a_tick) {
  LEEWAY_SIMULATION();
  const Metric metric{.name = "error", .kind = MetricKind::values};
  const auto step = [](RuleBench& bench, Generator& generator, int) {
    const Values base = simulated_values(generator, 0.5 + generator.uniform(-0.2, 0.2));
    bench.step(base, simulated_values(generator, 0.5 + generator.uniform(-0.2, 0.2)));
  };
  EXPECT_LE(failures(metric, worse_at(0.05), step), kMost);
  Metric declared = metric;
  declared.independent = true;
  EXPECT_GT(failures(declared, worse_at(0.05), step), 100);
}

TEST(Statistical, names_the_test_that_governs_values) {
  const Metric metric{.name = "error", .kind = MetricKind::values};
  RuleBench bench(metric, worse_at(0.05));
  auto oracle = *stats::GuardedMean::make({.betting = {.alpha = ErrorRate(0.05)}});
  Generator generator(3);
  for (int tick = 0; tick < 40; ++tick) {
    const Values base = simulated_values(generator, 0.4);
    const Values candidate = simulated_values(generator, 0.6);
    const Reason& reason = bench.step(base, candidate);
    oracle.add(Baseline<std::span<const double>>{base.values}, Candidate<std::span<const double>>{candidate.values});
    ASSERT_EQ(*reason.log_e_value, oracle.log_e_value());
    ASSERT_EQ(reason.test, to_string(oracle.governs()));
  }
  EXPECT_EQ(bench.last.rules[0].verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[0].test, "t_mixture");
}

TEST(Statistical, does_not_mind_a_difference_within_its_margin) {
  LEEWAY_SIMULATION();
  EXPECT_LE(failures(rate_metric(), worse_at(0.05, 0.01),
                     [](RuleBench& bench, Generator& generator, int) {
                       bench.step(simulated_rate(generator, 500, 0.02), simulated_rate(generator, 500, 0.03));
                     }),
            kMost);
}

}  // namespace
}  // namespace leeway::rollout::test
