// A batch has the bits of the metrics one by one, on every instruction set of this machine.

#include "leeway/drift/batch.hpp"

#include <gtest/gtest.h>

#include <hwy/targets.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "leeway/drift/js.hpp"
#include "leeway/drift/kl.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/psi.hpp"
#include "support/generator.hpp"

namespace leeway::drift {
namespace {

using test::Generator;

struct Features {
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
  std::vector<std::size_t> offsets{0};

  void add(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
    reference.insert(reference.end(), a.begin(), a.end());
    live.insert(live.end(), b.begin(), b.end());
    offsets.push_back(reference.size());
  }
  [[nodiscard]] BatchCounts view() const { return {reference, live, offsets}; }
  [[nodiscard]] CountsView reference_of(std::size_t f) const {
    return CountsView(reference).subspan(offsets[f], offsets[f + 1] - offsets[f]);
  }
  [[nodiscard]] CountsView live_of(std::size_t f) const {
    return CountsView(live).subspan(offsets[f], offsets[f + 1] - offsets[f]);
  }
};

struct Results {
  explicit Results(std::size_t features)
      : psi(features), kl_lr(features), kl_rl(features), js(features), root(features), ks(features) {}

  [[nodiscard]] BatchValues places() { return {psi, kl_lr, kl_rl, js, root, ks}; }

  std::vector<double> psi, kl_lr, kl_rl, js, root, ks;
};

double value_of(const Result<Divergence>& result) {
  return result ? result->value : std::numeric_limits<double>::quiet_NaN();
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void expect_singles(const Features& features) {
  Results all(features.offsets.size() - 1);
  evaluate_batch(features.view(), all.places());
  for (std::size_t f = 0; f + 1 < features.offsets.size(); ++f) {
    const CountsView a = features.reference_of(f);
    const CountsView b = features.live_of(f);
    ASSERT_TRUE(same(all.psi[f], value_of(psi(a, b)))) << f;
    ASSERT_TRUE(same(all.kl_lr[f], value_of(kl_live_reference(a, b)))) << f;
    ASSERT_TRUE(same(all.kl_rl[f], value_of(kl_reference_live(a, b)))) << f;
    ASSERT_TRUE(same(all.js[f], value_of(js_divergence(a, b)))) << f;
    ASSERT_TRUE(same(all.root[f], value_of(js_distance(a, b)))) << f;
    ASSERT_TRUE(same(all.ks[f], value_of(ks_binned(a, b)))) << f;
  }
}

std::uint64_t any_count(Generator& generator) {
  switch (generator.below(8)) {
    case 0: return 0;
    case 1: return generator.below(3);
    case 2: return generator.bits() >> 12;
    default: return generator.below(1000);
  }
}

Features any_features(std::size_t features, std::size_t most_cells, Generator& generator) {
  Features all;
  for (std::size_t f = 0; f < features; ++f) {
    std::vector<std::uint64_t> a(generator.below(most_cells + 1));
    std::vector<std::uint64_t> b(a.size());
    for (auto& count : a) count = any_count(generator);
    for (auto& count : b) count = any_count(generator);
    if (generator.below(10) == 0) b = a;
    if (generator.below(20) == 0) std::fill(b.begin(), b.end(), 0);
    all.add(a, b);
  }
  return all;
}

TEST(Batch, equals_the_single_metrics_for_every_number_of_cells) {
  Generator generator(1);
  Features all;
  for (std::size_t cells = 0; cells <= 300; ++cells) {
    std::vector<std::uint64_t> a(cells);
    std::vector<std::uint64_t> b(cells);
    for (auto& count : a) count = generator.below(1000);
    for (auto& count : b) count = generator.below(1000);
    all.add(a, b);
  }
  expect_singles(all);
}

TEST(Batch, equals_the_single_metrics_on_a_hundred_thousand_features) {
  Generator generator(2);
#ifdef NDEBUG
  constexpr std::size_t kFeatures = 100'000;
#else
  constexpr std::size_t kFeatures = 5'000;
#endif
  expect_singles(any_features(kFeatures, 40, generator));
}

TEST(Batch, has_the_same_bits_on_every_instruction_set) {
  Generator generator(3);
  const Features features = any_features(3'000, 200, generator);
  int tried = 0;
  for (std::int64_t targets = hwy::SupportedTargets(); targets != 0; targets &= targets - 1) {
    hwy::SetSupportedTargetsForTest(targets & -targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    expect_singles(features);
    ++tried;
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  EXPECT_GE(tried, 1);
}

TEST(Batch, has_no_value_where_there_is_none) {
  Features features;
  features.add({}, {});
  features.add({0, 0}, {1, 2});
  features.add({1, 2}, {0, 0});
  features.add({1, 2}, {3, 4});
  Results all(4);
  evaluate_batch(features.view(), all.places());
  for (std::size_t f = 0; f < 3; ++f) {
    for (const double value : {all.psi[f], all.kl_lr[f], all.kl_rl[f], all.js[f], all.root[f], all.ks[f]}) {
      EXPECT_TRUE(std::isnan(value)) << f;
    }
  }
  EXPECT_GT(all.psi[3], 0);
}

TEST(Batch, leaves_out_what_has_no_place) {
  Features features;
  features.add({1, 2, 3}, {3, 2, 1});
  std::vector<double> only(1);
  evaluate_batch(features.view(), {.ks = only});
  EXPECT_EQ(only[0], ks_binned(features.reference_of(0), features.live_of(0))->value);
  evaluate_batch(features.view(), {});
  evaluate_batch({}, {});
}

TEST(Batch, is_noexcept) { static_assert(noexcept(evaluate_batch({}, {}))); }

}  // namespace
}  // namespace leeway::drift
