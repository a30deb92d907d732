// Moments and quantiles of a column: against the sum of the same array, which reads it and little else, and against
// counting it over ten cells.
//
//   moments/TYPE/DATA/SIZE        ours_ns, per value, and of one and the same run:
//     moments_x_read              moments / a sum of the array by vectors
//     moments_x_count             moments / simd::count over ten cells
//     quantiles_x_read            quantile histogram / the sum
//     quantiles_x_count           quantile histogram / simd::count
//     moments_vs_one_by_one       Moments::add for each value / moments
// Everything runs in turns and the medians are compared. LEEWAY_SIMD chooses the instruction set of ours, not that of
// the sum.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "moments_bench.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
double SumOf(const T* x, std::size_t n) {
  const hn::ScalableTag<T> d;
  auto a = hn::Zero(d), b = a, c = a, e = a;
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i + 4 * lanes <= n; i += 4 * lanes) {
    a = hn::Add(a, hn::LoadU(d, x + i));
    b = hn::Add(b, hn::LoadU(d, x + i + lanes));
    c = hn::Add(c, hn::LoadU(d, x + i + 2 * lanes));
    e = hn::Add(e, hn::LoadU(d, x + i + 3 * lanes));
  }
  return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e)))));
}

double SumFloats(const float* x, std::size_t n) { return SumOf(x, n); }
double SumDoubles(const double* x, std::size_t n) { return SumOf(x, n); }

}  // namespace HWY_NAMESPACE
}  // namespace
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "leeway/simd/active_target.hpp"
#include "leeway/simd/count.hpp"
#include "leeway/simd/moments.hpp"
#include "leeway/simd/quantiles.hpp"

namespace {

HWY_EXPORT(SumFloats);
HWY_EXPORT(SumDoubles);

double sum(std::span<const float> x) { return HWY_DYNAMIC_DISPATCH(SumFloats)(x.data(), x.size()); }
double sum(std::span<const double> x) { return HWY_DYNAMIC_DISPATCH(SumDoubles)(x.data(), x.size()); }

namespace simd = leeway::simd;

// splitmix64 (Steele, Lea & Flood 2014): the same numbers on every machine.
class Source {
 public:
  explicit Source(std::uint64_t seed) : state_(seed) {}

  double uniform() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
  double normal() { return std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform()); }

 private:
  std::uint64_t state_;
};

struct Recipe {
  const char* name;
  double (*draw)(Source&);
};

const Recipe kRecipes[] = {
    {"normal", [](Source& s) { return s.normal(); }},
    {"lognormal2", [](Source& s) { return std::exp(2 * s.normal()); }},
    {"normal_nan0.2%", [](Source& s) { return s.uniform() < 0.002 ? std::nan("") : s.normal(); }},
};

template <class T>
std::vector<T> draw(const Recipe& recipe, std::size_t size) {
  constexpr std::size_t kDrawn = std::size_t{1} << 20;
  Source source(1);
  std::vector<T> values(size);
  for (std::size_t i = 0; i < size; ++i) {
    values[i] = i < kDrawn ? static_cast<T>(recipe.draw(source)) : values[i - kDrawn];
  }
  return values;
}

leeway::EdgesAxis deciles(const Recipe& recipe) {
  Source source(2);
  std::vector<double> sample;
  while (sample.size() < 100000) {
    const double x = recipe.draw(source);
    if (!std::isnan(x)) sample.push_back(x);
  }
  std::sort(sample.begin(), sample.end());
  std::vector<double> edges;
  for (std::size_t i = 1; i < 10; ++i) edges.push_back(sample[i * sample.size() / 10]);
  return *leeway::EdgesAxis::make(edges, sample.front(), sample.back());
}

double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

class Timings {
 public:
  // Of `calls` calls, per call; returns the seconds of all.
  template <class F>
  double time(std::size_t calls, F run) {
    const double start = now();
    for (std::size_t i = 0; i < calls; ++i) run();
    const double seconds = now() - start;
    times_.push_back(seconds / static_cast<double>(calls));
    return seconds;
  }
  [[nodiscard]] double median() {
    const auto middle = times_.begin() + static_cast<std::ptrdiff_t>(times_.size() / 2);
    std::nth_element(times_.begin(), middle, times_.end());
    return *middle;
  }

 private:
  std::vector<double> times_;
};

constexpr std::size_t kPart = std::size_t{1} << 16;

template <class T>
void add_one_by_one(std::span<const T> values, leeway::Moments& moments) {
  for (const T x : values) {
    if (std::isfinite(x)) moments.add(static_cast<double>(x));
  }
}

template <class T>
void summarise(benchmark::State& state, const Recipe& recipe, std::size_t size) {
  const std::vector<T> all = draw<T>(recipe, size);
  const std::span<const T> values(all);
  const leeway::EdgesAxis axis = deciles(recipe);
  const simd::CountPlan count_plan(axis);
  const simd::QuantilePlan quantile_plan(std::make_shared<const leeway::QuantileBuckets>(axis));
  std::vector<std::uint64_t> cells(axis.size());
  leeway::SideCounts side;
  leeway::Moments moments(axis.lower(), axis.upper());
  leeway::QuantileHistogram histogram(quantile_plan.buckets());
  Timings read, counted, ours, one_by_one, quantiles;
  const std::size_t calls = (std::max)(std::size_t{1}, kPart / size * 4);
  std::size_t turn = 0;
  for (auto _ : state) {
    read.time(calls, [&] { benchmark::DoNotOptimize(sum(values)); });
    counted.time(calls, [&] { simd::count(count_plan, values, cells.data(), side); });
    state.SetIterationTime(ours.time(calls, [&] { simd::add_moments(values, moments); }));
    quantiles.time(calls, [&] { simd::add_quantiles(quantile_plan, values, histogram); });
    if (turn++ < 15) one_by_one.time(1, [&] { add_one_by_one(values.first((std::min)(size, kPart)), moments); });
    benchmark::DoNotOptimize(moments);
  }
  const double per_value = 1e9 / static_cast<double>(size);
  const double ns = ours.median() * per_value;
  state.counters["ours_ns"] = ns;
  state.counters["quantiles_ns"] = quantiles.median() * per_value;
  state.counters["read_ns"] = read.median() * per_value;
  state.counters["count_ns"] = counted.median() * per_value;
  state.counters["moments_x_read"] = ours.median() / read.median();
  state.counters["moments_x_count"] = ours.median() / counted.median();
  state.counters["quantiles_x_read"] = quantiles.median() / read.median();
  state.counters["quantiles_x_count"] = quantiles.median() / counted.median();
  const double plain = one_by_one.median() * 1e9 / static_cast<double>((std::min)(size, kPart));
  state.counters["turns"] = static_cast<double>(state.iterations());
  state.counters["moments_vs_one_by_one"] = plain / ns;
}

template <class T>
void add(const char* type, const Recipe& recipe, std::size_t size) {
  const std::string name = std::string("moments/") + type + "/" + recipe.name + "/" + std::to_string(size);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { summarise<T>(state, recipe, size); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

[[maybe_unused]] const bool kRegistered = [] {
  benchmark::AddCustomContext("leeway_target", leeway::active_target());
  for (const Recipe& recipe : kRecipes) {
    for (const std::size_t size : {kPart, std::size_t{1} << 24}) {
      add<float>("f32", recipe, size);
      add<double>("f64", recipe, size);
    }
  }
  add<float>("f32", kRecipes[0], 64);
  return true;
}();

}  // namespace

#endif  // HWY_ONCE
