#include "leeway/profile/edges.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "leeway/core/count_value.hpp"
#include "support/generator.hpp"

namespace leeway::profile {
namespace {

const EdgesAxis& edges_of(const Result<NamedAxis>& chosen) { return std::get<EdgesAxis>(chosen->axis); }

std::vector<double> interior(const std::vector<double>& values, EdgeRule rule = EdgeRule::equal_frequency,
                             std::size_t cells = 10) {
  const auto chosen = choose_axis(values, rule, cells);
  EXPECT_TRUE(chosen) << chosen.error().message;
  const auto edges = edges_of(chosen).interior_edges();
  return {edges.begin(), edges.end()};
}

Counts count(const EdgesAxis& axis, const std::vector<double>& values) {
  Counts counts{std::vector<std::uint64_t>(axis.size()), {}};
  for (const double x : values) count_value(axis, x, counts.cells.data(), counts.side);
  return counts;
}

TEST(EqualFrequency, takes_the_linear_quantiles) {
  std::vector<double> values;
  for (int i = 0; i <= 100; ++i) values.push_back(i * 0.5);
  EXPECT_EQ(interior(values, EdgeRule::equal_frequency, 4), (std::vector{12.5, 25.0, 37.5}));
  // numpy.quantile([1, 2, 4, 8, 16, 32], [1/3, 2/3]) = 3.333..., 10.666...
  const auto thirds = interior({32, 1, 16, 2, 8, 4}, EdgeRule::equal_frequency, 3);
  ASSERT_EQ(thirds.size(), 2u);
  EXPECT_DOUBLE_EQ(thirds[0], 4 - 2.0 / 3);
  EXPECT_DOUBLE_EQ(thirds[1], 8 + 8.0 / 3);
}

TEST(EqualFrequency, gives_each_of_few_values_a_cell) {
  EXPECT_EQ(interior({1, 1, 1, 2, 2, 7}), (std::vector{2.0, 7.0}));
}

TEST(EqualFrequency, gives_a_constant_a_cell_between_two_empty_ones) {
  const std::vector<double> constant(50, 3.5);
  const auto chosen = choose_axis(constant, EdgeRule::equal_frequency, 10);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->name, "constant");
  EXPECT_EQ(count(edges_of(chosen), constant).cells, (std::vector<std::uint64_t>{0, 50, 0}));
  EXPECT_EQ(edges_of(chosen).cell(std::nextafter(3.5, 4)), 2u);
  EXPECT_EQ(edges_of(chosen).cell(std::nextafter(3.5, 3)), 0u);
}

TEST(EqualFrequency, gives_a_heavy_value_a_cell_of_its_own) {
  test::Generator generator(6);
  std::vector<double> values(900, 0.0);  // zero-heavy: 90 %
  for (int i = 0; i < 100; ++i) values.push_back(generator.uniform(0.1, 5));
  const auto chosen = choose_axis(values, EdgeRule::equal_frequency, 10);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(count(edges_of(chosen), values).cells.front(), 900u) << "zeros alone: nothing shares their cell";
  EXPECT_EQ(edges_of(chosen).cell(1e-300), 1u);
}

TEST(EqualFrequency, separates_heavy_values_in_the_middle_from_both_neighbours) {
  test::Generator generator(7);
  std::vector<double> values(500, 2.0);
  for (int i = 0; i < 500; ++i) values.push_back(generator.uniform(0, 4));
  const auto chosen = choose_axis(values, EdgeRule::equal_frequency, 10);
  ASSERT_TRUE(chosen);
  const EdgesAxis& axis = edges_of(chosen);
  EXPECT_NE(axis.cell(2.0), axis.cell(std::nextafter(2.0, 0.0)));
  EXPECT_NE(axis.cell(2.0), axis.cell(std::nextafter(2.0, 4.0)));
}

// Every rule on data of every kind: the promises of the header.
TEST(ChooseAxis, leaves_no_reference_cell_empty_and_covers_the_range) {
  test::Generator generator(8);
  for (int i = 0; i < 400; ++i) {
    const std::size_t n = 2 + generator.below(3000);
    const std::size_t cells = 1 + generator.below(60);
    const double grain = std::pow(10, generator.uniform(-4, 1));
    const bool heavy_tail = generator.below(2) == 0;
    std::vector<double> values;
    for (std::size_t j = 0; j < n; ++j) {
      const double x = heavy_tail ? std::exp(3 * generator.normal()) : generator.normal();
      values.push_back(std::round(x / grain) * grain);
    }
    for (const EdgeRule rule : {EdgeRule::equal_frequency, EdgeRule::equal_width, EdgeRule::sturges, EdgeRule::doane,
                                EdgeRule::freedman_diaconis, EdgeRule::logarithmic}) {
      const auto chosen = choose_axis(values, rule, cells);
      ASSERT_TRUE(chosen) << to_string(rule);
      if (chosen->name == "constant") continue;
      const Counts counts = count(edges_of(chosen), values);
      ASSERT_EQ(std::count(counts.cells.begin(), counts.cells.end(), 0u), 0) << chosen->name;
      ASSERT_EQ(counts.side.below + counts.side.above, 0u) << chosen->name;
    }
  }
}

TEST(ChooseAxis, by_equal_frequency_spreads_untied_values_evenly) {
  test::Generator generator(9);
  const auto values = generator.normals(9973);
  for (const std::size_t cells : {2u, 10u, 64u, 256u}) {
    const auto chosen = choose_axis(values, EdgeRule::equal_frequency, cells);
    ASSERT_TRUE(chosen);
    const auto counts = count(edges_of(chosen), values).cells;
    ASSERT_EQ(counts.size(), cells);
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    EXPECT_LE(*most - *least, 2u) << cells;
  }
}

TEST(ChooseAxis, counts_sturges_cells_as_numpy_does) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(i);
  const auto chosen = choose_axis(values, EdgeRule::sturges, 10);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->name, "sturges-11");  // numpy.histogram_bin_edges(range(1000.), "sturges") has 11 bins
  EXPECT_EQ(choose_axis(values, EdgeRule::freedman_diaconis, 10)->name, "fd-10");
  EXPECT_EQ(choose_axis(values, EdgeRule::doane, 10)->name, "doane-11");
}

