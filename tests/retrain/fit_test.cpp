// Decay fitted from histories: simulated ones whose truth is known, and two real ones that must be refused.

#include "leeway/retrain/fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "cli/input_files.hpp"
#include "leeway/retrain/loss_curve.hpp"
#include "leeway/retrain/optimal_curve.hpp"
#include "retrain/fit_rate.hpp"
#include "retrain/fit_sample.hpp"
#include "support/real_histories.hpp"
#include "support/simulated_history.hpp"
#include "support/simulation.hpp"

namespace leeway::retrain {
namespace {

using test::simulated;
using test::Truth;
using testing::HasSubstr;
using testing::StartsWith;

using History = std::vector<AccuracyPoint>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Without noise: what is found is what was put in.
History exact(std::size_t ages, double days_apart, double labels, const Truth& truth) {
  History history;
  for (std::size_t i = 0; i < ages; ++i) {
    const double age = days_apart * static_cast<double>(i);
    history.push_back({Days(age), Fraction(truth.accuracy(age)), Queries(labels)});
  }
  return history;
}

History rows_of(const std::vector<test::Prediction>& predictions, Days apart) {
  History history;
  for (const test::Prediction& prediction : predictions)
    history.push_back({apart * static_cast<double>(history.size()), Fraction(prediction.correct ? 1 : 0)});
  return history;
}

double losing(double share) { return -std::log1p(-share) / 365; }

// ---- The rate

TEST(FitDecay, finds_the_rate_of_a_history_without_noise) {
  for (const double rate : {1e-5, 0.001, 0.004, 0.05}) {
    const auto fit = *fit_decay(exact(20, 15, 2000, {.fresh = 0.92, .rate = rate}));
    EXPECT_NEAR(fit.nearest.rate.value(), rate, 1e-9 * rate);
    EXPECT_NEAR(fit.nearest.accuracy.value(), 0.92, 1e-9);
    EXPECT_TRUE(fit.nearest.rates.contains(PerDay(rate)));
  }
}

TEST(FitDecay, says_the_rate_with_its_range_and_the_half_life) {
  const auto fit = *fit_decay(simulated({.ages = 24, .labels = 500, .rate = losing(0.4)}, 2));
  EXPECT_EQ(fit.shape, HistoryShape::exponential);
  EXPECT_THAT(fit.reason, StartsWith("exponential: loses 0.137 % of its accuracy per day (0.12"));
  EXPECT_DOUBLE_EQ(fit.half_life->value(), std::numbers::ln2 / fit.nearest.rate.value());
  EXPECT_DOUBLE_EQ(fit.half_lives->low.value(), std::numbers::ln2 / fit.nearest.rates.high.value());
  EXPECT_DOUBLE_EQ(fit.half_lives->high.value(), std::numbers::ln2 / fit.nearest.rates.low.value());
  EXPECT_FALSE(fit.step || fit.period);
}

// As rates on other clocks: the range is that of the same profile.
TEST(FitDecay, does_not_depend_on_the_unit_of_time) {
  const History days = simulated({.rate = losing(0.3)}, 2);
  History weeks = days;
  for (AccuracyPoint& point : weeks) point.age = point.age / 7;
  const auto a = *fit_decay(days), b = *fit_decay(weeks);
  EXPECT_NEAR(b.nearest.rate / a.nearest.rate, 7, 1e-7);
  EXPECT_NEAR(b.nearest.rates.low / a.nearest.rates.low, 7, 1e-6);
  EXPECT_NEAR(b.nearest.rates.high / a.nearest.rates.high, 7, 1e-6);
  EXPECT_EQ(a.p_neighbours, b.p_neighbours);
}

TEST(FitDecay, of_a_model_first_seen_late_looks_back_to_its_first_day) {
  const Truth truth{.fresh = 0.9, .rate = losing(0.3)};
  History late = exact(20, 10, 500, truth);
  for (AccuracyPoint& point : late) {
    point.age += Days(100);
    point.accuracy = Fraction(truth.accuracy(point.age.value()));
  }
  EXPECT_NEAR(fit_decay(late)->nearest.accuracy.value(), 0.9, 1e-9);
  for (AccuracyPoint& point : late) point.age += Days(400);  // 1.27 at age 0
  EXPECT_EQ(fit_decay(late)->nearest.accuracy, Fraction(1));
}

TEST(FitDecay, is_wider_of_fewer_labels_and_of_more_scatter) {
  const auto width = [](const Truth& truth) {
    const auto fit = *fit_decay(simulated(truth, 3));
    return (fit.nearest.rates.high - fit.nearest.rates.low).value();
  };
  const double usual = width({.labels = 500, .rate = losing(0.3)});
  EXPECT_GT(width({.labels = 50, .rate = losing(0.3)}), 2 * usual);
  EXPECT_GT(width({.labels = 500, .rate = losing(0.3), .scatter = 0.05}), 1.5 * usual);
}

TEST(FitDecay, measures_the_scatter_that_labels_do_not_explain) {
  const auto quiet = *fit_decay(simulated({.ages = 90, .labels = 500, .rate = losing(0.3)}, 3));
  const auto loud = *fit_decay(simulated({.ages = 90, .labels = 500, .rate = losing(0.3), .scatter = 0.05}, 3));
  EXPECT_LT(quiet.nearest.scatter, Fraction(0.01));
  EXPECT_NEAR(quiet.nearest.dispersion, 1, 0.4);
  EXPECT_NEAR(loud.nearest.scatter.value(), 0.05, 0.01);
  EXPECT_GT(loud.nearest.dispersion, 4);
}

TEST(FitDecay, covers_the_true_rate_in_95_of_100_histories) {
  LEEWAY_SIMULATION();
  const std::vector<Truth> truths{{.ages = 4, .rate = losing(0.3)},
                                  {.ages = 12, .rate = losing(0.3)},
                                  {.ages = 12, .labels = 30, .rate = losing(0.5)},
                                  {.ages = 12, .labels = 100, .fresh = 0.99, .rate = losing(0.9)},
                                  {.ages = 24, .labels = 100},
                                  {.ages = 12, .labels = 300, .rate = losing(0.3), .scatter = 0.03},
                                  {.ages = 24, .labels = 100, .rate = losing(0.3), .uneven = true}};
  for (const Truth& truth : truths) {
    int covered = 0;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
      const auto sample = detail::sample_of(simulated(truth, seed));
      covered += detail::fit_rate(sample, ErrorRate(0.05)).nearest.rates.contains(PerDay(truth.rate));
    }
    EXPECT_GE(covered, 930) << truth.ages << " ages, " << truth.labels << " labels, scatter " << truth.scatter;
    EXPECT_LE(covered, 970) << truth.ages << " ages, " << truth.labels << " labels, scatter " << truth.scatter;
  }
}

TEST(FitDecay, takes_points_closer_than_their_labels_allow_for_no_proof_of_precision) {
  const auto all_right = *fit_decay(exact(24, 15, 100, {.fresh = 1}));
  EXPECT_EQ(all_right.shape, HistoryShape::none);
  EXPECT_GT(all_right.nearest.rates.high, PerDay(1e-6));
  const auto smooth = *fit_decay(exact(24, 15, 100, {.fresh = 0.9, .rate = losing(0.3), .loss = 0.01, .power = 2}));
  EXPECT_EQ(smooth.shape, HistoryShape::exponential) << smooth.reason;
  EXPECT_GT(smooth.nearest.rates.high / smooth.nearest.rates.low, 1.2);
}

// ---- The shape

struct Named {
  Truth truth;
  HistoryShape shape;
};

TEST(FitDecay, names_what_is_not_exponential) {
  const std::vector<Named> histories{
      {{.ages = 36, .labels = 100, .days = 1095, .fresh = 0.77, .step = -0.25, .step_at = 365}, HistoryShape::step},
      {{.ages = 12, .labels = 500, .step = -0.15, .step_at = 280}, HistoryShape::step},
      {{.ages = 36, .days = 1095, .fresh = 0.8, .season = 0.08}, HistoryShape::seasonal},
      {{.ages = 56, .labels = 500, .days = 55, .fresh = 0.85, .season = 0.04, .period = 7}, HistoryShape::seasonal},
      {{.ages = 48, .labels = 300, .days = 1460, .fresh = 0.85, .step = -0.2, .step_at = 500, .season = 0.08},
       HistoryShape::seasonal_step},
      {{.labels = 500, .fresh = 0.8, .scatter = 0.1}, HistoryShape::noisy},
      {{.labels = 1000, .loss = 0.4, .power = 2}, HistoryShape::bent},
      {{.labels = 500, .fresh = 0.95, .loss = 0.85}, HistoryShape::bent},
      {{.labels = 500, .fresh = 0.8, .season = 0.1}, HistoryShape::recovers},
      {{.fresh = 0.6, .step = 0.2, .step_at = 150}, HistoryShape::recovers},
      {{.fresh = 0.6, .rate = -0.001}, HistoryShape::recovers}};
  for (const Named& named : histories) {
    int right = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      const auto fit = *fit_decay(simulated(named.truth, seed));
      right += fit.shape == named.shape;
      EXPECT_EQ(fit.half_life.has_value(), fit.shape == HistoryShape::exponential) << fit.reason;
    }
    EXPECT_GE(right, 4) << to_string(named.shape);
  }
}

