// The way back: where to, in which steps, and how it is known to have arrived.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rollout/scripted.hpp"

namespace leeway::rollout {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// In the second stage, with a rule that begins to fail.
World failing(const Policy& policy, RuleOf rule) {
  World world(policy);
  EXPECT_TRUE(world.step_to_stage(1));
  world.steps(2);
  world.verdicts[rule] = Verdict::fail;
  return world;
}

std::vector<Step> way_back(World world) {
  std::vector<Step> steps;
  for (int i = 0; i < 20 && world.machine.phase() != Phase::rolled_back; ++i)
    for (const Step step : steps_of(world.step())) steps.push_back(step);
  EXPECT_EQ(world.last.phase, Phase::rolled_back);
  return steps;
}

TEST(Rollback, names_its_rule_its_tier_and_where_it_goes) {
  const Policy policy = ramp();
  World world = failing(policy, kRapid);
  const Decision& back = world.step();
  EXPECT_EQ(back.verb, Verb::rollback);
  EXPECT_EQ(back.phase, Phase::rolling_back);
  EXPECT_EQ(back.rule, "errors");
  EXPECT_EQ(back.tier, Tier::rapid);
  EXPECT_EQ(back.target, kGood);
  EXPECT_EQ(back.weight, 0);
  ASSERT_THAT(steps_of(back), ElementsAre(Step::set_weight));
  EXPECT_EQ(back.actions[0].artifact, kGood);
  EXPECT_EQ(back.actions[0].deadline, world.now + policy.rapid.timeout);
}

TEST(Rollback, takes_the_steps_of_its_tier_and_of_the_models_state) {
  using enum Step;
  const struct {
    RuleOf rule;
    StateHandling state;
    std::vector<Step> steps;
  } cases[] = {
      {kImmediate, StateHandling::stateless, {switch_to_standby, verify}},
      {kImmediate, StateHandling::stateful, {switch_to_standby, restore_checkpoint, verify}},
      {kImmediate, StateHandling::feedback_loop, {switch_to_standby, quarantine_data, verify}},
      {kRapid, StateHandling::stateless, {set_weight, redeploy, clear_caches, restart_sessions, verify}},
      {kRapid,
       StateHandling::stateful,
       {set_weight, redeploy, restore_checkpoint, clear_caches, restart_sessions, verify}},
      {kRapid,
       StateHandling::feedback_loop,
       {set_weight, redeploy, clear_caches, restart_sessions, quarantine_data, verify}},
      {kDelayed, StateHandling::stateless, {set_weight, redeploy, migrate_state, replay_events, verify}},
      {kDelayed,
       StateHandling::stateful,
       {set_weight, redeploy, restore_checkpoint, migrate_state, replay_events, verify}},
      {kDelayed,
       StateHandling::feedback_loop,
       {set_weight, redeploy, migrate_state, replay_events, quarantine_data, verify}},
  };
  for (const auto& each : cases) {
    Policy policy = ramp();
    policy.state = each.state;
    EXPECT_EQ(way_back(failing(policy, each.rule)), each.steps);
  }
}

TEST(Rollback, takes_the_most_urgent_of_several_reasons) {
  const Policy policy = ramp();
  World world = failing(policy, kDelayed);
  world.verdicts[kRapid] = Verdict::fail;
  World ordered = world;
  World crashing = world;
  EXPECT_EQ(world.step().rule, "errors");
  EXPECT_EQ(ordered.step(order(Order::rollback)).rule, "operator");
  EXPECT_EQ(ordered.last.tier, Tier::immediate);
  crashing.verdicts[kImmediate] = Verdict::fail;
  EXPECT_EQ(crashing.step(order(Order::rollback)).rule, "crash") << "the rule says more than the person";
}

TEST(Rollback, wins_over_everything_else_in_its_tick) {
  const Policy policy = ramp();
  World world(policy);
  ASSERT_TRUE(world.step_to_stage(1));
  world.steps(4);
  world.proofs[0] = Verdict::pass;
  world.verdicts[kPauses] = Verdict::fail;
  world.verdicts[kDelayed] = Verdict::fail;
  Tick tick = order(Order::pause);
  tick.orders.push_back({Order::terminate, "olga", ""});
  EXPECT_EQ(world.step(tick).verb, Verb::rollback);
  EXPECT_TRUE(finds(world.last, "order to pause by olga ignored: rolling_back"));
  EXPECT_TRUE(finds(world.last, "order to terminate by olga ignored: rolling_back"));
}

TEST(Rollback, begins_in_the_first_tick_where_that_fails_already) {
  const Policy policy = ramp();
  World world(policy);
  world.verdicts[kImmediate] = Verdict::fail;
  EXPECT_EQ(world.step().phase, Phase::rolling_back);
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::switch_to_standby));
}

