#include <algorithm>
#include <cmath>

#include "drift/pooled.hpp"
#include "drift/preset/libraries.hpp"
#include "drift/preset/tests.hpp"
#include "drift/share_terms.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/total_variation.hpp"
#include "leeway/drift/wasserstein.hpp"
#include "leeway/stats/chi_square.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

constexpr std::size_t kMostCells = 20;  // distinct reference values that are cells of their own

// Empty cells get 0.0001, or a millionth of the smallest other where that is no larger than 0.0001.
void fill_empty(std::vector<double>& shares) {
  double least = 1;
  for (const double share : shares) least = share > 0 ? (std::min)(least, share) : least;
  const double fill = least <= 0.0001 ? least / 1e6 : 0.0001;
  std::replace(shares.begin(), shares.end(), 0.0, fill);
}

SharePair filled(SharePair shares) {
  fill_empty(shares.reference);
  fill_empty(shares.live);
  return shares;
}

Divergence kl(SharePair shares) {
  renormalise(shares);
  return sum_over_cells("kl", shares, kl_of);
}

// sqrt(1 - sum of sqrt(p q)).
Divergence hellinger_by_overlap(const SharePair& shares) {
  Divergence result = sum_over_cells("hellinger", shares, [](double p, double q) { return std::sqrt(p * q); });
  result.value = std::sqrt(1 - std::clamp(result.value, 0.0, 1.0));
  result.contributions.clear();
  return result;
}

SharePair binned(const Values& reference, const Values& live) {
  if (distinct(reference) > kMostCells) return shares_in(reference, live, sturges_edges(sorted_union(reference, live)));
  const auto pooled = pool(reference, live);
  return shares_of_counts(pooled->reference, pooled->live);
}

SharePair binned_by_distinct(const Values& reference, const Values& live) {
  Values all = sorted_union(reference, live);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return shares_in(reference, live, sturges_edges(all));
}

Result<Divergence> of_shares(Metric metric, const SharePair& shares) {
  switch (metric) {
    case Metric::psi: return sum_over_cells("psi", filled(shares), psi_of);
    case Metric::kl_reference_live: return kl(filled(shares));
    default: return js_distance_of(shares);
  }
}

Result<Divergence> wasserstein(const Values& reference, const Values& live) {
  auto result = wasserstein_two_sample(reference, live);
  if (result) result->value /= (std::max)(spread(reference).deviation, 0.001);
  return result;
}

// One sample: live against the reference as if it were known.
Divergence goodness_of_fit(const SharePair& shares, double (*term)(double observed, double expected)) {
  const auto m = static_cast<double>(shares.live_count);
  Divergence result = sum_over_cells("one_sample", shares, [&](double p, double q) { return m * term(q, p); });
  const auto degrees = static_cast<double>(shares.live.size()) - 1;
  const double tail = result.value <= 0 ? 1 : std::isinf(result.value) ? 0 : -1;
  result.p_value = degrees < 1 ? 1 : tail >= 0 ? tail : stats::chi_square_upper_tail(result.value, degrees);
  return result;
}

double pearson(double observed, double expected) {
  return (observed - expected) * (observed - expected) / expected;  // infinite at an unseen category
}

double likelihood(double observed, double expected) { return 2 * kl_of(observed, expected); }

Result<Divergence> g(const SharePair& shares) {
  if (shares.reference_count == shares.live_count) return goodness_of_fit(shares, likelihood);
  return Error{ErrorCode::incompatible,
               "expected sides of equal size, as evidently compares their counts unscaled, found " +
                   std::to_string(shares.reference_count) + " and " + std::to_string(shares.live_count),
               {}};
}

// Pooled test of two proportions; a single common category is no difference.
Result<Divergence> z_test(const SharePair& shares) {
  if (shares.live.size() > 2) {
    return Error{
        ErrorCode::incompatible, "expected at most two categories, found " + std::to_string(shares.live.size()), {}};
  }
  Divergence result{.reference_count = shares.reference_count, .live_count = shares.live_count, .p_value = 1};
  if (shares.live.size() < 2) return result;
  const auto n = static_cast<double>(shares.reference_count);
  const auto m = static_cast<double>(shares.live_count);
  const double all = (shares.reference[1] * n + shares.live[1] * m) / (n + m);
  result.value = (shares.reference[1] - shares.live[1]) / std::sqrt(all * (1 - all) * (1 / n + 1 / m));
  result.p_value = std::erfc(std::fabs(result.value) / std::sqrt(2.0));
  return result;
}

}  // namespace

Result<Divergence> evidently(Metric metric, const Values& reference, const Values& live) {
  switch (metric) {
    case Metric::hellinger: return hellinger_by_overlap(binned_by_distinct(reference, live));
    case Metric::wasserstein: return wasserstein(reference, live);
    case Metric::ks: return ks_two_sample(reference, live);
    case Metric::cramer_von_mises: return midrank_cramer_von_mises(reference, live);
    case Metric::anderson_darling: return normalised_anderson_darling(reference, live);
    default: return of_shares(metric, binned(reference, live));
  }
}

Result<Divergence> evidently(Metric metric, CountsView reference, CountsView live) {
  const SharePair shares = shares_of_counts(reference, live);
  switch (metric) {
    case Metric::hellinger: return hellinger_by_overlap(shares);
    case Metric::chi_square: return goodness_of_fit(shares, pearson);
    case Metric::g: return g(shares);
    case Metric::total_variation: return total_variation(reference, live);
    case Metric::z_test: return z_test(shares);
    default: return of_shares(metric, shares);
  }
}

}  // namespace leeway::inline v1::drift::detail
