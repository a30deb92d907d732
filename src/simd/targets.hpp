#ifndef LEEWAY_SRC_SIMD_TARGETS_HPP
#define LEEWAY_SRC_SIMD_TARGETS_HPP

// Before every foreach_target. AVX-512 with byte permutes is compiled on request only.
#define HWY_WANT_AVX3_DL

// Vectors of a length unknown to the compiler cannot be held in arrays, as the kernels do.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

namespace leeway::inline v1::simd::detail {

/// Restricts Highway to what LEEWAY_SIMD names. Every entry into a kernel calls it first; it acts once.
void choose_target() noexcept;

}  // namespace leeway::inline v1::simd::detail

#endif
