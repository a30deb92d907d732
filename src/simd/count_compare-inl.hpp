// Few edges: every value is compared with every edge, and the tallies are registers.
#if defined(LEEWAY_SRC_SIMD_COUNT_COMPARE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_COMPARE_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_COMPARE_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_COMPARE_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "simd/count_tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// An array of vectors is in registers only where every index is a constant: each loop over one must be unrolled.
#if defined(__clang__)
#define LEEWAY_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LEEWAY_UNROLL _Pragma("GCC unroll 64")
#endif

template <class T>
using Values = hn::ScalableTag<T>;
template <class T>
using Tallies = hn::RebindToUnsigned<Values<T>>;
template <class T>
using TallyVector = hn::Vec<Tallies<T>>;

// tally + 1 where the mask holds: a mask of an integer lane is -1, on AVX-512 this is one masked addition.
template <class T, class Mask>
HWY_INLINE TallyVector<T> AddWhere(TallyVector<T> tally, Mask mask) {
  const Tallies<T> d;
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  return hn::IfThenElse(hn::RebindMask(d, mask), hn::Add(tally, hn::Set(d, 1)), tally);
#else
  return hn::Sub(tally, hn::VecFromMask(d, hn::RebindMask(d, mask)));
#endif
}

template <class T>
HWY_INLINE std::uint64_t Total(TallyVector<T> tally) {
  const Tallies<T> d;
  return static_cast<std::uint64_t>(hn::GetLane(hn::SumOfLanes(d, tally)));
}

// The last values, in a block that is a multiple of whole vectors; what is missing of it is NaN.
template <class T, std::size_t kSize>
struct Padded {
  HWY_ALIGN T values[kSize];

  HWY_INLINE Padded(const T* x, std::size_t n) {
    std::fill(values, values + kSize, std::numeric_limits<T>::quiet_NaN());
    std::memcpy(values, x, n * sizeof(T));
  }
};

// `n` is a multiple of whole vectors.
template <class T>
HWY_NOINLINE void CountUnusual(const T* x, std::size_t n, std::uint64_t* missing, SideCounts& side) {
  const Values<T> d;
  const Tallies<T> du;
  TallyVector<T> nan = hn::Zero(du);
  TallyVector<T> negative = hn::Zero(du);
  TallyVector<T> positive = hn::Zero(du);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    nan = AddWhere<T>(nan, hn::IsNaN(v));
    negative = AddWhere<T>(negative, hn::Eq(v, hn::Neg(hn::Inf(d))));
    positive = AddWhere<T>(positive, hn::Eq(v, hn::Inf(d)));
  }
  *missing += Total<T>(nan);
  side.negative_infinity += Total<T>(negative);
  side.positive_infinity += Total<T>(positive);
}

constexpr std::size_t kMaxCompareEdges = 16;

// at_or_above[e] += values at or above edge e. `n` is a multiple of whole vectors.
template <std::size_t kEdges, class T>
HWY_NOINLINE void Compare(const T* edges, const T* x, std::size_t n, std::uint64_t* at_or_above) {
  const Values<T> d;
  TallyVector<T> tallies[kEdges];
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) tallies[e] = hn::Zero(Tallies<T>());
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    LEEWAY_UNROLL
    for (std::size_t e = 0; e < kEdges; ++e) tallies[e] = AddWhere<T>(tallies[e], hn::Ge(v, hn::Set(d, edges[e])));
  }
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) at_or_above[e] += Total<T>(tallies[e]);
}

template <class T>
HWY_INLINE void Compare(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* at_or_above) {
  const T* edges = tables.padded_edges.data();
  const std::size_t size = tables.bins.edges.size();
  if (size <= 4) return Compare<4>(edges, x, n, at_or_above);
  if (size <= 8) return Compare<8>(edges, x, n, at_or_above);
  if (size <= 11) return Compare<11>(edges, x, n, at_or_above);
  Compare<kMaxCompareEdges>(edges, x, n, at_or_above);
}

// A block, and what is unusual in it: that can only be in the outer bins.
template <class T>
void CompareBlock(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* total,
                  std::uint64_t* missing, SideCounts& side) {
  std::uint64_t at_or_above[kMaxCompareEdges] = {};
  Compare(tables, x, n, at_or_above);
  const std::size_t edges = tables.bins.edges.size();
  for (std::size_t e = 0; e < edges; ++e) total[e] += at_or_above[e];
  if (HWY_UNLIKELY(at_or_above[0] != n || at_or_above[edges - 1] != 0)) CountUnusual(x, n, missing, side);
}

template <class T>
HWY_NOINLINE void CountByComparing(const detail::TypeTables<T>& tables, const T* x, const std::size_t n,
                                   std::uint64_t* cells, SideCounts& side) {
  constexpr std::size_t kBlock = 4096;
  constexpr std::size_t kLanes = hn::MaxLanes(Values<T>());
  std::uint64_t total[kMaxCompareEdges + 1] = {};
  std::uint64_t missing = 0;
  std::size_t i = 0;
  for (; i + kBlock <= n; i += kBlock) CompareBlock(tables, x + i, kBlock, total, &missing, side);
  const std::size_t whole = (n - i) / kLanes * kLanes;
  if (whole > 0) CompareBlock(tables, x + i, whole, total, &missing, side);
  i += whole;
  if (i < n) {
    const Padded<T, kLanes> rest(x + i, n - i);
    CompareBlock(tables, rest.values, kLanes, total, &missing, side);
    missing -= kLanes - (n - i);
  }
  side.missing += missing;
  std::uint64_t above = n - missing;
  for (std::size_t b = 0; b + 1 < tables.bins.size(); ++b) {
    tables.bins.settle(b, above - total[b], cells, side);
    above = total[b];
  }
  tables.bins.settle(tables.bins.size() - 1, above, cells, side);
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
