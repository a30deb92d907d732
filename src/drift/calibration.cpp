#include "leeway/drift/calibration.hpp"

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "drift/informative_cells.hpp"
#include "leeway/stats/gamma.hpp"
#include "leeway/stats/kolmogorov.hpp"

namespace leeway::inline v1::drift {
namespace {

using Generator = boost::random::mt19937_64;  // Boost's distributions are the same on every platform; std's are not

constexpr double kLeastExpected = 20;  // in the poorest cell, for the chi-square law to hold
constexpr std::size_t kMostRemembered = 4096;
constexpr std::size_t kTail = 256;      // simulated values kept: error rates up to a sixteenth
constexpr double kRounding = 1 + 1e-9;  // equal values of a metric differ by rounding

std::uint64_t total(CountsView counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

// Cells that the reference leaves empty stay empty when nothing changes.
std::vector<std::uint64_t> occupied(CountsView reference) {
  std::vector<std::uint64_t> cells;
  std::copy_if(reference.begin(), reference.end(), std::back_inserter(cells),
               [](std::uint64_t count) { return count > 0; });
  return cells;
}

bool chi_square_law_holds(CountsView reference, std::uint64_t live_count) {
  const std::uint64_t poorest = *std::min_element(reference.begin(), reference.end());
  const double share = static_cast<double>(poorest) / static_cast<double>(total(reference));
  return static_cast<double>(poorest) >= kLeastExpected && share * static_cast<double>(live_count) >= kLeastExpected;
}

bool is_root(Metric metric) {
  return metric == Metric::js_distance || metric == Metric::hellinger || metric == Metric::cramers_v;
}

// Whether the metric, or its square if it is a root, is near a multiple of chi-square where cells are full: all
// f-divergences approach the same quadratic form.
bool has_chi_square_law(Metric metric) {
  return metric != Metric::total_variation && metric != Metric::l_infinity && !needs_order(metric);
}

// The metric in units of chi-square. An f-divergence is X = (1/n + 1/m) chi-square times half its f''(1).
double per_chi_square(Metric metric, double n, double m) {
  const double x = 1 / n + 1 / m;
  switch (metric) {
    case Metric::chi_square:
    case Metric::g: return 1;
    case Metric::cramers_v: return 1 / (n + m);
    case Metric::psi: return x;
    case Metric::kl_live_reference:
    case Metric::kl_reference_live: return 0.5 * x;
    default: return 0.125 * x;
  }
}

NullLaw gamma_law(Metric metric, double shape, double scale) {
  const NullLaw law = NullLaw::gamma(shape, scale);
  return is_root(metric) ? law.square_root() : law;
}

NullLaw chi_square_law(Metric metric, std::size_t cells, std::uint64_t n, std::uint64_t m) {
  const double unit = per_chi_square(metric, static_cast<double>(n), static_cast<double>(m));
  return gamma_law(metric, static_cast<double>(cells - 1) / 2, cells > 1 ? 2 * unit : 0);
}

SimulatedTail tail_of(Metric metric, std::vector<double> values) {
  SimulatedTail tail{std::move(values), 0};
  tail.draws = static_cast<std::uint32_t>(tail.largest.size());
  std::sort(tail.largest.begin(), tail.largest.end(), std::greater());
  tail.largest.resize((std::min)(tail.largest.size(), kTail));
  if (has_chi_square_law(metric)) return tail;
  const double all = std::accumulate(tail.largest.begin(), tail.largest.end(), 0.0);
  tail.excess = all / static_cast<double>(tail.largest.size()) - tail.largest.back();
  return tail;
}

// One draw of the shares that the reference counts leave possible: Dirichlet with Jeffreys' prior, as gammas.
void draw_shares(CountsView reference, Generator& generator, std::vector<double>& shares) {
  double sum = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    shares[i] = boost::random::gamma_distribution<double>(static_cast<double>(reference[i]) + 0.5)(generator);
    sum += shares[i];
  }
  for (double& share : shares) share /= sum;
}

// Multinomial counts, cell by cell: binomial among what is left.
void draw_counts(const std::vector<double>& shares, std::uint64_t count, Generator& generator,
                 std::vector<std::uint64_t>& counts) {
  double share_left = 1;
  auto left = static_cast<std::int64_t>(count);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double p = share_left > 0 ? std::clamp(shares[i] / share_left, 0.0, 1.0) : 1;
    const bool last = i + 1 == shares.size();
    const std::int64_t drawn = last ? left : boost::random::binomial_distribution<std::int64_t>(left, p)(generator);
    counts[i] = static_cast<std::uint64_t>(drawn);
    left -= drawn;
    share_left -= shares[i];
  }
}

}  // namespace

