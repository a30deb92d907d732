#include "rollout/readings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "rollout/rule_bench.hpp"
#include "support/generator.hpp"

namespace leeway::rollout::test {
namespace {

using detail::Arm;
using detail::ArmReading;
using detail::MetricIndex;
using detail::Readings;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

ArmReading read(const Metric& metric, const std::vector<Measurement>& measurements, double weight = 0.5) {
  MetricIndex index;
  index.add(metric);
  Readings readings(index);
  std::vector<std::string_view> unknown;
  for (const Measurement& measurement : measurements)
    readings.add(Arm::candidate, whole(weight, metric.name, measurement), unknown);
  EXPECT_TRUE(unknown.empty());
  return readings.at(0).candidate;
}

const Metric kRate{.name = "m"};
const Metric kMean{.name = "m", .kind = MetricKind::mean};
const Metric kLatency{.name = "m", .kind = MetricKind::distribution, .edges = {1, 2}};
const Metric kValues{.name = "m", .kind = MetricKind::values, .lower = -1, .upper = 2};

TEST(Readings, find_a_fault_in_all_that_is_inconsistent) {
  const std::vector<std::pair<Metric, Measurement>> bad{
      {kRate, Rate{11, 10}},
      {kRate, Rate{0, ~std::uint64_t{0}}},
      {kRate, Mean{10, 1, 1}},
      {kMean, Mean{10, kNan, 1}},
      {kMean, Mean{10, kInfinity, 1}},
      {kMean, Mean{10, 1, kNan}},
      {kMean, Mean{10, 1, -1e-9}},
      {kMean, Mean{1, 1, 2}},
      {kMean, Mean{10, 1, 1, Covariate{kNan, 1, 0}}},
      {kMean, Mean{10, 1, 1, Covariate{0, -1, 0}}},
      {kMean, Mean{10, 1, 1, Covariate{0, 1, 2}}},
      {kMean, Mean{10, 1, 1, Covariate{0, 1, kNan}}},
      {kMean, Rate{1, 10}},
      {kLatency, Distribution{{1, 3}, {1, 2, 3}}},
      {kLatency, Distribution{{1, kNan}, {1, 2, 3}}},
      {kLatency, Distribution{{1, 2}, {1, 2}}},
      {kLatency, Distribution{{1, 2}, {1, 2, 3, 4}}},
      {kLatency, Distribution{{1, 2}, {~std::uint64_t{0}, 2, 3}}},
      {kLatency, Distribution{}},
      {kLatency, Values{{1}}},
      {kValues, Values{{0, 2.1}}},
      {kValues, Values{{-1.1}}},
      {kValues, Values{{0, kNan}}},
      {kValues, Values{{-kInfinity}}},
      {kValues, Distribution{{1, 2}, {1, 2, 3}}},
  };
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const ArmReading reading = read(bad[i].first, {bad[i].second});
    EXPECT_TRUE(reading.present) << i;
    EXPECT_FALSE(reading.fault.empty()) << i;
  }
}

TEST(Readings, keep_a_fault_whatever_good_report_comes_with_it) {
  EXPECT_FALSE(read(kRate, {Rate{11, 10}, Rate{1, 10}}).fault.empty());
  EXPECT_FALSE(read(kRate, {Rate{1, 10}, Rate{11, 10}}).fault.empty());
  EXPECT_FALSE(read(kMean, {Mean{2, 1e308, 0}, Mean{2, -1e308, 0}}).fault.empty());
}

TEST(Readings, need_a_weight_that_is_a_share) {
  for (const double weight : {-0.1, 1.1, kNan, kInfinity})
    EXPECT_FALSE(read(kRate, {Rate{1, 10}}, weight).fault.empty());
  for (const double weight : {0.0, 0.3, 1.0}) EXPECT_TRUE(read(kRate, {Rate{1, 10}}, weight).fault.empty());
}

TEST(Readings, sum_reports_of_the_same_arm) {
  const ArmReading rates = read(kRate, {Rate{1, 10}, Rate{2, 30}});
  EXPECT_EQ(rates.rate.events, 3u);
  EXPECT_EQ(rates.count, 40u);
  const ArmReading cells = read(kLatency, {Distribution{{1, 2}, {1, 2, 3}}, Distribution{{1, 2}, {10, 20, 30}}});
  EXPECT_EQ(cells.cells, (std::vector<std::uint64_t>{11, 22, 33}));
  EXPECT_EQ(cells.count, 66u);
  EXPECT_EQ(read(kValues, {Values{{0, 1}}, Values{{2}}}).values, (std::vector<double>{0, 1, 2}));
}

Mean moments(const std::vector<double>& y, const std::vector<double>& x) {
  const auto n = static_cast<double>(y.size());
  Mean mean{.count = y.size(), .covariate = Covariate{}};
  for (std::size_t i = 0; i < y.size(); ++i) {
    mean.mean += y[i] / n;
    mean.covariate->mean += x[i] / n;
  }
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double dy = y[i] - mean.mean;
    const double dx = x[i] - mean.covariate->mean;
    mean.m2 += dy * dy;
    mean.covariate->m2 += dx * dx;
    mean.covariate->cxy += dx * dy;
  }
  return mean;
}

