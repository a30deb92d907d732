// The exact interval: against 50 digits, against the rows of ../shared/golden/retraining.json, and its laws.

#include "leeway/retrain/interval.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "support/generator.hpp"
#include "support/retrain_oracle.hpp"

namespace leeway::retrain {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void expect_near(double value, double expected, double tolerance = 1e-13) {
  EXPECT_LE(std::fabs(value / expected - 1), tolerance) << value << " for " << expected;
}

// ---- Units

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};

static_assert(std::is_same_v<decltype(QueriesPerDay(1) * MoneyPerQuery(1)), MoneyPerDay>);
static_assert(std::is_same_v<decltype(MoneyPerDay(1) / PerDay(1)), Money>);
static_assert(std::is_same_v<decltype(PerDay(1) * Days(1)), double>);
static_assert(Addable<Money, Money> && !Addable<Money, Days> && !Addable<Money, MoneyPerDay>);
static_assert(!Comparable<Days, PerDay> && !Comparable<Fraction, double>);
static_assert(!std::is_convertible_v<double, Money> && !std::is_convertible_v<Money, Days>);
static_assert(!std::is_constructible_v<Days, PerDay> && !std::is_constructible_v<Fraction, Money>);
static_assert(!std::is_invocable_v<decltype(staleness_cost), Staleness, PerDay>);

TEST(Quantity, converts_usual_spans_of_time) {
  EXPECT_EQ(hours(36), Days(1.5));
  EXPECT_EQ(minutes(90), hours(1.5));
  EXPECT_EQ(seconds(86400), Days(1));
  EXPECT_EQ(weeks(2), Days(14));
  EXPECT_EQ(years(2), Days(730));
}

// ---- The solution

TEST(NormalizedInterval, is_right_to_the_last_digits_for_every_k) {
  test::Generator generator(1);
  double worst = 0;
  for (int i = 0; i < 4000; ++i) {
    const double k = std::exp(std::log(1e-300) * generator.uniform());
    worst = std::fmax(worst, std::fabs(test::relative_error(normalized_interval(k), test::condition_of(k))));
    const double d = std::exp(std::log(1e-300) * generator.uniform());
    worst = std::fmax(
        worst, std::fabs(test::relative_error(normalized_interval_of_complement(d), test::condition_of_complement(d))));
    const double middle = generator.uniform(1e-3, 1);
    worst = std::fmax(worst, std::fabs(test::relative_error(normalized_interval(middle), test::condition_of(middle))));
  }
  EXPECT_LE(worst, 5e-16);
}

TEST(NormalizedInterval, reaches_from_the_smallest_k_to_the_last_below_one) {
  for (const double k : {1e-300, 1e-17, 1e-16, 0.3, 0.393, 0.394, 0.956, 0.9561, 0.999, 1 - 1e-15, 1 - 0x1p-53})
    EXPECT_LE(std::fabs(test::relative_error(normalized_interval(k), test::condition_of(k))), 5e-16) << k;
  EXPECT_EQ(normalized_interval(1), kInfinity);
  EXPECT_EQ(normalized_interval(4), kInfinity);
  EXPECT_EQ(normalized_interval_of_complement(0), kInfinity);
}

TEST(NormalizedInterval, never_falls_where_its_branches_meet) {
  for (const double r : {1.0, 2.5}) {
    double last = 0;
    double k = -std::expm1(-r * r / 2);
    for (int i = 0; i < 50; ++i) k = std::nextafter(k, 0);
    for (int i = 0; i < 100; ++i, k = std::nextafter(k, 1)) {
      EXPECT_GE(normalized_interval(k), last * (1 - 2e-16));
      last = normalized_interval(k);
    }
  }
}

// x = s + s^2 / 3 + ... with s = sqrt(2 k).
TEST(NormalizedInterval, begins_as_its_series_does) {
  const std::vector<double> terms{1.0,           1 / 3.0,      11 / 72.0,          43 / 540.0,
                                  769 / 17280.0, 221 / 8505.0, 680863 / 43545600.0};
  for (const double k : {1e-3, 1e-4, 1e-5}) {
    const double s = std::sqrt(2 * k);
    double sum = 0;
    for (std::size_t n = terms.size(); n-- > 0;) sum = (sum + terms[n]) * s;
    expect_near(normalized_interval(k), sum, 0.02 * std::pow(s, 7) + 4e-16);
  }
}

// ---- Golden rows

struct Row {
  double queries, value, accuracy, decay, cost, k, interval, square_root, cost_rate, excess;
};

