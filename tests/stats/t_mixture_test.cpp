#include "leeway/stats/t_mixture.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"
#include "support/sequential_golden.hpp"
#include "support/simulation.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<TMixture>);

using Many = boost::multiprecision::cpp_bin_float_50;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TMixture mixture_of(const TMixtureOptions& options) { return *TMixture::make(options); }

Baseline<MeanSummary> base_mean(double mean, std::uint64_t count = 100) { return {{count, mean, 0}}; }
Candidate<MeanSummary> candidate_mean(double mean, std::uint64_t count = 100) { return {{count, mean, 0}}; }

Many two_sided_by_definition(Many s, Many v, Many n, Many c2) {
  return log(c2 / (n + c2)) / 2 - n / 2 * log(1 - s * s / ((n + c2) * v));
}

// The formula as published, in fifty digits: cancellation and small tails do not matter there.
Many one_sided_by_definition(Many s, Many v, Many n, Many c2) {
  const Many t = s * sqrt(n) / sqrt((n + c2) * v - s * s);
  return two_sided_by_definition(s, v, n, c2) + log(2 * cdf(boost::math::students_t_distribution<Many>(n), t));
}

TEST(TMixture, is_its_formula_in_both_tails) {
  test::Generator generator(21);
  for (int i = 0; i < 300; ++i) {
    const double n = std::floor(std::pow(10, generator.uniform(0, 3)));
    const double c2 = std::pow(10, generator.uniform(-1, 2));
    const double v = std::pow(10, generator.uniform(-6, 6));
    const double s = generator.uniform(-0.999, 0.999) * std::sqrt(n * v);
    const double two = static_cast<double>(two_sided_by_definition(s, v, n, c2));
    const double one = static_cast<double>(one_sided_by_definition(s, v, n, c2));
    EXPECT_LE(test::relative_gap(t_mixture_two_sided(s, v, n, c2), two), 1e-12) << n << " " << c2;
    EXPECT_LE(test::relative_gap(t_mixture_one_sided(s, v, n, c2), one), 1e-12)
        << n << " " << c2 << " " << s / std::sqrt(v);
  }
}

TEST(TMixture, keeps_its_digits_where_the_students_tail_is_no_double) {
  for (const double n : {2000.0, 20000.0}) {
    for (const double share : {-0.3, -0.8, -1.0}) {
      const double s = share * n;  // v = n
      const double expected = static_cast<double>(one_sided_by_definition(s, n, n, 10));
      ASSERT_LT(cdf(boost::math::students_t_distribution<Many>(n), Many(share) * n / sqrt(Many(10))), 1e-40);
      EXPECT_LE(test::relative_gap(t_mixture_one_sided(s, n, n, 10), expected), 1e-12) << n << " " << share;
    }
  }
}

TEST(TMixture, has_no_step_where_the_tail_is_computed_otherwise) {
  const double n = 30;
  for (double s = -12; s < -6; s += 0.05) {
    const double expected = static_cast<double>(one_sided_by_definition(s, n, n, 10));
    EXPECT_NEAR(t_mixture_one_sided(s, n, n, 10), expected, 1e-13) << s;
  }
}

// The Bayes factor behind the formula, by quadrature: effect delta ~ half-normal with variance 1 / c2, standard
// deviation 1 / r with the right Haar prior; E = int 2 phi(delta) int r^(n-1) exp(-V r^2/2 + delta S r - n delta^2/2) /
// the same at delta = 0.
double one_sided_by_quadrature(double s, double v, double n, double c2) {
  using Rule = boost::math::quadrature::gauss_kronrod<double, 31>;
  const auto inner = [&](double delta) {
    const auto f = [&](double r) {
      return std::exp((n - 1) * std::log(r) - v * r * r / 2 + delta * s * r - n * delta * delta / 2);
    };
    return Rule::integrate(f, 0.0, 30 / std::sqrt(v / n), 15, 1e-13);
  };
  const auto outer = [&](double delta) {
    return 2 * std::sqrt(c2 / (2 * std::numbers::pi)) * std::exp(-c2 * delta * delta / 2) * inner(delta);
  };
  return std::log(Rule::integrate(outer, 0.0, 12 / std::sqrt(c2), 15, 1e-12) / inner(0));
}

