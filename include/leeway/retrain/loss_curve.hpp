#ifndef LEEWAY_RETRAIN_LOSS_CURVE_HPP
#define LEEWAY_RETRAIN_LOSS_CURVE_HPP

// What a model loses per day as it ages, L(t): pluggable, because few models decay exponentially.
//
//   const auto curve = EmpiricalLoss::make(points);                       // measured
//   const auto plan = optimal_interval(*curve, Money(5000));              // optimal_curve.hpp
//
// For any L that does not fall, (int_0^T L + C) / T is least where its margin T L(T) - int_0^T L reaches C: what has
// been lost so far is then less than what the loss of the day would have made of it by just C. There is such a T iff
// int_0^inf (L(inf) - L) > C. Write a class of your own for another curve.
// Cost: O(1), a measured one O(log points). Thread contract: values; all functions are const.

#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/result.hpp"
#include "leeway/retrain/quantity.hpp"

namespace leeway::inline v1::retrain {

/// The loss rate of a model by its age, and what follows from it. Ages are finite and >= 0.
class LEEWAY_EXPORT LossCurve {
 public:
  LossCurve() = default;
  LossCurve(const LossCurve&) = default;
  LossCurve& operator=(const LossCurve&) = default;
  virtual ~LossCurve() = default;

  /// L(age).
  [[nodiscard]] virtual MoneyPerDay rate(Days age) const = 0;
  /// The integral of L from 0 to `age`.
  [[nodiscard]] virtual Money total(Days age) const = 0;
  /// What it costs per day never to retrain: the mean of L over all time; may be infinite.
  [[nodiscard]] virtual MoneyPerDay average() const = 0;
  /// The least cost of a retraining that never pays: int_0^inf (L(inf) - L) where L does not fall; may be infinite.
  [[nodiscard]] virtual Money break_even() const = 0;
  /// age L(age) - total(age): retrain when it reaches the cost. Where a curve has no form of its own for it, the
  /// difference loses digits as the cost becomes small beside age * L(age): about as many as that has before it.
  [[nodiscard]] virtual Money margin(Days age) const { return age * rate(age) - total(age); }
  /// The age up to which the margin rises, and beyond which no optimum lies: infinite where L never falls.
  [[nodiscard]] virtual Days horizon() const { return Days(std::numeric_limits<double>::infinity()); }
};

/// L = ceiling (1 - e^(-decay t)): accuracy that decays exponentially, or, on average, shocks of that rate each of
/// which costs `ceiling` per day until the next retraining.
class LEEWAY_EXPORT ExponentialLoss final : public LossCurve {
 public:
  /// Errors: a number not > 0, or not finite.
  [[nodiscard]] static Result<ExponentialLoss> make(MoneyPerDay ceiling, PerDay decay);

  [[nodiscard]] MoneyPerDay rate(Days age) const override;
  [[nodiscard]] Money total(Days age) const override;
  [[nodiscard]] MoneyPerDay average() const override { return ceiling_; }
  [[nodiscard]] Money break_even() const override { return ceiling_ / decay_; }
  [[nodiscard]] Money margin(Days age) const override;

 private:
  ExponentialLoss(MoneyPerDay ceiling, PerDay decay) : ceiling_(ceiling), decay_(decay) {}

  MoneyPerDay ceiling_;
  PerDay decay_;
};

/// The expected loss where the decay is only known as gamma(shape, rate): ceiling (1 - (1 + t / rate)^(-shape)). The
/// mean decay is shape / rate, its standard deviation that by sqrt(shape). Of shape <= 1 it pays to retrain at any
/// cost.
class LEEWAY_EXPORT UncertainLoss final : public LossCurve {
 public:
  /// Errors: a number not > 0, or not finite.
  [[nodiscard]] static Result<UncertainLoss> make(MoneyPerDay ceiling, double shape, Days rate);

  [[nodiscard]] MoneyPerDay rate(Days age) const override;
  [[nodiscard]] Money total(Days age) const override;
  [[nodiscard]] MoneyPerDay average() const override { return ceiling_; }
  [[nodiscard]] Money break_even() const override;

 private:
  UncertainLoss(MoneyPerDay ceiling, double shape, Days rate) : ceiling_(ceiling), shape_(shape), rate_(rate) {}

  MoneyPerDay ceiling_;
  double shape_;
  Days rate_;
};

/// L = a (t / 1 day)^exponent: without a ceiling, for ages at which it is none.
class LEEWAY_EXPORT PowerLoss final : public LossCurve {
 public:
  /// Errors: a number not > 0, or not finite.
  [[nodiscard]] static Result<PowerLoss> make(MoneyPerDay after_a_day, double exponent);
  /// L = slope t. Its optimum is the square-root law, exactly. Errors: as make().
  [[nodiscard]] static Result<PowerLoss> linear(MoneyPerDayPerDay slope) { return make(slope * Days(1), 1); }

  [[nodiscard]] MoneyPerDay rate(Days age) const override;
  [[nodiscard]] Money total(Days age) const override;
  [[nodiscard]] MoneyPerDay average() const override;
  [[nodiscard]] Money break_even() const override;
  [[nodiscard]] Money margin(Days age) const override { return total(age) * exponent_; }

