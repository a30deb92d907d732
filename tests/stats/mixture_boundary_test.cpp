// Mixtures are e-processes: their expectation at the null hypothesis is exactly 1, which no formula can feign.

#include "leeway/stats/mixture_boundary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>

#include "leeway/stats/lambert.hpp"
#include "stats/beta_binomial.hpp"

namespace leeway::stats {
namespace {

const ErrorRate kAlpha(0.05);
const BoundTuning kTuning{100, kAlpha};

void expect_near(double found, double expected, double tolerance = 1e-12) {
  EXPECT_LE(std::fabs(found - expected), tolerance * std::fabs(expected)) << found << " for " << expected;
}

NormalMixture normal(Sides sides) { return *NormalMixture::make(kTuning, sides); }
GammaExponentialMixture gamma_exponential(double c) { return *GammaExponentialMixture::make(kTuning, c); }
GammaPoissonMixture gamma_poisson(double c) { return *GammaPoissonMixture::make(kTuning, c); }
BetaBinomialMixture beta_binomial(Sides sides) { return *BetaBinomialMixture::make(kTuning, 0.2, 0.8, sides); }

/// A test of every mixture: ln E and the bound.
template <class Check>
void for_each_mixture(Check check) {
  check("normal, two-sided", normal(Sides::two));
  check("normal, one-sided", normal(Sides::one));
  check("gamma-exponential", gamma_exponential(2));
  check("gamma-Poisson", gamma_poisson(2));
  check("beta-binomial, two-sided", beta_binomial(Sides::two));
  check("beta-binomial, one-sided", beta_binomial(Sides::one));
}

/// By Simpson's rule.
double integral(double from, double to, const std::function<double(double)>& f) {
  constexpr int kSteps = 20000;
  const double h = (to - from) / kSteps;
  double sum = f(from) + f(to);
  for (int i = 1; i < kSteps; ++i) sum += (i % 2 == 1 ? 4 : 2) * f(from + i * h);
  return sum * h / 3;
}

// ---- values

TEST(MixtureBoundary, has_the_published_values) {
  expect_near(normal_best_rho(kTuning, Sides::two), 12.600560979256339);
  expect_near(normal(Sides::two).log_e_value(10, 100), -0.65100516000718204);
  expect_near(normal(Sides::two).bound(100, kAlpha), 30.352089903762529);
  expect_near(normal(Sides::one).log_e_value(10, 100), -0.065023912429011373);
  expect_near(normal(Sides::one).bound(100, kAlpha), 27.660708830673201);
  expect_near(gamma_exponential(2).log_e_value(10, 100), -0.24901647897554107);
  expect_near(gamma_exponential(2).bound(100, kAlpha), 33.020170220152028);
  expect_near(gamma_poisson(2).log_e_value(10, 100), -0.069912185317052811);
  expect_near(gamma_poisson(2).bound(100, kAlpha), 30.194898415304631);
  expect_near(beta_binomial(Sides::two).log_e_value(10, 100), -0.6941011739473836);
  expect_near(beta_binomial(Sides::two).bound(100, kAlpha), 31.430797596072565);
  expect_near(beta_binomial(Sides::one).log_e_value(10, 100), -0.071340188979350469);
  expect_near(beta_binomial(Sides::one).bound(100, kAlpha), 28.412380052049173);
}

TEST(MixtureBoundary, has_the_published_values_of_exceedances) {
  const double m = 0.01;
  const auto mixture = *BetaBinomialMixture::make({20000 * m * (1 - m), kAlpha}, m, 1 - m, Sides::one);
  expect_near(mixture.log_e_value(20 - 1000 * m, 1000 * m * (1 - m)), 1.54843717920173794);
  expect_near(mixture.log_e_value(150 - 10000 * m, 10000 * m * (1 - m)), 8.44511289884155293);
}

TEST(MixtureBoundary, ends_where_a_beta_binomial_sum_does) {
  expect_near(beta_binomial(Sides::one).bound(0.32, kAlpha), 1.6);
  EXPECT_EQ(beta_binomial(Sides::one).bound(0, kAlpha), 0);
  const auto mixture = beta_binomial(Sides::two);
  EXPECT_EQ(mixture.log_e_value(1e6, 100), mixture.log_e_value(500, 100));
  EXPECT_EQ(mixture.log_e_value(-1e6, 100), mixture.log_e_value(-125, 100));
}

TEST(MixtureBoundary, approximates_the_best_rho_that_lambert_gives) {
  for (const double alpha : {1e-9, 0.001, 0.05, 0.2})
    EXPECT_NEAR(normal_best_rho({100, ErrorRate(alpha)}, Sides::two) * lambert_wm1_excess(-2 * std::log(alpha)), 100,
                10);
  EXPECT_EQ(normal_best_rho({100, ErrorRate(0.05)}, Sides::one), normal_best_rho({100, ErrorRate(0.1)}, Sides::two));
}

// ---- expectations

TEST(MixtureBoundary, begins_with_one) {
  for_each_mixture([](const char* name, const auto& mixture) { EXPECT_EQ(mixture.log_e_value(0, 0), 0) << name; });
}

TEST(MixtureBoundary, expects_one_of_gaussian_sums) {
  for (const Sides sides : {Sides::one, Sides::two})
    for (const double v : {0.5, 100.0, 3000.0}) {
      const double reach = 10 * std::sqrt(v * (1 + v / normal(sides).rho()));
      const double mean = integral(-reach, reach, [&](double s) {
        return std::exp(normal(sides).log_e_value(s, v) - s * s / (2 * v)) / std::sqrt(2 * std::numbers::pi * v);
      });
      EXPECT_NEAR(mean, 1, 1e-9) << v;
    }
}

TEST(MixtureBoundary, expects_one_of_exponential_sums) {
  const auto mixture = gamma_exponential(1);
  for (const double n : {1.0, 20.0, 300.0}) {  // S = G - n, G of n exponential waits
    const double mean = integral(1e-9, n + 60 * std::sqrt(n) + 500, [&](double g) {
      return std::exp(mixture.log_e_value(g - n, n) + (n - 1) * std::log(g) - g - std::lgamma(n));
    });
    EXPECT_NEAR(mean, 1, 1e-3) << n;
  }
}

TEST(MixtureBoundary, expects_one_of_counts) {
  const auto mixture = gamma_poisson(1);
  for (const double v : {0.1, 5.0, 400.0}) {
    double mean = 0;
    for (int k = 0; k < 5000; ++k)
      mean += std::exp(mixture.log_e_value(k - v, v) + k * std::log(v) - v - std::lgamma(k + 1.0));
    EXPECT_NEAR(mean, 1, 1e-11) << v;
  }
}

TEST(MixtureBoundary, expects_one_of_shares) {
  for (const Sides sides : {Sides::one, Sides::two})
    for (const double p : {0.001, 0.3, 0.9}) {
      const auto mixture = *BetaBinomialMixture::make({40 * p * (1 - p), kAlpha}, p, 1 - p, sides);
      for (const int n : {1, 7, 500}) {
        double mean = 0;
        for (int k = 0; k <= n; ++k) {
          const double log_probability = std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                                         k * std::log(p) + (n - k) * std::log1p(-p);
          mean += std::exp(mixture.log_e_value(k - n * p, n * p * (1 - p)) + log_probability);
        }
        EXPECT_NEAR(mean, 1, 1e-11) << p << ' ' << n;
      }
    }
}

// ---- shapes

TEST(MixtureBoundary, has_its_bound_where_e_is_one_over_alpha) {
  for_each_mixture([](const char* name, const auto& mixture) {
    for (const double v : {1.0, 50.0, 1e4, 1e9})
      for (const double alpha : {0.2, 0.05, 1e-8, 1e-300}) {
        const double bound = mixture.bound(v, ErrorRate(alpha));
        if (bound == v / 0.2) continue;  // the end of a beta-binomial sum
        EXPECT_NEAR(mixture.log_e_value(bound, v), -std::log(alpha), 1e-9 - 1e-12 * std::log(alpha))
            << name << ' ' << v << ' ' << alpha;
      }
  });
}

TEST(MixtureBoundary, widens_with_time_and_with_certainty) {
  for_each_mixture([](const char* name, const auto& mixture) {
    for (double v = 100; v < 1e12; v *= 10) {
      EXPECT_LT(mixture.bound(v, kAlpha), mixture.bound(1.5 * v, kAlpha)) << name;
      EXPECT_LT(mixture.bound(v, kAlpha), mixture.bound(v, ErrorRate(0.01))) << name;
      EXPECT_LT(mixture.bound(1.5 * v, kAlpha) / (1.5 * v), mixture.bound(v, kAlpha) / v) << name;
    }
  });
}

TEST(MixtureBoundary, rises_with_the_sum) {
  for_each_mixture([](const char* name, const auto& mixture) {
    if (std::string(name) == "beta-binomial, two-sided") return;  // it is least beside 0, as its two sides differ
    for (const double v : {1.0, 300.0, 1e7, 1e9}) {
      double before = mixture.log_e_value(0, v);
      for (double z = 0.01; z < 200; z *= 1.1) {
        if (z * std::sqrt(v) >= v / 0.2) break;
        EXPECT_GT(mixture.log_e_value(z * std::sqrt(v), v), before) << name << ' ' << v << ' ' << z;
        before = mixture.log_e_value(z * std::sqrt(v), v);
      }
    }
  });
}

TEST(MixtureBoundary, falls_with_the_sum_where_it_has_one_side) {
  const auto check = [](const auto& mixture) {
    for (const double v : {1.0, 300.0, 1e7, 1e9}) {
      double before = mixture.log_e_value(0, v);
      for (double z = 0.01; z < 1e6; z *= 1.3) {
        const double found = mixture.log_e_value(-z * std::sqrt(v), v);
        EXPECT_LE(found, before) << v << ' ' << z;
        EXPECT_GT(found, before - 1);  // no jump between methods
        before = found;
      }
    }
  };
  check(normal(Sides::one));
  check(gamma_exponential(2));
  check(gamma_poisson(2));
}

TEST(MixtureBoundary, is_normal_where_deviations_are_small) {
  const auto expected = normal(Sides::one);
  const auto share = *BetaBinomialMixture::make(kTuning, 1e-5, 1e-5, Sides::one);
  for (const double s : {-40.0, -3.0, 0.0, 10.0, 60.0}) {
    const double value = expected.log_e_value(s, 100);
    EXPECT_NEAR(gamma_exponential(1e-6).log_e_value(s, 100), value, 1e-4) << s;
    EXPECT_NEAR(gamma_poisson(1e-6).log_e_value(s, 100), value, 1e-4) << s;
    EXPECT_NEAR(share.log_e_value(s, 100), value, 1e-4) << s;
  }
}

TEST(MixtureBoundary, has_no_argument_without_a_value) {
  for_each_mixture([](const char* name, const auto& mixture) {
    for (const double v : {0.0, 1e-100, 1e-9, 1.0, 1e8, 1e20, 1e50, 1e100}) {
      for (const double s : {-1e100, -1e30, -1e4, -1.0, -1e-100, 0.0, 1e-100, 1.0, 1e4, 1e30, 1e100})
        EXPECT_FALSE(std::isnan(mixture.log_e_value(s, v))) << name << ' ' << s << ' ' << v;
      EXPECT_FALSE(std::isnan(mixture.bound(v, kAlpha))) << name << ' ' << v;
    }
    EXPECT_TRUE(std::isnan(mixture.log_e_value(1, -1)));
    EXPECT_TRUE(std::isnan(mixture.bound(-1, kAlpha)));
    EXPECT_TRUE(std::isnan(mixture.log_e_value(std::nan(""), 1)));
    EXPECT_TRUE(std::isnan(mixture.log_e_value(1, std::nan(""))));
  });
}

TEST(MixtureBoundary, bears_extreme_tunings) {
  for (const double v_opt : {1e-100, 1.0, 1e100})
    for (const double c : {1e-100, 1e-3, 1.0, 1e100})
      for (const double s : {-1e50, -1.0, 0.0, 1.0, 1e50}) {
        EXPECT_FALSE(std::isnan(GammaExponentialMixture::make({v_opt}, c)->log_e_value(s, 1))) << v_opt << ' ' << c;
        EXPECT_FALSE(std::isnan(GammaPoissonMixture::make({v_opt}, c)->log_e_value(s, 1))) << v_opt << ' ' << c;
        const double g = std::sqrt(c);
        EXPECT_FALSE(std::isnan(BetaBinomialMixture::make({v_opt}, g, 1 / g, Sides::one)->log_e_value(s, 1)))
            << v_opt << ' ' << c;
      }
}

// ---- tails

TEST(MixtureBoundary, knows_tails_of_any_size) {
  const auto tail = [](double p, double n, double k) {
    return detail::log_upper_share({p, 1 - p, 1}, {k, n - k, n * p - k});
  };
  const auto at = [&](double n, double z) { return tail(0.2, n, n * 0.2 + z * std::sqrt(n * 0.16)); };
  EXPECT_NEAR(at(1e7, -3), -6.61058399469448,
              1e-10);  // by integration with 60 digits, with successes + p, failures + q
  EXPECT_NEAR(at(1e7, 0), -0.693273345140204, 1e-9);
  EXPECT_NEAR(at(1e8, -3), -6.60862934383122, 1e-10);
  EXPECT_NEAR(at(1e8, 3), -0.00135203055703488, 1e-12);
  EXPECT_NEAR(at(1e10, 0), -0.693151169990707, 1e-10);
  expect_near(detail::log_upper_share({0.3, 0.7, 3}, {2, 2000, 0.3 * 2002 - 2}), -702.54202596180285, 1e-14);
  expect_near(detail::log_upper_share({1e-18, 1, 3}, {2, 1e22, 9998}), -9990.7895596330236, 1e-14);
}

// ---- what is refused

TEST(MixtureBoundary, names_what_is_out_of_range) {
  for (const double bad : {0.0, -1.0, 1e101, std::nan(""), HUGE_VAL}) {
    EXPECT_EQ(NormalMixture::make({bad}, Sides::two).error().where, "v_opt");
    EXPECT_EQ(GammaExponentialMixture::make({1}, bad).error().where, "c");
    EXPECT_EQ(GammaPoissonMixture::make({1}, bad).error().where, "c");
    EXPECT_EQ(BetaBinomialMixture::make({1}, bad, 1, Sides::two).error().where, "g");
    EXPECT_EQ(BetaBinomialMixture::make({1}, 1, bad, Sides::two).error().where, "h");
    EXPECT_TRUE(std::isnan(normal_best_rho({bad}, Sides::two)));
  }
  EXPECT_EQ(NormalMixture::make({1, ErrorRate(0.5)}, Sides::one).error().where, "alpha_opt");
  EXPECT_TRUE(NormalMixture::make({1, ErrorRate(0.5)}, Sides::two));
}

}  // namespace
}  // namespace leeway::stats
