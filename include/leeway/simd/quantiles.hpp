#ifndef LEEWAY_SIMD_QUANTILES_HPP
#define LEEWAY_SIMD_QUANTILES_HPP

// Quantile histograms of columns of numbers, on the best instruction set that the machine has.
//
//   const simd::QuantilePlan plan(std::make_shared<const QuantileBuckets>(axis));  // once; microseconds
//   QuantileHistogram histogram(plan.buckets());
//   simd::add_quantiles(plan, column, histogram);
//
// Results are those of QuantileHistogram::add on every finite value, count for count, on every instruction set;
// integers are added as static_cast<double>. bench/moments_bench.cpp measures the cost.

#include <cstdint>
#include <memory>
#include <span>

#include "leeway/base/export.hpp"
#include "leeway/core/quantile_histogram.hpp"
#include "leeway/simd/count.hpp"

namespace leeway::inline v1::simd {

/// The tables that adding to the quantile histograms of one feature needs. Thread contract: immutable; copies share.
class QuantilePlan {
 public:
  /// Precondition: buckets is not null.
  LEEWAY_EXPORT explicit QuantilePlan(std::shared_ptr<const QuantileBuckets> buckets);

  [[nodiscard]] const std::shared_ptr<const QuantileBuckets>& buckets() const noexcept { return buckets_; }
  /// For the kernels: finds the cell of a value.
  [[nodiscard]] const CountPlan& cells() const noexcept { return cells_; }

 private:
  std::shared_ptr<const QuantileBuckets> buckets_;
  CountPlan cells_;
};

/// Adds the finite values; NaN and infinities are skipped. Precondition: the histogram has the buckets of the plan. No
/// allocation. Thread contract: the caller owns the histogram.
LEEWAY_EXPORT void add_quantiles(const QuantilePlan& plan, StridedValues<float> values,
                                 QuantileHistogram& histogram) noexcept;
LEEWAY_EXPORT void add_quantiles(const QuantilePlan& plan, StridedValues<double> values,
                                 QuantileHistogram& histogram) noexcept;
LEEWAY_EXPORT void add_quantiles(const QuantilePlan& plan, StridedValues<std::int32_t> values,
                                 QuantileHistogram& histogram) noexcept;
LEEWAY_EXPORT void add_quantiles(const QuantilePlan& plan, StridedValues<std::int64_t> values,
                                 QuantileHistogram& histogram) noexcept;

template <class T>
void add_quantiles(const QuantilePlan& plan, std::span<const T> values, QuantileHistogram& histogram) noexcept {
  add_quantiles(plan, StridedValues<T>{values.data(), values.size()}, histogram);
}

}  // namespace leeway::inline v1::simd

#endif
