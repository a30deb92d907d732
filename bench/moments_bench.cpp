// Moments and quantiles of a column: against the sum of the same array, which reads it and little else, and against
// counting it over ten cells.
//
//   moments/TYPE/DATA/SIZE        ours_ns, per value, and of one and the same run:
//     moments_x_read              moments / a sum of the array by vectors
//     moments_x_count             moments / simd::count over ten cells
//     quantiles_x_read            quantile histogram / the sum
//     quantiles_x_count           quantile histogram / simd::count
//     moments_vs_one_by_one       Moments::add for each value / moments
// Everything runs in turns and the medians are compared. LEEWAY_SIMD chooses the instruction set of ours and of
// the sum.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "leeway/simd/count.hpp"
#include "leeway/simd/moments.hpp"
#include "leeway/simd/quantiles.hpp"
#include "read_limit.hpp"
#include "support.hpp"

namespace {

namespace simd = leeway::simd;

using bench::Recipe;
using bench::Timings;

constexpr Recipe kData[] = {
    bench::kRecipes[0],
    bench::kRecipes[1],
    {"normal_nan0.2%", [](double u, double v) { return u < 0.002 ? std::nan("") : bench::normal(u, v); }},
};

// A million values, and the same again until the array is long.
template <class T>
std::vector<T> values_of(const Recipe& recipe, std::size_t size) {
  std::vector<T> values = bench::draw<T>(recipe, (std::min)(size, std::size_t{1} << 20), 1);
  values.resize(size);
  for (std::size_t i = std::size_t{1} << 20; i < size; ++i) values[i] = values[i - (std::size_t{1} << 20)];
  return values;
}

leeway::EdgesAxis deciles(const Recipe& recipe) {
  std::vector<double> sample = bench::draw<double>(recipe, 100000, 2);
  std::erase_if(sample, [](double x) { return std::isnan(x); });
  std::sort(sample.begin(), sample.end());
  std::vector<double> edges;
  for (std::size_t i = 1; i < 10; ++i) edges.push_back(sample[i * sample.size() / 10]);
  return *leeway::EdgesAxis::make(edges, sample.front(), sample.back());
}

constexpr std::size_t kPart = std::size_t{1} << 16;

template <class T>
void add_one_by_one(std::span<const T> values, leeway::Moments& moments) {
  for (const T x : values) {
    if (std::isfinite(x)) moments.add(static_cast<double>(x));
  }
}

template <class T>
void summarise(benchmark::State& state, const Recipe& recipe, std::size_t size) {
  const std::vector<T> all = values_of<T>(recipe, size);
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
    read.time(calls, size, [&] { benchmark::DoNotOptimize(bench::sum(values)); });
    counted.time(calls, size, [&] { simd::count(count_plan, values, cells.data(), side); });
    state.SetIterationTime(ours.time(calls, size, [&] { simd::add_moments(values, moments); }));
    quantiles.time(calls, size, [&] { simd::add_quantiles(quantile_plan, values, histogram); });
    const std::size_t part = (std::min)(size, kPart);
    if (turn++ < 15) one_by_one.time(1, part, [&] { add_one_by_one(values.first(part), moments); });
    benchmark::DoNotOptimize(moments);
  }
  state.counters["ours_ns"] = ours.median();
  state.counters["quantiles_ns"] = quantiles.median();
  state.counters["read_ns"] = read.median();
  state.counters["count_ns"] = counted.median();
  state.counters["moments_x_read"] = ours.median() / read.median();
  state.counters["moments_x_count"] = ours.median() / counted.median();
  state.counters["quantiles_x_read"] = quantiles.median() / read.median();
  state.counters["quantiles_x_count"] = quantiles.median() / counted.median();
  state.counters["turns"] = ours.turns();
  state.counters["moments_vs_one_by_one"] = one_by_one.median() / ours.median();
}

template <class T>
void add(const char* type, const Recipe& recipe, std::size_t size) {
  bench::add(std::string("moments/") + type + "/" + recipe.name + "/" + std::to_string(size), summarise<T>, recipe,
             size);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const Recipe& recipe : kData) {
    for (const std::size_t size : {kPart, std::size_t{1} << 24}) {
      add<float>("f32", recipe, size);
      add<double>("f64", recipe, size);
    }
  }
  add<float>("f32", kData[0], 64);
  return bench::describe();
}();

}  // namespace
