#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "drift/log.hpp"
#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/metric.hpp"
#include "leeway/drift/psi.hpp"
#include "support/generator.hpp"

namespace leeway::drift {
namespace {

using CountVector = std::vector<std::uint64_t>;
using ShareVector = std::vector<double>;

CountVector random_counts(test::Generator& generator, std::size_t cells) {
  CountVector counts(cells);
  for (auto& count : counts) count = generator.below(3) == 0 ? 0 : generator.below(100);
  counts[generator.below(cells)] += 1;
  return counts;
}

TEST(Logarithm, is_within_one_ulp_of_the_standard_one) {
  test::Generator generator(41);
  for (int i = 0; i < 200000; ++i) {
    const double x = std::ldexp(1 + generator.uniform(), static_cast<int>(generator.below(2090)) - 1070);
    const double expected = std::log(x);
    const double ulp = std::nextafter(std::fabs(expected), INFINITY) - std::fabs(expected);
    ASSERT_LE(std::fabs(detail::log(x) - expected), 1.5 * ulp) << x;
  }
  EXPECT_EQ(detail::log(1), 0);
  EXPECT_EQ(detail::log(0), -INFINITY);
  EXPECT_EQ(detail::log(INFINITY), INFINITY);
  EXPECT_NEAR(detail::log(5e-324), std::log(5e-324), 1e-12);
}

// The same cells in another order, or divided by a common factor, are the same comparison.
TEST(EveryMetric, is_zero_between_equals_and_positive_otherwise) {
  test::Generator generator(42);
  for (int i = 0; i < 200; ++i) {
    const std::size_t cells = 2 + generator.below(20);
    const CountVector a = random_counts(generator, cells);
    CountVector b = random_counts(generator, cells);
    for (const Metric metric : kMetrics) {
      ASSERT_EQ(measure(metric, a, a)->value, 0) << to_string(metric);
      if (a != b) {
        ASSERT_GE(measure(metric, a, b)->value, 0) << to_string(metric);
        ASSERT_TRUE(std::isfinite(measure(metric, a, b)->value)) << to_string(metric);
      }
    }
  }
}

TEST(EveryMetric, names_its_convention_and_sizes) {
  const CountVector a{3, 1};
  const CountVector b{2, 4};
  EXPECT_EQ(psi(a, b)->convention, "psi/jeffreys");
  EXPECT_EQ(psi(a, b, Smoothing::none)->convention, "psi/none");
  EXPECT_EQ(kl_live_reference(a, b)->convention, "kl_live_reference/jeffreys");
  EXPECT_EQ(js_divergence(a, b)->convention, "js_divergence/jeffreys");
  EXPECT_EQ(js_distance(a, b, Smoothing::none, LogBase::two)->convention, "js_distance/bits/none");
  EXPECT_EQ(ks_binned(a, b)->convention, "ks/binned");
  EXPECT_EQ(psi(a, b)->reference_count, 4u);
  EXPECT_EQ(psi(a, b)->live_count, 6u);
}

TEST(EveryMetric, refuses_a_question_without_an_answer) {
  const CountVector some{1, 2};
  const CountVector none{0, 0};
  const CountVector three{1, 2, 3};
  for (const Metric metric : kMetrics) {
    EXPECT_EQ(measure(metric, some, none).error().code, ErrorCode::undefined) << to_string(metric);
    EXPECT_EQ(measure(metric, none, some).error().code, ErrorCode::undefined) << to_string(metric);
    EXPECT_EQ(measure(metric, some, three).error().code, ErrorCode::incompatible) << to_string(metric);
    EXPECT_EQ(measure(metric, {}, {}).error().code, ErrorCode::incompatible) << to_string(metric);
  }
}

TEST(EveryMetric, refuses_shares_that_are_none) {
  const ShareVector good{0.5, 0.5};
  for (const ShareVector& bad : {ShareVector{0.5, 0.6}, {1.5, -0.5}, {NAN, 1.0}, {0.5, 0.4}}) {
    EXPECT_EQ(psi(good, bad).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(psi(bad, good).error().code, ErrorCode::invalid_argument);
    EXPECT_FALSE(ks_binned(good, bad));
    EXPECT_FALSE(js_divergence(good, bad));
    EXPECT_FALSE(kl_live_reference(good, bad));
  }
}

TEST(Psi, is_the_sum_of_both_kl_divergences) {
  test::Generator generator(43);
  for (int i = 0; i < 200; ++i) {
    const CountVector a = random_counts(generator, 12);
    const CountVector b = random_counts(generator, 12);
    EXPECT_NEAR(psi(a, b)->value, kl_live_reference(a, b)->value + kl_reference_live(a, b)->value, 1e-13);
  }
}

TEST(Psi, without_smoothing_is_infinite_where_a_cell_empties) {
  EXPECT_EQ(psi(CountVector{5, 5}, CountVector{10, 0}, Smoothing::none)->value, INFINITY);
  EXPECT_EQ(kl_live_reference(CountVector{10, 0}, CountVector{5, 5}, Smoothing::none)->value, INFINITY);
  EXPECT_TRUE(std::isfinite(kl_live_reference(CountVector{5, 5}, CountVector{10, 0}, Smoothing::none)->value));
  EXPECT_EQ(psi(CountVector{5, 0, 5}, CountVector{5, 0, 5}, Smoothing::none)->value, 0) << "empty on both sides";
}

TEST(Js, is_symmetric_and_at_most_one_bit) {
  test::Generator generator(44);
  for (int i = 0; i < 200; ++i) {
    const CountVector a = random_counts(generator, 5);
    const CountVector b = random_counts(generator, 5);
    EXPECT_NEAR(js_divergence(a, b)->value, js_divergence(b, a)->value, 1e-15);
  }
  EXPECT_DOUBLE_EQ(js_divergence(CountVector{1, 0}, CountVector{0, 1}, Smoothing::none, LogBase::two)->value, 1);
  EXPECT_DOUBLE_EQ(js_distance(CountVector{1, 0}, CountVector{0, 1}, Smoothing::none, LogBase::two)->value, 1);
}

TEST(Js, does_not_cancel_between_nearly_equal_sides) {
  const double tiny = 1e-9;  // JS ~ tiny^2 / 2 for two cells of one half
  const ShareVector a{0.5, 0.5};
  const ShareVector b{0.5 + tiny, 0.5 - tiny};
  EXPECT_NEAR(js_divergence(a, b)->value / (tiny * tiny / 2), 1, 1e-6);
}

TEST(KsBinned, bounds_the_exact_statistic) {
  test::Generator generator(45);
  for (int i = 0; i < 100; ++i) {
    const std::vector<double> a = generator.normals(1 + generator.below(300));
    const std::vector<double> b = generator.normals(1 + generator.below(300), generator.uniform(-1, 1));
    CountVector cells_a(8);
    CountVector cells_b(8);
    const auto cell = [](double x) { return static_cast<std::size_t>(std::clamp(x + 4, 0.0, 7.0)); };
    for (const double x : a) ++cells_a[cell(x)];
    for (const double x : b) ++cells_b[cell(x)];
    const auto binned = ks_binned(cells_a, cells_b);
    const double exact = ks_two_sample(a, b)->value;
    ASSERT_LE(binned->value, exact + 1e-12);
    ASSERT_GE(binned->value + *binned->error_bound, exact - 1e-12);
  }
}

TEST(KsTwoSample, is_right_on_ties) {
  const std::vector<double> a{0, 0, 0, 1, 1};
  const std::vector<double> b{0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
  EXPECT_EQ(ks_two_sample(a, b)->value, 0) << "the same law in other sizes";
  EXPECT_DOUBLE_EQ(ks_two_sample(std::vector{1.0, 2.0, 2.0}, std::vector{2.0, 3.0})->value, 0.5);
}

TEST(KsTwoSample, takes_infinities_and_refuses_nan_and_nothing) {
  EXPECT_EQ(ks_two_sample(std::vector<double>{-INFINITY, 1}, std::vector<double>{1, INFINITY})->value, 0.5);
  EXPECT_EQ(ks_two_sample(std::vector{1.0}, std::vector<double>{}).error().code, ErrorCode::undefined);
  EXPECT_EQ(ks_two_sample(std::vector<double>{NAN}, std::vector{1.0}).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace leeway::drift
