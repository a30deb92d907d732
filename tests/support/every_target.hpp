#ifndef LEEWAY_TESTS_SUPPORT_EVERY_TARGET_HPP
#define LEEWAY_TESTS_SUPPORT_EVERY_TARGET_HPP

#include <hwy/highway.h>
#include <hwy/targets.h>

#include <cstdint>

namespace leeway::test {

/// Runs `test(name)` once for each instruction set that this machine and the kernels have, from the best down.
template <class Test>
void for_every_target(Test test) {
  for (std::int64_t targets = hwy::SupportedTargets(); targets != 0; targets &= targets - 1) {
    const std::int64_t target = targets & -targets;
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().DeInit();
    test(hwy::TargetName(target));
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
}

}  // namespace leeway::test

#endif