TEST(Readings, sum_means_as_if_all_values_were_in_one_report) {
  leeway::test::Generator generator(3);
  for (int run = 0; run < 50; ++run) {
    std::vector<double> y, x;
    std::vector<Measurement> parts;
    for (int part = 0; part < 4; ++part) {
      const auto a = generator.normals(generator.below(20), 100 * part);
      auto b = generator.normals(a.size(), 5);
      for (std::size_t i = 0; i < a.size(); ++i) b[i] += a[i];
      y.insert(y.end(), a.begin(), a.end());
      x.insert(x.end(), b.begin(), b.end());
      parts.push_back(moments(a, b));
    }
    const ArmReading sum = read(kMean, parts);
    const Mean all = moments(y, x);
    ASSERT_TRUE(sum.fault.empty()) << sum.fault;
    EXPECT_EQ(sum.count, y.size());
    if (y.empty()) continue;
    EXPECT_NEAR(sum.mean.mean, all.mean, 1e-11);
    EXPECT_NEAR(sum.mean.m2, all.m2, 1e-10 * all.m2 + 1e-12);
    EXPECT_NEAR(sum.mean.covariate->cxy, all.covariate->cxy, 1e-10 * all.m2 + 1e-12);
  }
}

TEST(Readings, drop_a_covariate_that_not_every_report_has) {
  EXPECT_FALSE(read(kMean, {Mean{2, 1, 1, Covariate{}}, Mean{2, 1, 1}}).mean.covariate);
}

TEST(Readings, know_an_arms_weight_where_its_reports_agree) {
  MetricIndex index;
  index.add(kRate);
  Readings readings(index);
  std::vector<std::string_view> unknown;
  EXPECT_FALSE(readings.weight(Arm::baseline));
  readings.add(Arm::baseline, whole(0.9, "m", Rate{1, 10}), unknown);
  readings.add(Arm::baseline, whole(0.9, "m", Rate{1, 10}), unknown);
  EXPECT_EQ(readings.weight(Arm::baseline), 0.9);
  EXPECT_FALSE(readings.weight(Arm::candidate));
  readings.add(Arm::baseline, whole(0.8, "m", Rate{1, 10}), unknown);
  EXPECT_FALSE(readings.weight(Arm::baseline));
  EXPECT_TRUE(readings.at(0).baseline.fault.empty());
  readings.clear();
  EXPECT_FALSE(readings.weight(Arm::baseline));
  EXPECT_FALSE(readings.at(0).baseline.present);
}

TEST(Quantile, is_the_worse_edge_of_its_cell) {
  const ArmReading reading = read(kLatency, {Distribution{{1, 2}, {50, 40, 10}}});
  EXPECT_EQ(detail::value_of(kLatency, 0.5, reading), 1);
  EXPECT_EQ(detail::value_of(kLatency, 0.51, reading), 2);
  EXPECT_EQ(detail::value_of(kLatency, 0.9, reading), 2);
  EXPECT_EQ(detail::value_of(kLatency, 0.91, reading), kInfinity);
  Metric lower = kLatency;
  lower.worse = Worse::lower;
  EXPECT_EQ(detail::value_of(lower, 0.5, reading), -kInfinity);
  EXPECT_EQ(detail::value_of(lower, 0.51, reading), 1);
  EXPECT_EQ(detail::value_of(lower, 0.91, reading), 2);
}

TEST(Quantile, is_never_below_that_of_the_values) {
  leeway::test::Generator generator(11);
  for (int run = 0; run < 200; ++run) {
    std::vector<double> values(1 + generator.below(40));
    Distribution distribution{{1, 2}, {0, 0, 0}};
    for (double& value : values) {
      value = generator.uniform(0, 3);
      ++distribution.counts[static_cast<std::size_t>(value)];
    }
    std::sort(values.begin(), values.end());
    const double q = generator.uniform(0.01, 0.99);
    const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    const double exact = values[(std::max)(rank, std::size_t{1}) - 1];
    const double edge = detail::value_of(kLatency, q, read(kLatency, {distribution}));
    EXPECT_GE(edge, exact);
    EXPECT_TRUE(edge == kInfinity ? exact >= 2 : exact >= edge - 1);  // and of its cell
  }
}

}  // namespace
}  // namespace leeway::rollout::test
