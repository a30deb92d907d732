// LEEWAY_SIMD holds for a whole process and is read once, so that this is a program of its own, of one test.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/active_target_test.cpp"
#include "simd/targets.hpp"
// Highway after targets.hpp, which configures it.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace {
namespace HWY_NAMESPACE {
long long Target() { return HWY_TARGET; }
}  // namespace HWY_NAMESPACE
}  // namespace
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <gtest/gtest.h>

#include <cstdlib>

#include "leeway/simd/active_target.hpp"

namespace leeway {
namespace {

HWY_EXPORT(Target);

TEST(ActiveTarget, is_the_one_that_LEEWAY_SIMD_names_and_the_one_that_kernels_run_on) {
  if ((hwy::SupportedTargets() & HWY_SSE4) == 0) GTEST_SKIP() << "this machine has no SSE4 to force";
  setenv("LEEWAY_SIMD", "sse4", 1);
  EXPECT_STREQ(active_target(), "SSE4");
  EXPECT_EQ(HWY_DYNAMIC_DISPATCH(Target)(), HWY_SSE4);
}

}  // namespace
}  // namespace leeway

#endif  // HWY_ONCE
