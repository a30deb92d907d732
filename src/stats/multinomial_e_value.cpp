#include "leeway/stats/multinomial_e_value.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "leeway/base/assert.hpp"
#include "leeway/stats/chi_square.hpp"
#include "stats/saddle_point.hpp"
#include "stats/stirling.hpp"

namespace leeway::inline v1::stats {
namespace {

constexpr std::uint64_t kFull = 20;  // reference values from which a cell's deviance is chi-square
// Total weights of the Dirichlet laws: a sparse one expects large changes, a dense one small ones.
constexpr std::array kConcentrations{16.0, 128.0, 1024.0};
constexpr std::array kTilts{0.1, 0.2, 0.4, 0.8};  // standard deviations of the score, either way
constexpr std::size_t kMostTilts = 4 * kTilts.size();

// Compensated sum (Neumaier 1974).
class Sum {
 public:
  void add(double term) noexcept {
    const double next = total_ + term;
    const double added = next - total_;
    lost_ += (total_ - (next - added)) + (term - added);
    total_ = next;
  }
  [[nodiscard]] double value() const noexcept { return total_ + lost_; }

 private:
  double total_ = 0;
  double lost_ = 0;
};

double total(std::span<const std::uint64_t> counts) noexcept {
  return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

// t - ln(1 + t) for t > -1, without cancellation near 0: with r = t / (2 + t), ln(1 + t) = 2 atanh(r).
double log1p_gap(double t) noexcept {
  if (std::fabs(t) > 0.125) return t - std::log1p(t);
  const double r = t / (2 + t);
  const double z = r * r;
  const double series =
      1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 + z * (1.0 / 9 + z * (1.0 / 11 + z * (1.0 / 13 + z * (1.0 / 15))))));
  return r * (t - 2 * z * series);
}

// Shares on the straight line from the reference (0) to shares observed (1).
struct Line {
  std::span<const double> reference;
  const std::uint64_t* counts;  // observed, or
  const double* shares;
  double per_count;

