#include "leeway/stats/guarded_rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<GuardedRate>);

struct Tick {
  RateCounts base;
  RateCounts candidate;
};

GuardedRate rate_of(const GuardedRateOptions& options) { return *GuardedRate::make(options); }

void add(GuardedRate& test, const Tick& tick) { test.add(Baseline{tick.base}, Candidate{tick.candidate}); }

std::uint64_t draw(std::uint64_t n, double p, test::Generator& generator) {
  std::uint64_t events = 0;
  for (std::uint64_t i = 0; i < n; ++i) events += generator.uniform() < p ? 1u : 0u;
  return events;
}

std::vector<Tick> independent_ticks(int ticks, double base, double candidate, std::uint64_t n, std::uint64_t m,
                                    std::uint64_t seed) {
  test::Generator generator(seed);
  std::vector<Tick> drawn;
  for (int i = 0; i < ticks; ++i) {
    drawn.push_back({{draw(n, base, generator), n}, {draw(m, candidate, generator), m}});
  }
  return drawn;
}

// Ten requests fail together.
std::vector<Tick> clustered_ticks(int ticks, double rate, std::uint64_t seed, double candidate_rate = 0) {
  if (candidate_rate == 0) candidate_rate = rate;
  test::Generator generator(seed);
  std::vector<Tick> drawn;
  for (int i = 0; i < ticks; ++i) {
    drawn.push_back({{10 * draw(10, rate, generator), 100}, {10 * draw(10, candidate_rate, generator), 100}});
  }
  return drawn;
}

RateDispersion dispersion_of(const std::vector<Tick>& ticks) {
  RateDispersion dispersion;
  for (const Tick& tick : ticks) dispersion.add(Baseline{tick.base}, Candidate{tick.candidate});
  return dispersion;
}

double rate(RateCounts counts) { return static_cast<double>(counts.events) / static_cast<double>(counts.count); }

// The definition, in two passes.
double phi_by_definition(const std::vector<Tick>& ticks) {
  double weights = 0;
  double mean = 0;
  const auto weight = [](const Tick& t) {
    const auto n = static_cast<double>(t.base.count);
    const auto m = static_cast<double>(t.candidate.count);
    return n * m / (n + m);
  };
  const auto variance = [](RateCounts c) { return rate(c) * (1 - rate(c)) / static_cast<double>(c.count - 1); };
  for (const Tick& t : ticks) {
    weights += weight(t);
    mean += weight(t) * (rate(t.candidate) - rate(t.base));
  }
  mean /= weights;
  double seen = 0;
  double expected = 0;
  for (const Tick& t : ticks) {
    const double d = rate(t.candidate) - rate(t.base) - mean;
    seen += weight(t) * d * d;
    expected += (1 - weight(t) / weights) * weight(t) * (variance(t.base) + variance(t.candidate));
  }
  return seen / expected;
}

// Since it last began anew.
TEST(RateDispersion, is_its_definition_also_while_traffic_moves) {
  test::Generator generator(12);
  std::vector<Tick> ticks;
  std::size_t longest = 0;
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t n = 50 + generator.below(1000);
    const std::uint64_t m = 5 + generator.below(300);
    ticks.push_back({{draw(n, 0.1, generator), n}, {draw(m, 0.2, generator), m}});
    const RateDispersion dispersion = dispersion_of(ticks);
    const auto known = static_cast<std::size_t>(dispersion.ticks());
    longest = std::max(longest, known);
    if (known < 2) continue;
    EXPECT_NEAR(dispersion.phi(), phi_by_definition({ticks.end() - static_cast<std::ptrdiff_t>(known), ticks.end()}),
                1e-10);
  }
  EXPECT_GT(longest, 20u);
}

TEST(RateDispersion, of_constant_counts_is_the_centred_ratio_of_variances) {
  const auto ticks = independent_ticks(400, 0.05, 0.09, 200, 100, 3);
  double sum = 0, squares = 0, a = 0, b = 0;
  for (const Tick& t : ticks) {
    const double d = rate(t.candidate) - rate(t.base);
    sum += d;
    squares += d * d;
    a += rate(t.base) / 400;
    b += rate(t.candidate) / 400;
  }
  const double variance = (squares - sum * sum / 400) / 399;
  EXPECT_NEAR(dispersion_of(ticks).phi(), variance / (a * (1 - a) / 200 + b * (1 - b) / 100), 0.02);
}

