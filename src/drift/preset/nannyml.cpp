#include <algorithm>
#include <cmath>
#include <numeric>

#include "drift/pooled.hpp"
#include "drift/preset/libraries.hpp"
#include "drift/share_terms.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/drift/wasserstein.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

constexpr std::size_t kEstimated = 10'000;  // reference values from which on, and cells over which, it estimates

// What live holds outside the cells of the reference is one cell more.
SharePair with_leftover(SharePair shares, std::uint64_t outside) {
  if (outside == 0) return shares;
  shares.reference.push_back(0);
  shares.live.push_back(static_cast<double>(outside) / static_cast<double>(shares.live_count));
  return shares;
}

SharePair over_categories(CountsView reference, CountsView live) {
  std::vector<std::uint64_t> known;
  std::vector<std::uint64_t> live_known;
  std::uint64_t outside = 0;
  for (std::size_t c = 0; c < reference.size(); ++c) {
    if (reference[c] == 0) {
      outside += live[c];
      continue;
    }
    known.push_back(reference[c]);
    live_known.push_back(live[c]);
  }
  SharePair shares = shares_of_counts(known, live_known);
  shares.live_count += outside;
  for (std::size_t c = 0; c < known.size(); ++c) {
    shares.live[c] = static_cast<double>(live_known[c]) / static_cast<double>(shares.live_count);
  }
  return with_leftover(std::move(shares), outside);
}

SharePair over_bins(const Values& reference, const Values& live) {
  const auto edges = doane_edges(reference);
  const auto inside = histogram(live, edges);
  const std::uint64_t counted = std::accumulate(inside.begin(), inside.end(), std::uint64_t{0});
  return with_leftover(shares_in(reference, live, edges), live.size() - counted);
}

bool is_continuous(const Values& reference) {
  const auto values = static_cast<double>(distinct(reference));
  return values > 50 || values / static_cast<double>(reference.size()) > 0.1;
}

SharePair shares_of(const Values& reference, const Values& live) {
  if (is_continuous(reference)) return over_bins(reference, live);
  const auto pooled = pool(reference, live);
  return over_categories(pooled->reference, pooled->live);
}

Divergence distance(Metric metric, SharePair shares) {
  if (metric == Metric::hellinger) return hellinger_distance_of(shares);
  return js_distance_of(std::move(shares), 1 / kNatsPerBit);
}

// Reference minus live distribution function after each of many uniform cells over the reference, live shifted up.
Values differences(const Values& reference, const Values& live, const Values& edges, double shift) {
  const auto shares = shares_in(reference, live, edges);
  Values differences;
  double before = -shift;
  for (std::size_t c = 0; c < shares.live.size(); ++c) {
    differences.push_back(std::fabs(before += shares.reference[c] - shares.live[c]));
  }
  return differences;
}

double below(const Values& live, double least) {
  return static_cast<double>(std::lower_bound(live.begin(), live.end(), least) - live.begin());
}

Divergence estimated_ks(const Values& reference, const Values& live) {
  const auto edges = uniform_edges(reference, kEstimated);
  const double shift = below(live, edges.front()) / static_cast<double>(live.size());
  const auto all = differences(reference, live, edges, shift);
  return {*std::max_element(all.begin(), all.end()), {}, reference.size(), live.size()};
}

// Inside the range by cells, beyond it value by value. Where values lie below, one too many is counted.
Divergence estimated_wasserstein(const Values& reference, const Values& live) {
  const auto edges = uniform_edges(reference, kEstimated);
  const auto m = static_cast<double>(live.size());
  const double fewer = below(live, edges.front());
  Values terms = differences(reference, live, edges, fewer > 0 ? (fewer + 1) / m : 0);
  for (double& term : terms) term *= edges[1] - edges[0];
  for (const double x : live) {
    terms.push_back((std::max)({edges.front() - x, x - edges.back(), 0.0}) / m);
  }
  return {sum(terms), {}, reference.size(), live.size()};
}

}  // namespace

Result<Divergence> nannyml(Metric metric, const Values& reference, const Values& live, bool exact) {
  const bool estimated = !exact && reference.size() >= kEstimated;
  if (metric == Metric::wasserstein) {
    if (estimated) return estimated_wasserstein(reference, live);
    return wasserstein_two_sample(reference, live);
  }
  if (metric != Metric::ks) return distance(metric, shares_of(reference, live));
  if (estimated) return estimated_ks(reference, live);
  auto result = ks_two_sample(reference, live);
  if (result) result->p_value.reset();  // the statistic alone is compared
  return result;
}

Result<Divergence> nannyml(Metric metric, CountsView reference, CountsView live) {
  if (metric == Metric::chi_square) return chi_square(reference, live, Continuity::yates);
  if (metric == Metric::l_infinity) return l_infinity(reference, live);
  return distance(metric, over_categories(reference, live));
}

}  // namespace leeway::inline v1::drift::detail