 private:
  PowerLoss(MoneyPerDay after_a_day, double exponent) : after_a_day_(after_a_day), exponent_(exponent) {}

  MoneyPerDay after_a_day_;
  double exponent_;
};

/// Nothing up to an age, then all at once: a sudden shift whose moment is known, such as the end of a campaign.
class LEEWAY_EXPORT StepLoss final : public LossCurve {
 public:
  /// Errors: a number not > 0, or not finite.
  [[nodiscard]] static Result<StepLoss> make(Days at, MoneyPerDay loss);

  [[nodiscard]] MoneyPerDay rate(Days age) const override { return age < at_ ? MoneyPerDay(0) : loss_; }
  [[nodiscard]] Money total(Days age) const override { return age < at_ ? Money(0) : loss_ * (age - at_); }
  [[nodiscard]] MoneyPerDay average() const override { return loss_; }
  [[nodiscard]] Money break_even() const override { return loss_ * at_; }
  [[nodiscard]] Money margin(Days age) const override { return age < at_ ? Money(0) : break_even(); }

 private:
  StepLoss(Days at, MoneyPerDay loss) : at_(at), loss_(loss) {}

  Days at_;
  MoneyPerDay loss_;
};

/// L = ceiling (1 - cos(2 pi t / period)) / 2: the worst half a season later, as good as new a season later. Loss that
/// comes back by itself pays sooner than not: a retraining must cost less than ceiling period / (4 pi).
class LEEWAY_EXPORT SeasonalLoss final : public LossCurve {
 public:
  /// Errors: a number not > 0, or not finite.
  [[nodiscard]] static Result<SeasonalLoss> make(MoneyPerDay ceiling, Days period);

  [[nodiscard]] MoneyPerDay rate(Days age) const override;
  [[nodiscard]] Money total(Days age) const override;
  [[nodiscard]] MoneyPerDay average() const override { return ceiling_ / 2; }
  [[nodiscard]] Money break_even() const override;
  [[nodiscard]] Days horizon() const override { return period_ / 4; }

 private:
  SeasonalLoss(MoneyPerDay ceiling, Days period) : ceiling_(ceiling), period_(period) {}

  MoneyPerDay ceiling_;
  Days period_;
};

struct LossPoint {
  Days age{};
  MoneyPerDay loss{};

  friend bool operator==(const LossPoint&, const LossPoint&) = default;
};

struct DivergencePoint {
  Days age{};
  double divergence = 0;  ///< of the live data from those of the training, >= 0, in any metric
};

/// Measured: linear between points, constant before the first and after the last.
class LEEWAY_EXPORT EmpiricalLoss final : public LossCurve {
 public:
  /// Points by rising age. Errors: none; ages that do not rise; numbers negative or not finite; losses that fall (see
  /// nondecreasing()).
  [[nodiscard]] static Result<EmpiricalLoss> make(std::span<const LossPoint> points);

  /// The degradation equation accuracy(t) = accuracy - lambda D(t), driven by measured divergence and made
  /// nondecreasing; accuracy ends at 0. `lambda` is the accuracy lost per unit of divergence, of one's own deployment.
  /// Errors: as make(); numbers out of their ranges.
  [[nodiscard]] static Result<EmpiricalLoss> degradation(QueriesPerDay queries, MoneyPerQuery value, Fraction accuracy,
                                                         double lambda, std::span<const DivergencePoint> points);

  [[nodiscard]] MoneyPerDay rate(Days age) const override;
  [[nodiscard]] Money total(Days age) const override;
  [[nodiscard]] MoneyPerDay average() const override { return points_.back().loss; }
  [[nodiscard]] Money break_even() const override;

  [[nodiscard]] std::span<const LossPoint> points() const noexcept { return points_; }

 private:
  explicit EmpiricalLoss(std::vector<LossPoint> points);

  std::vector<LossPoint> points_;
  std::vector<Money> totals_;  // up to each point
};

/// The nearest points in the sense of least squares whose losses do not fall (isotonic regression; Ayer et al. 1955):
/// for measurements with noise. Cost: linear.
[[nodiscard]] LEEWAY_EXPORT std::vector<LossPoint> nondecreasing(std::span<const LossPoint> points);

/// Another curve as seen by a model whose newest training data are `lag` old when it goes live: L(lag + t).
template <class Curve>
class LaggedLoss final : public LossCurve {
 public:
  /// Preconditions: `lag` finite and >= 0; a curve that does not fall.
  LaggedLoss(Curve curve, Days lag) : curve_(std::move(curve)), lag_(lag) {}

  [[nodiscard]] MoneyPerDay rate(Days age) const override { return curve_.rate(lag_ + age); }
  [[nodiscard]] Money total(Days age) const override { return curve_.total(lag_ + age) - curve_.total(lag_); }
  [[nodiscard]] MoneyPerDay average() const override { return curve_.average(); }
  [[nodiscard]] Money break_even() const override {
    if (curve_.break_even().value() == std::numeric_limits<double>::infinity()) return curve_.break_even();
    return curve_.break_even() - (curve_.average() * lag_ - curve_.total(lag_));
  }

 private:
  Curve curve_;
  Days lag_;
};

}  // namespace leeway::inline v1::retrain

#endif
