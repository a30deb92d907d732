// The test that a feature pipeline should have: both paths, the same rides, the same features.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "features.hpp"
#include "leeway/adapt/gtest.hpp"

namespace {

using leeway::HasNoSkewAgainst;
using testing::ExplainMatchResult;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<Ride> rides() {
  return {{1, 540, 2.5, "Blue"},     {2, 1260, 7.1, "Yellow"},    {3, 300, kUnknown, "Blue"},
          {4, 2400, 18.4, "Yellow"}, {5, 780, kUnknown, "Green"}, {6, 960, 4.0, "Blue"},
          {7, 420, 1.5, "Green"},    {8, 1500, kUnknown, "Blue"}};
}

const leeway::validate::SkewOptions kById{.key = {"id"}, .tolerance = {.absolute = 0.001}};

TEST(FeaturePipeline, serves_what_it_was_trained_on) {
  const std::vector<Features> training = training_features(rides());
  std::vector<Features> serving;
  for (const Ride& ride : rides()) serving.push_back(serving_features(ride, 6.7));
  EXPECT_THAT(serving, HasNoSkewAgainst(training, kById));
}

// With EXPECT_THAT this test would fail; here it prints what the failure says.
TEST(FeaturePipeline, with_bugs_is_caught) {
  std::vector<Features> serving;
  for (const Ride& ride : rides()) serving.push_back(serving_features_with_bugs(ride));
  testing::StringMatchResultListener listener;
  EXPECT_FALSE(ExplainMatchResult(HasNoSkewAgainst(training_features(rides()), kById), serving, &listener));
  std::cout << listener.str();
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // The listener of GoogleTest prints times, which are not the same twice.
  delete testing::UnitTest::GetInstance()->listeners().Release(
      testing::UnitTest::GetInstance()->listeners().default_result_printer());
  const int failed = RUN_ALL_TESTS();
  std::cout << (failed == 0 ? "\nboth tests passed\n" : "\na test failed\n");
  return failed;
}
