#include "leeway/store/rollout_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/generator.hpp"
#include "support/rollout_ticks.hpp"

namespace leeway::store {
namespace {

using rollout::Tick;
using test::any_tick;
using test::Generator;
using testing::HasSubstr;

/// A source that hands out at most `piece` bytes at a time.
ByteReader bytes_of(std::string text, std::size_t piece = 7) {
  return [text = std::move(text), piece, at = std::size_t{0}](std::span<char> to) mutable -> Result<std::size_t> {
    const std::size_t n = (std::min)({piece, to.size(), text.size() - at});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), n, to.begin());
    at += n;
    return n;
  };
}

struct Outcome {
  std::vector<Tick> ticks;
  std::string error;
};

Outcome read(const std::string& text, std::size_t piece = 7) {
  EventReader reader(bytes_of(text, piece), "e.jsonl");
  Outcome outcome;
  for (;;) {
    auto tick = reader.next();
    if (!tick) outcome.error = to_string(tick.error());
    if (!tick || !*tick) return outcome;
    outcome.ticks.push_back(**std::move(tick));
  }
}

std::string text_of(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks) {
    const auto lines = format_events(tick);
    EXPECT_TRUE(lines) << to_string(lines.error());
    if (lines) text += *lines;
  }
  return text;
}

const std::string kClock = "{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"clock\"}\n";

std::string event(const std::string& members) { return "{\"at\":\"2026-01-01T00:00:00Z\"," + members + "}\n"; }

std::string arm(const std::string& metrics, const std::string& more = "") {
  return event(R"("kind":"arm","arm":"candidate","weight":0.05,)" + more + R"("metrics":{)" + metrics + "}");
}

// ---- round trips