constexpr Row kRows[] = {
    {1000, 0.5, 0.1, 0.01, 100, 0.02, 21.4699095007934, 20, 9.66079154798421, 0.00226656},
    {10000, 0.02, 0.05, 0.05, 5, 0.025, 4.84418557087930, 4.47213595499958, 2.15108100671386, 0.00284104},
    {50000, 0.01, 0.08, 0.02, 200, 0.1, 26.5905804194806, 22.3606797749979, 16.4984154690885, 0.0117264},
    {100000, 0.001, 0.1, 0.1, 10, 0.1, 5.31811608389612, 4.47213595499958, 4.12460386727212, 0.0117264},
    {1, 1, 1, 1, 0.1, 0.1, 0.531811608389612, 0.447213595499958, 0.412460386727212, 0.0117264},
    {1, 1, 1, 1, 0.5, 0.5, 1.67834699001666, 1, 0.813317691149163, 0.0670854},
    {1, 1, 1, 1, 0.9, 0.9, 3.88972016986743, 1.34164078649987, 0.979548931937610, 0.143703},
    {1, 1, 1, 1, 0.99, 0.99, 6.63835206799381, 1.40712472794703, 0.998690817088426, 0.168428},
    {1, 1, 1, 1, 0.999999, 0.999999, 16.6884207908599, 1.41421285526614, 0.999999943465841, 0.171909},
    {1, 1, 1, 1, 1e-6, 1e-6, 0.00141488066147934, 0.00141421356237310, 0.00141388018974123, 1.11124e-7},
    {1, 1, 1, 1, 1e-12, 1e-12, 1.41421422904019e-6, 1.41421356237310e-6, 1.41421322903972e-6, 1.11111e-13},
    {2400000, 0.0005, 0.12, 0.003, 5000, 0.104166666666667, 181.690105808142, 152.145154862546, 60.5086543018713,
     0.0122335},
};

Staleness staleness_of(double queries, double value, double accuracy, double decay) {
  return {QueriesPerDay(queries), MoneyPerQuery(value), Fraction(accuracy), PerDay(decay)};
}

Result<OptimalInterval> plan_of(const Row& row) {
  return optimal_interval(staleness_of(row.queries, row.value, row.accuracy, row.decay), {.compute = Money(row.cost)});
}

TEST(OptimalInterval, holds_the_twelve_golden_rows) {
  for (const Row& row : kRows) {
    const auto plan = plan_of(row);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->pays);
    const double digits = 1e-14;  // the table has 15
    expect_near(plan->k, row.k, 5e-15);
    expect_near(plan->interval.value(), row.interval, row.k > 0.9999 ? 1e-10 : digits);
    expect_near(plan->square_root.value(), row.square_root, digits);
    expect_near(plan->cost_rate.value(), row.cost_rate, digits);
    expect_near(plan->square_root_excess, row.excess, 5e-6);
  }
}

// The row whose k has lost its digits, by what it lacks to 1.
TEST(OptimalInterval, keeps_all_digits_near_break_even_when_given_the_difference) {
  const auto plan = optimal_interval_below_break_even(MoneyPerDay(1), PerDay(1), Money(1e-6));
  ASSERT_TRUE(plan);
  expect_near(plan->interval.value(), 16.68842079085992, 4e-16);
  expect_near(plan->elasticities->cost, 63512.344313527303, 1e-14);
  expect_near(plan->cost_rate.value(), 0.99999994346584063, 2e-16);
  const auto row = optimal_interval_below_break_even(MoneyPerDay(50), PerDay(0.01), Money(4900));
  expect_near(row->interval.value(), 21.469909500793445, 1e-14);
}

