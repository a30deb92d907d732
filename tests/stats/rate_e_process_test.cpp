#include "leeway/stats/rate_e_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "leeway/stats/e_value.hpp"
#include "support/generator.hpp"
#include "support/sequential_golden.hpp"
#include "support/simulation.hpp"

namespace leeway::stats {
namespace {

static_assert(std::is_trivially_copyable_v<GrowGrid>);

GrowGrid grid_of(const GrowGridOptions& options) { return *GrowGrid::make(options); }

void add(GrowGrid& grid, RateCounts base, RateCounts candidate) { grid.add(Baseline{base}, Candidate{candidate}); }

GrowGrid after(const GrowGridOptions& options, int ticks, RateCounts base, RateCounts candidate) {
  GrowGrid grid = grid_of(options);
  for (int i = 0; i < ticks; ++i) add(grid, base, candidate);
  return grid;
}

std::vector<double> binomial(std::uint64_t n, double p) {
  std::vector<double> law;
  for (std::uint64_t k = 0; k <= n; ++k) {
    const auto x = static_cast<double>(k);
    const auto all = static_cast<double>(n);
    const double ways = std::lgamma(all + 1) - std::lgamma(x + 1) - std::lgamma(all - x + 1);
    law.push_back(std::exp(ways) * std::pow(p, x) * std::pow(1 - p, all - x));
  }
  return law;
}

// E[e after a tick] / e before it, by all outcomes of the tick.
double expected_factor(const GrowGrid& grid, std::uint64_t n, std::uint64_t m, double base, double candidate) {
  const auto of_base = binomial(n, base);
  const auto of_candidate = binomial(m, candidate);
  double sum = 0;
  for (std::uint64_t a = 0; a <= n; ++a) {
    for (std::uint64_t b = 0; b <= m; ++b) {
      GrowGrid next = grid;
      add(next, {a, n}, {b, m});
      sum += of_base[a] * of_candidate[b] * std::exp(next.log_e_value() - grid.log_e_value());
    }
  }
  return sum;
}

double divergence(double t, double u) { return t * std::log(t / u) + (1 - t) * std::log((1 - t) / (1 - u)); }

// Where n KL(base || u) + m KL(candidate || u + difference) is least: by golden-section search, which knows no slopes.
double nearest_on_edge(double base, double candidate, double n, double m, double difference) {
  const auto at = [&](double u) { return n * divergence(base, u) + m * divergence(candidate, u + difference); };
  double low = std::max(0.0, -difference);
  double high = std::min(1.0, 1 - difference);
  for (int i = 0; i < 200; ++i) {
    const double left = high - 0.6180339887498949 * (high - low);
    const double right = low + 0.6180339887498949 * (high - low);
    (at(left) < at(right) ? high : low) = at(left) < at(right) ? right : left;
  }
  return 0.5 * (low + high);
}

double least_divergence(double base, double candidate, double n, double m, double difference) {
  const double u = nearest_on_edge(base, candidate, n, m, difference);
  return n * divergence(base, u) + m * divergence(candidate, u + difference);
}

bool is_null(const GrowGridOptions& options, double base, double candidate) {
  const double harm = options.worse == Worse::higher ? candidate - base : base - candidate;
  return options.goal == Goal::rollback ? harm <= options.margin : harm >= options.margin;
}

std::vector<GrowGridOptions> all_options() {
  std::vector<GrowGridOptions> options;
  for (const Worse worse : {Worse::higher, Worse::lower}) {
    for (const double margin : {0.0, 0.02, 0.3}) options.push_back({Goal::rollback, worse, margin});
    for (const double margin : {0.01, 0.2, 0.7}) options.push_back({Goal::promote, worse, margin});
  }
  return options;
}

struct History {
  RateCounts base;
  RateCounts candidate;
};

TEST(GrowGrid, is_a_fair_bet_at_best_under_every_pair_of_rates_of_the_null_hypothesis) {
  const std::vector<History> histories{{{3, 10}, {5, 9}}, {{0, 40}, {1, 3}}, {{38, 40}, {20, 40}}, {{2, 4}, {0, 5}}};
  for (const GrowGridOptions& options : all_options()) {
    for (const History& history : histories) {
      const GrowGrid grid = after(options, 1, history.base, history.candidate);
      for (double p = 0; p <= 1; p += 0.125) {
        for (double edge = -0.25; edge <= 1; edge += 0.125) {
          const double q = std::clamp(p + edge * (options.worse == Worse::higher ? 1 : -1), 0.0, 1.0);
          if (!is_null(options, p, q)) continue;
          EXPECT_LE(expected_factor(grid, 4, 3, p, q), 1 + 1e-12) << p << " " << q << " " << options.margin;
          EXPECT_LE(expected_factor(grid, 2, 7, p, q), 1 + 1e-12) << p << " " << q << " " << options.margin;
        }
      }
    }
  }
}

// The pairs on the edge of the null hypothesis: harm is the margin.
std::vector<std::pair<double, double>> edge_of(const GrowGridOptions& options, int steps) {
  const double margin = options.worse == Worse::higher ? options.margin : -options.margin;
  std::vector<std::pair<double, double>> edge;
  for (int i = 0; i <= steps; ++i) {
    const double p = static_cast<double>(i) / steps;
    if (p + margin >= 0 && p + margin <= 1) edge.emplace_back(p, p + margin);
  }
  return edge;
}

TEST(GrowGrid, is_a_fair_bet_at_best_on_the_edge_also_of_many_requests) {
  for (const GrowGridOptions& options : all_options()) {
    const GrowGrid grid = after(options, 1, {120, 1000}, {11, 100});
    for (const auto& [p, q] : edge_of(options, 64)) {
      EXPECT_LE(expected_factor(grid, 30, 12, p, q), 1 + 1e-10) << p << " " << options.margin;
    }
  }
}

TEST(GrowGrid, is_exactly_fair_somewhere_on_the_edge) {
  OddsRatios one_alternative;
  one_alternative.fill(2);
  for (const Worse worse : {Worse::higher, Worse::lower}) {
    for (const double margin : {0.0, 0.1}) {
      const GrowGridOptions options{Goal::rollback, worse, margin, one_alternative};
      const GrowGrid grid = after(options, 1, {500, 1000}, {50, 100});
      double most = 0;
      for (const auto& [p, q] : edge_of(options, 400)) most = std::max(most, expected_factor(grid, 20, 9, p, q));
      EXPECT_NEAR(most, 1, 1e-4) << margin;
    }
  }
}

TEST(GrowGrid, gains_where_there_is_harm) {
  const GrowGrid rollback = after({}, 1, {50, 1000}, {5, 100});
  EXPECT_GT(expected_factor(rollback, 30, 30, 0.05, 0.2), 1.5);
  const GrowGrid promote = after({Goal::promote, Worse::higher, 0.15}, 1, {50, 1000}, {5, 100});
  EXPECT_GT(expected_factor(promote, 30, 30, 0.05, 0.05), 1.5);
}

// Computed with mpmath, and by the paper's authors' formulas.
TEST(GrowGrid, has_the_published_values) {
  EXPECT_LE(test::relative_gap(after({}, 10, {1, 50}, {5, 50}).log_e_value(), 12.364391385446996), 1e-12);
  EXPECT_LE(test::relative_gap(after({}, 50, {1, 100}, {1, 100}).log_e_value(), -2.16547490176601), 1e-12);
  EXPECT_LE(test::relative_gap(after({}, 50, {1, 100}, {2, 100}).log_e_value(), 6.9460605959616103), 1e-12);
  EXPECT_LE(test::relative_gap(after({}, 20, {1, 950}, {1, 50}).log_e_value(), 27.90718884038821), 1e-12);
  EXPECT_LE(test::relative_gap(after({}, 20, {5, 100}, {1, 100}).log_e_value(), -10.97488282329594), 1e-12);
}

TEST(GrowGrid, has_the_published_values_of_a_ramp) {
  const std::vector<History> ticks{
      {{9, 990}, {2, 10}}, {{19, 980}, {2, 20}}, {{15, 950}, {10, 50}}, {{10, 500}, {20, 500}}, {{10, 500}, {22, 500}}};
  GrowGrid grid;
  std::size_t first = 0;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    add(grid, ticks[i].base, ticks[i].candidate);
    if (first == 0 && crosses(grid.log_e_value(), ErrorRate(0.05))) first = i + 1;
  }
  EXPECT_LE(test::relative_gap(grid.log_e_value(), 12.2536417074164), 1e-12);
  EXPECT_EQ(first, 3u);
}

TEST(GrowGrid, has_the_golden_values) {
  const auto cases = test::sequential_golden("grow_odds_grid_log_e");
  if (cases.empty()) GTEST_SKIP() << "needs ../shared/golden/sequential.json beside the project";
  for (const auto& one : cases) {
    const auto& in = one["input"];
    GrowGridOptions options;
    options.odds_ratios = in["odds"].get<OddsRatios>();
    GrowGrid grid = grid_of(options);
    nlohmann::json first;  // null
    for (std::size_t i = 0; i < in["base_n"].size(); ++i) {
      add(grid, {in["base_events"][i], in["base_n"][i]}, {in["cand_events"][i], in["cand_n"][i]});
      if (first.is_null() && crosses(grid.log_e_value(), ErrorRate(0.05))) first = i + 1;
    }
    EXPECT_LE(test::relative_gap(grid.log_e_value(), test::golden_number(one["expected"]["final_log_e"])), 1e-12);
    EXPECT_EQ(first, one["expected"]["first_tick_ge_ln20"]) << in["name"];
  }
}

double log_likelihood(RateCounts seen, double p) {
  return static_cast<double>(seen.events) * std::log(p) +
         static_cast<double>(seen.count - seen.events) * std::log(1 - p);
}

double scaled_odds(double p, double ratio) { return ratio * p / (1 - p + ratio * p); }

std::vector<double> alternatives(const GrowGridOptions& options, double base) {
  const double sign = options.worse == Worse::higher ? 1 : -1;
  if (options.goal == Goal::promote) {
    return {base, base + sign * options.margin / 2, scaled_odds(base, std::pow(1.5, -sign))};
  }
  std::vector<double> rates;
  for (const double ratio : options.odds_ratios) {
    rates.push_back(scaled_odds(base + sign * options.margin, std::pow(ratio, sign)));
  }
  return rates;
}

// After one tick, with a prior that fixes the prediction.
double by_definition(const GrowGridOptions& options, RateCounts base, RateCounts candidate) {
  const double predicted = (options.prior.rate * options.prior.weight + 0.5) / (options.prior.weight + 1);
  const double difference = options.worse == Worse::higher ? options.margin : -options.margin;
  const auto n = static_cast<double>(base.count);
  const auto m = static_cast<double>(candidate.count);
  std::vector<double> log_e;
  for (const double other : alternatives(options, predicted)) {
    const double u = nearest_on_edge(predicted, other, n, m, difference);
    log_e.push_back(log_likelihood(base, predicted) - log_likelihood(base, u) + log_likelihood(candidate, other) -
                    log_likelihood(candidate, u + difference));
  }
  return log_mean_exp(log_e);
}

TEST(GrowGrid, is_its_definition_whatever_goal_direction_and_margin) {
  test::Generator generator(31);
  for (GrowGridOptions options : all_options()) {
    options.margin /= 10;
    for (int i = 0; i < 10; ++i) {
      options.prior = {generator.uniform(0.1, 0.9), 300};
      const RateCounts base{generator.below(100), 100 + generator.below(900)};
      const RateCounts candidate{generator.below(100), 100 + generator.below(900)};
      const double expected = by_definition(options, base, candidate);
      EXPECT_NEAR(after(options, 1, base, candidate).log_e_value(), expected, 1e-5 + 1e-5 * std::fabs(expected));
    }
  }
}

TEST(GrowGrid, of_lower_is_worse_is_that_of_the_opposite_events) {
  for (const Goal goal : {Goal::rollback, Goal::promote}) {
    GrowGrid errors = grid_of({goal, Worse::higher, 0.03});
    GrowGrid successes = grid_of({goal, Worse::lower, 0.03});
    test::Generator generator(8);
    for (int tick = 0; tick < 50; ++tick) {
      const std::uint64_t a = generator.below(20);
      const std::uint64_t b = generator.below(40);
      add(errors, {a, 100}, {b, 150});
      add(successes, {100 - a, 100}, {150 - b, 150});
      EXPECT_NEAR(errors.log_e_value(), successes.log_e_value(), 1e-10);
    }
  }
}

TEST(GrowGrid, learns_only_in_the_first_tick_unless_it_has_a_prior) {
  GrowGrid grid;
  add(grid, {0, 100}, {100, 100});
  EXPECT_EQ(grid.log_e_value(), 0);
  EXPECT_EQ(grid.predicted_rate(), 0.5 / 101);
  GrowGrid informed = grid_of({.prior = {0.01, 200}});
  EXPECT_EQ(informed.predicted_rate(), 2.5 / 201);
  add(informed, {0, 100}, {100, 100});
  EXPECT_GT(informed.log_e_value(), 50);
  EXPECT_EQ(informed.predicted_rate(), 2.5 / 301);
}

TEST(GrowGrid, is_not_changed_by_ticks_with_an_empty_arm) {
  const GrowGrid grid = after({}, 5, {1, 100}, {4, 100});
  GrowGrid fed = grid;
  add(fed, {50, 100}, {0, 0});
  add(fed, {0, 0}, {50, 100});
  EXPECT_EQ(fed.log_e_value(), grid.log_e_value());
  EXPECT_EQ(fed.predicted_rate(), grid.predicted_rate());
}

TEST(GrowGrid, finds_less_the_more_does_not_matter) {
  double before = HUGE_VAL;
  for (const double margin : {0.0, 0.01, 0.02, 0.04}) {
    const double log_e = after({.margin = margin}, 40, {10, 1000}, {40, 1000}).log_e_value();
    EXPECT_LT(log_e, before);
    before = log_e;
  }
  EXPECT_LT(before, 0);  // harm within the margin
}

TEST(GrowGrid, promotes_the_sooner_the_wider_the_margin) {
  double before = -HUGE_VAL;
  for (const double margin : {0.002, 0.005, 0.01, 0.02}) {
    const double log_e = after({.goal = Goal::promote, .margin = margin}, 40, {10, 1000}, {10, 1000}).log_e_value();
    EXPECT_GT(log_e, before);
    before = log_e;
  }
  EXPECT_LT(after({.goal = Goal::promote, .margin = 0.01}, 40, {10, 1000}, {25, 1000}).log_e_value(), 0);
}

TEST(GrowGrid, stays_a_number_at_extreme_rates_and_counts) {
  constexpr std::uint64_t kMany = 1'000'000'000'000;
  for (const GrowGridOptions& options : all_options()) {
    for (const RateCounts base : {RateCounts{0, 1}, RateCounts{1, 1}, RateCounts{0, kMany}, RateCounts{kMany, kMany}}) {
      for (const RateCounts candidate :
           {RateCounts{0, 1}, RateCounts{1, 1}, RateCounts{5, kMany}, RateCounts{kMany, kMany}}) {
        EXPECT_TRUE(std::isfinite(after(options, 3, base, candidate).log_e_value()))
            << base.events << "/" << base.count << " " << candidate.events << "/" << candidate.count;
      }
    }
  }
}

#ifdef NDEBUG
TEST(GrowGrid, takes_more_events_than_requests_for_as_many) {
  EXPECT_EQ(after({}, 3, {~0ull, 100}, {101, 100}).log_e_value(), after({}, 3, {100, 100}, {100, 100}).log_e_value());
}
#endif

TEST(GrowGrid, refuses_options_out_of_their_ranges) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  OddsRatios ratios = kOddsRatios;
  ratios[3] = 1;
  const std::vector<GrowGridOptions> bad{{.margin = -0.1},        {.margin = 1},           {.margin = kNan},
                                         {.goal = Goal::promote}, {.odds_ratios = ratios}, {.prior = {1.5, 10}},
                                         {.prior = {0.5, 501}},   {.prior = {0.5, -1}},    {.prior = {kNan, 0}}};
  for (const GrowGridOptions& options : bad) {
    const auto grid = GrowGrid::make(options);
    ASSERT_FALSE(grid);
    EXPECT_EQ(grid.error().code, ErrorCode::invalid_argument);
    EXPECT_NE(grid.error().message.find("found"), std::string::npos);
  }
}