TEST(Rollback, from_a_pause_or_before_users_saw_anything_goes_to_the_same_artifact) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  world.step(order(Order::pause));
  world.verdicts[kRapid] = Verdict::fail;
  EXPECT_EQ(world.step().phase, Phase::rolling_back);
  EXPECT_EQ(world.last.target, kGood);
  EXPECT_EQ(world.last.weight, 0);
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::set_weight));

  World promoted(policy);
  promoted.proofs[0] = Verdict::pass;
  ASSERT_TRUE(promoted.step_until(Phase::promoted));
  promoted.step(order(Order::pause));
  promoted.verdicts[kRapid] = Verdict::fail;
  EXPECT_EQ(promoted.step().weight, 1) << "as from the phase that was interrupted";
  EXPECT_THAT(steps_of(promoted.last), ElementsAre(Step::redeploy));
}

// The host may have replaced the baseline by half: no traffic may be sent to it unseen.
TEST(Rollback, from_promoting_moves_no_traffic_before_the_good_artifact_is_verified) {
  const Policy policy = ramp();
  for (const Phase from : {Phase::promoting, Phase::promoted}) {
    World world(policy);
    world.proofs[0] = Verdict::pass;
    ASSERT_TRUE(world.step_until(from));
    world.verdicts[kRapid] = Verdict::fail;
    const Decision& back = world.step();
    EXPECT_EQ(back.phase, Phase::rolling_back);
    EXPECT_EQ(back.target, kGood);
    EXPECT_EQ(back.weight, 1);
    EXPECT_TRUE(finds(back, "the candidate keeps all traffic until the last known good artifact is verified"));
    EXPECT_THAT(steps_of(back), ElementsAre(Step::redeploy));
    EXPECT_EQ(back.actions[0].artifact, kGood);
    ASSERT_TRUE(world.step_until(Phase::rolled_back));
    EXPECT_EQ(world.last.weight, 0);
  }
}

TEST(Rollback, from_promoting_ignores_that_the_promotion_succeeds_after_all) {
  const Policy policy = ramp();
  World world(policy);
  world.proofs[0] = Verdict::pass;
  ASSERT_TRUE(world.step_until(Phase::promoting));
  const std::uint64_t promotion = world.open->id;
  world.answers.reset();
  world.step(order(Order::rollback));
  Tick late;
  late.results = {{promotion, true, ""}};
  EXPECT_TRUE(finds(world.step(late), "ignored: it came twice, or too late"));
  EXPECT_EQ(world.last.phase, Phase::rolling_back);
}

TEST(Rollback, takes_no_answer_from_before_it) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  world.step(order(Order::pause));  // and the host answers: traffic has moved
  world.verdicts[kRapid] = Verdict::fail;
  world.answers.reset();
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::set_weight));
  EXPECT_THAT(steps_of(world.step()), IsEmpty()) << "that one has not been answered";
}

