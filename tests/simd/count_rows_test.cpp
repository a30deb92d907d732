#include "leeway/simd/count_rows.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <bit>
#include <cmath>
#include <limits>

#include "leeway/core/count_value.hpp"
#include "support/every_target.hpp"
#include "support/generator.hpp"

namespace leeway::simd {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Counts empty(const Axis& axis) { return {std::vector<std::uint64_t>(size(axis)), {}}; }

Axis random_axis(test::Generator& generator) {
  if (generator.below(8) == 0) return *CategoryAxis::make({"a"});
  if (generator.below(8) == 0) return *UniformAxis::make(1 + generator.below(20), -1, 2);
  std::vector<double> edges;
  double edge = generator.uniform(-2, 0);
  for (std::size_t i = generator.below(20); i > 0; --i) {
    edges.push_back(edge);
    // Some edges are floats, some lie between two, some are one float apart.
    edge = generator.below(3) == 0 ? static_cast<double>(std::nextafter(static_cast<float>(edge), kInfinity))
                                   : edge + generator.uniform(0, 0.5);
    if (edge <= edges.back()) edge = edges.back() + 0.1;
  }
  return *EdgesAxis::make(edges, generator.uniform(-2, -1), generator.uniform(1, 3));
}

// Values that a comparison could get wrong: edges, their neighbours, and every special one.
float random_value(test::Generator& generator, const Axis& axis) {
  const auto* edges = std::get_if<EdgesAxis>(&axis);
  switch (generator.below(8)) {
    case 0: return std::bit_cast<float>(static_cast<std::uint32_t>(generator.bits()));
    case 1: {
      constexpr float kSpecial[] = {0.0F,   -0.0F,   kInfinity, -kInfinity,
                                    1e-45F, -1e-45F, 3e38F,     std::numeric_limits<float>::quiet_NaN()};
      return kSpecial[generator.below(8)];
    }
    case 2:
    case 3:
      if (edges != nullptr && !edges->interior_edges().empty()) {
        const auto edge = static_cast<float>(edges->interior_edges()[generator.below(edges->interior_edges().size())]);
        return std::nextafter(edge, generator.below(2) == 0 ? kInfinity : -kInfinity);
      }
      return 0;
    case 4:
      if (edges != nullptr) return static_cast<float>(generator.below(2) == 0 ? edges->lower() : edges->upper());
      return 1;
    default: return static_cast<float>(generator.uniform(-3, 4));
  }
}

void expect_counts_as_core(test::Generator& generator) {
  std::vector<Axis> axes;
  for (std::size_t i = 1 + generator.below(40); i > 0; --i) axes.push_back(random_axis(generator));
  std::vector<const Axis*> pointers;
  for (const Axis& axis : axes) pointers.push_back(&axis);
  const RowPlan plan(pointers);

  const std::size_t rows = generator.below(70);
  const std::size_t stride = axes.size() + generator.below(3);
  std::vector<float> block(rows * stride, 77.0F);
  std::vector<Counts> expected;
  std::vector<Counts> found;
  for (std::size_t f = 0; f < axes.size(); ++f) {
    found.push_back(empty(axes[f]));
    expected.push_back(empty(axes[f]));
    for (std::size_t r = 0; r < rows; ++r) {
      const float x = random_value(generator, axes[f]);
      block[r * stride + f] = x;
      std::visit(
          [&](const auto& axis) {
            if constexpr (NumericAxis<std::decay_t<decltype(axis)>>) {
              if (plan.takes(f)) count_value(axis, static_cast<double>(x), expected[f].cells.data(), expected[f].side);
            }
          },
          axes[f]);
    }
  }
  if (rows > 0) block.resize((rows - 1) * stride + axes.size());  // nothing may be read beyond the last value
  const std::vector<float> exact(block.begin(), block.end());
  std::vector<std::uint32_t> tallies(plan.tallies());
  const std::size_t first = rows / 3;  // in two calls
  count_rows(plan, exact.data(), first, stride, tallies.data());
  if (rows > 0) count_rows(plan, exact.data() + first * stride, rows - first, stride, tallies.data());
  settle(plan, rows, tallies.data(), found);
  for (std::size_t f = 0; f < axes.size(); ++f) {
    ASSERT_EQ(found[f].cells, expected[f].cells) << "feature " << f << " of " << axes.size();
    ASSERT_EQ(found[f].side, expected[f].side) << "feature " << f << " of " << axes.size();
  }
  for (const std::uint32_t tally : tallies) ASSERT_EQ(tally, 0u) << "settled";
}

TEST(CountRows, equals_core_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    SCOPED_TRACE(target);
    test::Generator generator(71);
    for (int i = 0; i < 300 && !testing::Test::HasFatalFailure(); ++i) expect_counts_as_core(generator);
  });
}

TEST(RowPlan, takes_numeric_features_of_few_edges) {
  const Axis few = *UniformAxis::make(kMaxRowEdges + 1, 0, 1);
  const Axis many = *UniformAxis::make(kMaxRowEdges + 2, 0, 1);
  const Axis words = *CategoryAxis::make({"a"});
  const RowPlan plan(std::vector<const Axis*>{&few, &many, &words});
  EXPECT_TRUE(plan.takes(0));
  EXPECT_FALSE(plan.takes(1));
  EXPECT_FALSE(plan.takes(2));
}

}  // namespace
}  // namespace leeway::simd
