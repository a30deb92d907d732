#include "leeway/simd/active_target.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "simd/targets.hpp"
// Highway after targets.hpp, which configures it.
#include <hwy/highway.h>

namespace leeway::inline v1 {
namespace simd::detail {
namespace {

struct Named {
  std::string_view name;
  std::int64_t target;
};

// From the plainest to the richest.
constexpr Named kNamed[] = {{"scalar", HWY_SCALAR | HWY_EMU128},
                            {"ssse3", HWY_SSSE3},
                            {"sse4", HWY_SSE4},
                            {"avx2", HWY_AVX2},
                            {"avx3", HWY_AVX3},
                            {"avx3_dl", HWY_AVX3_DL}};

// What this machine has, of what was compiled. Highway 1.0.3 forgets a restriction when asked for its targets, and
// leaves it to who asks to say again what dispatch may choose from.
std::int64_t targets() noexcept {
  const std::int64_t supported = hwy::SupportedTargets();
  hwy::GetChosenTarget().Update(supported);
  return supported & HWY_TARGETS;
}

void restrict_to(std::string_view wanted) noexcept {
  for (const Named& named : kNamed) {
    if (named.name == wanted && (targets() & named.target) != 0) hwy::DisableTargets(~named.target);
  }
}

}  // namespace

void choose_target() noexcept {
  [[maybe_unused]] static const bool chosen = [] {
    if (const char* wanted = std::getenv("LEEWAY_SIMD")) restrict_to(wanted);
    return true;
  }();
}

}  // namespace simd::detail

const char* active_target() noexcept {
  simd::detail::choose_target();
  const std::int64_t targets = simd::detail::targets();
  return hwy::TargetName(targets & -targets);  // the best target is the lowest bit
}

}  // namespace leeway::inline v1
