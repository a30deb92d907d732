#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "rollout/rule_bench.hpp"
#include "rollout/sliding_rate.hpp"
#include "support/generator.hpp"

namespace leeway::rollout::test {
namespace {

// The windows of error budgets over 30 days (Beyer et al. 2018, chapter 5).
const std::vector<BurnWindow> kWindows{{1h, 5min, 14.4}, {6h, 30min, 6}, {24h, 2h, 3}, {72h, 6h, 1}};

BurnRateTest burn(std::vector<BurnWindow> windows, double objective = 0.999) {
  return {.metric = "error", .objective = objective, .windows = std::move(windows)};
}

double seconds(Duration duration) { return static_cast<double>(duration.count()) * 1e-6; }

TEST(BurnRate, fires_when_the_known_formula_says) {  // t = factor * (1 - objective) * long window / error rate
  for (const BurnWindow& window : kWindows) {
    for (const double error : {0.016, 0.05, 0.2, 1.0}) {
      RuleBench bench(rate_metric(), burn({window}));
      const double expected = window.factor * 0.001 * seconds(window.long_window) / error;
      double fired = 0;  // since the first tick ended
      while (bench.step({}, rate(static_cast<std::uint64_t>(10000 * error), 10000)).verdict != Verdict::fail) {
        fired += 60;
        ASSERT_LE(fired, expected + 61) << error;
      }
      EXPECT_GE(fired, expected * (1 - 1e-12)) << error;
      EXPECT_LE(fired, expected + 60 + 1e-6) << error;
    }
  }
}

TEST(BurnRate, never_fires_at_the_limit_of_a_window) {
  for (const BurnWindow& window : kWindows) {
    RuleBench bench(rate_metric(), burn({window}, 0.5));  // limits of which doubles have enough
    const auto errors = static_cast<std::uint64_t>(10000 * 0.5 * (std::min)(window.factor, 2.0)) - 1;
    for (int tick = 0; tick < 5000; ++tick) ASSERT_EQ(bench.step({}, rate(errors, 10000)).verdict, Verdict::pass);
  }
}

TEST(BurnRate, needs_the_short_window_too_so_it_ends_soon_after_the_errors) {
  RuleBench bench(rate_metric(), burn({kWindows[0]}));
  for (int tick = 0; tick < 60; ++tick) bench.step({}, rate(0, 1000));
  for (int tick = 0; tick < 10; ++tick) bench.step({}, rate(500, 1000));
  EXPECT_EQ(bench.last.rules[0].verdict, Verdict::fail);
  EXPECT_NEAR(*bench.last.rules[0].value, 10 * 0.5 / 60, 1e-12);
  EXPECT_NEAR(*bench.last.rules[0].threshold, 0.0144, 1e-15);
  for (int tick = 0; tick < 4; ++tick) EXPECT_EQ(bench.step({}, rate(0, 1000)).verdict, Verdict::fail);
  EXPECT_EQ(bench.step({}, rate(0, 1000)).verdict, Verdict::pass);
  EXPECT_EQ(bench.last.rules[0].failing_ticks, 0u);
}

TEST(BurnRate, counts_missing_time_as_time_without_errors) {
  RuleBench bench(rate_metric(), burn({{1h, 5min, 100}}));  // 10 % of an hour
  bench.step({}, rate(0, 1000));
  for (int tick = 0; tick < 3; ++tick) bench.step({}, rate(1000, 1000));
  EXPECT_NEAR(*bench.last.rules[0].value, 0.05 * 3 / 4, 1e-12);  // 3 of 4 ticks, 3 of 60 minutes seen
  EXPECT_EQ(bench.step({}, {}).verdict, Verdict::unknown);
  bench.step({}, rate(1000, 1000));
  EXPECT_NEAR(*bench.last.rules[0].value, 4.0 / 60 * 4 / 5, 1e-12);
}

TEST(BurnRate, counts_other_requests_where_lower_is_worse) {
  Metric metric = rate_metric();
  metric.worse = Worse::lower;
  RuleBench bench(metric, burn({kWindows[0]}));
  for (int tick = 0; tick < 100; ++tick) ASSERT_EQ(bench.step({}, rate(1000, 1000)).verdict, Verdict::pass);
  bench.step({}, rate(0, 1000));
  EXPECT_EQ(bench.step({}, rate(0, 1000)).verdict, Verdict::fail);
}

TEST(BurnRate, holds_the_minimum_against_the_long_window) {
  Metric metric = rate_metric();
  metric.minimum_count = 100;
  RuleBench bench(metric, burn({kWindows[0]}));
  for (int tick = 0; tick < 9; ++tick) ASSERT_EQ(bench.step({}, rate(10, 10)).verdict, Verdict::not_enough_data);
  EXPECT_EQ(bench.step({}, rate(10, 10)).verdict, Verdict::fail);
}

TEST(BurnRate, does_not_need_a_baseline_and_does_not_pass_without_a_candidate) {
  RuleBench bench(rate_metric(), burn(kWindows));
  EXPECT_EQ(bench.step(rate(0, 1000), {}).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step({}, rate(2, 1)).verdict, Verdict::unknown);
  EXPECT_EQ(bench.step({}, rate(0, 1)).verdict, Verdict::pass);
}

TEST(SlidingRate, agrees_with_a_sum_over_the_ticks_of_the_window) {
  leeway::test::Generator generator(5);
  struct Seen {
    Duration at;
    std::uint64_t bad, count;
    Duration covered;
  };
  for (int run = 0; run < 20; ++run) {
    const Duration window = 240 * 15s;
    detail::SlidingRate rate(window);
    std::vector<Seen> ticks;
    Duration now{};
    for (int i = 0; i < 300; ++i) {
      const Duration length = static_cast<int>(generator.below(run % 2 == 0 ? 4 : 80)) * 15s;
      now += length;
      const std::uint64_t count = generator.below(1000);
      const Seen tick{now, count == 0 ? 0 : generator.below(count), count, ticks.empty() ? 0s : length};
      rate.advance(TimePoint{now});
      if (generator.uniform() < 0.8) {
        rate.add(tick.bad, tick.count, tick.covered);
        ticks.push_back(tick);
      } else if (ticks.empty()) {
        ticks.push_back({now, 0, 0, 0s});
      }
      double bad = 0, all = 0, covered = 0;
      for (const Seen& seen : ticks) {
        if (seen.at <= now - window) continue;
        bad += static_cast<double>(seen.bad);
        all += static_cast<double>(seen.count);
        covered += seconds(seen.covered);
      }
      ASSERT_EQ(rate.count(), static_cast<std::uint64_t>(all));
      if (all > 0) {
        ASSERT_NEAR(rate.rate(), bad / all * (std::min)(1.0, covered / seconds(window)), 1e-12);
      }
    }
  }
}

TEST(SlidingRate, survives_any_two_moments) {
  detail::SlidingRate rate((Duration::max)());
  for (const TimePoint at : {(TimePoint::min)(), (TimePoint::max)() - 1us, (TimePoint::max)()}) {
    rate.advance(at);
    rate.add(1, 1, (Duration::max)());
  }
  EXPECT_LE(rate.rate(), 1);
  detail::SlidingRate narrow(1us);
  narrow.advance((TimePoint::min)());
  narrow.add(1, 1, 1us);
  narrow.advance((TimePoint::max)());
  EXPECT_EQ(narrow.count(), 0u);
}

}  // namespace
}  // namespace leeway::rollout::test
