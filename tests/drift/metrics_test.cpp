#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "drift/log.hpp"
#include "leeway/drift/anderson_darling.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/cramer_von_mises.hpp"
#include "leeway/drift/hellinger.hpp"
#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/metric.hpp"
#include "leeway/drift/psi.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/drift/wasserstein.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

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
  EXPECT_EQ(hellinger(a, b, Smoothing::none)->convention, "hellinger/none");
  EXPECT_EQ(wasserstein_binned(a, b)->convention, "wasserstein/steps");
  EXPECT_EQ(chi_square(a, b)->convention, "chi_square/two_sample");
  EXPECT_EQ(chi_square(a, b, Continuity::yates)->convention, "chi_square/yates");
  for (const Metric metric : kMetrics) {
    EXPECT_TRUE(measure(metric, a, b)->convention.starts_with(std::string(to_string(metric)) + '/'));
    EXPECT_EQ(measure(metric, a, b)->reference_count, 4u) << to_string(metric);
    EXPECT_EQ(measure(metric, a, b)->live_count, 6u) << to_string(metric);
  }
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
    EXPECT_FALSE(hellinger(good, bad));
    EXPECT_FALSE(total_variation(good, bad));
    EXPECT_FALSE(l_infinity(good, bad));
    EXPECT_FALSE(wasserstein_binned(good, bad));
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

// What the contributions sum to, or are the largest of.
double from_contributions(Metric metric, const std::vector<double>& parts) {
  double sum = 0;
  double largest = 0;
  for (const double part : parts) {
    sum += part;
    largest = (std::max)(largest, std::fabs(part));
  }
  switch (metric) {
    case Metric::ks:
    case Metric::l_infinity: return largest;
    case Metric::js_distance:
    case Metric::hellinger:
    case Metric::cramers_v: return std::sqrt(sum);
    default: return sum;
  }
}

TEST(EveryMetric, is_made_of_its_contributions) {
  test::Generator generator(47);
  for (int i = 0; i < 50; ++i) {
    const CountVector a = random_counts(generator, 9);
    const CountVector b = random_counts(generator, 9);
    for (const Metric metric : kMetrics) {
      const auto result = measure(metric, a, b);
      ASSERT_EQ(result->contributions.size(), 9u) << to_string(metric);
      const double value = from_contributions(metric, result->contributions);
      ASSERT_NEAR(value, result->value, 1e-12 * (1 + result->value)) << to_string(metric);
    }
  }
}

TEST(EveryMetric, is_zero_on_a_single_cell) {
  for (const Metric metric : kMetrics) {
    EXPECT_EQ(measure(metric, CountVector{3}, CountVector{500})->value, 0) << to_string(metric);
  }
}

TEST(EveryMetric, of_huge_counts_is_finite) {
  const std::uint64_t huge = std::uint64_t{1} << 61;
  for (const Metric metric : kMetrics) {
    const auto result = measure(metric, CountVector{huge, huge / 2, 1}, CountVector{1, huge, huge});
    ASSERT_TRUE(std::isfinite(result->value)) << to_string(metric);
    ASSERT_GT(result->value, 0) << to_string(metric);
  }
}

// Cells that no value is in say nothing, wherever they stand: but for Jeffreys, who gives them half a value each, and
// for Wasserstein, who counts them as steps.
TEST(Differences, do_not_see_empty_cells) {
  const CountVector a{5, 9, 2};
  const CountVector b{3, 1, 8};
  const CountVector wide_a{0, 5, 0, 9, 2, 0};
  const CountVector wide_b{0, 3, 0, 1, 8, 0};
  for (const Metric metric : {Metric::ks, Metric::total_variation, Metric::l_infinity, Metric::chi_square, Metric::g,
                              Metric::cramers_v, Metric::cramer_von_mises, Metric::anderson_darling}) {
    EXPECT_DOUBLE_EQ(measure(metric, a, b)->value, measure(metric, wide_a, wide_b)->value) << to_string(metric);
    EXPECT_EQ(measure(metric, a, b)->p_value, measure(metric, wide_a, wide_b)->p_value) << to_string(metric);
  }
}

