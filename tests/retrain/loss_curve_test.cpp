// Curves against numerical integrals, and their optima against brute force and the closed forms.

#include "leeway/retrain/loss_curve.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "leeway/retrain/interval.hpp"
#include "leeway/retrain/optimal_curve.hpp"
#include "support/generator.hpp"

namespace leeway::retrain {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void expect_near(double value, double expected, double tolerance = 1e-13) {
  EXPECT_LE(std::fabs(value / expected - 1), tolerance) << value << " for " << expected;
}

using Curves = std::vector<std::pair<std::string, std::shared_ptr<const LossCurve>>>;

template <class Curve>
std::shared_ptr<const LossCurve> shared(Curve curve) {
  return std::make_shared<Curve>(std::move(curve));
}

const std::vector<LossPoint> kPoints{{Days(2), MoneyPerDay(1)},
                                     {Days(10), MoneyPerDay(4)},
                                     {Days(20), MoneyPerDay(4)},
                                     {Days(40), MoneyPerDay(30)},
                                     {Days(100), MoneyPerDay(45)}};
const std::vector<DivergencePoint> kDivergence{{Days(0), 0.01}, {Days(10), 0.05}, {Days(20), 0.03}, {Days(60), 0.4}};

Curves curves() {
  const ExponentialLoss exponential = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));
  return {
      {"exponential", shared(exponential)},
      {"linear", shared(*PowerLoss::linear(MoneyPerDayPerDay(0.5)))},
      {"root", shared(*PowerLoss::make(MoneyPerDay(0.5), 0.5))},
      {"square", shared(*PowerLoss::make(MoneyPerDay(0.5), 2))},
      {"step", shared(*StepLoss::make(Days(14), MoneyPerDay(20)))},
      {"seasonal", shared(*SeasonalLoss::make(MoneyPerDay(50), Days(90)))},
      {"empirical", shared(*EmpiricalLoss::make(kPoints))},
      {"degradation",
       shared(*EmpiricalLoss::degradation(QueriesPerDay(1000), MoneyPerQuery(0.5), Fraction(0.9), 0.4, kDivergence))},
      {"uncertain", shared(*UncertainLoss::make(MoneyPerDay(50), 4, Days(400)))},
      {"uncertain, heavy", shared(*UncertainLoss::make(MoneyPerDay(50), 1, Days(100)))},
      {"lagged", shared(LaggedLoss(exponential, Days(20)))},
      {"lagged empirical", shared(LaggedLoss(*EmpiricalLoss::make(kPoints), Days(15)))},
  };
}

// The midpoint rule.
double integral(const LossCurve& curve, double to) {
  constexpr int kParts = 20000;
  double sum = 0;
  for (int i = 0; i < kParts; ++i) sum += curve.rate(Days(to * (i + 0.5) / kParts)).value();
  return sum * to / kParts;
}

TEST(LossCurve, has_the_integral_of_its_rate_as_total) {
  for (const auto& [name, curve] : curves()) {
    for (const double age : {0.5, 3.0, 13.0, 31.0, 75.0, 180.0})
      EXPECT_NEAR(curve->total(Days(age)).value(), integral(*curve, age), 2e-3 + 1e-4 * integral(*curve, age)) << name;
    EXPECT_EQ(curve->total(Days(0)).value(), 0) << name;
  }
}

TEST(LossCurve, has_a_margin_that_rises_up_to_the_break_even_cost) {
  for (const auto& [name, curve] : curves()) {
    const double end = (std::min)(curve->horizon().value(), 1e7);
    double last = 0;
    for (double age = end / 1e6; age <= end; age *= 1.3) {
      const double margin = curve->margin(Days(age)).value();
      EXPECT_NEAR(margin, age * curve->rate(Days(age)).value() - curve->total(Days(age)).value(),
                  1e-7 + 1e-9 * end + 1e-12 * margin)
          << name;
      EXPECT_GE(margin, last * (1 - 1e-12) - 1e-6) << name << " " << age;
      last = margin;
    }
    if (name == "uncertain, heavy" || std::isinf(curve->break_even().value())) continue;
    EXPECT_NEAR(curve->margin(Days(end)).value(), curve->break_even().value(), 2e-3 * curve->break_even().value())
        << name;
  }
}

