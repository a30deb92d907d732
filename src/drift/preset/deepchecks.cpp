#include <algorithm>
#include <cmath>

#include "drift/preset/libraries.hpp"
#include "drift/share_terms.hpp"
#include "leeway/drift/contingency.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/drift/wasserstein.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

constexpr double kLeastShare = 0.01;

struct Grouped {
  std::vector<std::uint64_t> reference;
  std::vector<std::uint64_t> live;
};

double share(std::uint64_t part, std::uint64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

// Categories of less than `min_ratio` of the reference as one, which counts if it exceeds that on either side.
Grouped grouped(CountsView reference, CountsView live, double min_ratio) {
  const SharePair shares = shares_of_counts(reference, live);
  Grouped cells;
  std::uint64_t other_reference = 0;
  std::uint64_t other_live = 0;
  for (std::size_t c = 0; c < live.size(); ++c) {
    if (shares.reference[c] < min_ratio) {
      other_reference += reference[c];
      other_live += live[c];
      continue;
    }
    cells.reference.push_back(reference[c]);
    cells.live.push_back(live[c]);
  }
  if (share(other_reference, shares.reference_count) > min_ratio || share(other_live, shares.live_count) > min_ratio) {
    cells.reference.push_back(other_reference);
    cells.live.push_back(other_live);
  }
  return cells;
}

Divergence psi(const Grouped& cells, std::uint64_t n, std::uint64_t m) {
  SharePair shares{{}, {}, n, m};
  for (std::size_t c = 0; c < cells.live.size(); ++c) {
    shares.reference.push_back((std::max)(share(cells.reference[c], n), kLeastShare));
    shares.live.push_back((std::max)(share(cells.live[c], m), kLeastShare));
  }
  return sum_over_cells("psi", shares, psi_of);
}

// numpy rounds halves to even, as the rounding mode does.
std::vector<std::uint64_t> scaled(const std::vector<std::uint64_t>& counts, double to, double from) {
  std::vector<std::uint64_t> scaled;
  for (const std::uint64_t count : counts) {
    scaled.push_back(static_cast<std::uint64_t>(std::nearbyint(static_cast<double>(count) * to / from)));
  }
  return scaled;
}

// Bergsma 2013: what V would be without the bias of few values.
double unbiased_v(double chi_square, double count, double columns) {
  constexpr double kRows = 2;
  const double phi = (std::max)(0.0, chi_square / count - (columns - 1) * (kRows - 1) / (count - 1));
  const double rows = kRows - (kRows - 1) * (kRows - 1) / (count - 1);
  const double cells = columns - (columns - 1) * (columns - 1) / (count - 1);
  const double degrees = (std::min)(cells, rows) - 1;
  return degrees > 0 ? std::sqrt(phi / degrees) : 0;
}

Result<Divergence> cramers_v(const Grouped& cells, std::uint64_t n, std::uint64_t m) {
  const auto smaller = static_cast<double>((std::min)(n, m));
  const auto reference = scaled(cells.reference, smaller, static_cast<double>(n));
  const auto live = scaled(cells.live, smaller, static_cast<double>(m));
  auto result = chi_square(reference, live, Continuity::yates);
  if (!result) return result;
  std::size_t columns = 0;
  for (std::size_t c = 0; c < live.size(); ++c) columns += reference[c] + live[c] > 0;
  const double count = static_cast<double>(result->reference_count) + static_cast<double>(result->live_count);
  result->value = unbiased_v(result->value, count, static_cast<double>(columns));
  result->reference_count = n;
  result->live_count = m;
  result->p_value.reset();
  result->contributions.clear();
  return result;
}

Values trimmed(const Values& sample, double margin) {
  const double low = quantile(sample, margin);
  const double high = quantile(sample, 1 - margin);
  Values kept;
  std::copy_if(sample.begin(), sample.end(), std::back_inserter(kept), [&](double x) { return x >= low && x <= high; });
  return kept;
}

// Both samples brought to [0, 1] together; a constant has no length to move over.
Result<Divergence> earth_mover(const Values& reference, const Values& live, double margin) {
  const Values a = margin > 0 ? trimmed(reference, margin) : reference;
  const Values b = margin > 0 ? trimmed(live, margin) : live;
  auto result = wasserstein_two_sample(a, b);
  if (!result) return result;
  const double length = (std::max)(a.back(), b.back()) - (std::min)(a.front(), b.front());
  result->value = length > 0 ? result->value / length : 0;
  result->reference_count = reference.size();
  result->live_count = live.size();
  return result;
}

}  // namespace

Result<Divergence> deepchecks(Metric metric, const Values& reference, const Values& live, double margin) {
  if (metric == Metric::wasserstein) return earth_mover(reference, live, margin);
  auto result = ks_two_sample(reference, live);
  if (result) result->p_value.reset();  // the statistic alone is compared
  return result;
}

Result<Divergence> deepchecks(Metric metric, CountsView reference, CountsView live, double min_ratio) {
  const auto shares = shares_of_counts(reference, live);
  const auto cells = grouped(reference, live, min_ratio);
  if (cells.live.empty()) {
    return Error{ErrorCode::undefined, "expected a category of at least min_ratio, found none", "min_ratio"};
  }
  if (metric == Metric::psi) return psi(cells, shares.reference_count, shares.live_count);
  return cramers_v(cells, shares.reference_count, shares.live_count);
}

}  // namespace leeway::inline v1::drift::detail