// A step in the middle of a short history looks most like decay: what stands instead of an exponential finds it.
TEST(FitDecay, refuses_nine_of_ten_short_histories_with_a_step_in_their_middle) {
  LEEWAY_SIMULATION();
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    refused += fit_decay(simulated({.step = -0.1, .step_at = 182}, seed))->shape != HistoryShape::exponential;
  EXPECT_GE(refused, 88);
}

TEST(FitDecay, takes_two_points_for_a_step_and_a_single_one_for_an_outlier) {
  const auto two = *fit_decay(exact(16, 10, 1000, {.step = -0.2, .step_at = 135}));
  EXPECT_EQ(two.reason, "not exponential: a step at day 135 from 0.9 to 0.7");
  EXPECT_FALSE(fit_decay(exact(16, 10, 1000, {.step = -0.2, .step_at = 145}))->step);
}

TEST(FitDecay, says_why_in_words) {
  const auto step = *fit_decay(exact(40, 10, 1000, {.fresh = 0.77, .step = -0.25, .step_at = 201}));
  EXPECT_EQ(step.reason, "not exponential: a step at day 205 from 0.77 to 0.52");
  EXPECT_EQ(step.step->at, Days(205));
  EXPECT_NEAR(step.step->before.value(), 0.77, 1e-12);
  const auto season = *fit_decay(exact(48, 30.4, 1000, {.fresh = 0.8, .season = 0.1}));
  EXPECT_EQ(season.reason, "not exponential: seasonal with a period of 365 days");
  EXPECT_EQ(*season.period, Days(365.25));
  const auto other = *fit_decay(exact(48, 10, 1000, {.fresh = 0.8, .season = 0.1, .period = 91}));
  EXPECT_EQ(other.reason, "not exponential: seasonal with a period of 91 days");
  const auto faster = *fit_decay(exact(24, 15, 2000, {.loss = 0.4, .power = 2}));
  EXPECT_EQ(faster.reason, "not exponential: falls ever faster");
  const auto slower = *fit_decay(exact(24, 15, 5000, {.loss = 0.6, .power = 0.5}));
  EXPECT_EQ(slower.reason, "not exponential: levels off");
  const auto jump = *fit_decay(exact(24, 15, 500, {.fresh = 0.6, .step = 0.2, .step_at = 150}));
  EXPECT_EQ(jump.reason, "not exponential: recovers, by a step at day 143 from 0.6 to 0.8");
  const auto noisy = *fit_decay(simulated({.labels = 500, .fresh = 0.8, .scatter = 0.1}, 4));
  EXPECT_THAT(noisy.reason, StartsWith("noisy: accuracy scatters by 0.1"));
}

