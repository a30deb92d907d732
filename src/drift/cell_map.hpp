#ifndef LEEWAY_SRC_DRIFT_CELL_MAP_HPP
#define LEEWAY_SRC_DRIFT_CELL_MAP_HPP

// A fast non-decreasing map from numbers to cells that hold about as many values of a sample each.
//
// Any such map serves the exact statistic; its evenness only decides the speed. So the edges of cells are never
// computed or compared with: a number is put where rounded arithmetic puts it, and rounding is monotone. A ruler
// (affine in the number, or in the number's order key, which is nearly its logarithm) does for most samples. For the
// others it chooses one of many buckets, each an affine map of its own with as many cells as the sample fills, and
// with at most one atom: a number that many values equal and that has a cell to itself.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "drift/order_key.hpp"

namespace leeway::inline v1::drift::detail {

// What is too large for a float becomes infinite in conversion: between two neighbours, hence defined.
static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

using Cell = std::uint16_t;
inline constexpr std::size_t kMostCells = std::size_t{1} << 16;
inline constexpr std::size_t kBlock = 1024;  // values between two steps over them: they stay in the first-level cache

/// x in [low, high]; NaN becomes high. Where `low` is a constant in a loop, g++ 12 makes a branch of it, and
/// mispredicts.
template <class T>
[[nodiscard]] inline T clamped(T x, T low, T high) noexcept {
  const T up_to_high = x < high ? x : high;
  return low < up_to_high ? up_to_high : low;
}

/// cells / (high - low), kept positive and finite: then no infinity becomes NaN on its way to a position.
template <class T>
[[nodiscard]] inline T scale_of(T low, T high, std::size_t cells) noexcept {
  return clamped(static_cast<T>(cells) / (high - low), std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
}

/// The order key in single precision, nearly linear in the logarithm on either side of 0. Doubles are rounded to float
/// first: of their many octaves below 1 a sample with a 0 in it would see little else.
template <class T>
[[nodiscard]] inline float log_like(T x) noexcept {
  return static_cast<float>(static_cast<std::int32_t>(order_key(static_cast<float>(x)) ^ 0x8000'0000u));
}

/// An affine map of numbers, or of their order keys, to 0 .. cells - 1.
template <class T>
class Ruler {
 public:
  enum class Kind { linear, logarithmic };

  Ruler() = default;
  /// Over the sample but for a few values at either end, which share the outer cells.
  Ruler(Kind kind, std::span<const T> sorted, std::size_t cells);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(last_) + 1; }
  [[nodiscard]] T zero() const noexcept { return zero_; }

  template <Kind kKind>
  [[nodiscard]] std::int32_t position(T x) const noexcept {
    if constexpr (kKind == Kind::linear)
      return static_cast<std::int32_t>(clamped((x - low_) * scale_, T{zero_}, T{last_}));
    return static_cast<std::int32_t>(clamped((log_like(x) - log_low_) * log_scale_, zero_, last_));
  }
  [[nodiscard]] std::int32_t position(T x) const noexcept {
    return kind_ == Kind::linear ? position<Kind::linear>(x) : position<Kind::logarithmic>(x);
  }

 private:
  Kind kind_ = Kind::linear;
  T low_ = 0;
  T scale_ = 1;
  float log_low_ = 0;
  float log_scale_ = 1;
  float last_ = 0;
  float zero_ = 0;  // not a constant: see clamped()
};

/// One bucket of a ruler, cut into cells. A cell is base + the affine position + what lies left of it of the atom.
template <class T>
struct Bucket {
  T low = 0;
  T scale = 1;
  T last = 0;
  T atom = std::numeric_limits<T>::quiet_NaN();  // none: NaN is neither below nor equal
  std::uint32_t base = 0;

  /// Precondition: zero is 0, but not a constant: see clamped().
  [[nodiscard]] std::uint32_t cell(T x, T zero) const noexcept {
    const auto position = static_cast<std::uint32_t>(static_cast<std::int32_t>(clamped((x - low) * scale, zero, last)));
    return base + position + static_cast<std::uint32_t>(x >= atom) + static_cast<std::uint32_t>(x > atom);
  }
};

template <class T>
class CellMap {
 public:
  CellMap() = default;
  /// About `cells` cells, at least 1, of even counts. Preconditions: the sample is sorted, not empty, without NaN.
  CellMap(std::span<const T> sorted, std::size_t cells);

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Cells that only one number can be in.
  [[nodiscard]] std::span<const Cell> atoms() const noexcept { return atoms_; }

  /// The cell of each of at most kBlock values. A double is looked up in a map of floats by its rounded value: itself
  /// for what is a float, and monotone; but atoms() are then the cells of several numbers. False if a value is NaN.
  template <class V>
  [[nodiscard]] bool find(std::span<const V> values, Cell* cells) const noexcept;

 private:
  using Kind = typename Ruler<T>::Kind;

  CellMap(const Ruler<T>& ruler) : ruler_(ruler), size_(ruler.size()) {}
  static CellMap with_buckets(const Ruler<T>& ruler, std::span<const T> sorted, std::size_t cells);
  void add_bucket(std::span<const T> sorted, std::size_t all, std::size_t cells);
  [[nodiscard]] double crowding(std::span<const T> sorted) const;

  template <Kind kKind, class V>
  [[nodiscard]] bool find_block(std::span<const V> values, Cell* cells) const noexcept;

  Ruler<T> ruler_;
  std::vector<Bucket<T>> buckets_;  // empty: the ruler's positions are the cells
  std::vector<Cell> atoms_;
  std::size_t size_ = 1;
};

extern template class Ruler<float>;
extern template class Ruler<double>;
extern template class CellMap<float>;
extern template class CellMap<double>;

}  // namespace leeway::inline v1::drift::detail

#endif
