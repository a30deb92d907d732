#include "leeway/simd/moments.hpp"

#include "simd/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/moments.cpp"
// Highway after targets.hpp, which configures it.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "simd/moments-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

void AddFloats(StridedValues<float> values, Moments& moments) {
  if (values.stride == 1) return AddMoments(values.first, values.size, moments);
  AddStrided(values, moments);
}
void AddDoubles(StridedValues<double> values, Moments& moments) {
  if (values.stride == 1) return AddMoments(values.first, values.size, moments);
  AddStrided(values, moments);
}
void AddInts32(StridedValues<std::int32_t> values, Moments& moments) { AddStrided(values, moments); }
void AddInts64(StridedValues<std::int64_t> values, Moments& moments) { AddStrided(values, moments); }

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
}  // namespace

void add_moments(StridedValues<float> values, Moments& moments) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddFloats)(values, moments);
}

void add_moments(StridedValues<double> values, Moments& moments) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddDoubles)(values, moments);
}

void add_moments(StridedValues<std::int32_t> values, Moments& moments) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddInts32)(values, moments);
}

void add_moments(StridedValues<std::int64_t> values, Moments& moments) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(AddInts64)(values, moments);
}

}  // namespace leeway::inline v1::simd

#endif  // HWY_ONCE
