// Sums of a column as Moments makes them. Compiled once per instruction set by moments.cpp.
#if defined(LEEWAY_SRC_SIMD_MOMENTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_MOMENTS_INL_HPP
#undef LEEWAY_SRC_SIMD_MOMENTS_INL_HPP
#else
#define LEEWAY_SRC_SIMD_MOMENTS_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <type_traits>

#include "leeway/core/moments.hpp"
#include "simd/finite-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

using Doubles = hn::ScalableTag<double>;
using Quanta = hn::RebindToUnsigned<Doubles>;
using QuantaVector = hn::Vec<Quanta>;

// What is added up between two looks at it; with it 64 bits hold the sums of any lane.
constexpr std::size_t kMomentBlock = 1024;
constexpr double kNarrow = 0x1p26;  // below this 1024 squares of quanta fit 64 bits

HWY_INLINE hn::Vec<Doubles> LoadDoubles(const double* x) { return hn::LoadU(Doubles(), x); }
HWY_INLINE hn::Vec<Doubles> LoadDoubles(const float* x) {
  return hn::PromoteTo(Doubles(), hn::LoadU(hn::Rebind<float, Doubles>(), x));
}

HWY_INLINE std::uint64_t SumOf(QuantaVector lanes) { return hn::GetLane(hn::SumOfLanes(Quanta(), lanes)); }

// Adding 1.5 * 2^52 rounds to an integer, ties to even, and leaves it in the lowest bits.
constexpr double kRounder = 0x1.8p52;
constexpr std::uint64_t kRounderBits = 0x4338'0000'0000'0000u;

HWY_INLINE QuantaVector SquareOf(QuantaVector rounded) {
#if HWY_TARGET == HWY_SCALAR
  const std::int64_t quanta = static_cast<std::int32_t>(hn::GetLane(rounded));
  return hn::Set(Quanta(), static_cast<std::uint64_t>(quanta * quanta));
#else
  const hn::RepartitionToNarrow<hn::RebindToSigned<Doubles> > d32;
  const auto quanta = hn::BitCast(d32, rounded);
  return hn::BitCast(Quanta(), hn::MulEven(quanta, quanta));
#endif
}

HWY_INLINE leeway::detail::Int128 SumOfRounded(QuantaVector rounded, std::size_t n) {
  return static_cast<std::int64_t>(SumOf(rounded) - n * kRounderBits);
}

// Finite values within kNarrow quanta.
template <class T>
HWY_INLINE void SumNarrow(const leeway::detail::Quantiser& quantiser, const T* x, std::size_t n,
                          leeway::detail::MomentSums& sums) {
  const Doubles d;
  const auto lower = hn::Set(d, quantiser.lower);
  const auto units = hn::Set(d, quantiser.units);
  auto sum = hn::Zero(Quanta());
  auto squares = hn::Zero(Quanta());
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto position = hn::Mul(hn::Sub(LoadDoubles(x + i), lower), units);
    const auto rounded = hn::BitCast(Quanta(), hn::Add(position, hn::Set(d, kRounder)));
    sum = hn::Add(sum, rounded);
    squares = hn::Add(squares, SquareOf(rounded));
  }
  sums.sum += SumOfRounded(sum, n);
  sums.sum_of_squares += SumOf(squares);
}

