#ifndef LEEWAY_SIMD_MOMENTS_HPP
#define LEEWAY_SIMD_MOMENTS_HPP

// Moments of columns of numbers, on the best instruction set that the machine has.
//
//   Moments moments(axis.lower(), axis.upper());
//   simd::add_moments(column, moments);
//
// Results are those of Moments::add on every finite value, bit for bit, on every instruction set; integers are added
// as static_cast<double>. bench/moments_bench.cpp measures the cost beside that of counting the same column.

#include <cstdint>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/core/moments.hpp"
#include "leeway/simd/count.hpp"

namespace leeway::inline v1::simd {

/// Adds the finite values; NaN and infinities are skipped. No allocation. Thread contract: the caller owns the moments.
LEEWAY_EXPORT void add_moments(StridedValues<float> values, Moments& moments) noexcept;
LEEWAY_EXPORT void add_moments(StridedValues<double> values, Moments& moments) noexcept;
LEEWAY_EXPORT void add_moments(StridedValues<std::int32_t> values, Moments& moments) noexcept;
LEEWAY_EXPORT void add_moments(StridedValues<std::int64_t> values, Moments& moments) noexcept;

template <class T>
void add_moments(std::span<const T> values, Moments& moments) noexcept {
  add_moments(StridedValues<T>{values.data(), values.size()}, moments);
}

}  // namespace leeway::inline v1::simd

#endif