TEST(FitDecay, refuses_few_exponential_histories) {
  LEEWAY_SIMULATION();
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto fit = *fit_decay(simulated({.ages = 16, .labels = 300, .rate = losing(0.3)}, seed));
    refused += fit.shape != HistoryShape::exponential;
  }
  EXPECT_LE(refused, 33);  // 20 expected at most: one in 500 studies has more than 33
}

// A step and a season of few periods follow any curve that falls in its middle.
TEST(FitDecay, takes_no_fall_for_a_season) {
  int seasons = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    test::Generator generator(seed);
    History history;
    for (int i = 0; i < 24; ++i) {
      const double accuracy = 0.6 + 0.3 / (1 + std::exp(12 * (i / 23.0 - 0.5)));
      history.push_back({Days(15 * i), Fraction(test::correct_share(generator, 500, accuracy)), Queries(500)});
    }
    const auto fit = *fit_decay(history);
    seasons += fit.period.has_value();
    EXPECT_FALSE(fit.half_life);
  }
  EXPECT_LE(seasons, 1);
}

TEST(FitDecay, sees_no_decay_where_the_rate_may_be_0) {
  const auto fit = *fit_decay(simulated({.labels = 500}, 5));
  EXPECT_EQ(fit.shape, HistoryShape::none);
  EXPECT_TRUE(fit.nearest.rates.contains(PerDay(0)));
  EXPECT_FALSE(fit.half_life);
  EXPECT_THAT(fit.reason, StartsWith("no decay seen: its rate may be 0, and is at most 0.00"));
}

