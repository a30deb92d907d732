#include "leeway/profile/design_effect.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "leeway/stats/gamma.hpp"

namespace leeway::inline v1::profile {
namespace {

constexpr std::size_t kMostPanes = 50;
constexpr std::size_t kFewestPanes = 20;
constexpr std::size_t kEnoughRows = 200;  // in a pane, from which more panes are worth more than longer ones
constexpr std::size_t kLeastPane = 20;    // rows
constexpr std::size_t kFewestRows = 200;  // of a reference
constexpr double kChance = 0.01;          // that independent rows seem dependent

using Counts = std::vector<std::uint64_t>;

// Counts of every pane, one after the other; the rows that fill no pane are in the last.
struct Panes {
  std::size_t cells;
  std::vector<Counts> counts;
};

std::size_t rows_of_pane(std::size_t rows) {
  return (std::max)({rows / kMostPanes, (std::min)(rows / kFewestPanes, kEnoughRows), kLeastPane});
}

Panes count_panes(std::span<const std::uint32_t> rows, std::size_t cells, std::size_t pane_rows) {
  Panes panes{cells, std::vector<Counts>(rows.size() / pane_rows, Counts(cells))};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] < cells) ++panes.counts[(std::min)(i / pane_rows, panes.counts.size() - 1)][rows[i]];
  }
  return panes;
}

std::uint64_t total(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

// Panes that hold values, over cells that expect at least one value in each; what is poorer is one cell.
Panes without_poor(const Panes& panes) {
  Counts all(panes.cells);
  for (const Counts& pane : panes.counts)
    std::transform(all.begin(), all.end(), pane.begin(), all.begin(), std::plus());
  Panes rich{0, {}};
  std::vector<std::size_t> place(panes.cells);
  for (std::size_t c = 0; c < panes.cells; ++c) place[c] = all[c] >= panes.counts.size() ? ++rich.cells : 0;
  ++rich.cells;
  for (const Counts& pane : panes.counts) {
    if (total(pane) == 0) continue;
    Counts& counts = rich.counts.emplace_back(rich.cells);
    for (std::size_t c = 0; c < panes.cells; ++c) counts[place[c]] += pane[c];
  }
  return rich;
}

struct Shares {
  std::vector<double> p;  // of the cells that hold a value, as many as `cell`
  std::vector<std::size_t> cell;
};

Shares shares_of(const Panes& panes) {
  Counts all(panes.cells);
  for (const Counts& pane : panes.counts)
    std::transform(all.begin(), all.end(), pane.begin(), all.begin(), std::plus());
  const auto n = static_cast<double>(total(all));
  Shares shares;
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c] == 0) continue;
    shares.p.push_back(static_cast<double>(all[c]) / n);
    shares.cell.push_back(c);
  }
  return shares;
}

