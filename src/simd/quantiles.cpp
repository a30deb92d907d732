#include "leeway/simd/quantiles.hpp"

#include <utility>

#include "simd/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/quantiles.cpp"
// Highway after targets.hpp, which configures it.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "simd/count_memory-inl.hpp"
#include "simd/finite-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

// The bins of a block; `n` is a multiple of whole vectors.
template <class T>
HWY_INLINE void FindBins(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::int32_t* bins) {
  const std::size_t edges = tables.bins.edges.size();
  if (edges > kMaxCompareEdges) return Search(tables, x, n, bins);
  const Values<T> d;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    TallyVector<T> bin = hn::Zero(Tallies<T>());
    for (std::size_t e = 0; e < edges; ++e) bin = AddWhere<T>(bin, hn::Ge(v, hn::Set(d, tables.padded_edges[e])));
    StoreBins(hn::BitCast(hn::RebindToSigned<Values<T>>(), bin), bins + i);
  }
}

// Finite values; `size` is n or more, a multiple of whole vectors. Finding buckets and counting are loops of their own:
// in one they are slower.
template <class T>
HWY_INLINE void AddFinite(const QuantileBuckets& buckets, const detail::TypeTables<T>& tables, const T* x,
                          std::size_t n, std::size_t size, std::uint64_t* counters) {
  HWY_ALIGN std::int32_t bins[kMemoryBlock];
  FindBins(tables, x, size, bins);
  const QuantileBuckets::Cell* const cells = buckets.cells().data();
  const std::uint16_t* const cell_of_bin = tables.bins.cell.data();
  for (std::size_t i = 0; i < n; ++i) {
    const QuantileBuckets::Cell& cell = cells[cell_of_bin[bins[i]]];
    bins[i] = static_cast<std::int32_t>(buckets.bucket_in(cell, static_cast<double>(x[i])));
  }
  for (std::size_t i = 0; i < n; ++i) ++counters[bins[i]];
}

// A block of at most kMemoryBlock values: as it is, or else its finite values in whole vectors.
template <class T>
HWY_INLINE void AddBlock(const QuantileBuckets& buckets, const detail::TypeTables<T>& tables, const T* x, std::size_t n,
                         QuantileHistogram& histogram) {
  constexpr std::size_t kLanes = hn::MaxLanes(Values<T>());
  HWY_ALIGN T finite[kMemoryBlock + kLanes];
  Extremes<T> extremes = ExtremesOf(x, n);
  std::size_t size = n;
  if (!extremes.finite || n % kLanes != 0) {
    n = Compact(x, n, finite);
    if (n == 0) return;
    extremes = ExtremesOf(finite, n);
    size = (n + kLanes - 1) / kLanes * kLanes;
    std::fill(finite + n, finite + size, T{0});
    x = finite;
  }
  AddFinite(buckets, tables, x, n, size, histogram.counters());
  histogram.widen(static_cast<double>(extremes.minimum), static_cast<double>(extremes.maximum));
}

const detail::TypeTables<float>& TablesOf(const QuantilePlan& plan, float) { return plan.cells().tables().f32; }
const detail::TypeTables<double>& TablesOf(const QuantilePlan& plan, double) { return plan.cells().tables().f64; }

template <class T>
HWY_INLINE void AddQuantiles(const QuantilePlan& plan, StridedValues<T> values, QuantileHistogram& histogram) {
  using To = std::conditional_t<std::is_same_v<T, float>, float, double>;
  const detail::TypeTables<To>& tables = TablesOf(plan, To());
  HWY_ALIGN To block[kMemoryBlock];
  for (std::size_t i = 0; i < values.size;) {
    const std::size_t size = (std::min)(values.size - i, kMemoryBlock);
    const T* const first = values.first + static_cast<std::ptrdiff_t>(i) * values.stride;
    i += size;
    if constexpr (std::is_same_v<T, To>) {
      if (values.stride == 1) {
        AddBlock(*plan.buckets(), tables, first, size, histogram);
        continue;
      }
    }
    for (std::size_t j = 0; j < size; ++j) {
      block[j] = static_cast<To>(first[static_cast<std::ptrdiff_t>(j) * values.stride]);
    }
    AddBlock(*plan.buckets(), tables, block, size, histogram);
  }
}

void AddFloats(const QuantilePlan& plan, StridedValues<float> values, QuantileHistogram& histogram) {
  AddQuantiles(plan, values, histogram);
}
void AddDoubles(const QuantilePlan& plan, StridedValues<double> values, QuantileHistogram& histogram) {
  AddQuantiles(plan, values, histogram);
}
void AddInts32(const QuantilePlan& plan, StridedValues<std::int32_t> values, QuantileHistogram& histogram) {
  AddQuantiles(plan, values, histogram);
}
void AddInts64(const QuantilePlan& plan, StridedValues<std::int64_t> values, QuantileHistogram& histogram) {
  AddQuantiles(plan, values, histogram);
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace leeway::inline v1::simd {
namespace {

HWY_EXPORT(AddFloats);
HWY_EXPORT(AddDoubles);
HWY_EXPORT(AddInts32);
HWY_EXPORT(AddInts64);

EdgesAxis axis_of(const QuantileBuckets& buckets) {
  const std::span<const double> edges = buckets.edges();
  return *EdgesAxis::make({edges.begin(), edges.end()}, edges.front(), edges.back());  // edges of an axis
}

}  // namespace

QuantilePlan::QuantilePlan(std::shared_ptr<const QuantileBuckets> buckets)
    : buckets_(std::move(buckets)), cells_(axis_of(*buckets_)) {}

void add_quantiles(const QuantilePlan& plan, StridedValues<float> values, QuantileHistogram& histogram) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddFloats)(plan, values, histogram);
}

void add_quantiles(const QuantilePlan& plan, StridedValues<double> values, QuantileHistogram& histogram) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddDoubles)(plan, values, histogram);
}

void add_quantiles(const QuantilePlan& plan, StridedValues<std::int32_t> values,
                   QuantileHistogram& histogram) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddInts32)(plan, values, histogram);
}

void add_quantiles(const QuantilePlan& plan, StridedValues<std::int64_t> values,
                   QuantileHistogram& histogram) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddInts64)(plan, values, histogram);
}

}  // namespace leeway::inline v1::simd

#endif  // HWY_ONCE
