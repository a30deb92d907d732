// Compiled once per instruction set by count_rows.cpp.
#if defined(LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "leeway/simd/count_rows.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, RowPlan::kGroup>;
using Tallies = hn::RebindToUnsigned<Floats>;
using FloatVector = hn::Vec<Floats>;
using TallyVector = hn::Vec<Tallies>;

// tally + 1 where the mask holds: a masked addition on AVX-512; elsewhere a mask is -1 in a lane of integers.
template <class Mask>
HWY_INLINE TallyVector AddWhere(TallyVector tally, Mask mask) {
  const Tallies d;
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
  return hn::IfThenElse(hn::RebindMask(d, mask), hn::Add(tally, hn::Set(d, 1)), tally);
#else
  return hn::Sub(tally, hn::VecFromMask(d, hn::RebindMask(d, mask)));
#endif
}

HWY_INLINE void AddTo(std::uint32_t* at, TallyVector tally) {
  const Tallies d;
  hn::StoreU(hn::Add(hn::LoadU(d, at), tally), d, at);
}

// A block of rows as one vector of features sees it: `features` lanes of it are in the rows, the others are not read.
struct Block {
  const float* first;
  std::size_t rows;
  std::size_t stride;
  std::size_t features;
  std::size_t ahead;  // from a row to one that will be needed soon, in elements

  // Lanes beyond the row must not be read; lanes without a feature are in no result.
  template <bool kWhole>
  HWY_INLINE FloatVector Load(const float* row) const {
    const Floats d;
    if constexpr (kWhole) return hn::LoadU(d, row);
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86  // a masked load that does not touch what it masks
    return hn::MaskedLoad(hn::FirstN(d, features), d, row);
#else
    HWY_ALIGN float lanes[RowPlan::kGroup] = {};
    for (std::size_t i = 0; i < features; ++i) lanes[i] = row[i];
    return hn::Load(d, lanes);
#endif
  }
};

// Adds to the tallies of each lane the values of a block for which `is` holds.
template <bool kWhole, class Predicate>
HWY_INLINE void CountWhere(const Block& block, std::uint32_t* tallies, Predicate is) {
  TallyVector tally = hn::Zero(Tallies());
  const float* row = block.first;
  for (std::size_t i = 0; i < block.rows; ++i, row += block.stride)
    tally = AddWhere(tally, is(block.Load<kWhole>(row)));
  AddTo(tallies, tally);
}

// What a block may hold beside ordinary values, watched at the price of three additions a row instead of five
// comparisons: the extremes, and a sum that any NaN makes NaN.
struct Watch {
  FloatVector least;
  FloatVector most;
  FloatVector sum;

  static HWY_INLINE Watch Over(FloatVector first) { return {first, first, first}; }
  HWY_INLINE void Add(FloatVector x) {
    least = hn::Min(least, x);
    most = hn::Max(most, x);
    sum = hn::Add(sum, x);
  }
};

// Which unusual values a block holds, in any lane. Bits.
enum Unusual : unsigned { kBelow = 1, kAbove = 2, kNegativeInfinity = 4, kPositiveInfinity = 8, kMissing = 16 };

// Precondition: the watch has seen no NaN, beside which Min and Max may lose what they had.
HWY_INLINE unsigned BeyondRange(const Watch& watch, FloatVector lower, FloatVector upper) {
  const Floats d;
  const auto below = hn::Lt(watch.least, lower);
  const auto above = hn::Gt(watch.most, upper);
  if (HWY_LIKELY(hn::AllFalse(d, hn::Or(below, above)))) return 0;
  const bool negative = !hn::AllFalse(d, hn::Eq(watch.least, hn::Neg(hn::Inf(d))));
  const bool positive = !hn::AllFalse(d, hn::Eq(watch.most, hn::Inf(d)));
  return (hn::AllFalse(d, below) ? 0u : kBelow) | (hn::AllFalse(d, above) ? 0u : kAbove) |
         (negative ? kNegativeInfinity : 0u) | (positive ? kPositiveInfinity : 0u);
}

// Infinities of both signs add up to NaN as well, and are then looked for as if they were one.
HWY_INLINE unsigned UnusualIn(const Watch& watch, FloatVector lower, FloatVector upper) {
  if (HWY_UNLIKELY(!hn::AllFalse(Floats(), hn::IsNaN(watch.sum)))) return kMissing;
  return BeyondRange(watch, lower, upper);
}

