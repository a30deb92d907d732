// Recorded systems, where it is known what happened: no tuning, the rules of each test are stated beside it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "support/real_rollouts.hpp"

namespace {

using namespace leeway;

std::string data_folder() {
  const std::string folder = std::string(LEEWAY_SOURCE_DIR) + "/../shared/data";
  return std::filesystem::exists(folder + "/petshop_a.csv.gz") ? folder : std::string();
}

#define SKIP_WITHOUT_DATA() \
  if (data_folder().empty()) GTEST_SKIP() << "no shared data: ../shared/data/petshop_a.csv.gz"

TEST(Petshop, runs_for_two_days_with_at_most_one_false_rollback) {
  SKIP_WITHOUT_DATA();
  const auto run = test::normal_run(test::load_petshop(data_folder()), test::threshold_policy());
  EXPECT_EQ(run.evaluated, 577u);
  EXPECT_LE(run.rollbacks.size(), 1u);
}

TEST(Petshop, is_rolled_back_in_every_latency_fault_and_in_13_of_16_availability_faults) {
  SKIP_WITHOUT_DATA();
  std::size_t latency = 0;
  std::size_t availability = 0;
  const auto shop = test::load_petshop(data_folder());
  ASSERT_EQ(shop.faults.size(), 34u);
  for (const auto& fault : shop.faults) {
    ASSERT_EQ(fault.ticks.size(), 5u) << fault.name;
    const auto delay = test::delay(fault, test::threshold_policy());
    if (!delay) continue;
    EXPECT_GT(*delay, 0) << fault.name << ": rolled back before anything was wrong";
    EXPECT_LE(*delay, 5 * test::kTickSeconds) << fault.name;
    (fault.metric == "latency" ? latency : availability) += 1;
  }
  EXPECT_EQ(latency, 18u);
  EXPECT_GE(availability, 13u);
}

TEST(Asos, stops_agree_with_the_fixed_test_at_the_end) {
  SKIP_WITHOUT_DATA();
  const auto streams = test::load_asos(data_folder());
  ASSERT_EQ(streams.size(), 200u);
  std::size_t stops = 0;
  std::size_t agree = 0;
  for (const auto& stream : streams) {
    const auto stop = test::first_stop(stream.differences);
    if (!stop) continue;
    ++stops;
    if (std::abs(stream.z_at_end) > 1.959963984540054 && (stream.z_at_end > 0) == stop->positive) ++agree;
  }
  EXPECT_GE(stops, 10u) << "a test that never stops agrees with everything";
  EXPECT_GE(static_cast<double>(agree), 0.9 * static_cast<double>(stops));
}

TEST(Asos, stops_in_at_most_5_percent_of_streams_whose_signs_are_drawn) {
  SKIP_WITHOUT_DATA();
  EXPECT_LE(test::share_of_flipped_that_stop(test::load_asos(data_folder()), 20), 0.05);
}

}  // namespace
