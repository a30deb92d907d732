#include "leeway/core/axis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/generator.hpp"

namespace leeway {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The definition, one comparison at a time.
std::size_t edges_at_most(std::span<const double> edges, double x) {
  std::size_t count = 0;
  for (const double edge : edges) count += edge <= x;
  return count;
}

template <class A>
void expect_cells_by_definition(const A& axis, double x) {
  for (const double probe : {x, std::nextafter(x, -kInfinity), std::nextafter(x, kInfinity)}) {
    ASSERT_EQ(axis.cell(probe), edges_at_most(axis.interior_edges(), probe)) << probe;
  }
}

TEST(EdgesAxis, puts_a_value_equal_to_an_edge_in_the_cell_that_begins_there) {
  const auto axis = EdgesAxis::make({1.0, 2.0}, 0.0, 3.0);
  ASSERT_TRUE(axis);
  EXPECT_EQ(axis->size(), 3u);
  EXPECT_EQ(axis->cell(std::nextafter(1.0, 0.0)), 0u);
  EXPECT_EQ(axis->cell(1.0), 1u);
  EXPECT_EQ(axis->cell(2.0), 2u);
}

TEST(EdgesAxis, has_a_cell_for_every_number) {
  const auto axis = EdgesAxis::make({-1.0, 0.0, 1.0}, -2.0, 2.0);
  ASSERT_TRUE(axis);
  for (const double x : {-kInfinity, -1e308, -2.0, -1.0, -0.0, 0.0, 5e-324, -5e-324, 1.0, 2.0, 1e308, kInfinity}) {
    EXPECT_EQ(axis->cell(x), edges_at_most(axis->interior_edges(), x)) << x;
  }
  EXPECT_EQ(axis->cell(-0.0), axis->cell(0.0));
}

TEST(EdgesAxis, without_edges_is_one_cell) {
  const auto axis = EdgesAxis::make({}, 0.0, 0.0);
  ASSERT_TRUE(axis);
  EXPECT_EQ(axis->size(), 1u);
  EXPECT_EQ(axis->cell(kInfinity), 0u);
}

TEST(EdgesAxis, refuses_edges_that_make_no_cells) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& edges : {std::vector{1.0, 1.0}, {2.0, 1.0}, {nan}, {kInfinity}, {1.0, nan}}) {
    const auto axis = EdgesAxis::make(edges, 0.0, 3.0);
    ASSERT_FALSE(axis);
    EXPECT_EQ(axis.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(EdgesAxis::make({1.0}, 2.0, 1.0));
  EXPECT_FALSE(EdgesAxis::make({1.0}, nan, 1.0));
  EXPECT_FALSE(EdgesAxis::make(std::vector<double>(kMaxCells), 0.0, 1.0));
}

TEST(UniformAxis, equals_its_edges_at_every_edge_and_one_ulp_to_either_side) {
  test::Generator generator(1);
  for (int i = 0; i < 100; ++i) {
    const double width = std::pow(10, generator.uniform(-10, 10));
    const double low = generator.uniform(-1, 1) * width * std::pow(10, generator.uniform(-3, 3));
    const std::size_t cells = 1 + generator.below(i < 5 ? 4096 : 300);
    const auto axis = UniformAxis::make(cells, low, low + width);
    ASSERT_TRUE(axis) << cells << " " << low << " " << width;
    ASSERT_EQ(axis->size(), cells);
    for (const double edge : axis->interior_edges()) expect_cells_by_definition(*axis, edge);
    for (int j = 0; j < 100; ++j) expect_cells_by_definition(*axis, low + width * generator.uniform(-0.5, 1.5));
  }
}

TEST(UniformAxis, takes_infinities_and_huge_values_into_its_outer_cells) {
  const auto axis = UniformAxis::make(10, 0.0, 1.0);
  ASSERT_TRUE(axis);
  for (const double x : {1e308, kInfinity, 2.0}) EXPECT_EQ(axis->cell(x), 9u);
  for (const double x : {-1e308, -kInfinity, -0.0}) EXPECT_EQ(axis->cell(x), 0u);
}

TEST(UniformAxis, refuses_a_range_that_cannot_be_divided) {
  EXPECT_FALSE(UniformAxis::make(0, 0, 1));
  EXPECT_FALSE(UniformAxis::make(kMaxCells + 1, 0, 1));
  EXPECT_FALSE(UniformAxis::make(2, 1, 1));
  EXPECT_FALSE(UniformAxis::make(2, 0, kInfinity));
  EXPECT_FALSE(UniformAxis::make(2, -1e308, 1e308)) << "the width overflows";
  EXPECT_FALSE(UniformAxis::make(10, 1.0, std::nextafter(1.0, 2.0))) << "no room for nine edges";
}

TEST(CategoryAxis, finds_each_value_in_the_order_given_and_nothing_else) {
  const auto axis = CategoryAxis::make({"b", "a", "", "c c"});
  ASSERT_TRUE(axis);
  EXPECT_EQ(axis->cell("b"), 0u);
  EXPECT_EQ(axis->cell("a"), 1u);
  EXPECT_EQ(axis->cell(""), 2u);
  EXPECT_EQ(axis->cell("c c"), 3u);
  for (const char* other : {"B", "c", "aa", "z"}) EXPECT_EQ(axis->cell(other), CategoryAxis::kUnseen) << other;
}

TEST(CategoryAxis, refuses_a_value_listed_twice_and_too_many) {
  EXPECT_FALSE(CategoryAxis::make({"a", "b", "a"}));
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= kMaxCells; ++i) many.push_back(std::to_string(i));
  EXPECT_FALSE(CategoryAxis::make(many));
  many.pop_back();
  const auto axis = CategoryAxis::make(many);
  ASSERT_TRUE(axis);
  for (std::size_t i = 0; i < kMaxCells; ++i) ASSERT_EQ(axis->cell(std::to_string(i)), i);
}

}  // namespace
}  // namespace leeway
