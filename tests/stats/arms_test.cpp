#include "leeway/stats/arms.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace leeway::stats {
namespace {

template <class... Arguments>
constexpr bool kCallable = std::is_invocable_v<void (*)(Baseline<double>, Candidate<double>), Arguments...>;

TEST(Arms, cannot_be_swapped_nor_left_open) {
  static_assert(kCallable<Baseline<double>, Candidate<double>>);
  static_assert(!kCallable<Candidate<double>, Baseline<double>>);
  static_assert(!kCallable<double, double>);
}

TEST(Arms, deduce_what_they_hold) {
  static_assert(std::is_same_v<decltype(Baseline{RateCounts{1, 2}}), Baseline<RateCounts>>);
  static_assert(std::is_same_v<decltype(Candidate{0.5}), Candidate<double>>);
  EXPECT_EQ((Candidate{RateCounts{1, 2}}.value.count), 2u);
}

}  // namespace
}  // namespace leeway::stats
