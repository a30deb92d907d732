#include "leeway/stats/kolmogorov.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <utility>

namespace {

using leeway::stats::kolmogorov_upper_tail;
using leeway::stats::ks_two_sample_p_value;

nlohmann::json golden(const std::string& list) {
  return nlohmann::json::parse(std::ifstream(LEEWAY_SOURCE_DIR "/tests/golden/stats_cases.json")).at(list);
}

double relative_error(double value, double expected) {
  return expected == 0 ? std::fabs(value) : std::fabs(value / expected - 1);
}

// Kolmogorov's limit law, as the sum for the tail.
double limit_tail(double x) {
  double sum = 0;
  for (int k = 100; k >= 1; --k) sum += (k % 2 == 1 ? 2 : -2) * std::exp(-2.0 * k * k * x * x);
  return sum;
}

TEST(KolmogorovLaw, equals_the_closed_form_for_one_observation) {
  for (double d = 0.5; d <= 1; d += 0.01) EXPECT_NEAR(kolmogorov_upper_tail(d, 1), 2 * (1 - d), 1e-15) << d;
}

TEST(KolmogorovLaw, equals_the_closed_form_for_two_observations) {
  for (double d = 0.25; d < 0.5; d += 0.01)
    EXPECT_NEAR(kolmogorov_upper_tail(d, 2), 1 - 2 * std::pow(2 * d - 0.5, 2), 1e-14);
  for (double d = 0.5; d < 1; d += 0.01) EXPECT_NEAR(kolmogorov_upper_tail(d, 2), 2 * (1 - d) * (1 - d), 1e-14) << d;
}

// P(D < d) = n! (2 d - 1/n)^n for 1 / (2n) <= d <= 1 / n.
TEST(KolmogorovLaw, equals_the_closed_form_where_every_step_has_its_own_observation) {
  for (int n = 1; n <= 20; ++n) {
    for (double c = 0.5; c < 1; c += 0.03) {
      const double inside = std::tgamma(n + 1.0) * std::pow((2 * c - 1) / n, n);
      EXPECT_NEAR(kolmogorov_upper_tail(c / n, static_cast<std::uint64_t>(n)), 1 - inside, 1e-14) << n << " " << c;
    }
  }
}

TEST(KolmogorovLaw, is_certain_up_to_half_a_step_and_impossible_from_one) {
  for (const std::uint64_t n : {1u, 2u, 10u, 1000u, 1000000u}) {
    EXPECT_EQ(kolmogorov_upper_tail(-1, n), 1);
    EXPECT_EQ(kolmogorov_upper_tail(0, n), 1);
    EXPECT_EQ(kolmogorov_upper_tail(0.5 / static_cast<double>(n), n), 1);
    EXPECT_EQ(kolmogorov_upper_tail(1, n), 0);
    EXPECT_EQ(kolmogorov_upper_tail(2, n), 0);
  }
}

TEST(KolmogorovLaw, agrees_with_high_precision_arithmetic) {
  const auto cases = golden("kolmogorov [n, d, p]");
  ASSERT_GT(cases.size(), 300u);
  double worst = 0;
  for (const auto& one : cases) {
    const double p = kolmogorov_upper_tail(one[1].get<double>(), one[0].get<std::uint64_t>());
    worst = std::fmax(worst, relative_error(p, one[2].get<double>()));
    EXPECT_LT(relative_error(p, one[2].get<double>()), 1e-10) << one;
  }
  RecordProperty("worst_relative_error", std::to_string(worst * 1e12) + "e-12");
}

// Four methods share the range; at the seams two of them meet.
TEST(KolmogorovLaw, falls_without_a_jump_over_the_whole_range) {
  for (std::uint64_t n = 1; n <= 1'000'000'000; n = n * 3 + 1) {
    const auto size = static_cast<double>(n);
    double before = 1;
    for (double x = 0.02; x < 19; x *= 1.005) {
      const double p = kolmogorov_upper_tail(x / std::sqrt(size), n);
      EXPECT_LE(p, before * (1 + 1e-10)) << n << " " << x;
      before = p;
    }
  }
}

TEST(KolmogorovLaw, has_no_step_where_one_method_takes_over_from_another) {
  // n d^2 = 4.5: expansion or matrix below, Smirnov's sum above. n d = 16: matrix below, expansion above.
  for (const double n : {20.0, 56.0, 58.0, 200.0, 1000.0, 3000.0, 1e6, 1e9, 1e12}) {
    for (const double seam : {std::sqrt(4.5 / n), 16 / n}) {
      if (seam >= 0.5 || n * seam * seam < 0.05) continue;
      const auto size = static_cast<std::uint64_t>(n);
      const double below = kolmogorov_upper_tail(seam * (1 - 1e-14), size);
      EXPECT_LT(relative_error(kolmogorov_upper_tail(seam * (1 + 1e-14), size), below), 2e-11) << n << " " << seam;
    }
  }
}

// The first correction to the limit law is a shift of d by 1 / (6n).
TEST(KolmogorovLaw, tends_to_the_limit_law) {
  for (double n = 100; n <= 1e12; n *= 100) {
    for (double x = 0.4; x < 4; x += 0.1) {
      const double expected = limit_tail(x + 1 / (6 * std::sqrt(n)));
      EXPECT_NEAR(kolmogorov_upper_tail(x / std::sqrt(n), static_cast<std::uint64_t>(n)), expected, 0.2 / n)
          << n << " " << x;
    }
  }
}

TEST(KolmogorovLaw, never_exceeds_the_bound_of_massart) {
  for (double n = 1; n <= 1e9; n *= 10) {
    for (double x = 0.1; x < 19; x += 0.1) {
      const double bound = 2 * std::exp(-2 * x * x);
      EXPECT_LE(kolmogorov_upper_tail(x / std::sqrt(n), static_cast<std::uint64_t>(n)), bound * (1 + 1e-12))
          << n << " " << x;
    }
  }
}

TEST(TwoSampleLaw, agrees_with_integer_arithmetic) {
  const auto cases = golden("two_samples [n, m, h, p]");
  ASSERT_EQ(cases.size(), 300u);
  for (const auto& one : cases) {
    const auto n = one[0].get<std::uint64_t>();
    const auto m = one[1].get<std::uint64_t>();
    const double d = one[2].get<double>() / static_cast<double>(std::lcm(n, m));
    EXPECT_LT(relative_error(ks_two_sample_p_value(d, n, m), one[3].get<double>()), 1e-12) << one;
  }
}

TEST(TwoSampleLaw, counts_the_two_orders_without_a_mix) {
  double orders = 1;
  for (std::uint64_t n = 1; n <= 150; ++n) {
    orders *= (2 * static_cast<double>(n) * (2 * static_cast<double>(n) - 1)) / std::pow(static_cast<double>(n), 2);
    EXPECT_LT(relative_error(ks_two_sample_p_value(1, n, n), 2 / orders), 1e-12) << n;
    EXPECT_LT(relative_error(ks_two_sample_p_value(1, n, 1), 2 / (static_cast<double>(n) + 1)), 1e-12) << n;
  }
}

TEST(TwoSampleLaw, loses_nothing_near_the_smallest_double) {
  const double log_orders = std::lgamma(1016) - std::lgamma(516) - std::lgamma(501);
  const double expected = 2 * std::exp(-log_orders);  // 515 and 500 values without a mix
  EXPECT_LT(expected, 1e-303);
  EXPECT_LT(relative_error(ks_two_sample_p_value(1, 515, 500), expected), 1e-9);
}

TEST(TwoSampleLaw, is_symmetric_in_its_sizes) {
  for (const auto& [n, m] : {std::pair{30u, 47u}, {5u, 3000u}, {9999u, 10000u}, {600u, 900u}, {20000u, 7u}}) {
    for (double d = 0.01; d < 1; d *= 1.7) {
      const double p = ks_two_sample_p_value(d, n, m);
      EXPECT_LE(std::fabs(p - ks_two_sample_p_value(d, m, n)), 1e-12 * p) << n << " " << m << " " << d;
    }
  }
}

TEST(TwoSampleLaw, is_certain_for_no_difference_and_impossible_beyond_one) {
  for (const std::uint64_t n : {1u, 7u, 10000u, 10001u}) {
    EXPECT_EQ(ks_two_sample_p_value(0, n, 8), 1);
    EXPECT_EQ(ks_two_sample_p_value(1.5, n, 8), 0);
  }
}

// A statistic computed in floating point is a little off the lattice; which neighbour it means is not in doubt.
TEST(TwoSampleLaw, forgives_the_rounding_of_the_statistic) {
  for (double h = 50; h < 150; ++h) {  // of lcm(70, 50) = 350
    const double p = ks_two_sample_p_value(h / 350, 70, 50);
    EXPECT_EQ(ks_two_sample_p_value(h / 350 * (1 - 1e-13), 70, 50), p) << h;
    EXPECT_EQ(ks_two_sample_p_value(h / 350 * (1 + 1e-13), 70, 50), p) << h;
    EXPECT_LT(ks_two_sample_p_value((h + 1) / 350, 70, 50), p) << h;
  }
}

TEST(TwoSampleLaw, reaches_the_smallest_tails) {
  const double p = ks_two_sample_p_value(0.26, 10000, 9999);
  EXPECT_GT(p, 1e-300);
  EXPECT_LT(p, 1e-280);
  // The next equal-sized case is in closed form and must be near.
  EXPECT_LT(std::fabs(std::log(p) / std::log(ks_two_sample_p_value(0.26, 10000, 10000)) - 1), 1e-3);
}

TEST(TwoSampleLaw, is_the_one_sample_law_at_the_effective_size_beyond_ten_thousand) {
  EXPECT_EQ(ks_two_sample_p_value(0.01, 20000, 30000), kolmogorov_upper_tail(0.01, 12000));
  EXPECT_EQ(ks_two_sample_p_value(0.3, 10001, 1), kolmogorov_upper_tail(0.3, 1));
  // 30,000 * 6 / 30,006 = 5.9988; 24,002 * 24,002 / 48,004 = 12,001; 24,001 / 2 = 12,000.5 goes to the even 12,000.
  EXPECT_EQ(ks_two_sample_p_value(0.3, 30000, 6), kolmogorov_upper_tail(0.3, 6));
  EXPECT_EQ(ks_two_sample_p_value(0.01, 24002, 24002), kolmogorov_upper_tail(0.01, 12001));
  EXPECT_EQ(ks_two_sample_p_value(0.01, 24001, 24001), kolmogorov_upper_tail(0.01, 12000));
}

}  // namespace