TEST(Rollback, tries_again_then_goes_a_tier_further_then_pages_a_person) {
  const Policy policy = ramp();
  World world = failing(policy, kImmediate);
  world.step();
  world.answers = false;
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::switch_to_standby));
  EXPECT_EQ(world.last.actions[0].attempt, 2u);
  EXPECT_EQ(world.last.verb, Verb::hold);
  EXPECT_TRUE(finds(world.last, "switch_to_standby"));
  world.step();
  EXPECT_EQ(world.last.verb, Verb::rollback) << "another tier is news";
  EXPECT_EQ(world.last.tier, Tier::rapid);
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::set_weight));
  world.steps(2);
  EXPECT_EQ(world.last.tier, Tier::delayed);
  world.step();
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::page_person));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(world.step().phase, Phase::rolling_back);
    EXPECT_TRUE(finds(world.last, "every tier has failed, a person is needed"));
    EXPECT_THAT(steps_of(world.last), ElementsAre(Step::page_person));
  }
  world.answers = true;
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::verify)) << "what a person says is verified as well";
  World wrong = world;
  EXPECT_EQ(world.step().phase, Phase::rolled_back);
  wrong.print = "other";
  EXPECT_EQ(wrong.step().phase, Phase::rolling_back);
  EXPECT_THAT(steps_of(wrong.last), ElementsAre(Step::page_person));
}

TEST(Rollback, waits_until_the_time_of_a_step_is_over) {
  const Policy policy = ramp();
  World world = failing(policy, kRapid);
  world.step();
  world.answers.reset();
  EXPECT_THAT(steps_of(world.steps(9)), IsEmpty());
  EXPECT_TRUE(finds(world.step(), "timed out")) << "ten minutes";
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::set_weight));
  world.interval = 60min;
  world.answers = true;
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::redeploy)) << "an answer with the first tick after it counts";
}

TEST(Rollback, does_not_move_traffic_twice) {
  const Policy policy = ramp();
  World world = failing(policy, kImmediate);
  world.print = "other";
  std::vector<Step> steps;
  for (int i = 0; i < 5; ++i)
    for (const Step step : steps_of(world.step())) steps.push_back(step);
  EXPECT_THAT(steps,
              ElementsAre(Step::switch_to_standby, Step::verify, Step::verify, Step::redeploy, Step::clear_caches));
}

TEST(Rollback, becomes_more_urgent_when_something_worse_happens) {
  const Policy policy = ramp();
  World world = failing(policy, kDelayed);
  world.steps(2);
  world.verdicts[kImmediate] = Verdict::fail;
  EXPECT_EQ(world.step().verb, Verb::rollback);
  EXPECT_EQ(world.last.rule, "crash");
  EXPECT_EQ(world.last.tier, Tier::immediate);
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::switch_to_standby));
  EXPECT_EQ(world.step().verb, Verb::hold) << "once";
  EXPECT_EQ(world.step().phase, Phase::rolled_back);
}

TEST(Rollback, is_verified_by_the_fingerprint) {
  Policy policy = ramp();
  World world = failing(policy, kImmediate);
  world.print = "something else";
  world.steps(3);
  EXPECT_EQ(world.last.phase, Phase::rolling_back);
  EXPECT_TRUE(finds(world.last, "expected the fingerprint print, found something else"));
  world.print = "print";
  EXPECT_EQ(world.step().phase, Phase::rolled_back);

  policy.last_known_good.fingerprint.clear();
  World trusting = failing(policy, kImmediate);
  trusting.steps(3);
  EXPECT_EQ(trusting.last.phase, Phase::rolled_back);
  EXPECT_TRUE(finds(trusting.last, "only the host's word"));
}

TEST(Rollback, is_verified_by_every_member_of_the_fleet) {
  Policy policy = ramp();
  policy.immediate = {5min, 1};
  World world = failing(policy, kImmediate);
  world.step(fleet({{"m1", kGood}, {"m2", kCandidate}}));
  world.step();
  world.step(fleet({{"m1", kGood}}));
  EXPECT_EQ(world.last.phase, Phase::rolling_back) << "verified, but m2 runs the candidate";
  EXPECT_TRUE(finds(world.last, "fleet: 1 of 2 still run the candidate, as m2"));
  World gone = world;
  World stuck = world;
  EXPECT_EQ(world.step(fleet({{"m2", kGood}})).phase, Phase::rolled_back);
  EXPECT_EQ(gone.step(fleet({{"m2", ""}})).phase, Phase::rolled_back) << "or is gone";
  stuck.steps(3);
  EXPECT_EQ(stuck.last.tier, Tier::immediate);
  EXPECT_TRUE(finds(stuck.step(), "not every member of the fleet"));
  EXPECT_EQ(stuck.last.tier, Tier::rapid);
}

