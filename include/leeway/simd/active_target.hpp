#ifndef LEEWAY_SIMD_ACTIVE_TARGET_HPP
#define LEEWAY_SIMD_ACTIVE_TARGET_HPP

#include "leeway/base/export.hpp"

namespace leeway::inline v1 {

/// Name of the instruction set that the kernels run on here, as in "AVX3_ZEN4" or "NEON": for a support case, and for a
/// test that wants to know what it tests. The environment variable LEEWAY_SIMD (scalar, ssse3, sse4, avx2, avx3,
/// avx3_dl), read once, forces one that this machine has; any other value leaves the best one.
[[nodiscard]] LEEWAY_EXPORT const char* active_target() noexcept;

}  // namespace leeway::inline v1

#endif
