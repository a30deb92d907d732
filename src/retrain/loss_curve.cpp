#include "leeway/retrain/loss_curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <numbers>
#include <string>

#include "retrain/check.hpp"
#include "retrain/remainders.hpp"

namespace leeway::inline v1::retrain {
namespace {

using detail::Check;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Check check(std::span<const LossPoint> points) {
  if (points.empty()) return Error{ErrorCode::invalid_argument, "expected at least one point, found none", "points"};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string where = "points[" + std::to_string(i) + "]";
    if (Check bad = detail::not_negative(points[i].age, (where + ".age").c_str())) return bad;
    if (Check bad = detail::not_negative(points[i].loss, (where + ".loss").c_str())) return bad;
    if (i == 0) continue;
    if (points[i].age <= points[i - 1].age)
      return detail::unexpected("ages that rise", points[i].age.value(), where + ".age");
    if (points[i].loss < points[i - 1].loss)
      return detail::unexpected("losses that do not fall", points[i].loss.value(), where + ".loss");
  }
  return {};
}

Check check(std::span<const DivergencePoint> points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::string where = "points[" + std::to_string(i) + "].divergence";
    if (Check bad = detail::not_negative(points[i].divergence, where.c_str())) return bad;
  }
  return {};
}

// The points between which `age` lies, as the index of the second; 0 and size() beyond the ends.
std::size_t after(std::span<const LossPoint> points, Days age) {
  const auto later = [](Days a, const LossPoint& point) { return a < point.age; };
  return static_cast<std::size_t>(std::upper_bound(points.begin(), points.end(), age, later) - points.begin());
}

}  // namespace

Result<ExponentialLoss> ExponentialLoss::make(MoneyPerDay ceiling, PerDay decay) {
  if (const Check bad = detail::first({detail::positive(ceiling, "ceiling"), detail::positive(decay, "decay")}))
    return *bad;
  return ExponentialLoss(ceiling, decay);
}

MoneyPerDay ExponentialLoss::rate(Days age) const { return ceiling_ * -std::expm1(-(decay_ * age)); }

Money ExponentialLoss::total(Days age) const { return ceiling_ / decay_ * detail::expm1_minus(-(decay_ * age)); }

Money ExponentialLoss::margin(Days age) const { return ceiling_ / decay_ * detail::recovered_share(decay_ * age); }

Result<UncertainLoss> UncertainLoss::make(MoneyPerDay ceiling, double shape, Days rate) {
  if (const Check bad = detail::first(
          {detail::positive(ceiling, "ceiling"), detail::positive(shape, "shape"), detail::positive(rate, "rate")}))
    return *bad;
  return UncertainLoss(ceiling, shape, rate);
}

MoneyPerDay UncertainLoss::rate(Days age) const { return ceiling_ * -std::expm1(-shape_ * std::log1p(age / rate_)); }

// int_0^T (1 + t / r)^-a = r (1 - e^(-(a - 1) y)) / (a - 1) with y = ln(1 + T / r).
Money UncertainLoss::total(Days age) const {
  const double y = std::log1p(age / rate_);
  const double remaining = shape_ == 1 ? y : -std::expm1(-(shape_ - 1) * y) / (shape_ - 1);
  return ceiling_ * (age - rate_ * remaining);
}

Money UncertainLoss::break_even() const { return shape_ > 1 ? ceiling_ * rate_ / (shape_ - 1) : Money(kInfinity); }

Result<PowerLoss> PowerLoss::make(MoneyPerDay after_a_day, double exponent) {
  if (const Check bad =
          detail::first({detail::positive(after_a_day, "after_a_day"), detail::positive(exponent, "exponent")}))
    return *bad;
  return PowerLoss(after_a_day, exponent);
}

MoneyPerDay PowerLoss::rate(Days age) const { return after_a_day_ * std::pow(age.value(), exponent_); }

Money PowerLoss::total(Days age) const { return rate(age) * age / (exponent_ + 1); }

MoneyPerDay PowerLoss::average() const { return MoneyPerDay(kInfinity); }

Money PowerLoss::break_even() const { return Money(kInfinity); }