TEST(Rollback, believes_no_report_from_before_it) {
  const Policy policy = ramp();
  World world = failing(policy, kImmediate);
  world.step(fleet({{"m1", kGood}}));
  world.steps(2);
  EXPECT_EQ(world.last.phase, Phase::rolling_back) << "m1 may have been given the candidate since";
  EXPECT_EQ(world.step(fleet({{"m1", kGood}})).phase, Phase::rolled_back);
}

TEST(Rollback, does_not_forget_a_member_that_fell_silent_on_the_candidate) {
  Policy policy = ramp();
  policy.silence.after = 2min;
  World world = failing(policy, kImmediate);
  world.step(fleet({{"m1", kGood}, {"m2", kCandidate}}));
  for (int i = 0; i < 30; ++i) EXPECT_NE(world.step(fleet({{"m1", kGood}})).phase, Phase::rolled_back);
}

TEST(Rollback, does_not_forget_a_member_that_had_fallen_silent_on_the_candidate_before) {
  Policy policy = ramp();
  policy.silence.after = 2min;
  World world(policy);
  ASSERT_TRUE(world.step_to_stage(1));
  world.step(fleet({{"m1", kGood}, {"m2", kCandidate}, {"m3", kGood}}));
  for (int i = 0; i < 2; ++i) world.step(fleet({{"m1", kGood}}));
  EXPECT_TRUE(
      finds(world.step(fleet({{"m1", kGood}})), "m2 reports no more: a rollback waits until it is back or gone"));
  EXPECT_TRUE(finds(world.last, "m3 reports no more: it is not counted"));
  EXPECT_FALSE(finds(world.step(fleet({{"m1", kGood}})), "m2")) << "said once";
  world.verdicts[kImmediate] = Verdict::fail;
  for (int i = 0; i < 30; ++i) EXPECT_NE(world.step(fleet({{"m1", kGood}})).phase, Phase::rolled_back);
  World gone = world;
  bool back = false;
  for (int i = 0; i < 5 && !back; ++i)
    back = world.step(fleet({{"m1", kGood}, {"m2", kGood}})).phase == Phase::rolled_back;
  EXPECT_TRUE(back);
  back = false;
  for (int i = 0; i < 5 && !back; ++i) back = gone.step(fleet({{"m1", kGood}, {"m2", ""}})).phase == Phase::rolled_back;
  EXPECT_TRUE(back);
}

Tick with_traffic(double weight) {
  Tick tick;
  tick.candidate = {{{.weight = weight, .slice = {}, .readings = {}}}};
  return tick;
}

TEST(Rollback, is_not_at_its_end_while_the_candidate_reports_traffic) {
  Policy policy = ramp();
  policy.immediate = {5min, 1};
  World world = failing(policy, kImmediate);
  world.reports = false;
  world.steps(2);
  EXPECT_EQ(world.step(with_traffic(0.5)).phase, Phase::rolling_back) << "verified, but half of the traffic is there";
  EXPECT_TRUE(finds(world.last, "verify: the candidate still reports traffic"));
  World stuck = world;
  EXPECT_EQ(world.step(with_traffic(0)).phase, Phase::rolled_back);
  EXPECT_FALSE(finds(world.last, "traffic"));
  EXPECT_TRUE(
      finds(world.step(with_traffic(0.5)), "traffic: the candidate reports a weight of 0.5 where it shall have 0"));
  for (int i = 0; i < 6 && stuck.last.tier == Tier::immediate; ++i) stuck.step(with_traffic(0.5));
  EXPECT_EQ(stuck.last.tier, Tier::rapid);
  EXPECT_THAT(steps_of(stuck.last), ElementsAre(Step::set_weight)) << "it is told again to go";
}

