#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "retrain/fit_shape.hpp"
#include "retrain/fit_terms.hpp"
#include "retrain/uniform.hpp"

namespace leeway::inline v1::retrain::detail {
namespace {

constexpr int kMostDraws = 999;
constexpr std::uint64_t kSeed = 20120101;
constexpr double kShape =
    0.8;  // of alpha, half for terms beside an exponential, half for others; neighbours have the rest

double normal(std::mt19937_64& generator) {
  const double radius = std::sqrt(-2 * std::log1p(-uniform(generator)));
  return radius * std::cos(2 * std::numbers::pi * uniform(generator));
}

// A term: unit columns, orthogonal to the base and to each other.
struct Direction {
  std::vector<Numbers> units;
  std::size_t numbers;  // that it costs
};

// A base and every term that may stand beside it.
class Scan {
 public:
  Scan(const Sample& sample, const RateFit& fit, bool decays) : terms_(sample, fit), base_(terms_.empty()) {
    terms_.add_base(base_, decays);
    if (decays) directions_.push_back({{base_.beside(terms_.bend())}, kBend});
    for (std::size_t i = kBeside; i + kBeside <= sample.size(); ++i)
      directions_.push_back({{base_.beside(terms_.step(i))}, kStep});
    for (const double frequency : terms_.frequencies()) add_season(terms_.season(frequency));
  }

  [[nodiscard]] const Regression& base() const noexcept { return base_; }

  /// By how much the best of them lowers the BIC of an exponential that leaves `squares`.
  [[nodiscard]] double gain(const Numbers& values, double exponential, double squares) const {
    const Numbers residual = base_.rest_of(values);
    const double left = dot(residual, residual) - exponential;
    const auto n = static_cast<double>(residual.size());
    double best = -std::numeric_limits<double>::infinity();
    for (const Direction& direction : directions_) {
      double explained = 0;
      for (const Numbers& unit : direction.units) explained += dot(unit, residual) * dot(unit, residual);
      const double ratio = (std::max)(1 + (left - explained) / squares, 1e-12);
      const auto numbers = static_cast<double>(base_.size() + direction.numbers) - 2;
      best = (std::max)(best, -n * std::log(ratio) - numbers * std::log(n));
    }
    return best;
  }

 private:
  void add_season(std::pair<Numbers, Numbers> season) {
    Regression with_cosine = base_;
    with_cosine.add(season.first);
    directions_.push_back(
        {{base_.beside(std::move(season.first)), with_cosine.beside(std::move(season.second))}, kSeason});
  }

  Terms terms_;
  Regression base_;
  std::vector<Direction> directions_;
};

double neighbours_of(const Numbers& residual, double squares) {
  return dot(std::span(residual).first(residual.size() - 1), std::span(residual).subspan(1)) / squares;
}

// The share of draws that reach what was seen, known as soon as it is beyond alpha.
class SequentialShare {
 public:
  SequentialShare(double seen, double alpha) : seen_(seen), enough_(alpha * (kMostDraws + 1)) {}

  void see(double drawn) {
    if (decided()) return;
    ++draws_;
    reached_ += drawn >= seen_;
  }
  [[nodiscard]] bool decided() const { return reached_ + 1 > enough_; }
  [[nodiscard]] double p() const { return decided() ? reached_ / draws_ : (reached_ + 1) / (draws_ + 1); }

 private:
  double seen_;
  double enough_;
  double reached_ = 0;
  double draws_ = 0;
};

// A history, or one drawn from the exponential that comes nearest to it.
struct Drawn {
  Numbers values;
  Numbers residual;  // of the exponential
  double own;        // squares of it
  double squares;    // that noise would have
};

class ShapeTester {
 public:
  ShapeTester(const Sample& sample, const RateFit& fit, double alpha)
      : terms_(sample, fit), beside_(sample, fit, true), instead_(sample, fit, false), fit_(fit), alpha_(alpha) {}

  ShapeTest operator()(const Sample& sample) {
    const Drawn history = seen(terms_.weighted(sample.accuracy), static_cast<double>(sample.size()) - 2);
    SequentialShare more(gain(beside_, history), alpha_ * kShape / 2);
    SequentialShare other(gain(instead_, history), alpha_ * kShape / 2);
    SequentialShare alike(neighbours_of(history.residual, history.squares), alpha_ * (1 - kShape));
    for (int i = 0; i < kMostDraws && !(more.decided() && other.decided() && alike.decided()); ++i) {
      const Drawn noise = draw();
      if (!more.decided()) more.see(gain(beside_, noise));
      if (!other.decided()) other.see(gain(instead_, noise));
      alike.see(neighbours_of(noise.residual, noise.squares));
    }
    ShapeTest test;
    test.p_shape = (std::min)(1.0, 2 * (std::min)(more.p(), other.p()));
    test.p_neighbours = alike.p();
    test.neighbours = neighbours_of(history.residual, history.squares);
    test.refused = !(more.decided() && other.decided() && alike.decided());
    return test;
  }

 private:
  static double gain(const Scan& scan, const Drawn& drawn) { return scan.gain(drawn.values, drawn.own, drawn.squares); }
  [[nodiscard]] Drawn with_residual(Numbers values) const {
    Numbers residual = beside_.base().rest_of(values);
    const double own = dot(residual, residual);
    return {std::move(values), std::move(residual), own, own};
  }
  [[nodiscard]] Drawn seen(Numbers values, double degrees) const {
    Drawn history = with_residual(std::move(values));
    history.squares = fit_.mean_square * degrees;
    return history;
  }
  [[nodiscard]] Drawn draw() {
    Numbers values = terms_.weighted(fit_.fitted);
    for (double& value : values) value += std::sqrt(fit_.mean_square) * normal(generator_);
    return with_residual(std::move(values));
  }

  Terms terms_;
  Scan beside_;   // what an exponential leaves
  Scan instead_;  // of it
  const RateFit& fit_;
  double alpha_;
  std::mt19937_64 generator_{kSeed};
};

}  // namespace

ShapeTest test_shape(const Sample& sample, const RateFit& fit, double alpha) {
  return ShapeTester(sample, fit, alpha)(sample);
}

}  // namespace leeway::inline v1::retrain::detail
