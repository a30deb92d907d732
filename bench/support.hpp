#ifndef LEEWAY_BENCH_SUPPORT_HPP
#define LEEWAY_BENCH_SUPPORT_HPP

// What the benches share: data, a clock, medians of turns, and what their output says about where they ran.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "leeway/simd/active_target.hpp"

namespace bench {

// splitmix64 (Steele, Lea & Flood 2014): the same numbers on every machine, and in bench/python/peers.py.
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

inline double normal(double u, double v) { return std::sqrt(-2 * std::log(1 - u)) * std::cos(6.283185307179586 * v); }

// A value of two uniform numbers.
struct Recipe {
  const char* name;
  double (*value)(double u, double v);
};

inline constexpr Recipe kRecipes[] = {
    {"normal", normal},
    {"lognormal2", [](double u, double v) { return std::exp(2 * normal(u, v)); }},
    {"pareto", [](double u, double) { return std::pow(1 - u, -1 / 1.16); }},
    {"bimodal50", [](double u, double v) { return normal(u, v) + (v < 0.5 ? -50 : 50); }},
    {"rounded0.1", [](double u, double v) { return std::round(normal(u, v) * 10) / 10; }},
    {"half_zeros", [](double u, double v) { return v < 0.5 ? 0.0 : std::exp(normal(u, 2 * v - 1)); }},
    {"constant", [](double, double) { return 7.0; }},
};

template <class T>
std::vector<T> draw(const Recipe& recipe, std::size_t size, std::uint64_t seed, double shift = 0) {
  Source source(seed);
  std::vector<T> values(size);
  for (T& x : values) {
    const double u = source.uniform();
    x = static_cast<T>(recipe.value(u, source.uniform()) + shift);
  }
  return values;
}

// Processor time of this thread: on a shared machine the wall clock charges the longer of two runs for the others.
inline double thread_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// Times of one candidate, a turn each.
class Timings {
 public:
  // A turn of `calls` calls over `size` items each. Keeps nanoseconds per item, returns the seconds of the turn.
  template <class F>
  double time(std::size_t calls, std::size_t size, F run) {
    const double start = thread_seconds();
    for (std::size_t i = 0; i < calls; ++i) run();
    const double seconds = thread_seconds() - start;
    times_.push_back(1e9 * seconds / static_cast<double>(calls * size));
    return seconds;
  }
  [[nodiscard]] double median() {
    const auto middle = times_.begin() + static_cast<std::ptrdiff_t>(times_.size() / 2);
    std::nth_element(times_.begin(), middle, times_.end());
    return *middle;
  }
  [[nodiscard]] double turns() const { return static_cast<double>(times_.size()); }

 private:
  std::vector<double> times_;
};

// One per program, before its benches run.
inline bool describe() {
#ifdef __clang__
  benchmark::AddCustomContext("compiler", __VERSION__);
#else
  benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
#endif
  benchmark::AddCustomContext("leeway_target", leeway::active_target());
  return true;
}

template <class Function, class... Args>
benchmark::internal::Benchmark* add(const std::string& name, Function function, Args... args) {
  return benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { function(state, args...); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace bench

#endif
