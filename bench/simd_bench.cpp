// Counting a column: against the sum of the same array, which reads it and little else, and against four peers.
//
//   count/TYPE/CELLS/DATA/SIZE    ours_ns, per value, and of one and the same run:
//     x_read                      ours / a sum of the array by vectors
//     vs_upper_bound              std::upper_bound and an increment / ours
//     vs_branchless               a binary search that the compiler cannot turn into branches / ours
//     vs_boost_variable           Boost.Histogram over the same edges / ours
//     vs_boost_regular            Boost.Histogram over cells of equal width / ours; equal widths only
// Everything runs in turns and the medians are compared. Peers take a new part of the array every turn, since branch
// predictors learn short ones by heart. LEEWAY_SIMD chooses the instruction set of ours, not that of the sum.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "simd_bench.cpp"
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
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <boost/histogram.hpp>
#pragma GCC diagnostic pop

#include "leeway/simd/active_target.hpp"
#include "leeway/simd/count.hpp"

namespace {

HWY_EXPORT(SumFloats);
HWY_EXPORT(SumDoubles);

double sum(std::span<const float> x) { return HWY_DYNAMIC_DISPATCH(SumFloats)(x.data(), x.size()); }
double sum(std::span<const double> x) { return HWY_DYNAMIC_DISPATCH(SumDoubles)(x.data(), x.size()); }

namespace simd = leeway::simd;
namespace bh = boost::histogram;

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
    {"pareto", [](Source& s) { return std::pow(1 - s.uniform(), -1 / 1.16); }},
    {"bimodal50", [](Source& s) { return s.normal() + (s.uniform() < 0.5 ? -50 : 50); }},
    {"rounded0.1", [](Source& s) { return std::round(s.normal() * 10) / 10; }},
    {"normal_nan0.2%", [](Source& s) { return s.uniform() < 0.002 ? std::nan("") : s.normal(); }},
    {"equal_width", [](Source& s) { return s.normal(); }},
};

constexpr std::size_t kLarge = std::size_t{1} << 24;

// A million values, and the same again until the array is long.
template <class T>
const std::vector<T>& data(const Recipe& recipe) {
  static std::map<std::string, std::vector<T>> all;
  std::vector<T>& values = all[recipe.name];
  if (values.empty()) {
    Source source(1);
    values.resize(kLarge);
    constexpr std::size_t kDrawn = std::size_t{1} << 20;
    for (std::size_t i = 0; i < kDrawn; ++i) values[i] = static_cast<T>(recipe.draw(source));
    for (std::size_t i = kDrawn; i < kLarge; i += kDrawn) std::memcpy(&values[i], values.data(), kDrawn * sizeof(T));
  }
  return values;
}

