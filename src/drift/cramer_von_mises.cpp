#include "leeway/drift/cramer_von_mises.hpp"

#include "drift/pooled.hpp"
#include "drift/shares.hpp"
#include "drift/terms.hpp"
#include "leeway/stats/cramer_von_mises.hpp"

namespace leeway::inline v1::drift {

Result<Divergence> cramer_von_mises_binned(CountsView reference, CountsView live) {
  const auto shares = detail::to_shares(reference, live, Smoothing::none);
  if (!shares) return shares.error();
  Divergence result{.convention = "cramer_von_mises/binned",
                    .reference_count = shares->reference_count,
                    .live_count = shares->live_count};
  const auto n = static_cast<double>(result.reference_count);
  const auto m = static_cast<double>(result.live_count);
  std::uint64_t i = 0;
  std::uint64_t j = 0;
  for (std::size_t c = 0; c < live.size(); ++c) {
    i += reference[c];
    j += live[c];
    const double d = detail::ks_term(static_cast<double>(i), n, static_cast<double>(j), m) / (n + m);
    result.contributions.push_back(static_cast<double>(reference[c] + live[c]) * d / n * d / m);
  }
  result.value = detail::sum(result.contributions);
  return result;
}

Result<Divergence> cramer_von_mises_two_sample(std::span<const double> reference, std::span<const double> live) {
  const auto pooled = detail::pool(reference, live);
  if (!pooled) return pooled.error();
  auto result = cramer_von_mises_binned(pooled->reference, pooled->live);
  if (!result) return result;
  result->convention = "cramer_von_mises/exact";
  result->contributions.clear();  // there are no cells
  result->p_value = stats::cramer_von_mises_p_value(result->value, result->reference_count, result->live_count);
  return result;
}

}  // namespace leeway::inline v1::drift
