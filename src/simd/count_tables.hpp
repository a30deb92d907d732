#ifndef LEEWAY_SRC_SIMD_COUNT_TABLES_HPP
#define LEEWAY_SRC_SIMD_COUNT_TABLES_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "leeway/core/counts.hpp"

namespace leeway::inline v1::simd::detail {

/// Distinct edges of type T, ascending, and where the values between them belong: bin b holds the values that are at or
/// above exactly b edges. The edges are those of the axis rounded up to T, which changes no comparison of a T.
/// With `ranged` they include the ends of the reference range, so that whole bins are below or above it.
template <class T>
struct Bins {
  std::vector<T> edges;
  std::vector<std::uint16_t> cell;
  bool ranged = false;
  std::size_t below = 0;  ///< bins before this one are below the range
  std::size_t above = 0;  ///< bins from this one on are above it

  [[nodiscard]] std::size_t size() const noexcept { return cell.size(); }
  /// Adds `number` values of a bin.
  void settle(std::size_t bin, std::uint64_t number, std::uint64_t* cells, SideCounts& side) const noexcept {
    cells[cell[bin]] += number;
    if (bin < below) side.below += number;
    if (bin >= above) side.above += number;
  }
};

inline constexpr std::size_t kLutCells = 128;
template <class T>
inline constexpr std::size_t kLutEdgePlaces = 256 / sizeof(T);  // four registers of 64 bytes
inline constexpr unsigned kMaxTreeDepth = 8;

/// A table in registers: position(x) = fma(clamp(x), scale, offset) rises with x and ends in the integers
/// 0 ... kLutCells - 1, and no two edges share one of them. So the number of edges at or below x is
/// first_edge[position] or one more, which one comparison tells.
template <class T>
struct RegisterLut {
  bool fits = false;
  T low = 0;
  T high = 0;
  T scale = 0;
  T offset = 0;
  alignas(64) std::array<std::uint8_t, kLutCells> first_edge{};
  alignas(64) std::array<T, kLutEdgePlaces<T>> edges{};  ///< then at least one NaN
};

/// A binary search tree in registers. Level l begins at nodes[2^l]; its nodes are found by the decisions of the levels
/// above, the first in bit 0, and so the bits of the code that comes out are those of the bin in reverse.
template <class T>
struct RegisterTree {
  unsigned depth = 0;
  alignas(64) std::array<T, (1u << kMaxTreeDepth) + 16> nodes{};
  std::array<std::uint8_t, 1u << kMaxTreeDepth> bin_of_code{};
};

/// A table in memory: the number of edges below the position of x is a first guess, `steps` comparisons complete it.
/// The position is linear in x, or in its bits where the edges crowd at one end.
template <class T>
struct MemoryLut {
  unsigned steps = 0;  ///< 0: no table
  bool by_bits = false;
  T low = 0;
  T scale = 0;
  std::int32_t low_key = 0;
  int key_shift = 0;
  std::vector<std::uint16_t> first_edge;
};

/// Integers whose order is that of the numbers: the bits of a float, or the upper half of those of a double.
std::int32_t order_key(float x) noexcept;
std::int32_t order_key(double x) noexcept;

template <class T>
struct TypeTables {
  T lower{};                                    ///< x >= lower: not below the range
  T beyond_upper{};                             ///< x >= beyond_upper: above the range
  Bins<T> bins;                                 ///< with the range
  std::vector<T> padded_edges;                  ///< of bins; then NaN, which nothing is at or above
  Bins<T> code_bins;                            ///< with the range where that costs nothing
  RegisterLut<T> lut;                           ///< over code_bins
  std::unique_ptr<const RegisterTree<T>> tree;  ///< over code_bins; absent with too many edges, or where lut serves
  MemoryLut<T> memory;                          ///< over bins
};

struct CountTables {
  TypeTables<float> f32;
  TypeTables<double> f64;
};

/// What comparing needs not tell apart from the rest while counting: no number, and infinities.
struct Unusual {
  std::uint64_t missing = 0;
  std::uint64_t below = 0;
  std::uint64_t above = 0;
  std::uint64_t negative_infinity = 0;
  std::uint64_t positive_infinity = 0;
};

}  // namespace leeway::inline v1::simd::detail

#endif