TEST(Distances, reach_one_between_sides_that_share_no_cell) {
  const CountVector a{4, 0, 0};
  const CountVector b{0, 0, 7};
  EXPECT_DOUBLE_EQ(hellinger(a, b, Smoothing::none)->value, 1);
  EXPECT_DOUBLE_EQ(total_variation(a, b)->value, 1);
  EXPECT_DOUBLE_EQ(l_infinity(a, b)->value, 1);
  EXPECT_DOUBLE_EQ(wasserstein_binned(a, b)->value, 1);
  EXPECT_DOUBLE_EQ(cramers_v(a, b)->value, 1);
}

TEST(Distances, are_known_for_shares) {
  const ShareVector a{0.5, 0.3, 0.2};
  const ShareVector b{0.1, 0.4, 0.5};
  EXPECT_NEAR(total_variation(a, b)->value, 0.4, 1e-15);
  EXPECT_NEAR(l_infinity(a, b)->value, 0.4, 1e-15);
  EXPECT_NEAR(wasserstein_binned(a, b)->value, (0.4 + 0.3) / 2, 1e-15);
  EXPECT_NEAR(wasserstein_binned(a, b, std::vector{1.0, 2.0, 10.0})->value, 0.4 + 0.3 * 8, 1e-14);
  const double overlap = std::sqrt(0.05) + std::sqrt(0.12) + std::sqrt(0.1);
  EXPECT_NEAR(hellinger(a, b)->value, std::sqrt(1 - overlap), 1e-14);
}

TEST(Wasserstein, is_how_far_a_shifted_sample_moved) {
  test::Generator generator(48);
  const std::vector<double> a = generator.normals(200);
  std::vector<double> b = a;
  for (double& x : b) x += 3;
  EXPECT_NEAR(wasserstein_two_sample(a, b)->value, 3, 1e-12);
  for (double& x : b) x *= 4;
  std::vector<double> wide = a;
  for (double& x : wide) x *= 4;
  EXPECT_NEAR(wasserstein_two_sample(wide, b, WassersteinUnit::reference_deviation)->value,
              wasserstein_two_sample(wide, b)->value / (4 * 1.0) /
                  (wasserstein_two_sample(a, wide, WassersteinUnit::raw)->value /
                   wasserstein_two_sample(a, wide, WassersteinUnit::reference_deviation)->value),
              1e-12)
      << "the deviation scales with the values";
}

