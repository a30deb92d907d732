#include "leeway/simd/quantiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "support/every_target.hpp"
#include "support/generator.hpp"

namespace leeway::simd {
namespace {

template <class T>
void expect_as_core(const QuantilePlan& plan, StridedValues<T> values) {
  QuantileHistogram expected(plan.buckets());
  expected.add(1);  // added to, not set
  QuantileHistogram histogram = expected;
  for (std::size_t i = 0; i < values.size; ++i) {
    const auto x = static_cast<double>(values.first[static_cast<std::ptrdiff_t>(i) * values.stride]);
    if (std::isfinite(x)) expected.add(x);
  }
  add_quantiles(plan, values, histogram);
  ASSERT_EQ(histogram, expected) << values.size << " values, stride " << values.stride;
}

template <class T>
void expect_as_core(const QuantilePlan& plan, const std::vector<T>& values) {
  expect_as_core(plan, StridedValues<T>{values.data(), values.size()});
}

QuantilePlan plan_of(const EdgesAxis& axis) { return QuantilePlan(std::make_shared<const QuantileBuckets>(axis)); }

EdgesAxis equal_frequency(std::vector<double> sample, std::size_t cells) {
  std::sort(sample.begin(), sample.end());
  std::vector<double> edges;
  for (std::size_t i = 1; i < cells; ++i) edges.push_back(sample[i * sample.size() / cells]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return *EdgesAxis::make(edges, sample.front(), sample.back());
}

template <class T>
T converted(double x) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>((std::clamp)(x, -2e9, 2e9));
  } else {
    return static_cast<T>(x);
  }
}

// Where buckets begin, and next to it; values of any size; what is no number.
template <class T>
std::vector<T> hard_values(const QuantileBuckets& buckets, const std::vector<double>& sample,
                           test::Generator& generator) {
  std::vector<T> values;
  for (std::size_t b = 1; b < buckets.size(); ++b) {
    const T x = converted<T>(buckets.begin_of(b));
    if constexpr (std::is_integral_v<T>) {
      values.insert(values.end(), {static_cast<T>(x - 1), x, static_cast<T>(x + 1)});
    } else {
      constexpr T kInfinity = std::numeric_limits<T>::infinity();
      values.insert(values.end(), {std::nextafter(x, -kInfinity), x, std::nextafter(x, kInfinity)});
      using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
      if (b % 8 == 0) values.insert(values.end(), {std::numeric_limits<T>::quiet_NaN(), kInfinity, -kInfinity, -T{0}});
      values.push_back(std::bit_cast<T>(static_cast<Bits>(generator.bits())));
    }
  }
  for (const double x : sample) values.push_back(converted<T>(x));
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[generator.below(i)]);
  return values;
}

TEST(AddQuantiles, equals_core_on_hard_values_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    test::Generator generator(5);
    std::vector<double> sample = generator.normals(4000);
    for (const double spread : {0.0, 2.0}) {
      if (spread > 0) std::for_each(sample.begin(), sample.end(), [&](double& x) { x = std::exp(spread * x); });
      for (const std::size_t cells : {1u, 2u, 3u, 10u, 15u, 16u, 17u, 20u, 64u, 300u, 4000u}) {
        SCOPED_TRACE(std::string(target) + ", " + std::to_string(cells) + " cells");
        const QuantilePlan plan = plan_of(equal_frequency(sample, cells));
        expect_as_core(plan, hard_values<float>(*plan.buckets(), sample, generator));
        expect_as_core(plan, hard_values<double>(*plan.buckets(), sample, generator));
        expect_as_core(plan, hard_values<std::int32_t>(*plan.buckets(), sample, generator));
        expect_as_core(plan, hard_values<std::int64_t>(*plan.buckets(), sample, generator));
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  });
}

TEST(AddQuantiles, equals_core_for_every_length_place_and_stride) {
  test::for_every_target([](const char* target) {
    SCOPED_TRACE(target);
    test::Generator generator(6);
    std::vector<double> sample = generator.normals(1500);
    const QuantilePlan plan = plan_of(equal_frequency(sample, 10));
    for (std::size_t i = 0; i < sample.size(); i += 97) sample[i] = i % 2 == 0 ? NAN : INFINITY;
    const auto check = [&]<class T>(const std::vector<T>& values, std::size_t n) {
      for (const std::ptrdiff_t stride : {1, 2, -2}) {
        const std::size_t first = stride < 0 ? 2 * (n > 0 ? n - 1 : 0) : n % 7;
        const std::size_t size =
            stride < 0 ? first + 1 : first + (n > 0 ? static_cast<std::size_t>(stride) * (n - 1) + 1 : 0);
        const std::vector<T> exact(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
        expect_as_core(plan, StridedValues<T>{exact.data() + first, n, stride});
      }
    };
    const std::vector<float> floats(sample.begin(), sample.end());
    for (std::size_t n = 0; n <= 700; n += n < 100 || n > 500 ? 1 : 50) {
      check(floats, n);
      check(sample, n);
      if (testing::Test::HasFatalFailure()) return;
    }
  });
}

}  // namespace
}  // namespace leeway::simd
