#include "retrain/fit_rate.hpp"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

#include "leeway/stats/chi_square.hpp"
#include "stats/policy.hpp"

namespace leeway::inline v1::retrain::detail {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSteepest = 500;  // e-foldings over the history beyond which all of it is gone at once
constexpr double kSurely = 0.001;  // error rate of the verdict that labels do not explain the scatter
constexpr int kMostSteps = 100;

// Ages from 0, the first, to 1, the last, so that rates have no unit.
class Profile {
 public:
  explicit Profile(const Sample& sample) : sample_(sample), weights_(sample.size(), 1) {
    for (const double age : sample.age) share_.push_back((age - sample.age.front()) / sample.span());
  }

  void weigh(Numbers weights) { weights_ = std::move(weights); }
  [[nodiscard]] const Numbers& weights() const { return weights_; }

  // The curve of that rate that comes nearest.
  [[nodiscard]] Numbers curve(double rate) const {
    Numbers curve = shape(rate);
    const double scale = scale_of(curve);
    for (double& value : curve) value *= scale;
    return curve;
  }
  [[nodiscard]] double at_age_zero(double rate) const {
    return scale_of(shape(rate)) * std::exp(rate * (largest_at(rate) + sample_.age.front() / sample_.span()));
  }
  [[nodiscard]] double residual(double rate) const { return squares(curve(rate)); }
  [[nodiscard]] double squares(const Numbers& curve) const {
    double sum = 0;
    for (std::size_t i = 0; i < curve.size(); ++i) sum += weights_[i] * square(sample_.accuracy[i] - curve[i]);
    return sum;
  }
  // Gauss-Newton on the rate alone, halved where it overshoots.
  [[nodiscard]] double best(double rate) const {
    for (int i = 0; i < kMostSteps; ++i) {
      double step = newton(rate);
      const double before = residual(rate);
      while (residual(rate + step) > before && std::fabs(step) > kTiny * (1 + std::fabs(rate))) step /= 2;
      rate = (std::clamp)(rate + step, -kSteepest, kSteepest);
      if (std::fabs(step) <= kTiny * (1 + std::fabs(rate))) break;
    }
    return rate;
  }
  [[nodiscard]] double scan() const {
    double best = 0;
    for (int i = -20; i <= 40; ++i)
      if (residual(std::sinh(i / 8.0)) < residual(best)) best = std::sinh(i / 8.0);
    return best;
  }
  // The standard deviation of the rate for residuals of mean square 1.
  [[nodiscard]] double deviation(double rate) const { return 1 / std::sqrt(tangent(rate).information); }

 private:
  static constexpr double kTiny = 1e-11;
  struct Tangent {
    double gradient = 0;
    double information = 0;
  };

  static double square(double x) { return x * x; }

  // Where a curve of that rate is 1, so that none overflows.
  static double largest_at(double rate) { return rate > 0 ? 0 : 1; }
  [[nodiscard]] Numbers shape(double rate) const {
    const double shift = largest_at(rate);
    Numbers shape;
    for (const double x : share_) shape.push_back(std::exp(-rate * (x - shift)));
    return shape;
  }
  [[nodiscard]] double scale_of(const Numbers& shape) const {
    double product = 0, norm = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      product += weights_[i] * shape[i] * sample_.accuracy[i];
      norm += weights_[i] * shape[i] * shape[i];
    }
    return product / norm;
  }
  // The derivative by the rate with the scale profiled out: of the ages about their mean under w curve^2.
  [[nodiscard]] Tangent tangent(double rate) const {
    const Numbers mu = curve(rate);
    double norm = 0, mean = 0;
    for (std::size_t i = 0; i < mu.size(); ++i) {
      norm += weights_[i] * mu[i] * mu[i];
      mean += weights_[i] * mu[i] * mu[i] * share_[i];
    }
    Tangent tangent;
    for (std::size_t i = 0; i < mu.size(); ++i) {
      const double slope = -mu[i] * (share_[i] - mean / norm);
      tangent.gradient += weights_[i] * slope * (sample_.accuracy[i] - mu[i]);
      tangent.information += weights_[i] * slope * slope;
    }
    return tangent;
  }
  [[nodiscard]] double newton(double rate) const {
    const Tangent at = tangent(rate);
    return at.information > 0 ? at.gradient / at.information : 0;
  }

  const Sample& sample_;
  Numbers share_;
  Numbers weights_;
};

// Shrunk towards 1/2, so that a share of 0 or 1 has a variance.
Numbers variances(const Sample& sample, const Numbers& curve) {
  Numbers result;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double n = sample.labels[i];
    const double p = (n * (std::clamp)(curve[i], 0.0, 1.0) + 0.5) / (n + 1);
    result.push_back(p * (1 - p) / n);
  }
  return result;
}

