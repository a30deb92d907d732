// The exact two-sample KS statistic: against a prepared reference, and of two samples as they come.
//
// Each bench runs ours and its peer alternately on the same data and reports the medians of both and their ratio, so
// that a ratio is of one run. Peers: std::sort of the live sample and a walk along the sorted reference; std::sort of
// both and a walk. bench/python/peers.py puts numpy and scipy beside ours, on data of the same recipes.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "leeway/drift/ks.hpp"
#include "leeway/drift/ks_reference.hpp"
#include "support.hpp"

namespace {

using bench::add;
using bench::draw;
using bench::kRecipes;
using bench::Recipe;
using leeway::drift::KsReference;
using leeway::drift::KsScratch;

template <class T>
double walk(const std::vector<T>& a, const std::vector<T>& b) {
  double largest = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const T x = (std::min)(a[i], b[j]);
    while (i < a.size() && a[i] <= x) ++i;
    while (j < b.size() && b[j] <= x) ++j;
    largest = (std::max)(largest, std::fabs(static_cast<double>(i) / static_cast<double>(a.size()) -
                                            static_cast<double>(j) / static_cast<double>(b.size())));
  }
  return largest;
}

// Runs ours(turn) and peer(turn), which return the statistic, in turns; the time of the bench is ours.
template <class Ours, class Peer>
void compare(benchmark::State& state, Ours ours, Peer peer) {
  bench::Timings our_times, peer_times;
  std::size_t turn = 0;
  for (auto _ : state) {
    double found = 0;
    double expected = 0;
    state.SetIterationTime(our_times.time(1, 1, [&] { found = ours(turn); }));
    peer_times.time(1, 1, [&] { expected = peer(turn); });
    if (found != expected) {
      state.SkipWithError("the statistic differs from that of the sorted samples");
      return;
    }
    ++turn;
  }
  state.counters["ours_ns"] = our_times.median();
  state.counters["peer_ns"] = peer_times.median();
  state.counters["ratio"] = peer_times.median() / our_times.median();
  state.counters["turns"] = our_times.turns();
}

constexpr std::size_t kTurns = 8;  // live samples, in turns: branch predictors learn one by heart

template <class T>
std::vector<std::vector<T>> live_samples(const Recipe& recipe, std::size_t size, double shift) {
  std::vector<std::vector<T>> samples;
  for (std::size_t i = 0; i < kTurns; ++i) samples.push_back(draw<T>(recipe, size, 100 + i, shift));
  return samples;
}

template <class T>
void against_reference(benchmark::State& state, const Recipe& recipe, std::size_t size, double shift) {
  const std::vector<T> reference = draw<T>(recipe, size, 1, 0);
  const auto samples = live_samples<T>(recipe, size, shift);
  std::vector<T> sorted = reference;
  std::sort(sorted.begin(), sorted.end());
  const auto prepared = KsReference::make(reference);
  KsScratch scratch;
  std::vector<T> copy;
  compare(
      state, [&](std::size_t turn) { return *leeway::drift::ks_statistic(*prepared, samples[turn % kTurns], scratch); },
      [&](std::size_t turn) {
        copy = samples[turn % kTurns];
        std::sort(copy.begin(), copy.end());
        return walk(sorted, copy);
      });
}

template <class T>
void two_samples(benchmark::State& state, const Recipe& recipe, std::size_t size) {
  const std::vector<T> reference = draw<T>(recipe, size, 1, 0);
  const auto samples = live_samples<T>(recipe, size, 0);
  compare(
      state,
      [&](std::size_t turn) {
        return leeway::drift::ks_two_sample(std::span<const T>(reference), std::span<const T>(samples[turn % kTurns]))
            ->value;
      },
      [&](std::size_t turn) {
        std::vector<T> a = reference;
        std::vector<T> b = samples[turn % kTurns];
        std::sort(a.begin(), a.end());
        std::sort(b.begin(), b.end());
        return walk(a, b);
      });
}

// ks_reference/TYPE/DATA/SIZE and ks_two_sample/TYPE/DATA/SIZE; the size is that of either sample.
void add_size(const Recipe& recipe, std::size_t size) {
  const std::string data = std::string("/") + recipe.name + "/" + std::to_string(size);
  add("ks_reference/f32" + data, against_reference<float>, recipe, size, 0.0);
  add("ks_reference/f64" + data, against_reference<double>, recipe, size, 0.0);
  add("ks_two_sample/f32" + data, two_samples<float>, recipe, size);
  add("ks_two_sample/f64" + data, two_samples<double>, recipe, size);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const Recipe& recipe : kRecipes) add_size(recipe, 100'000);
  for (const std::size_t size : {std::size_t{1'000}, std::size_t{1'000'000}}) add_size(kRecipes[0], size);
  add("ks_reference/f32/shifted/100000", against_reference<float>, kRecipes[0], std::size_t{100'000}, 0.05);
  return bench::describe();
}();

}  // namespace