TEST(FitDecay, does_not_guess) {
  const auto few = *fit_decay(simulated({.ages = 7, .rate = losing(0.5)}, 6));
  EXPECT_EQ(few.shape, HistoryShape::not_enough_data);
  EXPECT_EQ(few.reason, "not enough data: 7 ages with 30 labels or more, 8 are needed to tell a decay from a step");
  const auto wide = *fit_decay(simulated({.ages = 8, .labels = 30, .days = 7, .fresh = 0.6}, 7));
  EXPECT_EQ(wide.shape, HistoryShape::none);
  const auto vague = *fit_decay(simulated({.ages = 8, .labels = 30, .days = 7, .fresh = 0.05}, 8));
  EXPECT_EQ(vague.shape, HistoryShape::not_enough_data);
  EXPECT_THAT(vague.reason, StartsWith("not enough data: the decay may be 0 or "));
}

TEST(FitDecay, answers_the_same_each_time) {
  const History history = simulated({.rate = losing(0.3), .scatter = 0.02}, 9);
  const auto a = *fit_decay(history), b = *fit_decay(history);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.p_shape, b.p_shape);
  EXPECT_EQ(a.nearest.rates.high, b.nearest.rates.high);
}

TEST(FitDecay, is_stricter_with_a_larger_alpha) {
  const History history = simulated({.rate = losing(0.3)}, 10);
  const auto narrow = *fit_decay(history, {.alpha = ErrorRate(0.3)}),
             wide = *fit_decay(history, {.alpha = ErrorRate(0.01)});
  EXPECT_GT(narrow.nearest.rates.low, wide.nearest.rates.low);
  EXPECT_LT(narrow.nearest.rates.high, wide.nearest.rates.high);
}

// ---- Rows

TEST(FitDecay, pools_rows_until_30_labels_stand_behind_each_point) {
  test::Generator generator(11);
  History rows;
  for (int i = 0; i < 600; ++i) rows.push_back({Days(i / 10), Fraction(generator.uniform() < 0.8 ? 1 : 0)});
  const auto fit = *fit_decay(rows);
  EXPECT_EQ(fit.points.size(), 20u);
  History more = rows;
  for (int i = 0; i < 20; ++i) more.push_back({Days(70), Fraction(1)});  // too few for a point of their own
  EXPECT_EQ(fit_decay(more)->points.size(), 20u);
  EXPECT_EQ(fit_decay(more)->points.back().labels, Queries(50));
  double labels = 0, correct = 0, truth = 0;
  for (const AccuracyPoint& point : fit.points) {
    EXPECT_GE(point.labels, Queries(30));
    labels += point.labels.value();
    correct += point.labels.value() * point.accuracy.value();
  }
  for (const AccuracyPoint& row : rows) truth += row.accuracy.value();
  EXPECT_EQ(labels, 600);
  EXPECT_NEAR(correct, truth, 1e-9);
}

TEST(FitDecay, pools_many_ages_to_48) {
  EXPECT_EQ(fit_decay(simulated({.ages = 96}, 12))->points.size(), 96u);
  const auto fit = *fit_decay(simulated({.ages = 960}, 12));
  EXPECT_LE(fit.points.size(), 48u);
  EXPECT_GE(fit.points.size(), 45u);
}

