#include "leeway/simd/count.hpp"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "leeway/core/axis.hpp"
#include "leeway/core/count_value.hpp"
#include "support/every_target.hpp"
#include "support/generator.hpp"

namespace leeway::simd {
namespace {

// Release builds fuzz some 10^7 values on each instruction set; the others, which are slow, a sample of them.
#ifdef LEEWAY_RELEASE_BUILD
constexpr std::size_t kFuzz = 100'000;
constexpr std::size_t kHard = 3'000;
constexpr std::size_t kStep = 1;
#else
constexpr std::size_t kFuzz = 1'000;
constexpr std::size_t kHard = 200;
constexpr std::size_t kStep = 7;
#endif

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kCellCounts[] = {1,  2,  3,  5,  6,  7,  10, 12,  13,  14,  15,  16,   20,  30,
                                       31, 32, 33, 62, 63, 64, 65, 100, 128, 256, 257, 1000, 4096};

struct Recipe {
  const char* name;
  double (*draw)(test::Generator&);
};

constexpr Recipe kRecipes[] = {
    {"normal", [](test::Generator& g) { return g.normal(); }},
    {"offset", [](test::Generator& g) { return 1e6 + g.normal(); }},
    {"lognormal2", [](test::Generator& g) { return std::exp(2 * g.normal()); }},
    {"pareto", [](test::Generator& g) { return std::pow(1 - g.uniform(), -1 / 1.16); }},
    {"bimodal50", [](test::Generator& g) { return g.normal() + (g.below(2) == 0 ? -50 : 50); }},
    {"rounded0.1", [](test::Generator& g) { return std::round(10 * g.normal()) / 10; }},
    {"any_exponent",
     [](test::Generator& g) { return std::ldexp(g.uniform(-1, 1), static_cast<int>(g.below(600)) - 300); }},
};

std::vector<double> draw(const Recipe& recipe, test::Generator& generator, std::size_t size) {
  std::vector<double> values(size);
  for (double& x : values) x = recipe.draw(generator);
  return values;
}

EdgesAxis equal_frequency(std::vector<double> sample, std::size_t cells) {
  std::sort(sample.begin(), sample.end());
  std::vector<double> edges;
  for (std::size_t i = 1; i < cells; ++i) edges.push_back(sample[i * sample.size() / cells]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return *EdgesAxis::make(edges, sample.front(), sample.back());
}

template <class T, class A>
Counts counted_by_core(const A& axis, StridedValues<T> values) {
  Counts counts{std::vector<std::uint64_t>(axis.size()), {}};
  for (std::size_t i = 0; i < values.size; ++i) {
    const T x = values.first[static_cast<std::ptrdiff_t>(i) * values.stride];
    count_value(axis, static_cast<double>(x), counts.cells.data(), counts.side);
  }
  return counts;
}

template <class T, class A>
void expect_as_core(const CountPlan& plan, const A& axis, StridedValues<T> values) {
  Counts counts{std::vector<std::uint64_t>(axis.size(), 7), {}};
  count(plan, values, counts.cells.data(), counts.side);
  for (auto& cell : counts.cells) cell -= 7;  // added to, not set
  const Counts expected = counted_by_core(axis, values);
  ASSERT_EQ(counts.cells, expected.cells) << values.size << " values, stride " << values.stride;
  ASSERT_EQ(counts.side, expected.side) << values.size << " values, stride " << values.stride;
}

template <class T, class A>
void expect_as_core(const CountPlan& plan, const A& axis, const std::vector<T>& values) {
  expect_as_core(plan, axis, StridedValues<T>{values.data(), values.size()});
}

template <class T>
T random_bits(test::Generator& generator) {
  if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(static_cast<std::uint32_t>(generator.bits()));
  } else {
    return std::bit_cast<T>(generator.bits());
  }
}

template <class T>
T converted(double x) {
  if constexpr (std::is_integral_v<T>) {
    constexpr double kLimit = std::is_same_v<T, std::int32_t> ? 2147483520.0 : 9223372036854774784.0;
    return static_cast<T>((std::clamp)(x, -kLimit, kLimit));
  } else {
    return static_cast<T>(x);
  }
}

// The edges, the ends of the range, and what lies next to each of them on either side.
template <class T, class A>
std::vector<T> critical_values(const A& axis) {
  std::vector<T> values;
  std::vector<double> points(axis.interior_edges().begin(), axis.interior_edges().end());
  points.insert(points.end(), {axis.lower(), axis.upper(), 0.0, -0.0});
  for (const double point : points) {
    const T x = converted<T>(point);
    if constexpr (std::is_integral_v<T>) {
      values.insert(values.end(), {static_cast<T>(x - 1), x, static_cast<T>(x + 1)});
    } else {
      const T infinity = std::numeric_limits<T>::infinity();
      values.insert(values.end(), {std::nextafter(x, -infinity), x, std::nextafter(x, infinity)});
    }
  }
  return values;
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
            (Limits::min)() / 2,
            std::bit_cast<T>(static_cast<std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>(-1))};
  }
}