TEST(Rollback, that_rests_on_the_hosts_word_alone_says_so_in_its_last_decision) {
  Policy policy = ramp();
  policy.immediate = {5min, 1};
  policy.last_known_good.fingerprint.clear();
  World world = failing(policy, kImmediate);
  world.reports = false;
  world.steps(2);
  EXPECT_FALSE(finds(world.step(with_traffic(0.5)), "only the host's word"));
  EXPECT_EQ(world.step().phase, Phase::rolled_back);
  EXPECT_TRUE(finds(world.last, "only the host's word"));
}

TEST(Rollback, that_a_person_ends_sends_traffic_back_unless_it_has_gone) {
  const Policy policy = ramp();
  for (const std::optional<bool> answer : {std::optional<bool>(false), std::optional<bool>{}}) {
    World world = failing(policy, kImmediate);
    world.step();
    world.answers = answer;
    EXPECT_EQ(world.step(order(Order::terminate)).phase, Phase::terminated);
    EXPECT_THAT(steps_of(world.last), ElementsAre(Step::set_weight));
    EXPECT_EQ(world.last.actions[0].weight, 0);
    EXPECT_EQ(world.last.actions[0].artifact, kGood);
    world.answers = false;
    EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::set_weight));
    EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::page_person)) << "nor is nobody told";
    world.answers = true;
    EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::set_weight));
    EXPECT_THAT(steps_of(world.step()), IsEmpty());
  }
  World moved = failing(policy, kImmediate);
  moved.steps(2);
  World strays = moved;
  EXPECT_THAT(steps_of(moved.step(order(Order::terminate))), IsEmpty());
  Tick tick = order(Order::terminate);
  tick.candidate = with_traffic(0.5).candidate;
  EXPECT_THAT(steps_of(strays.step(tick)), ElementsAre(Step::set_weight));
}

TEST(Rollback, of_a_promotion_cannot_be_ended_half_way) {
  const Policy policy = ramp();
  for (const Phase from : {Phase::promoting, Phase::promoted}) {
    World world(policy);
    world.proofs[0] = Verdict::pass;
    ASSERT_TRUE(world.step_until(from));
    world.answers = false;
    world.step(order(Order::rollback));
    for (int i = 0; i < 10; ++i) {
      EXPECT_EQ(world.step(order(Order::terminate)).phase, Phase::rolling_back);
      EXPECT_TRUE(finds(world.last, "order to terminate by olga ignored: rolling_back; a promotion is being undone"));
    }
  }
}

TEST(Rollback, can_be_ended_by_a_person_but_then_is_not_verified) {
  const Policy policy = ramp();
  World world = failing(policy, kImmediate);
  world.step();
  EXPECT_EQ(world.step(order(Order::terminate)).phase, Phase::terminated);
  EXPECT_TRUE(finds(world.last, "the rollback was not verified"));
}

// Fleet

TEST(Fleet, with_a_third_artifact_is_a_finding_in_every_phase) {
  const Policy policy = ramp();
  World world(policy);
  const std::string other(64, 'e');
  for (int i = 0; i < 12; ++i) {
    EXPECT_TRUE(finds(world.step(fleet({{"m1", kGood}, {"m2", other}, {"m3", other}, {"m4", kCandidate}})),
                      "fleet: 2 of 4 run neither the candidate nor the last known good artifact, as m2"));
    world.proofs[0] = Verdict::pass;
  }
  EXPECT_EQ(world.last.stage, 0u);
  EXPECT_EQ(world.last.phase, Phase::pending) << "it does not even start";
  for (int i = 0; i < 40 && world.last.phase != Phase::promoted; ++i)
    world.step(fleet({{"m1", kGood}, {"m2", kCandidate}, {"m3", kCandidate}}));
  EXPECT_EQ(world.last.phase, Phase::promoted);
  EXPECT_TRUE(finds(world.last, "fleet: 1 of 4 do not yet run the candidate, as m1"));
  EXPECT_TRUE(finds(world.step(fleet({{"m2", other}})), "fleet: 1 of 4 run neither"));
}