// A point a day: pooled, a week would look like a season of two or three.
TEST(FitDecay, knows_a_season_that_is_shorter_than_its_pools) {
  struct Short {
    std::size_t days;
    int labels;
    double season;
    double rate;
    double period;
  };
  for (const Short& truth : std::vector<Short>{{150, 500, 0.06, 0, 7},
                                               {200, 500, 0.06, 0, 7},
                                               {240, 200, 0.1, 0, 7},
                                               {365, 200, 0.1, 0, 7},
                                               {1096, 40, 0.08, 0, 7},
                                               {240, 200, 0.04, 0.0012, 7},
                                               {365, 200, 0.05, 0, 2.6},
                                               {365, 200, 0.05, 0, 11}}) {
    const auto fit = *fit_decay(simulated({.ages = truth.days,
                                           .labels = truth.labels,
                                           .days = static_cast<double>(truth.days - 1),
                                           .fresh = 0.8,
                                           .rate = truth.rate,
                                           .season = truth.season,
                                           .period = truth.period},
                                          truth.days + 1));
    EXPECT_EQ(fit.shape, HistoryShape::seasonal) << fit.reason;
    EXPECT_FALSE(fit.half_life);
    ASSERT_TRUE(fit.period) << fit.reason;
    EXPECT_NEAR(fit.period->value(), truth.period, 0.01 * truth.period) << fit.reason;
    EXPECT_EQ(fit.reason.find(", beside a decay") != std::string::npos, truth.rate > 0) << fit.reason;
  }
}

// Rows by the hour over three years, better by day than by night, and a step.
TEST(FitDecay, knows_a_day_in_rows_by_the_hour) {
  test::Generator generator(15);
  History rows;
  for (int i = 0; i < 26000; ++i) {
    const double accuracy = 0.8 + 0.05 * std::cos(2 * std::numbers::pi * i / 24) - (i < 13000 ? 0 : 0.1);
    rows.push_back({hours(1) * i, Fraction(generator.uniform() < accuracy ? 1 : 0)});
  }
  const auto fit = *fit_decay(rows, {.evenly_sampled = true});
  EXPECT_EQ(fit.shape, HistoryShape::seasonal_step) << fit.reason;
  EXPECT_EQ(*fit.period, Days(1));
  EXPECT_THAT(fit.reason, HasSubstr(", and seasonal with a period of 1 day"));
}

TEST(FitDecay, takes_no_step_within_a_pool_for_a_short_season) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto fit = *fit_decay(simulated({.ages = 1096,
                                           .labels = 500,
                                           .days = 1095,
                                           .fresh = 0.95,
                                           .step = -0.4,
                                           .step_at = 500 + 5 * static_cast<double>(seed)},
                                          seed));
    EXPECT_EQ(fit.shape, HistoryShape::step) << fit.reason;
  }
}

TEST(FitDecay, sees_no_short_season_in_noise) {
  LEEWAY_SIMULATION();
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed)
    refused += fit_decay(simulated({.ages = 200, .labels = 40, .rate = losing(0.3)}, seed))->shape !=
               HistoryShape::exponential;
  EXPECT_LE(refused, 19);  // 10 expected at most: one in 200 studies has more
}

TEST(FitDecay, knows_numbered_rows_from_a_clock) {
  test::Generator generator(13);
  History rows;
  for (int i = 0; i < 600; ++i) rows.push_back({minutes(30) * i, Fraction(generator.uniform() < 0.8 ? 1 : 0)});
  const auto counted = *fit_decay(rows);
  EXPECT_EQ(counted.shape, HistoryShape::artificial_time);
  EXPECT_EQ(counted.reason, "time is artificial: it looks like a row counter, 600 rows exactly 30 minutes apart");
  EXPECT_THAT(counted.history_alone, StartsWith("no decay seen"));
  EXPECT_EQ(fit_decay(rows, {.evenly_sampled = true})->shape, HistoryShape::none);
  History daily = rows;
  for (std::size_t i = 0; i < daily.size(); ++i) daily[i].age = Days(static_cast<double>(i));
  EXPECT_EQ(fit_decay(daily)->shape, HistoryShape::none);  // a calendar
  const auto bare = *fit_decay(daily, {.dated = false});   // 0, 1, 2, ...
  EXPECT_EQ(bare.reason, "time is artificial: it looks like a row counter, 600 rows exactly 1 day apart");
  EXPECT_EQ(fit_decay(daily, {.evenly_sampled = true, .dated = false})->shape, HistoryShape::none);
  History hourly = exact(90, 1.0 / 24, 500, {.fresh = 0.8});
  EXPECT_EQ(fit_decay(hourly)->shape, HistoryShape::none);  // of many predictions each
  rows[300].age += seconds(1);
  EXPECT_EQ(fit_decay(rows)->shape, HistoryShape::none);
}

