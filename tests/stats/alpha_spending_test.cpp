#include "leeway/stats/alpha_spending.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace leeway::stats {
namespace {

double upper_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

std::vector<SpendingLook> looks(const std::vector<double>& shares, double alpha = 0.05, double power = 2,
                                Sides sides = Sides::two) {
  return *power_spending(shares, ErrorRate(alpha), power, sides);
}

/// P(Z_1 < first, Z_2 >= second) of a walk looked at after share t of its way and at its end, by the midpoint rule.
double second_finds(double t, double first, double second) {
  constexpr int kSteps = 200000;
  const double low = -9;
  const double h = (first - low) / kSteps;
  double sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double z = low + (i + 0.5) * h;
    sum += std::exp(-z * z / 2) * upper_tail((second - z * std::sqrt(t)) / std::sqrt(1 - t));
  }
  return sum * h / std::sqrt(2 * std::numbers::pi);
}

TEST(AlphaSpending, has_the_published_nominal_rates) {
  const auto found = looks({250 / 810.0, 450 / 810.0, 630 / 810.0, 1}, 0.01);
  const std::array expected{0.00095, 0.00241, 0.00410, 0.00636};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i].nominal_alpha, expected[i], 1e-5);
}

TEST(AlphaSpending, spends_what_two_looks_would_find) {
  for (const double t : {0.001, 0.3, 0.9, 0.9999})
    for (const double power : {0.5, 1.0, 3.0}) {
      const auto found = looks({t, 1}, 0.05, power, Sides::one);
      EXPECT_NEAR(upper_tail(found[0].bound), 0.05 * std::pow(t, power), 1e-12);
      const double second = second_finds(t, found[0].bound, found[1].bound);
      EXPECT_NEAR(second, 0.05 - found[0].spent, 2e-7) << t << ' ' << power;
      EXPECT_NEAR(found[1].spent, 0.05, 1e-9);
    }
}

TEST(AlphaSpending, is_an_ordinary_test_of_one_look) {
  EXPECT_NEAR(looks({1})[0].bound, 1.959963984540054, 1e-10);
  EXPECT_NEAR(looks({1}, 0.05, 2, Sides::one)[0].bound, 1.6448536269514722, 1e-10);
  EXPECT_NEAR(looks({1})[0].nominal_alpha, 0.05, 1e-12);
}

TEST(AlphaSpending, spends_half_on_either_side) {
  const auto both = looks({0.2, 0.6, 1}, 0.05, 2, Sides::two);
  const auto one = looks({0.2, 0.6, 1}, 0.025, 2, Sides::one);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(both[i].bound, one[i].bound);
    EXPECT_EQ(both[i].nominal_alpha, 2 * one[i].nominal_alpha);
  }
}

TEST(AlphaSpending, hardly_changes_by_a_look_that_adds_hardly_anything) {
  const double without = looks({0.5, 1}).back().bound;
  EXPECT_NEAR(looks({0.5, 0.5 + 1e-5, 1}).back().bound, without, 1e-3);
  EXPECT_NEAR(looks({1e-9, 0.5, 1}).back().bound, without, 1e-9);
}

TEST(AlphaSpending, keeps_what_a_look_cannot_spend) {
  const auto found = looks({1e-9, 1}, 0.05, 3, Sides::one);
  EXPECT_EQ(found[0].bound, 8);
  EXPECT_NEAR(found[1].spent, 0.05, 1e-9);
}

TEST(AlphaSpending, takes_many_looks) {
  std::vector<double> shares;
  for (int i = 1; i <= 60; ++i) shares.push_back(i / 60.0);
  const auto found = looks(shares);
  for (std::size_t i = 1; i < found.size(); ++i) {
    EXPECT_LT(found[i].bound, found[i - 1].bound);
    EXPECT_GT(found[i].spent, found[i - 1].spent);
  }
  EXPECT_NEAR(found.back().spent, 0.05, 1e-8);
  EXPECT_GT(found.back().bound, 1.96);
}

TEST(AlphaSpending, names_what_is_out_of_range) {
  const auto where = [](const std::vector<double>& shares, double power = 2) {
    return power_spending(shares, ErrorRate(0.05), power, Sides::two).error().where;
  };
  EXPECT_EQ(where({}), "shares");
  EXPECT_EQ(where(std::vector<double>(1001, 0.5)), "shares");
  for (const double bad : {0.0, -1.0, 1.1, std::nan(""), 0.2, 0.1}) EXPECT_EQ(where({0.2, bad}), "shares[1]");
  for (const double bad : {0.0, -1.0, 101.0, std::nan("")}) EXPECT_EQ(where({1}, bad), "power");
}

}  // namespace
}  // namespace leeway::stats
