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

TEST(Window, slides_by_whole_steps) {
  EXPECT_EQ(Window::sliding(hours(168), hours(24))->panes(), 7u);
  EXPECT_EQ(Window::sliding(std::uint64_t{1000}, 100)->panes(), 10u);
  EXPECT_FALSE(Window::sliding(std::uint64_t{1000}, 300));
  EXPECT_FALSE(Window::sliding(std::uint64_t{100}, 1000)) << "shorter than its step";
  EXPECT_FALSE(Window::sliding(hours(24 * 365), Duration(1))) << "more panes than anyone keeps";
  EXPECT_FALSE(Window::sliding(hours(24), hours(0)));
}

TEST(Window, says_what_it_was_asked_for) {
  EXPECT_EQ(Window::sliding(std::uint64_t{1000}, 300).error().message,
            "expected a window of 1 to 100000 whole steps, found one of 1000 rows in steps of 300");
  EXPECT_EQ(Window::sliding(Duration(7), Duration(2)).error().message,
            "expected a window of 1 to 100000 whole steps, found one of 7 us in steps of 2");
  EXPECT_EQ(Window::decayed(std::uint64_t{100}, 0).error().message.find("window"), std::string::npos);
  EXPECT_EQ(Window::tumbling(1000)->with_lateness(hours(1)).error().message,
            "expected a window of time, which lateness is for, found one of rows");
}

TEST(Window, decays_by_a_half_life_in_its_own_unit) {
  EXPECT_EQ(Window::decayed(hours(24), hours(36))->half_life(), 1.5);
  EXPECT_EQ(Window::decayed(std::uint64_t{100}, 50)->half_life(), 0.5);
  EXPECT_FALSE(Window::decayed(std::uint64_t{100}, 0));
  EXPECT_FALSE(Window::decayed(hours(24), hours(-1)));
}

TEST(Window, waits_for_late_rows_by_time_alone) {
  EXPECT_EQ(Window::tumbling(hours(24))->with_lateness(hours(1))->lateness(), hours(1));
  EXPECT_FALSE(Window::tumbling(hours(24))->with_lateness(hours(-1)));
  EXPECT_FALSE(Window::tumbling(1000)->with_lateness(hours(1)));
}

}  // namespace
}  // namespace leeway::stream