double number(const nlohmann::json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

TEST(OptimalInterval, holds_the_shared_golden_rows) {
  std::ifstream file(LEEWAY_SOURCE_DIR "/../shared/golden/retraining.json");
  if (!file) GTEST_SKIP() << "needs ../shared/golden/retraining.json beside the project";
  const auto rows = nlohmann::json::parse(file);
  ASSERT_EQ(rows.size(), 12u);
  for (const auto& row : rows) {
    ASSERT_EQ(row.at("kind"), "retrain_exact");
    const auto& in = row.at("input");
    const auto& out = row.at("expected");
    const auto plan = optimal_interval(
        staleness_of(number(in.at("Q")), number(in.at("V")), number(in.at("A0")), number(in.at("gamma"))),
        {.compute = Money(number(in.at("C")))});
    ASSERT_TRUE(plan);
    const bool ill = number(out.at("k")) > 0.9999;
    expect_near(plan->k, number(out.at("k")));
    expect_near(plan->interval.value(), number(out.at("T")), ill ? 1e-10 : 1e-13);
    expect_near(plan->square_root.value(), number(out.at("T_sqrt")));
    expect_near(plan->cost_rate.value(), number(out.at("cost_rate")));
    expect_near(plan->elasticities->cost, number(out.at("elasticity_C")), ill ? 1e-9 : 1e-13);
  }
}

TEST(OptimalInterval, allows_for_the_age_of_the_training_data) {
  const auto interval = [](double lag) {
    return optimal_interval(staleness_of(1000, 0.5, 0.1, 0.01), {.compute = Money(100), .lag = Days(lag)})
        ->interval.value();
  };
  expect_near(interval(5), 22.0556534923972, 1e-14);
  expect_near(interval(20), 23.9186426533882, 1e-14);
  expect_near(interval(100), 37.2622265170097, 1e-14);
}

const Staleness kFraud = staleness_of(1e6, 0.5, 0.95, 0.02);

TEST(OptimalInterval, holds_the_fraud_example_and_its_changes) {
  struct Change {
    double queries, decay, cost, square_root, exact;
  };
  for (const Change& c : {Change{1, 1, 1, 1.0259783520851541, 1.0330626086032222},
                          {1, 1, 4, 2.0519567041703082, 2.0805664275901553},
                          {4, 1, 1, 0.51298917604257705, 0.5147518562040381},
                          {1, 4, 1, 0.51298917604257705, 0.52014160689753881},
                          {4, 4, 1, 0.25649458802128852, 0.25826565215080556}}) {
    const auto plan =
        optimal_interval(staleness_of(1e6 * c.queries, 0.5, 0.95, 0.02 * c.decay), {.compute = Money(5000 * c.cost)});
    expect_near(plan->square_root.value(), c.square_root, 1e-15);
    expect_near(plan->interval.value(), c.exact, 1e-15);
  }
}

// ---- Laws

double rate_of(const Staleness& staleness, const Retraining& retraining, double days) {
  return cost_rate(staleness, retraining, Days(days))->value();
}

TEST(OptimalInterval, costs_least_with_the_rate_falling_before_and_rising_after) {
  test::Generator generator(2);
  for (int round = 0; round < 300; ++round) {
    const Staleness s = staleness_of(1e4, 0.01, generator.uniform(0.1, 1), generator.uniform(0.001, 0.5));
    const double lag = generator.uniform(0, 20);
    const double break_even = s.ceiling().value() / s.decay.value() * std::exp(-s.decay.value() * lag);
    const Retraining r{.compute = Money(break_even * generator.uniform(0.001, 0.95)), .lag = Days(lag)};
    const auto plan = optimal_interval(s, r);
    ASSERT_TRUE(plan->pays);
    const double t = plan->interval.value();
    const double least = plan->cost_rate.value();
    expect_near(rate_of(s, r, t), least, 1e-13);
    for (double factor = 1.05; factor < 8; factor *= 1.05) {
      EXPECT_GT(rate_of(s, r, t * factor), rate_of(s, r, t * factor / 1.05));
      EXPECT_GT(rate_of(s, r, t / factor), rate_of(s, r, t / factor * 1.05));
    }
    expect_near(plan->square_root_excess, rate_of(s, r, plan->square_root.value()) / least - 1,
                1e-6 + 1e-14 / plan->square_root_excess);
    expect_near(plan->square_root_error, plan->square_root.value() / t - 1, 1e-6);
  }
}

// The loss of the day equals the average cost.
TEST(OptimalInterval, ends_when_the_loss_of_the_day_reaches_the_average_cost) {
  for (const Row& row : kRows) {
    const double x = plan_of(row)->interval.value() * row.decay;
    expect_near(plan_of(row)->cost_rate.value(), row.queries * row.value * row.accuracy * -std::expm1(-x), 1e-14);
  }
}

TEST(OptimalInterval, never_pays_from_the_break_even_cost_on) {
  const Staleness s = staleness_of(1, 1, 1, 1);
  for (const double cost : {1.0, 1.5, 4.0, 1e9}) {
    const auto plan = optimal_interval(s, {.compute = Money(cost)});
    ASSERT_TRUE(plan);
    EXPECT_FALSE(plan->pays);
    EXPECT_EQ(plan->interval.value(), kInfinity);
    EXPECT_EQ(plan->cost_rate, MoneyPerDay(1));
    EXPECT_EQ(plan->square_root_error, -1);
    EXPECT_FALSE(plan->elasticities);
    expect_near(plan->square_root_excess, rate_of(s, {.compute = Money(cost)}, std::sqrt(2 * cost)) - 1);
  }
  expect_near(optimal_interval(s, {.compute = Money(4)})->square_root_excess, 1.08, 0.002);
  EXPECT_TRUE(optimal_interval(s, {.compute = Money(1 - 0x1p-53)})->pays);
}

TEST(SquareRootLaw, costs_about_a_ninth_of_k_more_than_the_best) {
  struct Point {
    double k, excess;
  };
  for (const Point& p : {Point{0.02, 0.0023}, {0.1, 0.012}, {0.5, 0.067}, {0.9, 0.144}})
    EXPECT_NEAR(optimal_interval(staleness_of(1, 1, 1, 1), {.compute = Money(p.k)})->square_root_excess, p.excess,
                5e-4);
  for (const double k : {1e-4, 1e-8, 1e-100})
    EXPECT_NEAR(optimal_interval(staleness_of(1, 1, 1, 1), {.compute = Money(k)})->square_root_excess * 9 / k, 1,
                std::sqrt(k) + 1e-15);
}

TEST(OptimalInterval, scales_with_the_square_root_for_small_k) {
  const auto interval = [](double queries, double decay, double cost) {
    return optimal_interval(staleness_of(1e6 * queries, 0.5, 0.95, decay), {.compute = Money(cost)})->interval.value();
  };
  const double s = std::sqrt(2 * 0.5 * 1e-6 / (1e6 * 0.5 * 0.95));
  expect_near(interval(1, 1e-6, 4 * 0.5) / interval(1, 1e-6, 0.5), 2, s);
  expect_near(interval(4, 1e-6, 0.5) / interval(1, 1e-6, 0.5), 0.5, s);
  expect_near(interval(1, 4e-6, 0.5) / interval(1, 1e-6, 0.5), 0.5, s);
  // To the next order T = sqrt (1 + s / 3): measured on the fraud example.
  const double s1 = std::sqrt(2 * 5000 * 0.02 / 475000);
  EXPECT_NEAR(interval(1, 0.02, 20000) / interval(1, 0.02, 5000), 2 * (1 + 2 * s1 / 3) / (1 + s1 / 3), s1 * s1);
}

TEST(Elasticities, are_the_slopes_of_the_logarithms) {
  test::Generator generator(3);
  for (int round = 0; round < 100; ++round) {
    const double decay = generator.uniform(0.005, 0.2);
    const double lag = generator.uniform(0, 3);
    const double cost = generator.uniform(0.01, 0.9) * 50 / decay * std::exp(-decay * lag);
    const auto interval = [&](double b, double g, double c) {
      return std::log(
          optimal_interval(staleness_of(500 * b, 0.1, 1, decay * g), {.compute = Money(cost * c), .lag = Days(lag)})
              ->interval.value());
    };
    const auto e =
        *optimal_interval(staleness_of(500, 0.1, 1, decay), {.compute = Money(cost), .lag = Days(lag)})->elasticities;
    const double h = 1e-5;
    const double up = std::exp(h);
    const double down = std::exp(-h);
    EXPECT_NEAR(e.cost, (interval(1, 1, up) - interval(1, 1, down)) / (2 * h), 1e-6 * e.cost);
    EXPECT_NEAR(e.ceiling, (interval(up, 1, 1) - interval(down, 1, 1)) / (2 * h), 1e-6 * e.cost);
    EXPECT_NEAR(e.decay, (interval(1, up, 1) - interval(1, down, 1)) / (2 * h), 1e-6 * e.cost);
    EXPECT_EQ(e.conditioning, std::fmax(e.cost, std::fabs(e.decay)));
  }
}

TEST(Elasticities, turn_from_retrain_more_often_to_less_often_as_decay_grows) {
  const double turn = 0.535161309975784;
  const auto decay = [](double k) {
    return optimal_interval(staleness_of(1, 1, 1, 1), {.compute = Money(k)})->elasticities->decay;
  };
  EXPECT_NEAR(decay(turn), 0, 1e-14);
  EXPECT_LT(decay(turn * (1 - 1e-12)), 0);
  EXPECT_GT(decay(turn * (1 + 1e-12)), 0);
  expect_near(normalized_interval(turn), 1.79328213290076, 5e-15);
  EXPECT_NEAR(decay(1e-12), -0.5, 1e-6);
  EXPECT_NEAR(optimal_interval(staleness_of(1, 1, 1, 1), {.compute = Money(0.99)})->elasticities->conditioning, 17.2,
              0.05);
}

TEST(StalenessCost, keeps_its_digits_for_short_intervals) {
  // B g T^2 / 2 (1 - g T / 3 + (g T)^2 / 12 - ...)
  for (const double t : {1e-12, 1e-6, 1e-3}) {
    const double x = 0.02 * t;
    expect_near(staleness_cost(kFraud, Days(t))->value(), 475000 / 0.02 * x * x / 2 * (1 - x / 3 + x * x / 12), 1e-14);
  }
  expect_near(staleness_cost(kFraud, Days(100))->value(), 475000 * (100 - (1 - std::exp(-2)) / 0.02), 1e-14);
  EXPECT_EQ(*staleness_cost(kFraud, Days(0)), Money(0));
}

TEST(Retraining, adds_its_parts_and_allows_for_failures) {
  const Retraining parts{Money(10), Money(20), Money(30), Money(40), Fraction(0.5)};
  EXPECT_EQ(parts.attempt(), Money(100));
  EXPECT_EQ(parts.cost(), Money(200));
  EXPECT_EQ(optimal_interval(kFraud, parts)->interval, optimal_interval(kFraud, {.compute = Money(200)})->interval);
}

TEST(HalfLife, is_when_half_is_left) {
  EXPECT_NEAR(std::exp(-0.02 * half_life(PerDay(0.02))->value()), 0.5, 1e-15);
  EXPECT_FALSE(half_life(PerDay(0)));
}

// ---- Errors

TEST(OptimalInterval, names_the_field_that_is_wrong) {
  const double nan = std::nan("");
  struct Case {
    Staleness staleness;
    Retraining retraining;
    std::string where;
  };
  const Retraining good{.compute = Money(1)};
  std::vector<Case> cases;
  for (const double bad : {0.0, -1.0, nan, kInfinity, -kInfinity}) {
    cases.push_back({staleness_of(bad, 1, 1, 1), good, "queries"});
    cases.push_back({staleness_of(1, bad, 1, 1), good, "value"});
    cases.push_back({staleness_of(1, 1, bad, 1), good, "accuracy"});
    cases.push_back({staleness_of(1, 1, 1, bad), good, "decay"});
    cases.push_back({kFraud, {.compute = Money(1), .success = Fraction(bad)}, "success"});
    if (bad == 0) continue;
    cases.push_back({kFraud, {.compute = Money(bad)}, "compute"});
    cases.push_back({kFraud, {.validation = Money(bad)}, "validation"});
    cases.push_back({kFraud, {.deployment = Money(bad)}, "deployment"});
    cases.push_back({kFraud, {.risk = Money(bad)}, "risk"});
    cases.push_back({kFraud, {.compute = Money(1), .lag = Days(bad)}, "lag"});
  }
  cases.push_back({kFraud, {}, "compute + validation + deployment + risk"});
  cases.push_back({staleness_of(1, 1, 95, 1), good, "accuracy"});
  cases.push_back({staleness_of(1e300, 1e300, 1, 1), good, "queries * value * accuracy"});
  cases.push_back(
      {staleness_of(1, 1, 1, 1e300), {.compute = Money(1e300)}, "cost * decay / (queries * value * accuracy)"});
  cases.push_back({kFraud, {.compute = Money(1e308), .success = Fraction(1e-3)}, "cost / success"});
  for (const Case& c : cases) {
    const auto plan = optimal_interval(c.staleness, c.retraining);
    ASSERT_FALSE(plan) << c.where;
    EXPECT_EQ(plan.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(plan.error().where, c.where);
    EXPECT_TRUE(plan.error().message.starts_with("expected ")) << plan.error().message;
    EXPECT_NE(plan.error().message.find(", found "), std::string::npos) << plan.error().message;
  }
  EXPECT_EQ(to_string(optimal_interval(staleness_of(1, 1, 95, 1), good).error()),
            "accuracy: expected a fraction in (0, 1], found 95");
}

TEST(CostRate, refuses_intervals_without_a_length) {
  for (const double bad : {0.0, -1.0, std::nan(""), kInfinity})
    EXPECT_EQ(cost_rate(kFraud, {.compute = Money(1)}, Days(bad)).error().where, "interval");
  EXPECT_EQ(staleness_cost(kFraud, Days(-1)).error().where, "interval");
  EXPECT_EQ(optimal_interval_below_break_even(MoneyPerDay(1), PerDay(1), Money(1)).error().where, "below");
  EXPECT_EQ(optimal_interval_below_break_even(MoneyPerDay(1), PerDay(1), Money(0)).error().where, "below");
}

}  // namespace
}  // namespace leeway::retrain
