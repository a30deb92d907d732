#include "leeway/rollout/cuped.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "leeway/stats/t_mixture.hpp"
#include "support/generator.hpp"

namespace leeway::rollout {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Row {
  double x = 0;
  double y = 0;
};
using Rows = std::vector<Row>;

double mean_of(const Rows& rows, double Row::*field) {
  double sum = 0;
  for (const Row& row : rows) sum += row.*field;
  return rows.empty() ? 0 : sum / static_cast<double>(rows.size());
}

double product_of(const Rows& rows, double Row::*a, double Row::*b) {
  double sum = 0;
  for (const Row& row : rows) sum += (row.*a - mean_of(rows, a)) * (row.*b - mean_of(rows, b));
  return sum;
}

PairedMoments moments_of(const Rows& rows) {
  return {rows.size(),
          mean_of(rows, &Row::y),
          product_of(rows, &Row::y, &Row::y),
          mean_of(rows, &Row::x),
          product_of(rows, &Row::x, &Row::x),
          product_of(rows, &Row::x, &Row::y)};
}

struct RowTick {
  Rows baseline;
  Rows candidate;
};

PairedTick moments_of(const RowTick& tick) { return {moments_of(tick.baseline), moments_of(tick.candidate)}; }

// What the coefficient should be, from the rows of earlier ticks.
double oracle_coefficient(const std::vector<RowTick>& earlier) {
  double xy = 0;
  double xx = 0;
  for (const RowTick& tick : earlier)
    for (const Rows* rows : {&tick.baseline, &tick.candidate}) {
      xy += product_of(*rows, &Row::x, &Row::y);
      xx += product_of(*rows, &Row::x, &Row::x);
    }
  return xx > 0 ? xy / xx : 0;
}

double oracle_centre(const std::vector<RowTick>& earlier) {
  Rows all;
  for (const RowTick& tick : earlier)
    for (const Rows* rows : {&tick.baseline, &tick.candidate}) all.insert(all.end(), rows->begin(), rows->end());
  return mean_of(all, &Row::x);
}

Rows without_covariate(Rows rows, double coefficient, double centre) {
  for (Row& row : rows) row.y -= coefficient * (row.x - centre);
  return rows;
}

// Correlation 0.8 with the covariate, about common levels.
Rows rows(test::Generator& generator, std::size_t n, double level = 0, double effect = 0) {
  Rows made(n);
  for (Row& row : made) {
    row.x = level + generator.normal();
    row.y = 10 * level + effect + 0.8 * row.x + 0.6 * generator.normal();
  }
  return made;
}

TEST(Cuped, takes_out_what_the_covariate_explained_in_earlier_ticks) {
  test::Generator generator(1);
  Cuped cuped;
  std::vector<RowTick> earlier;
  for (int i = 0; i < 20; ++i) {
    const double level = generator.normal();
    const RowTick tick{rows(generator, 40, level), rows(generator, 15, level, 0.3)};
    const auto adjusted = *cuped.adjust(moments_of(tick));
    const double theta = oracle_coefficient(earlier);
    const double centre = oracle_centre(earlier);
    ASSERT_NEAR(adjusted.coefficient, theta, 1e-12);
    const auto expected =
        moments_of({without_covariate(tick.baseline, theta, centre), without_covariate(tick.candidate, theta, centre)});
    EXPECT_NEAR(adjusted.baseline.mean, expected.baseline.mean, 1e-12);
    EXPECT_NEAR(adjusted.candidate.mean, expected.candidate.mean, 1e-12);
    EXPECT_NEAR(adjusted.baseline.m2, expected.baseline.m2, 1e-11);
    EXPECT_NEAR(adjusted.candidate.m2, expected.candidate.m2, 1e-11);
    EXPECT_NEAR(adjusted.baseline.variance(), expected.baseline.m2 / 39, 1e-12);
    earlier.push_back(tick);
  }
}

TEST(Cuped, leaves_the_first_tick_alone_unless_there_are_earlier_rows) {
  test::Generator generator(2);
  const RowTick tick{rows(generator, 50), rows(generator, 50)};
  Cuped cuped;
  const auto raw = *cuped.adjust(moments_of(tick));
  EXPECT_EQ(raw.coefficient, 0);
  EXPECT_EQ(raw.variance_reduction, 0);
  EXPECT_EQ(raw.baseline.mean, moments_of(tick.baseline).mean);
  EXPECT_EQ(raw.candidate.m2, moments_of(tick.candidate).m2);
  Cuped informed;
  ASSERT_TRUE(informed.add(moments_of(rows(generator, 2000))));
  EXPECT_NEAR(informed.coefficient(), 0.8, 0.05);
  EXPECT_NEAR(informed.adjust(moments_of(tick))->variance_reduction, 0.64, 0.15);
}

TEST(Cuped, states_the_variance_that_it_takes_out) {
  test::Generator generator(3);
  Cuped cuped;
  ASSERT_TRUE(cuped.add(moments_of(rows(generator, 5000))));
  EXPECT_NEAR(cuped.expected_reduction(), 0.64, 0.02);
  const RowTick tick{rows(generator, 5000), rows(generator, 5000)};
  const auto adjusted = *cuped.adjust(moments_of(tick));
  EXPECT_NEAR(adjusted.variance_reduction, 0.64, 0.02);
  EXPECT_NEAR(adjusted.candidate.variance(), 0.36, 0.02);
}

// ---- A coefficient that has seen its own tick is not valid.

TEST(Cuped, adjusts_a_tick_by_nothing_that_is_in_it) {
  test::Generator generator(4);
  const PairedMoments earlier = moments_of(rows(generator, 100));
  const PairedTick tick = moments_of({rows(generator, 50), rows(generator, 50)});
  const auto after = [&](double factor) {
    Cuped cuped;
    EXPECT_TRUE(cuped.add(earlier));
    PairedTick changed = tick;
    changed.candidate.cxy *= factor;
    const double used = cuped.adjust(changed)->coefficient;
    return std::pair{used, cuped.coefficient()};
  };
  EXPECT_EQ(after(1).first, after(-1).first);
  EXPECT_NE(after(1).second, after(-1).second);
}

// Nothing has changed. The metric is convex in a skewed covariate: rows of large covariates make a steep slope.
Rows convex(test::Generator& generator, std::size_t n) {
  Rows made(n);
  for (Row& row : made) {
    row.x = std::exp(0.5 * generator.normal());
    row.y = row.x * row.x + 0.2 * generator.normal();
  }
  return made;
}

/// Ticks in which nothing has changed, with the difference as it is adjusted, and as it would be by the slope of the
/// baseline in the same tick, which no effect can enter.
struct Null {
  explicit Null(std::uint64_t seed) : generator(seed) {}

