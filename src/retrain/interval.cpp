#include "leeway/retrain/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "retrain/check.hpp"
#include "retrain/interval_check.hpp"
#include "retrain/remainders.hpp"
#include "stats/lambert.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;
using detail::expm1_minus;
using stats::detail::lambert_excess;

// With l = -ln(1 - k) the condition is x - log1p(x) = l: Lambert's W.

// x - sqrt(2 k): what the square-root law leaves out.
double beyond_root(double x, double k) noexcept {
  const double root = std::sqrt(2 * k);
  const double r = std::sqrt(-2 * std::log1p(-k));
  if (r >= stats::detail::kSeriesSuffices) return x - root;
  return 2 * detail::minus_log1p_minus(k) / (r + root) + stats::detail::lambert_excess_beyond_root(r);
}

// A problem in units of B and 1 / g; a = e^(-g lag) is what the lag leaves of the accuracy.
struct Normalized {
  double k;
  double one_minus_k;
  double a = 1;
  double lag = 0;
  double unlagged = k;  // a k
};

Elasticities elasticities_of(const Normalized& p, double x) {
  Elasticities e;
  e.cost = p.k * std::exp(x) / (x * x);
  e.ceiling = -e.cost;
  e.decay = e.cost * (1 + p.lag) - 1;
  e.conditioning = (std::max)(e.cost, std::fabs(e.decay));
  return e;
}

// f(sqrt) - f(x) = a x e^(-x) (e^d - 1 - d) / (sqrt x) with d = x - sqrt: free of cancellation.
double excess_of_root(const Normalized& p, double x, double root) {
  const double cost = 1 - p.a + p.a * -std::expm1(-x);
  return p.a * std::exp(-x) * expm1_minus(beyond_root(x, p.k)) / (root * cost);
}

OptimalInterval never(const Normalized& p, MoneyPerDay ceiling) {
  OptimalInterval found;
  const double root = std::sqrt(2 * p.k);
  found.interval = Days(std::numeric_limits<double>::infinity());
  found.cost_rate = ceiling;
  found.square_root_error = -1;
  found.square_root_excess = (p.a * std::exp(-root) - (p.a - p.unlagged)) / root;  // k may be infinite
  return found;
}

OptimalInterval at(const Normalized& p, MoneyPerDay ceiling, PerDay decay, double x) {
  OptimalInterval found;
  const double root = std::sqrt(2 * p.k);
  found.pays = true;
  found.interval = Days(x / decay.value());
  found.cost_rate = ceiling * -std::expm1(-x - p.lag);
  found.square_root_error = -beyond_root(x, p.k) / x;
  found.square_root_excess = excess_of_root(p, x, root);
  found.elasticities = elasticities_of(p, x);
  return found;
}

OptimalInterval answer(const Normalized& p, MoneyPerDay ceiling, PerDay decay, double x) {
  OptimalInterval found = std::isfinite(x) ? at(p, ceiling, decay, x) : never(p, ceiling);
  found.k = p.k;
  found.one_minus_k = p.one_minus_k;
  found.square_root = Days(std::sqrt(2 * p.k) / decay.value());
  return found;
}

}  // namespace

Result<Money> staleness_cost(const Staleness& staleness, Days interval) {
  if (const Check bad = detail::first({detail::check(staleness), detail::not_negative(interval, "interval")}))
    return *bad;
  return staleness.ceiling() / staleness.decay * expm1_minus(-(staleness.decay * interval));
}

Result<MoneyPerDay> cost_rate(const Staleness& staleness, const Retraining& retraining, Days interval) {
  if (const Check bad =
          detail::first({detail::check(staleness), detail::check(retraining), detail::positive(interval, "interval")}))
    return *bad;
  const double lag = staleness.decay * retraining.lag;
  const Money stale =
      staleness.ceiling() / staleness.decay * expm1_minus(-(staleness.decay * interval)) * std::exp(-lag);
  return staleness.ceiling() * -std::expm1(-lag) + (stale + retraining.cost()) / interval;
}

Result<OptimalInterval> optimal_interval(const Staleness& staleness, const Retraining& retraining) {
  if (const Check bad = detail::first({detail::check(staleness), detail::check(retraining)})) return *bad;
  const double lag = staleness.decay * retraining.lag;
  const double unlagged = retraining.cost() * staleness.decay / staleness.ceiling();
  if (const Check bad = detail::positive(unlagged, "cost * decay / (queries * value * accuracy)")) return *bad;
  const double k = unlagged * std::exp(lag);  // of a lag beyond all bounds infinite: never
  return answer({k, 1 - k, std::exp(-lag), lag, unlagged}, staleness.ceiling(), staleness.decay,
                normalized_interval(k));
}

Result<OptimalInterval> optimal_interval_below_break_even(MoneyPerDay ceiling, PerDay decay, Money below) {
  if (const Check bad = detail::first(
          {detail::positive(ceiling, "ceiling"), detail::positive(decay, "decay"), detail::positive(below, "below")}))
    return *bad;
  const double rest = below * decay / ceiling;
  if (!(rest < 1)) return detail::unexpected("less than ceiling / decay", below.value(), "below");
  return answer({1 - rest, rest}, ceiling, decay, normalized_interval_of_complement(rest));
}

double normalized_interval(double k) noexcept {
  return k < 1 ? lambert_excess(-std::log1p(-k)) : std::numeric_limits<double>::infinity();
}

double normalized_interval_of_complement(double one_minus_k) noexcept { return lambert_excess(-std::log(one_minus_k)); }

Result<Days> half_life(PerDay decay) {
  if (const Check bad = detail::positive(decay, "decay")) return *bad;
  return Days(std::numbers::ln2 / decay.value());
}

}  // namespace leeway::inline v1::retrain
