#include <algorithm>
#include <cmath>

#include "drift/preset/libraries.hpp"
#include "drift/share_terms.hpp"
#include "leeway/drift/total_variation.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

constexpr std::size_t kBuckets = 10;

// A side as its own standard histogram: uniform buckets over its range. A constant is a bucket without width.
struct Buckets {
  explicit Buckets(const Values& sample)
      : size(static_cast<double>(sample.size())), point(sample.front() == sample.back()), value(sample.front()) {
    if (point) return;
    edges = uniform_edges(sample, kBuckets);
    counts = histogram(sample, edges);
  }

  // The share between two neighbours among the edges of both sides: its part of the bucket they lie in.
  [[nodiscard]] double share(double from, double to) const {
    if (point || from < edges.front() || to > edges.back()) return 0;
    const auto i = static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), from) - edges.begin()) - 1;
    return (to - from) / (edges[i + 1] - edges[i]) * static_cast<double>(counts[i]) / size;
  }

  [[nodiscard]] double share_at(double x) const { return point && x == value ? 1 : 0; }

  double size;
  bool point;
  double value;
  Values edges{};
  std::vector<std::uint64_t> counts{};
};

// All edges, each once.
Values common_edges(const Buckets& a, const Buckets& b) {
  Values edges = sorted_union(a.edges, b.edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

SharePair aligned(const Values& reference, const Values& live) {
  const Buckets a(reference);
  const Buckets b(live);
  const Values edges = common_edges(a, b);
  SharePair shares{{}, {}, reference.size(), live.size()};
  const auto add = [&](double p, double q) {
    shares.reference.push_back(p);
    shares.live.push_back(q);
  };
  for (std::size_t i = 1; i < edges.size(); ++i) {
    add(a.share(edges[i - 1], edges[i]), b.share(edges[i - 1], edges[i]));
  }
  if (a.point) add(1, b.share_at(a.value));
  if (b.point && !(a.point && a.value == b.value)) add(0, 1);
  return shares;
}

Divergence js_divergence(SharePair shares) {
  renormalise(shares);
  Divergence result = sum_over_cells("js", shares, [](double p, double q) { return js_of(p, q) / kNatsPerBit; });
  result.value = (std::min)(result.value, 1.0);
  return result;
}

}  // namespace

Result<Divergence> tfdv(const Values& reference, const Values& live) { return js_divergence(aligned(reference, live)); }

Result<Divergence> tfdv(Metric metric, CountsView reference, CountsView live) {
  if (metric == Metric::l_infinity) return l_infinity(reference, live);
  return js_divergence(shares_of_counts(reference, live));
}

}  // namespace leeway::inline v1::drift::detail
