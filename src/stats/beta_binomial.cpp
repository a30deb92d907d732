#include "stats/beta_binomial.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <numbers>

#include "stats/normal_tail.hpp"
#include "stats/policy.hpp"
#include "stats/saddle_point.hpp"
#include "stats/stirling.hpp"

namespace leeway::inline v1::stats::detail {
namespace {

// The beta law after what was seen.
struct Posterior {
  double a, b, n;
  double deviance_a, deviance_b;  // of a and b from n p and n q
};

Posterior posterior_of(const ShareNull& null, const ShareCounts& seen) noexcept {
  const double n = null.weight + (seen.successes + seen.failures);
  const double a = null.weight * null.p + seen.successes;
  const double b = null.weight * null.q + seen.failures;
  return {a, b, n, deviance(a, n * null.p, seen.shortfall), deviance(b, n * null.q, -seen.shortfall)};
}

double log_beta_excess(double a, double b, double n) noexcept {
  return log_gamma_excess(a) + log_gamma_excess(b) - log_gamma_excess(n);
}

// p times the hypergeometric factor of the upper tail beyond p, far above the mean; odds = q / p. Gauss's continued
// fraction by Lentz's method, after Pfaff's transformation, so that a p far below rounding is not lost in q.
double tail_fraction(double a, double b, double odds) noexcept {
  constexpr int kMostSteps = 100'000;
  constexpr double kTiny = 1e-300;
  double c = 1;
  double d = 1 / (1 + (1 - a) / (b + 1) * odds);
  double h = d;
  for (double m = 1; m < kMostSteps; ++m) {
    const double even = m / (b + 2 * m - 1) * ((a + b + m - 1) / (b + 2 * m)) * odds;
    const double odd = (b + m) / (b + 2 * m) * ((m + 1 - a) / (b + 2 * m + 1)) * odds;
    for (const double step : {even, odd}) {
      d = 1 + step * d;
      c = 1 + step / c;
      if (std::fabs(d) < kTiny) d = kTiny;
      if (std::fabs(c) < kTiny) c = kTiny;
      d = 1 / d;
      h *= d * c;
    }
    if (std::fabs(d * c - 1) < 1e-16) break;
  }
  return h;
}

// ln of the upper tail for large a and b, where the incomplete beta function loses digits.
double log_tail_by_root(const Posterior& post, double shortfall) noexcept {
  const double sd = std::sqrt(post.a / post.n * post.b);
  return log_normal_cdf(
      -corrected_root(post.deviance_a + post.deviance_b, shortfall, sd, (post.b - post.a) / post.n / (3 * sd)));
}

}  // namespace

double log_share_e_value(const ShareNull& null, const ShareCounts& seen) noexcept {
  const Posterior post = posterior_of(null, seen);
  const double a = null.weight * null.p;
  const double b = null.weight * null.q;
  const double scale = std::log(post.a / (post.n * null.p)) + std::log(post.b / (post.n * null.q)) +
                       std::log1p((seen.successes + seen.failures) / null.weight);
  return post.deviance_a + post.deviance_b - 0.5 * scale + log_beta_excess(post.a, post.b, post.n) -
         log_beta_excess(a, b, null.weight);
}

double log_upper_share(const ShareNull& null, const ShareCounts& seen) noexcept {
  constexpr double kFarTail = 1e-200;
  constexpr double kLarge = 1e7;
  const Posterior post = posterior_of(null, seen);
  if ((std::min)(post.a, post.b) > kLarge) return log_tail_by_root(post, seen.shortfall);
  const double tail = boost::math::ibetac(post.a, post.b, null.p, Saturate());
  if (tail > 0.5) return std::log1p(-boost::math::ibeta(post.a, post.b, null.p, Saturate()));
  if (tail > kFarTail) return std::log(tail);
  return -(post.deviance_a + post.deviance_b) + 0.5 * std::log(post.a / post.n / post.b / (2 * std::numbers::pi)) -
         log_beta_excess(post.a, post.b, post.n) + std::log(tail_fraction(post.a, post.b, null.q / null.p) / null.p);
}

double share_prior_weight(double t_opt, double two_sided_alpha) noexcept {
  constexpr double kLeast = 1e-3;
  const double l = -2 * std::log(two_sided_alpha);
  return (std::max)(t_opt / (l + std::log1p(l)) - 1, kLeast);
}

}  // namespace leeway::inline v1::stats::detail
