#include "leeway/stats/e_value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "support/generator.hpp"

namespace leeway::stats {
namespace {

using Indices = std::vector<std::size_t>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(EValue, crosses_from_one_over_alpha_on) {
  EXPECT_TRUE(crosses(log_threshold(ErrorRate(0.05)), ErrorRate(0.05)));
  EXPECT_FALSE(crosses(std::nextafter(log_threshold(ErrorRate(0.05)), 0), ErrorRate(0.05)));
  EXPECT_NEAR(log_threshold(ErrorRate(0.05)), std::log(20), 1e-15);
  EXPECT_FALSE(crosses(-kInfinity, ErrorRate(0.99)));
  EXPECT_FALSE(crosses(kNan, ErrorRate(0.99)));
}

TEST(EValue, mean_is_that_of_the_e_values) {
  const std::vector<double> log_e{std::log(1.0), std::log(2.0), std::log(6.0)};
  EXPECT_NEAR(log_mean_exp(log_e), std::log(3), 1e-15);
  EXPECT_NEAR(log_weighted_mean(log_e, std::vector{1.0, 2.0, 0.5}), std::log(8 / 3.5), 1e-15);
}

TEST(EValue, mean_neither_overflows_nor_vanishes) {
  EXPECT_NEAR(log_mean_exp(std::vector{5000.0, 5000.0}), 5000, 1e-12);
  EXPECT_NEAR(log_mean_exp(std::vector{-5000.0, -5000.0 + std::log(3)}), -5000 + std::log(2), 1e-12);
  EXPECT_EQ(log_mean_exp(std::vector{-kInfinity, -kInfinity}), -kInfinity);
  EXPECT_EQ(log_mean_exp(std::vector{kInfinity, kInfinity, 0.0}), kInfinity);
}

TEST(EValue, mean_of_what_is_not_a_number_is_none) {
  EXPECT_TRUE(std::isnan(log_mean_exp(std::vector{1.0, kNan, 2.0})));
  EXPECT_TRUE(std::isnan(log_mean_exp(std::vector{kNan, kInfinity})));
}

TEST(EValue, weight_zero_leaves_out) {
  EXPECT_EQ(log_weighted_mean(std::vector{3.0, kInfinity, 900.0}, std::vector{2.0, 0.0, 0.0}), 3);
}

// The definition, for every set size.
Indices rejected_by_definition(const std::vector<double>& e, double alpha) {
  const auto all = static_cast<double>(e.size());
  for (std::size_t k = e.size(); k > 0; --k) {
    Indices large;
    for (std::size_t i = 0; i < e.size(); ++i) {
      if (e[i] >= all / (static_cast<double>(k) * alpha)) large.push_back(i);
    }
    if (large.size() >= k) return large;
  }
  return {};
}

TEST(EBenjaminiHochberg, is_its_definition) {
  test::Generator generator(5);
  for (int run = 0; run < 2000; ++run) {
    std::vector<double> e(1 + generator.below(12));
    for (double& value : e) value = std::exp(generator.uniform(-1, 6));
    std::vector<double> log_e;
    for (const double value : e) log_e.push_back(std::log(value));
    EXPECT_EQ(e_benjamini_hochberg(log_e, ErrorRate(0.1)), rejected_by_definition(e, 0.1));
  }
}

TEST(EBenjaminiHochberg, rejects_many_where_bonferroni_rejects_none) {
  const std::vector<double> log_e(10, std::log(25));
  EXPECT_EQ(e_benjamini_hochberg(log_e, ErrorRate(0.05)).size(), 10u);
  EXPECT_TRUE(e_bonferroni(log_e, ErrorRate(0.05)).empty());
}

TEST(EBenjaminiHochberg, counts_what_is_not_a_number_as_tested_but_never_rejects_it) {
  EXPECT_EQ(e_benjamini_hochberg(std::vector{kNan, std::log(41), kInfinity}, ErrorRate(0.05)), (Indices{1, 2}));
  EXPECT_TRUE(e_benjamini_hochberg(std::vector{kNan, std::log(59)}, ErrorRate(0.03)).empty());
  EXPECT_TRUE(e_benjamini_hochberg(std::vector<double>{}, ErrorRate(0.05)).empty());
}

TEST(EBonferroni, asks_for_the_number_of_hypotheses_more) {
  const std::vector<double> log_e{std::log(39.9), std::log(40.1)};
  EXPECT_EQ(e_bonferroni(log_e, ErrorRate(0.05)), Indices{1});
}

TEST(EBonferroni, asks_less_of_what_has_weight) {
  const std::vector<double> log_e{std::log(26), std::log(26), kInfinity};
  EXPECT_EQ(e_bonferroni(log_e, ErrorRate(0.05), std::vector{0.8, 0.2, 0.0}), Indices{0});
}

}  // namespace
}  // namespace leeway::stats
