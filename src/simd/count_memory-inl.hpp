// Any number of edges: a table in memory gives a first guess, or else a binary search by gathering.
// Searching and counting are loops of their own over a block: in one loop they are slower.
#if defined(LEEWAY_SRC_SIMD_COUNT_MEMORY_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_COUNT_MEMORY_INL_HPP
#undef LEEWAY_SRC_SIMD_COUNT_MEMORY_INL_HPP
#else
#define LEEWAY_SRC_SIMD_COUNT_MEMORY_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "simd/count_compare-inl.hpp"
#include "simd/count_tables.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

constexpr std::size_t kMemoryBlock = 512;

// x -> positions in a table of `last` + 1 entries.
HWY_INLINE void Linear(const detail::MemoryLut<float>& lut, const float* x, std::size_t n, std::int32_t* position) {
  const Values<float> d;
  const hn::RebindToSigned<Values<float>> di;
  const auto last = hn::Set(d, static_cast<float>(lut.first_edge.size() - 1));
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto p = hn::Mul(hn::Sub(hn::LoadU(d, x + i), hn::Set(d, lut.low)), hn::Set(d, lut.scale));
    const auto in_table = hn::Min(hn::IfThenElseZero(hn::Gt(p, hn::Zero(d)), p), last);
    hn::StoreU(hn::ConvertTo(di, in_table), di, position + i);
  }
}

HWY_INLINE void Linear(const detail::MemoryLut<double>& lut, const double* x, std::size_t n, std::int32_t* position) {
  const Values<double> d;
  const hn::Rebind<std::int32_t, Values<double>> di;
  const auto last = hn::Set(d, static_cast<double>(lut.first_edge.size() - 1));
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto p = hn::Mul(hn::Sub(hn::LoadU(d, x + i), hn::Set(d, lut.low)), hn::Set(d, lut.scale));
    const auto in_table = hn::Min(hn::IfThenElseZero(hn::Gt(p, hn::Zero(d)), p), last);
    hn::StoreU(hn::DemoteTo(di, in_table), di, position + i);
  }
}

// NaN may end anywhere in the table: it must be in bin 0, which is at position 0.
template <class T>
HWY_INLINE void ByBits(const detail::MemoryLut<T>& lut, const T* x, std::size_t n, std::int32_t* position) {
  const auto last = static_cast<std::int64_t>(lut.first_edge.size() - 1);
  for (std::size_t i = 0; i < n; ++i) {
    const std::int64_t key = static_cast<std::int64_t>(detail::order_key(x[i])) - lut.low_key;
    const std::int64_t p = (std::min)((std::max)(key, std::int64_t{0}) >> lut.key_shift, last);
    position[i] = static_cast<std::int32_t>(x[i] == x[i] ? p : 0);
  }
}

// Bins from positions; in place.
template <class T>
HWY_INLINE void Complete(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::int32_t* bins) {
  const std::uint16_t* const first = tables.memory.first_edge.data();
  const T* const edges = tables.padded_edges.data();
  if (tables.memory.steps == 1) {
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t bin = first[bins[i]];
      bins[i] = static_cast<std::int32_t>(bin + static_cast<std::uint32_t>(x[i] >= edges[bin]));
    }
    return;
  }
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t bin = first[bins[i]];
    for (unsigned step = 0; step < tables.memory.steps; ++step) bin += static_cast<std::uint32_t>(x[i] >= edges[bin]);
    bins[i] = static_cast<std::int32_t>(bin);
  }
}

HWY_INLINE void StoreBins(hn::Vec<hn::RebindToSigned<Values<float>>> bins, std::int32_t* to) {
  hn::StoreU(bins, hn::RebindToSigned<Values<float>>(), to);
}

HWY_INLINE void StoreBins(hn::Vec<hn::RebindToSigned<Values<double>>> bins, std::int32_t* to) {
  const hn::RebindToSigned<Values<double>> d;
  HWY_ALIGN std::int64_t lanes[hn::MaxLanes(d)];
  hn::Store(bins, d, lanes);
  for (std::size_t i = 0; i < hn::Lanes(d); ++i) to[i] = static_cast<std::int32_t>(lanes[i]);
}

// The edges are followed by NaN, so that every step may look as far as a power of 2 reaches.
template <class T>
HWY_INLINE void BinarySearch(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::int32_t* bins) {
  const Values<T> d;
  using Index = hn::RebindToSigned<Values<T>>;
  using IndexLane = hn::TFromD<Index>;
  const Index di;
  const T* const edges = tables.padded_edges.data();
  const auto size = static_cast<IndexLane>(tables.bins.edges.size());
  IndexLane first_step = 1;
  while (first_step <= size) first_step *= 2;
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    auto bin = hn::Zero(di);
    for (IndexLane step = first_step / 2; step > 0; step /= 2) {
      // Beyond the edges: the first NaN.
      const auto last = hn::Min(hn::Add(bin, hn::Set(di, step - 1)), hn::Set(di, size));
      const auto above = hn::RebindMask(di, hn::Ge(v, hn::GatherIndex(d, edges, last)));
      bin = hn::IfThenElse(above, hn::Add(bin, hn::Set(di, step)), bin);
    }
    StoreBins(bin, bins + i);
  }
}

