// The two steps of a drift check: counting a column into cells, and comparing two histograms.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "leeway/core.hpp"
#include "leeway/drift/psi.hpp"

namespace {

std::vector<double> normal_column(std::size_t rows) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> column(rows);
  for (double& x : column) x = normal(random);
  return column;
}

/// `cells` cells of equal width over [-3, 3], given by their edges.
leeway::EdgesAxis edges_axis(std::size_t cells) {
  std::vector<double> edges;
  for (std::size_t i = 1; i < cells; ++i) edges.push_back(-3 + 6 * static_cast<double>(i) / static_cast<double>(cells));
  return *leeway::EdgesAxis::make(std::move(edges), -3, 3);
}

void count_column(benchmark::State& state) {
  static const std::vector<double> column = normal_column(1 << 16);
  leeway::Histogram histogram(edges_axis(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) {
    for (const double x : column) histogram.add(x);
    benchmark::DoNotOptimize(histogram.cells().data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(column.size()));
}
BENCHMARK(count_column)->Arg(10)->Arg(64)->Arg(256);

void psi(benchmark::State& state) {
  const auto cells = static_cast<std::size_t>(state.range(0));
  std::vector<std::uint64_t> reference(cells);
  std::vector<std::uint64_t> live(cells);
  for (std::size_t i = 0; i < cells; ++i) {
    reference[i] = 1000 + i % 7;
    live[i] = 1000 + i % 11;
  }
  if (!leeway::drift::psi(reference, live)) {
    state.SkipWithError("no PSI of these counts");
    return;
  }
  for (auto _ : state) {
    auto result = leeway::drift::psi(reference, live);
    benchmark::DoNotOptimize(result);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(psi)->Arg(10)->Arg(64)->Arg(256);

}  // namespace