TEST(ChooseAxis, of_no_values_is_one_cell) {
  const auto chosen = choose_axis({}, EdgeRule::equal_frequency, 10);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(size(chosen->axis), 1u);
  EXPECT_EQ(chosen->name, "no-values");
}

TEST(ChooseAxis, survives_extreme_values) {
  const double most = std::numeric_limits<double>::max();
  for (const EdgeRule rule : {EdgeRule::equal_frequency, EdgeRule::equal_width, EdgeRule::sturges, EdgeRule::doane,
                              EdgeRule::freedman_diaconis, EdgeRule::logarithmic}) {
    for (const auto& values :
         {std::vector{-most, most}, {most, most}, {5e-324, 0.0, -5e-324}, {-most, 0.0, 1.0, 2.0, most}}) {
      EXPECT_TRUE(choose_axis(values, rule, 10)) << to_string(rule);
    }
  }
}

TEST(ChooseAxis, refuses_what_it_cannot_divide) {
  const std::vector values{1.0, 2.0};
  EXPECT_FALSE(choose_axis(values, EdgeRule::equal_frequency, 0));
  EXPECT_FALSE(choose_axis(values, EdgeRule::equal_frequency, kMaxCells + 1));
  EXPECT_FALSE(choose_axis(std::vector{1.0, std::numeric_limits<double>::infinity()}, EdgeRule::equal_frequency, 2));
}

TEST(EdgeRule, has_a_name_that_reads_back) {
  for (const char* name : {"equal-frequency", "equal-width", "sturges", "doane", "fd", "log"}) {
    const auto rule = parse_edge_rule(name);
    ASSERT_TRUE(rule) << name;
    EXPECT_STREQ(to_string(*rule), name);
  }
  EXPECT_FALSE(parse_edge_rule("quantile"));
}

}  // namespace
}  // namespace leeway::profile
