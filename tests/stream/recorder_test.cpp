#include "leeway/stream/recorder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "leeway/profile/profile_builder.hpp"
#include "support/generator.hpp"

namespace leeway::stream {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::shared_ptr<const profile::Profile> mixed_profile() {
  return std::make_shared<const profile::Profile>(*profile::ProfileBuilder()
                                                       .numeric("x", std::vector{0.0, 1.0, 2.0, 3.0})
                                                       .categorical("c", {{"red", 2}, {"7", 1}, {"true", 1}}, 0)
                                                       .build());
}

std::shared_ptr<const profile::Profile> numeric_profile(std::size_t features, double offset = 0) {
  profile::ProfileBuilder builder;
  for (std::size_t i = 0; i < features; ++i)
    builder.numeric("f" + std::to_string(i), std::vector{offset + 0.0, offset + 1.0});
  return std::make_shared<const profile::Profile>(*builder.build());
}

using Row = std::array<Value, 2>;

TEST(Pane, counts_mixed_values_where_they_belong) {
  Pane pane(mixed_profile(), {.moments = true});
  for (const Row& row : {Row{1.0, "red"}, Row{2, 7}, Row{kNan, std::nullopt}, Row{"text", 7.0},
                         Row{Value::malformed(), true}, Row{true, "blue"}, Row{kInfinity, 7.5}}) {
    pane.record(row);
  }
  EXPECT_EQ(pane.rows(), 7u);
  const Counts& x = pane.counts()[0];
  EXPECT_EQ(x.cells, (std::vector<std::uint64_t>{0, 2, 1, 1})) << "1.0 and true; 2; infinity";
  EXPECT_EQ(x.side, (SideCounts{.missing = 3, .malformed = 2, .above = 1, .positive_infinity = 1}));
  const Counts& c = pane.counts()[1];
  EXPECT_EQ(c.cells, (std::vector<std::uint64_t>{1, 2, 1})) << "red; 7 and 7.0; true";
  EXPECT_EQ(c.side, (SideCounts{.missing = 1, .unseen = 2}));
  EXPECT_EQ(pane.moments()[0].count(), 3u) << "finite values";
}

TEST(Value, keeps_an_integer_beyond_64_bits_with_sign_as_a_number) {
  EXPECT_EQ(Value(~std::uint64_t{0}).number(), 0x1p64);
  EXPECT_EQ(Value(std::uint64_t{7}).integer(), 7);
  EXPECT_EQ(Value(-7).number(), -7);
}

TEST(Pane, takes_floats_doubles_and_values_alike) {
  const auto profile = numeric_profile(2);
  Pane floats(profile);
  Pane doubles(profile);
  Pane values(profile);
  for (const float x : {0.25F, 0.5F, 2.0F, std::numeric_limits<float>::quiet_NaN()}) {
    const double d = static_cast<double>(x);
    floats.record(std::array{x, x});
    doubles.record(std::array{d, d});
    values.record(std::array{Value(d), Value(d)});
  }
  EXPECT_EQ(floats.counts()[0], doubles.counts()[0]);
  EXPECT_EQ(values.counts()[1], doubles.counts()[1]);
}

TEST(Pane, counts_a_row_of_another_length_as_rejected_and_nowhere_else) {
  Pane pane(numeric_profile(3));
  pane.record(std::array{1.0, 2.0});
  pane.record(std::span<const double>());
  EXPECT_EQ(pane.rows(), 0u);
  EXPECT_EQ(pane.rejected_rows(), 2u);
  EXPECT_EQ(pane.counts()[0].total(), 0u);
}

TEST(Pane, of_another_profile_does_not_merge) {
  Pane pane(numeric_profile(1));
  EXPECT_TRUE(pane.merge(Pane(numeric_profile(1)))) << "equal profiles, separately built";
  const auto merged = pane.merge(Pane(numeric_profile(1, 5)));
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, ErrorCode::incompatible);
}

TEST(Pane, records_moments_and_quantiles_of_the_features_asked_for) {
  const std::vector<double> rows{0, 1, 2, 3, 4, 5, 6, 7, 8};
  Pane pane(numeric_profile(3), {.moments_of = {"f1", "f2"}, .quantiles_of = {"f2"}});
  pane.record_rows(RowMajor<double>{rows.data(), 3, 3, 3});
  EXPECT_EQ(pane.moments()[0].count(), 0u);
  EXPECT_EQ(pane.moments()[1].mean(), 4);
  EXPECT_EQ(pane.moments()[2].mean(), 5);
  EXPECT_EQ(pane.quantiles(0), nullptr);
  EXPECT_EQ(pane.quantiles(1), nullptr);
  ASSERT_NE(pane.quantiles(2), nullptr);
  EXPECT_EQ(pane.quantiles(2)->quantile(1), 8);
  EXPECT_EQ(Pane(numeric_profile(1)).quantiles(0), nullptr);
}