TEST(RateDispersion, of_independent_requests_is_near_one_whatever_the_effect) {
  for (const double candidate : {0.02, 0.04, 0.3}) {
    EXPECT_NEAR(dispersion_of(independent_ticks(400, 0.02, candidate, 300, 100, 7)).phi(), 1, 0.25) << candidate;
  }
}

TEST(RateDispersion, of_clusters_is_near_their_size) {
  EXPECT_NEAR(dispersion_of(clustered_ticks(400, 0.05, 5)).phi(), 10, 2);
}

TEST(RateDispersion, of_nothing_is_one) {
  RateDispersion dispersion;
  EXPECT_EQ(dispersion.phi(), 1);
  for (int i = 0; i < 30; ++i) dispersion.add(Baseline{RateCounts{0, 100}}, Candidate{RateCounts{0, 100}});
  EXPECT_EQ(dispersion.phi(), 1);
  EXPECT_EQ(dispersion.ticks(), 30u);
}

TEST(RateDispersion, trusts_no_ticks_that_show_no_variance_of_their_own) {
  RateDispersion dispersion;
  for (std::uint64_t i = 0; i < 30; ++i) dispersion.add(Baseline{RateCounts{0, 1}}, Candidate{RateCounts{i % 2, 1}});
  EXPECT_EQ(dispersion.phi(), std::numeric_limits<double>::infinity());
}

TEST(RateDispersion, begins_anew_where_traffic_grows_and_not_where_it_shrinks) {
  RateDispersion dispersion;
  const auto add_ticks = [&](int ticks, std::uint64_t n, std::uint64_t m) {
    for (int i = 0; i < ticks; ++i) dispersion.add(Baseline{RateCounts{n / 100, n}}, Candidate{RateCounts{m / 10, m}});
  };
  add_ticks(50, 1980, 20);
  EXPECT_EQ(dispersion.ticks(), 50u);
  add_ticks(1, 1000, 1000);
  EXPECT_EQ(dispersion.ticks(), 1u);
  EXPECT_EQ(dispersion.phi(), 1);
  add_ticks(9, 1000, 1000);
  add_ticks(200, 1980, 20);  // less
  EXPECT_EQ(dispersion.ticks(), 210u);
  add_ticks(1, 1000, 1000);  // more than the mean by now
  EXPECT_EQ(dispersion.ticks(), 1u);
}

TEST(RateDispersion, begins_anew_at_twice_the_weight_if_that_is_more_than_chance) {
  RateDispersion many;
  for (int i = 0; i < 3; ++i) many.add(Baseline{RateCounts{1, 200}}, Candidate{RateCounts{1, 200}});
  EXPECT_FALSE(many.begins_anew(200));
  EXPECT_TRUE(many.begins_anew(201));
  RateDispersion few;
  EXPECT_FALSE(few.begins_anew(1e9));  // nothing was known
  for (int i = 0; i < 3; ++i) few.add(Baseline{RateCounts{0, 8}}, Candidate{RateCounts{0, 8}});
  EXPECT_FALSE(few.begins_anew(14));  // 4 + 5 standard errors of 2
  EXPECT_TRUE(few.begins_anew(14.1));
}

TEST(GuardedRate, is_the_smaller_e_value_until_twenty_ticks_and_the_grids_from_then_on) {
  GuardedRate test;
  for (const Tick& tick : independent_ticks(40, 0.02, 0.04, 1000, 1000, 11)) {
    add(test, tick);
    const double grid = test.grid().log_e_value();
    const double both = std::min(grid, test.t_mixture().log_e_value());
    const bool guarded = test.ticks() < 20 || test.phi() > 1.3;
    EXPECT_EQ(test.guarded(), guarded);
    EXPECT_EQ(test.log_e_value(), guarded ? both : grid);
    EXPECT_EQ(test.governs(), guarded && both < grid ? RateTest::t_mixture : RateTest::grow_grid);
  }
  EXPECT_FALSE(test.guarded());
  EXPECT_EQ(test.ticks(), 40u);
}