TEST(TMixture, is_the_bayes_factor_of_a_half_normal_effect) {
  EXPECT_NEAR(t_mixture_one_sided(3, 12, 10, 1), one_sided_by_quadrature(3, 12, 10, 1), 1e-9);
  EXPECT_NEAR(t_mixture_one_sided(-3, 12, 10, 1), one_sided_by_quadrature(-3, 12, 10, 1), 1e-9);
  EXPECT_NEAR(t_mixture_one_sided(8, 15, 20, 4), one_sided_by_quadrature(8, 15, 20, 4), 1e-9);
  EXPECT_NEAR(t_mixture_one_sided(2, 5, 4, 10), one_sided_by_quadrature(2, 5, 4, 10), 1e-9);
}

struct Known {
  double s, v, n, c2, two, one;
};

TEST(TMixture, has_the_published_values) {
  for (const Known& k : {Known{3, 12, 10, 1, -0.845859800329418, -0.383608762226330},
                         Known{-3, 12, 10, 1, -0.845859800329418, -1.73172757018877},
                         Known{8, 15, 20, 4, 1.06156603664693, 1.72906288926495},
                         Known{30, 120, 100, 1, 1.55039376891028, 2.24074162495281}}) {
    EXPECT_LE(test::relative_gap(t_mixture_two_sided(k.s, k.v, k.n, k.c2), k.two), 1e-12);
    EXPECT_LE(test::relative_gap(t_mixture_one_sided(k.s, k.v, k.n, k.c2), k.one), 1e-12);
  }
}

/// V = n = 100, c2 = 10, by the first two terms of Student's density around 0.
double near_zero(double s) {
  const double x = s * s / 100 / 110;
  const double t = std::copysign(std::sqrt(100 * x / (1 - x)), s);
  const double density = std::exp(std::lgamma(50.5) - std::lgamma(50)) / std::sqrt(100 * std::numbers::pi);
  const double beyond = density * (t - 101.0 / 600 * t * t * t);  // F(t) - 1/2
  return -0.5 * std::log1p(10.0) - 50 * std::log1p(-x) + std::log1p(2 * beyond);
}

// Of n = 1, F is Cauchy's law.
TEST(TMixture, keeps_its_digits_near_a_sum_of_zero) {
  EXPECT_LE(test::relative_gap(t_mixture_one_sided(1e-8, 1, 1, 10), -0.047655087982682), 1e-13);
  for (const double s : {1e-12, 1e-8, 1e-4, 1e-2, 0.3}) {
    const double x = s * s / 11;
    const double within = 2 / std::numbers::pi * std::atan2(std::sqrt(x), std::sqrt(1 - x));
    const double two = -0.5 * std::log1p(0.1) - 0.5 * std::log1p(-x);
    EXPECT_LE(test::relative_gap(t_mixture_one_sided(s, 1, 1, 10), two + std::log1p(within)), 1e-13) << s;
    EXPECT_LE(test::relative_gap(t_mixture_one_sided(-s, 1, 1, 10), two + std::log1p(-within)), 1e-13) << s;
  }
  EXPECT_LE(test::relative_gap(t_mixture_one_sided(1e-4, 100, 100, 10), near_zero(1e-4)), 1e-13);
  EXPECT_LE(test::relative_gap(t_mixture_one_sided(-1e-4, 100, 100, 10), near_zero(-1e-4)), 1e-13);
}

// avlm's log_G_t(t^2, nu, n, g), which has an exponent and a shrinkage of its own.
double by_t_statistic(double t2, double nu, double n, double g) {
  const double q = t2 / nu;
  return t_mixture_two_sided(1, (1 + q) / (q * (nu + 1)), nu + 1, (nu + 1) * g / n);
}

