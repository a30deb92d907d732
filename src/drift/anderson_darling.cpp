#include "leeway/drift/anderson_darling.hpp"

#include "drift/pooled.hpp"
#include "drift/shares.hpp"
#include "drift/terms.hpp"
#include "leeway/stats/anderson_darling.hpp"

namespace leeway::inline v1::drift {
namespace {

// `i` and `j` values up to the middle of a cell of `here` values. A cell that holds all values tells nothing.
double term(double i, double j, double here, double n, double m) {
  const double size = n + m;
  const double below = i + j;
  const double difference = detail::ks_term(i, n, j, m);
  const double weight = below * (size - below) - 0.25 * size * here;
  if (difference == 0 || !(weight > 0)) return 0;
  return (size - 1) / size * (1 / n + 1 / m) * here / size * difference / weight * difference;
}

}  // namespace

Result<Divergence> anderson_darling_binned(CountsView reference, CountsView live) {
  const auto shares = detail::to_shares(reference, live, Smoothing::none);
  if (!shares) return shares.error();
  Divergence result{.convention = "anderson_darling/binned",
                    .reference_count = shares->reference_count,
                    .live_count = shares->live_count};
  const auto n = static_cast<double>(result.reference_count);
  const auto m = static_cast<double>(result.live_count);
  double i = 0;
  double j = 0;
  for (std::size_t c = 0; c < live.size(); ++c) {
    const auto a = static_cast<double>(reference[c]);
    const auto b = static_cast<double>(live[c]);
    result.contributions.push_back(term(i + 0.5 * a, j + 0.5 * b, a + b, n, m));
    i += a;
    j += b;
  }
  result.value = detail::sum(result.contributions);
  return result;
}

Result<Divergence> anderson_darling_two_sample(std::span<const double> reference, std::span<const double> live) {
  const auto pooled = detail::pool(reference, live);
  if (!pooled) return pooled.error();
  auto result = anderson_darling_binned(pooled->reference, pooled->live);
  if (!result) return result;
  result->convention = "anderson_darling/midrank";
  result->contributions.clear();  // there are no cells
  if (reference.size() + live.size() >= 4) {
    result->p_value = stats::anderson_darling_p_value(result->value, reference.size(), live.size());
  }
  return result;
}

}  // namespace leeway::inline v1::drift