Result<StepLoss> StepLoss::make(Days at, MoneyPerDay loss) {
  if (const Check bad = detail::first({detail::positive(at, "at"), detail::positive(loss, "loss")})) return *bad;
  return StepLoss(at, loss);
}

Result<SeasonalLoss> SeasonalLoss::make(MoneyPerDay ceiling, Days period) {
  if (const Check bad = detail::first({detail::positive(ceiling, "ceiling"), detail::positive(period, "period")}))
    return *bad;
  return SeasonalLoss(ceiling, period);
}

MoneyPerDay SeasonalLoss::rate(Days age) const {
  const double sine = std::sin(std::numbers::pi * (age / period_));
  return ceiling_ * sine * sine;
}

Money SeasonalLoss::total(Days age) const {
  const double turn = 2 * std::numbers::pi * (age / period_);
  return ceiling_ * period_ * ((turn - std::sin(turn)) / (4 * std::numbers::pi));
}

// Where the loss rises above its average, one had better wait for its return.
Money SeasonalLoss::break_even() const { return ceiling_ * period_ / (4 * std::numbers::pi); }

EmpiricalLoss::EmpiricalLoss(std::vector<LossPoint> points) : points_(std::move(points)) {
  totals_.push_back(points_.front().loss * points_.front().age);
  for (std::size_t i = 1; i < points_.size(); ++i) {
    const MoneyPerDay middle = (points_[i - 1].loss + points_[i].loss) / 2;
    totals_.push_back(totals_.back() + middle * (points_[i].age - points_[i - 1].age));
  }
}

Result<EmpiricalLoss> EmpiricalLoss::make(std::span<const LossPoint> points) {
  if (Check bad = check(points)) return *std::move(bad);
  return EmpiricalLoss(std::vector<LossPoint>(points.begin(), points.end()));
}

Result<EmpiricalLoss> EmpiricalLoss::degradation(QueriesPerDay queries, MoneyPerQuery value, Fraction accuracy,
                                                 double lambda, std::span<const DivergencePoint> points) {
  if (Check bad = detail::first({detail::positive(queries, "queries"), detail::positive(value, "value"),
                                 detail::positive_share(accuracy, "accuracy"), detail::positive(lambda, "lambda"),
                                 check(points)}))
    return *std::move(bad);
  std::vector<LossPoint> losses;
  for (const DivergencePoint& point : points) {
    const double lost = (std::min)(lambda * point.divergence, accuracy.value());
    losses.push_back({point.age, queries * value * lost});
  }
  return make(nondecreasing(losses));
}

MoneyPerDay EmpiricalLoss::rate(Days age) const {
  const std::size_t i = after(points_, age);
  if (i == 0) return points_.front().loss;
  if (i == points_.size()) return points_.back().loss;
  const LossPoint& a = points_[i - 1];
  const LossPoint& b = points_[i];
  return a.loss + (b.loss - a.loss) * ((age - a.age) / (b.age - a.age));
}

Money EmpiricalLoss::total(Days age) const {
  const std::size_t i = after(points_, age);
  if (i == 0) return points_.front().loss * age;
  return totals_[i - 1] + (points_[i - 1].loss + rate(age)) / 2 * (age - points_[i - 1].age);
}

Money EmpiricalLoss::break_even() const { return points_.back().age * points_.back().loss - totals_.back(); }

std::vector<LossPoint> nondecreasing(std::span<const LossPoint> points) {
  struct Block {
    double sum;
    std::size_t size;
    [[nodiscard]] double mean() const { return sum / static_cast<double>(size); }
  };
  std::vector<Block> blocks;
  for (const LossPoint& point : points) {
    blocks.push_back({point.loss.value(), 1});
    while (blocks.size() > 1 && blocks.back().mean() < blocks[blocks.size() - 2].mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back() = {blocks.back().sum + last.sum, blocks.back().size + last.size};
    }
  }
  std::vector<LossPoint> result(points.begin(), points.end());
  auto next = result.begin();
  for (const Block& block : blocks)
    for (std::size_t i = 0; i < block.size; ++i) (next++)->loss = MoneyPerDay(block.mean());
  return result;
}

}  // namespace leeway::inline v1::retrain
