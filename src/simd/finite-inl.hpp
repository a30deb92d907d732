// The finite values of a block, and their extremes.
#if defined(LEEWAY_SRC_SIMD_FINITE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef LEEWAY_SRC_SIMD_FINITE_INL_HPP
#undef LEEWAY_SRC_SIMD_FINITE_INL_HPP
#else
#define LEEWAY_SRC_SIMD_FINITE_INL_HPP
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <limits>

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
struct Extremes {
  T minimum = std::numeric_limits<T>::infinity();
  T maximum = -std::numeric_limits<T>::infinity();
  bool finite = true;
};

// Without `finite` the extremes mean nothing.
template <class T>
HWY_INLINE Extremes<T> ExtremesOf(const T* x, std::size_t n) {
  const hn::ScalableTag<T> d;
  const std::size_t lanes = hn::Lanes(d);
  Extremes<T> extremes;
  std::size_t i = 0;
  if (n >= 2 * lanes) {
    auto low_a = hn::LoadU(d, x), low_b = low_a, high_a = low_a, high_b = low_a;
    auto all = hn::Eq(low_a, low_a);
    for (; i + 2 * lanes <= n; i += 2 * lanes) {
      const auto a = hn::LoadU(d, x + i);
      const auto b = hn::LoadU(d, x + i + lanes);
      low_a = hn::Min(low_a, a);
      low_b = hn::Min(low_b, b);
      high_a = hn::Max(high_a, a);
      high_b = hn::Max(high_b, b);
      all = hn::And(all, hn::And(hn::Eq(a, a), hn::Eq(b, b)));
    }
    extremes.minimum = hn::GetLane(hn::MinOfLanes(d, hn::Min(low_a, low_b)));
    extremes.maximum = hn::GetLane(hn::MaxOfLanes(d, hn::Max(high_a, high_b)));
    extremes.finite = hn::AllTrue(d, all);
  }
  for (; i < n; ++i) {
    extremes.minimum = (std::min)(extremes.minimum, x[i]);
    extremes.maximum = (std::max)(extremes.maximum, x[i]);
    extremes.finite &= x[i] == x[i];
  }
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  extremes.finite &= extremes.minimum > -kInfinity && extremes.maximum < kInfinity;
  return extremes;
}

// The finite values, moved together; returns how many. `finite` has room for n. Without branches; compressing vectors
// is many times slower on some machines.
template <class T>
HWY_INLINE std::size_t Compact(const T* x, std::size_t n, T* finite) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < n; ++i) {
    finite[size] = x[i];
    size += static_cast<std::size_t>(x[i] - x[i] == 0);
  }
  return size;
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#endif