Numbers weights_of(const Numbers& variances, double scatter) {
  Numbers weights;
  for (const double variance : variances) weights.push_back(1 / (variance + scatter));
  return weights;
}

class RateFitter {
 public:
  RateFitter(const Sample& sample, ErrorRate alpha)
      : sample_(sample), alpha_(alpha), profile_(sample), degrees_(static_cast<double>(sample.size()) - 2) {
    rate_ = profile_.best(profile_.scan());
  }

  RateFit operator()() {
    settle([](double) { return 0.0; });
    const double squares = profile_.residual(rate_);
    settle([this](double scatter) { return more_scatter(scatter); });
    smooth_ = stats::chi_square_upper_tail(squares, degrees_) > 1 - kSurely;
    RateFit fit = described();
    fit.nearest.dispersion = squares / degrees_;
    fit.scattered = stats::chi_square_upper_tail(squares, degrees_) < kSurely;
    return fit;
  }

 private:
  // Weights depend on the curve, and the curve on the weights.
  template <class Next>
  void settle(Next next) {
    for (int i = 0; i < kMostSteps; ++i) {
      profile_.weigh(weights_of(variances(sample_, profile_.curve(rate_)), scatter_));
      const double before = rate_, less = scatter_;
      rate_ = profile_.best(rate_);
      scatter_ = next(scatter_);
      if (std::fabs(rate_ - before) < 1e-9 * (1 + std::fabs(rate_)) && std::fabs(scatter_ - less) <= 1e-9 * scatter_)
        break;
    }
    profile_.weigh(weights_of(variances(sample_, profile_.curve(rate_)), scatter_));
  }
  // Newton's step towards residuals of mean square 1.
  [[nodiscard]] double more_scatter(double scatter) const {
    const Numbers curve = profile_.curve(rate_);
    double slope = 0;
    for (std::size_t i = 0; i < curve.size(); ++i) {
      const double term = profile_.weights()[i] * (sample_.accuracy[i] - curve[i]);
      slope += term * term;
    }
    return slope > 0 ? (std::max)(0.0, scatter + (profile_.squares(curve) - degrees_) / slope) : 0;
  }

  [[nodiscard]] RateFit described() const {
    const double span = sample_.span();
    RateFit fit;
    fit.nearest.accuracy = Fraction((std::min)(1.0, profile_.at_age_zero(rate_)));
    fit.nearest.rate = PerDay(rate_ / span);
    fit.nearest.rates = {PerDay(end(-1) / span), PerDay(end(1) / span)};
    fit.nearest.deviation = PerDay(profile_.deviation(rate_) * std::sqrt(mean_square()) / span);
    fit.nearest.scatter = Fraction(std::sqrt(scatter_));
    fit.fitted = profile_.curve(rate_);
    fit.weights = profile_.weights();
    fit.mean_square = mean_square();
    return fit;
  }
  // Points that lie closer than their labels allow, such as all of them 1, do not tell their own noise.
  [[nodiscard]] double mean_square() const { return smooth_ ? 1 : profile_.residual(rate_) / degrees_; }

  // Where the profile leaves the F law's region.
  [[nodiscard]] double end(double direction) const {
    const double limit = profile_.residual(rate_) + mean_square() * f_quantile(alpha_, degrees_);
    double inside = 0, step = profile_.deviation(rate_) * std::sqrt(mean_square());
    while (profile_.residual(rate_ + direction * (inside + step)) < limit) {
      inside += step;
      step *= 2;
      if (inside > kSteepest || !std::isfinite(inside)) return direction * kInfinity;
    }
    double outside = inside + step;
    for (int i = 0; i < 60; ++i) {
      const double middle = (inside + outside) / 2;
      (profile_.residual(rate_ + direction * middle) < limit ? inside : outside) = middle;
    }
    return rate_ + direction * outside;
  }

  const Sample& sample_;
  ErrorRate alpha_;
  Profile profile_;
  double degrees_;
  double rate_ = 0;
  double scatter_ = 0;  // a variance
  bool smooth_ = false;
};

}  // namespace

double f_quantile(ErrorRate alpha, double degrees) {
  const double x = boost::math::ibeta_inv(degrees / 2, 0.5, alpha.value(), stats::detail::Saturate());
  return degrees * (1 - x) / x;
}

RateFit fit_rate(const Sample& sample, ErrorRate alpha) { return RateFitter(sample, alpha)(); }

}  // namespace leeway::inline v1::retrain::detail