TEST(TMixture, has_the_values_of_avlm) {
  EXPECT_LE(test::relative_gap(by_t_statistic(9, 98, 100, 1), 1.996588210921077), 1e-12);
  EXPECT_LE(test::relative_gap(by_t_statistic(16, 998, 1000, 10), 5.557660212146533), 1e-12);
}

TEST(TMixture, has_the_golden_values) {
  const auto cases = test::sequential_golden("t_mixture_log_e");
  if (cases.empty()) GTEST_SKIP() << "needs ../shared/golden/sequential.json beside the project";
  for (const auto& one : cases) {
    const auto& in = one["input"];
    const double s = in["S"], v = in["V"], n = in["n"], c2 = in["c2"];
    EXPECT_LE(test::relative_gap(t_mixture_two_sided(s, v, n, c2), test::golden_number(one["expected"]["two_sided"])),
              1e-12);
    EXPECT_LE(test::relative_gap(t_mixture_one_sided(s, v, n, c2), test::golden_number(one["expected"]["one_sided"])),
              1e-12);
  }
}

TEST(TMixture, is_a_number_where_all_values_are_equal) {
  for (const double x : {-3.0, 3.0, 1e-9}) {
    const double n = 7;
    const double on_the_edge = t_mixture_one_sided(n * x, n * x * x, n, 10);
    EXPECT_TRUE(std::isfinite(on_the_edge));
    EXPECT_NEAR(t_mixture_one_sided(n * x * (1 + 1e-12), n * x * x, n, 10), on_the_edge, 1e-12);  // rounding
  }
  EXPECT_NEAR(t_mixture_one_sided(0, 0, 5, 10), 0.5 * std::log(10 / 15.0), 1e-15);
  EXPECT_EQ(t_mixture_one_sided(0, 0, 0, 10), 0);
}

TEST(TMixture, of_one_value_is_fair) {
  EXPECT_NEAR(t_mixture_two_sided(-5, 25, 1, 10), 0, 1e-14);
  const double up = std::exp(t_mixture_one_sided(5, 25, 1, 10));
  const double down = std::exp(t_mixture_one_sided(-5, 25, 1, 10));
  EXPECT_NEAR((up + down) / 2, 1, 1e-14);
}

TEST(TMixture, rises_with_the_sum) {
  double before = -HUGE_VAL;
  for (double s = -40; s <= 40; s += 0.25) {
    const double here = t_mixture_one_sided(s, 40, 40, 10);
    EXPECT_GT(here, before) << s;
    before = here;
  }
}

TEST(TMixture, adds_weighted_differences_of_harm_beyond_the_margin) {
  TMixture test = mixture_of({.margin = 2, .c2 = 3});
  test.add(base_mean(10, 900), candidate_mean(15, 100));  // harm 5, 3 of them beyond, weight sqrt(90)
  test.add(base_mean(10, 50), candidate_mean(11, 50));    // -1, weight 5
  const double x = 3 * std::sqrt(90);
  const double y = -1 * std::sqrt(25);
  EXPECT_NEAR(test.log_e_value(), t_mixture_one_sided(x + y, x * x + y * y, 2, 3), 1e-14);
  EXPECT_EQ(test.ticks(), 2u);
}

TEST(TMixture, of_lower_is_worse_is_that_of_opposite_values) {
  for (const Goal goal : {Goal::rollback, Goal::promote}) {
    TMixture higher = mixture_of({goal, Worse::higher, 0.2});
    TMixture lower = mixture_of({goal, Worse::lower, 0.2});
    test::Generator generator(4);
    for (int i = 0; i < 20; ++i) {
      const double a = generator.normal();
      const double b = generator.normal() + 0.4;
      higher.add(base_mean(a), candidate_mean(b));
      lower.add(base_mean(-a), candidate_mean(-b));
      EXPECT_EQ(higher.log_e_value(), lower.log_e_value());
    }
  }
}

