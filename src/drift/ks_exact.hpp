#ifndef LEEWAY_SRC_DRIFT_KS_EXACT_HPP
#define LEEWAY_SRC_DRIFT_KS_EXACT_HPP

// The exact two-sample statistic without sorting the samples.
//
// Both samples are counted in cells that follow the order of numbers. At the boundaries of cells the distribution
// functions are then known; inside a cell they part by at most what its counts allow. Only the cells that could
// beat the largest difference at a boundary are sorted and walked value by value: few, if cells are small.
// Every difference is |i / n - j / m| in double precision, and rounding is monotone: the result has the bits of
// the definition, whatever was left out.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "drift/cell_map.hpp"
#include "drift/order_key.hpp"
#include "leeway/base/result.hpp"

namespace leeway::inline v1::drift::detail {

/// Uninitialised memory that is kept and grown.
template <class T>
class Buffer {
 public:
  [[nodiscard]] T* reserve(std::size_t size) {
    if (size > size_) {
      memory_ = std::make_unique_for_overwrite<T[]>(size);
      size_ = size;
    }
    return memory_.get();
  }

 private:
  std::unique_ptr<T[]> memory_;
  std::size_t size_ = 0;
};

/// What sorting needs.
template <class T>
struct SortScratch {
  Buffer<OrderKey<T>> keys;
  Buffer<OrderKey<T>> spare;
};

template <class T>
void sort_values(std::span<T> values, SortScratch<T>& scratch) {
  constexpr std::size_t kWorthRadix = 512;
  if (values.size() < kWorthRadix) {
    std::sort(values.begin(), values.end());
  } else {
    radix_sort(values, scratch.keys.reserve(values.size()), scratch.spare.reserve(values.size()));
  }
}

/// One sample in cells. 32 bits suffice for counts below kMostValues.
inline constexpr std::size_t kMostValues = 0x7FFF'FFFF;

inline constexpr std::size_t kStep = 256;  // values looked at together when few of them are wanted

template <class T>
struct Celled {
  Buffer<Cell> cell_buffer;
  Buffer<std::uint16_t> partial_buffer;
  Buffer<std::int32_t> below_buffer;
  Buffer<double> share_buffer;
  Buffer<std::uint32_t> slot_buffer;
  Buffer<T> gathered_buffer;

  std::span<const T> values;
  std::span<const Cell> cells;          // of each value
  std::span<const std::int32_t> below;  // cells + 1: values in cells before this one
  std::span<const double> shares;       // below / all

  /// False if a value is NaN. Precondition: at least one value, at most kMostValues.
  template <class M>
  [[nodiscard]] bool count(std::span<const T> sample, const CellMap<M>& map);

