// Policies: closed forms against simulation, replays against all that could have been done.

#include "leeway/retrain/policy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::retrain {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const Shocks kShocks{PerDay(0.01), MoneyPerDay(50)};
const Money kCost(100);

void expect_near(double value, double expected, double tolerance = 1e-13) {
  EXPECT_LE(std::fabs(value / expected - 1), tolerance) << value << " for " << expected;
}

// ---- Closed forms

TEST(Shocks, hold_the_golden_costs) {
  const auto triggered = [](double delay, double false_triggers, double monitoring) {
    return cost_rate(kShocks, kCost, Triggered{Days(delay), PerDay(false_triggers), MoneyPerDay(monitoring)})->value();
  };
  expect_near(best_schedule(kShocks, kCost)->cost_rate.value(), 9.66079154798421, 1e-14);
  expect_near(triggered(2, 0.001, 0), 2.06078431372549, 1e-14);
  expect_near(triggered(10, 0.01, 0), 6.45454545454545, 1e-14);
  expect_near(triggered(2, 0.02, 0.1), 4.06078431372549, 1e-14);
  EXPECT_FALSE(best_schedule(kShocks, Money(5000))->pays);
  EXPECT_EQ(best_schedule(kShocks, Money(5000))->cost_rate, MoneyPerDay(50));
}

TEST(Triggered, beats_the_schedule_iff_it_is_faster_than_the_interval) {
  test::Generator generator(1);
  for (int round = 0; round < 1000; ++round) {
    const Shocks shocks{PerDay(std::exp(generator.uniform(-8, 1))), MoneyPerDay(std::exp(generator.uniform(-3, 8)))};
    const Money cost = shocks.loss / shocks.rate * generator.uniform(1e-4, 0.99);
    const auto schedule = *best_schedule(shocks, cost);
    EXPECT_EQ(*break_even_delay(shocks, cost, PerDay(0), MoneyPerDay(0)), schedule.interval);
    const auto at = [&](double factor) {
      return *cost_rate(shocks, cost, Triggered{schedule.interval * factor, {}, {}});
    };
    EXPECT_LT(at(0.999), schedule.cost_rate);
    EXPECT_GT(at(1.001), schedule.cost_rate);
    expect_near(at(1).value(), schedule.cost_rate.value());
  }
}

TEST(BreakEvenDelay, allows_for_false_triggers_and_the_price_of_monitoring) {
  test::Generator generator(2);
  for (int round = 0; round < 1000; ++round) {
    const Money cost(generator.uniform(1, 4000));
    const auto schedule = *best_schedule(kShocks, cost);
    const PerDay false_triggers(generator.uniform(0, 0.3) * schedule.cost_rate.value() / cost.value());
    const MoneyPerDay monitoring = schedule.cost_rate * generator.uniform(0, 0.3);
    const auto delay = break_even_delay(kShocks, cost, false_triggers, monitoring);
    const MoneyPerDay at_once = *cost_rate(kShocks, cost, Triggered{{}, false_triggers, monitoring});
    ASSERT_EQ(delay.has_value(), at_once <= schedule.cost_rate);
    if (!delay) continue;
    EXPECT_LE(*delay, schedule.interval);
    expect_near(cost_rate(kShocks, cost, Triggered{*delay, false_triggers, monitoring})->value(),
                schedule.cost_rate.value());
  }
  EXPECT_EQ(break_even_delay(kShocks, Money(5000), PerDay(0), MoneyPerDay(0)).error().code, ErrorCode::undefined);
  EXPECT_EQ(break_even_delay(kShocks, kCost, PerDay(0), MoneyPerDay(10)).error().code, ErrorCode::undefined);
}

