#include "leeway/drift/strata.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "leeway/drift/psi.hpp"
#include "support/generator.hpp"

namespace leeway::drift {
namespace {

using Features = std::vector<Counts>;

Features one_feature(std::vector<std::uint64_t> cells, SideCounts side = {}) {
  return {Counts{std::move(cells), side}};
}

TEST(Strata, of_equal_rates_add_up) {
  const Features a = one_feature({1, 2, 3}, {.missing = 4, .malformed = 1, .below = 1});
  const Features b = one_feature({10, 0, 5}, {.missing = 1, .unseen = 7, .above = 2});
  const auto combined = combine(std::vector<Stratum>{{a, 0.1}, {b, 0.1}});
  ASSERT_TRUE(combined);
  Counts expected = a[0];
  ASSERT_TRUE(expected.merge(b[0]));
  EXPECT_EQ((*combined)[0], expected);
}

TEST(Strata, have_the_shares_of_all_rows_and_the_effective_size) {
  const Features errors = one_feature({900, 100});     // all of 1,000
  const Features successes = one_feature({100, 900});  // 1 % of 100,000
  const auto combined = combine(std::vector<Stratum>{{errors, 1}, {successes, 0.01}});
  ASSERT_TRUE(combined);
  const Counts& counts = (*combined)[0];
  const double weights = 1000 + 100000;
  const double effective = weights * weights / (1000 + 1000 * 100.0 * 100.0);
  EXPECT_NEAR(static_cast<double>(counts.total()), effective, 1);
  EXPECT_NEAR(static_cast<double>(counts.cells[0]) / static_cast<double>(counts.total()), 10900 / weights, 1e-3);
}

// Recording less does not look like drift: a clean stream, sampled at different rates by a feature that is itself
// watched, gives PSI as small as an unsampled stream of the effective size.
TEST(Strata, undo_a_sampling_that_depends_on_the_value) {
  test::Generator generator(1);
  const std::vector<std::uint64_t> reference{25000, 25000, 25000, 25000};
  double biased = 0;
  double unbiased = 0;
  for (int run = 0; run < 50; ++run) {
    Features kept = one_feature({0, 0, 0, 0});
    Features thinned = one_feature({0, 0, 0, 0});
    for (int i = 0; i < 20000; ++i) {
      const std::size_t cell = generator.below(4);
      if (cell == 0) ++kept[0].cells[cell];
      if (cell != 0 && generator.uniform() < 0.05) ++thinned[0].cells[cell];
    }
    const auto combined = combine(std::vector<Stratum>{{kept, 1}, {thinned, 0.05}});
    unbiased += psi(reference, (*combined)[0].cells)->value / 50;
    Counts naive = kept[0];
    ASSERT_TRUE(naive.merge(thinned[0]));
    biased += psi(reference, naive.cells)->value / 50;
  }
  EXPECT_GT(biased, 1);
  EXPECT_LT(unbiased, 0.02);
}

TEST(Strata, of_tiny_rates_keep_their_rows) {
  const Features a = one_feature({3, 4});
  const auto combined = combine(std::vector<Stratum>{{a, 1e-300}, {a, 1e-300}});
  EXPECT_EQ((*combined)[0].cells, (std::vector<std::uint64_t>{6, 8}));
}

TEST(Strata, that_do_not_fit_are_refused) {
  const Features two = one_feature({1, 2});
  const Features three = one_feature({1, 2, 3});
  const auto error = [](const std::vector<Stratum>& strata) { return combine(strata).error(); };
  EXPECT_EQ(error({}).message, "expected at least one stratum, found none");
  EXPECT_EQ(error({{two, 1}, {three, 1}}).message, "expected 2 cells, found 3");
  EXPECT_EQ(error({{two, 1}, {{}, 1}}).where, "stratum 1");
  for (const double rate : {0.0, -1.0, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(error({{two, rate}}).code, ErrorCode::invalid_argument) << rate;
  }
}

}  // namespace
}  // namespace leeway::drift
