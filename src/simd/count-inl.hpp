// Counting one column over a plan. Compiled once per instruction set and element type by count_*.cpp.
#if defined(LEEWAY_SRC_SIMD_COUNT_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "simd/count_compare-inl.hpp"
#include "simd/count_memory-inl.hpp"
#include "simd/count_tables.hpp"
#include "simd/count_vbmi-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

// Fewer than this are not worth setting up vectors for.
constexpr std::size_t kFew = 6;

template <class T>
HWY_NOINLINE void CountFew(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                           SideCounts& side) {
  for (std::size_t i = 0; i < n; ++i) {
    if (x[i] != x[i]) {
      ++side.missing;
      continue;
    }
    const auto& edges = tables.bins.edges;
    const auto bin = std::upper_bound(edges.begin(), edges.end(), x[i]) - edges.begin();
    tables.bins.settle(static_cast<std::size_t>(bin), 1, cells, side);
    if (x[i] == -std::numeric_limits<T>::infinity()) ++side.negative_infinity;
    if (x[i] == std::numeric_limits<T>::infinity()) ++side.positive_infinity;
  }
}

template <class T>
void CountChunk(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                SideCounts& side) {
  if (n < kFew) return CountFew(tables, x, n, cells, side);
#if HWY_TARGET <= HWY_AVX3_DL && HWY_ARCH_X86
  if (CountInRegisters(tables, x, n, cells, side)) return;
#endif
  if (tables.bins.edges.size() <= kMaxCompareEdges) return CountByComparing(tables, x, n, cells, side);
  CountByMemory(tables, x, n, cells, side);
}

// Counters of 32 bits count chunks: no more values than they can hold.
template <class T>
void CountColumn(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                 SideCounts& side) {
  constexpr std::size_t kChunk = std::size_t{1} << 24;
  for (; n > kChunk; n -= kChunk, x += kChunk) CountChunk(tables, x, kChunk, cells, side);
  CountChunk(tables, x, n, cells, side);
}

// Values that do not lie side by side as T, in blocks that do.
template <class T, class From>
void CountCopied(const detail::TypeTables<T>& tables, const From* x, std::size_t n, std::ptrdiff_t stride,
                 std::uint64_t* cells, SideCounts& side) {
  constexpr std::size_t kBlock = 2048;
  HWY_ALIGN T block[kBlock];
  while (n > 0) {
    const std::size_t size = (std::min)(n, kBlock);
    if (stride == 1) {
      for (std::size_t i = 0; i < size; ++i) block[i] = static_cast<T>(x[i]);
    } else {
      for (std::size_t i = 0; i < size; ++i) block[i] = static_cast<T>(x[static_cast<std::ptrdiff_t>(i) * stride]);
    }
    CountChunk(tables, block, size, cells, side);
    n -= size;
    if (n > 0) x += static_cast<std::ptrdiff_t>(size) * stride;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