TEST(RetrainingAge, is_that_of_the_rule) {
  const auto curve = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));
  const auto linear = *PowerLoss::linear(MoneyPerDayPerDay(0.5));
  const auto best = *optimal_interval(curve, kCost);
  expect_near(retraining_age(curve, kCost, Cumulative{kCost})->value(), 20.6894884786884, 1e-14);
  expect_near(cost_rate(curve, kCost, *retraining_age(curve, kCost, Cumulative{kCost}))->value(),
              best.cost_rate.value() * 1.00062, 5e-6);
  expect_near(retraining_age(linear, kCost, Cumulative{kCost})->value(), 20);
  EXPECT_EQ(*retraining_age(curve, kCost, Marginal{}), best.interval);
  expect_near(retraining_age(curve, kCost, Threshold{best.cost_rate})->value(), best.interval.value());
  EXPECT_EQ(*retraining_age(curve, kCost, Scheduled{Days(7.3)}), Days(7.3));
  EXPECT_EQ(retraining_age(curve, kCost, Threshold{MoneyPerDay(51)})->value(), kInfinity);
  EXPECT_EQ(retraining_age(curve, kCost, Continuous{}).error().code, ErrorCode::incompatible);
  EXPECT_EQ(retraining_age(curve, kCost, Triggered{}).error().code, ErrorCode::incompatible);
}

// ---- Simulation

double rate_of(const Replay& world, const PolicyCost& cost) {
  return cost.total().value() / (world.period.value() * static_cast<double>(world.periods));
}

// 10,000 shocks in a million days.
TEST(ReplayOfShocks, agrees_with_the_closed_forms) {
  LEEWAY_SIMULATION();
  const Replay world = *replay_of_shocks(kShocks, 2000000, Days(0.5), 11);
  const auto schedule = ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));
  for (const double days : {5.0, 21.5, 80.0}) {
    const auto found = *run(world, kCost, Scheduled{Days(days)});
    expect_near(rate_of(world, found), cost_rate(*schedule, kCost, Days(days))->value(), 0.03);
  }
  // Periods of half a day notice at their ends: delays of a quarter of a day more than whole halves.
  for (const double delay : {0.25, 2.25, 10.25, 40.25}) {
    const Triggered quiet{Days(delay), {}, {}};
    expect_near(rate_of(world, *run(world, kCost, quiet)), cost_rate(kShocks, kCost, quiet)->value(), 0.03);
    const Triggered noisy{Days(delay), PerDay(0.02), MoneyPerDay(0.1)};
    const double found = rate_of(world, *run(world, kCost, noisy, 3));
    const double closed = cost_rate(kShocks, kCost, noisy)->value();
    EXPECT_LT(found, closed * 1.03);  // a false trigger may end a loss
    EXPECT_GT(found, closed * (0.97 - 0.02 * delay));
  }
}

// A shock before the age C / B, and never another: the margin stays below the cost for good.
TEST(Marginal, does_not_wait_forever) {
  const StepLoss early = *StepLoss::make(Days(1), MoneyPerDay(50));
  EXPECT_EQ(optimal_interval(early, kCost)->interval, Days(kInfinity));
  expect_near(retraining_age(early, kCost, Marginal{})->value(), 5);  // 200 lost
  for (std::uint64_t seed = 100; seed < 120; ++seed) {
    const Replay world = *replay_of_shocks(kShocks, 10000, Days(0.5), seed);
    for (const double cost : {100.0, 300.0, 1000.0})
      EXPECT_GT(run(world, Money(cost), Marginal{})->retrained.back(), 8000u);
  }
}

// 5,000 days each. Stuck for good, it would cost 20, 36 and 45 a day.
TEST(Marginal, is_cheaper_under_shocks_than_a_schedule_and_than_waiting_for_the_cost_to_be_lost) {
  for (const double cost : {100.0, 300.0, 1000.0}) {
    Money marginal, cumulative, schedule;
    for (std::uint64_t seed = 100; seed < 120; ++seed) {
      const Replay world = *replay_of_shocks(kShocks, 10000, Days(0.5), seed);
      marginal += run(world, Money(cost), Marginal{})->total();
      cumulative += run(world, Money(cost), Cumulative{Money(cost)})->total();
      schedule += run(world, Money(cost), Scheduled{best_schedule(kShocks, Money(cost))->interval})->total();
    }
    EXPECT_LT(marginal, cumulative * 0.85);
    EXPECT_LT(marginal, schedule * 0.5);
  }
}

