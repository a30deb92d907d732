#include "leeway/stats/plug_in_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace leeway::stats {
namespace {

using Counts = std::vector<std::uint64_t>;

double log_e(const Counts& a, const Counts& b, std::uint64_t n, std::uint64_t m) {
  auto test = *PlugInRates::make();
  for (std::size_t i = 0; i < a.size(); ++i) test.add(Baseline{RateCounts{a[i], n}}, Candidate{RateCounts{b[i], m}});
  return test.log_e_value();
}

Counts bits(const std::string& text) {
  Counts counts;
  for (const char bit : text) counts.push_back(bit == '1' ? 1 : 0);
  return counts;
}

TEST(PlugInRates, has_the_published_values) {
  EXPECT_NEAR(log_e(bits("1010001"), bits("1011101"), 1, 1), 0.0912150970763055, 1e-13);
  EXPECT_NEAR(log_e(bits("1111110111"), bits("0010100000"), 1, 1), 2.41146594462478, 1e-13);
  EXPECT_NEAR(log_e({2, 2, 1, 2, 0, 2, 2}, bits("1011101"), 2, 1), -2.46137202058072, 1e-13);
  EXPECT_NEAR(log_e(Counts(10, 1), Counts(10, 5), 50, 50), 13.854196077622, 1e-11);
  EXPECT_NEAR(log_e(Counts(20, 1), Counts(20, 1), 90, 10), 20.1165004174433, 1e-11);
}

// Whatever both arms' common rate, and though it changes from block to block.
TEST(PlugInRates, expects_at_most_one_of_equal_rates) {
  const auto probability = [](std::uint64_t k, std::uint64_t n, double rate) {
    const auto x = static_cast<double>(k);
    const auto size = static_cast<double>(n);
    return std::exp(std::lgamma(size + 1) - std::lgamma(x + 1) - std::lgamma(size - x + 1) + x * std::log(rate) +
                    (size - x) * std::log1p(-rate));
  };
  constexpr std::uint64_t kBase = 7;
  constexpr std::uint64_t kCandidate = 3;
  for (const double first : {0.01, 0.3, 0.8})
    for (const double second : {0.02, 0.5, 0.95}) {
      double mean = 0;
      for (std::uint64_t a = 0; a <= kBase; ++a)
        for (std::uint64_t b = 0; b <= kCandidate; ++b)
          for (std::uint64_t c = 0; c <= kBase; ++c)
            for (std::uint64_t d = 0; d <= kCandidate; ++d)
              mean += probability(a, kBase, first) * probability(b, kCandidate, first) * probability(c, kBase, second) *
                      probability(d, kCandidate, second) * std::exp(log_e({a, c}, {b, d}, kBase, kCandidate));
      EXPECT_LE(mean, 1 + 1e-12) << first << ' ' << second;
      EXPECT_GT(mean, 0.1);
    }
}

TEST(PlugInRates, bears_empty_and_impossible_blocks) {
  auto test = *PlugInRates::make();
  test.add(Baseline{RateCounts{0, 0}}, Candidate{RateCounts{0, 0}});
  EXPECT_EQ(test.log_e_value(), 0);
  for (int i = 0; i < 3; ++i) test.add(Baseline{RateCounts{9, 5}}, Candidate{RateCounts{0, 5}});
  EXPECT_NEAR(test.log_e_value(), log_e({5, 5, 5}, {0, 0, 0}, 5, 5), 1e-15);
  const auto most = std::numeric_limits<std::uint64_t>::max();
  for (int i = 0; i < 3; ++i) test.add(Baseline{RateCounts{most, most}}, Candidate{RateCounts{0, most}});
  EXPECT_TRUE(std::isfinite(test.log_e_value()));
}

TEST(PlugInRates, names_what_is_out_of_range) {
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) EXPECT_EQ(PlugInRates::make(bad).error().where, "prior");
}

}  // namespace
}  // namespace leeway::stats
