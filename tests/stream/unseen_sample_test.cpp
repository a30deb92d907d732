#include "leeway/stream/unseen_sample.hpp"

#include <gtest/gtest.h>

#include <map>

#include "support/generator.hpp"

namespace leeway::stream {
namespace {

std::vector<UnseenSample::Entry> entries(const UnseenSample& sample) {
  return {sample.entries().begin(), sample.entries().end()};
}

TEST(UnseenSample, holds_the_smallest_keys_with_exact_counts_whatever_the_order) {
  test::Generator generator(1);
  for (int run = 0; run < 200; ++run) {
    const std::uint64_t distinct = 1 + generator.below(60);
    std::map<std::uint64_t, std::uint64_t> expected;
    UnseenSample parts[3];
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t key = (1 + generator.below(distinct)) * 0x9E3779B97F4A7C15u;
      ++expected[key];
      parts[generator.below(3)].add(key);
    }
    UnseenSample merged;
    for (const std::size_t i : {2u, 0u, 1u}) merged.merge(parts[i]);
    ASSERT_EQ(merged.entries().size(), (std::min)(expected.size(), UnseenSample::kSize));
    auto next = expected.begin();
    for (const UnseenSample::Entry& entry : merged.entries()) {
      EXPECT_EQ(entry.hash(), next->first >> 8);
      EXPECT_EQ(entry.count(), next->second);
      ++next;
    }
  }
}

TEST(UnseenSample, knows_how_many_distinct_ones_there_were) {
  test::Generator generator(2);
  UnseenSample few;
  for (std::uint64_t key = 1; key <= UnseenSample::kSize; ++key) few.add(key << 8);
  EXPECT_EQ(few.distinct(), UnseenSample::kSize);
  double sum = 0;
  for (int run = 0; run < 200; ++run) {
    UnseenSample many;
    for (int i = 0; i < 1000; ++i) many.add(generator.bits());
    sum += many.distinct();
  }
  EXPECT_NEAR(sum / 200, 1000, 4 * 270 / 14.1) << "four standard errors of the mean";
}

TEST(UnseenSample, knows_it_as_well_after_a_merge) {
  test::Generator generator(3);
  for (const int distinct : {3, 16, 17, 18, 1000}) {
    UnseenSample whole;
    UnseenSample parts[2];
    for (int i = 0; i < distinct; ++i) {
      const std::uint64_t key = generator.bits();
      whole.add(key);
      parts[i % 2].add(key);
    }
    UnseenSample merged;
    for (const UnseenSample& part : parts) merged.merge(part);
    EXPECT_EQ(merged.distinct(), whole.distinct());
    UnseenSample copied;
    copied.merge(whole);
    EXPECT_EQ(copied.distinct(), whole.distinct());
  }
}

TEST(UnseenSample, estimates_no_fewer_than_came) {
  test::Generator generator(4);
  for (int run = 0; run < 1000; ++run) {
    UnseenSample sample;
    for (std::size_t i = 0; i <= UnseenSample::kSize; ++i) sample.add(generator.bits());
    ASSERT_GE(sample.distinct(), UnseenSample::kSize + 1);
  }
}

TEST(UnseenSample, merges_no_text_of_what_is_not_counted) {
  UnseenSample open(true);
  open.keep_text(512, "of a row that was never recorded");
  open.keep_text(1024, "counted elsewhere");
  UnseenSample merged(true);
  merged.add(1024);
  merged.merge(open);
  ASSERT_EQ(merged.entries().size(), 1u);
  EXPECT_EQ(merged.text(0), "counted elsewhere");
}

TEST(UnseenSample, estimates_from_those_that_are_left_where_one_is_not_counted) {
  UnseenSample open(true);
  for (std::uint64_t key = 1; key <= 20; ++key) open.add(key << 59);
  open.keep_text(512, "of a row that was never recorded");
  UnseenSample merged;
  merged.merge(open);
  EXPECT_EQ(merged.entries().size(), UnseenSample::kSize - 1);
  EXPECT_NEAR(merged.distinct(), 14 * 32 / 15.0, 1e-6);
}

TEST(UnseenSample, keeps_texts_only_on_request_and_beside_their_entries) {
  UnseenSample silent;
  silent.add(512);
  silent.keep_text(512, "secret");
  EXPECT_EQ(silent.text(0), "");
  UnseenSample open(true);
  open.add(1024, 2);
  open.keep_text(1024, "second");
  open.add(512);
  open.keep_text(512, std::string(100, 'x'));
  EXPECT_EQ(open.text(0), std::string(UnseenSample::kMostText, 'x'));
  EXPECT_EQ(open.text(1), "second");
  UnseenSample merged(true);
  merged.merge(open);
  EXPECT_EQ(merged.text(1), "second");
  EXPECT_EQ(entries(merged), entries(open));
}

TEST(UnseenSample, is_empty_after_reset) {
  UnseenSample sample;
  for (std::uint64_t key = 1; key < 100; ++key) sample.add(key << 8);
  sample.reset();
  EXPECT_TRUE(sample.entries().empty());
  EXPECT_EQ(sample.distinct(), 0);
}

}  // namespace
}  // namespace leeway::stream
