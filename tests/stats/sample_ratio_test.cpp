#include "leeway/stats/sample_ratio.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/gamma.hpp>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"
#include "support/sequential_golden.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<SampleRatio>);

using Many = boost::multiprecision::cpp_bin_float_50;
using Counts = std::vector<std::uint64_t>;
using Shares = std::vector<double>;

SampleRatio ratio_of(const Shares& shares, double concentration = 100) {
  return *SampleRatio::make(shares, concentration);
}

double by_definition(const Counts& counts, const Shares& shares, const Shares& weights) {
  using boost::math::lgamma;
  Many before = 0, after = 0, value = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    before += weights[i];
    after += Many(weights[i]) + counts[i];
    value += lgamma(Many(weights[i]) + counts[i]) - lgamma(Many(weights[i])) - counts[i] * log(Many(shares[i]));
  }
  return static_cast<double>(value + lgamma(before) - lgamma(after));
}

TEST(DirichletEValue, is_its_formula) {
  test::Generator generator(17);
  for (int i = 0; i < 100; ++i) {
    const double p = generator.uniform(0.01, 0.9);
    const Shares shares{p, (1 - p) / 3, 1 - p - (1 - p) / 3};
    const Shares weights{std::pow(10, generator.uniform(-1, 4)), std::pow(10, generator.uniform(-1, 4)), 0.5};
    const double n = std::pow(10, generator.uniform(0, 6));
    const Counts counts{static_cast<std::uint64_t>(n * generator.uniform()), static_cast<std::uint64_t>(n * 0.2),
                        generator.below(1000)};
    EXPECT_LE(
        test::relative_gap(log_dirichlet_e_value(counts, shares, weights), by_definition(counts, shares, weights)),
        1e-11);
  }
}

TEST(DirichletEValue, keeps_its_digits_of_many_units) {
  const Counts counts{9'900'003'000, 100'010'000};
  const Shares shares{0.99, 0.01};
  const Shares weights{99, 1};
  EXPECT_NEAR(log_dirichlet_e_value(counts, shares, weights), by_definition(counts, shares, weights), 1e-6);
}

TEST(DirichletEValue, has_the_value_of_ssrm) {
  EXPECT_LE(test::relative_gap(log_dirichlet_e_value(Counts{60, 63, 32}, Shares{0.4, 0.4, 0.2}, Shares{1, 1, 1}),
                               -4.1838139823676556),
            1e-12);
}

TEST(DirichletEValue, has_the_golden_values) {
  const auto cases = test::sequential_golden("ssrm_log_bf");
  if (cases.empty()) GTEST_SKIP() << "needs ../shared/golden/sequential.json beside the project";
  for (const auto& one : cases) {
    const auto& in = one["input"];
    const double value =
        log_dirichlet_e_value(in["counts"].get<Counts>(), in["p"].get<Shares>(), in["dirichlet"].get<Shares>());
    EXPECT_LE(test::relative_gap(value, test::golden_number(one["expected"])), 1e-12);
  }
}

TEST(SampleRatio, has_the_published_values) {
  SampleRatio even = ratio_of({0.5, 0.5}, 10000);
  even.add(Counts{5200, 4800});
  EXPECT_LE(test::relative_gap(even.log_e_value(), 3.65388066574255), 1e-12);
  SampleRatio uneven = ratio_of({0.99, 0.01}, 10000);
  uneven.add(Counts{99300, 700});
  EXPECT_LE(test::relative_gap(uneven.log_e_value(), 44.6080337855019), 1e-12);
}

TEST(SampleRatio, is_fair_to_the_next_unit) {
  const Shares shares{0.7, 0.2, 0.1};
  test::Generator generator(3);
  for (int run = 0; run < 50; ++run) {
    SampleRatio test = ratio_of(shares, 5);
    test.add(Counts{generator.below(50), generator.below(50), generator.below(50)});
    double expected = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      SampleRatio next = test;
      Counts one(3);
      one[i] = 1;
      next.add(one);
      expected += shares[i] * std::exp(next.log_e_value() - test.log_e_value());
    }
    EXPECT_NEAR(expected, 1, 1e-12);
  }
}

TEST(SampleRatio, does_not_depend_on_the_ticks_units_come_in) {
  SampleRatio once = ratio_of({0.9, 0.1});
  once.add(Counts{900, 130});
  SampleRatio often = ratio_of({0.9, 0.1});
  for (int i = 0; i < 10; ++i) often.add(Counts{90, 13});
  EXPECT_EQ(once.log_e_value(), often.log_e_value());
}

TEST(SampleRatio, multiplies_stages_that_have_shares_of_their_own) {
  SampleRatio test = ratio_of({0.99, 0.01});
  test.add(Counts{9900, 100});
  const double first = test.log_e_value();
  ASSERT_TRUE(test.begin_stage(Shares{0.5, 0.5}));
  EXPECT_EQ(test.log_e_value(), first);
  test.add(Counts{520, 480});
  SampleRatio second = ratio_of({0.5, 0.5});
  second.add(Counts{520, 480});
  EXPECT_NEAR(test.log_e_value(), first + second.log_e_value(), 1e-14);
  ASSERT_TRUE(test.begin_stage(Shares{0.1, 0.9}));
  EXPECT_NEAR(test.log_e_value(), first + second.log_e_value(), 1e-14);
  EXPECT_LT(test.log_e_value(), 0);  // nothing is wrong, though the shares of all units are neither
}

TEST(SampleRatio, of_nothing_is_one) { EXPECT_EQ(ratio_of({0.9, 0.1}).log_e_value(), 0); }

#ifdef NDEBUG
TEST(SampleRatio, is_not_changed_by_counts_of_other_arms) {
  SampleRatio test = ratio_of({0.9, 0.1});
  test.add(Counts{1, 2, 3});
  EXPECT_EQ(test.log_e_value(), 0);
}
#endif

TEST(SampleRatio, refuses_shares_that_are_none) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const Shares& shares : {Shares{1}, Shares{}, Shares(9, 1 / 9.0), Shares{0.5, 0.6}, Shares{1, 0},
                               Shares{1.5, -0.5}, Shares{kNan, 0.5}}) {
    const auto test = SampleRatio::make(shares);
    ASSERT_FALSE(test);
    EXPECT_EQ(test.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(SampleRatio::make(Shares{0.5, 0.5}, 0));
  EXPECT_FALSE(SampleRatio::make(Shares{0.5, 0.5}, kNan));
}

TEST(SampleRatio, refuses_a_stage_of_other_arms_and_stays_as_it_was) {
  SampleRatio test = ratio_of({0.9, 0.1});
  test.add(Counts{90, 30});
  const double before = test.log_e_value();
  EXPECT_EQ(test.begin_stage(Shares{0.5, 0.3, 0.2}).error().code, ErrorCode::incompatible);
  EXPECT_EQ(test.begin_stage(Shares{0.5, 0.3}).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(test.log_e_value(), before);
}

}  // namespace
}  // namespace leeway::stats
