#include "leeway/stream/tumbling_window.hpp"

#include <gtest/gtest.h>

namespace leeway::stream {
namespace {

using std::chrono::hours;

TEST(TumblingWindow, of_time_begins_at_multiples_of_its_length_from_the_origin) {
  const TimePoint origin = TimePoint() + hours(5);
  const auto window = TumblingWindow::of_time(hours(24), origin);
  ASSERT_TRUE(window);
  EXPECT_EQ(window->begin_at(origin), origin);
  EXPECT_EQ(window->begin_at(origin + hours(24) - Duration(1)), origin);
  EXPECT_EQ(window->begin_at(origin + hours(24)), origin + hours(24));
  EXPECT_EQ(window->begin_at(origin - Duration(1)), origin - hours(24)) << "before the origin too";
}

TEST(TumblingWindow, refuses_an_empty_window) {
  EXPECT_FALSE(TumblingWindow::of_rows(0));
  EXPECT_FALSE(TumblingWindow::of_time(Duration(0)));
  EXPECT_FALSE(TumblingWindow::of_time(hours(-1)));
}

}  // namespace
}  // namespace leeway::stream