TEST(RolloutEvents, whatever_a_host_can_say_reads_back_to_the_same_text) {
  Generator random(1);
  for (int run = 0; run < 300; ++run) {
    std::vector<Tick> ticks;
    TimePoint at{Duration(static_cast<std::int64_t>(random.bits() % 250'000'000'000'000'000))};
    for (std::size_t i = random.below(4); i > 0; --i) {
      ticks.push_back(any_tick(random, at));
      at += Duration(1 + static_cast<std::int64_t>(random.below(10'000'000)));
    }
    const std::string text = text_of(ticks);
    const Outcome outcome = read(text, 1 + random.below(300));
    ASSERT_EQ(outcome.error, "") << text;
    ASSERT_EQ(outcome.ticks.size(), ticks.size());
    ASSERT_EQ(text_of(outcome.ticks), text);
  }
}

TEST(RolloutEvents, reads_every_kind_into_its_place) {
  const Outcome outcome = read(
      R"({"at":"2026-01-01T00:00:00Z","kind":"arm","arm":"baseline","weight":0.95,"metrics":{
)"
      "",
      100);
  EXPECT_NE(outcome.error, "");  // a line is an event: an event is not two lines
  const Outcome all =
      read(event(R"("kind":"arm","arm":"baseline","weight":0.95,"metrics":{"error":{"events":3,"count":1000}})") +
           arm(R"("revenue":{"count":5,"mean":2.5,"m2":1e-3,"covariate":{"mean":1,"m2":2,"cxy":-3}},)"
               R"("latency_ms":{"edges":[1,2.5],"counts":[1,2,3]},"score":{"values":[0.5,"NaN"]})",
               R"("slice":{"device":"tablet"},)") +
           event(R"("kind":"approval","stage":2,"approver":"ann","verdict":"approve","context":"looked at it")") +
           event(R"("kind":"fleet","member":"host1","artifact":"abc")") +
           event(R"("kind":"action","id":7,"result":"failure","detail":"timed out")") +
           event(R"("kind":"order","order":"rollback","operator":"bob")") + event(R"("kind":"clock")"));
  ASSERT_EQ(all.error, "");
  ASSERT_EQ(all.ticks.size(), 1U);
  const Tick& tick = all.ticks[0];
  EXPECT_EQ(tick.at, TimePoint(std::chrono::seconds(1'767'225'600)));
  ASSERT_EQ(tick.baseline.size(), 1U);
  EXPECT_EQ(tick.baseline[0].value.weight, 0.95);
  EXPECT_EQ(std::get<rollout::Rate>(tick.baseline[0].value.readings.at(0).measurement).events, 3U);
  ASSERT_EQ(tick.candidate.size(), 1U);
  const rollout::ArmReport& report = tick.candidate[0].value;
  EXPECT_EQ(report.slice.at(0), std::pair(std::string("device"), std::string("tablet")));
  EXPECT_EQ(std::get<rollout::Mean>(report.readings.at(0).measurement).covariate->cxy, -3);
  EXPECT_EQ(std::get<rollout::Distribution>(report.readings.at(1).measurement).counts,
            std::vector<std::uint64_t>({1, 2, 3}));
  EXPECT_TRUE(std::isnan(std::get<rollout::Values>(report.readings.at(2).measurement).values.at(1)));
  EXPECT_EQ(tick.approvals.at(0).stage, 2U);
  EXPECT_EQ(tick.approvals.at(0).verdict, rollout::ApprovalVerdict::approve);
  EXPECT_EQ(tick.fleet.at(0).member, "host1");
  EXPECT_EQ(tick.results.at(0).id, 7U);
  EXPECT_FALSE(tick.results.at(0).success);
  EXPECT_EQ(tick.orders.at(0).order, rollout::Order::rollback);
  EXPECT_EQ(tick.orders.at(0).operator_name, "bob");
}

TEST(RolloutEvents, are_written_with_their_members_in_one_order) {
  Tick tick{.at = TimePoint(std::chrono::seconds(1'767'225'600) + Duration(500))};
  EXPECT_EQ(*format_events(tick), "{\"at\":\"2026-01-01T00:00:00.0005Z\",\"kind\":\"clock\"}\n");
  tick.orders.push_back({rollout::Order::pause, "bob", "lunch"});
  tick.candidate.push_back({{.weight = 0.1, .readings = {{"error", rollout::Rate{1, 3}}}}});
  EXPECT_EQ(*format_events(tick),
            R"({"at":"2026-01-01T00:00:00.0005Z","kind":"arm","arm":"candidate","weight":0.1,)"
            R"("metrics":{"error":{"events":1,"count":3}}})"
            "\n"
            R"({"at":"2026-01-01T00:00:00.0005Z","kind":"order","order":"pause","operator":"bob","context":"lunch"})"
            "\n");
}

TEST(RolloutEvents, what_would_not_read_back_is_not_written) {
  Tick tick{.at = TimePoint()};
  tick.fleet.push_back({"host\xFF", "abc"});
  EXPECT_EQ(format_events(tick).error().code, ErrorCode::data);
  tick.fleet[0].member = std::string("host\0", 5);
  EXPECT_EQ(format_events(tick).error().code, ErrorCode::data);
  EXPECT_EQ(format_events(Tick{.at = (TimePoint::max)()}).error().code, ErrorCode::data);
  EXPECT_EQ(format_events(Tick{.at = (TimePoint::min)()}).error().code, ErrorCode::data);
  tick.fleet.clear();
  const rollout::Reading twice{"error", rollout::Rate{}};
  tick.candidate.push_back({{.readings = {twice, twice}}});
  EXPECT_EQ(to_string(format_events(tick).error()), "expected each metric of a report once, found \"error\" twice");
  tick.candidate[0].value = {.slice = {{"device", "a"}, {"device", "b"}}};
  EXPECT_EQ(to_string(format_events(tick).error()), "expected each part of a slice once, found \"device\" twice");
}

// ---- ticks

TEST(RolloutEvents, lines_of_one_time_form_a_tick_however_they_spell_it) {
  const Outcome outcome =
      read(kClock + R"({"at":"2026-01-01T01:00:00.000+01:00","kind":"fleet","member":"a","artifact":"x"})"
                    "\r\n\n"
                    R"({"at":"2026-01-01 00:00","kind":"fleet","member":"b","artifact":"x"})"
                    "\n  \n"
                    R"({"kind":"clock","at":"2026-01-01T00:00:00.000001Z"})");
  ASSERT_EQ(outcome.error, "");
  ASSERT_EQ(outcome.ticks.size(), 2U);
  EXPECT_EQ(outcome.ticks[0].fleet.size(), 2U);
  EXPECT_EQ(outcome.ticks[1].at - outcome.ticks[0].at, Duration(1));
}

TEST(RolloutEvents, time_does_not_go_back) {
  const Outcome outcome = read(kClock + R"({"at":"2026-01-01T00:00:01Z","kind":"clock"})" + "\n" + kClock);
  EXPECT_EQ(outcome.ticks.size(), 1U);
  EXPECT_EQ(outcome.error,
            "e.jsonl:3: at: expected a time not before 2026-01-01T00:00:01Z, that of the line before, found "
            "2026-01-01T00:00:00Z");
}

TEST(RolloutEvents, nothing_is_no_tick) {
  for (const char* text : {"", "\n", "\r\n \n"}) {
    const Outcome outcome = read(text);
    EXPECT_EQ(outcome.error, "");
    EXPECT_TRUE(outcome.ticks.empty());
  }
}

TEST(RolloutEvents, an_error_stays_and_nothing_after_it_is_read) {
  EventReader reader(bytes_of("{}\n" + kClock), "e.jsonl");
  const auto first = reader.next();
  ASSERT_FALSE(first);
  const auto second = reader.next();
  ASSERT_FALSE(second);
  EXPECT_EQ(first.error(), second.error());
}

TEST(RolloutEvents, what_the_source_says_is_passed_on) {
  EventReader reader([](std::span<char>) -> Result<std::size_t> { return Error{ErrorCode::io, "disk gone", ""}; }, "e");
  EXPECT_EQ(to_string(reader.next().error()), "e: disk gone");
  EXPECT_EQ(EventReader::open("no such file").error().code, ErrorCode::not_found);
}

// ---- bad lines

struct Bad {
  std::string line;
  std::string error;
};

TEST(RolloutEvents, a_bad_line_is_named_by_line_and_path) {
  const std::vector<Bad> bad{
      {"{}\n", "at: expected text, found nothing"},
      {"[]\n", "expected a JSON object, found a list"},
      {"null\n", "expected a JSON object, found null"},
      {"{\"at\":\"2026-01-01T00:00:00Z\"}\n", "kind: expected text, found nothing"},
      {"{\"at\":1767225600,\"kind\":\"clock\"}\n", "at: expected text, found 1767225600"},
      {"{\"at\":\"1767225600\",\"kind\":\"clock\"}\n", "at: expected a time such as"},
      {"{\"at\":\"2026-02-30T00:00:00Z\",\"kind\":\"clock\"}\n", "found \"2026-02-30T00:00:00Z\""},
      {"{\"at\":\"0000-01-01T00:00:00+01:00\",\"kind\":\"clock\"}\n", "at: expected a time such as"},
      {event(R"("kind":"clokc")"),
       "kind: expected \"arm\", \"approval\", \"fleet\", \"action\", \"order\" or \"clock\", found \"clokc\""},
      {event(R"("kind":"clock","more":1)"), "expected one of at, kind, found \"more\""},
      {event(R"("kind":"clock","kind":"clock")"), "kind: expected each member once, found it twice"},
      {event(R"("kind":"arm","arm":"control","weight":0,"metrics":{})"),
       "arm: expected \"baseline\" or \"candidate\", found \"control\""},
      {event(R"("kind":"arm","weight":0,"metrics":{})"), "arm: expected text, found nothing"},
      {event(R"("kind":"arm","arm":"baseline","metrics":{})"), "weight: expected a number or \"NaN\", found nothing"},
      {event(R"("kind":"arm","arm":"baseline","weight":null,"metrics":{})"),
       "weight: expected a number or \"NaN\", found null"},
      {event(R"("kind":"arm","arm":"baseline","weight":"nan","metrics":{})"), "weight: expected a number"},
      {event(R"("kind":"arm","arm":"baseline","weight":0)"), "metrics: expected an object, found nothing"},
      {arm("", R"("slice":{"device":1},)"), "slice.device: expected text, found 1"},
      {arm("", R"("slice":[],)"), "slice: expected an object, found a list"},
      {arm(R"("error":3)"), "metrics.error: expected an object, found 3"},
      {arm(R"("error":{})"), "metrics.error: expected a rate, a mean, a distribution or values, found none of them"},
      {arm(R"("error":{"count":5})"), "metrics.error: expected a rate"},
      {arm(R"("error":{"events":3})"), "metrics.error.count: expected a count, found nothing"},
      {arm(R"("error":{"events":3.0,"count":5})"), "metrics.error.events: expected a count, found 3.0"},
      {arm(R"("error":{"events":-3,"count":5})"), "metrics.error.events: expected a count, found -3"},
      {arm(R"("error":{"events":"NaN","count":5})"), "metrics.error.events: expected a count, found \"NaN\""},
      {arm(R"("error":{"events":3,"count":18446744073709551616})"), "metrics.error.count: expected a count"},
      {arm(R"("error":{"events":3,"count":5,"rate":0.6})"),
       "metrics.error: expected one of events, count, found \"rate\""},
      {arm(R"("error":{"events":3,"count":5},"error":{"events":4,"count":5})"),
       "metrics.error: expected each member once, found it twice"},
      {arm(R"("revenue":{"count":5,"mean":1})"), "metrics.revenue.m2: expected a number or \"NaN\", found nothing"},
      {arm(R"("revenue":{"count":5,"mean":null,"m2":1})"),
       "metrics.revenue.mean: expected a number or \"NaN\", found null"},
      {arm(R"("revenue":{"count":5,"mean":1,"m2":1,"covariate":{"mean":1,"m2":1}})"),
       "metrics.revenue.covariate.cxy: expected a number"},
      {arm(R"("p":{"edges":[1,null],"counts":[1,2]})"),
       "metrics.p.edges: expected a list of numbers, found null among them"},
      {arm(R"("p":{"edges":[1],"counts":[1,2.5]})"),
       "metrics.p.counts: expected a list of counts, found 2.5 among them"},
      {arm(R"("p":{"edges":[1]})"), "metrics.p.counts: expected a list of counts, found nothing"},
      {arm(R"("s":{"values":0.5})"), "metrics.s.values: expected a list of numbers, found 0.5"},
      {arm(R"("s":{"values":[true]})"), "found true among them"},
      {arm(R"("s":{"values":[NaN]})"), "expected JSON, found"},
      {arm(R"("s":{"values":[1e999]})"), "expected JSON, found"},
      {event(R"("kind":"approval","stage":-1,"approver":"a","verdict":"approve")"),
       "stage: expected a count, found -1"},
      {event(R"("kind":"approval","stage":0,"approver":"a","verdict":"yes")"),
       "verdict: expected \"approve\" or \"reject\", found \"yes\""},
      {event(R"("kind":"approval","stage":0,"verdict":"approve")"), "approver: expected text, found nothing"},
      {event(R"("kind":"approval","stage":0,"approver":"a","verdict":"approve","attempt":4294967296)"),
       "attempt: expected at most 4294967295, found 4294967296"},
      {event(R"("kind":"fleet","member":"a")"), "artifact: expected text, found nothing"},
      {event(R"("kind":"fleet","member":"a\u0000b","artifact":"c")"), "member: expected text, found \"a\\u0000b\""},
      {arm(R"("error\u0000":{"events":1,"count":3},"error":{"events":2,"count":3})"),
       "metrics: expected names without NUL, found \"error\\u0000\""},
      {event(R"("kind":"action","id":1,"result":true)"), "result: expected text, found true"},
      {event(R"("kind":"action","id":1,"result":"ok")"), "result: expected \"success\" or \"failure\", found \"ok\""},
      {event(R"("kind":"order","order":"promote","operator":"a")"), "order: expected \"start\", "},
      {event(R"("kind":"order","order":"pause")"), "operator: expected text, found nothing"},
      {"{\"at\":\"2026-01-01T00:00:00Z\" \"kind\":\"clock\"}\n", "expected JSON, found"},
      {kClock.substr(0, kClock.size() - 1) + " {}\n", "expected JSON, found"},
      {"{\"at\":\"\xFF\",\"kind\":\"clock\"}\n", "expected JSON, found"},
      {"[[[[[[[[[[[[[[[[[[[[\n", "expected at most 16 levels of nesting, found more"},
  };
  for (const Bad& one : bad) {
    const Outcome outcome = read(kClock + one.line + kClock, 1000);
    EXPECT_TRUE(outcome.ticks.empty()) << one.line;
    EXPECT_TRUE(outcome.error.starts_with("e.jsonl:2: ")) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr(one.error)) << one.line;
    EXPECT_THAT(outcome.error, testing::Not(HasSubstr("line 1"))) << one.line;
  }
}

TEST(RolloutEvents, a_byte_order_mark_is_refused_by_name) {
  for (const char* mark : {"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
    EXPECT_EQ(read(mark + kClock).error, "e.jsonl:1: expected UTF-8 without a byte order mark, found one");
  }
}

TEST(RolloutEvents, a_last_line_that_is_cut_short_is_an_error_that_says_so) {
  const std::string line = arm(R"("error":{"events":3,"count":1000})");
  for (std::size_t cut = 1; cut + 1 < line.size(); ++cut) {
    const Outcome outcome = read(kClock + line.substr(0, cut), 64);
    EXPECT_EQ(outcome.error, "e.jsonl:2: expected a whole line, found the end of the input within it") << cut;
  }
  EXPECT_EQ(read(kClock + line.substr(0, line.size() - 1)).error, "");  // whole but for its line end
}

TEST(RolloutEvents, a_changed_byte_is_an_error_or_another_valid_text_never_a_crash) {
  Generator random(2);
  const std::string text = text_of(test::steady_ticks(4));
  std::size_t refused = 0;
  for (int run = 0; run < 1000; ++run) {
    std::string changed = text;
    changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    const Outcome outcome = read(changed, 512);
    refused += outcome.error.empty() ? 0U : 1U;
    const std::string again = text_of(outcome.ticks);
    EXPECT_EQ(text_of(read(again).ticks), again);
  }
  EXPECT_GT(refused, 600U);
}

}  // namespace
}  // namespace leeway::store
