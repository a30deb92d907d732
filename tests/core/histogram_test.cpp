#include "leeway/core/histogram.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/generator.hpp"

namespace leeway {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

EdgesAxis thirds() { return *EdgesAxis::make({1.0, 2.0}, 0.0, 3.0); }

TEST(Histogram, counts_what_has_no_place_beside_the_cells) {
  Histogram histogram(thirds());
  for (const double x : {0.5, 1.0, kNan, -kNan, -kInfinity, -0.1, 3.0, 3.1, kInfinity}) histogram.add(x);
  const Counts& counts = histogram.counts();
  EXPECT_EQ(counts.cells, (std::vector<std::uint64_t>{3, 1, 3}));
  EXPECT_EQ(counts.side,
            (SideCounts{.missing = 2, .below = 2, .above = 2, .negative_infinity = 1, .positive_infinity = 1}));
}

TEST(Histogram, keeps_totals_balanced_whatever_it_is_fed) {
  test::Generator generator(2);
  Histogram histogram(thirds());
  for (std::uint64_t i = 1; i <= 10000; ++i) {
    histogram.add(std::bit_cast<double>(generator.bits()));  // any double at all
    ASSERT_EQ(histogram.counts().total(), i);
  }
  EXPECT_GT(histogram.counts().side.missing, 0u);
}

TEST(Histogram, of_categories_counts_the_unseen_and_the_missing) {
  Histogram histogram(*CategoryAxis::make({"a", "b"}));
  for (const char* value : {"a", "b", "b", "c"}) histogram.add(value);
  histogram.add_missing();
  EXPECT_EQ(histogram.counts().cells, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(histogram.counts().side.unseen, 1u);
  EXPECT_EQ(histogram.counts().side.missing, 1u);
  EXPECT_EQ(histogram.counts().present(), 4u);
  EXPECT_EQ(histogram.counts().total(), 5u);
}

TEST(Histogram, merged_in_any_order_equals_one_that_saw_everything) {
  test::Generator generator(3);
  Histogram all(thirds());
  std::vector<Histogram<EdgesAxis>> parts(5, Histogram(thirds()));
  for (int i = 0; i < 1000; ++i) {
    const double x = i % 50 == 0 ? kNan : generator.uniform(-1, 4);
    all.add(x);
    parts[generator.below(parts.size())].add(x);
  }
  Histogram forwards(thirds());
  Histogram backwards(thirds());
  for (auto part = parts.begin(); part != parts.end(); ++part) ASSERT_TRUE(forwards.merge(*part));
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) ASSERT_TRUE(backwards.merge(*part));
  EXPECT_EQ(forwards.counts(), all.counts());
  EXPECT_EQ(backwards.counts(), all.counts());
}

TEST(Histogram, refuses_to_merge_unlike_axes_and_stays_as_it_was) {
  Histogram histogram(thirds());
  histogram.add(1.0);
  const Histogram other(*EdgesAxis::make({1.0, 2.0}, 0.0, 4.0));
  const auto merged = histogram.merge(other);
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, ErrorCode::incompatible);
  EXPECT_EQ(histogram.counts().total(), 1u);
}

TEST(Histogram, is_empty_after_reset) {
  Histogram histogram(thirds());
  histogram.add(kNan);
  histogram.add(1.0);
  histogram.reset();
  EXPECT_EQ(histogram.counts(), Histogram(thirds()).counts());
}

TEST(Counts, of_another_number_of_cells_do_not_merge) {
  Counts counts{{1, 2}, {}};
  const auto merged = counts.merge(Counts{{1, 2, 3}, {}});
  ASSERT_FALSE(merged);
  EXPECT_EQ(counts.cells, (std::vector<std::uint64_t>{1, 2}));
}

}  // namespace
}  // namespace leeway
