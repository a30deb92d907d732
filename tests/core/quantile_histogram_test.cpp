#include "leeway/core/quantile_histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/generator.hpp"

namespace leeway {
namespace {

struct Recipe {
  const char* name;
  double (*draw)(test::Generator&);
};

constexpr Recipe kRecipes[] = {
    {"normal", [](test::Generator& g) { return g.normal(); }},
    {"offset", [](test::Generator& g) { return 1e6 + g.normal(); }},
    {"lognormal2", [](test::Generator& g) { return std::exp(2 * g.normal()); }},
    {"pareto", [](test::Generator& g) { return std::pow(1 - g.uniform(), -1 / 1.16); }},
    {"bimodal50", [](test::Generator& g) { return g.normal() + (g.below(2) == 0 ? -50 : 50); }},
    {"negative", [](test::Generator& g) { return -std::exp(2 * g.normal()); }},
};

constexpr std::size_t kCellCounts[] = {1, 2, 3, 10, 18, 19, 64, 256, 258, 300, 4096};

std::vector<double> sorted_sample(const Recipe& recipe, std::size_t size, std::uint64_t seed) {
  test::Generator generator(seed);
  std::vector<double> values(size);
  for (double& x : values) x = recipe.draw(generator);
  std::sort(values.begin(), values.end());
  return values;
}

EdgesAxis equal_frequency(const std::vector<double>& sorted, std::size_t cells) {
  std::vector<double> edges;
  for (std::size_t i = 1; i < cells; ++i) edges.push_back(sorted[i * sorted.size() / cells]);
  return *EdgesAxis::make(edges, sorted.front(), sorted.back());
}

QuantileHistogram empty(const EdgesAxis& axis) {
  return QuantileHistogram(std::make_shared<const QuantileBuckets>(axis));
}

double exact_quantile(const std::vector<double>& sorted, double q) {
  const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(sorted.size())));
  return sorted[(std::max)(rank, std::size_t{1}) - 1];
}

constexpr double kProbabilities[] = {0, 1e-4, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};

// The documented width of the bucket of x, for axes of at most 18 cells.
double width_at(const EdgesAxis& axis, double x) {
  const auto edges = axis.interior_edges();
  const std::size_t cell = axis.cell(x);
  if (cell > 0 && cell < edges.size()) return (edges[cell] - edges[cell - 1]) / 16;
  const double core = (edges.back() - edges.front()) / static_cast<double>(edges.size() - 1);
  const double extent = cell == 0 ? edges.front() - axis.lower() : axis.upper() - edges.back();
  const double distance = cell == 0 ? edges.front() - x : x - edges.back();
  return (std::max)((std::min)(core, extent), distance) / 16;
}

TEST(QuantileHistogram, errs_by_less_than_the_documented_width_of_a_bucket) {
  for (const Recipe& recipe : kRecipes) {
    const EdgesAxis axis = equal_frequency(sorted_sample(recipe, 20000, 1), 10);
    const std::vector<double> live = sorted_sample(recipe, 50000, 2);
    QuantileHistogram histogram = empty(axis);
    for (const double x : live) histogram.add(x);
    for (const double q : kProbabilities) {
      const double exact = exact_quantile(live, q);
      if (std::fabs(exact) > 2000) continue;  // beyond the last doubling of pareto
      EXPECT_NEAR(*histogram.quantile(q), exact, width_at(axis, exact) * (1 + 1e-9)) << recipe.name << ", q " << q;
    }
  }
}

TEST(QuantileHistogram, knows_an_interval_that_holds_the_exact_quantile_whatever_moved) {
  for (const Recipe& reference : kRecipes) {
    const std::vector<double> sorted = sorted_sample(reference, 20000, 1);
    for (const std::size_t cells : kCellCounts) {
      QuantileHistogram histogram = empty(equal_frequency(sorted, cells));
      const std::vector<double> live = sorted_sample(kRecipes[cells % std::size(kRecipes)], 3000, cells);
      for (const double x : live) histogram.add(x);
      for (const double q : kProbabilities) {
        const double exact = exact_quantile(live, q);
        const auto interval = *histogram.quantile_interval(q);
        const double slack = 1e-12 * (std::fabs(exact) + std::fabs(interval.low) + std::fabs(interval.high));
        EXPECT_LE(interval.low - slack, exact) << reference.name << ", " << cells << " cells, q " << q;
        EXPECT_GE(interval.high + slack, exact) << reference.name << ", " << cells << " cells, q " << q;
        EXPECT_GE(*histogram.quantile(q), interval.low);
        EXPECT_LE(*histogram.quantile(q), interval.high);
      }
    }
  }
}

// A stable distribution is resolved to about a hundred and fortieth of its mass between the outer edges.
TEST(QuantileHistogram, errs_by_less_than_a_percent_of_rank_on_data_like_the_reference) {
  for (const Recipe& recipe : kRecipes) {
    const std::vector<double> live = sorted_sample(recipe, 50000, 2);
    QuantileHistogram histogram = empty(equal_frequency(sorted_sample(recipe, 20000, 1), 10));
    for (const double x : live) histogram.add(x);
    for (const double q : kProbabilities) {
      if (std::string(recipe.name) == "bimodal50" && q == 0.5) continue;  // in the gap any value is right
      const auto below = std::lower_bound(live.begin(), live.end(), *histogram.quantile(q)) - live.begin();
      EXPECT_NEAR(static_cast<double>(below) / 50000, q, 0.01) << recipe.name << ", q " << q;
    }
  }
}