TEST(OptimalCurve, costs_less_than_every_other_interval) {
  for (const auto& [name, curve] : curves()) {
    for (const double cost : {0.5, 20.0, 100.0, 250.0, 3000.0}) {
      const auto plan = optimal_interval(*curve, Money(cost));
      ASSERT_TRUE(plan);
      EXPECT_EQ(plan->pays, Money(cost) < curve->break_even()) << name << " " << cost;
      EXPECT_EQ(plan->pays, std::isfinite(plan->interval.value()));
      if (!plan->pays) {
        EXPECT_EQ(plan->cost_rate, curve->average());
      }
      for (double days = 0.01; days < 1e5; days *= 1.01)
        EXPECT_GE(cost_rate(*curve, Money(cost), Days(days))->value(), plan->cost_rate.value() * (1 - 1e-12))
            << name << " " << cost << " " << days;
    }
  }
}

TEST(OptimalCurve, is_the_exact_interval_where_decay_is_exponential) {
  test::Generator generator(1);
  for (int round = 0; round < 200; ++round) {
    const double decay = std::exp(generator.uniform(-10, 0));
    const double cost = std::exp(generator.uniform(-8, -0.1)) * 50 / decay;
    const auto curve = *ExponentialLoss::make(MoneyPerDay(50), PerDay(decay));
    const auto exact = *optimal_interval({QueriesPerDay(100), MoneyPerQuery(1), Fraction(0.5), PerDay(decay)},
                                         {.compute = Money(cost)});
    const auto found = *optimal_interval(curve, Money(cost));
    EXPECT_NEAR(found.interval / exact.interval, 1, 4e-15 * exact.elasticities->conditioning);
    EXPECT_NEAR(found.cost_rate / exact.cost_rate, 1, 1e-14);
  }
}

TEST(OptimalCurve, holds_the_golden_powers) {
  const auto interval = [](double exponent) {
    return optimal_interval(*PowerLoss::make(MoneyPerDay(0.5), exponent), Money(100))->interval.value();
  };
  expect_near(interval(0.5), 71.1378660898013, 2e-15);
  expect_near(interval(1), 20, 1e-15);
  expect_near(interval(2), 6.69432950082170, 2e-15);
  for (const double p : {0.1, 0.7, 3.0}) expect_near(interval(p), std::pow(100 * (p + 1) / (0.5 * p), 1 / (p + 1)));
}

TEST(OptimalCurve, holds_the_golden_uncertain_rates) {
  const auto plan = [](double shape) {
    return *optimal_interval(*UncertainLoss::make(MoneyPerDay(50), shape, Days(100 * shape)), Money(100));
  };
  expect_near(plan(4).interval.value(), 21.8446811578811);
  expect_near(plan(2).interval.value(), 22.2222222222222);
  expect_near(plan(1).interval.value(), 22.9853288695520);
  expect_near(plan(4).cost_rate.value(), 9.57968822932535);
  expect_near(plan(2).cost_rate.value(), 9.5);
  // The plain rate instead of its law costs little: 0.01 to 0.19 %.
  for (const double shape : {1.0, 2.0, 4.0}) {
    const auto curve = *UncertainLoss::make(MoneyPerDay(50), shape, Days(100 * shape));
    const double excess =
        cost_rate(curve, Money(100), Days(21.4699095007934))->value() / plan(shape).cost_rate.value() - 1;
    EXPECT_GT(excess, 0.0001);
    EXPECT_LT(excess, 0.00195);
  }
}

TEST(UncertainLoss, becomes_exponential_as_the_rate_becomes_known) {
  const auto uncertain = *UncertainLoss::make(MoneyPerDay(50), 1e9, Days(1e11));
  const auto known = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));
  expect_near(optimal_interval(uncertain, Money(100))->interval.value(),
              optimal_interval(known, Money(100))->interval.value(), 1e-8);
}

