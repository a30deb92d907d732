#include "leeway/simd/moments.hpp"

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

struct Range {
  double lower;
  double upper;
};

// Ordinary, offset, empty, minute, enormous: the last is wider than the largest double.
constexpr Range kRanges[] = {{-4, 4},       {1e6, 1e6 + 8},      {0, 1},   {3, 3}, {0, 0}, {0, 1e-300},
                             {-1e30, 1e30}, {-1.7e308, 1.7e308}, {0, 1e-3}};

template <class T>
Moments added_by_core(Moments moments, StridedValues<T> values) {
  for (std::size_t i = 0; i < values.size; ++i) {
    const auto x = static_cast<double>(values.first[static_cast<std::ptrdiff_t>(i) * values.stride]);
    if (std::isfinite(x)) moments.add(x);
  }
  return moments;
}

template <class T>
void expect_as_core(Range range, StridedValues<T> values) {
  Moments start(range.lower, range.upper);
  start.add(range.lower);  // added to, not set
  Moments moments = start;
  add_moments(values, moments);
  ASSERT_EQ(moments, added_by_core(start, values))
      << values.size << " values, stride " << values.stride << ", range from " << range.lower;
}

template <class T>
void expect_as_core(Range range, const std::vector<T>& values) {
  expect_as_core(range, StridedValues<T>{values.data(), values.size()});
}

template <class T>
T random_bits(test::Generator& generator) {
  if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(static_cast<std::uint32_t>(generator.bits()));
  } else {
    return std::bit_cast<T>(generator.bits());
  }
}

// Values that lie `spread` ranges about the range; on ties of the rounding where `tie`.
template <class T>
T near(Range range, double spread, bool tie, test::Generator& generator) {
  const leeway::detail::Quantiser quantiser = Moments(range.lower, range.upper).quantiser();
  double quanta = generator.uniform(-spread, spread) * 0x1p24;
  if (tie) quanta = std::floor(quanta) + 0.5;
  const double x = range.lower + quanta / quantiser.units;
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>((std::clamp)(std::fabs(x) < 2e9 ? x : quanta, -2e9, 2e9));
  } else {
    return static_cast<T>(x);
  }
}

template <class T>
std::vector<T> special_values() {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_integral_v<T>) {
    return {0, 1, -1, (Limits::min)(), (Limits::max)(), static_cast<T>((Limits::max)() - 1)};
  } else {
    return {0,
            -T{0},
            Limits::infinity(),
            -Limits::infinity(),
            Limits::quiet_NaN(),
            -Limits::quiet_NaN(),
            (Limits::max)(),
            Limits::lowest(),
            (Limits::min)(),
            Limits::denorm_min(),
            -Limits::denorm_min(),
            (Limits::min)() / 2};
  }
}

template <class T>
void expect_on_hard_values(Range range, test::Generator& generator) {
  const std::vector<T> special = special_values<T>();
  for (const T x : special) expect_as_core(range, std::vector<T>(70, x));
  for (const double spread : {0.5, 3.9, 4.1, 63.0, 65.0, 1000.0}) {
    for (const unsigned odd : {0u, 2u, 100u}) {
      std::vector<T> values(3000);
      for (T& x : values) {
        x = near<T>(range, spread, generator.below(4) == 0, generator);
        if (odd == 0 || generator.below(odd) != 0) continue;
        x = generator.below(2) == 0 ? special[generator.below(special.size())] : random_bits<T>(generator);
      }
      expect_as_core(range, values);
    }
  }
}

TEST(AddMoments, equals_core_on_special_clipped_and_tied_values_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    SCOPED_TRACE(target);
    test::Generator generator(5);
    for (const Range& range : kRanges) {
      expect_on_hard_values<float>(range, generator);
      expect_on_hard_values<double>(range, generator);
      expect_on_hard_values<std::int32_t>(range, generator);
      expect_on_hard_values<std::int64_t>(range, generator);
      if (testing::Test::HasFatalFailure()) return;
    }
  });
}

template <class T>
void expect_for_every_length(const std::vector<T>& values) {
  for (std::size_t n = 0; n <= 200; ++n) {
    for (const std::ptrdiff_t stride : {1, 3, -2}) {
      // A copy without anything behind it, beginning at any place.
      const std::size_t first = stride < 0 ? 2 * (n > 0 ? n - 1 : 0) : n % 7;
      const std::size_t size =
          stride < 0 ? first + 1 : first + (n > 0 ? static_cast<std::size_t>(stride) * (n - 1) + 1 : 0);
      const std::vector<T> exact(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
      expect_as_core({-1, 1}, StridedValues<T>{exact.data() + first, n, stride});
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(AddMoments, equals_core_for_every_length_place_and_stride) {
  test::for_every_target([](const char* target) {
    SCOPED_TRACE(target);
    test::Generator generator(6);
    std::vector<double> doubles = generator.normals(1000);
    for (std::size_t i = 0; i < doubles.size(); i += 97) doubles[i] = i % 2 == 0 ? NAN : INFINITY;
    expect_for_every_length(doubles);
    expect_for_every_length(std::vector<float>(doubles.begin(), doubles.end()));
    for (double& x : doubles) x = std::isfinite(x) ? std::round(5 * x) : 0;
    expect_for_every_length(std::vector<std::int32_t>(doubles.begin(), doubles.end()));
    expect_for_every_length(std::vector<std::int64_t>(doubles.begin(), doubles.end()));
  });
}

// The sums of a lane are at their largest when every value lies at the same end: just within the narrow sums, just
// beyond them, and at the clip.
TEST(AddMoments, equals_core_on_long_columns_of_extreme_values_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    SCOPED_TRACE(target);
    for (const double x : {4.0, -4.0, 4.5, 64.0, -64.0, 65.0, 1e300}) {
      expect_as_core({0, 1}, std::vector<double>(50'000, x));
      expect_as_core({0, 1}, std::vector<float>(50'000, static_cast<float>(x)));
    }
  });
}

}  // namespace
}  // namespace leeway::simd
