#include "leeway/validate/freshness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace leeway::validate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr TimePoint kNoon{std::chrono::hours(12)};

FreshnessRule six_hours(OnStale on_stale = OnStale::flag) {
  return {.max_staleness = 6h, .on_stale = on_stale, .fallback = -1, .clock_tolerance = 1s, .max_silence = 10min};
}

TEST(Freshness, is_a_matter_of_age_at_now) {
  const struct {
    const char* what;
    std::optional<TimePoint> event;
    Freshness freshness;
  } cases[] = {
      {"now", kNoon, Freshness::fresh},
      {"exactly at the limit", kNoon - 6h, Freshness::fresh},
      {"a microsecond older", kNoon - 6h - 1us, Freshness::stale},
      {"ahead, as clocks differ", kNoon + 1s, Freshness::fresh},
      {"ahead by more", kNoon + 1s + 1us, Freshness::future},
      {"without a time", std::nullopt, Freshness::unknown},
      {"the first moment of all", TimePoint::min(), Freshness::stale},
      {"the last moment of all", TimePoint::max(), Freshness::future},
  };
  for (const auto& [what, event, freshness] : cases)
    EXPECT_STREQ(to_string(freshness_of(six_hours(), event, kNoon)), to_string(freshness)) << what;
}

TEST(Freshness, decides_what_is_served) {
  for (const auto event : {std::optional(kNoon - 7h), std::optional(kNoon + 1h), std::optional<TimePoint>()}) {
    EXPECT_EQ(serve(six_hours(OnStale::flag), 5, event, kNoon).value, 5);
    EXPECT_EQ(serve(six_hours(OnStale::fallback), 5, event, kNoon).value, -1);
    EXPECT_EQ(serve(six_hours(OnStale::reject), 5, event, kNoon).value, std::nullopt);
  }
  for (const OnStale any : {OnStale::flag, OnStale::fallback, OnStale::reject})
    EXPECT_EQ(serve(six_hours(any), 5, kNoon - 5h, kNoon).value, 5);
}

struct Told {
  std::optional<TimePoint> event;
  TimePoint now;
};

std::vector<FreshnessFinding> findings(const std::vector<Told>& told, TimePoint now, Duration heartbeat = 0s) {
  const Schema schema = *SchemaBuilder().number("other").number("x").fresh(six_hours()).build();
  FreshnessMonitor monitor(schema, kNoon, heartbeat);
  EXPECT_THAT(monitor.features(), ElementsAre("x"));
  for (const auto& [event, at] : told) static_cast<void>(monitor.observe(0, event, at));
  return monitor.findings(now);
}

TEST(FreshnessMonitor, finds_what_goes_wrong_with_a_stream) {
  const auto one = [](FreshnessProblem problem, std::uint64_t count, Duration duration = 0s) {
    return std::vector<FreshnessFinding>{{"x", problem, count, duration}};
  };
  const struct {
    const char* what;
    std::vector<Told> told;
    TimePoint now;
    std::vector<FreshnessFinding> findings;
  } cases[] = {
      {"fresh", {{kNoon, kNoon}, {kNoon + 60s, kNoon + 61s}}, kNoon + 62s, {}},
      {"stale", {{kNoon - 8h, kNoon}, {kNoon - 7h, kNoon}}, kNoon, one(FreshnessProblem::stale, 2, 8h)},
      {"future", {{kNoon + 1h, kNoon}, {kNoon, kNoon}}, kNoon, one(FreshnessProblem::future, 1)},
      {"no time", {{std::nullopt, kNoon}}, kNoon, one(FreshnessProblem::unknown, 1)},
      {"backward",
       {{kNoon - 1s, kNoon}, {kNoon - 2s, kNoon}, {kNoon, kNoon}},
       kNoon,
       one(FreshnessProblem::backward, 1)},
      {"just not silent", {{kNoon, kNoon}}, kNoon + 10min, {}},
      {"silent", {{kNoon, kNoon + 60s}}, kNoon + 60s + 11min, one(FreshnessProblem::silent, 0, 11min)},
      {"silent from the start", {}, kNoon + 11min, one(FreshnessProblem::silent, 0, 11min)},
      {"clock back", {{kNoon, kNoon + 10s}, {kNoon, kNoon + 5s}}, kNoon + 10s, {{"", FreshnessProblem::clock, 1, 0s}}},
      {"clock back when asked", {{kNoon, kNoon + 10s}}, kNoon, {{"", FreshnessProblem::clock, 1, 0s}}},
  };
  for (const auto& c : cases) EXPECT_EQ(findings(c.told, c.now), c.findings) << c.what;
}

TEST(FreshnessMonitor, is_monitored_itself) {
  EXPECT_THAT(findings({{kNoon, kNoon}}, kNoon + 5min, 5min), IsEmpty());
  EXPECT_THAT(findings({{kNoon, kNoon}}, kNoon + 6min, 5min),
              ElementsAre(FreshnessFinding{"", FreshnessProblem::unheard, 0, 6min}));
}

TEST(FreshnessMonitor, survives_times_at_the_ends_of_their_range) {
  EXPECT_THAT(findings({{TimePoint::min(), TimePoint::max()}, {TimePoint::max(), TimePoint::min()}}, TimePoint::max()),
              testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace leeway::validate
