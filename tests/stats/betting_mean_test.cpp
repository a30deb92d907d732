#include "leeway/stats/betting_mean.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <type_traits>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"
#include "support/sequential_golden.hpp"
#include "support/simulation.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<BettingMean>);

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

BettingMean mean_of(const BettingMeanOptions& options) { return *BettingMean::make(options); }

double published_value(int i) { return (7 * i + 3) % 10 / 10.0; }

// confseq's betting_mart with theta = 1, run in Python.
TEST(BettingProcess, has_the_published_values) {
  const std::vector<std::pair<double, double>> known{
      {0.3, 2752.53067782976}, {0.4, 2.00457677328076}, {0.45, 0.060332982835439}, {0.5, 0.00200743081813709}};
  for (const auto& [null_mean, expected] : known) {
    BettingProcess process(null_mean);
    for (int i = 0; i < 100; ++i) process.add(published_value(i));
    EXPECT_LE(test::relative_gap(process.log_e_value(), std::log(expected)), 1e-12) << null_mean;
  }
}

TEST(BettingProcess, bets_as_published) {
  BettingProcess process(0.3);
  std::vector<double> bets;
  for (int i = 0; i < 100; ++i) {
    bets.push_back(process.uncapped_bet());
    process.add(published_value(i));
  }
  EXPECT_NEAR(bets[0], 5.88008713873348, 1e-13);
  EXPECT_NEAR(bets[1], 4.57991688525596, 1e-13);
  EXPECT_NEAR(bets[2], 3.61286630961295, 1e-13);
  EXPECT_NEAR(bets[9], 1.66021257061785, 1e-13);
  EXPECT_NEAR(bets[99], 0.399077502010713, 1e-13);
}

// The expectation over all sequences of values, of laws with mean q.
double expectation(const BettingProcess& process, const std::vector<double>& values, const std::vector<double>& law,
                   int steps) {
  if (steps == 0) return std::exp(process.log_e_value());
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    BettingProcess next = process;
    next.add(values[i]);
    sum += law[i] * expectation(next, values, law, steps - 1);
  }
  return sum;
}

TEST(BettingProcess, is_fair_at_the_null_mean_and_unfavourable_below) {
  EXPECT_NEAR(expectation(BettingProcess(0.5), {0, 0.5, 1}, {0.3, 0.4, 0.3}, 8), 1, 1e-12);
  EXPECT_NEAR(expectation(BettingProcess(0.1), {0, 1}, {0.9, 0.1}, 10), 1, 1e-12);
  EXPECT_LT(expectation(BettingProcess(0.5), {0, 1}, {0.6, 0.4}, 10), 0.9);
  EXPECT_GT(expectation(BettingProcess(0.5), {0, 1}, {0.3, 0.7}, 10), 2);
}

TEST(BettingProcess, never_loses_everything) {
  for (const double null_mean : {0.01, 0.5, 0.99, 1.0}) {
    BettingProcess process(null_mean, ErrorRate(1e-9));
    for (int i = 0; i < 1000; ++i) process.add(0);
    EXPECT_TRUE(std::isfinite(process.log_e_value()));
  }
}

double baseline_value(int i) { return (3 * i + 1) % 7 < 1 ? 1 : 0; }
double candidate_value(int i) { return (5 * i + 2) % 7 < 3 ? 1 : 0; }

TEST(BettingMean, has_the_published_values) {
  for (const auto& [margin, expected] :
       {std::pair{0.0, 394.086621430921}, std::pair{0.05, 94.6777092425726}, std::pair{0.1, 22.8912631548797}}) {
    BettingMean test = mean_of({.margin = margin});
    for (int i = 0; i < 100; ++i) test.add(Baseline{baseline_value(i)}, Candidate{candidate_value(i)});
    EXPECT_LE(test::relative_gap(test.log_e_value(), std::log(expected)), 1e-12) << margin;
    EXPECT_EQ(test.pairs(), 100u);
  }
}

TEST(BettingMean, does_not_depend_on_the_unit) {
  BettingMean unit = mean_of({.margin = 0.05});
  BettingMean other = mean_of({.lowest = -10, .highest = 30, .margin = 2});
  for (int i = 0; i < 50; ++i) {
    unit.add(Baseline{baseline_value(i)}, Candidate{candidate_value(i)});
    other.add(Baseline{-10 + 40 * baseline_value(i)}, Candidate{-10 + 40 * candidate_value(i)});
    EXPECT_NEAR(unit.log_e_value(), other.log_e_value(), 1e-12);
  }
}