TEST(Marginal, cuts_decay_short_only_where_a_retraining_is_dear) {
  const auto curve = *ExponentialLoss::make(MoneyPerDay(1), PerDay(1));
  const auto excess = [&](double k) {
    const Days age = *retraining_age(curve, Money(k), Marginal{});
    return *cost_rate(curve, Money(k), age) / optimal_interval(curve, Money(k))->cost_rate - 1;
  };
  for (const double k : {1e-6, 0.02, 0.3, 0.63}) EXPECT_EQ(excess(k), 0) << k;
  EXPECT_GT(excess(0.65), 0);
  EXPECT_LT(excess(0.9), 0.008);
  EXPECT_LT(excess(2), 0.21);
}

TEST(Replay, is_the_same_for_the_same_seed_and_another_for_another) {
  const auto cost = [](std::uint64_t world_seed, std::uint64_t seed) {
    const Replay world = *replay_of_shocks(kShocks, 5000, Days(1), world_seed);
    return run(world, kCost, Triggered{Days(3), PerDay(0.02), MoneyPerDay(1)}, seed)->total();
  };
  EXPECT_EQ(cost(1, 1), cost(1, 1));
  EXPECT_NE(cost(1, 1), cost(2, 1));
  EXPECT_NE(cost(1, 1), cost(1, 2));
}

TEST(Replay, of_a_curve_is_retrained_at_the_age_of_each_rule) {
  const auto curve = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));
  const Replay world = *replay_of_curve(curve, 20000, Days(0.1));
  const auto best = *optimal_interval(curve, kCost);
  for (const Policy& policy : {Policy(Scheduled{Days(21.5)}), Policy(Threshold{best.cost_rate}),
                               Policy(Cumulative{kCost}), Policy(Marginal{})}) {
    const auto found = *run(world, kCost, policy);
    EXPECT_NEAR(static_cast<double>(found.retrained.at(0)) * 0.1, retraining_age(curve, kCost, policy)->value(), 0.3);
    expect_near(rate_of(world, found), best.cost_rate.value(), 0.006);  // the last cycle is not complete
  }
}

TEST(Replay, adds_up_what_a_policy_costs) {
  const Replay world{10, Days(2),
                     [](std::size_t trained, std::size_t at) { return Money(static_cast<double>(at - trained)); }};
  const auto scheduled = *run(world, Money(5), Scheduled{Days(6)});  // ages 0 1 2 | 0 1 2 | 0 1 2 | 0
  EXPECT_EQ(scheduled.retrained, (std::vector<std::size_t>{3, 6, 9}));
  EXPECT_EQ(scheduled.staleness, Money(9));
  EXPECT_EQ(scheduled.retraining, Money(15));
  EXPECT_EQ(run(world, Money(5), Continuous{})->total(), Money(45));
  EXPECT_EQ(run(world, Money(5), Threshold{MoneyPerDay(1)})->retrained, (std::vector<std::size_t>{3, 6, 9}));
  EXPECT_EQ(run(world, Money(5), Cumulative{Money(6)})->retrained, (std::vector<std::size_t>{4, 8}));
  EXPECT_EQ(run(world, Money(5), Triggered{Days(3), {}, MoneyPerDay(0.5)})->monitoring, Money(10));
  EXPECT_EQ(run(world, Money(5), Triggered{Days(3), {}, {}})->retrained, (std::vector<std::size_t>{3, 6, 9}));
  EXPECT_EQ(run(world, Money(5), Triggered{Days(3.5), {}, {}})->retrained, (std::vector<std::size_t>{4, 8}));
}

// 3 * 0.7 is less than 2.1.
TEST(Replay, is_on_schedule_whatever_the_rounding) {
  const Replay world{10, Days(0.7), [](std::size_t, std::size_t) { return Money(1); }};
  EXPECT_EQ(run(world, Money(5), Scheduled{Days(2.1)})->retrained, (std::vector<std::size_t>{3, 6, 9}));
}

// ---- The oracle