  [[nodiscard]] double observed(std::size_t i) const noexcept {
    return shares != nullptr ? shares[i] : static_cast<double>(counts[i]) * per_count;
  }
  [[nodiscard]] double at(std::size_t i, double v) const noexcept { return (1 - v) * reference[i] + v * observed(i); }
};

struct Divergence {
  double value;
  double slope;
};

// KL(reference || p_v) along the line, without cancellation: the first-order terms sum to the mass on empty cells.
Divergence divergence(const Line& line, double v) noexcept {
  Sum value;
  Sum slope;
  for (std::size_t i = 0; i < line.reference.size(); ++i) {
    const double r = line.reference[i];
    const double x = line.observed(i);
    if (r == 0) {
      value.add(v * x);
      slope.add(x);
      continue;
    }
    const double t = v * (x / r - 1);
    if (t <= -1) return {HUGE_VAL, HUGE_VAL};
    value.add(r * log1p_gap(t));
    slope.add((x - r) * (t / (1 + t)));
  }
  return {value.value(), slope.value()};
}

// Where the line leaves C. By Lagrange, the law of C that makes x most likely is on it; so is the reverse information
// projection of q. `slack` corrects, per row and to the safe side, for an inexact multiplier: for any v the maximum of
// the mean log-likelihood over C is at most that of p_v plus slack, and ln E q / p_v <= slack for all p in C.
struct Exit {
  double v;
  double slack;
};

Exit exit_of(const Line& line, double radius) noexcept {
  if (divergence(line, 1).value <= radius) return {1, 0};
  constexpr int kMostSteps = 40;
  constexpr double kTolerance = 1e-6;  // enters squared
  double chi_square = 0;
  for (std::size_t i = 0; i < line.reference.size(); ++i) {
    const double change = line.observed(i) - line.reference[i];
    if (line.reference[i] > 0) chi_square += change * change / line.reference[i];
  }
  double low = 0;
  double high = 1;
  double v = (std::min)(0.99, std::sqrt(2 * radius / chi_square));  // exact for small changes
  Divergence found{};
  for (int step = 0; step < kMostSteps; ++step) {
    found = divergence(line, v);
    if (std::fabs(found.value - radius) <= kTolerance * radius || step + 1 == kMostSteps) break;
    (found.value > radius ? high : low) = v;
    const double root = std::sqrt(found.value);  // nearly linear in v, so Newton's steps are good
    const double newton = v - 2 * root * (root - std::sqrt(radius)) / found.slope;
    v = newton > low && newton < high ? newton : 0.5 * (low + high);
  }
  return {v, (1 - v) / v * (radius - found.value)};
}

// ln Gamma of a Dirichlet law's updated weights, less what cancels against the multinomial likelihood: with s_i = z_i /
// sum z, ln DirMult = sum x_i ln s_i + marginal(x) - marginal(0), and no term is larger than the evidence.
double marginal_term(double prior, double z, double log_share) noexcept {
  return (prior - 0.5) * log_share + detail::log_gamma_excess(z);
}

double marginal_rest(std::size_t cells, double z) noexcept {
  return -0.5 * static_cast<double>(cells - 1) * std::log(z) - detail::log_gamma_excess(z);
}

double log_mean_exp(std::span<const double> terms) noexcept {
  const double largest = *std::max_element(terms.begin(), terms.end());
  double sum = 0;
  for (const double term : terms) sum += std::exp(term - largest);
  return largest + std::log(sum / static_cast<double>(terms.size()));
}

double degrees(std::span<const std::uint64_t> reference) {
  const auto poor = std::count_if(reference.begin(), reference.end(), [](std::uint64_t r) { return r < kFull; });
  return static_cast<double>(reference.size() - 1) + static_cast<double>(poor);
}

// Mean 0 and variance 1 under `shares`; all 0 where it does not vary.
std::vector<double> standardised(std::vector<double> score, std::span<const double> shares) {
  const double mean = std::inner_product(shares.begin(), shares.end(), score.begin(), 0.0);
  double variance = 0;
  for (std::size_t i = 0; i < score.size(); ++i) variance += shares[i] * (score[i] - mean) * (score[i] - mean);
  for (double& x : score) x = variance > 0 ? (x - mean) / std::sqrt(variance) : 0;
  return score;
}

// Mid-ranks of the ordered cells; the others stand in the middle.
std::vector<double> location_score(std::span<const double> shares, std::size_t ordered) {
  std::vector<double> score(shares.size());
  const double all = std::accumulate(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(ordered), 0.0);
  double below = 0;
  for (std::size_t i = 0; i < ordered; ++i) {
    score[i] = (below + shares[i] / 2) / all - 0.5;
    below += shares[i];
  }
  return standardised(std::move(score), shares);
}

// The square of the location score, less what location explains of it.
std::vector<double> spread_score(std::span<const double> location, std::span<const double> shares,
                                 std::size_t ordered) {
  double cube = 0;
  for (std::size_t i = 0; i < ordered; ++i) cube += shares[i] * location[i] * location[i] * location[i];
  std::vector<double> score(shares.size());
  for (std::size_t i = 0; i < ordered; ++i) score[i] = location[i] * location[i] - 1 - cube * location[i];
  return standardised(std::move(score), shares);
}

Error invalid(std::string message) { return {ErrorCode::invalid_argument, std::move(message), {}}; }

Result<void> check(std::span<const std::uint64_t> reference, const NullWidth& width, std::size_t ordered_cells) {
  if (reference.size() < 2) {
    return Error{ErrorCode::undefined, "expected at least 2 cells, found " + std::to_string(reference.size()), {}};
  }
  if (!(total(reference) > 0)) return Error{ErrorCode::undefined, "expected a reference with values, found none", {}};
  if (!(width.effect_floor >= 0 && std::isfinite(width.effect_floor))) {
    return invalid("expected an effect floor of at least 0, found " + std::to_string(width.effect_floor));
  }
  if (!(width.deff >= 1 && std::isfinite(width.deff))) {
    return invalid("expected a design effect of at least 1, found " + std::to_string(width.deff));
  }
  if (ordered_cells > reference.size()) {
    return invalid("expected at most " + std::to_string(reference.size()) + " ordered cells, found " +
                   std::to_string(ordered_cells));
  }
  return {};
}

}  // namespace

Result<MultinomialEValue> MultinomialEValue::make(std::span<const std::uint64_t> reference, NullWidth width,
                                                  std::size_t ordered_cells) {
  if (auto checked = check(reference, width, ordered_cells); !checked) return std::move(checked).error();
  return MultinomialEValue(reference, width, ordered_cells);
}