TEST(BettingMean, of_lower_is_worse_is_that_of_opposite_values) {
  for (const Goal goal : {Goal::rollback, Goal::promote}) {
    BettingMean higher = mean_of({.goal = goal, .margin = 0.25});
    BettingMean lower = mean_of({.goal = goal, .worse = Worse::lower, .margin = 0.25});
    for (int i = 0; i < 50; ++i) {
      higher.add(Baseline{baseline_value(i)}, Candidate{candidate_value(i)});
      lower.add(Baseline{1 - baseline_value(i)}, Candidate{1 - candidate_value(i)});
      EXPECT_NEAR(higher.log_e_value(), lower.log_e_value(), 1e-12);
    }
  }
}

TEST(BettingMean, promotes_on_harm_below_the_margin_only) {
  BettingMean healthy = mean_of({.goal = Goal::promote, .margin = 0.3});
  BettingMean harmful = healthy;
  test::Generator generator(4);
  for (int i = 0; i < 400; ++i) {
    const double a = generator.uniform(0.2, 0.4);
    healthy.add(Baseline{a}, Candidate{generator.uniform(0.2, 0.4)});
    harmful.add(Baseline{a}, Candidate{generator.uniform(0.55, 0.75)});
  }
  EXPECT_TRUE(crosses(healthy.log_e_value(), ErrorRate(0.01)));
  EXPECT_LT(harmful.log_e_value(), 0);
}

TEST(BettingMean, clips_and_counts_what_is_beyond_the_bounds) {
  BettingMean wild = mean_of({});
  BettingMean tame = wild;
  wild.add(Baseline{-1e300}, Candidate{7.0});
  tame.add(Baseline{0.0}, Candidate{1.0});
  wild.add(Baseline{0.5}, Candidate{std::numeric_limits<double>::infinity()});
  tame.add(Baseline{0.5}, Candidate{1.0});
  EXPECT_EQ(wild.log_e_value(), tame.log_e_value());
  EXPECT_EQ(wild.clipped(), 3u);
  EXPECT_EQ(tame.clipped(), 0u);
}

TEST(BettingMean, is_not_changed_by_what_is_not_a_number) {
  BettingMean test = mean_of({});
  test.add(Baseline{0.1}, Candidate{0.9});
  const double before = test.log_e_value();
  test.add(Baseline{kNan}, Candidate{0.9});
  test.add(Baseline{0.1}, Candidate{kNan});
  EXPECT_EQ(test.log_e_value(), before);
  EXPECT_EQ(test.pairs(), 1u);
}

TEST(BettingMean, refuses_options_out_of_their_ranges) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<BettingMeanOptions> bad{{.lowest = 1, .highest = 1},
                                            {.lowest = 0, .highest = kInfinity},
                                            {.lowest = kNan},
                                            {.margin = 1},
                                            {.margin = -0.1},
                                            {.margin = kNan},
                                            {.goal = Goal::promote}};
  for (const BettingMeanOptions& options : bad) {
    const auto test = BettingMean::make(options);
    ASSERT_FALSE(test);
    EXPECT_EQ(test.error().code, ErrorCode::invalid_argument);
  }
}

TEST(BettingMean, seldom_finds_what_is_not_there_in_skewed_values_of_unequal_laws) {
  LEEWAY_SIMULATION();
  int found = 0;
  for (std::uint64_t run = 0; run < 400; ++run) {
    test::Generator generator(run);
    BettingMean test = mean_of({.alpha = ErrorRate(0.1)});
    bool crossed = false;
    for (int i = 0; i < 500; ++i) {  // both have mean 0.1
      test.add(Baseline{generator.uniform(0, 0.2)}, Candidate{generator.uniform() < 0.1 ? 1.0 : 0.0});
      crossed |= crosses(test.log_e_value(), ErrorRate(0.1));
    }
    found += crossed ? 1 : 0;
  }
  EXPECT_LT(found, 52);
}

}  // namespace
}  // namespace leeway::stats
