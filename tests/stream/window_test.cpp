#include "leeway/stream/window.hpp"

#include <gtest/gtest.h>

namespace leeway::stream {
namespace {

using std::chrono::hours;

TEST(Window, of_time_begins_at_multiples_of_its_length_from_the_origin) {
  const TimePoint origin = TimePoint() + hours(5);
  const auto window = Window::tumbling(hours(24), origin);
  ASSERT_TRUE(window);
  EXPECT_EQ(window->begin_at(origin), origin);
  EXPECT_EQ(window->begin_at(origin + hours(24) - Duration(1)), origin);
  EXPECT_EQ(window->begin_at(origin + hours(24)), origin + hours(24));
  EXPECT_EQ(window->begin_at(origin - Duration(1)), origin - hours(24)) << "before the origin too";
}

TEST(Window, refuses_an_empty_window) {
  EXPECT_FALSE(Window::tumbling(0));
  EXPECT_FALSE(Window::tumbling(Duration(0)));
  EXPECT_FALSE(Window::tumbling(hours(-1)));
}

}  // namespace
}  // namespace leeway::stream
