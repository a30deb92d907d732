#include "leeway/core/moments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "support/generator.hpp"

namespace leeway {
namespace {

Moments of(const std::vector<double>& values, double lower, double upper) {
  Moments moments(lower, upper);
  for (const double x : values) moments.add(x);
  return moments;
}

double mean_of(const std::vector<double>& values) {
  long double sum = 0;
  for (const double x : values) sum += x;
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

double variance_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double x : values) sum += (x - mean) * (x - mean);
  return sum / static_cast<double>(values.size() - 1);
}

TEST(Moments, are_absent_without_values) {
  const Moments moments(0, 1);
  EXPECT_FALSE(moments.mean());
  EXPECT_FALSE(moments.variance());
  EXPECT_FALSE(moments.minimum());
  EXPECT_FALSE(moments.maximum());
}

TEST(Moments, agree_with_the_textbook_within_a_quantum_of_the_range) {
  test::Generator generator(4);
  for (const double offset : {0.0, 1e6, -1e9}) {
    std::vector<double> values = generator.normals(20000, offset);
    const Moments moments = of(values, offset - 4, offset + 4);
    const double quantum = 8.0 / 16777216;
    EXPECT_NEAR(*moments.mean(), mean_of(values), quantum);
    EXPECT_NEAR(*moments.variance(), variance_of(values), 1e-5);
    EXPECT_EQ(*moments.minimum(), *std::min_element(values.begin(), values.end()));
    EXPECT_EQ(*moments.maximum(), *std::max_element(values.begin(), values.end()));
    EXPECT_EQ(moments.clipped(), 0u);
  }
}

TEST(Moments, do_not_depend_on_order_or_on_how_the_values_are_split) {
  test::Generator generator(5);
  std::vector<double> values = generator.normals(5000, 3);
  const Moments whole = of(values, 0, 6);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(of(values, 0, 6), whole);
  Moments merged(0, 6);
  for (std::size_t at = 0; at < values.size();) {
    const std::size_t next = (std::min)(values.size(), at + 1 + generator.below(700));
    ASSERT_TRUE(merged.merge(of(
        {values.begin() + static_cast<std::ptrdiff_t>(at), values.begin() + static_cast<std::ptrdiff_t>(next)}, 0, 6)));
    at = next;
  }
  EXPECT_EQ(merged, whole);
}

TEST(Moments, clip_what_is_far_outside_the_range_and_say_so) {
  const Moments moments = of({0.5, 1e300, -1e300}, 0, 1);
  EXPECT_EQ(moments.clipped(), 2u);
  EXPECT_EQ(*moments.maximum(), 1e300);
  EXPECT_EQ(*moments.minimum(), -1e300);
  EXPECT_NEAR(*moments.mean(), 0.5 / 3, 1e-6) << "64 and -64 ranges cancel";
}

TEST(Moments, of_a_constant_have_no_variance) {
  for (const double constant : {0.0, 5.0, -1e-300, 1e300}) {
    const Moments moments = of(std::vector<double>(100, constant), constant, constant);
    EXPECT_EQ(*moments.mean(), constant);
    EXPECT_EQ(*moments.variance(), 0);
  }
}

TEST(Moments, over_another_range_do_not_merge) {
  Moments moments(0, 1);
  EXPECT_FALSE(moments.merge(Moments(0, 2)));
  EXPECT_FALSE(moments.merge(Moments(1, 2)));
}

TEST(Moments, forget_everything_but_the_range_on_reset) {
  Moments moments = of({1, 2, 3}, 0, 4);
  moments.reset();
  EXPECT_EQ(moments, Moments(0, 4));
}

}  // namespace
}  // namespace leeway
