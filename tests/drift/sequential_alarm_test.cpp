#include "leeway/drift/sequential_alarm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "leeway/profile/profile_builder.hpp"
#include "support/generator.hpp"
#include "support/simulation.hpp"

namespace leeway::drift {
namespace {

using Cells = std::vector<std::uint64_t>;
using Shares = std::vector<double>;

constexpr SequentialOptions kNoFloor{.alpha = ErrorRate(0.05), .effect_floor = 0};
const Shares kEven(10, 0.1);
const Shares kShifted{0.07, 0.08, 0.09, 0.095, 0.1, 0.1, 0.105, 0.11, 0.12, 0.13};

Cells sample(const Shares& shares, std::uint64_t n, test::Generator& generator, std::uint64_t cluster = 1) {
  Cells counts(shares.size());
  for (std::uint64_t i = 0; i < n; i += cluster) {
    double u = generator.uniform();
    std::size_t cell = 0;
    while (cell + 1 < shares.size() && u >= shares[cell]) u -= shares[cell++];
    counts[cell] += cluster;
  }
  return counts;
}

SequentialAlarm alarm_of(const Cells& reference, SequentialOptions options = kNoFloor) {
  return *SequentialAlarm::make(reference, options, reference.size());
}

std::uint64_t run_length(SequentialAlarm alarm, const Shares& live, std::uint64_t most, test::Generator& generator,
                         std::uint64_t cluster = 1) {
  while (alarm.state().panes < most && !alarm.add(sample(live, 100, generator, cluster))->alarm) {
  }
  return alarm.state().panes;
}

TEST(SequentialAlarm, says_when_the_change_began) {
  test::Generator generator(81);
  SequentialAlarm alarm = alarm_of(Cells(10, 10'000), {.alpha = ErrorRate(0.001), .effect_floor = 0});
  for (int i = 0; i < 40; ++i) ASSERT_FALSE(alarm.add(sample(kEven, 100, generator))->alarm);
  std::uint64_t after = 0;
  while (!alarm.state().alarm && after < 50) {
    ASSERT_TRUE(alarm.add(sample(kShifted, 100, generator)));
    ++after;
  }
  const SequentialState& state = alarm.state();
  ASSERT_TRUE(state.alarm);
  EXPECT_EQ(state.panes, 40 + after);
  EXPECT_NEAR(static_cast<double>(state.panes_since), static_cast<double>(after), 3);
  EXPECT_EQ(state.rows_since, 100 * state.panes_since);
}

TEST(SequentialAlarm, alarms_at_one_over_alpha) {
  test::Generator generator(82);
  SequentialAlarm alarm = alarm_of(Cells(10, 10'000));
  EXPECT_EQ(alarm.threshold(), 20);
  for (int i = 0; i < 30; ++i) {
    const SequentialState state = *alarm.add(sample(kShifted, 100, generator));
    EXPECT_EQ(state.alarm, state.log_e_value >= std::log(20)) << i;
  }
  EXPECT_TRUE(alarm.state().alarm);
}

TEST(SequentialAlarm, loses_evidence_but_never_adds_any_by_forgetting_starts) {
  test::Generator generator(83);
  const Cells reference(10, 1000);
  SequentialAlarm alarm = alarm_of(reference);
  const auto evidence = *stats::MultinomialEValue::make(reference, {}, 10);
  std::vector<Cells> every_start;
  for (int pane = 1; pane <= 60; ++pane) {
    const Cells counts = sample(pane < 30 ? kEven : kShifted, 100, generator);
    every_start.emplace_back(10);
    double all = 0;
    for (Cells& since : every_start) {
      for (std::size_t i = 0; i < counts.size(); ++i) since[i] += counts[i];
      all += std::exp(evidence.log_e_value(since));
    }
    const double kept = std::exp(alarm.add(counts)->log_e_value);
    EXPECT_LE(kept, all * (1 + 1e-12)) << pane;
    EXPECT_GE(kept, 0.3 * all) << pane;
    if (pane < 16) {
      EXPECT_NEAR(kept / all, 1, 1e-12) << pane;
    }
  }
}

TEST(SequentialAlarm, grows_by_the_logarithm_of_its_panes_alone) {
  SequentialAlarm alarm = alarm_of(Cells(2, 1000));
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(alarm.add(Cells{50, 50}));
  EXPECT_LE(alarm.starts(), 16 + 8 * 9u);
}

TEST(SequentialAlarm, opens_no_start_for_panes_of_few_rows) {
  SequentialAlarm alarm = alarm_of(Cells(10, 1000), {.alpha = ErrorRate(0.05)});
  for (int i = 0; i < 1000; ++i) ASSERT_FALSE(alarm.add(Cells(10))->alarm) << "nothing is no evidence";
  EXPECT_EQ(alarm.starts(), 0u);
  Cells one(10);
  for (std::size_t i = 0; i < 100; ++i) {
    one.assign(10, 0);
    one[i % 10] = 1;
    ASSERT_FALSE(alarm.add(one)->alarm);
  }
  EXPECT_EQ(alarm.starts(), 2u);
  EXPECT_EQ(alarm.state().panes, 1100u);
}

TEST(SequentialAlarm, begins_anew_after_reset) {
  SequentialAlarm alarm = alarm_of(Cells(10, 1000));
  const SequentialState first = *alarm.add(Cells{91, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_TRUE(first.alarm);
  alarm.reset();
  EXPECT_EQ(alarm.state().panes, 0u);
  EXPECT_FALSE(alarm.state().alarm);
  EXPECT_EQ(alarm.add(Cells{91, 1, 1, 1, 1, 1, 1, 1, 1, 1})->log_e_value, first.log_e_value);
}

TEST(SequentialAlarm, refuses_what_does_not_fit) {
  EXPECT_EQ(SequentialAlarm::make(Cells{0, 0}).error().code, ErrorCode::undefined);
  EXPECT_EQ(SequentialAlarm::make(Cells{5, 5}, {.deff = 0}).error().code, ErrorCode::invalid_argument);
  SequentialAlarm alarm = alarm_of(Cells(10, 1000));
  EXPECT_EQ(alarm.add(Cells(9, 1)).error().code, ErrorCode::incompatible);
  EXPECT_EQ(alarm.state().panes, 0u);
}

// References are drawn anew: a short one misleads, which a plug-in of its shares would not survive.
TEST(SequentialAlarm, runs_as_long_as_promised_on_clean_data) {
  LEEWAY_SIMULATION();
  test::Generator generator(84);
  constexpr int kRuns = 100;
  for (const std::uint64_t m : {1000u, 20'000u}) {
    double panes = 0;
    for (int i = 0; i < kRuns; ++i) {
      panes += static_cast<double>(run_length(alarm_of(sample(kEven, m, generator)), kEven, 100, generator));
    }
    EXPECT_GT(panes / kRuns, 40) << m << " reference rows; the promise is 19";
  }
}

TEST(SequentialAlarm, finds_a_shift_too_small_for_a_window) {
  LEEWAY_SIMULATION();
  test::Generator generator(85);
  std::vector<std::uint64_t> delays;
  for (int i = 0; i < 51; ++i) {
    delays.push_back(run_length(alarm_of(sample(kEven, 100'000, generator)), kShifted, 200, generator));
  }
  std::nth_element(delays.begin(), delays.begin() + 25, delays.end());
  EXPECT_LE(delays[25], 6u);  // panes of 100 rows, in which noise alone makes a PSI of 0.09
}

TEST(SequentialAlarm, takes_clustered_rows_for_what_they_are) {
  LEEWAY_SIMULATION();
  test::Generator generator(86);
  const auto mean = [&](double deff) {
    double panes = 0;
    for (int i = 0; i < 40; ++i) {
      const SequentialOptions options{.alpha = ErrorRate(0.05), .effect_floor = 0, .deff = deff};
      panes += static_cast<double>(run_length(alarm_of(Cells(10, 10'000), options), kEven, 100, generator, 5));
    }
    return panes / 40;
  };
  EXPECT_LT(mean(1), 10) << "five rows at a time look like drift";
  EXPECT_GT(mean(5), 40);
}

TEST(ProfileAlarm, judges_missing_and_unseen_values_too) {
  const auto profile = *profile::ProfileBuilder()
                            .numeric("x", test::Generator(87).normals(1000))
                            .categorical("c", {{"a", 600}, {"b", 400}}, 0)
                            .build();
  auto alarms = *ProfileAlarm::make(profile);
  const auto judge = [&](std::uint64_t missing, std::uint64_t unseen) {
    DriftReport report;
    report.features.resize(2);
    Counts x{Cells(10, 100), {}};
    x.side.missing = missing;
    Counts c{{600, 400}, {}};
    c.side.unseen = unseen;
    alarms.judge(std::vector{x, c}, report);
    return report;
  };
  const DriftReport clean = judge(0, 0);
  EXPECT_EQ(clean.verdict, Verdict::stable);
  const Finding& finding = clean.features[0].findings.at(0);
  EXPECT_EQ(finding.cause, Cause::sequential);
  EXPECT_EQ(finding.evidence.name, "sequential");
  EXPECT_EQ(finding.evidence.threshold, 100);
  EXPECT_EQ(finding.evidence.reference_count, 1000u);
  EXPECT_LT(finding.evidence.value, 100);
  EXPECT_EQ(finding.windows, 1u);
  EXPECT_EQ(judge(500, 0).features[0].verdict, Verdict::warning);
  const DriftReport unseen = judge(0, 100);
  EXPECT_EQ(unseen.features[0].verdict, Verdict::stable) << "it began anew";
  EXPECT_EQ(unseen.features[1].verdict, Verdict::warning);
  EXPECT_EQ(unseen.verdict, Verdict::warning);
}

TEST(ProfileAlarm, takes_the_cells_of_numbers_for_ordered_and_categories_not) {
  const auto profile = *profile::ProfileBuilder()
                            .numeric("x", test::Generator(88).normals(1000))
                            .categorical("c", {{"a", 600}, {"b", 400}}, 0)
                            .build();
  auto alarms = *ProfileAlarm::make(profile);
  DriftReport report;
  report.features.resize(2);
  const Counts x{{7, 8, 9, 9, 10, 10, 11, 11, 12, 13}, {.missing = 3}};
  const Counts c{{40, 60}, {.missing = 2, .unseen = 1}};
  alarms.judge(std::vector{x, c}, report);
  const auto value = [](const Cells& reference, const Cells& live, std::size_t ordered) {
    return std::exp(SequentialAlarm::make(reference, {}, ordered)->add(live)->log_e_value);
  };
  Cells x_reference = profile.features()[0].counts.cells;
  x_reference.push_back(0);
  EXPECT_EQ(report.features[0].findings[0].evidence.value,
            value(x_reference, {7, 8, 9, 9, 10, 10, 11, 11, 12, 13, 3}, 10));
  EXPECT_EQ(report.features[1].findings[0].evidence.value, value({600, 400, 0, 0}, {40, 60, 1, 2}, 0));
}

}  // namespace
}  // namespace leeway::drift