TEST(QuantileBuckets, ascend_and_begin_where_they_say) {
  for (const Recipe& recipe : kRecipes) {
    for (const std::size_t cells : kCellCounts) {
      const QuantileBuckets buckets(equal_frequency(sorted_sample(recipe, 20000, 1), cells));
      for (std::size_t b = 1; b < buckets.size(); ++b) {
        const double begin = buckets.begin_of(b);
        if (!std::isfinite(begin)) continue;
        ASSERT_LE(buckets.begin_of(b - 1), begin);
        const double step = 1e-9 * (std::fabs(begin) + std::fabs(buckets.begin_of(b + 1)));
        const double width = buckets.begin_of(b + 1) - begin;
        if (std::isfinite(step) && step < width / 2) {
          ASSERT_EQ(buckets.bucket(begin + step), b) << recipe.name;
        }
        ASSERT_LE(buckets.bucket(begin - 1e-12 * std::fabs(begin)), b) << recipe.name;
      }
    }
  }
}

TEST(QuantileBuckets, are_512_up_to_258_cells) {
  const std::vector<double> sorted = sorted_sample(kRecipes[0], 20000, 1);
  for (const std::size_t cells : kCellCounts) {
    const std::size_t size = QuantileBuckets(equal_frequency(sorted, cells)).size();
    if (cells > 258) {
      EXPECT_EQ(size, cells + 254) << cells;
    } else {
      EXPECT_LE(size, 512u) << cells;
      EXPECT_GE(size, 480u) << cells;
    }
  }
}

TEST(QuantileBuckets, take_every_finite_value_on_odd_axes) {
  const double largest = std::numeric_limits<double>::max();
  const double least = std::numeric_limits<double>::denorm_min();
  const EdgesAxis axes[] = {*EdgesAxis::make({}, 0, 0),
                            *EdgesAxis::make({}, -largest, largest),
                            *EdgesAxis::make({0, least, 2 * least}, 0, least),
                            *EdgesAxis::make({-largest, largest}, -largest, largest),
                            *EdgesAxis::make({-largest, 0, largest}, 5, 5),
                            *EdgesAxis::make({5}, 5, 5),
                            *EdgesAxis::make({1, 2, 3}, 7, 9)};
  const double values[] = {-largest, -1e300, -5, -1, -least, -0.0, 0, least, 1, 1.5, 5, 1e300, largest};
  for (const EdgesAxis& axis : axes) {
    const QuantileBuckets buckets(axis);
    std::size_t previous = 0;
    for (const double x : values) {
      ASSERT_LT(buckets.bucket(x), buckets.size()) << x;
      EXPECT_GE(buckets.bucket(x), previous) << x;
      previous = buckets.bucket(x);
    }
  }
}

TEST(QuantileHistogram, does_not_depend_on_order_or_on_how_the_values_are_split) {
  std::vector<double> values = sorted_sample(kRecipes[2], 5000, 3);
  const EdgesAxis axis = equal_frequency(values, 10);
  QuantileHistogram whole = empty(axis);
  QuantileHistogram reversed = empty(axis);
  QuantileHistogram merged = empty(axis);
  QuantileHistogram part = empty(axis);
  for (const double x : values) whole.add(x);
  std::reverse(values.begin(), values.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    reversed.add(values[i]);
    (i % 3 == 0 ? merged : part).add(values[i]);
  }
  ASSERT_TRUE(merged.merge(part)) << "equal buckets, separately built";
  EXPECT_EQ(reversed, whole);
  EXPECT_EQ(merged, whole);
  EXPECT_EQ(whole.count(), 5000u);
}

TEST(QuantileHistogram, over_other_buckets_does_not_merge) {
  QuantileHistogram histogram = empty(*EdgesAxis::make({1, 2}, 0, 3));
  EXPECT_FALSE(histogram.merge(empty(*EdgesAxis::make({1, 2.5}, 0, 3))));
  EXPECT_FALSE(histogram.merge(empty(*EdgesAxis::make({1, 2}, 0.5, 3))));
  EXPECT_TRUE(histogram.merge(empty(*EdgesAxis::make({1, 2}, 0, 3))));
}

TEST(QuantileHistogram, is_absent_without_values_or_a_probability_and_after_reset) {
  QuantileHistogram histogram = empty(*EdgesAxis::make({1, 2}, 0, 3));
  EXPECT_FALSE(histogram.quantile(0.5));
  histogram.add(1.5);
  EXPECT_EQ(histogram.quantile(0.5), 1.5);
  EXPECT_FALSE(histogram.quantile(-0.1));
  EXPECT_FALSE(histogram.quantile(std::nan("")));
  histogram.reset();
  EXPECT_EQ(histogram, empty(*EdgesAxis::make({1, 2}, 0, 3)));
  EXPECT_FALSE(histogram.minimum());
}

TEST(QuantileHistogram, of_spikes_is_exact) {
  const EdgesAxis axis = *EdgesAxis::make({0, std::nextafter(0, 1), 1, 2}, 0, 3);
  QuantileHistogram histogram = empty(axis);
  for (int i = 0; i < 80; ++i) histogram.add(0);
  for (int i = 0; i < 20; ++i) histogram.add(1.2);
  histogram.add(-7);
  histogram.add(7);
  EXPECT_NEAR(*histogram.quantile(0.5), 0, 1e-300);
  EXPECT_EQ(histogram.quantile(0), -7);
  EXPECT_EQ(histogram.quantile(1), 7);
}

}  // namespace
}  // namespace leeway