leeway::EdgesAxis axis_of(const Recipe& recipe, std::size_t cells) {
  if (std::string(recipe.name) == "equal_width") {
    const auto uniform = leeway::UniformAxis::make(cells, -4, 4);
    return *leeway::EdgesAxis::make({uniform->interior_edges().begin(), uniform->interior_edges().end()}, -4, 4);
  }
  Source source(2);
  std::vector<double> sample;
  while (sample.size() < 100000) {
    const double x = recipe.draw(source);
    if (!std::isnan(x)) sample.push_back(x);
  }
  std::sort(sample.begin(), sample.end());
  std::vector<double> edges;
  for (std::size_t i = 1; i < cells; ++i) edges.push_back(sample[i * sample.size() / cells]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return *leeway::EdgesAxis::make(edges, sample.front(), sample.back());
}

template <class T>
void by_upper_bound(const std::vector<T>& edges, std::span<const T> values, std::uint64_t* cells) {
  for (const T x : values) ++cells[std::upper_bound(edges.begin(), edges.end(), x) - edges.begin()];
}

// Without the barrier g++ makes branches of it, which cost more on data that they cannot predict.
template <class T>
void by_branchless(const std::vector<T>& edges, std::span<const T> values, std::uint64_t* cells) {
  for (const T x : values) {
    const T* base = edges.data();
    for (std::size_t n = edges.size(); n > 1;) {
      const std::size_t half = n / 2;
      std::size_t mask = -static_cast<std::size_t>(base[half - 1] <= x);
      asm volatile("" : "+r"(mask));
      base += half & mask;
      n -= half;
    }
    ++cells[base - edges.data() + (*base <= x)];
  }
}

double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

class Timings {
 public:
  // Of `calls` calls over `size` values each, per value.
  template <class F>
  double time(std::size_t calls, std::size_t size, F run) {
    const double start = now();
    for (std::size_t i = 0; i < calls; ++i) run();
    const double seconds = now() - start;
    times_.push_back(1e9 * seconds / static_cast<double>(calls * size));
    return seconds / static_cast<double>(calls);
  }
  [[nodiscard]] double median() {
    const auto middle = times_.begin() + static_cast<std::ptrdiff_t>(times_.size() / 2);
    std::nth_element(times_.begin(), middle, times_.end());
    return *middle;
  }

 private:
  std::vector<double> times_;
};

constexpr std::size_t kPart = std::size_t{1} << 16;  // of the array, for a peer
constexpr std::size_t kPeerTurns = 15;

template <class T>
void count(benchmark::State& state, const Recipe& recipe, std::size_t cells, std::size_t size) {
  const std::vector<T>& all = data<T>(recipe);
  const std::span<const T> values(all.data(), size);
  const leeway::EdgesAxis axis = axis_of(recipe, cells);
  const simd::CountPlan plan(axis);
  const std::vector<T> edges(axis.interior_edges().begin(), axis.interior_edges().end());
  std::vector<std::uint64_t> counts(cells);
  leeway::SideCounts side;
  std::vector<double> bounds{axis.lower() - 1};
  bounds.insert(bounds.end(), edges.begin(), edges.end());
  bounds.push_back(axis.upper() + 1);
  auto variable = bh::make_histogram_with(bh::dense_storage<std::uint64_t>(), bh::axis::variable<>(bounds));
  auto regular = bh::make_histogram_with(bh::dense_storage<std::uint64_t>(),
                                         bh::axis::regular<>(static_cast<unsigned>(cells), -4, 4));
  Timings ours, read, upper_bound, branchless, boost_variable, boost_regular;
  const std::size_t calls = (std::max)(std::size_t{1}, kPart / size * 4);
  std::size_t turn = 0;
  for (auto _ : state) {
    read.time(calls, size, [&] { benchmark::DoNotOptimize(sum(values)); });
    state.SetIterationTime(ours.time(calls, size, [&] { simd::count(plan, values, counts.data(), side); }));
    if (turn++ >= kPeerTurns) continue;
    const std::span<const T> part(all.data() + (turn * kPart) % kLarge, kPart);
    upper_bound.time(1, kPart, [&] { by_upper_bound(edges, part, counts.data()); });
    branchless.time(1, kPart, [&] { by_branchless(edges, part, counts.data()); });
    boost_variable.time(1, kPart, [&] { variable.fill(part); });
    boost_regular.time(1, kPart, [&] { regular.fill(part); });
  }
  const double ns = ours.median();
  state.counters["ours_ns"] = ns;
  state.counters["read_ns"] = read.median();
  state.counters["x_read"] = ns / read.median();
  state.counters["vs_upper_bound"] = upper_bound.median() / ns;
  state.counters["vs_branchless"] = branchless.median() / ns;
  state.counters["vs_boost_variable"] = boost_variable.median() / ns;
  if (std::string(recipe.name) == "equal_width") state.counters["vs_boost_regular"] = boost_regular.median() / ns;
}

template <class T>
void add(const char* type, const Recipe& recipe, std::size_t cells, std::size_t size) {
  const std::string name =
      std::string("count/") + type + "/" + std::to_string(cells) + "/" + recipe.name + "/" + std::to_string(size);
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) { count<T>(state, recipe, cells, size); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond);
}

[[maybe_unused]] const bool kRegistered = [] {
  benchmark::AddCustomContext("leeway_target", leeway::active_target());
  for (const Recipe& recipe : kRecipes) {
    for (const std::size_t size : {std::size_t{1} << 16, kLarge}) {
      for (const std::size_t cells : {10u, 20u, 32u, 64u, 256u}) add<float>("f32", recipe, cells, size);
      for (const std::size_t cells : {10u, 64u, 256u}) add<double>("f64", recipe, cells, size);
    }
  }
  for (const std::size_t size : {16u, 64u, 256u, 1024u}) add<float>("f32", kRecipes[0], 10, size);
  add<float>("f32", kRecipes[0], 4096, kLarge);
  return true;
}();

}  // namespace

#endif  // HWY_ONCE
