// The whole engine: policy, rules, state machine and journal together.

#include "leeway/rollout/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/host.hpp"

namespace leeway::rollout {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Engine, refuses_a_policy_that_is_not_good) {
  Policy policy = guarded();
  policy.promotion.clear();
  const auto engine = Engine::make(policy);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().where, check(policy).front().where);
}

TEST(Engine, promotes_a_candidate_that_is_as_good) {
  Host host(guarded());
  ASSERT_TRUE(host.run_until(Phase::promoted, 60));
  EXPECT_EQ(host.verbs(), (std::vector<Verb>{Verb::advance, Verb::advance, Verb::promote}));
}

TEST(Engine, rolls_a_bad_candidate_back_and_verifies_it) {
  Host host(guarded());
  host.steps(3);
  host.candidate_errors = 0.2;
  ASSERT_TRUE(host.run_until(Phase::rolling_back, 10));
  EXPECT_EQ(host.last.rule, "errors");
  EXPECT_EQ(host.last.target, host.engine.policy().last_known_good.hash);
  ASSERT_TRUE(host.run_until(Phase::rolled_back, 10));
  EXPECT_EQ(host.last.weight, 0);
}

TEST(Engine, does_not_confuse_the_arms) {
  Host host(guarded());
  host.steps(3);
  host.baseline_errors = 0.2;
  EXPECT_FALSE(host.run_until(Phase::rolling_back, 60)) << "a candidate that is better than its baseline";
}

TEST(Engine, acts_on_twice_the_p99_for_five_minutes_after_five_minutes_and_not_on_a_gap) {
  Policy policy = guarded();
  policy.metrics.push_back({.name = "ms", .kind = MetricKind::distribution, .edges = {60, 100, 200, 400}});
  policy.rules.push_back({.name = "p99",
                          .tier = Tier::immediate,
                          .test = ThresholdTest{{"ms", 0.99}, Against::ratio, 2, Sustained{5min}}});
  Host host(policy);
  const auto slow = [&](bool yes) {
    const Distribution usual{{60, 100, 200, 400}, {500, 500, 0, 0, 0}};
    const Distribution late{{60, 100, 200, 400}, {500, 0, 0, 500, 0}};
    host.extra_baseline = {"ms", usual};
    host.extra_candidate = {"ms", yes ? late : usual};
  };
  slow(false);
  host.steps(3);
  slow(true);
  host.step();
  const TimePoint first = host.now;
  host.steps(2);
  host.extra_candidate.reset();
  host.step();  // no data of the candidate: that minute does not count
  slow(true);
  while (host.last.phase == Phase::canary && host.now < first + 20min) host.step();
  EXPECT_EQ(host.last.rule, "p99");
  EXPECT_GT(host.now - first, 5min) << "longer for the gap";
  EXPECT_LE(host.now - first, 7min);
}

TEST(Engine, takes_ticks_in_order_of_time_and_nothing_else_changes_on_one_that_is_not) {
  Host host(guarded());
  Notes notes;
  host.engine.set_journal(&notes);
  host.steps(2);
  const std::size_t written = notes.lines.size();
  for (const TimePoint at : {host.now, host.now - 1s, TimePoint::max(), TimePoint::min()}) {
    const auto refused = host.engine.step({.at = at});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(refused.error().where, "at");
  }
  EXPECT_EQ(notes.lines.size(), written);
  host.step();
  EXPECT_EQ(host.last.tick, 2u);
}

TEST(Engine, takes_a_tick_as_late_as_can_be) {
  Host host(guarded());
  host.steps(2);
  const auto far = host.engine.step({.at = TimePoint(Duration(std::int64_t{1} << 61))});
  ASSERT_TRUE(far);
  EXPECT_NE(far->verb, Verb::advance);
}

TEST(Engine, decides_the_same_of_the_same_ticks) {
  std::vector<std::string> runs[2];
  for (auto& run : runs) {
    Host host(guarded());
    for (int i = 0; i < 40; ++i) {
      host.candidate_errors = i < 8 ? 0.01 : 0.1;
      run.push_back(text(host.step()));
    }
    EXPECT_EQ(host.last.phase, Phase::rolled_back);
  }
  EXPECT_EQ(runs[0], runs[1]);
}

TEST(Engine, can_be_moved_while_it_runs) {
  Host host(guarded());
  host.steps(4);
  Engine moved = std::move(host.engine);
  host.engine = std::move(moved);
  EXPECT_TRUE(host.run_until(Phase::promoted, 60));
}

// A second attempt is a second engine: what failed the first does not fail it, what approved the first does not count.
TEST(Engine, knows_nothing_of_an_earlier_attempt) {
  Policy policy = guarded();
  policy.stages[1].gate = Gate{.timeout = 60min};
  Host first(policy);
  first.candidate_errors = 0.2;
  ASSERT_TRUE(first.run_until(Phase::rolled_back, 40));
  policy.attempt = 2;
  Host second(policy);
  ASSERT_TRUE(second.run_until(Phase::awaiting_approval, 40));
  Tick tick;
  tick.approvals = {{1, "ann", ApprovalVerdict::approve, "", 1}};
  EXPECT_THAT(second.step(tick).findings, ElementsAre(HasSubstr("it is of another attempt")));
  tick.approvals = {{1, "ann", ApprovalVerdict::approve, "", 2}};
  EXPECT_EQ(second.step(tick).verb, Verb::advance);
}

// Journal

TEST(Engine, writes_the_tick_then_the_decision) {
  Host host(guarded());
  Notes notes;
  host.engine.set_journal(&notes);
  host.steps(2);
  EXPECT_THAT(notes.lines, ElementsAre("tick", "advance", "tick", "continue_stage"));
}

TEST(Engine, does_not_start_on_a_tick_that_was_not_written) {
  Host host(guarded());
  Notes notes;
  host.engine.set_journal(&notes);
  notes.refuse_ticks = true;
  host.step();
  EXPECT_EQ(host.last.phase, Phase::pending);
  EXPECT_EQ(host.last.rule, "journal");
  EXPECT_THAT(host.last.findings, ElementsAre(HasSubstr("journal: tick not written: disk: expected room, found none")));
  notes.refuse_ticks = false;
  EXPECT_EQ(host.step().verb, Verb::advance);
}

TEST(Engine, takes_back_an_advance_that_was_not_written) {
  Host host(guarded());
  Notes notes;
  host.engine.set_journal(&notes);
  notes.refuse_decisions = 1;
  host.step();
  EXPECT_EQ(host.last.phase, Phase::pending);
  EXPECT_TRUE(host.last.actions.empty());
  EXPECT_THAT(notes.lines, ElementsAre("tick", "hold")) << "what was said is what is written";
  notes.refuse_decisions = 2;
  host.step();
  EXPECT_THAT(host.last.findings, ElementsAre(HasSubstr("decision not written"), HasSubstr("nor its replacement")));
  EXPECT_EQ(host.step().verb, Verb::advance);
}

TEST(Engine, rolls_back_whatever_the_journal_says) {
  Host host(guarded());
  Notes notes;
  host.engine.set_journal(&notes);
  host.steps(3);
  notes.refuse_ticks = true;
  notes.refuse_decisions = 1000;
  host.candidate_errors = 0.3;
  ASSERT_TRUE(host.run_until(Phase::rolling_back, 10));
  EXPECT_THAT(host.last.findings, ElementsAre(HasSubstr("tick not written"), HasSubstr("decision not written")));
  EXPECT_TRUE(host.run_until(Phase::rolled_back, 10));
}

}  // namespace
}  // namespace leeway::rollout
