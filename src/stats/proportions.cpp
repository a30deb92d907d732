#include "leeway/stats/proportions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "leeway/base/assert.hpp"
#include "leeway/stats/chi_square.hpp"
#include "stats/check.hpp"
#include "stats/saddle_point.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::deviance;
using detail::log_factorial_excess;

// The chi-square law is trusted from this expected count on, in every cell.
constexpr double kLeastExpected = 20;
// Tables count as equally probable within this factor, against rounding; that of R's fisher.test.
constexpr double kTie = 1e-7;
// Terms below this share of the sum are left out.
constexpr double kNegligible = 1e-18;

// A 2 x 2 table by its margins: `drawn` of `total`, `marked` of which count; the cell of interest holds the marked
// drawn.
struct Margins {
  double drawn, marked, total;

  [[nodiscard]] double mean() const noexcept { return drawn / total * marked; }
  [[nodiscard]] double largest() const noexcept { return (std::min)(drawn, marked); }

  [[nodiscard]] double undrawn() const noexcept { return total - drawn; }
  [[nodiscard]] double unmarked() const noexcept { return total - marked; }

  // Expected counts, in the order of cells().
  [[nodiscard]] std::array<double, 4> means() const noexcept {
    return {mean(), drawn / total * unmarked(), undrawn() / total * marked, undrawn() / total * unmarked()};
  }

  // All four cells for `cell` marked ones drawn.
  [[nodiscard]] std::array<double, 4> cells(double cell) const noexcept {
    return {cell, drawn - cell, marked - cell, total - drawn - marked + cell};
  }
};

// Hypergeometric probability by Stirling's formula: the powers of all nine factorials combine into one deviance per
// cell.
double log_probability(const Margins& margins, double cell) noexcept {
  double sum = log_factorial_excess(margins.drawn) + log_factorial_excess(margins.undrawn()) +
               log_factorial_excess(margins.marked) + log_factorial_excess(margins.unmarked()) -
               log_factorial_excess(margins.total);
  const double excess = cell - margins.mean();
  const std::array<double, 4> cells = margins.cells(cell);
  const std::array<double, 4> means = margins.means();
  const std::array<double, 4> shortfalls = {-excess, excess, excess, -excess};
  for (std::size_t i = 0; i < 4; ++i)
    sum -= log_factorial_excess(cells[i]) + deviance(cells[i], means[i], shortfalls[i]);
  return sum;
}

// P(cell + 1) / P(cell).
double step_up(const Margins& margins, double cell) noexcept {
  const std::array<double, 4> cells = margins.cells(cell);
  return cells[1] / (cell + 1) * (cells[2] / (cells[3] + 1));
}

// Sum of P(k) / P(cell) over k >= cell, for a cell at or above the mode: ratios fall, so few terms matter.
double upper_sum(const Margins& margins, double cell) noexcept {
  double sum = 1;
  double term = 1;
  for (double k = cell; k < margins.largest() && term > kNegligible * sum; ++k) sum += term *= step_up(margins, k);
  return sum;
}

// Sum of P(k) / P(cell) over k <= cell. At most as many terms as the mode, which is below kLeastExpected.
double lower_sum(const Margins& margins, double cell) noexcept {
  double sum = 1;
  double term = 1;
  for (double k = cell; k > 0 && term > kNegligible * sum; --k) sum += term /= step_up(margins, k - 1);
  return sum;
}

// Fisher's two-sided test: all tables at most as probable as the observed one. Precondition: the mean of the cell is
// the least of the four expected counts and below kLeastExpected, so that 0 is its least value.
double fisher_p_value(const Margins& margins, double observed) noexcept {
  const double log_observed = log_probability(margins, observed);
  const auto relative = [&](double k) { return std::exp(log_probability(margins, k) - log_observed); };
  const auto as_extreme = [&](double k) { return log_probability(margins, k) <= log_observed + kTie; };
  double sum = 0;
  if (observed > margins.mean()) {
    sum = upper_sum(margins, observed);
    double k = 0;  // probabilities rise up to the mode, so the first that is too probable ends the search
    for (; k < observed && as_extreme(k); ++k) sum += relative(k);
  } else {
    sum = lower_sum(margins, observed);
    double k = (std::max)(observed + 1, std::ceil(margins.mean()));
    while (k <= margins.largest() && !as_extreme(k)) ++k;
    if (k <= margins.largest()) sum += relative(k) * upper_sum(margins, k);
  }
  return (std::min)(1.0, std::exp(log_observed) * sum);
}