TEST(LaggedLoss, agrees_with_the_closed_form) {
  for (const auto& [lag, interval] :
       std::vector<std::pair<double, double>>{{5, 22.0556534923972}, {20, 23.9186426533882}, {100, 37.2622265170097}}) {
    const LaggedLoss curve(*ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01)), Days(lag));
    const auto plan = *optimal_interval(curve, Money(100));
    expect_near(plan.interval.value(), interval);
    const auto exact = *optimal_interval({QueriesPerDay(100), MoneyPerQuery(1), Fraction(0.5), PerDay(0.01)},
                                         {.compute = Money(100), .lag = Days(lag)});
    expect_near(plan.cost_rate.value(), exact.cost_rate.value());
    expect_near(curve.break_even().value(), 5000 * std::exp(-0.01 * lag));
  }
}

TEST(StepLoss, is_retrained_at_the_step_or_never) {
  const auto curve = *StepLoss::make(Days(14), MoneyPerDay(20));
  const auto plan = *optimal_interval(curve, Money(279.9));
  EXPECT_EQ(plan.interval, Days(14));
  expect_near(plan.cost_rate.value(), 279.9 / 14);
  EXPECT_FALSE(optimal_interval(curve, Money(280))->pays);
}

TEST(SeasonalLoss, returns_by_itself_and_so_pays_only_below_its_average) {
  const auto curve = *SeasonalLoss::make(MoneyPerDay(50), Days(90));
  expect_near(curve.break_even().value(), 50 * 90 / (4 * std::numbers::pi));
  const auto plan = *optimal_interval(curve, curve.break_even() * 0.999999);
  EXPECT_TRUE(plan.pays);
  EXPECT_LT(plan.cost_rate, curve.average());
  EXPECT_LT(plan.interval, Days(22.5));
  EXPECT_FALSE(optimal_interval(curve, curve.break_even())->pays);
}

// ---- Measured curves

TEST(Nondecreasing, is_the_nearest_one) {
  test::Generator generator(2);
  for (int round = 0; round < 200; ++round) {
    std::vector<LossPoint> points;
    for (int i = 0; i < 8; ++i) points.push_back({Days(i), MoneyPerDay(generator.uniform(0, 10))});
    const auto best = nondecreasing(points);
    const auto distance = [&](const std::vector<LossPoint>& other) {
      double sum = 0;
      for (std::size_t i = 0; i < points.size(); ++i) sum += std::pow((points[i].loss - other[i].loss).value(), 2);
      return sum;
    };
    for (std::size_t i = 1; i < best.size(); ++i) EXPECT_GE(best[i].loss, best[i - 1].loss);
    for (int trial = 0; trial < 100; ++trial) {
      auto other = best;
      for (LossPoint& point : other) point.loss += MoneyPerDay(generator.uniform(-0.3, 0.3));
      std::sort(other.begin(), other.end(), [](const auto& a, const auto& b) { return a.loss < b.loss; });
      EXPECT_GE(distance(other), distance(best) - 1e-12);
    }
  }
  EXPECT_EQ(nondecreasing(kPoints), kPoints);
}

TEST(DegradationLoss, follows_the_measured_divergence_down_to_no_accuracy) {
  const auto curve =
      *EmpiricalLoss::degradation(QueriesPerDay(1000), MoneyPerQuery(0.5), Fraction(0.9), 2, kDivergence);
  const double unit = 1000 * 0.5 * 2;
  EXPECT_DOUBLE_EQ(curve.rate(Days(0)).value(), unit * 0.01);
  EXPECT_DOUBLE_EQ(curve.rate(Days(10)).value(), unit * 0.04);  // of 0.05 and 0.03, the mean
  EXPECT_DOUBLE_EQ(curve.rate(Days(60)).value(), unit * 0.4);
  const auto steep =
      *EmpiricalLoss::degradation(QueriesPerDay(1000), MoneyPerQuery(0.5), Fraction(0.9), 20, kDivergence);
  EXPECT_DOUBLE_EQ(steep.average().value(), 1000 * 0.5 * 0.9);
}