NullLaw NullLaw::square_root() const {
  NullLaw law = *this;
  law.root_ = true;
  return law;
}

NullLaw NullLaw::with_tail(SimulatedTail tail) const {
  NullLaw law = *this;
  law.tail_ = std::make_shared<const SimulatedTail>(std::move(tail));
  return law;
}

double NullLaw::p_value(double value) const {
  const double smooth = smooth_p_value(value);
  return tail_ ? (std::max)(smooth, tail_p_value(value)) : smooth;
}

double NullLaw::quantile(ErrorRate rate) const {
  const double smooth = smooth_quantile(rate);
  return tail_ ? (std::max)(smooth, tail_quantile(rate.value())) : smooth;
}

double NullLaw::tail_p_value(double value) const {
  const auto& largest = tail_->largest;
  const auto reached = std::count_if(largest.begin(), largest.end(), [&](double x) { return x * kRounding >= value; });
  const double share = static_cast<double>(reached) / tail_->draws;
  if (!(tail_->excess > 0) || !(value > largest.back())) return share;
  const double from = static_cast<double>(largest.size()) / tail_->draws;
  return (std::max)(share, from * std::exp((largest.back() - value) / tail_->excess));
}

double NullLaw::tail_quantile(double rate) const {
  const auto& largest = tail_->largest;
  const auto exceeding = static_cast<std::size_t>(rate * tail_->draws);
  if (exceeding >= largest.size()) return 0;
  const double from = static_cast<double>(largest.size()) / tail_->draws;
  const double beyond = tail_->excess > 0 ? largest.back() + tail_->excess * std::log(from / rate) : 0;
  return (std::max)(beyond, largest[exceeding] * kRounding * kRounding);
}

double NullLaw::smooth_p_value(double value) const {
  if (kolmogorov_n_ > 0) return stats::kolmogorov_upper_tail(value, kolmogorov_n_);
  if (!(value > 0)) return 1;
  if (!(scale_ > 0)) return 0;
  return stats::gamma_upper_tail(root_ ? value * value : value, shape_, scale_);
}

double NullLaw::smooth_quantile(ErrorRate rate) const {
  if (kolmogorov_n_ > 0) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 40; ++i) {
      const double middle = 0.5 * (low + high);
      (stats::kolmogorov_upper_tail(middle, kolmogorov_n_) > rate.value() ? low : high) = middle;
    }
    return high;
  }
  if (!(scale_ > 0)) return 0;
  const double value = stats::gamma_quantile(rate, shape_, scale_);
  return root_ ? std::sqrt(value) : value;
}

NullLaw Calibration::law(Metric metric, CountsView reference, std::uint64_t live_count) {
  const std::uint64_t reference_count = total(reference);
  if (metric == Metric::ks) {
    const double n = static_cast<double>(reference_count);
    const double m = static_cast<double>(live_count);
    return NullLaw::kolmogorov((std::max)(std::uint64_t{1}, static_cast<std::uint64_t>(std::llround(n * m / (n + m)))));
  }
  const auto cells = occupied(reference);
  if (has_chi_square_law(metric) && chi_square_law_holds(cells, live_count))
    return chi_square_law(metric, cells.size(), live_count, reference_count);
  Key key{metric, live_count, {reference.begin(), reference.end()}};
  if (const auto found = simulated_.find(key); found != simulated_.end()) return found->second;
  if (simulated_.size() >= kMostRemembered) simulated_.clear();
  return simulated_.emplace(std::move(key), simulate(metric, reference, live_count)).first->second;
}

NullLaw Calibration::simulate(Metric metric, CountsView reference, std::uint64_t live_count) const {
  Generator generator(seed_);
  std::vector<double> shares(reference.size());
  std::vector<std::uint64_t> live(reference.size());
  double mean = 0;
  double squares = 0;
  std::vector<double> values;
  values.reserve(draws_);
  for (std::uint32_t i = 0; i < draws_; ++i) {
    draw_shares(reference, generator, shares);
    draw_counts(shares, live_count, generator, live);
    const auto cells = detail::informative_cells(reference, live);
    values.push_back(measure(metric, cells.reference, cells.live)->value);
    const double value = is_root(metric) ? values.back() * values.back() : values.back();
    const double deviation = value - mean;
    mean += deviation / (i + 1);
    squares += deviation * (value - mean);
  }
  const double variance = squares / (draws_ - 1);
  const bool varies = mean > 0 && variance > 0;
  return gamma_law(metric, varies ? mean * mean / variance : 1, varies ? variance / mean : 0)
      .with_tail(tail_of(metric, std::move(values)));
}

}  // namespace leeway::inline v1::drift