// The bins of a block; `n` is a multiple of whole vectors.
template <class T>
HWY_NOINLINE void Search(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::int32_t* bins) {
  if (tables.memory.steps == 0) return BinarySearch(tables, x, n, bins);
  if (tables.memory.by_bits) {
    ByBits(tables.memory, x, n, bins);
  } else {
    Linear(tables.memory, x, n, bins);
  }
  Complete(tables, x, n, bins);
}

// Counters side by side, so that equal values that follow each other do not wait for each other.
template <std::size_t kWays>
struct Ways {
  static constexpr std::size_t kEntries = 8192 + 64;
  HWY_ALIGN std::uint32_t counters[kEntries];

  HWY_INLINE explicit Ways(std::size_t size) { std::fill(counters, counters + kWays * size, 0u); }
  HWY_INLINE void Add(const std::int32_t* bins, std::size_t n) {
    std::size_t i = 0;
    for (; i + kWays <= n; i += kWays) {
      for (std::size_t w = 0; w < kWays; ++w) ++counters[static_cast<std::size_t>(bins[i + w]) * kWays + w];
    }
    for (; i < n; ++i) ++counters[static_cast<std::size_t>(bins[i]) * kWays];
  }
  HWY_INLINE std::uint64_t operator[](std::size_t bin) const {
    std::uint64_t sum = 0;
    for (std::size_t w = 0; w < kWays; ++w) sum += counters[bin * kWays + w];
    return sum;
  }
};

// One block after the other: its bins to add(), and what is unusual in it. Returns what is missing.
template <class T, class Add>
HWY_INLINE std::uint64_t SearchBlocks(const detail::TypeTables<T>& tables, const T* x, std::size_t n, SideCounts& side,
                                      Add add) {
  constexpr std::size_t kLanes = hn::MaxLanes(Values<T>());
  const auto last_bin = static_cast<std::int32_t>(tables.bins.size() - 1);
  HWY_ALIGN std::int32_t bins[kMemoryBlock];
  std::uint64_t missing = 0;
  const auto one = [&](const T* block, std::size_t size, std::size_t valid) {
    Search(tables, block, size, bins);
    bool outer = false;
    for (std::size_t i = 0; i < valid; ++i) outer |= bins[i] == 0 || bins[i] == last_bin;
    if (outer) {
      CountUnusual(block, size, &missing, side);
      missing -= size - valid;
    }
    add(bins, valid);
  };
  while (n >= kLanes) {
    const std::size_t size = (std::min)(n, kMemoryBlock) / kLanes * kLanes;
    one(x, size, size);
    x += size;
    n -= size;
  }
  if (n > 0) {
    const Padded<T, kLanes> rest(x, n);
    one(rest.values, kLanes, n);
  }
  return missing;
}

template <std::size_t kWays, class T>
HWY_INLINE void CountWays(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                          SideCounts& side) {
  Ways<kWays> ways(tables.bins.size());
  const std::uint64_t missing =
      SearchBlocks(tables, x, n, side, [&](const std::int32_t* bins, std::size_t size) { ways.Add(bins, size); });
  side.missing += missing;
  tables.bins.settle(0, ways[0] - missing, cells, side);
  for (std::size_t b = 1; b < tables.bins.size(); ++b) tables.bins.settle(b, ways[b], cells, side);
}

template <class T>
HWY_NOINLINE void CountByMemory(const detail::TypeTables<T>& tables, const T* x, std::size_t n, std::uint64_t* cells,
                                SideCounts& side) {
  const std::size_t bins = tables.bins.size();
  if (n < 4 * bins) {  // counters of our own would cost more than they save
    const std::uint64_t missing = SearchBlocks(tables, x, n, side, [&](const std::int32_t* found, std::size_t size) {
      for (std::size_t i = 0; i < size; ++i) tables.bins.settle(static_cast<std::size_t>(found[i]), 1, cells, side);
    });
    cells[0] -= missing;
    if (tables.bins.below > 0) side.below -= missing;
    side.missing += missing;
  } else if (bins <= 1024) {
    CountWays<8>(tables, x, n, cells, side);
  } else {
    CountWays<2>(tables, x, n, cells, side);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