template <class T, class A>
void expect_on_hard_values(const CountPlan& plan, const A& axis, const Recipe& recipe, test::Generator& generator) {
  std::vector<T> values = critical_values<T>(axis);
  const std::vector<T> special = special_values<T>();
  values.insert(values.end(), special.begin(), special.end());
  expect_as_core(plan, axis, values);
  for (const T x : special) expect_as_core(plan, axis, std::vector<T>(70, x));
  for (std::size_t i = 0; i < kHard; ++i) {
    values.push_back(generator.below(4) == 0 ? random_bits<T>(generator) : converted<T>(recipe.draw(generator)));
  }
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[generator.below(i)]);
  expect_as_core(plan, axis, values);
}

template <class A>
void expect_on_hard_values(const A& axis, const Recipe& recipe, test::Generator& generator) {
  const CountPlan plan(axis);
  ASSERT_EQ(plan.size(), axis.size());
  expect_on_hard_values<float>(plan, axis, recipe, generator);
  expect_on_hard_values<double>(plan, axis, recipe, generator);
  expect_on_hard_values<std::int32_t>(plan, axis, recipe, generator);
  expect_on_hard_values<std::int64_t>(plan, axis, recipe, generator);
}

TEST(Count, equals_core_at_edges_and_special_values_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    test::Generator generator(5);
    for (const Recipe& recipe : kRecipes) {
      const std::vector<double> sample = draw(recipe, generator, 20000);
      for (const std::size_t cells : kCellCounts) {
        if (generator.below(kStep) != 0) continue;
        SCOPED_TRACE(std::string(target) + ", " + recipe.name + ", " + std::to_string(cells) + " cells");
        expect_on_hard_values(equal_frequency(sample, cells), recipe, generator);
        if (const auto uniform = UniformAxis::make(cells, -3, 4)) expect_on_hard_values(*uniform, recipe, generator);
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  });
}

