#include "read_limit.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "read_limit.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
double SumOf(const T* x, std::size_t n) {
  const hn::ScalableTag<T> d;
  auto a = hn::Zero(d), b = a, c = a, e = a;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i + 4 * lanes <= n; i += 4 * lanes) {
    a = hn::Add(a, hn::LoadU(d, x + i));
    b = hn::Add(b, hn::LoadU(d, x + i + lanes));
    c = hn::Add(c, hn::LoadU(d, x + i + 2 * lanes));
    e = hn::Add(e, hn::LoadU(d, x + i + 3 * lanes));
  }
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e)))));
}

double SumFloats(const float* x, std::size_t n) { return SumOf(x, n); }
double SumDoubles(const double* x, std::size_t n) { return SumOf(x, n); }

}  // namespace HWY_NAMESPACE
}  // namespace
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace {
HWY_EXPORT(SumFloats);
HWY_EXPORT(SumDoubles);
}  // namespace

namespace bench {

double sum(std::span<const float> values) { return HWY_DYNAMIC_DISPATCH(SumFloats)(values.data(), values.size()); }
double sum(std::span<const double> values) { return HWY_DYNAMIC_DISPATCH(SumDoubles)(values.data(), values.size()); }

}  // namespace bench

#endif  // HWY_ONCE