// How far a pane's shares are from the middle of those beside it, in units of what independent rows would be.
std::vector<double> bend(const Counts& before, const Counts& pane, const Counts& after, const Shares& shares) {
  const auto n = static_cast<double>(total(before));
  const auto m = static_cast<double>(total(pane));
  const auto k = static_cast<double>(total(after));
  const double spread = 1 / n + 4 / m + 1 / k;
  std::vector<double> z;
  for (std::size_t i = 0; i < shares.p.size(); ++i) {
    const std::size_t c = shares.cell[i];
    const double middle = static_cast<double>(before[c]) / n + static_cast<double>(after[c]) / k;
    z.push_back((2 * static_cast<double>(pane[c]) / m - middle) / std::sqrt(shares.p[i] * spread));
  }
  return z;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// Sum of squared correlations of k bends: each has -2/3 with the next and 1/6 with the one after, for they share panes.
double squared_correlations(std::size_t bends) {
  const auto k = static_cast<double>(bends);
  return k + 2 * (4.0 / 9 * (k - 1) + 1.0 / 36 * (k - 2));
}

// Variance of the sum of squares for independent rows: that of normal bends, and what small counts add (Haldane 1940).
double variance_of_squares(const Panes& panes, const Shares& shares) {
  const auto cells = static_cast<double>(shares.p.size());
  double inverse = 0;
  for (const double p : shares.p) inverse += 1 / p;
  double variance = 2 * squared_correlations(panes.counts.size() - 2) * (cells - 1);
  for (const Counts& pane : panes.counts) {
    variance += (inverse - cells * cells - 2 * cells + 2) / static_cast<double>(total(pane));
  }
  return (std::max)(variance, 1.0);
}

struct Effect {
  double mean = 1;
  double weighed = 1;
};

// With T = trace(S), U = trace(S^2) of the bends' covariance S, k bends and Q their squared correlations,
// E(squares^2) = k^2 T^2 + 2 Q U and E(fourths) = (k^2 + Q) U + Q T^2: solved for U.
Effect effect_within(const Panes& all_panes) {
  const Panes panes = without_poor(all_panes);
  const Shares shares = shares_of(panes);
  if (panes.counts.size() < 4 || shares.p.size() < 2) return {};
  std::vector<std::vector<double>> z;
  for (std::size_t i = 2; i < panes.counts.size(); ++i) {
    z.push_back(bend(panes.counts[i - 2], panes.counts[i - 1], panes.counts[i], shares));
  }
  double squares = 0;
  double fourths = 0;
  for (const auto& a : z) {
    squares += dot(a, a);
    for (const auto& b : z) fourths += dot(a, b) * dot(a, b);
  }
  const auto k = static_cast<double>(z.size());
  const double q = squared_correlations(z.size());
  const double degrees = k * (static_cast<double>(shares.p.size()) - 1);
  const double variance = variance_of_squares(panes, shares);
  if (stats::gamma_upper_tail(squares, degrees * degrees / variance, variance / degrees) > kChance) return {};
  const double mean = squares / degrees;
  const double square_sum = (fourths - q * squares * squares / (k * k)) / (k * k + q - 2 * q * q / (k * k));
  return {mean, (std::max)(mean, square_sum / (squares / k))};
}

// So many panes as one; those left over are in none.
Panes joined(const Panes& panes, std::size_t times) {
  Panes longer{panes.cells, {}};
  for (std::size_t first = 0; first + times <= panes.counts.size(); first += times) {
    Counts& counts = longer.counts.emplace_back(panes.counts[first]);
    for (std::size_t k = first + 1; k < first + times; ++k)
      std::transform(counts.begin(), counts.end(), panes.counts[k].begin(), counts.begin(), std::plus());
  }
  return longer;
}

// Panes of n rows cut dependence off at their ends. Of an effect D with correlations that fall exponentially they miss
// 5/6 D^2 / n: where that is little it is added. Panes twice as long miss half: beyond, they are compared.
constexpr double kLittle = 0.15;   // effect by rows of a pane
constexpr double kSeason = 0.125;  // of an effect, under which longer panes show that it was a season of the panes
constexpr std::size_t kFewestLongPanes = 10;  // to show a season
constexpr std::size_t kFewestJoined = 7;      // to show what is left of it

double to_the_end(double effect, double longer, double rows) {
  if (effect <= kLittle * rows) return (1 - std::sqrt(1 - 10.0 / 3 * effect / rows)) * rows * 3 / 5;
  return (std::max)({effect, longer, 2 * longer - effect});
}

// Whether longer panes show that an effect was a season of the panes' own length, as of weekdays in panes of some days.
bool is_season(const Effect& effect, const Effect& longer, const Panes& panes) {
  if (longer.weighed < kSeason * effect.weighed) return true;
  const Panes four = joined(panes, 4);
  return four.counts.size() >= kFewestLongPanes && effect_within(four).weighed < kSeason * effect.weighed;
}

// What panes show that hold whole seasons, whichever these are: the least of all lengths.
Effect without_season(const Panes& panes) {
  Effect least = effect_within(joined(panes, 2));
  for (std::size_t times = 3; panes.counts.size() / times >= kFewestJoined; ++times) {
    const Effect effect = effect_within(joined(panes, times));
    if (effect.weighed < least.weighed) least = effect;
  }
  return least;
}

Effect effect_of(const Panes& panes, double rows) {
  const Effect effect = effect_within(panes);
  if (effect.weighed <= 1) return {};
  const Effect longer = effect_within(joined(panes, 2));
  if (is_season(effect, longer, panes)) return without_season(panes);
  return {to_the_end(effect.mean, longer.mean, rows), to_the_end(effect.weighed, longer.weighed, rows)};
}

Panes missing_panes(const Panes& panes, std::size_t rows, std::size_t pane_rows) {
  Panes missing{2, {}};
  for (std::size_t k = 0; k < panes.counts.size(); ++k) {
    const bool last = k + 1 == panes.counts.size();
    const std::uint64_t all = last ? rows - k * pane_rows : pane_rows;
    missing.counts.push_back({total(panes.counts[k]), all - total(panes.counts[k])});
  }
  return missing;
}

}  // namespace

DesignEffect estimate_design_effect(std::span<const std::uint32_t> rows, std::size_t cells) {
  if (rows.size() < kFewestRows) return {};
  const std::size_t pane_rows = rows_of_pane(rows.size());
  const Panes panes = count_panes(rows, cells, pane_rows);
  const auto length = static_cast<double>(pane_rows);
  const Effect present = effect_of(panes, length);
  const Effect missing = effect_of(missing_panes(panes, rows.size(), pane_rows), length);
  return {(std::max)(1.0, present.mean), (std::max)(1.0, present.weighed), (std::max)(1.0, missing.weighed), pane_rows};
}

}  // namespace leeway::inline v1::profile
