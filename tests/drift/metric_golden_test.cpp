// The metrics beyond golden_test.cpp against scipy, numpy and mpmath: tests/golden/make_metric_cases.py.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "leeway/drift/anderson_darling.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/cramer_von_mises.hpp"
#include "leeway/drift/hellinger.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/drift/wasserstein.hpp"
#include "leeway/stats/anderson_darling.hpp"
#include "leeway/stats/cramer_von_mises.hpp"
#include "support/golden.hpp"

namespace {

using namespace leeway::drift;
using leeway::test::expand;
using leeway::test::near;
using leeway::test::near_relative;
using nlohmann::json;
using Counts = std::vector<std::uint64_t>;

const json& golden() {
  static const json document = leeway::test::golden_document("metric_cases.json");
  return document;
}

struct Row {
  const Counts reference;
  const Counts live;
};

// What each field of a case is here.
const std::map<std::string, std::function<double(const Row&)>>& count_metrics() {
  static const std::map<std::string, std::function<double(const Row&)>> metrics{
      {"chi_square", [](const Row& row) { return chi_square(row.reference, row.live)->value; }},
      {"chi_square_p", [](const Row& row) { return *chi_square(row.reference, row.live)->p_value; }},
      {"yates", [](const Row& row) { return chi_square(row.reference, row.live, Continuity::yates)->value; }},
      {"yates_p", [](const Row& row) { return *chi_square(row.reference, row.live, Continuity::yates)->p_value; }},
      {"g", [](const Row& row) { return g_statistic(row.reference, row.live)->value; }},
      {"g_p", [](const Row& row) { return *g_statistic(row.reference, row.live)->p_value; }},
      {"cramers_v", [](const Row& row) { return cramers_v(row.reference, row.live)->value; }},
      {"total_variation", [](const Row& row) { return total_variation(row.reference, row.live)->value; }},
      {"l_infinity", [](const Row& row) { return l_infinity(row.reference, row.live)->value; }},
      {"hellinger", [](const Row& row) { return hellinger(row.reference, row.live, Smoothing::none)->value; }},
      {"steps", [](const Row& row) { return wasserstein_binned(row.reference, row.live)->value; }},
  };
  return metrics;
}

TEST(GoldenMetrics, of_counts_agree_with_scipy) {
  const auto fields = golden().at("count_fields").get<std::vector<std::string>>();
  ASSERT_EQ(golden().at("counts").size(), 300u);
  for (const json& one : golden().at("counts")) {
    const Row row{one[0].get<Counts>(), one[1].get<Counts>()};
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const double value = count_metrics().at(fields[i])(row);
      const double expected = one[2].at(i);
      const bool p = fields[i].ends_with("_p");
      const double lost = fields[i] == "hellinger" ? 1e-8 : 2e-15;  // by the oracle, and a root of it looks large
      const double tolerance = p ? 1e-9 * expected + 1e-290 : 1e-12 * expected + lost;
      EXPECT_NEAR(value, expected, tolerance) << fields[i] << " for " << one;
    }
  }
}

TEST(GoldenMetrics, of_samples_agree_with_scipy) {
  ASSERT_EQ(golden().at("samples").size(), 300u);
  int exact = 0;
  for (const json& one : golden().at("samples")) {
    const auto a = expand(one[0]);
    const auto b = expand(one[1]);
    EXPECT_NEAR(wasserstein_two_sample(a, b)->value, one[2][0], 1e-12 * (1 + one[2][0].get<double>())) << one;
    const auto cvm = cramer_von_mises_two_sample(a, b);
    EXPECT_TRUE(near(cvm->value, one[2][1])) << cvm->value << " for " << one;
    if (one[2][2].is_null()) continue;  // ties
    EXPECT_TRUE(near_relative(*cvm->p_value, one[2][2], 1e-9)) << *cvm->p_value << " for " << one;
    EXPECT_NEAR(*cvm->p_value, one[2][3], 1e-7) << "scipy's series stops at 1e-7, for " << one;
    exact += a.size() <= 20 && b.size() <= 20;
  }
  EXPECT_GT(exact, 20) << "cases small enough to be exact";
}

TEST(GoldenMetrics, have_the_anderson_darling_of_scipy) {
  int within_table = 0;
  for (const json& one : golden().at("samples")) {
    if (one[2][4].is_null()) continue;
    const auto result = anderson_darling_two_sample(expand(one[0]), expand(one[1]));
    const double deviation = leeway::stats::anderson_darling_deviation(result->reference_count, result->live_count);
    const double expected = one[2][4];
    EXPECT_NEAR((result->value - 1) / deviation, expected, 1e-11 * (1 + std::fabs(expected))) << one;
    const double p = one[2][5];  // interpolated in a table from 0.001 to 0.25, and capped beyond it
    if (p > 0.002 && p < 0.24) {
      EXPECT_NEAR(*result->p_value / p, 1, 0.12) << one;
      ++within_table;
    } else if (p <= 0.001) {
      EXPECT_LT(*result->p_value, 0.0015) << one;
    } else if (p >= 0.25) {
      EXPECT_GT(*result->p_value, 0.23) << one;
    }
  }
  EXPECT_GT(within_table, 30);
}

TEST(LimitLaws, agree_with_their_other_formulas) {
  for (const json& one : golden().at("laws [x, cramer_von_mises, y, anderson_darling]")) {
    EXPECT_TRUE(near_relative(leeway::stats::cramer_von_mises_upper_tail(one[0]), one[1], 1e-11)) << one;
    EXPECT_TRUE(near_relative(leeway::stats::anderson_darling_upper_tail(one[2]), one[3], 1e-11)) << one;
  }
  EXPECT_EQ(leeway::stats::cramer_von_mises_upper_tail(0), 1);
  EXPECT_EQ(leeway::stats::anderson_darling_upper_tail(0), 1);
}

}  // namespace