// P(cell >= observed). A cell has a least value where the drawn and the marked exceed the total.
double upper_tail(const Margins& margins, double observed) noexcept {
  const double least = (std::max)(0.0, margins.drawn + margins.marked - margins.total);
  if (observed <= least) return 1;
  if (observed > margins.mean()) return std::exp(log_probability(margins, observed)) * upper_sum(margins, observed);
  const double below = std::exp(log_probability(margins, observed - 1)) * lower_sum(margins, observed - 1);
  return (std::max)(0.0, 1 - below);
}

// a d - b c with an error of about one ulp (Kahan): the products may cancel and exceed 64 bits.
double difference_of_products(double a, double d, double b, double c) noexcept {
  const double product = b * c;
  const double lost = std::fma(-b, c, product);
  return std::fma(a, d, -product) + lost;
}

double chi_square_statistic(double events_a, double trials_a, double events_b, double trials_b) noexcept {
  const double total = trials_a + trials_b;
  const double events = events_a + events_b;
  const double difference = difference_of_products(events_a, trials_b, events_b, trials_a);
  return (difference / trials_a) * (difference / trials_b) / events * (total / (total - events));
}

}  // namespace

double two_proportions_p_value(std::uint64_t events_a, std::uint64_t trials_a, std::uint64_t events_b,
                               std::uint64_t trials_b) {
  LEEWAY_ASSERT(events_a <= trials_a && events_b <= trials_b);
  if (trials_a == 0 || trials_b == 0) return 1;
  if (trials_a > trials_b) return two_proportions_p_value(events_b, trials_b, events_a, trials_a);
  const auto drawn = static_cast<double>(trials_a);
  const auto others = static_cast<double>(trials_b);
  const auto a = static_cast<double>(events_a);
  const auto b = static_cast<double>(events_b);
  const double total = drawn + others;
  // The rarer outcome of the smaller side has the least expected count.
  const bool rare = a + b <= total - (a + b);
  const Margins margins{drawn, rare ? a + b : total - (a + b), total};
  if (margins.marked == 0) return 1;
  if (margins.mean() < kLeastExpected) return fisher_p_value(margins, rare ? a : drawn - a);
  return chi_square_upper_tail(chi_square_statistic(a, drawn, b, others), 1);
}

double excess_p_value(std::uint64_t events, std::uint64_t trials, std::uint64_t reference_events,
                      std::uint64_t reference_trials) {
  LEEWAY_ASSERT(events <= trials && reference_events <= reference_trials);
  if (events == 0 || reference_trials == 0) return 1;
  const auto drawn = static_cast<double>(trials);
  const double marked = static_cast<double>(events) + static_cast<double>(reference_events);
  const Margins margins{drawn, marked, drawn + static_cast<double>(reference_trials)};
  return (std::min)(1.0, upper_tail(margins, static_cast<double>(events)));
}

// In a random order of all values, the gap below the least and the one above the greatest reference value are, in law,
// any two of the reference + 1 gaps: say the first two. At least k live values lie in these if and only if the first k
// + 1 of all hold at most one reference value: P(0) + P(1) of a hypergeometric law.
double beyond_range_p_value(std::uint64_t beyond, std::uint64_t live, std::uint64_t reference) {
  if (beyond == 0 || reference < 2) return 1;
  if (beyond > live) return 0;
  const auto k = static_cast<double>(beyond);
  const auto n = static_cast<double>(live);
  const auto m = static_cast<double>(reference);
  const double none_per_one = (n - k) / (k + 1) / m;
  return (std::min)(1.0, std::exp(log_probability(Margins{k + 1, m, n + m}, 1)) * (1 + none_per_one));
}

Result<double> split_p_value(std::span<const std::uint64_t> counts, std::span<const double> shares) {
  constexpr double kTolerance = 1e-9;
  if (counts.size() != shares.size()) {
    return Error{ErrorCode::incompatible,
                 "expected as many counts as shares, " + std::to_string(shares.size()) + ", found " +
                     std::to_string(counts.size()),
                 "counts"};
  }
  if (shares.size() < 2) return detail::unexpected("at least 2", static_cast<double>(shares.size()), "shares");
  double sum = 0;
  for (const double share : shares) {
    if (!(share > 0)) return detail::unexpected("shares above 0", share, "shares");
    sum += share;
  }
  if (!(std::fabs(sum - 1) <= kTolerance)) return detail::unexpected("shares that sum to 1", sum, "shares");
  double total = 0;
  for (const std::uint64_t count : counts) total += static_cast<double>(count);
  if (total == 0) return 1;
  double statistic = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double mean = total * (shares[i] / sum);
    statistic += (static_cast<double>(counts[i]) - mean) / mean * (static_cast<double>(counts[i]) - mean);
  }
  return chi_square_upper_tail(statistic, static_cast<double>(shares.size() - 1));
}

}  // namespace leeway::inline v1::stats