TEST(FitDecay, has_no_half_life_on_an_artificial_time) {
  test::Generator generator(14);
  History rows;
  for (int i = 0; i < 5000; ++i)
    rows.push_back({hours(1) * i, Fraction(generator.uniform() < 0.9 * std::exp(-2e-4 * i) ? 1 : 0)});
  const auto fit = *fit_decay(rows);
  EXPECT_THAT(fit.history_alone, StartsWith("exponential: loses"));
  EXPECT_FALSE(fit.half_life || fit.half_lives);
  EXPECT_TRUE(fit_decay(rows, {.evenly_sampled = true})->half_life);
}

// ---- Bad input

TEST(FitDecay, names_what_is_wrong_with_a_history) {
  const History good = exact(8, 10, 100, {});
  const auto error = [&](std::size_t at, AccuracyPoint point) {
    History bad = good;
    bad[at] = point;
    const auto fit = fit_decay(bad);
    EXPECT_EQ(fit.error().code, ErrorCode::invalid_argument);
    return fit.error().where + ": " + fit.error().message;
  };
  EXPECT_EQ(error(0, {Days(-1), Fraction(0.5), Queries(9)}), "history[0].age: expected a finite number >= 0, found -1");
  EXPECT_THAT(error(7, {Days(kInfinity), Fraction(0.5), Queries(9)}), StartsWith("history[7].age: expected a finite"));
  EXPECT_EQ(error(3, {Days(19), Fraction(0.5), Queries(9)}),
            "history[3].age: expected ages that do not fall, found 19");
  EXPECT_EQ(error(3, {Days(30), Fraction(1.5), Queries(9)}),
            "history[3].accuracy: expected a fraction in [0, 1], found 1.5");
  EXPECT_THAT(error(3, {Days(30), Fraction(std::nan("")), Queries(9)}), StartsWith("history[3].accuracy"));
  EXPECT_EQ(error(3, {Days(30), Fraction(0.5), Queries(0)}),
            "history[3].labels: expected a finite number > 0, found 0");
  EXPECT_EQ(error(3, {Days(30), Fraction(0.5)}),
            "history[3].labels: expected the number of labels behind an accuracy of 0.5, found 1");
  EXPECT_EQ(fit_decay(good, {.alpha = ErrorRate(0.001)}).error().where, "alpha");
  EXPECT_EQ(fit_decay(exact(12, 1, 100, {.fresh = 0})).error().message, "expected some accuracy above 0, found 0");
}

TEST(FitDecay, needs_three_different_ages) {
  EXPECT_EQ(fit_decay({}).error().message, "expected at least 3 different ages, found 0");
  EXPECT_EQ(fit_decay(History(5, {Days(3), Fraction(0.5), Queries(50)})).error().message,
            "expected at least 3 different ages, found 1");
  EXPECT_EQ(fit_decay(exact(2, 1, 100, {})).error().where, "history");
  EXPECT_EQ(fit_decay(exact(3, 1, 100, {}))->shape, HistoryShape::not_enough_data);
  EXPECT_EQ(fit_decay(exact(3, 1, 9, {}))->shape, HistoryShape::not_enough_data);  // one point, pooled
}

// ---- The plan

constexpr Worth kWorth{QueriesPerDay(1000), MoneyPerQuery(0.5)};

// As fitted by hand: a ceiling of 50 a day.
DecayFit fitted(double rate, double low, double high) {
  DecayFit fit;
  fit.shape = low > 0 ? HistoryShape::exponential : HistoryShape::none;
  fit.nearest.accuracy = Fraction(0.1);
  fit.nearest.rate = PerDay(rate);
  fit.nearest.rates = {PerDay(low), PerDay(high)};
  fit.nearest.deviation = PerDay((high - low) / 4);
  return fit;
}

Staleness staleness(double rate) { return {kWorth.queries, kWorth.value, Fraction(0.1), PerDay(rate)}; }

