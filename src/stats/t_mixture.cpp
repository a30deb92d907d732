#include "leeway/stats/t_mixture.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>
#include <string>

#include "leeway/base/assert.hpp"
#include "stats/policy.hpp"
#include "stats/tick_difference.hpp"

namespace leeway::inline v1::stats {
namespace {

// How much of (n + c2) V the mean explains: x of the header.
double explained(double s, double v, double n, double c2) noexcept {
  if (!(v > 0)) return 0;
  const double r = s / std::sqrt(v);
  return std::min(r * r, n) / (n + c2);
}

double shrinkage(double n, double c2) noexcept { return -0.5 * std::log1p(n / c2); }

// I_y(a, 1/2) / (y^a (1 - y)^(1/2) / (a B(a, 1/2))), by its continued fraction (DLMF 8.17.22, modified Lentz), which
// converges fast for y < (a + 1) / (a + 5/2).
double beta_fraction(double a, double y) noexcept {
  constexpr double b = 0.5;
  constexpr double kTiny = 1e-300;
  constexpr int kMostSteps = 10000;
  const auto nonzero = [](double z) { return std::fabs(z) < kTiny ? kTiny : z; };
  double c = 1;
  double d = 1 / nonzero(1 - (a + b) * y / (a + 1));
  double value = d;
  for (int m = 1; m < kMostSteps; ++m) {
    const double even = m * (b - m) * y / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * y / ((a + 2 * m) * (a + 2 * m + 1));
    double step = 1;
    for (const double term : {even, odd}) {
      d = 1 / nonzero(1 + term * d);
      c = nonzero(1 + term / c);
      step *= d * c;
    }
    value *= step;
    if (std::fabs(step - 1) < 1e-16) break;
  }
  return value;
}

// ln(I_(1-x)(n/2, 1/2) / (1-x)^(n/2)) for large x: what Student's tail is, but for a power that the caller cancels.
double log_tail_over_power(double n, double x) noexcept {
  const double a = n / 2;
  const double log_beta =
      0.5 * std::log(std::numbers::pi) + std::log(boost::math::tgamma_delta_ratio(a, 0.5, detail::Saturate()));
  return 0.5 * std::log(x) - std::log(a) - log_beta + std::log(beta_fraction(a, 1 - x));
}

Error invalid(const char* expected, double found) {
  return {ErrorCode::invalid_argument, std::string("expected ") + expected + ", found " + std::to_string(found), {}};
}

}  // namespace

double t_mixture_two_sided(double s, double v, double n, double c2) noexcept {
  LEEWAY_ASSERT(v >= 0 && n >= 0 && c2 > 0);
  return shrinkage(n, c2) - n / 2 * std::log1p(-explained(s, v, n, c2));
}

double t_mixture_one_sided(double s, double v, double n, double c2) noexcept {
  LEEWAY_ASSERT(v >= 0 && n >= 0 && c2 > 0);
  constexpr double kFarT2 = 4;  // from 2 standard errors below 0 on, the continued fraction is fast
  const double x = explained(s, v, n, c2);
  const double two_sided = t_mixture_two_sided(s, v, n, c2);
  if (x == 0) return two_sided;
  const bool below = s < 0;
  if (below && n * x > kFarT2 * (1 - x)) return shrinkage(n, c2) + log_tail_over_power(n, x);
  const double within = boost::math::ibeta(0.5, n / 2, x, detail::Saturate());  // P(|T| < |t|), of all digits near 0
  return two_sided + std::log1p(below ? -within : within);                      // 2 F(t) = 1 +- within
}

Result<TMixture> TMixture::make(const TMixtureOptions& options) {
  if (!(options.margin >= 0 && std::isfinite(options.margin))) {
    return invalid("a margin of at least 0", options.margin);
  }
  if (options.goal == Goal::promote && options.margin == 0) {
    return invalid("a margin above 0 to promote within", options.margin);
  }
  if (!(options.c2 > 0 && std::isfinite(options.c2))) return invalid("c2 above 0", options.c2);
  TMixture test;
  test.options_ = options;
  return test;
}

void TMixture::add_difference(double difference, double weight) noexcept {
  const double harm = options_.worse == Worse::higher ? difference : -difference;
  const double beyond = options_.goal == Goal::rollback ? harm - options_.margin : options_.margin - harm;
  const double x = std::sqrt(weight) * beyond;
  if (!(weight > 0 && std::isfinite(squares_ + x * x))) return;
  sum_ += x;
  squares_ += x * x;
  ++ticks_;
}

void TMixture::add(Baseline<MeanSummary> baseline, Candidate<MeanSummary> candidate) noexcept {
  const MeanSummary a = baseline.value;
  const MeanSummary b = candidate.value;
  if (a.count > 0 && b.count > 0) add_difference(b.mean - a.mean, detail::difference_weight(a.count, b.count));
}

void TMixture::add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept {
  const RateCounts a = baseline.value;
  const RateCounts b = candidate.value;
  if (a.count == 0 || b.count == 0) return;
  add_difference(detail::rate(b) - detail::rate(a), detail::difference_weight(a.count, b.count));
}

double TMixture::log_e_value() const noexcept {
  return t_mixture_one_sided(sum_, squares_, static_cast<double>(ticks_), options_.c2);
}

}  // namespace leeway::inline v1::stats