TEST(GuardedRate, trusts_the_twentieth_tick) {
  GuardedRate test;
  for (int i = 0; i < 19; ++i) add(test, {{1, 100}, {2, 100}});
  EXPECT_TRUE(test.guarded());
  add(test, {{1, 100}, {2, 100}});
  EXPECT_FALSE(test.guarded());
}

Tick tick_of(std::uint64_t all, std::uint64_t m, double rate, double arm_noise, test::Generator& generator) {
  const auto noisy = [&] {
    const double variance = std::log1p(arm_noise * arm_noise);
    return rate * std::exp(std::sqrt(variance) * generator.normal() - variance / 2);
  };
  return {{draw(all - m, noisy(), generator), all - m}, {draw(m, noisy(), generator), m}};
}

TEST(GuardedRate, guards_anew_before_the_first_tick_of_more_traffic_is_judged) {
  GuardedRate test;
  test::Generator generator(6);
  for (int i = 0; i < 40; ++i) add(test, tick_of(2000, 100, 0.1, 0, generator));
  ASSERT_FALSE(test.guarded());
  for (int i = 0; i < 19; ++i) {
    add(test, tick_of(2000, 1000, 0.1, 0, generator));
    EXPECT_TRUE(test.guarded());
  }
  add(test, tick_of(2000, 1000, 0.1, 0, generator));
  EXPECT_EQ(test.guarded(), test.phi() > 1.3);
  EXPECT_EQ(test.ticks(), 60u);
}

// Two tests, one after the other, each with an alpha of its own, would have two.
TEST(GuardedRate, counts_the_t_mixture_from_what_was_shown_before_traffic_grew) {
  int held_back = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    GuardedRate test;
    test::Generator generator(seed);
    for (int i = 0; i < 40; ++i) {
      Tick tick = tick_of(1000, 100, 0.1, 0, generator);
      if (seed % 2 == 0) tick.candidate.events += 10;  // harm, of which the grid has more
      add(test, tick);
    }
    const double less = std::min(0.0, test.log_e_value() - test.t_mixture().log_e_value());
    for (int i = 0; i < 15; ++i) {
      add(test, tick_of(1000, 500, 0.1, 0.5, generator));
      EXPECT_EQ(test.log_e_value(), std::min(test.grid().log_e_value(), test.t_mixture().log_e_value() + less));
    }
    held_back += less < 0 ? 1 : 0;
  }
  EXPECT_EQ(held_back, 10);
}

TEST(GuardedRate, is_never_above_the_grid) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    GuardedRate test;
    for (const Tick& tick : clustered_ticks(50, 0.05, seed)) {
      add(test, tick);
      EXPECT_LE(test.log_e_value(), test.grid().log_e_value());
    }
  }
}

TEST(GuardedRate, stays_guarded_while_failures_cluster) {
  GuardedRate test;
  int governed = 0;
  for (const Tick& tick : clustered_ticks(100, 0.05, 2, 0.1)) {
    add(test, tick);
    governed += test.governs() == RateTest::t_mixture ? 1 : 0;
    EXPECT_TRUE(test.guarded());
  }
  EXPECT_GT(governed, 30);
  EXPECT_EQ(std::string(to_string(RateTest::t_mixture)), "t_mixture");
  EXPECT_EQ(std::string(to_string(RateTest::grow_grid)), "grow_grid");
}

TEST(GuardedRate, of_requests_declared_independent_is_the_grid) {
  GuardedRate test = rate_of({.independent_requests = true});
  GrowGrid grid;
  for (const Tick& tick : clustered_ticks(30, 0.05, 9)) {
    add(test, tick);
    grid.add(Baseline{tick.base}, Candidate{tick.candidate});
    EXPECT_EQ(test.log_e_value(), grid.log_e_value());
    EXPECT_EQ(test.governs(), RateTest::grow_grid);
  }
}

TEST(GuardedRate, hands_goal_direction_and_margin_to_both_tests) {
  const GuardedRate test = rate_of({{Goal::promote, Worse::lower, 0.03}, 4});
  EXPECT_EQ(test.grid().options().goal, Goal::promote);
  EXPECT_EQ(test.grid().options().worse, Worse::lower);
  EXPECT_EQ(test.t_mixture().options().goal, Goal::promote);
  EXPECT_EQ(test.t_mixture().options().worse, Worse::lower);
  EXPECT_EQ(test.t_mixture().options().margin, 0.03);
  EXPECT_EQ(test.t_mixture().options().c2, 4);
}