TEST(Count, equals_core_for_every_length_place_and_stride) {
  test::for_every_target([](const char* target) {
    test::Generator generator(6);
    const std::vector<double> sample = draw(kRecipes[0], generator, 5000);
    for (const std::size_t cells : {1u, 2u, 10u, 20u, 64u, 200u, 1000u}) {
      const EdgesAxis axis = equal_frequency(sample, cells);
      const CountPlan plan(axis);
      const auto check = [&]<class T>(const std::vector<T>& values) {
        for (std::size_t n = 0; n <= 300; n += 1 + generator.below(kStep)) {
          for (const std::ptrdiff_t stride : {1, 3, -2}) {
            // A copy without anything behind it, beginning at any place.
            const std::size_t first = stride < 0 ? 2 * (n > 0 ? n - 1 : 0) : n % 7;
            const std::size_t size =
                stride < 0 ? first + 1 : first + (n > 0 ? static_cast<std::size_t>(stride) * (n - 1) + 1 : 0);
            const std::vector<T> exact(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
            expect_as_core(plan, axis, StridedValues<T>{exact.data() + first, n, stride});
            if (testing::Test::HasFatalFailure()) return;
          }
        }
      };
      SCOPED_TRACE(std::string(target) + ", " + std::to_string(cells) + " cells");
      std::vector<float> floats(sample.begin(), sample.end());
      std::vector<double> doubles(sample.begin(), sample.end());
      for (std::size_t i = 0; i < 5000; i += 97) doubles[i] = floats[i] = i % 2 == 0 ? NAN : INFINITY;
      check(floats);
      check(doubles);
      check(std::vector<std::int32_t>(sample.begin(), sample.end()));
      check(std::vector<std::int64_t>(sample.begin(), sample.end()));
      if (testing::Test::HasFatalFailure()) return;
    }
  });
}

// Axes as no one would choose them: crowded edges, empty ranges, ranges far from the edges, edges beyond every float.
EdgesAxis odd_axis(test::Generator& generator) {
  std::vector<double> edges;
  const double scale = std::ldexp(1.0, static_cast<int>(generator.below(generator.below(4) == 0 ? 2000 : 8)) - 4);
  double edge = scale * generator.uniform(-3, 1);
  for (std::size_t i = generator.below(2) == 0 ? generator.below(30) : generator.below(700); i > 0; --i) {
    if (std::isfinite(edge)) edges.push_back(edge);
    switch (generator.below(5)) {
      case 0: edge = std::nextafter(edge, kInfinity); break;
      case 1:
        edge = static_cast<double>(std::nextafter(static_cast<float>(edge), std::numeric_limits<float>::infinity()));
        break;
      case 2: edge += scale * std::exp(8 * generator.normal() - 12); break;
      default: edge += scale * generator.uniform() / 10; break;
    }
  }
  if (generator.below(8) == 0) edges.push_back(0);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  const auto end = [&] {
    if (!edges.empty() && generator.below(3) == 0) return edges[generator.below(edges.size())];
    return scale * generator.uniform(-4, 4) * (generator.below(4) == 0 ? 100 : 1);
  };
  const double a = end();
  const double b = generator.below(8) == 0 ? a : end();
  const auto finite = [](double x) {
    return (std::clamp)(x, std::numeric_limits<double>::lowest(), (std::numeric_limits<double>::max)());
  };
  return *EdgesAxis::make(edges, finite((std::min)(a, b)), finite((std::max)(a, b)));
}

template <class T>
std::vector<T> odd_values(test::Generator& generator, const std::vector<T>& critical, const std::vector<T>& special,
                          std::size_t size) {
  std::vector<T> values(size);
  const T low = *std::min_element(critical.begin(), critical.end());
  const T high = *std::max_element(critical.begin(), critical.end());
  const bool only_numbers = generator.below(2) == 0;
  for (T& x : values) {
    switch (generator.below(only_numbers ? 8 : 10)) {
      case 8: x = random_bits<T>(generator); break;
      case 9: x = special[generator.below(special.size())]; break;
      case 0: x = critical[generator.below(critical.size())]; break;
      default:
        x = converted<T>(static_cast<double>(low) +
                         (static_cast<double>(high) - static_cast<double>(low)) * generator.uniform());
    }
  }
  return values;
}

template <class T>
void expect_on_odd_values(test::Generator& generator, const EdgesAxis& axis, const CountPlan& plan) {
  const std::vector<T> critical = critical_values<T>(axis);
  const std::size_t size = generator.below(4) == 0 ? generator.below(6000) : generator.below(400);
  expect_as_core(plan, axis, odd_values(generator, critical, special_values<T>(), size));
}

TEST(Count, equals_core_on_odd_axes_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    test::Generator generator(7);
    for (std::size_t values = 0; values < 30 * kFuzz; values += 1000) {
      const EdgesAxis axis = odd_axis(generator);
      SCOPED_TRACE(std::string(target) + ", after " + std::to_string(values));
      const CountPlan plan(axis);
      expect_on_odd_values<float>(generator, axis, plan);
      expect_on_odd_values<double>(generator, axis, plan);
      expect_on_odd_values<std::int32_t>(generator, axis, plan);
      expect_on_odd_values<std::int64_t>(generator, axis, plan);
      if (testing::Test::HasFatalFailure()) return;
    }
  });
}

// Long columns: counters that carry from block to block. The slow one for a release.
TEST(Count, equals_core_on_long_columns_on_every_instruction_set) {
  test::for_every_target([](const char* target) {
    test::Generator generator(8);
    for (const Recipe& recipe : kRecipes) {
      const std::vector<double> sample = draw(recipe, generator, 20000);
      for (const std::size_t cells : {10u, 64u, 256u}) {
        SCOPED_TRACE(std::string(target) + ", " + recipe.name + ", " + std::to_string(cells) + " cells");
        const EdgesAxis axis = equal_frequency(sample, cells);
        const CountPlan plan(axis);
        std::vector<double> doubles(2 * kFuzz + generator.below(99));
        for (double& x : doubles) x = sample[generator.below(sample.size())];
        expect_as_core(plan, axis, doubles);
        expect_as_core(plan, axis, std::vector<float>(doubles.begin(), doubles.end()));
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  });
}

}  // namespace
}  // namespace leeway::simd
