#include "leeway/stats/exceedance.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <type_traits>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<Exceedance>);

using Beyond = std::array<std::uint64_t, 3>;

Exceedance test_of(std::size_t thresholds, const GuardedRateOptions& options = {}) {
  return *Exceedance::make(thresholds, options);
}

void add(Exceedance& test, const Beyond& base, const Beyond& candidate, std::uint64_t count = 1000) {
  const std::size_t n = test.thresholds();
  test.add(Baseline{ExceedanceCounts{std::span(base).first(n), count}},
           Candidate{ExceedanceCounts{std::span(candidate).first(n), count}});
}

std::array<Beyond, 2> tick(test::Generator& generator) {
  const auto one = [&] { return Beyond{40 + generator.below(25), 5 + generator.below(12), generator.below(4)}; };
  return {one(), one()};
}

TEST(Exceedance, of_one_threshold_is_the_guarded_rate) {
  Exceedance test = test_of(1);
  GuardedRate rate;
  test::Generator generator(1);
  for (int i = 0; i < 40; ++i) {
    const auto [a, b] = tick(generator);
    add(test, a, b);
    rate.add(Baseline{RateCounts{a[0], 1000}}, Candidate{RateCounts{b[0], 1000}});
    EXPECT_EQ(test.log_e_value(), rate.log_e_value());
  }
}

TEST(Exceedance, is_the_mean_e_value_over_thresholds) {
  Exceedance test = test_of(3);
  test::Generator generator(2);
  for (int i = 0; i < 40; ++i) {
    const auto [a, b] = tick(generator);
    add(test, a, b);
    const std::array log_e{test.at(0).log_e_value(), test.at(1).log_e_value(), test.at(2).log_e_value()};
    EXPECT_NEAR(test.log_e_value(), log_mean_exp(log_e), 1e-14);
  }
}

TEST(Exceedance, guards_every_threshold_anew_when_traffic_grows) {
  Exceedance test = test_of(3);
  for (std::uint64_t i = 0; i < 30; ++i) add(test, {50 + i % 2, 10, 1}, {50, 10 + i % 2, 1});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_FALSE(test.at(i).guarded());
  add(test, {150, 30, 3}, {150, 30, 3}, 3000);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(test.at(i).guarded());
}

TEST(Exceedance, finds_a_tail_that_only_one_threshold_shows) {
  Exceedance test = test_of(3);
  for (int i = 0; i < 40; ++i) add(test, {50, 10, 1}, {50, 10, 8});
  EXPECT_TRUE(crosses(test.log_e_value(), ErrorRate(0.001)));
  EXPECT_EQ(test.decisive(), 2u);
}

TEST(Exceedance, promotes_only_what_is_no_worse_at_every_threshold) {
  const GuardedRateOptions options{{Goal::promote, Worse::higher, 0.01}};
  Exceedance healthy = test_of(3, options);
  Exceedance harmful = test_of(3, options);
  for (std::uint64_t i = 0; i < 60; ++i) {
    add(healthy, {50 + i % 3, 10, 1}, {50 + i % 2, 10, 1});
    add(harmful, {50 + i % 3, 10, 1}, {50 + i % 2, 22 + i % 3, 1});
  }
  EXPECT_TRUE(crosses(healthy.log_e_value(), ErrorRate(0.05)));
  EXPECT_LT(harmful.log_e_value(), 0);
  EXPECT_EQ(harmful.decisive(), 1u);
  EXPECT_EQ(harmful.log_e_value(), harmful.at(1).log_e_value());
}

TEST(Exceedance, is_not_changed_by_an_empty_arm) {
  Exceedance test = test_of(3);
  for (int i = 0; i < 5; ++i) add(test, {50, 10, 1}, {60, 15, 2});
  const double before = test.log_e_value();
  test.add(Baseline{ExceedanceCounts{Beyond{9, 9, 9}, 9}}, Candidate{ExceedanceCounts{Beyond{0, 0, 0}, 0}});
  EXPECT_EQ(test.log_e_value(), before);
}

#ifdef NDEBUG
TEST(Exceedance, is_not_changed_by_counts_of_other_thresholds) {
  Exceedance test = test_of(3);
  const std::array<std::uint64_t, 2> two{5, 1};
  const Beyond three{50, 5, 1};
  test.add(Baseline{ExceedanceCounts{two, 1000}}, Candidate{ExceedanceCounts{three, 1000}});
  test.add(Baseline{ExceedanceCounts{three, 1000}}, Candidate{ExceedanceCounts{two, 1000}});
  EXPECT_EQ(test.at(0).ticks(), 0u);
}
#endif

TEST(Exceedance, refuses_options_out_of_their_ranges) {
  EXPECT_FALSE(Exceedance::make(0));
  EXPECT_FALSE(Exceedance::make(9));
  EXPECT_TRUE(Exceedance::make(8));
  EXPECT_FALSE(Exceedance::make(2, {.c2 = -1}));
  EXPECT_NE(Exceedance::make(9).error().message.find("found 9"), std::string::npos);
}

}  // namespace
}  // namespace leeway::stats
