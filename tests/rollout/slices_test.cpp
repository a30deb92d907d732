#include "rollout/slices.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <deque>
#include <string>

#include "leeway/stats/guarded_rate.hpp"
#include "rollout/rule_bench.hpp"
#include "rollout/simulated_arms.hpp"
#include "support/simulation.hpp"

namespace leeway::rollout::test {
namespace {

struct Device {
  std::string name;
  double share;
  double baseline;  // accuracy
  double candidate;
};

// The candidate is as good as the baseline on the whole: what tablets lose, desktops win.
const std::array<Device, 4> kDevices{{{"desktop", 0.45, 0.9089, 0.94},
                                      {"ios", 0.30, 0.92, 0.92},
                                      {"android", 0.20, 0.88, 0.88},
                                      {"tablet", 0.05, 0.90, 0.62}}};

Metric accuracy() { return {.name = "correct", .worse = Worse::lower, .independent = true}; }

Policy sliced(Metric metric, bool slices = true) {
  return policy_with(metric, StatisticalTest{.metric = metric.name, .slices = slices});
}

Tick tick_of(Generator& generator, double requests) {
  Tick tick;
  Rate base, candidate;
  for (const Device& device : kDevices) {
    const auto n = static_cast<std::uint64_t>(requests * device.share);
    const Rate b = simulated_rate(generator, n, device.baseline);
    const Rate c = simulated_rate(generator, n, device.candidate);
    tick.baseline.push_back({slice_of(device.name, "correct", b)});
    tick.candidate.push_back({slice_of(device.name, "correct", c)});
    base = {base.events + b.events, base.count + b.count};
    candidate = {candidate.events + c.events, candidate.count + c.count};
  }
  tick.baseline.push_back({whole(0.5, "correct", base)});
  tick.candidate.push_back({whole(0.5, "correct", candidate)});
  return tick;
}

TEST(Slices, show_a_failure_that_the_whole_hides) {
  Generator generator(1);
  RuleBench bench(sliced(accuracy()));
  RuleBench whole_alone(sliced(accuracy(), false));
  int fired = -1;
  for (int i = 0; i < 100; ++i) {
    const Tick tick = tick_of(generator, 1000);
    if (bench.see(tick).verdict == Verdict::fail && fired < 0) fired = i;
    ASSERT_EQ(whole_alone.see(tick).verdict, Verdict::pass);
  }
  EXPECT_GE(fired, 0);
  EXPECT_LE(fired, 10);
  EXPECT_EQ(bench.last.rules[0].detail, "worse in device=tablet");
  EXPECT_TRUE(bench.last.ignored.empty());
}

TEST(Slices, wait_until_a_slice_has_shown_enough) {
  Generator generator(1);
  RuleBench bench(sliced(accuracy()));
  EXPECT_EQ(bench.see(tick_of(generator, 100)).verdict, Verdict::pass);
  EXPECT_EQ(bench.see(tick_of(generator, 100)).verdict, Verdict::pass);  // ten tablets
}

TEST(Slices, of_few_requests_do_not_cry_wolf) {
  LEEWAY_SIMULATION();
  Generator generator(2);
  int found = 0;
  for (int run = 0; run < 200; ++run) {
    RuleBench bench(sliced(rate_metric()));
    for (int i = 0; i < 100; ++i) {
      Tick tick;
      Rate base, candidate;
      for (int slice = 0; slice < 30 && slice <= 3 + i; ++slice) {  // some come later
        const Rate b = simulated_rate(generator, 1 + generator.below(5), 0.05);
        const Rate c = simulated_rate(generator, 1 + generator.below(5), 0.05);
        tick.baseline.push_back({slice_of(std::to_string(slice), "error", b)});
        tick.candidate.push_back({slice_of(std::to_string(slice), "error", c)});
        base = {base.events + b.events, base.count + b.count};
        candidate = {candidate.events + c.events, candidate.count + c.count};
      }
      tick.baseline.push_back({whole(0.5, "error", base)});
      tick.candidate.push_back({whole(0.5, "error", candidate)});
      bench.see(std::move(tick));
    }
    found += bench.last.rules[0].verdict == Verdict::fail ? 1 : 0;
  }
  EXPECT_LE(found, 10 + 9);  // alpha = 0.05 of 200 runs, and three standard deviations
}

TEST(Slices, that_appear_later_are_seen_too) {
  RuleBench bench(sliced(rate_metric()));
  const auto tick = [](bool with_new, std::uint64_t errors) {
    Tick made;
    made.baseline = {{whole(0.5, "error", rate(100, 10000))}, {slice_of("old", "error", rate(1, 100))}};
    made.candidate = {{whole(0.5, "error", rate(100, 10000))}, {slice_of("old", "error", rate(1, 100))}};
    if (!with_new) return made;
    made.baseline.push_back({slice_of("new", "error", rate(1, 100))});
    made.candidate.push_back({slice_of("new", "error", rate(errors, 100))});
    return made;
  };
  for (int i = 0; i < 30; ++i) EXPECT_EQ(bench.see(tick(false, 0)).verdict, Verdict::pass);
  for (int i = 0; i < 30; ++i) bench.see(tick(true, 15 + static_cast<std::uint64_t>(i % 3)));
  EXPECT_EQ(bench.last.rules[0].verdict, Verdict::fail);
  EXPECT_EQ(bench.last.rules[0].detail, "worse in device=new");
}

// Weights that are known before a slice has shown anything: the evidence of all is an e-process.
TEST(Slices, have_weights_that_do_not_depend_on_what_comes_later) {
  Metric metric = rate_metric();
  metric.independent = true;
  RuleBench bench(sliced(metric));
  auto of_whole = *stats::GuardedRate::make({.independent_requests = true});
  auto of_first = of_whole;
  auto of_late = of_whole;
  const auto add = [](stats::GuardedRate& test, std::uint64_t b, std::uint64_t c, std::uint64_t n) {
    test.add(Baseline<Rate>{{b, n}}, Candidate<Rate>{{c, n}});
  };
  for (int i = 0; i < 6; ++i) {
    Tick tick;
    tick.baseline = {{whole(0.5, "error", rate(20, 1000))}, {slice_of("a", "error", rate(2, 100))}};
    tick.candidate = {{whole(0.5, "error", rate(22, 1000))}, {slice_of("a", "error", rate(3, 100))}};
    add(of_whole, 20, 22, 1000);
    add(of_first, 2, 3, 100);
    if (i >= 2) {
      tick.baseline.push_back({slice_of("b", "error", rate(2, 100))});
      tick.candidate.push_back({slice_of("b", "error", rate(9, 100))});
      add(of_late, 2, 9, 100);
    }
    const double sum = 0.5 * std::exp(of_whole.log_e_value()) + 0.375 * std::exp(of_first.log_e_value()) +
                       (std::exp(of_late.log_e_value()) + 63) / 512;
    EXPECT_NEAR(*bench.see(tick).log_e_value, std::log(sum), 1e-12);
  }
}

TEST(Slices, do_not_speak_for_a_whole_that_is_missing) {
  RuleBench bench(sliced(rate_metric()));
  Tick tick;
  tick.baseline.push_back({slice_of("a", "error", rate(1, 100))});
  tick.candidate.push_back({slice_of("a", "error", rate(1, 100))});
  EXPECT_EQ(bench.see(tick).verdict, Verdict::unknown);
}

TEST(Slices, with_a_fault_say_nothing_and_leave_the_others_alone) {
  RuleBench bench(sliced(rate_metric()));
  Tick tick;
  tick.baseline = {{whole(0.5, "error", rate(1, 100))}, {slice_of("a", "error", rate(1, 100))}};
  tick.candidate = {{whole(0.5, "error", rate(1, 100))}, {slice_of("a", "error", rate(101, 100))}};
  for (int i = 0; i < 50; ++i) EXPECT_EQ(bench.see(tick).verdict, Verdict::pass);
}

TEST(Slices, are_at_most_64_and_the_others_are_told) {
  RuleBench bench(sliced(rate_metric()));
  for (int i = 0; i < 3; ++i) {
    Tick tick;
    for (int slice = 0; slice < 70; ++slice)
      tick.candidate.push_back({slice_of(std::to_string(slice), "error", rate(1, 100))});
    bench.see(std::move(tick));
    ASSERT_EQ(bench.last.ignored.size(), 1u);
    EXPECT_EQ(bench.last.ignored[0], "6 reports of slices beyond the first 64");
  }
}

TEST(SliceTable, knows_a_slice_by_its_properties_in_any_order) {
  const Policy policy = sliced(rate_metric());
  detail::SliceTable table(policy);
  std::vector<std::string_view> unknown;
  std::deque<ArmReport> reports;  // `unknown` refers to their names
  const auto add = [&](std::vector<std::pair<std::string, std::string>> properties) {
    reports.push_back(
        {.weight = 0.5, .slice = std::move(properties), .readings = {{"error", rate(1, 10)}, {"x", rate(1, 1)}}});
    table.add(detail::Arm::baseline, reports.back(), table.index(), unknown);
  };
  add({{"device", "tablet"}, {"os", "ios"}});
  add({{"os", "ios"}, {"device", "tablet"}});
  add({{"os", "ios, device=tablet"}});
  ASSERT_EQ(table.size(), 2u);
  EXPECT_EQ(table.name(0), "device=tablet, os=ios");
  EXPECT_EQ(table.at(0).at(0).baseline.count, 20u);
  EXPECT_EQ(unknown, (std::vector<std::string_view>{"x", "x", "x"}));
  table.clear();
  EXPECT_EQ(table.size(), 2u);
  EXPECT_FALSE(table.at(0).at(0).baseline.present);
}

}  // namespace
}  // namespace leeway::rollout::test