TEST(PlanOf, is_optimal_at_the_fitted_rate_and_at_both_ends_of_its_range) {
  const Retraining retraining{.compute = Money(100), .lag = Days(5)};
  const auto plan = *plan_of(fitted(0.01, 0.007, 0.014), kWorth, retraining);
  EXPECT_EQ(plan.interval, optimal_interval(staleness(0.01), retraining)->interval);
  EXPECT_EQ(plan.intervals.low, optimal_interval(staleness(0.014), retraining)->interval);
  EXPECT_EQ(plan.intervals.high, optimal_interval(staleness(0.007), retraining)->interval);
  EXPECT_EQ(plan.cost_rates.low, *cost_rate(staleness(0.007), retraining, plan.interval));
  EXPECT_EQ(plan.cost_rates.high, *cost_rate(staleness(0.014), retraining, plan.interval));
  EXPECT_TRUE(plan.cost_rates.contains(plan.cost_rate));
  EXPECT_GT(plan.regret, MoneyPerDay(0));
  EXPECT_LT(plan.regret, plan.cost_rate * 0.05);  // uncertainty of the rate hardly moves the cost
}

// Around k = 0.535 the interval has its minimum: neither end is the shortest.
TEST(PlanOf, finds_the_shortest_interval_within_the_range) {
  const Retraining retraining{.compute = Money(100)};
  const auto plan = *plan_of(fitted(0.3, 0.05, 0.49), kWorth, retraining);
  const double turn = 0.535161309975784 * 50 / 100;
  EXPECT_NEAR(plan.intervals.low.value(), optimal_interval(staleness(turn), retraining)->interval.value(), 1e-9);
  EXPECT_LT(plan.intervals.low, optimal_interval(staleness(0.05), retraining)->interval);
  EXPECT_LT(plan.intervals.low, optimal_interval(staleness(0.49), retraining)->interval);
}

// The interval is right at two rates, and wrong between them.
TEST(PlanOf, regrets_at_most_what_it_says_at_any_rate_of_the_range) {
  const Retraining retraining{.compute = Money(100)};
  for (const auto& [rate, low, high] : {std::array{0.05, 0.045, 0.48178}, std::array{0.01, 0.001, 0.4},
                                        std::array{0.01, 0.0, 0.1}, std::array{0.3, 0.1, 0.49}}) {
    const auto plan = *plan_of(fitted(rate, low + 1e-12, high), kWorth, retraining);
    double most = 0;
    for (double share = 0.0005; share < 1; share += 0.001) {
      const Staleness at = staleness(low + share * (high - low));
      most = std::max(
          most, (*cost_rate(at, retraining, plan.interval) - optimal_interval(at, retraining)->cost_rate).value());
    }
    EXPECT_GE(plan.regret.value(), most);
    EXPECT_LE(plan.regret.value(),
              std::max(1.01 * most, (*cost_rate(staleness(low + 1e-12), retraining, plan.interval)).value()));
  }
}

TEST(PlanOf, may_be_never_at_one_end) {
  const Retraining retraining{.compute = Money(100)};
  const auto plan = *plan_of(fitted(0.3, 0.1, 0.6), kWorth, retraining);  // k = 1.2 at the upper end
  EXPECT_EQ(plan.intervals.high, Days(kInfinity));
  EXPECT_TRUE(std::isfinite(plan.interval.value()));
  const auto all_never = *plan_of(fitted(0.8, 0.6, 1), kWorth, retraining);
  EXPECT_EQ(all_never.interval, Days(kInfinity));
  EXPECT_EQ(all_never.intervals.low, Days(kInfinity));
  EXPECT_EQ(all_never.cost_rate, MoneyPerDay(50));
  EXPECT_EQ(all_never.regret, MoneyPerDay(0));
}

TEST(PlanOf, without_decay_is_never_and_at_most_as_often_as_the_range_allows) {
  const Retraining retraining{.compute = Money(100)};
  const auto plan = *plan_of(fitted(0.0001, -0.001, 0.004), kWorth, retraining);
  EXPECT_EQ(plan.interval, Days(kInfinity));
  EXPECT_EQ(plan.cost_rate, MoneyPerDay(0));
  EXPECT_EQ(plan.intervals.low, optimal_interval(staleness(0.004), retraining)->interval);
  EXPECT_EQ(plan.intervals.high, Days(kInfinity));
  EXPECT_EQ(plan.cost_rates.low, MoneyPerDay(0));
  EXPECT_EQ(plan.cost_rates.high, MoneyPerDay(50));
  EXPECT_EQ(plan.regret, MoneyPerDay(50));  // the slower the decay, the cheaper its optimum
  EXPECT_FALSE(plan.uncertain);
}

