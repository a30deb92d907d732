// Kernels for one element type per file: each is compiled once per instruction set.

#include "leeway/simd/count.hpp"
#include "simd/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd/count_f64.cpp"
// Highway after targets.hpp, which configures it.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "simd/count-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace leeway::inline v1::simd {
namespace {
namespace HWY_NAMESPACE {

void Count(const detail::CountTables& tables, StridedValues<double> values, std::uint64_t* cells, SideCounts& side) {
  if (values.stride == 1) return CountColumn(tables.f64, values.first, values.size, cells, side);
  CountCopied(tables.f64, values.first, values.size, values.stride, cells, side);
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace leeway::inline v1::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace leeway::inline v1::simd {
namespace {
HWY_EXPORT(Count);
}

void count(const CountPlan& plan, StridedValues<double> values, std::uint64_t* cells, SideCounts& side) noexcept {
  detail::choose_target();
  HWY_DYNAMIC_DISPATCH(Count)(plan.tables(), values, cells, side);
}

void count(const CountPlan& plan, std::span<const double> values, std::uint64_t* cells, SideCounts& side) noexcept {
  count(plan, StridedValues<double>{values.data(), values.size()}, cells, side);
}

}  // namespace leeway::inline v1::simd

#endif  // HWY_ONCE
