// However long a rollout is watched, it takes no more memory.

#include <gtest/gtest.h>

#include "rollout/host.hpp"
#include "support/allocations.hpp"

namespace leeway::rollout {
namespace {

using namespace test;

Policy long_stage() {
  Policy policy = guarded();
  policy.rules.push_back({.name = "burn", .test = BurnRateTest{"error", 0.9, {{6h, 30min, 6}}}});
  policy.rules.push_back(
      {.name = "sustained", .test = ThresholdTest{{"error", {}}, Against::difference, 0.3, Sustained{5min}}});
  policy.rules.push_back({.name = "split", .effect = Effect::pause, .test = SampleRatioTest{"error"}});
  policy.stages[0].minimum = std::chrono::hours(24 * 365);
  return policy;
}

// Every tick costs the decision that is handed out, and that alone: as much at the end as at the beginning.
TEST(Engine, asks_for_no_more_memory_the_longer_it_runs) {
  Host host(long_stage());
  host.silent = false;
  const auto of_ticks = [&](int count) {
    const std::uint64_t before = leeway::test::allocated_bytes();
    host.steps(count);
    EXPECT_EQ(host.last.phase, Phase::canary);
    return leeway::test::allocated_bytes() - before;
  };
  of_ticks(1000);  // until every window is full
  const std::uint64_t early = of_ticks(1000);
  of_ticks(98'000);
  EXPECT_LE(of_ticks(1000), early + early / 100);
}

TEST(Engine, keeps_no_member_of_the_fleet_that_has_gone) {
  Host host(long_stage());
  const auto of_ticks = [&](int count) {
    const std::uint64_t before = leeway::test::allocations();
    for (int i = 0; i < count; ++i) {
      Tick tick;
      tick.fleet = {{"pod-" + std::to_string(1'000'000 + i), std::string(64, 'a')}};
      host.step(std::move(tick));
    }
    return leeway::test::allocations() - before;
  };
  of_ticks(1000);
  const std::uint64_t early = of_ticks(1000);
  of_ticks(8000);
  EXPECT_LE(of_ticks(1000), early + early / 100);
}

}  // namespace
}  // namespace leeway::rollout
