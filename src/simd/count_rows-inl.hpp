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

// An array of vectors is in registers only where every index is a constant: each loop over one must be unrolled.
#if defined(__clang__)
#define LEEWAY_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LEEWAY_UNROLL _Pragma("GCC unroll 32")
#endif

// Counting with vectors of up to so many lanes, a feature in each.
template <std::size_t kMostLanes>
struct RowCounter {
  using Floats = hn::CappedTag<float, kMostLanes>;
  using Tallies = hn::RebindToUnsigned<Floats>;
  using FloatVector = hn::Vec<Floats>;
  using TallyVector = hn::Vec<Tallies>;

  // tally + 1 where the mask holds: a masked addition on AVX-512; elsewhere a mask is -1 in a lane of integers.
  template <class Mask>
  static HWY_INLINE TallyVector AddWhere(TallyVector tally, Mask mask) {
    const Tallies d;
#if HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86
    return hn::IfThenElse(hn::RebindMask(d, mask), hn::Add(tally, hn::Set(d, 1)), tally);
#else
    return hn::Sub(tally, hn::VecFromMask(d, hn::RebindMask(d, mask)));
#endif
  }

  static HWY_INLINE void AddTo(std::uint32_t* at, TallyVector tally) {
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
  static HWY_INLINE void CountWhere(const Block& block, std::uint32_t* tallies, Predicate is) {
    TallyVector tally = hn::Zero(Tallies());
    const float* row = block.first;
    for (std::size_t i = 0; i < block.rows; ++i, row += block.stride)
      tally = AddWhere(tally, is(block.template Load<kWhole>(row)));
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
  static HWY_INLINE unsigned BeyondRange(const Watch& watch, FloatVector lower, FloatVector upper) {
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
  static HWY_INLINE unsigned UnusualIn(const Watch& watch, FloatVector lower, FloatVector upper) {
    if (HWY_UNLIKELY(!hn::AllFalse(Floats(), hn::IsNaN(watch.sum)))) return kMissing;
    return BeyondRange(watch, lower, upper);
  }

  // Adds the missing values to the tallies of each lane; returns what else is unusual.
  template <bool kWhole>
  static HWY_INLINE unsigned CountMissing(const Block& block, FloatVector lower, FloatVector upper,
                                          std::uint32_t* tallies) {
    TallyVector missing = hn::Zero(Tallies());
    Watch watch = Watch::Over(lower);
    const float* row = block.first;
    for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
      const FloatVector x = block.template Load<kWhole>(row);
      const auto is_nan = hn::IsNaN(x);
      missing = AddWhere(missing, is_nan);
      watch.Add(hn::IfThenElse(is_nan, lower, x));
    }
    AddTo(tallies, missing);
    return BeyondRange(watch, lower, upper);
  }

  // Missing, below, above, negative and positive infinity, kGroup tallies each. Takes no vectors: g++ ends functions
  // that take some, and those that end by calling them, without clearing the upper halves of the registers, and
  // whatever plain code the host runs next is slow then.
  template <bool kWhole>
  static HWY_NOINLINE void CountSides(const Block& block, unsigned unusual, const float* bounds, std::uint32_t* sides) {
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

  // What a block is counted with: at_or_above[e] values of each lane are at or above edge e. One comparison and one
  // addition per edge.
  template <std::size_t kEdges, bool kWhole>
  static HWY_INLINE Watch CountDirectly(const Block& block, const float* table, TallyVector* at_or_above) {
    FloatVector edges[kEdges + 1];
    TallyVector tallies[kEdges + 1];
    LEEWAY_UNROLL
    for (std::size_t e = 0; e < kEdges; ++e) {
      edges[e] = hn::LoadU(Floats(), table + e * RowPlan::kGroup);
      tallies[e] = hn::Zero(Tallies());
    }
    const float* row = block.first;
    Watch watch = Watch::Over(block.template Load<kWhole>(row));
    for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
      const FloatVector x = block.template Load<kWhole>(row);
      hwy::Prefetch(row + block.ahead);
      LEEWAY_UNROLL
      for (std::size_t e = 0; e < kEdges; ++e) tallies[e] = AddWhere(tallies[e], hn::Ge(x, edges[e]));
      watch.Add(x);
    }
    LEEWAY_UNROLL
    for (std::size_t e = 0; e < kEdges; ++e) at_or_above[e] = tallies[e];
    return watch;
  }

  // The same with half the comparisons, where choosing is cheaper than comparing: the edge in the middle says with
  // which one of a pair, a lower and an upper edge, a value is compared. The lower ones are counted in the lower 16
  // bits of a lane, the upper ones in the upper 16. Precondition: less than 2^16 rows.
  template <std::size_t kEdges, bool kWhole>
  static HWY_INLINE Watch CountByHalves(const Block& block, const float* table, TallyVector* at_or_above) {
    constexpr std::size_t kMiddle = kEdges / 2;  // edges below it
    constexpr std::size_t kPairs = kEdges - 1 - kMiddle;
    const Tallies d;
    FloatVector edges[kEdges];
    TallyVector pairs[kMiddle];
    LEEWAY_UNROLL
    for (std::size_t e = 0; e < kEdges; ++e) edges[e] = hn::LoadU(Floats(), table + e * RowPlan::kGroup);
    LEEWAY_UNROLL
    for (std::size_t p = 0; p < kMiddle; ++p) pairs[p] = hn::Zero(d);
    TallyVector middle = hn::Zero(d);
    const float* row = block.first;
    Watch watch = Watch::Over(block.template Load<kWhole>(row));
    for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
      const FloatVector x = block.template Load<kWhole>(row);
      hwy::Prefetch(row + block.ahead);
      const auto above = hn::Ge(x, edges[kMiddle]);
      const auto weight = hn::IfThenElse(hn::RebindMask(d, above), hn::Set(d, 1u << 16), hn::Set(d, 1u));
      middle = AddWhere(middle, above);
      LEEWAY_UNROLL
      for (std::size_t p = 0; p < kPairs; ++p) {
        const auto at_or_above_edge = hn::Ge(x, hn::IfThenElse(above, edges[kMiddle + 1 + p], edges[p]));
        pairs[p] = hn::IfThenElse(hn::RebindMask(d, at_or_above_edge), hn::Add(pairs[p], weight), pairs[p]);
      }
      // An even number of edges leaves one without a partner.
      if constexpr (kPairs < kMiddle) pairs[kPairs] = AddWhere(pairs[kPairs], hn::Ge(x, edges[kPairs]));
      watch.Add(x);
    }
    LEEWAY_UNROLL
    for (std::size_t p = 0; p < kPairs; ++p) {
      at_or_above[p] = hn::Add(hn::And(pairs[p], hn::Set(d, 0xFFFFu)), middle);
      at_or_above[kMiddle + 1 + p] = hn::template ShiftRight<16>(pairs[p]);
    }
    if constexpr (kPairs < kMiddle) at_or_above[kPairs] = pairs[kPairs];
    at_or_above[kMiddle] = middle;
    return watch;
  }

  template <std::size_t kEdges, bool kWhole>
  static HWY_INLINE Watch CountBlock(const Block& block, const float* table, TallyVector* at_or_above) {
    if constexpr (HWY_TARGET <= HWY_AVX3 && HWY_ARCH_X86 && kEdges >= 5) {
      return CountByHalves<kEdges, kWhole>(block, table, at_or_above);
    } else {
      return CountDirectly<kEdges, kWhole>(block, table, at_or_above);
    }
  }

  // kEdges edges per feature, known to the compiler: edges and tallies are registers. Precondition: at least one row.
  template <std::size_t kEdges, bool kWhole>
  static HWY_NOINLINE void CountVector(const Block block, const float* table, std::uint32_t* tallies) {
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
};

// The best vector for a group: whole vectors, or for what is left of a row of many features one of half the length.
template <class R, std::size_t... kEdges>
auto FunctionFor(std::size_t edges, bool whole, std::index_sequence<kEdges...>) {
  using Function = void (*)(typename R::Block, const float*, std::uint32_t*);
  static constexpr Function kWhole[] = {&R::template CountVector<kEdges, true>...};
  static constexpr Function kPart[] = {&R::template CountVector<kEdges, false>...};
  return whole ? kWhole[edges] : kPart[edges];
}

// Rows of a part of a block, from `first` on.
struct Part {
  const float* first;
  std::size_t rows;
  std::size_t stride;
  std::size_t ahead;
};

// The lanes of a group from `lane` on.
template <class R>
HWY_INLINE void CountLanes(const RowPlan& plan, const RowPlan::Group& group, const Part& part, std::size_t lane,
                           std::uint32_t* tallies) {
  const std::size_t lanes = hn::Lanes(typename R::Floats());
  for (; lane < group.features; lane += lanes) {
    const std::size_t features = (std::min)(lanes, group.features - lane);
    const auto function = FunctionFor<R>(group.edges, features == lanes, std::make_index_sequence<kMaxRowEdges + 1>());
    function({part.first + group.first_feature + lane, part.rows, part.stride, features, part.ahead},
             plan.table() + group.first_edge + lane, tallies + group.first_tally + lane);
  }
}

HWY_INLINE void CountGroup(const RowPlan& plan, const RowPlan::Group& group, const Part& part, std::uint32_t* tallies) {
  constexpr std::size_t kHalf = RowPlan::kGroup / 2;
  if (group.overlap >= kHalf && group.features == RowPlan::kGroup) {
    return CountLanes<RowCounter<kHalf>>(plan, group, part, kHalf, tallies);
  }
  CountLanes<RowCounter<RowPlan::kGroup>>(plan, group, part, 0, tallies);
}

// A part of a block passes through the cache once for each group of features; the next part is on its way meanwhile.
void CountRows(const RowPlan& plan, const float* rows, std::size_t count, std::size_t stride, std::uint32_t* tallies) {
  constexpr std::size_t kPart = 64;
  for (std::size_t first = 0; first < count; first += kPart) {
    const std::size_t size = (std::min)(kPart, count - first);
    const std::size_t ahead = first + 2 * kPart <= count ? kPart * stride : 0;
    const Part part{rows + first * stride, size, stride, ahead};
    for (const RowPlan::Group& group : plan.groups()) CountGroup(plan, group, part, tallies);
  }
}

#undef LEEWAY_UNROLL

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
