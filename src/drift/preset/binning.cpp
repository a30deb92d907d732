#include "drift/preset/binning.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "drift/pooled.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

double size_of(const Values& values) { return static_cast<double>(values.size()); }
double range_of(const Values& sorted) { return sorted.back() - sorted.front(); }
double sturges_width(const Values& sorted) { return range_of(sorted) / (std::log2(size_of(sorted)) + 1); }

double freedman_diaconis_width(const Values& sorted) {
  return 2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / std::cbrt(size_of(sorted));
}

// Doane 1976: Sturges, and more bins for a skewed sample.
double doane_width(const Values& sorted) {
  const double n = size_of(sorted);
  const auto [mean, deviation] = spread(sorted);
  if (!(n > 2) || !(deviation > 0)) return 0;
  Values cubes;
  for (const double x : sorted) cubes.push_back(std::pow((x - mean) / deviation, 3));
  const double skewness = std::fabs(sum(cubes) / n);
  const double its_deviation = std::sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
  return range_of(sorted) / (1 + std::log2(n) + std::log2(1 + skewness / its_deviation));
}

Values edges_of_width(const Values& sorted, double width) {
  const bool varies = width > 0 && range_of(sorted) > 0;
  return uniform_edges(sorted, varies ? static_cast<std::size_t>(std::ceil(range_of(sorted) / width)) : 1);
}

Values divided(const std::vector<std::uint64_t>& counts, double total) {
  Values shares;
  shares.reserve(counts.size());
  for (const std::uint64_t count : counts) shares.push_back(static_cast<double>(count) / total);
  return shares;
}

}  // namespace

Values sorted_copy(std::span<const double> sample) {
  Values values(sample.begin(), sample.end());
  std::sort(values.begin(), values.end());
  return values;
}

Values sorted_union(const Values& a, const Values& b) {
  Values all;
  all.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

std::size_t distinct(const Values& sorted) {
  return 1 + static_cast<std::size_t>(std::inner_product(sorted.begin() + 1, sorted.end(), sorted.begin(), 0L,
                                                         std::plus(), std::not_equal_to()));
}

Values linspace(double low, double high, std::size_t size) {
  const double step = (high - low) / static_cast<double>(size - 1);
  Values values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<double>(i) * step + low;
  values.back() = high;
  return values;
}

double quantile(const Values& sorted, double share) {
  const double position = share * (size_of(sorted) - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = (std::min)(below + 1, sorted.size() - 1);
  const double part = position - static_cast<double>(below);
  const double step = sorted[above] - sorted[below];
  return part < 0.5 ? sorted[below] + step * part : sorted[above] - step * (1 - part);
}

Values uniform_edges(const Values& sorted, std::size_t bins) {
  const double around = range_of(sorted) > 0 ? 0 : 0.5;
  return linspace(sorted.front() - around, sorted.back() + around, bins + 1);
}

Values sturges_edges(const Values& sorted) { return edges_of_width(sorted, sturges_width(sorted)); }
Values doane_edges(const Values& sorted) { return edges_of_width(sorted, doane_width(sorted)); }

Values auto_edges(const Values& sorted) {
  const double width = freedman_diaconis_width(sorted);
  return edges_of_width(sorted, width > 0 ? (std::min)(width, sturges_width(sorted)) : sturges_width(sorted));
}

std::vector<std::uint64_t> histogram(const Values& sorted, const Values& edges) {
  std::vector<std::uint64_t> counts;
  auto from = std::lower_bound(sorted.begin(), sorted.end(), edges.front());
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const bool last = i + 1 == edges.size();
    const auto to =
        last ? std::upper_bound(from, sorted.end(), edges[i]) : std::lower_bound(from, sorted.end(), edges[i]);
    counts.push_back(static_cast<std::uint64_t>(to - from));
    from = to;
  }
  return counts;
}

SharePair shares_in(const Values& reference, const Values& live, const Values& edges) {
  return {divided(histogram(reference, edges), size_of(reference)), divided(histogram(live, edges), size_of(live)),
          reference.size(), live.size()};
}

SharePair shares_of_counts(CountsView reference, CountsView live) {
  const auto total = [](CountsView counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); };
  const std::uint64_t n = total(reference);
  const std::uint64_t m = total(live);
  return {divided({reference.begin(), reference.end()}, static_cast<double>(n)),
          divided({live.begin(), live.end()}, static_cast<double>(m)), n, m};
}

}  // namespace leeway::inline v1::drift::detail
