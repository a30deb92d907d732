// All metrics of 1,000 features of 64 cells: in one batch, and metric by metric. The goal is 1 ms for the batch.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "leeway/drift/batch.hpp"
#include "leeway/drift/metric.hpp"

namespace {

struct Features {
  Features(std::size_t features, std::size_t cells) : reference(features * cells), live(features * cells) {
    std::mt19937_64 random(1);
    for (auto& count : reference) count = random() % 2000;
    for (auto& count : live) count = random() % 2000;
    for (std::size_t f = 0; f <= features; ++f) offsets.push_back(f * cells);
  }

  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
  std::vector<std::size_t> offsets;
};

Features features_of(const benchmark::State& state) {
  return {static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1))};
}

void batch(benchmark::State& state) {
  const Features features = features_of(state);
  const std::size_t size = features.offsets.size() - 1;
  std::vector<double> psi(size), kl_lr(size), kl_rl(size), js(size), root(size), ks(size);
  for (auto _ : state) {
    leeway::drift::evaluate_batch({features.reference, features.live, features.offsets},
                                  {psi, kl_lr, kl_rl, js, root, ks});
    benchmark::DoNotOptimize(psi.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(batch)->Args({1000, 64})->Args({1000, 10})->Unit(benchmark::kMicrosecond);

void one_by_one(benchmark::State& state) {
  const Features features = features_of(state);
  const std::span<const std::uint64_t> reference(features.reference);
  const std::span<const std::uint64_t> live(features.live);
  const auto cells = static_cast<std::size_t>(state.range(1));
  for (auto _ : state) {
    for (const std::size_t first : std::span(features.offsets).first(features.offsets.size() - 1)) {
      for (const auto metric : leeway::drift::kMetrics) {
        if (metric == leeway::drift::Metric::ks) continue;  // its p-value would be most of the time
        auto result = leeway::drift::measure(metric, reference.subspan(first, cells), live.subspan(first, cells));
        benchmark::DoNotOptimize(result);
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}
BENCHMARK(one_by_one)->Args({1000, 64})->Args({1000, 10})->Unit(benchmark::kMicrosecond);

}  // namespace
