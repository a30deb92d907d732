// Compiled once per instruction set by count_rows.cpp.
#if defined(LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_ROWS_INL_HPP
#endif

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

// tally + 1 where the mask holds. A mask is -1 in an integer lane; on AVX-512 this is one masked addition.
template <class Mask>
HWY_INLINE TallyVector AddWhere(TallyVector tally, Mask mask) {
  const Tallies d;
  return hn::IfThenElse(hn::RebindMask(d, mask), hn::Add(tally, hn::Set(d, 1)), tally);
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

  HWY_INLINE FloatVector Load(const float* row) const {
    const Floats d;
    if (HWY_LIKELY(features == hn::Lanes(d))) return hn::LoadU(d, row);
    return LoadPart(row);
  }

  // Rows shorter than a vector. Lanes beyond the row must not be read; lanes without a feature are in no result.
  HWY_INLINE FloatVector LoadPart(const float* row) const {
    const Floats d;
#if HWY_TARGET <= HWY_AVX2 && HWY_ARCH_X86  // a masked load that does not touch what it masks
    return hn::MaskedLoad(hn::FirstN(d, features), d, row);
#else
    HWY_ALIGN float lanes[RowPlan::kGroup] = {};
    for (std::size_t i = 0; i < features; ++i) lanes[i] = row[i];
    return hn::Load(d, lanes);
#endif
  }
};

// Missing, below, above, negative and positive infinity, kGroup tallies each. Takes no vectors: g++ ends functions that
// take some, and those that end by calling them, without clearing the upper halves of the registers, and whatever plain
// code the host runs next is slow then.
HWY_NOINLINE void CountSides(const Block& block, const float* bounds, std::uint32_t* sides) {
  const Floats d;
  const FloatVector lower = hn::LoadU(d, bounds);
  const FloatVector upper = hn::LoadU(d, bounds + RowPlan::kGroup);
  const Tallies du;
  const FloatVector infinity = hn::Inf(d);
  TallyVector missing = hn::Zero(du);
  TallyVector below = hn::Zero(du);
  TallyVector above = hn::Zero(du);
  TallyVector negative = hn::Zero(du);
  TallyVector positive = hn::Zero(du);
  const float* row = block.first;
  for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
    const FloatVector x = block.Load(row);
    missing = AddWhere(missing, hn::IsNaN(x));
    below = AddWhere(below, hn::Lt(x, lower));
    above = AddWhere(above, hn::Gt(x, upper));
    negative = AddWhere(negative, hn::Eq(x, hn::Neg(infinity)));
    positive = AddWhere(positive, hn::Eq(x, infinity));
  }
  constexpr std::size_t kGroup = RowPlan::kGroup;
  AddTo(sides, missing);
  AddTo(sides + kGroup, below);
  AddTo(sides + 2 * kGroup, above);
  AddTo(sides + 3 * kGroup, negative);
  AddTo(sides + 4 * kGroup, positive);
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
  // Min and Max may lose a NaN, the sum does not; infinities of both signs make it NaN as well, which is no harm.
  HWY_INLINE bool IsOrdinary(FloatVector lower, FloatVector upper) const {
    const Floats d;
    const auto beyond = hn::Or(hn::Lt(least, lower), hn::Gt(most, upper));
    return hn::AllFalse(d, hn::Or(beyond, hn::IsNaN(sum)));
  }
};

// An array of vectors is in registers only where every index is a constant: each loop over one must be unrolled.
#if defined(__clang__)
#define LEEWAY_UNROLL _Pragma("clang loop unroll(full)")
#else
#define LEEWAY_UNROLL _Pragma("GCC unroll 32")
#endif

// kEdges edges per feature, known to the compiler: edges and tallies are registers. Precondition: at least one row.
template <std::size_t kEdges>
HWY_NOINLINE void CountVector(const Block& block, const float* table, std::uint32_t* tallies) {
  const Floats d;
  const Tallies du;
  constexpr std::size_t kGroup = RowPlan::kGroup;
  FloatVector edges[kEdges + 1];
  TallyVector at_or_above[kEdges + 1];
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) {
    edges[e] = hn::LoadU(d, table + e * kGroup);
    at_or_above[e] = hn::Zero(du);
  }
  const FloatVector lower = hn::LoadU(d, table + kEdges * kGroup);
  const FloatVector upper = hn::LoadU(d, table + (kEdges + 1) * kGroup);
  const float* row = block.first;
  Watch watch = Watch::Over(block.Load(row));
  for (std::size_t i = 0; i < block.rows; ++i, row += block.stride) {
    const FloatVector x = block.Load(row);
    LEEWAY_UNROLL
    for (std::size_t e = 0; e < kEdges; ++e) at_or_above[e] = AddWhere(at_or_above[e], hn::Ge(x, edges[e]));
    watch.Add(x);
  }
  LEEWAY_UNROLL
  for (std::size_t e = 0; e < kEdges; ++e) AddTo(tallies + e * kGroup, at_or_above[e]);
  if (HWY_UNLIKELY(!watch.IsOrdinary(lower, upper))) {
    CountSides(block, table + kEdges * kGroup, tallies + kEdges * kGroup);
  }
}

using CountFunction = void (*)(const Block&, const float*, std::uint32_t*);

template <std::size_t... kEdges>
CountFunction FunctionFor(std::size_t edges, std::index_sequence<kEdges...>) {
  static constexpr CountFunction kFunctions[] = {&CountVector<kEdges>...};
  return kFunctions[edges];
}

HWY_INLINE void CountGroup(const RowPlan& plan, const RowPlan::Group& group, const float* rows, std::size_t count,
                           std::size_t stride, std::uint32_t* tallies) {
  const std::size_t lanes = hn::Lanes(Floats());
  const CountFunction function = FunctionFor(group.edges, std::make_index_sequence<kMaxRowEdges + 1>());
  for (std::size_t lane = 0; lane < group.features; lane += lanes) {
    const std::size_t features = (std::min)(lanes, group.features - lane);
    function({rows + group.first_feature + lane, count, stride, features}, plan.table() + group.first_edge + lane,
             tallies + group.first_tally + lane);
  }
}

void CountRows(const RowPlan& plan, const float* rows, std::size_t count, std::size_t stride, std::uint32_t* tallies) {
  for (const RowPlan::Group& group : plan.groups()) CountGroup(plan, group, rows, count, stride, tallies);
}

#undef LEEWAY_UNROLL

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