// Adds the missing values to the tallies of each lane; returns what else is unusual.
template <bool kWhole>
HWY_INLINE unsigned CountMissing(const Block& block, FloatVector lower, FloatVector upper, std::uint32_t* tallies) {
  TallyVector missing = hn::Zero(Tallies());
  Watch watch = Watch::Over(lower);
  const float* row = block.first;
  for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
    const FloatVector x = block.Load<kWhole>(row);
    const auto is_nan = hn::IsNaN(x);
    missing = AddWhere(missing, is_nan);
    watch.Add(hn::IfThenElse(is_nan, lower, x));
  }
  AddTo(tallies, missing);
  return BeyondRange(watch, lower, upper);
}

// Missing, below, above, negative and positive infinity, kGroup tallies each. Takes no vectors: g++ ends functions that
// take some, and those that end by calling them, without clearing the upper halves of the registers, and whatever plain
// code the host runs next is slow then.
template <bool kWhole>
HWY_NOINLINE void CountSides(const Block& block, unsigned unusual, const float* bounds, std::uint32_t* sides) {
  const Floats d;
  constexpr std::size_t kGroup = RowPlan::kGroup;
  const FloatVector lower = hn::LoadU(d, bounds);
  const FloatVector upper = hn::LoadU(d, bounds + kGroup);
  const FloatVector infinity = hn::Inf(d);
  if ((unusual & kMissing) != 0) unusual = CountMissing<kWhole>(block, lower, upper, sides);
  const auto count = [&](Unusual kind, std::size_t place, auto is) {
    if ((unusual & kind) != 0) CountWhere<kWhole>(block, sides + place * kGroup, is);
  };
  count(kBelow, 1, [lower](FloatVector x) { return hn::Lt(x, lower); });
  count(kAbove, 2, [upper](FloatVector x) { return hn::Gt(x, upper); });
  count(kNegativeInfinity, 3, [infinity](FloatVector x) { return hn::Eq(x, hn::Neg(infinity)); });
  count(kPositiveInfinity, 4, [infinity](FloatVector x) { return hn::Eq(x, infinity); });
}

// An array of vectors is in registers only where every index is a constant: each loop over one must be unrolled.
#if defined(__clang__)
#define LEEWAY_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LEEWAY_UNROLL _Pragma("GCC unroll 32")
#endif

// What a block is counted with: at_or_above[e] values of each lane are at or above edge e. One comparison and one
// addition per edge.
template <std::size_t kEdges, bool kWhole>
HWY_INLINE Watch CountDirectly(const Block& block, const float* table, TallyVector* at_or_above) {
  FloatVector edges[kEdges + 1];
  TallyVector tallies[kEdges + 1];
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) {
    edges[e] = hn::LoadU(Floats(), table + e * RowPlan::kGroup);
    tallies[e] = hn::Zero(Tallies());
  }
  const float* row = block.first;
  Watch watch = Watch::Over(block.Load<kWhole>(row));
  for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
    const FloatVector x = block.Load<kWhole>(row);
    hwy::Prefetch(row + block.ahead);
    LEEWAY_UNROLL
    for (std::size_t e = 0; e < kEdges; ++e) tallies[e] = AddWhere(tallies[e], hn::Ge(x, edges[e]));
    watch.Add(x);
  }
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) at_or_above[e] = tallies[e];
  return watch;
}

#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86

// The same with half the comparisons, where choosing is cheaper than comparing: the edge in the middle says with which
// one of a pair, a lower and an upper edge, a value is compared. The lower ones are counted in the lower 16 bits of a
// lane, the upper ones in the upper 16. Precondition: less than 2^16 rows.
// In intrinsics: of arrays of Highway's vectors g++ moves every element once more per turn.
template <std::size_t kEdges, bool kWhole>
HWY_INLINE Watch CountByHalves(const Block& block, const float* table, TallyVector* at_or_above) {
  constexpr std::size_t kMiddle = kEdges / 2;  // edges below it
  constexpr std::size_t kPairs = kEdges - 1 - kMiddle;
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i one_above = _mm512_set1_epi32(1 << 16);
  __m512 edges[kEdges];
  __m512i pairs[kMiddle];
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) edges[e] = _mm512_loadu_ps(table + e * RowPlan::kGroup);
  LEEWAY_UNROLL
  for (std::size_t p = 0; p < kMiddle; ++p) pairs[p] = _mm512_setzero_si512();
  __m512i middle = _mm512_setzero_si512();
  const float* row = block.first;
  Watch watch = Watch::Over(block.Load<kWhole>(row));
  for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
    const FloatVector x = block.Load<kWhole>(row);
    hwy::Prefetch(row + block.ahead);
    const __mmask16 above = _mm512_cmp_ps_mask(x.raw, edges[kMiddle], _CMP_GE_OQ);
    const __m512i weight = _mm512_mask_blend_epi32(above, one, one_above);
    middle = _mm512_mask_add_epi32(middle, above, middle, one);
    LEEWAY_UNROLL
    for (std::size_t p = 0; p < kPairs; ++p) {
      const __m512 edge = _mm512_mask_blend_ps(above, edges[p], edges[kMiddle + 1 + p]);
      pairs[p] = _mm512_mask_add_epi32(pairs[p], _mm512_cmp_ps_mask(x.raw, edge, _CMP_GE_OQ), pairs[p], weight);
    }
    if constexpr (kPairs < kMiddle) {  // an even number of edges leaves one without a partner
      const __mmask16 at_or_above_it = _mm512_cmp_ps_mask(x.raw, edges[kPairs], _CMP_GE_OQ);
      pairs[kPairs] = _mm512_mask_add_epi32(pairs[kPairs], at_or_above_it, pairs[kPairs], one);
    }
    watch.Add(x);
  }
  LEEWAY_UNROLL
  for (std::size_t p = 0; p < kPairs; ++p) {
    const __m512i lower = _mm512_and_si512(pairs[p], _mm512_set1_epi32(0xFFFF));
    at_or_above[p] = TallyVector{_mm512_add_epi32(lower, middle)};
    at_or_above[kMiddle + 1 + p] = TallyVector{_mm512_srli_epi32(pairs[p], 16)};
  }
  if constexpr (kPairs < kMiddle) at_or_above[kPairs] = TallyVector{pairs[kPairs]};
  at_or_above[kMiddle] = TallyVector{middle};
  return watch;
}