MultinomialEValue::MultinomialEValue(std::span<const std::uint64_t> reference, NullWidth width,
                                     std::size_t ordered_cells)
    : deff_(width.deff),
      radius_(width.deff * chi_square_quantile(width.delta, degrees(reference)) / 2 / total(reference) +
              width.effect_floor) {
  const double m = total(reference);
  const auto cells = static_cast<double>(reference.size());
  for (const std::uint64_t r : reference) {
    shares_.push_back(static_cast<double>(r) / m);
    smooth_shares_.push_back((static_cast<double>(r) + 0.5) / (m + 0.5 * cells));
  }
  for (const double a : kConcentrations) {
    Sum sum;
    for (const double share : smooth_shares_) sum.add(marginal_term(a * share, a * share, std::log(share)));
    sum.add(marginal_rest(reference.size(), a));
    at_nothing_.push_back(sum.value());
  }
  if (ordered_cells < 2) return;
  tilts_.resize(reference.size() * kMostTilts);
  const std::vector<double> location = location_score(smooth_shares_, ordered_cells);
  add_tilts(location);
  add_tilts(spread_score(location, smooth_shares_, ordered_cells));
}

void MultinomialEValue::add_tilts(std::span<const double> score) {
  std::vector<double> tilted(score.size());
  for (const double size : kTilts) {
    for (const double sign : {-1.0, 1.0}) {
      double sum = 0;
      for (std::size_t i = 0; i < score.size(); ++i) {
        sum += tilted[i] = smooth_shares_[i] * std::exp(sign * size * score[i]);
      }
      for (double& share : tilted) share /= sum;
      const Line line{shares_, nullptr, tilted.data(), 0};
      const Exit exit = exit_of(line, radius_);
      if (exit.v == 1) continue;  // within C: no evidence either way
      for (std::size_t i = 0; i < score.size(); ++i) {
        tilts_[i * kMostTilts + tilt_count_] = std::log(tilted[i] / line.at(i, exit.v)) - exit.slack;
      }
      ++tilt_count_;
    }
  }
}

void MultinomialEValue::dirichlet_terms(std::span<const std::uint64_t> counts, std::span<double> terms) const noexcept {
  const double rows = total(counts);
  const double n = rows / deff_;
  const Line line{shares_, counts.data(), nullptr, 1 / rows};
  const Exit exit = exit_of(line, radius_);
  std::array<Sum, kConcentrations.size()> sums;
  for (std::size_t i = 0; i < cells(); ++i) {
    const double x = static_cast<double>(counts[i]) / deff_;
    const double log_null = x > 0 ? std::log(line.at(i, exit.v)) : 0;
    for (std::size_t k = 0; k < sums.size(); ++k) {
      const double prior = kConcentrations[k] * smooth_shares_[i];
      const double log_share = std::log((prior + x) / (kConcentrations[k] + n));
      sums[k].add(x * (log_share - log_null));
      sums[k].add(marginal_term(prior, prior + x, log_share));
    }
  }
  for (std::size_t k = 0; k < sums.size(); ++k) {
    terms[k] = sums[k].value() + marginal_rest(cells(), kConcentrations[k] + n) - at_nothing_[k] - n * exit.slack;
  }
}

void MultinomialEValue::tilt_terms(std::span<const std::uint64_t> counts, std::span<double> terms) const noexcept {
  std::array<Sum, kMostTilts> sums;
  for (std::size_t i = 0; i < cells(); ++i) {
    const double x = static_cast<double>(counts[i]) / deff_;
    const double* tilts = tilts_.data() + i * kMostTilts;
    for (std::size_t k = 0; k < kMostTilts; ++k) sums[k].add(x * tilts[k]);
  }
  for (std::size_t k = 0; k < terms.size(); ++k) terms[k] = sums[k].value();
}

double MultinomialEValue::log_e_value(std::span<const std::uint64_t> counts) const noexcept {
  LEEWAY_ASSERT(counts.size() == cells());
  if (total(counts) == 0) return 0;
  std::array<double, kConcentrations.size() + kMostTilts> terms{};
  const auto dirichlet = std::span(terms).first(kConcentrations.size());
  const auto tilts = std::span(terms).subspan(kConcentrations.size(), tilt_count_);
  dirichlet_terms(counts, dirichlet);
  const double log_mean = log_mean_exp(dirichlet);
  if (tilts.empty()) return log_mean;
  tilt_terms(counts, tilts);
  const std::array halves{log_mean, log_mean_exp(tilts)};
  return log_mean_exp(halves);
}

}  // namespace leeway::inline v1::stats
