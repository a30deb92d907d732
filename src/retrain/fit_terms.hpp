#ifndef LEEWAY_SRC_RETRAIN_FIT_TERMS_HPP
#define LEEWAY_SRC_RETRAIN_FIT_TERMS_HPP

// The columns of the regressions by which a history is described, weighted, so that residuals are alike.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

#include "retrain/fit_rate.hpp"
#include "retrain/fit_sample.hpp"

namespace leeway::inline v1::retrain::detail {

/// Points that must lie on each side of a step: a single one is an outlier.
inline constexpr std::size_t kBeside = 2;

/// What a term costs: one number for a bend; one for the size of a step, and two for its age, as it is sought among
/// all; two for a season, and three for its period.
inline constexpr std::size_t kBend = 1;
inline constexpr std::size_t kStep = 3;
inline constexpr std::size_t kSeason = 5;

/// Least squares, a column at a time (modified Gram-Schmidt).
class Regression {
 public:
  explicit Regression(Numbers y) : residual_(std::move(y)) {}

  /// Makes a column orthogonal to those before, of norm 1; of norm 0 where they contain it.
  [[nodiscard]] Numbers beside(Numbers column) const {
    const double norm = dot(column, column);
    for (const Numbers& unit : units_) take(column, unit, dot(column, unit));
    const double rest = dot(column, column);
    const double scale = rest > kContained * norm ? 1 / std::sqrt(rest) : 0;
    for (double& value : column) value *= scale;
    return column;
  }
  void add(Numbers column) {
    units_.push_back(beside(std::move(column)));
    take(residual_, units_.back(), dot(residual_, units_.back()));
  }
  /// The part of `values` that no column explains.
  [[nodiscard]] Numbers rest_of(Numbers values) const {
    for (const Numbers& unit : units_) take(values, unit, dot(values, unit));
    return values;
  }

  [[nodiscard]] std::size_t size() const noexcept { return units_.size(); }
  [[nodiscard]] const Numbers& residual() const noexcept { return residual_; }
  [[nodiscard]] double squares() const { return dot(residual_, residual_); }

 private:
  static constexpr double kContained = 1e-12;

  static void take(Numbers& from, const Numbers& unit, double length) {
    for (std::size_t i = 0; i < from.size(); ++i) from[i] -= length * unit[i];
  }

  std::vector<Numbers> units_;
  Numbers residual_;
};

class Terms {
 public:
  Terms(const Sample& sample, const RateFit& fit) : sample_(sample), fit_(fit) {
    for (const double weight : fit.weights) root_.push_back(std::sqrt(weight));
  }

  [[nodiscard]] Numbers weighted(Numbers values) const {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] *= root_[i];
    return values;
  }
  [[nodiscard]] Regression empty() const { return Regression(weighted(sample_.accuracy)); }
  /// A constant, or the nearest exponential and its derivative by the rate.
  void add_base(Regression& regression, bool decays) const {
    regression.add(decays ? weighted(fit_.fitted) : root_);
    if (decays) regression.add(times_age(weighted(fit_.fitted)));
  }
  [[nodiscard]] Numbers bend() const { return times_age(times_age(weighted(fit_.fitted))); }
  [[nodiscard]] Numbers step(std::size_t first) const {
    Numbers column = root_;
    std::fill_n(column.begin(), first, 0.0);
    return column;
  }
  [[nodiscard]] std::pair<Numbers, Numbers> season(double frequency) const {
    std::pair<Numbers, Numbers> columns;
    for (std::size_t i = 0; i < sample_.size(); ++i) {
      const double turn = 2 * std::numbers::pi * frequency * sample_.age[i];
      columns.first.push_back(root_[i] * std::cos(turn));
      columns.second.push_back(root_[i] * std::sin(turn));
    }
    return columns;
  }

  /// From two periods in the history to two points in a period; none of fewer than 12 points.
  [[nodiscard]] Numbers frequencies() const {
    Numbers result;
    const double most = (static_cast<double>(sample_.size()) - 1) / 2 / sample_.span();
    if (sample_.size() < 12) return result;
    for (double f = 2 / sample_.span(); f < most - resolution() / 2; f += resolution()) result.push_back(f);
    return result;
  }
  [[nodiscard]] double resolution() const { return 0.25 / sample_.span(); }

  [[nodiscard]] Numbers unweighted(const Regression& regression) const {
    Numbers fitted = sample_.accuracy;
    for (std::size_t i = 0; i < fitted.size(); ++i) fitted[i] -= regression.residual()[i] / root_[i];
    return fitted;
  }

 private:
  [[nodiscard]] Numbers times_age(Numbers values) const {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] *= (sample_.age[i] - sample_.age.front()) / sample_.span();
    return values;
  }

  const Sample& sample_;
  const RateFit& fit_;
  Numbers root_;
};

}  // namespace leeway::inline v1::retrain::detail

#endif