TEST(Fleet, with_a_third_artifact_holds_the_ramp_and_the_promotion) {
  const Policy policy = ramp();
  for (const std::size_t stage : {0u, 1u}) {
    World world(policy);
    ASSERT_TRUE(world.step_to_stage(stage));
    world.proofs[0] = Verdict::pass;
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(world.step(fleet({{"m1", std::string(64, 'e')}})).stage, stage);
      EXPECT_EQ(world.last.verb, Verb::hold);
      EXPECT_EQ(world.last.rule, "host");
    }
    EXPECT_EQ(world.step(fleet({{"m1", kCandidate}})).verb, stage == 0 ? Verb::advance : Verb::promote);
  }
}

TEST(Fleet, that_still_runs_the_candidate_after_a_rollback_is_a_finding) {
  const Policy policy = ramp();
  World world = failing(policy, kImmediate);
  world.step(fleet({{"m1", kGood}, {"m2", kCandidate}}));
  EXPECT_FALSE(finds(world.last, "fleet"));
  world.steps(1);
  ASSERT_EQ(world.step(fleet({{"m1", kGood}, {"m2", kGood}})).phase, Phase::rolled_back);
  EXPECT_THAT(world.last.findings, IsEmpty());
  EXPECT_TRUE(finds(world.step(fleet({{"m2", kCandidate}})), "fleet: 1 of 2 still run the candidate, as m2"));
  EXPECT_TRUE(finds(world.step(), "still run the candidate")) << "until it is over";
}

TEST(Fleet, forgets_members_that_report_no_more) {
  Policy policy = ramp();
  policy.silence.after = 2min;
  World world(policy);
  world.step(fleet({{"m1", std::string(64, 'e')}, {"m2", kGood}}));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(finds(world.step(fleet({{"m2", kGood}})), "1 of 2"));
  world.step(fleet({{"m2", kGood}}));
  EXPECT_TRUE(finds(world.last, "fleet: member m1 reports no more"));
  EXPECT_FALSE(finds(world.last, "run neither"));
}

// Answers

TEST(Answer, that_nobody_waits_for_is_a_finding) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  world.answers.reset();
  Tick tick;
  tick.results = {{1, true, ""}, {1, true, ""}, {99, true, ""}, {0, false, ""}};
  world.step(tick);
  EXPECT_THAT(world.last.findings, ElementsAre("result of action 1 ignored: it came twice, or too late",
                                               "result of action 99 ignored: there is no such action in this attempt",
                                               "result of action 0 ignored: there is no such action in this attempt"));
  tick.results = {{1, false, ""}};
  EXPECT_THAT(world.step(tick).findings, ElementsAre("result of action 1 ignored: it came twice, or too late"));
  EXPECT_THAT(steps_of(world.last), IsEmpty()) << "it has been answered";
}

TEST(Answer, of_two_in_one_tick_the_failure_counts) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  world.answers.reset();
  Tick tick;
  tick.results = {{1, true, ""}, {1, false, ""}};
  world.step(tick);
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::set_weight)) << "once more";
}

TEST(Answer, of_an_earlier_attempt_is_told_apart) {
  Policy policy = ramp();
  World first(policy);
  first.step();
  Policy again = policy;
  again.attempt = 2;
  World second(again);
  second.answers.reset();
  second.reports = false;
  second.step();
  EXPECT_NE(second.last.actions[0].id, first.last.actions[0].id);
  Tick tick;
  tick.results = {{first.last.actions[0].id, true, ""}};
  EXPECT_TRUE(finds(second.step(tick), "there is no such action in this attempt"));
  EXPECT_EQ(second.last.verb, Verb::hold) << "traffic has not moved";
}

}  // namespace
}  // namespace leeway::rollout