// Finite values anywhere.
template <class T>
HWY_NOINLINE void SumWide(const leeway::detail::Quantiser& quantiser, const T* x, std::size_t n,
                          leeway::detail::MomentSums& sums) {
  const Doubles d;
  const Quanta du;
  const auto limit = hn::Set(d, static_cast<double>(Moments::kClip));
  auto sum = hn::Zero(du);
  auto low_squares = hn::Zero(du);
  auto high_squares = hn::Zero(du);
  for (std::size_t i = 0; i < n; i += hn::Lanes(d)) {
    const auto position =
        hn::Mul(hn::Sub(LoadDoubles(x + i), hn::Set(d, quantiser.lower)), hn::Set(d, quantiser.units));
    sums.clipped += hn::CountTrue(d, hn::Gt(hn::Abs(position), limit));
    const auto clipped = hn::Min(hn::Max(position, hn::Neg(limit)), limit);
    const auto rounded = hn::BitCast(du, hn::Add(clipped, hn::Set(d, kRounder)));
    const auto square = SquareOf(rounded);
    sum = hn::Add(sum, rounded);
    low_squares = hn::Add(low_squares, hn::And(square, hn::Set(du, 0xFFFF'FFFFu)));
    high_squares = hn::Add(high_squares, hn::ShiftRight<32>(square));
  }
  sums.sum += SumOfRounded(sum, n);
  sums.sum_of_squares += SumOf(low_squares);
  sums.sum_of_squares += static_cast<leeway::detail::Int128>(SumOf(high_squares)) << 32;
}

HWY_INLINE bool IsNarrow(const leeway::detail::Quantiser& quantiser, double x) {
  const double position = (x - quantiser.lower) * quantiser.units;
  return position >= -kNarrow && position <= kNarrow;
}

// Finite values; `n` is a multiple of whole vectors of doubles. Quantising keeps the order: the extremes tell of all.
template <class T>
HWY_INLINE void AddFinite(const leeway::detail::Quantiser& quantiser, const T* x, std::size_t n,
                          const Extremes<T>& extremes, Moments& moments) {
  leeway::detail::MomentSums sums;
  sums.count = n;
  sums.minimum = static_cast<double>(extremes.minimum);
  sums.maximum = static_cast<double>(extremes.maximum);
  if (HWY_LIKELY(IsNarrow(quantiser, sums.minimum) && IsNarrow(quantiser, sums.maximum))) {
    SumNarrow(quantiser, x, n, sums);
  } else {
    SumWide(quantiser, x, n, sums);
  }
  moments.add_sums(sums);
}

template <class T>
HWY_INLINE void AddOneByOne(const T* x, std::size_t n, Moments& moments) {
  for (std::size_t i = 0; i < n; ++i) {
    if (leeway::detail::is_finite(static_cast<double>(x[i]))) moments.add(static_cast<double>(x[i]));
  }
}

template <class T>
HWY_NOINLINE void AddCompacted(const T* x, std::size_t n, Moments& moments) {
  HWY_ALIGN T finite[kMomentBlock];
  const std::size_t size = Compact(x, n, finite);
  const std::size_t whole = size / hn::Lanes(Doubles()) * hn::Lanes(Doubles());
  if (whole > 0) AddFinite(moments.quantiser(), finite, whole, ExtremesOf(finite, whole), moments);
  AddOneByOne(finite + whole, size - whole, moments);
}

template <class T>
HWY_INLINE void AddMoments(const T* x, std::size_t n, Moments& moments) {
  const std::size_t lanes = hn::Lanes(Doubles());
  while (n >= lanes) {
    const std::size_t size = (std::min)(n, kMomentBlock) / lanes * lanes;
    const Extremes<T> extremes = ExtremesOf(x, size);
    if (HWY_LIKELY(extremes.finite)) {
      AddFinite(moments.quantiser(), x, size, extremes, moments);
    } else {
      AddCompacted(x, size, moments);
    }
    x += size;
    n -= size;
  }
  AddOneByOne(x, n, moments);
}

// Values that do not lie side by side as float or double, in blocks that do.
template <class T>
HWY_INLINE void AddStrided(StridedValues<T> values, Moments& moments) {
  using To = std::conditional_t<std::is_same_v<T, float>, float, double>;
  HWY_ALIGN To block[kMomentBlock];
  for (std::size_t i = 0; i < values.size;) {
    const std::size_t size = (std::min)(values.size - i, kMomentBlock);
    for (std::size_t j = 0; j < size; ++j) {
      block[j] = static_cast<To>(values.first[static_cast<std::ptrdiff_t>(i + j) * values.stride]);
    }
    AddMoments(block, size, moments);
    i += size;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