double growth(double base, double candidate, double n, double m, double difference = 0) {
  return growth_per_tick(Baseline{PlannedRate{base, n}}, Candidate{PlannedRate{candidate, m}}, difference);
}

TEST(GrowthPerTick, has_the_published_values) {
  EXPECT_NEAR(growth(0.01, 0.02, 100, 100), 0.172437118761338, 1e-14);
  EXPECT_NEAR(growth(0.01, 0.02, 990, 10), 0.0386328034725052, 1e-14);
  EXPECT_NEAR(growth(0.01, 0.02, 500, 500), 0.862185593806692, 1e-14);
}

TEST(GrowthPerTick, is_the_least_divergence_from_the_null_hypothesis) {
  test::Generator generator(3);
  for (int i = 0; i < 500; ++i) {
    const double base = std::pow(10, generator.uniform(-5, -0.01));
    const double candidate = std::pow(10, generator.uniform(-5, -0.01));
    const double n = std::pow(10, generator.uniform(0, 5));
    const double m = std::pow(10, generator.uniform(0, 5));
    const double difference = generator.uniform(-0.9, 0.9);
    const double expected = least_divergence(base, candidate, n, m, difference);
    EXPECT_NEAR(growth(base, candidate, n, m, difference), expected, 1e-9 * (n + m) + 1e-9 * expected);
  }
}