TEST(GuardedRate, promotes_what_is_healthy_and_not_what_is_worse) {
  const GuardedRateOptions options{{Goal::promote, Worse::higher, 0.01}};
  GuardedRate healthy = rate_of(options);
  for (const Tick& tick : independent_ticks(60, 0.02, 0.02, 1000, 1000, 1)) add(healthy, tick);
  EXPECT_TRUE(crosses(healthy.log_e_value(), ErrorRate(0.001)));
  GuardedRate harmful = rate_of(options);
  for (const Tick& tick : independent_ticks(60, 0.02, 0.035, 1000, 1000, 1)) add(harmful, tick);
  EXPECT_LT(harmful.log_e_value(), 0);
}

// Ticks of 100 requests at 1 % are merged to about 5 events; at 10 % they need not be.
TEST(GuardedRate, merges_ticks_to_five_expected_events) {
  GuardedRate rare;
  GuardedRate common;
  for (int i = 0; i < 101; ++i) {
    add(rare, {{1, 100}, {1, 100}});
    add(common, {{10, 100}, {10, 100}});
  }
  EXPECT_EQ(common.t_mixture().ticks(), 100u);  // the first one teaches the rate
  EXPECT_GE(rare.t_mixture().ticks(), 19u);
  EXPECT_LE(rare.t_mixture().ticks(), 20u);
}

TEST(GuardedRate, merges_to_five_expected_non_events_too) {
  GuardedRate test;
  for (int i = 0; i < 101; ++i) add(test, {{99, 100}, {99, 100}});
  EXPECT_GE(test.t_mixture().ticks(), 19u);
  EXPECT_LE(test.t_mixture().ticks(), 20u);
}

TEST(GuardedRate, needs_no_tick_to_learn_from_where_it_has_a_prior) {
  GuardedRate test = rate_of({{.prior = {0.1, 100}}});
  add(test, {{10, 100}, {10, 100}});
  EXPECT_EQ(test.t_mixture().ticks(), 1u);
}

// Otherwise a merged tick would end on the candidate's bad luck.
TEST(GuardedRate, ends_a_merged_tick_by_what_was_known_when_it_began) {
  GuardedRate lucky;
  add(lucky, {{1, 100}, {1, 100}});
  GuardedRate unlucky = lucky;
  for (int i = 0; i < 20; ++i) {
    add(lucky, {{1, 100}, {0, 100}});
    add(unlucky, {{1, 100}, {60, 100}});
    if (lucky.t_mixture().ticks() == 1) break;
    EXPECT_EQ(lucky.t_mixture().ticks(), unlucky.t_mixture().ticks());
  }
  EXPECT_EQ(unlucky.t_mixture().ticks(), 1u);
}

TEST(GuardedRate, merges_less_once_the_candidates_rate_is_known_to_be_high) {
  GuardedRate test;
  add(test, {{1, 1000}, {1, 50}});
  int first = 0;
  while (test.t_mixture().ticks() == 0) add(test, {{1, 1000}, {10, 50}}), ++first;
  add(test, {{1, 1000}, {10, 50}});
  EXPECT_EQ(test.t_mixture().ticks(), 2u);
  EXPECT_GT(first, 50);
}

TEST(GuardedRate, weights_merged_differences_by_their_counts) {
  GuardedRate test;
  test::Generator generator(14);
  double weight = 0, difference = 0, sum = 0, squares = 0;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t n = 50 + generator.below(400);
    const std::uint64_t m = 20 + generator.below(200);
    const Tick tick{{draw(n, 0.02, generator), n}, {draw(m, 0.03, generator), m}};
    const std::uint64_t before = test.t_mixture().ticks();
    add(test, tick);
    if (i == 0) continue;
    const double w = static_cast<double>(n * m) / static_cast<double>(n + m);
    weight += w;
    difference += w * (rate(tick.candidate) - rate(tick.base));
    if (test.t_mixture().ticks() == before) continue;
    sum += difference / std::sqrt(weight);
    squares += difference * difference / weight;
    weight = difference = 0;
  }
  const auto merged = static_cast<double>(test.t_mixture().ticks());
  EXPECT_GT(merged, 50);
  EXPECT_NEAR(test.t_mixture().log_e_value(), t_mixture_one_sided(sum, squares, merged, 10), 1e-10);
}