Money cost_of(const Replay& world, Money cost, unsigned retrained) {
  Money sum;
  std::size_t trained = 0;
  for (std::size_t period = 0; period < world.periods; ++period) {
    if (period > 0 && (retrained >> period & 1u) != 0) trained = period, sum += cost;
    sum += world.loss(trained, period);
  }
  return sum;
}

TEST(Oracle, is_the_best_of_all_that_could_be_done) {
  test::Generator generator(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> losses(100);
    for (double& loss : losses) loss = generator.uniform(0, 10);
    const Replay world{10, Days(1), [&](std::size_t i, std::size_t j) { return Money(losses[i * 10 + j]); }};
    const Money cost(generator.uniform(0.1, 20));
    Money best(kInfinity);
    for (unsigned set = 0; set < 1u << 10; set += 2) best = std::min(best, cost_of(world, cost, set));
    const auto found = *oracle(world, cost);
    expect_near(found.total().value(), best.value(), 1e-12);
    unsigned set = 0;
    for (const std::size_t period : found.retrained) set |= 1u << period;
    expect_near(cost_of(world, cost, set).value(), best.value(), 1e-12);
  }
}

TEST(Oracle, is_beaten_by_no_policy) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Replay world = *replay_of_shocks({PerDay(0.03), MoneyPerDay(50)}, 1000, Days(1), seed);
    const Money least = oracle(world, kCost)->total();
    for (const Policy& policy :
         {Policy(Scheduled{Days(12)}), Policy(Threshold{MoneyPerDay(20)}), Policy(Cumulative{kCost}),
          Policy(Marginal{}), Policy(Continuous{}), Policy(Triggered{Days(2), PerDay(0.01), {}})})
      EXPECT_GE(run(world, kCost, policy, seed)->total(), least) << policy.index();
  }
}

TEST(Oracle, retrains_a_repeating_curve_at_its_optimum) {
  const auto curve = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));
  const Replay world = *replay_of_curve(curve, 2000, Days(1));
  const auto found = *oracle(world, kCost);
  expect_near(2000.0 / static_cast<double>(found.retrained.size() + 1),
              optimal_interval(curve, kCost)->interval.value(), 0.02);
}

// ---- Errors

TEST(Policies, name_the_field_that_is_wrong) {
  const auto curve = *PowerLoss::linear(MoneyPerDayPerDay(1));
  const Replay world = *replay_of_curve(curve, 10, Days(1));
  struct Case {
    Policy policy;
    std::string where;
  };
  for (const double bad : {-1.0, std::nan(""), kInfinity}) {
    for (const Case& c : {Case{Scheduled{Days(bad)}, "interval"}, Case{Threshold{MoneyPerDay(bad)}, "loss"},
                          Case{Cumulative{Money(bad)}, "loss"}, Case{Triggered{Days(bad), {}, {}}, "delay"},
                          Case{Triggered{{}, PerDay(bad), {}}, "false_triggers"},
                          Case{Triggered{{}, {}, MoneyPerDay(bad)}, "monitoring"}}) {
      EXPECT_EQ(run(world, kCost, c.policy).error().where, c.where);
      EXPECT_FALSE(retraining_age(curve, kCost, c.policy));
    }
    EXPECT_EQ(run(world, Money(bad), Marginal{}).error().where, "cost");
    EXPECT_EQ(oracle(world, Money(bad)).error().where, "cost");
    EXPECT_EQ(replay_of_curve(curve, 10, Days(bad)).error().where, "period");
    EXPECT_EQ(replay_of_shocks({PerDay(bad), MoneyPerDay(1)}, 10, Days(1), 1).error().where, "rate");
    EXPECT_EQ(best_schedule({PerDay(1), MoneyPerDay(bad)}, kCost).error().where, "loss");
    EXPECT_EQ(cost_rate(kShocks, kCost, Triggered{Days(bad), {}, {}}).error().where, "delay");
  }
  EXPECT_EQ(replay_of_curve(curve, 0, Days(1)).error().where, "periods");
  EXPECT_EQ(run({10, Days(1), {}}, kCost, Marginal{}).error().where, "loss");
}

}  // namespace
}  // namespace leeway::retrain
