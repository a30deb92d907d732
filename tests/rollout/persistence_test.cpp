#include "rollout/persistence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "rollout/tick_clock.hpp"
#include "support/generator.hpp"

namespace leeway::rollout::detail {
namespace {

using namespace std::chrono_literals;

enum class Seen { missing, pass, fail };

struct Step {
  Duration length;
  Seen seen;
};

std::vector<Verdict> verdicts(const Persistence& persistence, const std::vector<Step>& steps, Duration tick = {}) {
  PersistenceState state(persistence);
  TickClock clock(tick);
  TimePoint now{};
  std::vector<Verdict> found;
  for (const Step& step : steps) {
    const TickTime time = clock.next(now += step.length);
    found.push_back(step.seen == Seen::missing ? Verdict::unknown : state.add(step.seen == Seen::fail, time));
  }
  return found;
}

// The index of the first verdict of failure.
std::size_t fires(const Persistence& persistence, const std::vector<Step>& steps, Duration tick = {}) {
  const auto found = verdicts(persistence, steps, tick);
  return static_cast<std::size_t>(std::find(found.begin(), found.end(), Verdict::fail) - found.begin());
}

std::vector<Step> repeated(std::size_t n, Duration length, Seen seen) { return {n, Step{length, seen}}; }

TEST(Sustained, fires_when_it_has_failed_for_the_duration_and_not_before) {
  EXPECT_EQ(fires(Sustained{5min}, repeated(20, 1min, Seen::fail)), 5u);
  EXPECT_EQ(fires(Sustained{5min}, repeated(40, 10s, Seen::fail)), 30u);
  EXPECT_EQ(fires(Sustained{5min}, repeated(5, 1min, Seen::fail)), 5u);  // four minutes: not at all
  EXPECT_EQ(fires(Sustained{5min + 1us}, repeated(20, 1min, Seen::fail)), 6u);
}

TEST(Sustained, fires_at_once_without_a_duration) { EXPECT_EQ(fires(Sustained{}, repeated(1, 1min, Seen::fail)), 0u); }

TEST(Sustained, starts_anew_after_a_passing_evaluation) {
  auto steps = repeated(5, 1min, Seen::fail);
  steps.push_back({1min, Seen::pass});
  steps.resize(20, {1min, Seen::fail});
  EXPECT_EQ(fires(Sustained{5min}, steps), 11u);
}

TEST(Sustained, does_not_count_the_time_of_a_missing_evaluation_nor_start_anew_after_it) {
  auto steps = repeated(4, 1min, Seen::fail);  // 3 minutes observed
  steps.push_back({1min, Seen::missing});
  steps.push_back({1min, Seen::fail});  // adds nothing: what was before it was not seen
  steps.resize(20, {1min, Seen::fail});
  EXPECT_EQ(fires(Sustained{5min}, steps), 7u);
}

TEST(Sustained, does_not_fire_on_the_time_in_which_the_host_was_away) {
  auto steps = repeated(3, 10s, Seen::fail);
  steps.push_back({30min, Seen::fail});
  EXPECT_EQ(verdicts(Sustained{5min}, steps).back(), Verdict::inconclusive);
  steps.resize(100, {10s, Seen::fail});
  EXPECT_EQ(fires(Sustained{5min}, steps), 3u + 28);  // 20 s before, then 28 steps
}

TEST(Sustained, does_not_fire_on_a_gap_before_the_second_tick) {
  std::vector<Step> steps{{10s, Seen::fail}, {60min, Seen::fail}};
  EXPECT_EQ(verdicts(Sustained{5min}, steps).back(), Verdict::inconclusive);
  steps = {{10s, Seen::fail}, {5min + 1us, Seen::fail}};
  EXPECT_EQ(verdicts(Sustained{5min}, steps).back(), Verdict::inconclusive);
  EXPECT_EQ(fires(Sustained{5min}, repeated(3, 5min, Seen::fail)), 1u);
  EXPECT_EQ(fires(Sustained{5min}, repeated(9, 1h, Seen::fail)), 2u) << "a tick later: the first step may be a gap";
}

TEST(Sustained, takes_the_policys_word_for_how_long_a_tick_is) {
  const std::vector<Step> away{{10s, Seen::fail}, {1min, Seen::fail}};
  EXPECT_EQ(verdicts(Sustained{1min}, away).back(), Verdict::fail);
  EXPECT_EQ(verdicts(Sustained{1min}, away, 10s).back(), Verdict::inconclusive);
  EXPECT_EQ(verdicts(Sustained{1min}, away, 30s).back(), Verdict::fail) << "twice as long is none";
  EXPECT_EQ(fires(Sustained{5min}, repeated(40, 10s, Seen::fail), 10s), 30u);
  EXPECT_EQ(fires(Sustained{1h}, repeated(9, 1h, Seen::fail), 1h), 1u);
  auto steps = repeated(3, 10s, Seen::fail);
  steps.insert(steps.end(), 3, {5min, Seen::fail});
  EXPECT_EQ(verdicts(Sustained{5min}, steps, 10s).back(), Verdict::inconclusive) << "nor is it learned otherwise";
  EXPECT_EQ(verdicts(Sustained{5min}, steps).back(), Verdict::fail);
}

TEST(Sustained, takes_up_a_slower_rhythm) {
  auto steps = repeated(3, 10s, Seen::pass);
  steps.resize(20, {1min, Seen::fail});  // the first of them is a gap
  EXPECT_EQ(fires(Sustained{5min}, steps), 3u + 5);
}

TEST(Consecutive, counts_failures_between_which_nothing_passed) {
  EXPECT_EQ(fires(Consecutive{3}, repeated(9, 1min, Seen::fail)), 2u);
  EXPECT_EQ(fires(Consecutive{3}, {{1min, Seen::fail},
                                   {1min, Seen::fail},
                                   {1min, Seen::pass},
                                   {1min, Seen::fail},
                                   {1min, Seen::missing},
                                   {1min, Seen::fail},
                                   {1min, Seen::fail}}),
            6u);
}

// What the words say, over the whole history.
Verdict oracle(const Persistence& persistence, const std::vector<Step>& steps) {
  std::vector<std::size_t> evaluated;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].seen != Seen::missing) evaluated.push_back(i);
  }
  const auto failing = [&](std::size_t back) {
    return steps[evaluated[evaluated.size() - 1 - back]].seen == Seen::fail;
  };
  std::size_t run = 0;
  while (run < evaluated.size() && failing(run)) ++run;
  bool holds = false;
  if (const auto* limit = std::get_if<Consecutive>(&persistence)) holds = run >= limit->ticks;
  if (const auto* limit = std::get_if<MOfN>(&persistence)) {
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < evaluated.size() && i < limit->n; ++i) count += failing(i) ? 1U : 0U;
    holds = count >= limit->m;
  }
  if (const auto* limit = std::get_if<Sustained>(&persistence)) {
    Duration observed{};
    for (std::size_t i = 0; i + 1 < run; ++i) {
      const std::size_t at = evaluated[evaluated.size() - 1 - i];
      if (steps[at - 1].seen == Seen::fail) observed += steps[at].length;
    }
    holds = run > 0 && observed >= limit->duration;
  }
  return holds ? Verdict::fail : run > 0 ? Verdict::inconclusive : Verdict::pass;
}