  void next() {
    const RowTick tick{convex(generator, 10), convex(generator, 10)};
    const auto moments = moments_of(tick);
    const auto found = *cuped.adjust(moments);
    adjusted = found.candidate.mean - found.baseline.mean;
    same = moments.candidate.mean - moments.baseline.mean -
           oracle_coefficient({{tick.baseline, {}}}) *
               (moments.candidate.covariate_mean - moments.baseline.covariate_mean);
  }

  test::Generator generator;
  Cuped cuped;
  double adjusted = 0;
  double same = 0;
};

struct Mean {
  double sum = 0;
  double squares = 0;
  double n = 0;

  void add(double x) {
    sum += x;
    squares += x * x;
    ++n;
  }
  [[nodiscard]] double z_score() const { return sum / n / std::sqrt((squares - sum * sum / n) / n / n); }
  [[nodiscard]] bool crosses() const {
    return stats::crosses(stats::t_mixture_one_sided(sum, squares, n, 10), ErrorRate(0.05));
  }
};

TEST(Cuped, keeps_a_difference_of_nothing_at_0_which_a_coefficient_of_the_same_tick_does_not) {
  Null null(5);
  Mean adjusted;
  Mean same;
  for (int i = 0; i < 20000; ++i) {
    null.next();
    adjusted.add(null.adjusted);
    same.add(null.same);
  }
  EXPECT_LT(std::fabs(adjusted.z_score()), 3);
  EXPECT_GT(same.z_score(), 8);
}

TEST(Cuped, keeps_the_promise_of_an_e_process_which_a_coefficient_of_the_same_tick_breaks) {
  const int runs = 300;
  int adjusted_crosses = 0;
  int same_crosses = 0;
  for (int run = 0; run < runs; ++run) {
    Null null(static_cast<std::uint64_t>(run));
    Mean adjusted;
    Mean same;
    bool adjusted_crossed = false;
    bool same_crossed = false;
    for (int tick = 0; tick < 200; ++tick) {
      null.next();
      adjusted.add(null.adjusted);
      same.add(null.same);
      adjusted_crossed = adjusted_crossed || adjusted.crosses();
      same_crossed = same_crossed || same.crosses();
    }
    adjusted_crosses += adjusted_crossed;
    same_crosses += same_crossed;
  }
  EXPECT_LE(adjusted_crosses, 0.08 * runs) << adjusted_crosses;
  EXPECT_GE(same_crosses, 0.25 * runs) << same_crosses;
}

TEST(Cuped, keeps_the_effect_and_halves_its_noise) {
  test::Generator generator(6);
  Cuped cuped;
  double sum = 0;
  double squares = 0;
  double raw_squares = 0;
  const int ticks = 4000;
  for (int i = 0; i < ticks; ++i) {
    const auto moments = moments_of({rows(generator, 20), rows(generator, 20, 0, 0.1)});
    const auto adjusted = *cuped.adjust(moments);
    const double difference = adjusted.candidate.mean - adjusted.baseline.mean;
    const double raw = moments.candidate.mean - moments.baseline.mean;
    sum += difference;
    squares += (difference - 0.1) * (difference - 0.1);
    raw_squares += (raw - 0.1) * (raw - 0.1);
  }
  EXPECT_NEAR(sum / ticks, 0.1, 4 * std::sqrt(0.36 / 10 / ticks));
  EXPECT_NEAR(squares / raw_squares, 0.36, 0.03);
}

TEST(Cuped, hears_neither_common_drift_nor_the_effect_in_its_coefficient) {
  test::Generator generator(7);
  Cuped cuped;
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(cuped.adjust(moments_of({rows(generator, 50, 3.0 * i), rows(generator, 50, 3.0 * i, 1000)})));
  EXPECT_NEAR(cuped.coefficient(), 0.8, 0.05);
}

// ---- Degenerate

TEST(Cuped, has_no_coefficient_where_the_covariate_is_constant) {
  test::Generator generator(8);
  for (const double constant : {0.0, 0.1, -1e9, 1e-300}) {
    Rows made = rows(generator, 100);
    for (Row& row : made) row.x = constant;
    Cuped cuped;
    ASSERT_TRUE(cuped.add(moments_of(made)));
    EXPECT_EQ(cuped.coefficient(), 0) << constant;
    EXPECT_EQ(cuped.expected_reduction(), 0);
    const auto tick = moments_of({made, made});
    EXPECT_EQ(cuped.adjust(tick)->baseline.mean, tick.baseline.mean);
  }
}

TEST(Cuped, has_no_coefficient_of_a_few_rows) {
  test::Generator generator(9);
  Cuped cuped;
  ASSERT_TRUE(cuped.add(moments_of(rows(generator, 20))));
  EXPECT_EQ(cuped.coefficient(), 0);
  ASSERT_TRUE(cuped.add(moments_of(rows(generator, 2))));
  EXPECT_NE(cuped.coefficient(), 0);
  cuped.reset();
  EXPECT_EQ(cuped.coefficient(), 0);
}

TEST(Cuped, takes_ticks_without_rows_in_an_arm) {
  test::Generator generator(10);
  Cuped cuped;
  ASSERT_TRUE(cuped.add(moments_of(rows(generator, 100))));
  const auto adjusted = *cuped.adjust({{}, moments_of(rows(generator, 1))});
  EXPECT_EQ(adjusted.baseline.count, 0U);
  EXPECT_EQ(adjusted.baseline.mean, 0);
  EXPECT_EQ(adjusted.baseline.variance(), 0);
  EXPECT_EQ(adjusted.candidate.count, 1U);
  EXPECT_EQ(adjusted.candidate.variance(), 0);
  EXPECT_EQ(adjusted.variance_reduction, 0);
}

TEST(Cuped, never_leaves_a_sum_of_squares_below_0) {
  Cuped cuped;
  test::Generator generator(11);
  Rows exact = rows(generator, 100);
  for (Row& row : exact) row.y = row.x / 3;
  ASSERT_TRUE(cuped.add(moments_of(exact)));
  const auto adjusted = *cuped.adjust(moments_of({exact, exact}));
  EXPECT_GE(adjusted.baseline.m2, 0);
  EXPECT_NEAR(adjusted.baseline.m2, 0, 1e-12);
  EXPECT_NEAR(adjusted.variance_reduction, 1, 1e-12);
}

TEST(Cuped, names_what_is_wrong_and_forgets_it) {
  test::Generator generator(12);
  const PairedMoments good = moments_of(rows(generator, 30));
  const auto error_of = [&](auto change) {
    Cuped cuped;
    EXPECT_TRUE(cuped.add(good));
    const double before = cuped.coefficient();
    PairedMoments wrong = good;
    change(wrong);
    const auto added = cuped.add(wrong);
    EXPECT_FALSE(added);
    const auto adjusted = cuped.adjust({good, wrong});
    EXPECT_FALSE(adjusted);
    EXPECT_EQ(adjusted.error().where, "candidate: " + added.error().where);
    EXPECT_EQ(cuped.adjust({wrong, good}).error().where, "baseline: " + added.error().where);
    EXPECT_EQ(cuped.coefficient(), before);
    return added.error();
  };
  for (const double bad : {kNaN, kInfinity, -kInfinity}) {
    EXPECT_EQ(error_of([=](auto& m) { m.mean = bad; }).where, "mean");
    EXPECT_EQ(error_of([=](auto& m) { m.m2 = bad; }).where, "m2");
    EXPECT_EQ(error_of([=](auto& m) { m.covariate_mean = bad; }).where, "covariate_mean");
    EXPECT_EQ(error_of([=](auto& m) { m.covariate_m2 = bad; }).where, "covariate_m2");
    EXPECT_EQ(error_of([=](auto& m) { m.cxy = bad; }).where, "cxy");
  }
  EXPECT_EQ(error_of([](auto& m) { m.m2 = -1; }).code, ErrorCode::data);
  EXPECT_EQ(error_of([](auto& m) { m.covariate_m2 = 0; }).where, "cxy");
  EXPECT_EQ(error_of([](auto& m) { m.cxy *= 100; }).where, "cxy");
  EXPECT_EQ(error_of([](auto& m) { m.count = 1; }).where, "m2");
  EXPECT_EQ(error_of([](auto& m) { m.count = 0; }).where, "mean");
}

TEST(Cuped, refuses_sums_beyond_a_double) {
  const PairedMoments huge{100, 0, 1.5e308, 0, 1.5e308, 1e308};
  Cuped cuped;
  ASSERT_TRUE(cuped.add(huge));
  EXPECT_EQ(cuped.add(huge).error().code, ErrorCode::limit);
  EXPECT_NEAR(cuped.coefficient(), 1 / 1.5, 1e-12);
  EXPECT_EQ(cuped.adjust({huge, {}}).error().code, ErrorCode::limit);
}

}  // namespace
}  // namespace leeway::rollout
