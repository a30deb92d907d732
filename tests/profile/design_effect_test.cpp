#include "leeway/profile/design_effect.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::profile {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

DesignEffect design_of(const std::vector<double>& column, ColumnOptions options = {}) {
  return ProfileBuilder(options).numeric("x", column).build()->features()[0].design;
}

std::vector<double> clusters(std::size_t rows, std::size_t size, test::Generator& generator) {
  std::vector<double> column;
  while (column.size() < rows) column.resize(column.size() + size, generator.normal());
  return column;
}

std::vector<double> autoregressive(std::size_t rows, double rho, test::Generator& generator) {
  std::vector<double> column{generator.normal()};
  while (column.size() < rows) {
    column.push_back(rho * column.back() + std::sqrt(1 - rho * rho) * generator.normal());
  }
  return column;
}

TEST(DesignEffect, of_clusters_is_their_size) {
  test::Generator generator(41);
  const DesignEffect design = design_of(clusters(100'000, 20, generator));
  EXPECT_NEAR(design.mean, 20, 3);
  EXPECT_NEAR(design.cells, 20, 4);
  EXPECT_EQ(design.missing, 1);
  EXPECT_EQ(design.pane_rows, 2000U);
}

// Ten cells of a Gaussian series move in nine directions, the j-th with (1 + rho^j) / (1 - rho^j): on average 6.1,
// weighed by itself 10.2. Cells are no polynomials of low degree: their share of fast directions is larger.
TEST(DesignEffect, of_a_slow_series_weighs_the_directions_in_which_it_varies) {
  LEEWAY_SIMULATION();
  test::Generator generator(42);
  double mean = 0;
  double cells = 0;
  for (int run = 0; run < 20; ++run) {
    const DesignEffect design = design_of(autoregressive(50'000, 0.9, generator));
    mean += design.mean / 20;
    cells += design.cells / 20;
  }
  EXPECT_LT(mean, 6.1);
  EXPECT_GT(mean, 3.5);
  EXPECT_NEAR(cells, 10.2, 2);
}

TEST(DesignEffect, of_independent_rows_is_1_but_for_one_in_a_hundred) {
  LEEWAY_SIMULATION();
  test::Generator generator(43);
  for (const std::size_t rows : {200U, 1000U, 5000U}) {
    int dependent = 0;
    for (int run = 0; run < 400; ++run) dependent += design_of(generator.normals(rows)).cells > 1;
    EXPECT_LE(dependent, 13) << rows << " rows: more than 13 of 400 has probability 1e-4 at one in a hundred";
  }
}

TEST(DesignEffect, of_many_rare_categories_is_1_as_well) {
  LEEWAY_SIMULATION();
  test::Generator generator(44);
  int dependent = 0;
  for (int run = 0; run < 200; ++run) {
    std::vector<std::uint32_t> rows(2000);
    for (auto& row : rows) row = static_cast<std::uint32_t>(500 * std::pow(generator.uniform(), 3));
    dependent += estimate_design_effect(rows, 500).cells > 1;
  }
  EXPECT_LE(dependent, 8) << "more than 8 of 200 has probability 1e-3 at one in a hundred";
}

TEST(DesignEffect, of_the_missing_rate_is_its_own) {
  test::Generator generator(45);
  std::vector<double> column = generator.normals(20'000);
  for (std::size_t i = 0; i < column.size(); i += 50) {
    if (generator.uniform() < 0.2) std::fill_n(column.begin() + static_cast<std::ptrdiff_t>(i), 50, kNan);
  }
  const DesignEffect design = design_of(column);
  EXPECT_NEAR(design.missing, 50, 20);
  EXPECT_LT(design.cells, 1.5);
}

TEST(DesignEffect, is_not_looked_for_where_rows_are_exchangeable_or_few_or_already_counted) {
  test::Generator generator(46);
  EXPECT_EQ(design_of(clusters(10'000, 20, generator), {.exchangeable = true}), DesignEffect{});
  EXPECT_EQ(design_of(generator.normals(199)), DesignEffect{});
  EXPECT_EQ(ProfileBuilder().categorical("c", {{"a", 500}, {"b", 500}}, 0).build()->features()[0].design,
            DesignEffect{});
}

TEST(DesignEffect, of_categories_is_that_of_their_codes) {
  std::vector<std::optional<std::string_view>> column;
  for (int i = 0; i < 2000; ++i) column.emplace_back(i % 100 < 50 ? "a" : "b");
  EXPECT_EQ(ProfileBuilder().categorical("c", column).build()->features()[0].design.cells, 1) << "each pane a half";
  for (int i = 0; i < 2000; ++i) column[static_cast<std::size_t>(i)] = i / 200 % 2 == 0 ? "a" : "b";
  EXPECT_NEAR(ProfileBuilder().categorical("c", column).build()->features()[0].design.cells,
              2 * (200 * 8.0 / 3) - 200 / 3.0, 1e-9)
      << "two panes of one kind, two of the other: those twice as long bend by 4, squared, where 6 are "
         "expected; extrapolated, less what the panes themselves show";
}

// Clusters as long as panes begin anywhere in them.
TEST(DesignEffect, of_clusters_is_seen_from_short_references_too) {
  LEEWAY_SIMULATION();
  test::Generator generator(48);
  for (const std::size_t rows : {500U, 1000U, 2000U}) {
    double least = 100;
    for (int run = 0; run < 50; ++run) {
      std::vector<double> column = clusters(rows + 20, 20, generator);
      column.erase(column.begin(), column.begin() + run % 20);
      column.resize(rows);
      least = (std::min)(least, design_of(column).cells);
    }
    EXPECT_GT(least, 10) << rows;
  }
}

// As of the days of a week, of 48 rows each.
TEST(DesignEffect, of_a_season_of_a_few_panes_is_small) {
  for (const int rows : {10'000, 12'000}) {  // panes of 200 and 240
    std::vector<double> days;
    for (int i = 0; i < rows; ++i) days.push_back(i / 48 % 7);
    EXPECT_LT(design_of(days).cells, 2) << rows << ": 93 and 27 from the panes alone";
  }
}

TEST(DesignEffect, of_a_season_or_a_trend_slower_than_a_pane_is_small) {
  test::Generator generator(47);
  std::vector<double> season = generator.normals(10'000);
  std::vector<double> trend = generator.normals(10'000);
  for (std::size_t i = 0; i < 10'000; ++i) {
    season[i] += 2 * std::sin(6.283185307179586 * static_cast<double>(i) / 10'000);
    trend[i] += 4 * static_cast<double>(i) / 10'000;
  }
  EXPECT_LT(design_of(season).cells, 4) << "77 from the distances to the mean";
  EXPECT_LT(design_of(trend).cells, 2);
}

TEST(DesignEffect, of_constants_and_nothing_is_1) {
  EXPECT_EQ(design_of(std::vector<double>(1000, 4.0)).cells, 1);
  EXPECT_EQ(design_of(std::vector<double>(1000, kNan)).cells, 1);
  EXPECT_EQ(estimate_design_effect({}, 0), DesignEffect{});
}

TEST(DesignEffect, below_1_is_refused_and_is_part_of_the_identity) {
  const Profile profile = *ProfileBuilder().numeric("x", std::vector{1.0, 2.0}).build();
  FeatureProfile feature = profile.features()[0];
  feature.design.cells = 3;
  EXPECT_NE(Profile::make({feature}, 2)->hash(), profile.hash());
  for (const double wrong : {0.5, kNan, std::numeric_limits<double>::infinity()}) {
    feature.design.cells = wrong;
    EXPECT_FALSE(Profile::make({feature}, 2)) << wrong;
  }
}

}  // namespace
}  // namespace leeway::profile
