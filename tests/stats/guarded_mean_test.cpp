#include "leeway/stats/guarded_mean.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<GuardedMean>);

using Values = std::vector<double>;

GuardedMean mean_of(const GuardedMeanOptions& options) { return *GuardedMean::make(options); }

void add(GuardedMean& test, const Values& base, const Values& candidate) {
  test.add(Baseline<std::span<const double>>{base}, Candidate<std::span<const double>>{candidate});
}

Values draw(std::size_t count, double mean, test::Generator& generator) {
  Values drawn;
  for (std::size_t i = 0; i < count; ++i) drawn.push_back(mean + generator.uniform(-0.2, 0.2));
  return drawn;
}

double mean(const Values& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

TEST(GuardedMean, is_the_smaller_of_both_unless_values_are_declared_independent) {
  GuardedMean guarded = mean_of({});
  GuardedMean declared = mean_of({.independent_values = true});
  BettingMean bets = *BettingMean::make({});
  TMixture ticks;
  test::Generator generator(1);
  for (int i = 0; i < 40; ++i) {
    const Values base = draw(20, 0.4, generator);
    const Values candidate = draw(15 + generator.below(10), 0.45, generator);
    add(guarded, base, candidate);
    add(declared, base, candidate);
    for (std::size_t k = 0; k < std::min(base.size(), candidate.size()); ++k)
      bets.add(Baseline{base[k]}, Candidate{candidate[k]});
    ticks.add(Baseline{MeanSummary{20, mean(base)}}, Candidate{MeanSummary{candidate.size(), mean(candidate)}});
    EXPECT_EQ(declared.log_e_value(), bets.log_e_value());
    EXPECT_EQ(declared.governs(), MeanBy::betting);
    EXPECT_NEAR(guarded.log_e_value(), std::min(bets.log_e_value(), ticks.log_e_value()), 1e-12);
    EXPECT_EQ(guarded.governs(), ticks.log_e_value() < bets.log_e_value() ? MeanBy::t_mixture : MeanBy::betting);
  }
  EXPECT_EQ(std::string(to_string(MeanBy::betting)), "betting");
  EXPECT_EQ(std::string(to_string(MeanBy::t_mixture)), "t_mixture");
}

TEST(GuardedMean, hands_goal_direction_and_margin_to_both_tests) {
  const GuardedMean test = mean_of({.betting = {Goal::promote, Worse::lower, 0, 2, 0.5}, .c2 = 3});
  EXPECT_EQ(test.t_mixture().options().goal, Goal::promote);
  EXPECT_EQ(test.t_mixture().options().worse, Worse::lower);
  EXPECT_EQ(test.t_mixture().options().margin, 0.5);
  EXPECT_EQ(test.t_mixture().options().c2, 3);
}

TEST(GuardedMean, merges_ticks_to_five_values_of_either_arm) {
  GuardedMean test = mean_of({});
  TMixture merged;
  for (int i = 0; i < 10; ++i) {
    add(test, {0.5, 0.5}, {0.6});
    if (i % 5 == 4) merged.add_difference(0.6 - 0.5, 5 * 2.0 / 3);
  }
  EXPECT_EQ(test.t_mixture().ticks(), 2u);
  EXPECT_NEAR(test.t_mixture().log_e_value(), merged.log_e_value(), 1e-12);
}

TEST(GuardedMean, clips_for_both_and_leaves_out_what_is_not_a_number) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  GuardedMean wild = mean_of({});
  GuardedMean tame = wild;
  for (int i = 0; i < 4; ++i) {
    add(wild, {-1e300, 0.2, 0.2, 0.2, 0.2, kNan}, {kInfinity, 0.5, 0.5, 0.5, 0.5, 0.5});
    add(tame, {0, 0.2, 0.2, 0.2, 0.2}, {1, 0.5, 0.5, 0.5, 0.5, 0.5});
  }
  EXPECT_EQ(wild.betting().log_e_value(), tame.betting().log_e_value());
  EXPECT_EQ(wild.t_mixture().log_e_value(), tame.t_mixture().log_e_value());
  EXPECT_EQ(wild.t_mixture().ticks(), 4u);
}

TEST(GuardedMean, is_not_changed_by_an_empty_arm) {
  GuardedMean test = mean_of({});
  add(test, {0.1, 0.2, 0.3, 0.1, 0.2}, {0.4, 0.5, 0.6, 0.4, 0.5});
  const double before = test.log_e_value();
  add(test, {}, {1, 1, 1, 1, 1, 1});
  add(test, {0, 0, 0, 0, 0, 0}, {});
  EXPECT_EQ(test.log_e_value(), before);
  EXPECT_EQ(test.t_mixture().ticks(), 1u);
}

TEST(GuardedMean, refuses_options_out_of_their_ranges) {
  EXPECT_FALSE(GuardedMean::make({.betting = {.lowest = 1, .highest = 1}}));
  EXPECT_FALSE(GuardedMean::make({.betting = {.margin = -1}}));
  EXPECT_FALSE(GuardedMean::make({.betting = {.goal = Goal::promote}}));
  EXPECT_FALSE(GuardedMean::make({.c2 = 0}));
}

/// Of 200 rollouts of 60 ticks, at alpha = 0.05, where each arm's values move together by tick.
int crossings(const GuardedMeanOptions& options, double shift, double harm) {
  int found = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    test::Generator generator(run);
    GuardedMean test = mean_of(options);
    bool crossed = false;
    for (int tick = 0; tick < 60; ++tick) {
      add(test, draw(100, 0.5 + shift * generator.normal(), generator),
          draw(100, 0.5 + harm + shift * generator.normal(), generator));
      crossed |= crosses(test.log_e_value(), ErrorRate(0.05));
    }
    found += crossed ? 1 : 0;
  }
  return found;
}

TEST(GuardedMean, seldom_finds_what_arms_have_in_common_for_a_tick) {
  LEEWAY_SIMULATION();
  const BettingMeanOptions promote{.goal = Goal::promote, .margin = 0.05};
  EXPECT_GT(crossings({.independent_values = true}, 0.05, 0), 60);
  EXPECT_LE(crossings({}, 0.05, 0), 10);
  EXPECT_LE(crossings({.betting = promote}, 0.05, 0.05), 10);
  EXPECT_LE(crossings({}, 0, 0), 10);
}

TEST(GuardedMean, mostly_finds_what_is_there) {
  LEEWAY_SIMULATION();
  EXPECT_GT(crossings({}, 0.05, 0.06), 190);
  EXPECT_GT(crossings({.betting = {.goal = Goal::promote, .margin = 0.06}}, 0.05, 0), 190);
}

}  // namespace
}  // namespace leeway::stats