template <std::size_t kEdges, bool kWhole>
HWY_INLINE Watch CountBlock(const Block& block, const float* table, TallyVector* at_or_above) {
  if constexpr (kEdges < 5) return CountDirectly<kEdges, kWhole>(block, table, at_or_above);
  if constexpr (kEdges >= 5) return CountByHalves<kEdges, kWhole>(block, table, at_or_above);
}

#else

template <std::size_t kEdges, bool kWhole>
HWY_INLINE Watch CountBlock(const Block& block, const float* table, TallyVector* at_or_above) {
  return CountDirectly<kEdges, kWhole>(block, table, at_or_above);
}

#endif

// kEdges edges per feature, known to the compiler: edges and tallies are registers. Precondition: at least one row.
template <std::size_t kEdges, bool kWhole>
HWY_NOINLINE void CountVector(const Block block, const float* table, std::uint32_t* tallies) {
  const Floats d;
  constexpr std::size_t kGroup = RowPlan::kGroup;
  TallyVector at_or_above[kEdges + 1];
  const Watch watch = CountBlock<kEdges, kWhole>(block, table, at_or_above);
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) AddTo(tallies + e * kGroup, at_or_above[e]);
  const float* const bounds = table + kEdges * kGroup;
  const unsigned unusual = UnusualIn(watch, hn::LoadU(d, bounds), hn::LoadU(d, bounds + kGroup));
  if (HWY_UNLIKELY(unusual != 0)) CountSides<kWhole>(block, unusual, bounds, tallies + kEdges * kGroup);
}

using CountFunction = void (*)(Block, const float*, std::uint32_t*);

template <std::size_t... kEdges>
CountFunction FunctionFor(std::size_t edges, bool whole, std::index_sequence<kEdges...>) {
  static constexpr CountFunction kWhole[] = {&CountVector<kEdges, true>...};
  static constexpr CountFunction kPart[] = {&CountVector<kEdges, false>...};
  return whole ? kWhole[edges] : kPart[edges];
}

HWY_INLINE void CountGroup(const RowPlan& plan, const RowPlan::Group& group, Block block, std::uint32_t* tallies) {
  const std::size_t lanes = hn::Lanes(Floats());
  block.first += group.first_feature;
  for (std::size_t lane = 0; lane < group.features; lane += lanes, block.first += lanes) {
    block.features = (std::min)(lanes, group.features - lane);
    const auto function =
        FunctionFor(group.edges, block.features == lanes, std::make_index_sequence<kMaxRowEdges + 1>());
    function(block, plan.table() + group.first_edge + lane, tallies + group.first_tally + lane);
  }
}

// A part of a block passes through the cache once for each group of features; the next part is on its way meanwhile.
void CountRows(const RowPlan& plan, const float* rows, std::size_t count, std::size_t stride, std::uint32_t* tallies) {
  constexpr std::size_t kPart = 64;
  for (std::size_t first = 0; first < count; first += kPart) {
    const std::size_t size = (std::min)(kPart, count - first);
    const std::size_t ahead = first + 2 * kPart <= count ? kPart * stride : 0;
    const Block block{rows + first * stride, size, stride, 0, ahead};
    for (const RowPlan::Group& group : plan.groups()) CountGroup(plan, group, block, tallies);
  }
}

#undef LEEWAY_UNROLL

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