TEST(Wasserstein, refuses_what_has_no_distance) {
  const std::vector<double> some{1, 2};
  EXPECT_EQ(wasserstein_two_sample(some, std::vector<double>{1, INFINITY}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(wasserstein_two_sample(some, {}).error().code, ErrorCode::undefined);
  const std::vector<double> constant{2, 2};
  EXPECT_EQ(wasserstein_two_sample(constant, some, WassersteinUnit::reference_deviation).error().code,
            ErrorCode::undefined);
  EXPECT_EQ(wasserstein_two_sample(constant, some)->value, 0.5);
  const CountVector two{1, 1};
  EXPECT_EQ(wasserstein_binned(two, two, std::vector{1.0}).error().code, ErrorCode::incompatible);
  EXPECT_EQ(wasserstein_binned(two, two, std::vector{2.0, 1.0}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(wasserstein_binned(two, two, std::vector<double>{0, NAN}).error().code, ErrorCode::invalid_argument);
}

TEST(Contingency, has_the_same_answer_from_either_side) {
  test::Generator generator(49);
  for (int i = 0; i < 100; ++i) {
    const CountVector a = random_counts(generator, 6);
    const CountVector b = random_counts(generator, 6);
    for (const Metric metric : {Metric::chi_square, Metric::g, Metric::cramers_v, Metric::cramer_von_mises,
                                Metric::anderson_darling, Metric::total_variation, Metric::hellinger}) {
      const double value = measure(metric, a, b)->value;
      EXPECT_NEAR(value, measure(metric, b, a)->value, 1e-12 * (1 + value)) << to_string(metric);
    }
  }
}

TEST(G, does_not_cancel_between_nearly_equal_sides) {
  const std::uint64_t large = 1'000'000'000'000;
  const CountVector a{large, large};
  const CountVector b{large + 1, large - 1};  // chi-square and G agree to first order: (1/2 + 1/2) * 2 / large / 2
  EXPECT_NEAR(g_statistic(a, b)->value / chi_square(a, b)->value, 1, 1e-9);
}

TEST(Ranks, are_zero_between_equal_constants_of_any_size) {
  const std::vector<double> few(3, 7.0);
  const std::vector<double> many(500, 7.0);
  EXPECT_EQ(cramer_von_mises_two_sample(few, many)->value, 0);
  EXPECT_EQ(anderson_darling_two_sample(few, many)->value, 0);
  EXPECT_NEAR(*cramer_von_mises_two_sample(few, many)->p_value, 1, 1e-12);
  EXPECT_NEAR(*anderson_darling_two_sample(few, many)->p_value, 1, 1e-12);
}

// Only the order counts.
TEST(Ranks, do_not_see_the_scale) {
  test::Generator generator(50);
  std::vector<double> a = generator.normals(40);
  std::vector<double> b = generator.normals(60, 0.3);
  const double cvm = cramer_von_mises_two_sample(a, b)->value;
  const double ad = anderson_darling_two_sample(a, b)->value;
  for (auto* sample : {&a, &b}) {
    for (double& x : *sample) x = std::exp(3 * x);
  }
  EXPECT_EQ(cramer_von_mises_two_sample(a, b)->value, cvm);
  EXPECT_EQ(anderson_darling_two_sample(a, b)->value, ad);
}

TEST(Ranks, of_cells_are_those_of_samples_in_them) {
  const CountVector a{3, 0, 5, 1};
  const CountVector b{2, 2, 0, 9};
  std::vector<double> sample_a;
  std::vector<double> sample_b;
  for (std::size_t c = 0; c < 4; ++c) {
    sample_a.insert(sample_a.end(), a[c], static_cast<double>(c));
    sample_b.insert(sample_b.end(), b[c], static_cast<double>(c));
  }
  EXPECT_DOUBLE_EQ(cramer_von_mises_binned(a, b)->value, cramer_von_mises_two_sample(sample_a, sample_b)->value);
  EXPECT_DOUBLE_EQ(anderson_darling_binned(a, b)->value, anderson_darling_two_sample(sample_a, sample_b)->value);
  EXPECT_DOUBLE_EQ(wasserstein_binned(a, b)->value * 3, wasserstein_two_sample(sample_a, sample_b)->value);
}

// Samples of one law: how often a p-value reaches its level.
TEST(Ranks, have_p_values_that_clean_samples_keep) {
  LEEWAY_SIMULATION();
  struct Case {
    std::size_t size;
    double anderson_darling;
    double cramer_von_mises;
  };
  constexpr int kRuns = 20'000;
  test::Generator generator(51);
  for (const Case& one : {Case{10, 0.0558, 0.05}, Case{50, 0.0498, 0.05}}) {
    int by_ad = 0;
    int by_cvm = 0;
    for (int run = 0; run < kRuns; ++run) {
      const auto a = generator.normals(one.size);
      const auto b = generator.normals(one.size);
      by_ad += *anderson_darling_two_sample(a, b)->p_value <= 0.05;
      if (one.size > 20) by_cvm += *cramer_von_mises_two_sample(a, b)->p_value <= 0.05;  // else exact, and slower
    }
    EXPECT_NEAR(static_cast<double>(by_ad) / kRuns, one.anderson_darling, 0.006) << one.size;
    if (one.size > 20) {
      EXPECT_NEAR(static_cast<double>(by_cvm) / kRuns, one.cramer_von_mises, 0.006) << one.size;
    }
  }
}

TEST(Ranks, refuse_nan_and_nothing) {
  const std::vector<double> some{1, 2};
  for (const auto& metric : {cramer_von_mises_two_sample, anderson_darling_two_sample}) {
    EXPECT_EQ(metric(some, {}).error().code, ErrorCode::undefined);
    EXPECT_EQ(metric(std::vector<double>{NAN}, some).error().code, ErrorCode::invalid_argument);
    EXPECT_TRUE(metric(std::vector<double>{-INFINITY, 1}, some));
  }
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
