#include "leeway/stats/quantile_comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "leeway/stats/mixture_boundary.hpp"
#include "support/generator.hpp"

namespace leeway::stats {
namespace {

using Values = std::vector<double>;
using Counts = std::vector<std::uint64_t>;

double two_sided(const Values& a, const Values& b, double p, const QuantileTuning& tuning = {100}) {
  return *quantile_log_e_value(Baseline<std::span<const double>>{a}, Candidate<std::span<const double>>{b}, p, tuning);
}

double excess(const Counts& a, const Counts& b, double p, const QuantileTuning& tuning = {1000}) {
  return *quantile_excess_log_e_value(Baseline<std::span<const std::uint64_t>>{a},
                                      Candidate<std::span<const std::uint64_t>>{b}, p, tuning);
}

Values shifted(double shift) {
  Values values(1000);
  std::iota(values.begin(), values.end(), 1 + shift);
  return values;
}

/// How many values are in (edges[i - 1], edges[i]], and beyond either end.
Counts cells(const Values& values, const Values& edges) {
  Counts counts(edges.size() + 1);
  for (const double x : values)
    ++counts[static_cast<std::size_t>(std::lower_bound(edges.begin(), edges.end(), x) - edges.begin())];
  return counts;
}

TEST(QuantileComparison, has_the_published_p_values) {
  struct Case {
    double p, shift, p_value;
  };
  for (const Case& c : {Case{0.5, 70, 0.8147043590265}, Case{0.5, 85, 0.0838054952112761},
                        Case{0.5, 100, 0.00549470124807274}, Case{0.9, 55, 0.0340463045826838}}) {
    EXPECT_NEAR(std::exp(-two_sided(shifted(0), shifted(c.shift), c.p)) / c.p_value, 1, 1e-11);
    EXPECT_NEAR(std::exp(-two_sided(shifted(c.shift), shifted(0), c.p)) / c.p_value, 1, 1e-11);
  }
}

// The definition: at every value and between neighbours, every share that the counts there allow.
TEST(QuantileComparison, is_the_least_evidence_over_all_values) {
  test::Generator random(11);
  for (int round = 0; round < 60; ++round) {
    const double p = random.uniform(0.05, 0.95);
    Values a(1 + random.below(30));
    Values b(1 + random.below(30));
    for (double& x : a) x = std::floor(random.uniform(0, 12));  // with ties
    for (double& x : b) x = std::floor(random.uniform(3, 15));
    const auto mixture = *BetaBinomialMixture::make({100 * p * (1 - p)}, p, 1 - p, Sides::two);
    const auto evidence = [&](const Values& arm, double x) {
      const auto n = static_cast<double>(arm.size());
      const auto low = static_cast<double>(std::count_if(arm.begin(), arm.end(), [&](double y) { return y < x; }));
      const auto high = static_cast<double>(std::count_if(arm.begin(), arm.end(), [&](double y) { return y <= x; }));
      double least = HUGE_VAL;
      for (int i = 0; i <= 400; ++i) {
        const double below = low + (high - low) * i / 400;
        least = std::min(least, mixture.log_e_value(below - n * p, n * p * (1 - p)));
      }
      return least;
    };
    double expected = HUGE_VAL;
    for (double x = -0.5; x < 16; x += 0.5) expected = std::min(expected, evidence(a, x) + evidence(b, x));
    EXPECT_NEAR(two_sided(a, b, p), expected, 1e-4) << round;
    EXPECT_LE(two_sided(a, b, p), expected + 1e-12) << round;
  }
}

TEST(QuantileComparison, has_no_evidence_without_data) {
  EXPECT_EQ(two_sided({}, {1, 2}, 0.5), 0);
  EXPECT_EQ(two_sided({1, 2}, {}, 0.5), 0);
  EXPECT_EQ(excess({}, {}, 0.99), 0);
  EXPECT_EQ(excess({0, 0}, {0, 0}, 0.99), 0);
  EXPECT_LT(two_sided({1, 1, 1}, {1, 1, 1}, 0.5), 0.5);
}

TEST(QuantileComparison, bears_infinite_and_equal_values) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_GT(two_sided(Values(500, -infinity), Values(500, infinity), 0.5), 50);
  EXPECT_LT(two_sided(Values(500, 3), Values(500, 3), 0.99), 0);
}

// The one-sided form of cells, against both arms' mixtures at every edge.
TEST(QuantileExcess, finds_a_slower_candidate_and_no_faster_one) {
  test::Generator random(5);
  Values base(20000);
  Values slower(20000);
  Values faster(20000);
  for (double& x : base) x = std::exp(0.5 * random.normal());
  for (double& x : slower) x = 1.3 * std::exp(0.5 * random.normal());
  for (double& x : faster) x = 0.7 * std::exp(0.5 * random.normal());
  Values edges(100);
  std::iota(edges.begin(), edges.end(), 1);
  for (double& edge : edges) edge *= 0.05;
  EXPECT_GT(excess(cells(base, edges), cells(slower, edges), 0.99), 8);
  EXPECT_LT(excess(cells(base, edges), cells(faster, edges), 0.99), 0);
  EXPECT_LT(excess(cells(base, edges), cells(base, edges), 0.99), 0);
  EXPECT_GT(excess(cells(base, edges), cells(slower, edges), 0.5), 100);
}

TEST(QuantileExcess, gains_nothing_from_coarser_cells) {
  test::Generator random(6);
  Values base(3000);
  Values slower(3000);
  for (double& x : base) x = random.uniform();
  for (double& x : slower) x = 1.2 * random.uniform();
  double before = -HUGE_VAL;
  for (int count = 1; count <= 4096; count *= 2) {  // each one's edges are among the next one's
    Values edges;
    for (int i = 1; i <= count; ++i) edges.push_back(1.2 * i / count);
    const double found = excess(cells(base, edges), cells(slower, edges), 0.9);
    EXPECT_GE(found, before);
    before = found;
  }
  EXPECT_GT(before, 20);
}

TEST(QuantileExcess, is_the_product_of_both_arms) {
  // One edge between two cells: q is at or below it, or above.
  const double p = 0.9;
  const auto mixture = [&](double m) { return *BetaBinomialMixture::make({1000 * p * (1 - p)}, m, 1 - m, Sides::one); };
  const auto evidence = [&](double m, double k, double n) {
    return mixture(m).log_e_value(k - n * m, n * m * (1 - m));
  };
  const double low = evidence(1 - p, 300, 1000) + evidence(p, 0, 500);   // above the edge are 300; below the cell none
  const double high = evidence(1 - p, 0, 1000) + evidence(p, 490, 500);  // above nothing; below the cell are 490
  EXPECT_NEAR(excess({490, 10}, {700, 300}, p), std::min(low, high), 1e-10);
}

TEST(QuantileExcess, keeps_its_promise_at_every_look) {
  test::Generator random(9);
  int found = 0;
  for (int run = 0; run < 200; ++run) {
    Counts base(6);
    Counts candidate(6);
    double largest = 0;
    for (int tick = 0; tick < 40; ++tick) {
      for (int i = 0; i < 50; ++i) {
        ++base[static_cast<std::size_t>(6 * random.uniform() * random.uniform())];
        ++candidate[static_cast<std::size_t>(6 * random.uniform() * random.uniform())];
      }
      largest = std::max(largest, excess(base, candidate, 0.8));
    }
    found += largest >= std::log(20) ? 1 : 0;
  }
  EXPECT_LE(found, 10);  // of 200, at 0.05
}

TEST(QuantileComparison, names_what_is_out_of_range) {
  const auto where = [](const Values& a, const Values& b, double p, const QuantileTuning& tuning) {
    return quantile_log_e_value(Baseline<std::span<const double>>{a}, Candidate<std::span<const double>>{b}, p, tuning)
        .error()
        .where;
  };
  for (const double p : {0.0, 1.0, std::nan("")}) EXPECT_EQ(where({1}, {1}, p, {}), "p");
  EXPECT_EQ(where({1}, {1}, 0.5, {0}), "t_opt");
  EXPECT_EQ(where({1, std::nan("")}, {1}, 0.5, {}), "baseline[1]");
  EXPECT_EQ(where({1}, {std::nan("")}, 0.5, {}), "candidate[0]");
  const Counts two(2);
  const Counts three(3);
  const Baseline<std::span<const std::uint64_t>> base{two};
  EXPECT_EQ(quantile_excess_log_e_value(base, Candidate<std::span<const std::uint64_t>>{three}, 0.5).error().code,
            ErrorCode::incompatible);
  const Candidate<std::span<const std::uint64_t>> candidate{two};
  EXPECT_EQ(quantile_excess_log_e_value(base, candidate, 0.5, {1, ErrorRate(0.5)}).error().where, "alpha_opt");
}

}  // namespace
}  // namespace leeway::stats