TEST(PaneOptions, name_the_feature_that_has_not_what_is_asked_for) {
  EXPECT_TRUE(PaneOptions({.moments_of = {"x"}, .quantiles_of = {"x"}}).check(*mixed_profile()));
  const auto unknown = PaneOptions{.moments_of = {"y"}}.check(*mixed_profile());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "expected the name of a numeric feature, found no feature called y");
  const auto categorical = PaneOptions{.quantiles_of = {"x", "c"}}.check(*mixed_profile());
  ASSERT_FALSE(categorical);
  EXPECT_EQ(categorical.error().message, "expected the name of a numeric feature, found the categorical feature c");
  const auto numeric = PaneOptions{.unseen_text = {"x"}}.check(*mixed_profile());
  ASSERT_FALSE(numeric);
  EXPECT_EQ(numeric.error().message, "expected the name of a categorical feature, found the numeric feature x");
}

TEST(Pane, of_other_options_does_not_merge) {
  Pane pane(numeric_profile(2), {.moments = true});
  Pane other(numeric_profile(2), {.quantiles = true});
  other.record(std::array{0.5, 0.5});
  ASSERT_FALSE(pane.merge(other));
  EXPECT_EQ(pane.rows(), 0u) << "nothing is added";
  EXPECT_TRUE(pane.merge(Pane(numeric_profile(2), {.moments_of = {"f0", "f1"}}))) << "the same, said otherwise";
}

TEST(Pane, merges_quantiles) {
  Pane pane(numeric_profile(1), {.quantiles = true});
  Pane other = pane;
  pane.record(std::array{0.25});
  other.record(std::array{0.75F});
  ASSERT_TRUE(pane.merge(other));
  EXPECT_EQ(pane.quantiles(0)->quantile(0), 0.25);
  EXPECT_EQ(pane.quantiles(0)->quantile(1), 0.75);
  pane.reset();
  EXPECT_EQ(pane.quantiles(0)->count(), 0u);
}

TEST(Pane, is_empty_after_reset) {
  Pane pane(mixed_profile(), {.moments = true});
  pane.record(Row{1.0, "red"});
  pane.record(std::array{Value()});
  pane.reset();
  EXPECT_EQ(pane.rows() + pane.rejected_rows(), 0u);
  EXPECT_EQ(pane.counts()[0].total() + pane.counts()[1].total(), 0u);
  EXPECT_EQ(pane.moments()[0].count(), 0u);
}

TEST(Pane, counts_rows_and_columns_as_it_counts_one_row_after_another) {
  const auto profile = mixed_profile();
  const std::vector<double> rows{0.5, 7, kNan, kNan, 9, 7.5, -1, 8};
  Pane one_by_one(profile, {.moments = true, .quantiles = true});
  for (std::size_t i = 0; i < 4; ++i) one_by_one.record(std::span(rows).subspan(2 * i, 2));
  Pane blocks(profile, {.moments = true, .quantiles = true});
  blocks.record_rows(RowMajor<double>{rows.data(), 4, 2, 2});
  Pane columns(profile, {.moments = true, .quantiles = true});
  const std::vector<double> x{0.5, kNan, 9, -1};
  const std::vector<double> c{7, kNan, 7.5, 8};
  columns.record_columns(std::array<Column, 2>{x, c});
  for (const Pane* pane : {&blocks, &columns}) {
    EXPECT_EQ(pane->rows(), 4u);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(pane->counts()[i], one_by_one.counts()[i]);
      EXPECT_EQ(pane->moments()[i], one_by_one.moments()[i]);
    }
    EXPECT_EQ(*pane->quantiles(0), *one_by_one.quantiles(0));
    EXPECT_EQ(pane->quantiles(1), nullptr) << "categorical";
  }
}

TEST(Pane, steps_over_what_lies_between_strided_rows) {
  Pane pane(numeric_profile(2));
  const std::vector<float> rows{0, 1, 99, 1, 0, 99};
  pane.record_rows(RowMajor<float>{rows.data(), 2, 2, 3});
  EXPECT_EQ(pane.counts()[0].cells, (std::vector<std::uint64_t>{1, 1}));
  EXPECT_EQ(pane.counts()[1].side.above, 0u);
}