// A gamma of mean 0.01 and shape 4 with 50 a day and a cost of 100: solved to many digits elsewhere.
TEST(PlanOf, knows_the_optimum_of_an_unknown_rate) {
  DecayFit fit = fitted(0.01, 0.002, 0.02);
  fit.nearest.deviation = PerDay(0.005);
  const auto plan = *plan_of(fit, kWorth, {.compute = Money(100)});
  EXPECT_NEAR(plan.uncertain->value(), 21.8446811578811, 1e-11);
  const auto late = *plan_of(fit, kWorth, {.compute = Money(100), .lag = Days(20)});
  const LaggedLoss lagged(*UncertainLoss::make(MoneyPerDay(50), 4, Days(400)), Days(20));
  EXPECT_NEAR(late.uncertain->value(), optimal_interval(lagged, Money(100))->interval.value(), 1e-9);
}

TEST(PlanOf, refuses_what_is_not_exponential_with_the_reason) {
  const auto fit = *fit_decay(exact(40, 10, 1000, {.fresh = 0.77, .step = -0.25, .step_at = 201}));
  const auto plan = plan_of(fit, kWorth, {.compute = Money(100)});
  EXPECT_EQ(plan.error().code, ErrorCode::undefined);
  EXPECT_EQ(
      plan.error().message,
      "expected a history that decays exponentially, found: not exponential: a step at day 205 from 0.77 to 0.52");
}

TEST(PlanOf, names_what_is_wrong) {
  EXPECT_EQ(plan_of(fitted(0.01, 0.007, 0.014), {}, {.compute = Money(100)}).error().where, "queries");
  EXPECT_EQ(plan_of(fitted(0.01, 0.007, 0.014), kWorth, {}).error().where, "compute + validation + deployment + risk");
  EXPECT_EQ(plan_of(fitted(0, -0.01, 0.014), {kWorth.queries, {}}, {.compute = Money(1)}).error().where, "value");
}

// ---- Real histories

TEST(RealHistory, of_seattle_is_a_step_and_a_season_without_a_half_life) {
  const std::string path = cli::test::shared_data("seattle_weather.csv.gz");
  if (path.empty()) GTEST_SKIP() << "needs ../shared/data/seattle_weather.csv.gz beside the project";
  const History rows = rows_of(test::seattle_predictions(cli::test::unpacked(path)), Days(1));
  double first = 0, last = 0;
  for (std::size_t i = 0; i < 366; ++i) first += rows[i].accuracy.value() / 366;
  for (std::size_t i = rows.size() - 365; i < rows.size(); ++i) last += rows[i].accuracy.value() / 365;
  EXPECT_NEAR(first, 0.7705, 5e-5);
  EXPECT_NEAR(last, 0.4466, 5e-5);
  const auto fit = *fit_decay(rows);
  EXPECT_EQ(fit.shape, HistoryShape::seasonal_step);
  EXPECT_EQ(fit.reason,
            "not exponential: a step at day 465 from 0.763 to 0.489, and seasonal with a period of 365 days");
  EXPECT_FALSE(fit.half_life);
  EXPECT_FALSE(plan_of(fit, kWorth, {.compute = Money(100)}));
}

TEST(RealHistory, of_california_has_an_artificial_time_and_no_model_of_decay) {
  const std::string path = cli::test::shared_data("california_housing_nml.csv.gz");
  if (path.empty()) GTEST_SKIP() << "needs ../shared/data/california_housing_nml.csv.gz beside the project";
  const History rows = rows_of(test::california_predictions(cli::test::unpacked(path)), hours(1));
  const auto fit = *fit_decay(rows);
  EXPECT_EQ(fit.shape, HistoryShape::artificial_time);
  EXPECT_EQ(fit.reason, "time is artificial: it looks like a row counter, 14064 rows exactly 1 hour apart");
  EXPECT_THAT(fit.history_alone, StartsWith("noisy: accuracy scatters by 0.2 beyond what its labels explain"));
  EXPECT_FALSE(fit.half_life);
  EXPECT_FALSE(plan_of(fit, kWorth, {.compute = Money(100)}));
  EXPECT_EQ(fit_decay(rows, {.evenly_sampled = true})->shape, HistoryShape::noisy);
}

}  // namespace
}  // namespace leeway::retrain
