// Counting a column: against the sum of the same array, which reads it and little else, and against four peers.
//
//   count/TYPE/CELLS/DATA/SIZE    ours_ns, per value, and of one and the same run:
//     x_read                      ours / a sum of the array by vectors
//     vs_upper_bound              std::upper_bound and an increment / ours
//     vs_branchless               a binary search that the compiler cannot turn into branches / ours
//     vs_boost_variable           Boost.Histogram over the same edges / ours
//     vs_boost_regular            Boost.Histogram over cells of equal width / ours; equal widths only
//     vs_fast_histogram           a loop that multiplies, truncates and increments / ours; equal widths only
// Everything runs in turns and the medians are compared. Peers take a new part of the array every turn, since branch
// predictors learn short ones by heart. LEEWAY_SIMD chooses the instruction set of ours and of the sum.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <boost/histogram.hpp>
#include <boost/version.hpp>
#pragma GCC diagnostic pop

#include "leeway/simd/count.hpp"
#include "read_limit.hpp"
#include "support.hpp"

namespace {

namespace simd = leeway::simd;
namespace bh = boost::histogram;

using bench::kRecipes;
using bench::Recipe;
using bench::Timings;

// Missing values, and cells of equal width.
constexpr Recipe kMore[] = {
    {"normal_nan0.2%", [](double u, double v) { return u < 0.002 ? std::nan("") : bench::normal(u, v); }},
    {"equal_width", bench::normal},
};

constexpr std::size_t kLarge = std::size_t{1} << 24;

// A million values, and the same again until the array is long. Kept until other data are asked for.
template <class T>
const std::vector<T>& data(const Recipe& recipe) {
  static std::string held;
  static std::vector<T> values(kLarge);
  if (held != recipe.name) {
    held = recipe.name;
    const std::vector<T> drawn = bench::draw<T>(recipe, std::size_t{1} << 20, 1);
    for (std::size_t i = 0; i < kLarge; i += drawn.size())
      std::memcpy(&values[i], drawn.data(), drawn.size() * sizeof(T));
  }
  return values;
}

leeway::EdgesAxis axis_of(const Recipe& recipe, std::size_t cells) {
  if (std::string(recipe.name) == "equal_width") {
    const auto uniform = leeway::UniformAxis::make(cells, -4, 4);
    return *leeway::EdgesAxis::make({uniform->interior_edges().begin(), uniform->interior_edges().end()}, -4, 4);
  }
  std::vector<double> sample = bench::draw<double>(recipe, 100000, 2);
  std::erase_if(sample, [](double x) { return std::isnan(x); });
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

// The way of the Python package fast-histogram.
template <class T>
void by_fast_histogram(T lower, T upper, std::size_t size, std::span<const T> values, std::uint64_t* cells) {
  const T scale = static_cast<T>(size) / (upper - lower);
  for (const T x : values) {
    if (x >= lower && x < upper) ++cells[static_cast<std::int32_t>((x - lower) * scale)];
  }
}

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
  Timings ours, read, upper_bound, branchless, boost_variable, boost_regular, fast_histogram;
  const std::size_t calls = (std::max)(std::size_t{1}, kPart / size * 4);
  std::size_t turn = 0;
  for (auto _ : state) {
    read.time(calls, size, [&] { benchmark::DoNotOptimize(bench::sum(values)); });
    state.SetIterationTime(ours.time(calls, size, [&] { simd::count(plan, values, counts.data(), side); }));
    if (turn++ >= kPeerTurns) continue;
    const std::span<const T> part(all.data() + (turn * kPart) % kLarge, kPart);
    if (size <= kPart) benchmark::DoNotOptimize(bench::sum(part));  // into the cache, where ours has its values
    upper_bound.time(1, kPart, [&] { by_upper_bound(edges, part, counts.data()); });
    branchless.time(1, kPart, [&] { by_branchless(edges, part, counts.data()); });
    boost_variable.time(1, kPart, [&] { variable.fill(part); });
    boost_regular.time(1, kPart, [&] { regular.fill(part); });
    fast_histogram.time(1, kPart, [&] { by_fast_histogram(T{-4}, T{4}, cells, part, counts.data()); });
  }
  const double ns = ours.median();
  state.counters["ours_ns"] = ns;
  state.counters["read_ns"] = read.median();
  state.counters["x_read"] = ns / read.median();
  state.counters["vs_upper_bound"] = upper_bound.median() / ns;
  state.counters["vs_branchless"] = branchless.median() / ns;
  state.counters["vs_boost_variable"] = boost_variable.median() / ns;
  state.counters["turns"] = ours.turns();
  state.counters["peer_turns"] = upper_bound.turns();
  if (std::string(recipe.name) != "equal_width") return;
  state.counters["vs_boost_regular"] = boost_regular.median() / ns;
  state.counters["vs_fast_histogram"] = fast_histogram.median() / ns;
}

template <class T>
void add(const char* type, const Recipe& recipe, std::size_t cells, std::size_t size) {
  const std::string name =
      std::string("count/") + type + "/" + std::to_string(cells) + "/" + recipe.name + "/" + std::to_string(size);
  bench::add(name, count<T>, recipe, cells, size);
}

void add_sizes(const Recipe& recipe) {
  for (const std::size_t size : {std::size_t{1} << 16, kLarge}) {
    for (const std::size_t cells : {10u, 20u, 32u, 64u, 256u}) add<float>("f32", recipe, cells, size);
    for (const std::size_t cells : {10u, 64u, 256u}) add<double>("f64", recipe, cells, size);
  }
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const std::size_t size : {16u, 64u, 256u, 1024u}) add<float>("f32", kRecipes[0], 10, size);
  add<float>("f32", kRecipes[0], 4096, kLarge);
  for (const Recipe& recipe : kRecipes) add_sizes(recipe);
  for (const Recipe& recipe : kMore) add_sizes(recipe);
  benchmark::AddCustomContext("boost", BOOST_LIB_VERSION);
  return bench::describe();
}();

}  // namespace
