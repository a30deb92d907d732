#include "leeway/stats/proportions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using leeway::stats::beyond_range_p_value;
using leeway::stats::excess_p_value;
using leeway::stats::two_proportions_p_value;

constexpr std::uint64_t kTrillion = 1'000'000'000'000;

nlohmann::json golden(const std::string& list) {
  return nlohmann::json::parse(std::ifstream(LEEWAY_SOURCE_DIR "/tests/golden/stats_cases.json")).at(list);
}

double relative_error(double value, double expected) { return std::fabs(value / expected - 1); }

TEST(TwoProportions, agree_with_integer_arithmetic_and_scipy) {
  const auto cases = golden("two_proportions [events_a, trials_a, events_b, trials_b, p]");
  ASSERT_EQ(cases.size(), 400u);
  for (const auto& one : cases) {
    const double p = two_proportions_p_value(one[0], one[1], one[2], one[3]);
    EXPECT_LT(relative_error(p, one[4].get<double>()), 1e-11) << one;
  }
}

TEST(TwoProportions, give_the_tea_tasting_lady_her_p_value) {
  EXPECT_NEAR(two_proportions_p_value(3, 4, 1, 4), 34.0 / 70, 1e-14);
  EXPECT_NEAR(two_proportions_p_value(4, 4, 0, 4), 2.0 / 70, 1e-14);
}

TEST(TwoProportions, do_not_depend_on_which_side_or_outcome_comes_first) {
  for (std::uint64_t n = 1; n < 200; n = n * 2 + 1) {
    for (std::uint64_t m = 1; m < 3000; m = m * 3 + 2) {
      for (std::uint64_t a = 0; a <= n; a += n / 5 + 1) {
        const std::uint64_t b = m / 3;
        const double p = two_proportions_p_value(a, n, b, m);
        EXPECT_LT(relative_error(two_proportions_p_value(b, m, a, n), p), 1e-11);
        EXPECT_LT(relative_error(two_proportions_p_value(n - a, n, m - b, m), p), 1e-11);
      }
    }
  }
}

TEST(TwoProportions, are_equal_where_nothing_can_be_asked) {
  EXPECT_EQ(two_proportions_p_value(0, 0, 3, 5), 1);
  EXPECT_EQ(two_proportions_p_value(3, 5, 0, 0), 1);
  EXPECT_EQ(two_proportions_p_value(0, 5, 0, kTrillion), 1);
  EXPECT_EQ(two_proportions_p_value(5, 5, kTrillion, kTrillion), 1);
}

TEST(TwoProportions, are_equal_for_equal_shares) {
  EXPECT_NEAR(two_proportions_p_value(1, 10, 100, 1000), 1, 1e-12);
  EXPECT_EQ(two_proportions_p_value(kTrillion / 4, kTrillion, kTrillion / 8, kTrillion / 2), 1);
}

// All 25 events on one side of two equal ones: 2 * 2^-25, up to 25^2 / 1e12.
TEST(TwoProportions, hold_for_trillions_of_trials) {
  EXPECT_LT(relative_error(two_proportions_p_value(25, kTrillion, 0, kTrillion), std::ldexp(1.0, -24)), 1e-9);
  EXPECT_LT(relative_error(two_proportions_p_value(0, 36, kTrillion / 2, kTrillion), std::ldexp(1.0, -35)), 1e-9);
  // Two standard deviations: sqrt(2 * 1/4 * 1e12) = 707,106.78 events.
  EXPECT_NEAR(two_proportions_p_value(kTrillion / 2, kTrillion, kTrillion / 2 + 1'414'214, kTrillion),
              std::erfc(std::sqrt(2.0)), 1e-7);
}

// As many events among one trial fewer: the products of the counts agree in their first twelve digits.
TEST(TwoProportions, see_one_trial_in_a_trillion) {
  const std::uint64_t events = kTrillion / 3;
  const auto trials = static_cast<double>(kTrillion);
  const double share = static_cast<double>(events) / trials;
  const double z = share / std::sqrt(2 * trials * share * (1 - share));
  const double p = two_proportions_p_value(events, kTrillion, events, kTrillion - 1);
  EXPECT_NEAR(1 - p, std::erf(z / std::sqrt(2.0)), 1e-15);
}

TEST(TwoProportions, need_few_terms_where_the_support_is_huge) {
  // Every one of a million rows missing, against one in a million: a loop over tables would be seen, and underflow is
  // 0.
  EXPECT_EQ(two_proportions_p_value(1'000'000, 1'000'000, 1'000'000, kTrillion), 0);
  for (int i = 0; i < 20'000; ++i) {
    EXPECT_GT(two_proportions_p_value(30, 1'000'000, 10'000'000, kTrillion), 1e-9);
  }
}

TEST(TwoProportions, change_little_where_the_exact_test_gives_way_to_the_law) {
  // Least expected count 19.9 and 20.1. The discreteness of the exact test is of the order of its largest term.
  const double exact = two_proportions_p_value(30, 1990, 100, 9010);
  const double law = two_proportions_p_value(30, 2010, 100, 8990);
  EXPECT_NEAR(std::log(exact / law), 0, 0.6);
}

TEST(BeyondRange, agrees_with_integer_arithmetic) {
  const auto cases = golden("beyond_range [beyond, live, reference, p]");
  ASSERT_EQ(cases.size(), 200u);
  for (const auto& one : cases) {
    EXPECT_LT(relative_error(beyond_range_p_value(one[0], one[1], one[2]), one[3].get<double>()), 1e-12) << one;
  }
}

