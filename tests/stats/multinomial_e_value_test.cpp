#include "leeway/stats/multinomial_e_value.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <vector>

#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::stats {
namespace {

using Cells = std::vector<std::uint64_t>;
using Shares = std::vector<double>;

double sum(const Cells& counts) {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

double divergence(const Cells& reference, const Shares& p) {
  double value = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double share = static_cast<double>(reference[i]) / sum(reference);
    if (share > 0) value += share * std::log(share / p[i]);
  }
  return value;
}

Shares shares_of(const Cells& counts) {
  Shares shares;
  for (const std::uint64_t count : counts) shares.push_back(static_cast<double>(count) / sum(counts));
  return shares;
}

// The law of three cells at the edge of the null hypothesis in one direction from the reference.
Shares law_at_the_edge(const Cells& reference, double radius, double angle) {
  const Shares centre = shares_of(reference);
  const auto at = [&](double far) {
    const double x = far * std::cos(angle);
    const double y = far * std::sin(angle);
    return Shares{centre[0] + x, centre[1] - x / 2 + y, centre[2] - x / 2 - y};
  };
  const auto inside = [&](const Shares& p) {
    return p[0] >= 0 && p[1] >= 0 && p[2] >= 0 && divergence(reference, p) <= radius;
  };
  double low = 0;
  double high = 2;
  for (int i = 0; i < 60; ++i) (inside(at(0.5 * (low + high))) ? low : high) = 0.5 * (low + high);
  return at(low);
}

// The best expected e-value of whoever stops when it suits him, within `most` rows from p: by backward induction.
double value_of_stopping_well(const MultinomialEValue& evidence, const Shares& p, std::uint64_t most) {
  std::map<Cells, double> later;
  std::map<Cells, double> now;
  for (std::uint64_t n = most + 1; n-- > 0; later.swap(now)) {
    now.clear();
    for (std::uint64_t a = 0; a <= n; ++a) {
      for (std::uint64_t b = 0; a + b <= n; ++b) {
        const Cells x{a, b, n - a - b};
        double go_on = 0;
        for (std::size_t i = 0; i < 3 && n < most; ++i) {
          Cells next = x;
          ++next[i];
          go_on += p[i] * later.at(next);
        }
        now[x] = std::max(go_on, std::exp(evidence.log_e_value(x)));
      }
    }
  }
  return later.at(Cells{0, 0, 0});
}

TEST(MultinomialEValue, cannot_be_beaten_by_stopping_when_it_suits_under_any_law_near_the_reference) {
  for (const Cells& reference : {Cells{50, 30, 20}, Cells{5, 3, 0}, Cells{2, 0, 0}, Cells{1000, 900, 1}}) {
    for (const NullWidth& width : {NullWidth{}, NullWidth{ErrorRate(0.9)}, NullWidth{ErrorRate(0.9), 0.01, 1},
                                   NullWidth{ErrorRate(0.9), 0, 2.5}}) {
      for (const std::size_t ordered : {0u, 3u, 2u}) {
        const auto evidence = *MultinomialEValue::make(reference, width, ordered);
        EXPECT_LE(value_of_stopping_well(evidence, shares_of(reference), 9), 1 + 1e-9);
        for (int k = 0; k < 12; ++k) {
          const Shares p = law_at_the_edge(reference, evidence.radius(), std::numbers::pi * k / 6);
          EXPECT_LE(value_of_stopping_well(evidence, p, 9), 1 + 1e-9) << p[0] << " " << p[1] << " " << p[2];
        }
      }
    }
  }
}

TEST(MultinomialEValue, is_beaten_by_laws_farther_away) {
  const Cells reference{50, 30, 20};
  const auto evidence = *MultinomialEValue::make(reference, {ErrorRate(0.5)}, 3);
  EXPECT_GT(value_of_stopping_well(evidence, {0.05, 0.05, 0.9}, 9), 2);
}

// The definition, by lgamma and by a search along the edge of the null hypothesis.
double by_definition(const Cells& reference, double radius, const Cells& x) {
  const double n = sum(x);
  const auto likelihood = [&](const Shares& p) {
    double value = 0;
    for (std::size_t i = 0; i < 3; ++i) value += x[i] > 0 ? static_cast<double>(x[i]) * std::log(p[i]) : 0;
    return value;
  };
  double most = divergence(reference, shares_of(x)) <= radius ? likelihood(shares_of(x)) : -HUGE_VAL;
  double best = 0;
  for (double width = std::numbers::pi; width > 1e-5; width /= 25) {  // ever finer around the best so far
    const double middle = best;
    for (int k = -50; k <= 50; ++k) {
      const double angle = middle + width * k / 50;
      const double here = likelihood(law_at_the_edge(reference, radius, angle));
      if (here <= most) continue;
      most = here;
      best = angle;
    }
  }
  double mixture = 0;
  for (const double a : {16.0, 128.0, 1024.0}) {
    double marginal = std::lgamma(a) - std::lgamma(a + n);
    for (std::size_t i = 0; i < 3; ++i) {
      const double prior = a * (static_cast<double>(reference[i]) + 0.5) / (sum(reference) + 1.5);
      marginal += std::lgamma(prior + static_cast<double>(x[i])) - std::lgamma(prior);
    }
    mixture += std::exp(marginal - most) / 3;
  }
  return std::log(mixture);
}

TEST(MultinomialEValue, of_categories_is_its_definition) {
  test::Generator generator(71);
  for (int i = 0; i < 30; ++i) {
    const Cells reference{1 + generator.below(1000), 1 + generator.below(100), generator.below(30)};
    const auto evidence = *MultinomialEValue::make(reference);
    const Cells x{generator.below(200), generator.below(100), generator.below(20)};
    EXPECT_NEAR(evidence.log_e_value(x), by_definition(reference, evidence.radius(), x), 1e-8)
        << reference[0] << " " << reference[1] << " " << reference[2] << ": " << x[0] << " " << x[1] << " " << x[2];
  }
}

TEST(MultinomialEValue, of_nothing_is_one) {
  const auto evidence = *MultinomialEValue::make(Cells{50, 30, 20});
  EXPECT_EQ(evidence.log_e_value(Cells{0, 0, 0}), 0);
}

TEST(MultinomialEValue, grows_with_the_divergence_per_row_however_many_there_are) {
  const Cells reference{400'000'000, 300'000'000, 300'000'000};
  const auto evidence = *MultinomialEValue::make(reference, {}, 3);
  const double per_row = divergence(Cells{3, 3, 4}, {0.4, 0.3, 0.3});  // of the live shares from the reference
  EXPECT_NEAR(evidence.log_e_value(Cells{300'000'000, 300'000'000, 400'000'000}) / (1e9 * per_row), 1, 2e-3);
}

TEST(MultinomialEValue, sinks_where_nothing_changed) {
  const auto evidence = *MultinomialEValue::make(Cells{50'000, 30'000, 20'000}, {}, 3);
  EXPECT_LT(evidence.log_e_value(Cells{5000, 3000, 2000}), -3);
}

TEST(MultinomialEValue, finds_shift_and_spread_of_ordered_cells_sooner) {
  const Cells reference(10, 10'000);
  for (const Cells& moved :
       {Cells{80, 86, 90, 94, 98, 102, 106, 110, 114, 120}, Cells{125, 105, 97, 90, 83, 83, 90, 97, 105, 125}}) {
    EXPECT_GT(MultinomialEValue::make(reference, {}, 10)->log_e_value(moved),
              MultinomialEValue::make(reference, {}, 0)->log_e_value(moved) + 2);
  }
}

TEST(MultinomialEValue, finds_what_the_reference_has_never_shown) {
  EXPECT_GT(MultinomialEValue::make(Cells{70'000, 30'000, 0})->log_e_value(Cells{67, 28, 5}), std::log(1000));
}

TEST(MultinomialEValue, counts_a_row_as_one_part_of_its_cluster) {
  const auto rows = *MultinomialEValue::make(Cells{50'000, 30'000, 20'000}, {}, 3);
  const auto clusters = *MultinomialEValue::make(Cells{200'000, 120'000, 80'000}, {.deff = 4}, 3);
  EXPECT_DOUBLE_EQ(clusters.radius(), rows.radius());
  EXPECT_NEAR(clusters.log_e_value(Cells{160, 120, 120}), rows.log_e_value(Cells{40, 30, 30}), 1e-3);
}

TEST(MultinomialEValue, lets_pass_what_is_below_the_effect_floor) {
  const Cells reference{500'000, 300'000, 200'000};
  const Cells moved{510'000, 300'000, 190'000};
  EXPECT_GT(MultinomialEValue::make(reference)->log_e_value(moved), 100);
  EXPECT_LT(MultinomialEValue::make(reference, {.effect_floor = 0.001})->log_e_value(moved), 0);
}

Cells sample(const Shares& shares, std::uint64_t n, test::Generator& generator) {
  Cells counts(shares.size());
  for (std::uint64_t i = 0; i < n; ++i) {
    double u = generator.uniform();
    std::size_t cell = 0;
    while (cell + 1 < shares.size() && u >= shares[cell]) u -= shares[cell++];
    ++counts[cell];
  }
  return counts;
}

TEST(MultinomialEValue, holds_the_true_law_in_its_null_hypothesis_as_often_as_it_says) {
  LEEWAY_SIMULATION();
  const std::vector<Shares> laws{{0.5, 0.5},      {0.998, 0.002},       {0.994, 0.006},  {0.98, 0.02},
                                 {0.5, 0.3, 0.2}, {0.99, 0.005, 0.005}, Shares(10, 0.1), Shares(100, 0.01)};
  Shares rare(20, 0.002);
  rare[0] = 1 - 19 * 0.002;
  auto all = laws;
  all.push_back(rare);
  test::Generator generator(72);
  constexpr int kRuns = 1000;
  for (const Shares& law : all) {
    int misled = 0;
    for (int i = 0; i < kRuns; ++i) {
      const Cells reference = sample(law, 1000, generator);
      misled += divergence(reference, law) > MultinomialEValue::make(reference)->radius();
    }
    EXPECT_LT(misled, 0.075 * kRuns) << law.size() << " cells, first " << law[0];
  }
}

TEST(MultinomialEValue, refuses_what_cannot_be_tested) {
  EXPECT_EQ(MultinomialEValue::make(Cells{5}).error().code, ErrorCode::undefined);
  EXPECT_EQ(MultinomialEValue::make(Cells{0, 0}).error().code, ErrorCode::undefined);
  EXPECT_EQ(MultinomialEValue::make(Cells{5, 5}, {}, 3).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(MultinomialEValue::make(Cells{5, 5}, {.effect_floor = -1}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(MultinomialEValue::make(Cells{5, 5}, {.effect_floor = NAN}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(MultinomialEValue::make(Cells{5, 5}, {.deff = 0.5}).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace leeway::stats
