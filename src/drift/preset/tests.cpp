#include "drift/preset/tests.hpp"

#include <cmath>

#include "drift/pooled.hpp"
#include "drift/sum.hpp"
#include "leeway/drift/anderson_darling.hpp"
#include "leeway/drift/ks.hpp"
#include "leeway/stats/anderson_darling.hpp"
#include "leeway/stats/cramer_von_mises.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift::detail {
namespace {

// Sum over i = first + 1 ... first + size of (rank - i)^2.
double squares_from(double rank, double first, double size) {
  const double d = rank - first;
  return size * d * d - d * size * (size + 1) + size * (size + 1) * (2 * size + 1) / 6;
}

// Scholz & Stephens 1987, table 1 for two samples: the logarithm of the level by a parabola through its critical
// values.
double interpolated_p_value(double value) {
  constexpr double kLeast = 0.325;  // of the critical values, at 0.25
  constexpr double kMost = 6.546;   // at 0.001
  if (value < kLeast) return 0.25;
  if (value > kMost) return 0.001;
  return std::exp((0.01819809457411147 * value - 1.0082265644652515) * value - 1.077770279820484);
}

}  // namespace

Result<Divergence> midrank_cramer_von_mises(std::span<const double> reference, std::span<const double> live) {
  const auto pooled = pool(reference, live);
  if (!pooled) return pooled.error();
  const auto n = static_cast<double>(reference.size());
  const auto m = static_cast<double>(live.size());
  std::vector<double> terms;
  double i = 0;
  double j = 0;
  for (std::size_t k = 0; k < pooled->values.size(); ++k) {
    const auto a = static_cast<double>(pooled->reference[k]);
    const auto b = static_cast<double>(pooled->live[k]);
    const double rank = i + j + 0.5 * (a + b + 1);
    terms.push_back(n * squares_from(rank, i, a) + m * squares_from(rank, j, b));
    i += a;
    j += b;
  }
  Divergence result{.reference_count = reference.size(), .live_count = live.size()};
  result.value = sum(terms) / (n * m * (n + m)) - (4 * n * m - 1) / (6 * (n + m));
  result.p_value = stats::cramer_von_mises_p_value(result.value, reference.size(), live.size());
  return result;
}

Result<Divergence> normalised_anderson_darling(std::span<const double> reference, std::span<const double> live) {
  const auto pooled = pool(reference, live);
  if (!pooled) return pooled.error();
  if (pooled->values.size() < 2 || reference.size() + live.size() < 4) {
    return Error{ErrorCode::undefined, "expected at least 4 values and 2 distinct ones, found fewer", {}};
  }
  auto result = anderson_darling_two_sample(reference, live);
  if (!result) return result;
  result->value = (result->value - 1) / stats::anderson_darling_deviation(reference.size(), live.size());
  result->p_value = interpolated_p_value(result->value);
  return result;
}

double asymptotic_ks_p_value(double d, std::uint64_t n, std::uint64_t m) {
  const double size =
      static_cast<double>(n) * static_cast<double>(m) / (static_cast<double>(n) + static_cast<double>(m));
  const auto rounded = static_cast<std::uint64_t>(std::nearbyint(size));
  return rounded == 0 ? 1 : stats::kolmogorov_upper_tail(d, rounded);
}

Result<Divergence> asymptotic_ks(std::span<const double> reference, std::span<const double> live) {
  auto result = ks_two_sample(reference, live);
  if (result) result->p_value = asymptotic_ks_p_value(result->value, reference.size(), live.size());
  return result;
}

}  // namespace leeway::inline v1::drift::detail