TEST(GrowthPerTick, is_what_the_grid_grows_by_when_it_knows_the_rates) {
  OddsRatios known;
  known.fill(0.02 / 0.98 / (0.01 / 0.99));
  GrowGrid grid = after({.odds_ratios = known}, 1, {1'000'000, 100'000'000}, {10, 1000});
  const double before = grid.log_e_value();
  add(grid, {100, 10000}, {200, 10000});
  EXPECT_NEAR(grid.log_e_value() - before, growth(0.01, 0.02, 10000, 10000), 1e-4);
}

std::uint64_t draw(std::uint64_t n, double p, test::Generator& generator) {
  std::uint64_t events = 0;
  for (std::uint64_t i = 0; i < n; ++i) events += generator.uniform() < p ? 1u : 0u;
  return events;
}

int false_findings(const GrowGridOptions& options, double base, double candidate) {
  int found = 0;
  for (std::uint64_t run = 0; run < 400; ++run) {
    test::Generator generator(run);
    GrowGrid grid = grid_of(options);
    bool crossed = false;
    for (int tick = 0; tick < 60; ++tick) {
      const double drift = 1 + tick / 20.0;  // of both arms
      const std::uint64_t m = tick < 30 ? 10 : 50;
      add(grid, {draw(100 - m, base * drift, generator), 100 - m},
          {draw(m, base * drift + candidate - base, generator), m});
      crossed |= crosses(grid.log_e_value(), ErrorRate(0.1));
    }
    found += crossed ? 1 : 0;
  }
  return found;
}

TEST(GrowGrid, seldom_finds_what_is_not_there_while_rates_drift_and_traffic_moves) {
  LEEWAY_SIMULATION();
  EXPECT_LT(false_findings({}, 0.05, 0.05), 50);  // of 400 at 10 %: two standard deviations above are 52
  EXPECT_LT(false_findings({.goal = Goal::promote, .margin = 0.05}, 0.05, 0.1), 50);
}

}  // namespace
}  // namespace leeway::stats