TEST(EmpiricalLoss, names_the_point_that_is_wrong) {
  struct Case {
    std::vector<LossPoint> points;
    std::string where;
  };
  const double nan = std::nan("");
  for (const Case& c : {Case{{}, "points"},
                        {{{Days(-1), MoneyPerDay(1)}}, "points[0].age"},
                        {{{Days(nan), MoneyPerDay(1)}}, "points[0].age"},
                        {{{Days(1), MoneyPerDay(-1)}}, "points[0].loss"},
                        {{{Days(1), MoneyPerDay(kInfinity)}}, "points[0].loss"},
                        {{{Days(1), MoneyPerDay(1)}, {Days(1), MoneyPerDay(2)}}, "points[1].age"},
                        {{{Days(1), MoneyPerDay(2)}, {Days(2), MoneyPerDay(1)}}, "points[1].loss"}}) {
    const auto curve = EmpiricalLoss::make(c.points);
    ASSERT_FALSE(curve);
    EXPECT_EQ(curve.error().where, c.where);
  }
  const std::vector<DivergencePoint> negative{{Days(0), -0.1}};
  EXPECT_EQ(EmpiricalLoss::degradation(QueriesPerDay(1), MoneyPerQuery(1), Fraction(1), 1, negative).error().where,
            "points[0].divergence");
  EXPECT_EQ(EmpiricalLoss::degradation(QueriesPerDay(1), MoneyPerQuery(1), Fraction(1), 0, kDivergence).error().where,
            "lambda");
}

TEST(LossCurves, name_the_number_that_is_wrong) {
  for (const double bad : {0.0, -1.0, std::nan(""), kInfinity}) {
    EXPECT_EQ(ExponentialLoss::make(MoneyPerDay(bad), PerDay(1)).error().where, "ceiling");
    EXPECT_EQ(ExponentialLoss::make(MoneyPerDay(1), PerDay(bad)).error().where, "decay");
    EXPECT_EQ(UncertainLoss::make(MoneyPerDay(1), bad, Days(1)).error().where, "shape");
    EXPECT_EQ(UncertainLoss::make(MoneyPerDay(1), 1, Days(bad)).error().where, "rate");
    EXPECT_EQ(PowerLoss::make(MoneyPerDay(1), bad).error().where, "exponent");
    EXPECT_EQ(PowerLoss::linear(MoneyPerDayPerDay(bad)).error().where, "after_a_day");
    EXPECT_EQ(StepLoss::make(Days(bad), MoneyPerDay(1)).error().where, "at");
    EXPECT_EQ(SeasonalLoss::make(MoneyPerDay(1), Days(bad)).error().where, "period");
    EXPECT_EQ(optimal_interval(*PowerLoss::make(MoneyPerDay(1), 1), Money(bad)).error().where, "cost");
  }
}

// ---- Limits

TEST(ConstrainedInterval, is_the_optimum_or_the_limit_next_to_it) {
  const auto curve = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.01));  // optimum 21.47
  EXPECT_EQ(constrained_interval(curve, Money(100), Days(1), Days(7))->interval, Days(7));
  EXPECT_EQ(constrained_interval(curve, Money(100), Days(30), Days(90))->interval, Days(30));
  EXPECT_EQ(constrained_interval(curve, Money(100), Days(7), Days(90))->interval,
            optimal_interval(curve, Money(100))->interval);
  const auto never = constrained_interval(curve, Money(1e6), Days(7), Days(90));  // the rule says every quarter
  EXPECT_EQ(never->interval, Days(90));
  EXPECT_EQ(never->cost_rate, *cost_rate(curve, Money(1e6), Days(90)));
  EXPECT_FALSE(constrained_interval(curve, Money(1e6), Days(7), Days(kInfinity))->pays);
  EXPECT_EQ(constrained_interval(curve, Money(1), Days(7), Days(6)).error().where, "longest");
  EXPECT_EQ(constrained_interval(curve, Money(1), Days(0), Days(6)).error().where, "shortest");
  EXPECT_EQ(
      constrained_interval(*SeasonalLoss::make(MoneyPerDay(1), Days(90)), Money(1), Days(1), Days(6)).error().code,
      ErrorCode::incompatible);
}

