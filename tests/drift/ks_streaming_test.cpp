#include "leeway/drift/ks_streaming.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <functional>
#include <vector>

#include "leeway/drift/ks.hpp"
#include "support/generator.hpp"

namespace leeway::drift {
namespace {

using Draw = std::function<double(test::Generator&)>;

// Every kind has ties: within a side, across both, or none.
const std::vector<Draw>& draws() {
  static const std::vector<Draw> draws{
      [](test::Generator& g) { return g.normal(); },
      [](test::Generator& g) { return static_cast<double>(g.below(3)); },
      [](test::Generator& g) { return static_cast<double>(g.below(40)) / 4; },
      [](test::Generator& g) { return g.below(2) == 0 ? 1.0 : g.normal(); },
      [](test::Generator& g) { return g.below(5) == 0 ? (g.below(2) == 0 ? INFINITY : -INFINITY) : g.normal(); },
      [](test::Generator& g) { return g.below(2) == 0 ? 0.0 : -0.0; },
  };
  return draws;
}

std::vector<double> sample(const Draw& draw, std::size_t n, test::Generator& generator) {
  std::vector<double> values(n);
  for (double& x : values) x = draw(generator);
  return values;
}

void expect_same(KsStream& stream, const std::vector<double>& reference, const std::vector<double>& live) {
  const auto expected = ks_two_sample(reference, live);
  const auto found = stream.statistic();
  ASSERT_EQ(found.has_value(), expected.has_value());
  if (!found) return;
  ASSERT_NEAR(*found, expected->value, 3e-16) << reference.size() << " against " << live.size();
}

TEST(KsStream, is_the_exact_statistic_after_any_inserts_and_removes) {
  test::Generator generator(71);
  for (int run = 0; run < 120; ++run) {
    const Draw& of_reference = draws()[generator.below(draws().size())];
    const Draw& of_live = draws()[generator.below(draws().size())];
    const auto reference = sample(of_reference, 1 + generator.below(60), generator);
    auto stream = *KsStream::make(reference);
    std::vector<double> live;
    for (int step = 0; step < 150; ++step) {
      if (!live.empty() && generator.below(5) < 2) {
        const std::size_t at = generator.below(live.size());
        ASSERT_TRUE(stream.remove(live[at]));
        live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        live.push_back(of_live(generator));
        ASSERT_TRUE(stream.insert(live.back()));
      }
      ASSERT_EQ(stream.live_count(), live.size());
      if (generator.below(3) > 0) expect_same(stream, reference, live);  // not each time: sizes jump between queries
    }
  }
}

TEST(KsStream, follows_a_window_that_slides_into_drift) {
  test::Generator generator(72);
  const auto reference = generator.normals(2000);
  auto stream = *KsStream::make(reference);
  std::deque<double> window;
  double first = 0;
  for (int step = 0; step < 600; ++step) {
    window.push_back(generator.normal() + (step < 300 ? 0 : 2));
    ASSERT_TRUE(stream.insert(window.back()));
    if (window.size() > 100) {
      ASSERT_TRUE(stream.remove(window.front()));
      window.pop_front();
    }
    if (step % 10 == 9) expect_same(stream, reference, {window.begin(), window.end()});
    if (step == 299) first = *stream.statistic();
  }
  EXPECT_LT(first, 0.25);
  EXPECT_GT(*stream.statistic(), 0.6);
  const auto result = *stream.result();
  const auto expected = *ks_two_sample(reference, std::vector<double>(window.begin(), window.end()));
  EXPECT_NEAR(*result.p_value, *expected.p_value, 1e-9 * *expected.p_value);
  EXPECT_EQ(result.convention, expected.convention);
  EXPECT_EQ(result.live_count, 100u);
  EXPECT_EQ(result.reference_count, 2000u);
}

// Sizes that grow and shrink by much between two queries, and back.
TEST(KsStream, is_exact_whatever_sizes_it_goes_through) {
  test::Generator generator(73);
  for (int run = 0; run < 20; ++run) {
    const Draw& draw = draws()[generator.below(draws().size())];
    const auto reference = sample(draw, 1 + generator.below(300), generator);
    auto stream = *KsStream::make(reference);
    std::vector<double> live;
    for (int turn = 0; turn < 40; ++turn) {
      const std::size_t wanted = generator.below(400);
      while (live.size() < wanted) {
        live.push_back(draw(generator));
        ASSERT_TRUE(stream.insert(live.back()));
      }
      while (live.size() > wanted) {
        ASSERT_TRUE(stream.remove(live.back()));
        live.pop_back();
      }
      expect_same(stream, reference, live);
    }
  }
}

TEST(KsStream, refuses_nan_nothing_and_what_was_not_inserted) {
  EXPECT_EQ(KsStream::make({}).error().code, ErrorCode::undefined);
  EXPECT_EQ(KsStream::make(std::vector<double>{NAN}).error().code, ErrorCode::invalid_argument);
  auto stream = *KsStream::make(std::vector<double>{1, 2});
  EXPECT_EQ(stream.statistic().error().code, ErrorCode::undefined);
  EXPECT_EQ(stream.result().error().code, ErrorCode::undefined);
  EXPECT_EQ(stream.insert(NAN).error().code, ErrorCode::invalid_argument);
  ASSERT_TRUE(stream.insert(1));
  EXPECT_EQ(stream.remove(1.5).error().code, ErrorCode::not_found);
  EXPECT_EQ(stream.remove(NAN).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(*stream.statistic(), 0.5) << "refusals change nothing";
  ASSERT_TRUE(stream.remove(1));
  EXPECT_EQ(stream.live_count(), 0u);
}

}  // namespace
}  // namespace leeway::drift
