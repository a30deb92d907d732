// The exact statistic by cells against its definition: whatever is left out, the bits are those of looking everywhere.

#include "leeway/drift/ks_reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "leeway/drift/ks.hpp"
#include "support/generator.hpp"

namespace leeway::drift {
namespace {

using test::Generator;

template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

// max over all values x of |#(a <= x) / n - #(b <= x) / m|.
template <class A, class B>
double by_definition(std::vector<A> a, std::vector<B> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<double> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  double largest = 0;
  for (const double x : all) {
    const auto i = static_cast<double>(std::upper_bound(a.begin(), a.end(), x) - a.begin());
    const auto j = static_cast<double>(std::upper_bound(b.begin(), b.end(), x) - b.begin());
    largest = (std::max)(largest, std::fabs(i / static_cast<double>(a.size()) - j / static_cast<double>(b.size())));
  }
  return largest;
}

enum class Kind { normal, heavy, ties, few_numbers, constant, special, denormal, far_apart, nested, atoms, count };

double draw_special(Generator& generator) {
  constexpr double kSpecial[] = {0.0, -0.0, 1e-40, -1e-40, 3e38, -3e38, 1, -1, INFINITY, -INFINITY};
  return kSpecial[generator.below(std::size(kSpecial))];
}

double draw_atoms(Generator& generator) {
  return generator.below(2) == 0 ? static_cast<double>(generator.below(3)) : generator.uniform(0, 3);
}

double draw(Kind kind, Generator& generator) {
  switch (kind) {
    case Kind::normal: return generator.normal();
    case Kind::heavy: return std::exp(5 * generator.normal());
    case Kind::ties: return std::round(4 * generator.normal()) / 4;
    case Kind::few_numbers: return static_cast<double>(generator.below(3));
    case Kind::constant: return 7;
    case Kind::special: return draw_special(generator);
    case Kind::denormal: return static_cast<double>(static_cast<int>(generator.below(9)) - 4) * 0x1p-149;
    case Kind::far_apart: return (generator.below(2) == 0 ? -1e9 : 1e9) + generator.normal();
    case Kind::nested: return 1 + std::pow(10.0, -12 * generator.uniform());
    case Kind::atoms: return draw_atoms(generator);
    case Kind::count: break;
  }
  return 0;
}

Kind any_kind(Generator& generator) {
  return static_cast<Kind>(generator.below(static_cast<std::size_t>(Kind::count)));
}

template <class T>
std::vector<T> sample(std::size_t size, Kind kind, Generator& generator) {
  std::vector<T> values(size);
  for (T& x : values) x = static_cast<T>(draw(kind, generator));
  return values;
}

template <class R, class L>
void expect_definition(const std::vector<R>& reference, const std::vector<L>& live, KsScratch& scratch) {
  const auto prepared = KsReference::make(reference);
  ASSERT_TRUE(prepared);
  const auto value = ks_statistic(*prepared, live, scratch);
  ASSERT_TRUE(value);
  ASSERT_EQ(*value, by_definition(reference, live)) << reference.size() << " and " << live.size() << " values";
}

template <class R, class L>
void try_sizes_to_200(std::uint64_t seed) {
  Generator generator(seed);
  KsScratch scratch;
  for (std::size_t size = 1; size <= 200; ++size) {
    for (int i = 0; i < 20; ++i) {
      const Kind kind = any_kind(generator);
      const auto reference = sample<R>(size, kind, generator);
      const Kind live_kind = generator.below(4) == 0 ? any_kind(generator) : kind;
      expect_definition(reference, sample<L>(1 + generator.below(200), live_kind, generator), scratch);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(KsReference, equals_the_definition_for_floats) { try_sizes_to_200<float, float>(1); }
TEST(KsReference, equals_the_definition_for_doubles) { try_sizes_to_200<double, double>(2); }
TEST(KsReference, equals_the_definition_for_floats_against_doubles) { try_sizes_to_200<double, float>(3); }
TEST(KsReference, equals_the_definition_for_doubles_against_floats) { try_sizes_to_200<float, double>(4); }

// One reference, many live samples: what a server does.
template <class R, class L>
void try_many_live_samples(std::uint64_t seed, int references, int samples) {
  Generator generator(seed);
  KsScratch scratch;
  for (int i = 0; i < references; ++i) {
    const Kind kind = any_kind(generator);
    const auto reference = sample<R>(1 + generator.below(600), kind, generator);
    const auto prepared = KsReference::make(reference);
    for (int k = 0; k < samples; ++k) {
      const auto live =
          sample<L>(1 + generator.below(100), generator.below(3) == 0 ? any_kind(generator) : kind, generator);
      ASSERT_EQ(*ks_statistic(*prepared, live, scratch), by_definition(reference, live)) << "case " << i << ", " << k;
    }
  }
}

#ifdef NDEBUG
constexpr int kReferences = 500;
#else
constexpr int kReferences = 20;
#endif

TEST(KsReference, equals_the_definition_on_a_hundred_thousand_live_samples) {
  try_many_live_samples<float, float>(5, kReferences, 60);
  try_many_live_samples<double, double>(6, kReferences, 60);
  try_many_live_samples<double, float>(7, kReferences, 50);
  try_many_live_samples<float, double>(8, kReferences, 50);
}

template <class T>
void try_large_samples(std::uint64_t seed) {
  Generator generator(seed);
  KsScratch scratch;
  for (int kind = 0; kind < static_cast<int>(Kind::count); ++kind) {
    const auto reference = sample<T>(20'000 + generator.below(60'000), Kind{kind}, generator);
    const auto live = sample<T>(20'000 + generator.below(120'000), Kind{kind}, generator);
    expect_definition(reference, live, scratch);
    EXPECT_EQ(ks_two_sample(std::span<const T>(reference), std::span<const T>(live))->value,
              by_definition(reference, live));
  }
}

TEST(KsReference, equals_the_definition_on_large_samples) {
  try_large_samples<float>(9);
  try_large_samples<double>(10);
}

// A sample that differs from the reference by one value moved a little: the largest difference is inside some cell.
TEST(KsReference, sees_one_value_that_moved_inside_a_cell) {
  Generator generator(11);
  KsScratch scratch;
  const auto reference = sample<double>(5000, Kind::normal, generator);
  auto sorted = reference;
  std::sort(sorted.begin(), sorted.end());
  for (int i = 0; i < 200; ++i) {
    auto live = sorted;
    const std::size_t at = generator.below(live.size());
    live[at] = std::nextafter(live[at], generator.below(2) == 0 ? INFINITY : -INFINITY);
    const double value = *ks_statistic(*KsReference::make(reference), live, scratch);
    EXPECT_EQ(value, by_definition(reference, live)) << at;
    EXPECT_NEAR(value, 1.0 / 5000, 1e-15) << at;
  }
}

// All live values in one gap of the reference, or all on one of its values.
TEST(KsReference, sees_live_values_that_crowd_where_the_reference_is_thin) {
  Generator generator(12);
  KsScratch scratch;
  const auto reference = sample<float>(3000, Kind::normal, generator);
  for (int i = 0; i < 100; ++i) {
    const float center = reference[generator.below(reference.size())];
    std::vector<float> live(4000, center);
    for (std::size_t k = 0; k < live.size(); k += 1 + generator.below(3)) {
      live[k] = std::nextafter(center, generator.below(2) == 0 ? 10.0f : -10.0f);
    }
    expect_definition(reference, live, scratch);
  }
}

TEST(KsReference, counts_more_than_65536_equal_values) {
  KsScratch scratch;
  const std::vector<double> reference{1, 2, 3};
  std::vector<double> live(200'000, 2);
  live.push_back(3);
  expect_definition(reference, live, scratch);
}

// A double that rounds to a float is not that float.
TEST(KsReference, tells_doubles_from_the_floats_they_round_to) {
  KsScratch scratch;
  const std::vector<float> reference(1000, 1.0f);
  const std::vector<double> live(1000, 1.0 + 1e-12);
  EXPECT_EQ(*ks_statistic(*KsReference::make(reference), live, scratch), 1);
  const std::vector<double> huge(1000, 1e300);
  const std::vector<float> infinite(1000, kInfinity<float>);
  EXPECT_EQ(*ks_statistic(*KsReference::make(infinite), huge, scratch), 1);
  EXPECT_EQ(*ks_statistic(*KsReference::make(huge), infinite, scratch), 1);
}

TEST(KsReference, has_one_zero) {
  KsScratch scratch;
  const std::vector<double> reference(50, 0.0);
  EXPECT_EQ(*ks_statistic(*KsReference::make(reference), std::vector<double>(300, -0.0), scratch), 0);
  EXPECT_EQ(*ks_statistic(*KsReference::make(reference), std::vector<float>(300, -0.0f), scratch), 0);
}

TEST(KsReference, has_the_result_of_two_samples) {
  Generator generator(13);
  const auto reference = sample<double>(3000, Kind::normal, generator);
  const auto live = sample<double>(2000, Kind::normal, generator);
  const auto result = ks_two_sample(*KsReference::make(reference), live);
  const auto expected = ks_two_sample(reference, live);
  ASSERT_TRUE(result && expected);
  EXPECT_EQ(result->value, expected->value);
  EXPECT_EQ(result->p_value, expected->p_value);
  EXPECT_EQ(result->convention, "ks/exact");
  EXPECT_EQ(result->reference_count, 3000u);
  EXPECT_EQ(result->live_count, 2000u);
}

template <class T>
void expect_refusals() {
  KsScratch scratch;
  const std::vector<T> none;
  EXPECT_EQ(KsReference::make(none).error().code, ErrorCode::undefined);
  EXPECT_EQ(KsReference::make(std::vector<T>{1, NAN}).error().code, ErrorCode::invalid_argument);
  const auto reference = KsReference::make(std::vector<T>{1, 2, kInfinity<T>, -kInfinity<T>});
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->size(), 4u);
  EXPECT_EQ(ks_statistic(*reference, none, scratch).error().code, ErrorCode::undefined);
  for (const std::size_t size : {1u, 5u, 1023u, 1024u, 1025u, 3000u}) {
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      std::vector<T> live(size, T{1});
      live[at] = static_cast<T>(NAN);
      EXPECT_EQ(ks_statistic(*reference, live, scratch).error().code, ErrorCode::invalid_argument) << size << " " << at;
    }
  }
}

TEST(KsReference, refuses_nan_and_nothing) {
  expect_refusals<float>();
  expect_refusals<double>();
}

// A few live values against a large reference are looked up one by one.
TEST(KsReference, serves_few_live_values) {
  Generator generator(14);
  KsScratch scratch;
  for (const Kind kind : {Kind::normal, Kind::ties, Kind::special}) {
    const auto reference = sample<double>(30'000, kind, generator);
    for (std::size_t size = 1; size <= 40; ++size)
      expect_definition(reference, sample<double>(size, kind, generator), scratch);
  }
}

template <class T>
void expect_two_samples(std::uint64_t seed) {
  Generator generator(seed);
  for (int i = 0; i < 300; ++i) {
    const Kind kind = any_kind(generator);
    const auto a = sample<T>(1 + generator.below(i % 3 == 0 ? 9000 : 300), kind, generator);
    const auto b = sample<T>(1 + generator.below(i % 2 == 0 ? 9000 : 300),
                             generator.below(4) == 0 ? any_kind(generator) : kind, generator);
    ASSERT_EQ(ks_two_sample(std::span<const T>(a), std::span<const T>(b))->value, by_definition(a, b)) << i;
  }
}

TEST(KsTwoSample, equals_the_definition_without_sorting) {
  expect_two_samples<float>(15);
  expect_two_samples<double>(16);
}

TEST(KsTwoSample, finds_the_side_that_holds_a_nan) {
  std::vector<double> good(10'000, 1.0);
  std::vector<double> bad(10'000, 1.0);
  bad[7777] = NAN;
  EXPECT_EQ(ks_two_sample(good, bad).error().where, "live");
  EXPECT_EQ(ks_two_sample(bad, good).error().where, "reference");
  const std::vector<double> only(10'000, NAN);
  EXPECT_EQ(ks_two_sample(only, only).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace leeway::drift