struct Fleet {
  ExponentialLoss fast = *ExponentialLoss::make(MoneyPerDay(50), PerDay(0.05));
  ExponentialLoss slow = *ExponentialLoss::make(MoneyPerDay(200), PerDay(0.002));
  PowerLoss linear = *PowerLoss::linear(MoneyPerDayPerDay(0.5));
  std::vector<SharingModel> models{{&fast, Money(100)}, {&slow, Money(300)}, {&linear, Money(20)}};
};

TEST(SharedCapacity, leaves_the_optima_alone_where_they_fit) {
  const Fleet fleet;
  const auto plan = *share_capacity(fleet.models, PerDay(10));
  EXPECT_EQ(plan.price, 0);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(plan.models[i].interval, optimal_interval(*fleet.models[i].curve, fleet.models[i].cost)->interval);
}

TEST(SharedCapacity, is_used_up_and_no_exchange_between_two_models_saves_money) {
  const Fleet fleet;
  for (const double limit : {0.15, 0.08, 0.03}) {
    const auto plan = *share_capacity(fleet.models, PerDay(limit));
    EXPECT_GT(plan.price, 0);
    std::vector<double> frequency;
    for (const auto& model : plan.models) frequency.push_back(1 / model.interval.value());
    EXPECT_NEAR(frequency[0] + frequency[1] + frequency[2], limit,
                1e-5);  // near its break-even cost an interval hangs on the last digits
    const auto cost_of = [&](std::size_t i, double per_day) {
      if (per_day <= 0) return fleet.models[i].curve->average().value();
      return cost_rate(*fleet.models[i].curve, fleet.models[i].cost, Days(1 / per_day))->value();
    };
    EXPECT_NEAR(plan.cost_rate.value(), cost_of(0, frequency[0]) + cost_of(1, frequency[1]) + cost_of(2, frequency[2]),
                1e-9);
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        const double moved = 0.01 * frequency[i];
        if (i == j || moved == 0) continue;
        EXPECT_LE(cost_of(i, frequency[i]) + cost_of(j, frequency[j]),
                  cost_of(i, frequency[i] - moved) + cost_of(j, frequency[j] + moved) + 1e-12);
      }
    }
  }
}

// The price is what a little more of the limit would save.
TEST(SharedCapacity, is_worth_its_price) {
  const Fleet fleet;
  const double h = 1e-4;
  const auto less = *share_capacity(fleet.models, PerDay(0.08 - h));
  const auto more = *share_capacity(fleet.models, PerDay(0.08 + h));
  EXPECT_NEAR((less.cost_rate - more.cost_rate).value() / (2 * h), share_capacity(fleet.models, PerDay(0.08))->price,
              1e-2);
  const auto poorer = *share_budget(fleet.models, MoneyPerDay(5 - h));
  const auto richer = *share_budget(fleet.models, MoneyPerDay(5 + h));
  EXPECT_NEAR((poorer.cost_rate - richer.cost_rate).value() / (2 * h),
              share_budget(fleet.models, MoneyPerDay(5))->price, 1e-4);
}

TEST(SharedBudget, is_spent) {
  const Fleet fleet;
  const auto plan = *share_budget(fleet.models, MoneyPerDay(5));
  double spent = 0;
  for (std::size_t i = 0; i < 3; ++i) spent += fleet.models[i].cost.value() / plan.models[i].interval.value();
  EXPECT_NEAR(spent, 5, 1e-10);
}

TEST(Sharing, names_the_model_that_is_wrong) {
  const Fleet fleet;
  auto models = fleet.models;
  EXPECT_EQ(share_capacity({}, PerDay(1)).error().where, "models");
  EXPECT_EQ(share_capacity(models, PerDay(0)).error().where, "limit");
  models[1].cost = Money(-1);
  EXPECT_EQ(share_capacity(models, PerDay(1)).error().where, "models[1].cost");
  models[1].curve = nullptr;
  EXPECT_EQ(share_budget(models, MoneyPerDay(1)).error().where, "models[1].curve");
}

}  // namespace
}  // namespace leeway::retrain
