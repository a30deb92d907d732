#include <algorithm>
#include <limits>

#include "drift/preset/libraries.hpp"
#include "drift/preset/tests.hpp"
#include "drift/share_terms.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/wasserstein.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

SharePair filled(SharePair shares) {
  for (auto* side : {&shares.reference, &shares.live}) {
    std::replace(side->begin(), side->end(), 0.0, std::numeric_limits<double>::min());
  }
  return shares;
}

SharePair over_union(const Values& reference, const Values& live, std::size_t bins) {
  return shares_in(reference, live, uniform_edges(sorted_union(reference, live), bins));
}

// A distribution function that is linear inside the bins of a sample.
class Interpolated {
 public:
  explicit Interpolated(const Values& sample) : edges_(auto_edges(sample)), below_{0} {
    double count = 0;
    for (const std::uint64_t here : histogram(sample, edges_)) {
      below_.push_back((count += static_cast<double>(here)) / static_cast<double>(sample.size()));
    }
  }

  double operator()(double x) const {
    if (x <= edges_.front()) return 0;
    if (x >= edges_.back()) return 1;
    const auto i = static_cast<std::size_t>(std::upper_bound(edges_.begin(), edges_.end(), x) - edges_.begin()) - 1;
    return below_[i] + (below_[i + 1] - below_[i]) / (edges_[i + 1] - edges_[i]) * (x - edges_[i]);
  }

 private:
  Values edges_;
  Values below_;
};

Values shares_between(const Values& points, const Values& sample) {
  const Interpolated below(sample);
  Values shares;
  for (std::size_t i = 1; i < points.size(); ++i) shares.push_back(below(points[i]) - below(points[i - 1]));
  return shares;
}

SharePair interpolated(const Values& reference, const Values& live, std::size_t points) {
  const double low = (std::min)(reference.front(), live.front());
  const double high = (std::max)(reference.back(), live.back());
  const Values at = linspace(low, high, points);
  return {shares_between(at, reference), shares_between(at, live), reference.size(), live.size()};
}

// Between the ends of a constant there are no shares to compare.
Result<Divergence> js_distance(const Values& reference, const Values& live, std::size_t bins) {
  SharePair shares = interpolated(reference, live, bins);
  if (sum(shares.reference) > 0 && sum(shares.live) > 0) return js_distance_of(std::move(shares));
  return Error{ErrorCode::undefined, "expected values that vary, found one value on both sides", {}};
}

}  // namespace

Result<Divergence> frouros(Metric metric, const Values& reference, const Values& live, std::size_t bins) {
  switch (metric) {
    case Metric::psi: return sum_over_cells("psi", filled(over_union(reference, live, bins)), psi_of);
    case Metric::hellinger: return hellinger_distance_of(over_union(reference, live, bins));
    case Metric::js_distance: return js_distance(reference, live, bins);
    case Metric::kl_live_reference:
      return sum_over_cells("kl", interpolated(reference, live, bins), [](double p, double q) { return kl_of(q, p); });
    case Metric::wasserstein: return wasserstein_two_sample(reference, live);
    case Metric::cramer_von_mises: return midrank_cramer_von_mises(reference, live);
    case Metric::anderson_darling: return normalised_anderson_darling(reference, live);
    default: return ks_two_sample(reference, live);
  }
}

}  // namespace leeway::inline v1::drift::detail