TEST(TMixture, promotes_on_harm_below_the_margin_only) {
  TMixture healthy = mixture_of({.goal = Goal::promote, .margin = 1});
  TMixture harmful = healthy;
  TMixture rollback = mixture_of({.margin = 1});
  test::Generator generator(6);
  for (int i = 0; i < 40; ++i) {
    const double noise = generator.normal();
    healthy.add(base_mean(0), candidate_mean(noise));
    harmful.add(base_mean(0), candidate_mean(noise + 2));
    rollback.add(base_mean(0), candidate_mean(noise + 2));
  }
  EXPECT_TRUE(crosses(healthy.log_e_value(), ErrorRate(0.05)));
  EXPECT_LT(harmful.log_e_value(), -1);
  EXPECT_TRUE(crosses(rollback.log_e_value(), ErrorRate(0.05)));
}

TEST(TMixture, does_not_depend_on_the_unit) {
  TMixture seconds = mixture_of({.margin = 0.5});
  TMixture nanoseconds = mixture_of({.margin = 0.5e9});
  test::Generator generator(2);
  for (int i = 0; i < 30; ++i) {
    const double a = generator.normal();
    const double b = generator.normal();
    seconds.add(base_mean(a), candidate_mean(b));
    nanoseconds.add(base_mean(a * 1e9), candidate_mean(b * 1e9));
    EXPECT_NEAR(seconds.log_e_value(), nanoseconds.log_e_value(), 1e-12);
  }
}

TEST(TMixture, takes_rates_as_means) {
  TMixture rates;
  TMixture means;
  rates.add(Baseline{RateCounts{3, 200}}, Candidate{RateCounts{4, 100}});
  means.add(base_mean(0.015, 200), candidate_mean(0.04, 100));
  EXPECT_EQ(rates.log_e_value(), means.log_e_value());
  EXPECT_EQ(rates.ticks(), 1u);
}

TEST(TMixture, is_not_changed_by_empty_arms_or_what_is_not_finite) {
  TMixture test;
  test.add(base_mean(1), candidate_mean(2));
  const double before = test.log_e_value();
  test.add(base_mean(1, 0), candidate_mean(2));
  test.add(base_mean(1), candidate_mean(2, 0));
  test.add(base_mean(kNan), candidate_mean(2));
  test.add(base_mean(1), candidate_mean(kInfinity));
  test.add(base_mean(-1e308), candidate_mean(1e308));
  test.add(Baseline{RateCounts{0, 0}}, Candidate{RateCounts{0, 10}});
  test.add_difference(1, 0);
  test.add_difference(1, kNan);
  EXPECT_EQ(test.log_e_value(), before);
  EXPECT_EQ(test.ticks(), 1u);
}

TEST(TMixture, refuses_options_out_of_their_ranges) {
  const std::vector<TMixtureOptions> bad{
      {.margin = -1}, {.margin = kInfinity}, {.goal = Goal::promote}, {.c2 = 0}, {.c2 = kNan}};
  for (const TMixtureOptions& options : bad) {
    const auto test = TMixture::make(options);
    ASSERT_FALSE(test);
    EXPECT_EQ(test.error().code, ErrorCode::invalid_argument);
  }
}

int crossings(double mean, const TMixtureOptions& options) {
  int found = 0;
  for (std::uint64_t run = 0; run < 500; ++run) {
    test::Generator generator(run);
    TMixture test = mixture_of(options);
    bool crossed = false;
    for (int tick = 0; tick < 100; ++tick) {
      const double scale = 1 + generator.uniform();  // whatever the variance
      test.add(base_mean(scale * generator.normal()), candidate_mean(mean + scale * generator.normal()));
      crossed |= crosses(test.log_e_value(), ErrorRate(0.1));
    }
    found += crossed ? 1 : 0;
  }
  return found;
}

TEST(TMixture, seldom_finds_what_is_not_there_and_mostly_what_is) {
  LEEWAY_SIMULATION();
  EXPECT_LT(crossings(0, {}), 60);  // of 500 at 10 %
  EXPECT_LT(crossings(-0.3, {}), 5);
  EXPECT_LT(crossings(0.5, {.goal = Goal::promote, .margin = 0.5}), 60);
  EXPECT_GT(crossings(1, {}), 450);
}

}  // namespace
}  // namespace leeway::stats
