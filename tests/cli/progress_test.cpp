#include "cli/progress.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

namespace leeway::cli {
namespace {

using namespace std::chrono_literals;
using Moment = std::chrono::steady_clock::time_point;

/// A terminal that remembers, and a clock that is set by hand.
class ProgressTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::pipe(ends_.data()), 0);
    ASSERT_EQ(::fcntl(ends_[0], F_SETFL, O_NONBLOCK), 0);
  }
  void TearDown() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  ProgressOptions options(bool terminal = true) {
    return {ends_[1], terminal, [this] { return now_; }};
  }

  std::string written() {
    std::array<char, 4096> text;
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
  }

  static void update_often(Progress& progress, std::uint64_t bytes, std::uint64_t rows) {
    for (int i = 0; i < 256; ++i) progress.update(bytes, rows);
  }

  Moment now_{};
  std::array<int, 2> ends_{};
};

TEST_F(ProgressTest, shows_a_long_input_at_once_and_erases_itself) {
  {
    Progress progress("train.csv.gz", 40'000'000, options());
    update_often(progress, 10'000'000, 1'234'567);
    EXPECT_EQ(written(), "\r\x1B[Ktrain.csv.gz: 25 %, 1,234,567 rows");
  }
  EXPECT_EQ(written(), "\r\x1B[K");
}

TEST_F(ProgressTest, shows_a_short_input_only_when_it_takes_long) {
  Progress progress("live.csv", 1000, options());
  now_ += 1s;
  update_often(progress, 100, 1);
  EXPECT_EQ(written(), "");
  now_ += 1s;
  update_often(progress, 100, 1);
  EXPECT_EQ(written(), "\r\x1B[Klive.csv: 10 %, 1 row");
}

TEST_F(ProgressTest, has_no_percentage_where_the_size_is_unknown) {
  Progress progress("<stdin>", 0, options());
  now_ += 3s;
  update_often(progress, 100, 2);
  EXPECT_EQ(written(), "\r\x1B[K<stdin>: 2 rows");
}

TEST_F(ProgressTest, does_not_flicker) {
  Progress progress("a", 40'000'000, options());
  update_often(progress, 0, 1);
  EXPECT_NE(written(), "");
  now_ += 50ms;
  update_often(progress, 0, 2);
  EXPECT_EQ(written(), "");
  now_ += 50ms;
  update_often(progress, 0, 3);
  EXPECT_NE(written(), "");
}

TEST_F(ProgressTest, is_silent_in_a_pipe) {
  {
    Progress progress("a", 40'000'000, options(false));
    now_ += 10s;
    update_often(progress, 10, 10);
  }
  EXPECT_EQ(written(), "");
  EXPECT_FALSE(ProgressOptions::standard_error(true).terminal);
}

TEST_F(ProgressTest, never_passes_100_percent) {
  Progress progress("a", 20'000'000, options());
  update_often(progress, 30'000'000, 1);
  EXPECT_EQ(written(), "\r\x1B[Ka: 100 %, 1 row");
}

}  // namespace
}  // namespace leeway::cli