TEST(Pane, rejects_columns_of_unequal_length) {
  Pane pane(numeric_profile(2));
  const std::vector<float> two{0, 1};
  const std::vector<float> one{0};
  pane.record_columns(std::array<Column, 2>{two, one});
  EXPECT_EQ(pane.rejected_rows(), 2u);
  EXPECT_EQ(pane.counts()[0].total(), 0u);
}

TEST(Collector, drains_rows_that_wait_in_a_block_and_each_once) {
  for (const std::uint32_t block : {1u, 2u, 7u, 64u}) {
    Collector collector(numeric_profile(3));
    Recorder recorder = collector.recorder({.block_rows = block});
    test::Generator generator(block);
    std::uint64_t recorded = 0;
    std::uint64_t drained = 0;
    for (int i = 0; i < 300; ++i) {
      for (std::size_t rows = generator.below(20); rows > 0; --rows, ++recorded)
        recorder.record(std::array{0.0F, 1.0F, 0.5F});
      drained += collector.drain().rows();
      ASSERT_EQ(drained, recorded);
    }
  }
}

TEST(Collector, drains_each_row_once) {
  Collector collector(numeric_profile(1));
  Recorder a = collector.recorder();
  Recorder b = collector.recorder();
  a.record(std::array{0.5});
  b.record(std::array{0.5});
  EXPECT_EQ(collector.drain().rows(), 2u);
  EXPECT_EQ(collector.drain().rows(), 0u);
  b.record(std::array{0.5});
  EXPECT_EQ(collector.drain().rows(), 1u);
}

TEST(Collector, keeps_the_rows_of_a_recorder_that_is_gone) {
  Collector collector(numeric_profile(1));
  { collector.recorder().record(std::array{0.5}); }
  EXPECT_EQ(collector.drain().rows(), 1u);
  EXPECT_EQ(collector.drain().rows(), 0u);
}

TEST(Collector, may_go_before_its_recorders) {
  auto collector = std::make_unique<Collector>(numeric_profile(1));
  Recorder recorder = collector->recorder();
  collector.reset();
  recorder.record(std::array{0.5});
}

TEST(Collector, refuses_a_profile_of_other_features) {
  Collector collector(numeric_profile(2));
  const auto replaced = collector.replace_profile(numeric_profile(3));
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().code, ErrorCode::incompatible);
}

// Writers record rows of equal values without pause while drains go on: a row that were torn between two panes, lost or
// counted twice would unbalance the features or the total.
TEST(Collector, loses_and_tears_nothing_while_threads_record) {
  constexpr std::size_t kThreads = 3;
  constexpr std::uint64_t kRows = 20000;
  constexpr std::size_t kFeatures = 5;
  Collector collector(numeric_profile(kFeatures));
  std::atomic<std::size_t> running = kThreads;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, recorder = collector.recorder({.block_rows = t == 0 ? 3u : 64u})]() mutable {
      for (std::uint64_t i = 0; i < kRows; ++i) {
        std::array<float, kFeatures> row;
        row.fill(static_cast<float>(i % 2));
        recorder.record(row);
      }
      --running;
    });
  }
  Pane all(numeric_profile(kFeatures));
  while (running > 0) {
    const Pane drained = collector.drain();
    for (const Counts& counts : drained.counts()) ASSERT_EQ(counts, drained.counts()[0]);
    ASSERT_TRUE(all.merge(drained));
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(all.merge(collector.drain()));
  EXPECT_EQ(all.rows(), kThreads * kRows);
  for (const Counts& counts : all.counts()) {
    EXPECT_EQ(counts.cells, (std::vector<std::uint64_t>{kThreads * kRows / 2, kThreads * kRows / 2}));
  }
}

TEST(Collector, replaces_the_profile_under_threads_that_record) {
  constexpr std::uint64_t kRows = 20000;
  Collector collector(numeric_profile(2));
  std::atomic<bool> running = true;
  std::thread writer([&, recorder = collector.recorder()]() mutable {
    for (std::uint64_t i = 0; i < kRows; ++i) {
      if (i % 3 == 0) recorder.record(std::array{0.5, 0.5});
      if (i % 3 != 0) recorder.record(std::array{0.5F, 0.5F});
    }
    running = false;
  });
  std::uint64_t rows = 0;
  for (int i = 1; running; ++i) {
    const auto before = collector.replace_profile(numeric_profile(2, i % 2));
    ASSERT_TRUE(before);
    ASSERT_EQ(before->counts()[0], before->counts()[1]);
    rows += before->rows();
  }
  writer.join();
  EXPECT_EQ(rows + collector.drain().rows(), kRows);
}

}  // namespace
}  // namespace leeway::stream