// One new value is as likely as any other to be the least or the greatest.
TEST(BeyondRange, is_two_in_all_for_one_new_value) {
  for (std::uint64_t m = 2; m <= kTrillion; m *= 7) {
    EXPECT_LT(relative_error(beyond_range_p_value(1, 1, m), 2 / (static_cast<double>(m) + 1)), 1e-13) << m;
  }
}

TEST(BeyondRange, falls_with_the_number_beyond) {
  for (const std::uint64_t live : {5u, 100u, 100'000u}) {
    double before = 1;
    for (std::uint64_t k = 1; k <= live; k += k / 3 + 1) {
      const double p = beyond_range_p_value(k, live, 50);
      EXPECT_LT(p, before);
      before = p;
    }
  }
}

// For a huge reference the two gaps hold an exponential share each: P(X >= k) -> (1 + k (1 - q)) q^k, q = n / (n + m).
TEST(BeyondRange, tends_to_the_negative_binomial_law) {
  for (const double k : {1.0, 3.0, 40.0, 500.0}) {
    const double expected = std::pow(0.5, k) * (1 + k * 0.5);
    EXPECT_LT(relative_error(beyond_range_p_value(static_cast<std::uint64_t>(k), kTrillion, kTrillion), expected), 1e-6)
        << k;
  }
}

TEST(BeyondRange, is_certain_where_nothing_is_claimed) {
  EXPECT_EQ(beyond_range_p_value(0, 10, 10), 1);
  EXPECT_EQ(beyond_range_p_value(5, 10, 0), 1);
  EXPECT_EQ(beyond_range_p_value(5, 10, 1), 1);
  EXPECT_EQ(beyond_range_p_value(11, 10, 10), 0);
}

// By integer arithmetic: the sum of C(n, i) C(m, k + r - i) over i >= k, divided by C(n + m, k + r).
TEST(ExcessOfEvents, agrees_with_integer_arithmetic) {
  const struct {
    std::uint64_t k, n, r, m;
    double p;
  } cases[] = {{3, 100, 1, 100, 0.3106012294977425},           {60, 5000, 30, 10000, 9.553998079472861e-11},
               {520, 10000, 1000, 20000, 0.23637765681324951}, {1, 7, 0, 3, 0.7},
               {10, 100000, 0, 100000, 0.0009763427877196441}, {900, 1000, 9000, 10000, 0.526829602439164},
               {1000, 1000, 9990, 10000, 0.38538550405573646}, {2000, 40000, 3900, 80000, 0.1761578392702891}};
  for (const auto& [k, n, r, m, p] : cases) EXPECT_LT(relative_error(excess_p_value(k, n, r, m), p), 1e-11) << k;
  EXPECT_NEAR(excess_p_value(450, 1000, 9000, 10000), 1, 1e-14);
}

TEST(ExcessOfEvents, is_for_one_reference_event_the_law_of_values_beyond_a_range) {
  for (std::uint64_t n = 1; n < 3000; n = n * 3 + 1) {
    for (std::uint64_t m = 2; m < 3000; m = m * 2 + 1) {
      for (std::uint64_t k = 1; k <= n && beyond_range_p_value(k, n, m) > 0; k = k * 2 + 1)
        EXPECT_LT(relative_error(excess_p_value(k, n, 1, m), beyond_range_p_value(k, n, m)), 1e-10)
            << k << " of " << n << ", " << m;
    }
  }
}

TEST(ExcessOfEvents, falls_with_every_event_from_one_to_its_end) {
  double last = 1;
  for (std::uint64_t k = 0; k <= 50; ++k) {
    const double p = excess_p_value(k, 50, 20, 40);
    EXPECT_LE(p, last);
    EXPECT_GT(p, 0);
    last = p;
  }
  EXPECT_EQ(excess_p_value(0, 5, 0, 5), 1);
  EXPECT_EQ(excess_p_value(5, 5, 0, 0), 1) << "no reference";
  EXPECT_EQ(excess_p_value(5, 5, 7, 7), 1) << "whatever is drawn is an event";
  EXPECT_NEAR(excess_p_value(kTrillion / 2, kTrillion, kTrillion / 2, kTrillion), 0.5, 1e-5);
}

leeway::Result<double> split(const std::vector<std::uint64_t>& counts, const std::vector<double>& shares) {
  return leeway::stats::split_p_value(counts, shares);
}

TEST(Split, has_the_published_values) {
  EXPECT_LT(relative_error(*split({5100, 4900}, {0.5, 0.5}), 0.0455002638963584), 1e-12);
  EXPECT_LT(relative_error(*split({5200, 4800}, {0.5, 0.5}), 6.33424836662398e-5), 1e-12);
}

TEST(Split, is_even_where_shares_are_met) {
  EXPECT_NEAR(*split({10, 20, 70}, {0.1, 0.2, 0.7}), 1, 1e-12);
  EXPECT_EQ(*split({0, 0}, {0.5, 0.5}), 1);
  EXPECT_LT(*split({kTrillion, 2 * kTrillion}, {0.5, 0.5}), 1e-300);
}

TEST(Split, names_what_cannot_be_a_split) {
  EXPECT_EQ(split({1, 2}, {1}).error().code, leeway::ErrorCode::incompatible);
  EXPECT_EQ(split({1}, {1}).error().where, "shares");
  for (const double bad : {0.0, -0.5, 0.6, std::nan("")})
    EXPECT_EQ(split({1, 2}, {0.5, bad}).error().where, "shares") << bad;
}

}  // namespace