// Every tick has equal rates, but the hours differ, and the candidate's share too.
TEST(GuardedRate, compares_within_ticks_also_where_it_merges_them) {
  GuardedRate test;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t hour = 1 + static_cast<std::uint64_t>(i % 8);
    add(test, {{hour * (10 - hour), 100 * (10 - hour)}, {hour * hour, 100 * hour}});
  }
  EXPECT_GT(test.t_mixture().ticks(), 20u);
  EXPECT_NEAR(test.t_mixture().log_e_value(),
              t_mixture_one_sided(0, 0, static_cast<double>(test.t_mixture().ticks()), 10), 1e-9);
}

TEST(GuardedRate, is_not_changed_by_ticks_with_an_empty_arm) {
  GuardedRate test;
  for (const Tick& tick : independent_ticks(30, 0.05, 0.1, 100, 100, 2)) add(test, tick);
  const double before = test.log_e_value();
  const std::uint64_t merged = test.t_mixture().ticks();
  for (int i = 0; i < 30; ++i) {
    add(test, {{100, 100}, {0, 0}});
    add(test, {{0, 0}, {100, 100}});
  }
  EXPECT_EQ(test.log_e_value(), before);
  EXPECT_EQ(test.ticks(), 30u);
  EXPECT_EQ(test.t_mixture().ticks(), merged);
}

TEST(GuardedRate, refuses_options_out_of_their_ranges) {
  EXPECT_FALSE(GuardedRate::make({{.margin = -1}}));
  EXPECT_FALSE(GuardedRate::make({.c2 = 0}));
  EXPECT_FALSE(GuardedRate::make({{.goal = Goal::promote}}));
}

int crossings(std::vector<Tick> (*ticks)(std::uint64_t), bool independent) {
  int found = 0;
  for (std::uint64_t run = 0; run < 300; ++run) {
    GuardedRate test = rate_of({.independent_requests = independent});
    bool crossed = false;
    for (const Tick& tick : ticks(run)) {
      add(test, tick);
      crossed |= crosses(test.log_e_value(), ErrorRate(0.1));
    }
    found += crossed ? 1 : 0;
  }
  return found;
}

TEST(GuardedRate, seldom_finds_harm_in_clusters_where_the_grid_mostly_does) {
  LEEWAY_SIMULATION();
  const auto clusters = [](std::uint64_t seed) { return clustered_ticks(80, 0.03, seed); };
  EXPECT_LT(crossings(clusters, false), 30);
  EXPECT_GT(crossings(clusters, true), 150);
}

int crossings_of_ramps(const GuardedRateOptions& options, double harm, double alpha) {
  int found = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    GuardedRate test = rate_of(options);
    test::Generator generator(run);
    bool crossed = false;
    for (int i = 0; i < 140; ++i) {
      Tick tick = tick_of(2000, i < 100 ? 20 : 1000, 0.01, 0.5, generator);
      tick.candidate.events += draw(tick.candidate.count, harm, generator);
      add(test, tick);
      crossed |= crosses(test.log_e_value(), ErrorRate(alpha));
    }
    found += crossed ? 1 : 0;
  }
  return found;
}

// 1 % of traffic hides what arms have in common, and 50 % shows it.
TEST(GuardedRate, seldom_finds_harm_in_a_ramp_with_arm_noise_and_seldom_proves_there_is_none) {
  LEEWAY_SIMULATION();
  EXPECT_LT(crossings_of_ramps({}, 0, 0.05), 12);  // of 200; without a new beginning 16
  EXPECT_LT(crossings_of_ramps({{Goal::promote, Worse::higher, 0.005}}, 0.005, 0.05), 14);
}

TEST(GuardedRate, finds_harm_soon_where_requests_are_independent) {
  LEEWAY_SIMULATION();
  EXPECT_GT(crossings([](std::uint64_t seed) { return independent_ticks(40, 0.02, 0.06, 100, 100, seed); }, false),
            280);
}

}  // namespace
}  // namespace leeway::stats