TEST(Persistence, agrees_with_its_definition_on_random_histories) {
  leeway::test::Generator generator(7);
  for (int run = 0; run < 300; ++run) {
    const auto n = static_cast<std::uint32_t>(1 + generator.below(run % 10 == 0 ? 64 : 9));
    const std::vector<Persistence> all{Sustained{generator.below(8) * 1min}, Consecutive{n},
                                       MOfN{static_cast<std::uint32_t>(1 + generator.below(n)), n}};
    std::vector<Step> steps;
    for (int i = 0; i < 80; ++i) {
      const double u = generator.uniform();
      steps.push_back({generator.below(2) == 0 ? 1min : 2min, u < 0.15  ? Seen::missing
                                                              : u < 0.3 ? Seen::pass
                                                                        : Seen::fail});
    }
    for (const Persistence& persistence : all) {
      const auto found = verdicts(persistence, steps);
      for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].seen == Seen::missing) continue;
        ASSERT_EQ(found[i], oracle(persistence, {steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(i) + 1}))
            << "run " << run << ", step " << i << ", kind " << persistence.index();
      }
    }
  }
}

TEST(TickClock, survives_any_two_moments) {
  TickClock clock;
  EXPECT_EQ(clock.next((TimePoint::min)()).length, 0us);
  EXPECT_EQ(clock.next((TimePoint::max)()).length, TickClock::kLongestUnknown);
  EXPECT_EQ(clock.next((TimePoint::min)()).length, 0us);
  PersistenceState state{Sustained{(Duration::max)()}};
  TickClock other;
  EXPECT_EQ(state.add(true, other.next((TimePoint::min)())), Verdict::inconclusive);
  EXPECT_EQ(state.add(true, other.next((TimePoint::max)() - 1us)), Verdict::inconclusive) << "a gap, for all we know";
  EXPECT_EQ(state.add(true, other.next((TimePoint::max)())), Verdict::inconclusive);
  TickClock long_ticks((Duration::max)());
  PersistenceState patient{Sustained{(Duration::max)()}};
  EXPECT_EQ(patient.add(true, long_ticks.next((TimePoint::min)())), Verdict::inconclusive);
  EXPECT_EQ(patient.add(true, long_ticks.next((TimePoint::max)() - 1us)), Verdict::fail);
  EXPECT_EQ(patient.add(true, long_ticks.next((TimePoint::max)())), Verdict::fail);
}

}  // namespace
}  // namespace leeway::rollout::detail
