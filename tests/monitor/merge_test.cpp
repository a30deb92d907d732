// How rows are split among recorders and threads must leave no trace in a report.

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "leeway/base/value_or_throw.hpp"
#include "leeway/monitor/model_monitor.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/report/json.hpp"
#include "support/generator.hpp"

namespace leeway::monitor {
namespace {

using stream::Value;
using test::Generator;

constexpr std::size_t kRows = 6000;

profile::Profile make_profile() {
  Generator generator(1);
  std::vector<std::optional<std::string_view>> countries;
  for (std::size_t i = 0; i < 3000; ++i) countries.emplace_back(i % 3 == 0 ? "DE" : "NZ");
  return value_or_throw(profile::ProfileBuilder()
                            .numeric("amount", generator.normals(3000))
                            .numeric("age", generator.normals(3000, 40))
                            .categorical("country", countries)
                            .build());
}

/// A row of every kind of value: numbers of all sizes, missing, malformed, infinite, unseen.
std::vector<Value> make_row(Generator& generator) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Value amount = generator.below(50) == 0 ? Value(kInfinity) : Value(generator.normal() * 1e3 + 0.1);
  const Value age = generator.below(20) == 0 ? Value::malformed() : Value(40 + generator.normal());
  constexpr std::string_view kCountries[] = {"DE", "NZ", "unheard of"};
  const Value country = generator.below(30) == 0 ? Value() : Value(kCountries[generator.below(3)]);
  return {amount, age, country};
}

std::vector<std::vector<Value>> make_rows() {
  Generator generator(2);
  std::vector<std::vector<Value>> rows;
  for (std::size_t i = 0; i < kRows; ++i) rows.push_back(make_row(generator));
  return rows;
}

class Merge : public ::testing::Test {
 protected:
  /// One thread after the other, or all at once, each with a recorder and the rows that are its own.
  [[nodiscard]] std::string report(const std::vector<std::vector<std::size_t>>& split, bool at_once) const {
    ModelMonitor monitor = value_or_throw(ModelMonitor::make(profile_, {.panes = {.moments = true}}));
    std::vector<std::thread> threads;
    for (const std::vector<std::size_t>& own : split) {
      threads.emplace_back([this, &own, recorder = monitor.recorder()]() mutable {
        for (const std::size_t i : own) recorder.record(std::span<const Value>(rows_[i]));
      });
      if (!at_once) threads.back().join();
    }
    for (std::thread& thread : threads) {
      if (thread.joinable()) thread.join();
    }
    return report::to_json(monitor.report());
  }

  void expect_the_same(const std::vector<std::vector<std::size_t>>& split) const {
    EXPECT_EQ(report(split, false), expected_);
    EXPECT_EQ(report(split, true), expected_);
  }

  [[nodiscard]] static std::vector<std::size_t> all_rows() {
    std::vector<std::size_t> all(kRows);
    for (std::size_t i = 0; i < kRows; ++i) all[i] = i;
    return all;
  }

  const profile::Profile profile_ = make_profile();
  const std::vector<std::vector<Value>> rows_ = make_rows();
  const std::string expected_ = report({all_rows()}, false);
};

TEST_F(Merge, holds_all_rows) { EXPECT_NE(expected_.find("\"live_rows\": 6000"), std::string::npos); }

TEST_F(Merge, of_rows_dealt_in_turn_is_the_same_bytes) {
  for (const std::size_t recorders : {1U, 2U, 3U, 8U}) {
    std::vector<std::vector<std::size_t>> split(recorders);
    for (std::size_t i = 0; i < kRows; ++i) split[i % recorders].push_back(i);
    expect_the_same(split);
  }
}

TEST_F(Merge, of_rows_in_blocks_is_the_same_bytes) {
  for (const std::size_t recorders : {2U, 3U, 8U}) {
    std::vector<std::vector<std::size_t>> split(recorders);
    for (std::size_t i = 0; i < kRows; ++i) split[i * recorders / kRows].push_back(i);
    expect_the_same(split);
  }
}

TEST_F(Merge, of_rows_at_random_and_out_of_order_is_the_same_bytes) {
  Generator generator(3);
  for (const std::size_t recorders : {1U, 2U, 3U, 8U}) {
    std::vector<std::size_t> order = all_rows();
    for (std::size_t i = kRows; i > 1; --i) std::swap(order[i - 1], order[generator.below(i)]);
    std::vector<std::vector<std::size_t>> split(recorders + 1);  // one recorder has nothing to do
    for (const std::size_t row : order) split[generator.below(recorders)].push_back(row);
    expect_the_same(split);
  }
}

TEST_F(Merge, while_the_monitor_drains_is_the_same_bytes) {
  ModelMonitor monitor = value_or_throw(ModelMonitor::make(profile_, {.panes = {.moments = true}}));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 3; ++t) {
    threads.emplace_back([this, t, recorder = monitor.recorder()]() mutable {
      for (std::size_t i = t; i < kRows; i += 3) recorder.record(std::span<const Value>(rows_[i]));
    });
  }
  for (int i = 0; i < 20; ++i) static_cast<void>(monitor.report());
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(report::to_json(monitor.report()), expected_);
}

}  // namespace
}  // namespace leeway::monitor