  /// The values of the flagged cells, cell by cell.
  [[nodiscard]] std::span<T> gather(std::span<const std::uint8_t> flags);
};

/// Largest |i / n - j / m| where a distribution function steps, between two sorted slices before which there are i
/// and j values; stops where one slice ends: from there to the end of the other the difference moves one way.
template <class A, class B>
[[nodiscard]] double walk(std::span<const A> a, std::size_t i, double n, std::span<const B> b, std::size_t j,
                          double m) {
  double largest = 0;
  for (std::size_t p = 0, q = 0; p < a.size() && q < b.size();) {
    const double x = (std::min)(static_cast<double>(a[p]), static_cast<double>(b[q]));
    while (p < a.size() && static_cast<double>(a[p]) <= x) ++p;
    while (q < b.size() && static_cast<double>(b[q]) <= x) ++q;
    const double difference = static_cast<double>(i + p) / n - static_cast<double>(j + q) / m;
    largest = (std::max)(largest, std::fabs(difference));
  }
  return largest;
}

/// Empties 16-bit counters into 32-bit ones; the former take half the cache.
inline void add_counts(std::span<std::uint16_t> partial, std::int32_t* counts) noexcept {
  for (std::size_t c = 0; c < partial.size(); ++c) {
    counts[c] += partial[c];
    partial[c] = 0;
  }
}

template <class T>
template <class M>
bool Celled<T>::count(std::span<const T> sample, const CellMap<M>& map) {
  constexpr std::size_t kFlush = 63 * kBlock;  // before a 16-bit counter overflows
  Cell* const cell = cell_buffer.reserve(sample.size());
  const std::span partial(partial_buffer.reserve(map.size()), map.size());
  std::int32_t* const counts = below_buffer.reserve(map.size() + 1);
  std::fill(partial.begin(), partial.end(), std::uint16_t{0});
  std::fill(counts, counts + map.size() + 1, 0);
  for (std::size_t i = 0; i < sample.size(); i += kBlock) {
    const std::size_t end = (std::min)(i + kBlock, sample.size());
    if (!map.find(sample.subspan(i, end - i), cell + i)) return false;
    for (std::size_t k = i; k < end; ++k) ++partial[cell[k]];
    if ((i + kBlock) % kFlush == 0) add_counts(partial, counts + 1);
  }
  add_counts(partial, counts + 1);
  for (std::size_t c = 0; c < map.size(); ++c) counts[c + 1] += counts[c];
  double* const share = share_buffer.reserve(map.size() + 1);
  const auto all = static_cast<double>(sample.size());
  for (std::size_t c = 0; c <= map.size(); ++c) share[c] = static_cast<double>(counts[c]) / all;
  values = sample;
  cells = {cell, sample.size()};
  below = {counts, map.size() + 1};
  shares = {share, map.size() + 1};
  return true;
}

template <class T>
std::span<T> Celled<T>::gather(std::span<const std::uint8_t> flags) {
  std::uint32_t* const slots = slot_buffer.reserve(flags.size());
  std::uint32_t size = 0;
  for (std::size_t c = 0; c < flags.size(); ++c) {
    if (flags[c] == 0) continue;
    slots[c] = size;
    size += static_cast<std::uint32_t>(below[c + 1] - below[c]);
  }
  T* const gathered = gathered_buffer.reserve(size);
  if (size == 0) return {};
  for (std::size_t i = 0; i < cells.size(); i += kStep) {
    const auto step = cells.subspan(i, (std::min)(kStep, cells.size() - i));
    // First the places, without a branch: few values are wanted, and a branch would be mispredicted at each.
    std::uint8_t places[kStep];
    std::size_t found = 0;
    for (std::size_t k = 0; k < step.size(); ++k) {
      places[found] = static_cast<std::uint8_t>(k);
      found += flags[step[k]];
    }
    for (std::size_t k = 0; k < found; ++k) gathered[slots[step[places[k]]]++] = values[i + places[k]];
  }
  return {gathered, size};
}

/// Flags (1) the cells inside of which the difference could exceed that at every boundary, which is returned.
[[nodiscard]] inline double flag_cells(std::span<const double> a, std::span<const double> b,
                                       std::uint8_t* flags) noexcept {
  double largest = 0;
  for (std::size_t c = 0; c < a.size(); ++c) {
    const double difference = std::fabs(a[c] - b[c]);
    largest = largest < difference ? difference : largest;
  }
  for (std::size_t c = 0; c + 1 < a.size(); ++c) {
    const double up = a[c + 1] - b[c];
    const double down = b[c + 1] - a[c];
    flags[c] = static_cast<std::uint8_t>((up < down ? down : up) > largest);
  }
  return largest;
}

/// The flagged cells, value by value. `slice_a(c)` and `slice_b(c)`, called in the order of cells, are the sorted
/// values of both samples there; `below_a` and `below_b` the numbers of values before each cell, and at last of all.
template <class SliceA, class SliceB>
[[nodiscard]] double walk_cells(std::span<const std::uint8_t> flags, std::span<const std::int32_t> below_a,
                                SliceA slice_a, std::span<const std::int32_t> below_b, SliceB slice_b) {
  const double n = below_a.back();
  const double m = below_b.back();
  double largest = 0;
  for (std::size_t c = 0; c < flags.size(); ++c) {
    if (flags[c] == 0) continue;
    const auto i = static_cast<std::size_t>(below_a[c]);
    const auto j = static_cast<std::size_t>(below_b[c]);
    largest = (std::max)(largest, walk(std::span(slice_a(c)), i, n, std::span(slice_b(c)), j, m));
  }
  return largest;
}

/// Cuts gathered values into the flagged cells, sorting each on the way. To be called in the order of cells.
template <class T>
[[nodiscard]] auto sorted_slices(std::span<T> gathered, std::span<const std::int32_t> below, SortScratch<T>& scratch) {
  return [gathered, below, &scratch](std::size_t c) mutable {
    const auto size = static_cast<std::size_t>(below[c + 1] - below[c]);
    const auto slice = gathered.first(size);
    gathered = gathered.subspan(size);
    sort_values(slice, scratch);
    return std::span<const T>(slice);
  };
}

template <class T>
[[nodiscard]] bool has_nan(std::span<const T> values) noexcept {
  std::uint32_t nan = 0;
  for (const T x : values) nan |= static_cast<std::uint32_t>(x != x);
  return nan != 0;
}

[[nodiscard]] inline Error found_nan(const char* side) {
  return {ErrorCode::invalid_argument, "expected numbers, found NaN", side};
}

[[nodiscard]] inline Result<void> check_size(std::size_t size, const char* side) {
  if (size == 0) return Error{ErrorCode::undefined, "expected at least one value, found none", side};
  if (size <= kMostValues) return {};
  return Error{ErrorCode::limit, "expected fewer than 2^31 values, found " + std::to_string(size), side};
}

}  // namespace leeway::inline v1::drift::detail

#endif
