// The exact two-sample KS statistic: against a prepared reference, and of two samples as they come.
//
// Each bench runs ours and its peer alternately on the same data and reports the medians of both and their ratio, so
// that a ratio is of one run. Peers: std::sort of the live sample and a walk along the sorted reference; std::sort of
// both and a walk. bench/python/ks_peer.py puts numpy and scipy beside it, on data of the same recipe.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <vector>

#include "leeway/drift/ks.hpp"
#include "leeway/drift/ks_reference.hpp"

namespace {

using leeway::drift::KsReference;
using leeway::drift::KsScratch;

// splitmix64 (Steele, Lea & Flood 2014), as in ks_peer.py. Every value takes two numbers.
class Source {
 public:
  explicit Source(std::uint64_t seed) : state_(seed) {}

  double uniform() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

double normal(double u, double v) { return std::sqrt(-2 * std::log(1 - u)) * std::cos(6.283185307179586 * v); }

struct Recipe {
  const char* name;
  double (*value)(double u, double v);
};

constexpr Recipe kRecipes[] = {
    {"normal", normal},
    {"lognormal2", [](double u, double v) { return std::exp(2 * normal(u, v)); }},
    {"pareto", [](double u, double) { return std::pow(1 - u, -1 / 1.16); }},
    {"bimodal50", [](double u, double v) { return normal(u, v) + (v < 0.5 ? -50 : 50); }},
    {"rounded0.1", [](double u, double v) { return std::round(normal(u, v) * 10) / 10; }},
    {"half_zeros", [](double u, double v) { return v < 0.5 ? 0.0 : std::exp(normal(u, 2 * v - 1)); }},
    {"constant", [](double, double) { return 7.0; }},
};

template <class T>
std::vector<T> draw(const Recipe& recipe, std::size_t size, std::uint64_t seed, double shift) {
  Source source(seed);
  std::vector<T> values(size);
  for (T& x : values) {
    const double u = source.uniform();
    x = static_cast<T>(recipe.value(u, source.uniform()) + shift);
  }
  return values;
}

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

// Processor time of this thread: on a shared machine the wall clock charges the longer of two runs for the others.
double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class F>
double seconds(F run) {
  const double start = now();
  run();
  return now() - start;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Runs ours(seed) and peer(seed), which return the statistic, in turns; the time of the bench is ours.
template <class Ours, class Peer>
void compare(benchmark::State& state, Ours ours, Peer peer) {
  std::vector<double> our_times;
  std::vector<double> peer_times;
  std::size_t turn = 0;
  for (auto _ : state) {
    double found = 0;
    double expected = 0;
    our_times.push_back(seconds([&] { found = ours(turn); }));
    peer_times.push_back(seconds([&] { expected = peer(turn); }));
    state.SetIterationTime(our_times.back());
    if (found != expected) {
      state.SkipWithError("the statistic differs from that of the sorted samples");
      return;
    }
    ++turn;
  }
  state.counters["ours_ns"] = 1e9 * median(our_times);
  state.counters["peer_ns"] = 1e9 * median(peer_times);
  state.counters["ratio"] = median(peer_times) / median(our_times);
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

template <class Function, class... Args>
void add(const std::string& name, Function function, Args... args) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { function(state, args...); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

// ks_reference/TYPE/DATA/SIZE and ks_two_sample/TYPE/DATA/SIZE; the size is that of either sample.
void add_size(const Recipe& recipe, std::size_t size) {
  const std::string data = std::string("/") + recipe.name + "/" + std::to_string(size);
  add("ks_reference/f32" + data, against_reference<float>, recipe, size, 0.0);
  add("ks_reference/f64" + data, against_reference<double>, recipe, size, 0.0);
  add("ks_two_sample/f32" + data, two_samples<float>, recipe, size);
  add("ks_two_sample/f64" + data, two_samples<double>, recipe, size);
}

}  // namespace

int main(int argc, char** argv) {
  for (const Recipe& recipe : kRecipes) add_size(recipe, 100'000);
  for (const std::size_t size : {std::size_t{1'000}, std::size_t{1'000'000}}) add_size(kRecipes[0], size);
  add("ks_reference/f32/shifted/100000", against_reference<float>, kRecipes[0], std::size_t{100'000}, 0.05);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
