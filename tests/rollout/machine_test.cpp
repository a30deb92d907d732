// The state machine, rule by rule of its own: what moves a rollout forwards, what keeps it, what it asks people.

#include "rollout/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "rollout/scripted.hpp"

namespace leeway::rollout {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Rollout, starts_with_the_first_tick) {
  const Policy policy = ramp();
  World world(policy);
  const Decision& first = world.step();
  EXPECT_EQ(first.verb, Verb::advance);
  EXPECT_EQ(first.phase, Phase::canary);
  EXPECT_EQ(first.stage, 0u);
  EXPECT_EQ(first.weight, 0.05);
  ASSERT_THAT(steps_of(first), ElementsAre(Step::set_weight));
  EXPECT_EQ(first.actions[0].id, 1u);
  EXPECT_EQ(first.actions[0].artifact, kCandidate);
  EXPECT_EQ(first.actions[0].deadline, world.now + policy.immediate.timeout);
}

TEST(Rollout, does_not_start_on_an_order_to_roll_back_until_it_is_told_to) {
  const Policy policy = ramp();
  World world(policy);
  EXPECT_TRUE(finds(world.step(order(Order::rollback)),
                    "order to rollback by olga ignored: pending; it starts only when it is ordered to"));
  EXPECT_EQ(world.steps(5).phase, Phase::pending);
  EXPECT_EQ(world.step(order(Order::start)).phase, Phase::canary);
}

TEST(Rollout, that_is_paused_before_its_start_starts_when_it_is_resumed) {
  const Policy policy = ramp();
  World world(policy);
  EXPECT_EQ(world.step(order(Order::pause)).phase, Phase::paused);
  EXPECT_EQ(world.steps(3).weight, 0);
  EXPECT_EQ(world.step(order(Order::resume)).phase, Phase::canary);
}

TEST(Rollout, advances_after_the_minimum_of_time_and_of_ticks_with_data) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(world.step().verb, Verb::continue_stage) << i;
  const Decision& advance = world.step();  // five minutes after the first tick
  EXPECT_EQ(advance.verb, Verb::advance);
  EXPECT_EQ(advance.stage, 1u);
  EXPECT_EQ(advance.weight, 0.5);
  EXPECT_THAT(steps_of(advance), ElementsAre(Step::set_weight));

  World silent(policy);
  silent.step();
  silent.both_arms = false;
  silent.steps(6);
  silent.both_arms = true;
  EXPECT_EQ(silent.steps(2).stage, 0u);
  EXPECT_EQ(silent.step().stage, 1u) << "the third tick with data";
}

TEST(Rollout, holds_on_whatever_is_no_pass_and_names_it) {
  const Policy policy = ramp();
  for (const Verdict verdict : {Verdict::unknown, Verdict::not_enough_data, Verdict::inconclusive, Verdict::fail})
    for (const std::size_t rule : {kImmediate, kRapid, kDelayed, kPauses, kHolds}) {
      if (verdict == Verdict::fail && rule != kHolds) continue;
      World world(policy);
      world.step();
      world.verdicts[rule] = verdict;
      const Decision& held = world.steps(10);
      EXPECT_EQ(held.verb, Verb::hold);
      EXPECT_EQ(held.rule, policy.rules[rule].name);
      EXPECT_EQ(held.stage, 0u);
      world.verdicts[rule] = Verdict::pass;
      EXPECT_EQ(world.step().verb, Verb::advance) << "the time was not lost";
    }
}

TEST(Rollout, is_not_touched_by_a_rule_that_only_reports) {
  const Policy policy = ramp();
  for (const Verdict verdict : {Verdict::fail, Verdict::unknown}) {
    World world(policy);
    world.verdicts[kReports] = verdict;
    EXPECT_EQ(world.steps(5).verb, Verb::continue_stage);
    EXPECT_EQ(world.step().verb, Verb::advance);
  }
}

TEST(Rollout, advances_only_once_traffic_is_known_to_have_moved) {
  const Policy policy = ramp();
  World world(policy);
  world.reports = false;
  world.answers = false;
  world.step();
  EXPECT_TRUE(finds(world.step(), "set_weight 1 failed"));
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::set_weight));
  EXPECT_EQ(world.last.actions[0].attempt, 2u);
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::page_person)) << "the attempts of the tier are over";
  EXPECT_TRUE(finds(world.last, "set_weight: every attempt has failed, a person is needed"));
  EXPECT_EQ(world.steps(20).stage, 0u);
  EXPECT_EQ(world.last.verb, Verb::hold);
  EXPECT_EQ(world.last.rule, "host");
  EXPECT_THAT(steps_of(world.last), ElementsAre(Step::page_person)) << "until someone answers";
  World seen = world;
  seen.reports = true;
  seen.answers.reset();
  EXPECT_EQ(seen.steps(3).stage, 1u) << "or traffic is seen to have moved";
  world.answers = true;
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::set_weight)) << "a person is there: once more";
  world.steps(3);
  EXPECT_EQ(world.last.stage, 1u) << "three ticks with data where they belong";

  World mute(policy);
  mute.answers.reset();
  EXPECT_TRUE(mute.step_to_stage(1)) << "the reports show the weight: no answer is needed";
  mute.reports = false;
  mute.steps(20);
  EXPECT_TRUE(finds(mute.last, "timed out"));
  EXPECT_EQ(mute.last.verb, Verb::hold);
}

TEST(Rollout, believes_the_host_that_traffic_has_not_moved_after_all) {
  Policy policy = ramp();
  policy.immediate.timeout = 60min;
  World world(policy);
  world.answers.reset();
  world.steps(4);
  world.reports = false;
  world.answers = false;
  world.step();
  world.answers.reset();
  EXPECT_EQ(world.steps(3).verb, Verb::hold);
  EXPECT_EQ(world.last.rule, "host");
  EXPECT_EQ(world.last.stage, 0u);
}

TEST(Rollout, counts_ticks_with_data_of_its_stage_alone_and_not_in_a_pause) {
  Policy policy = ramp();
  for (Stage& stage : policy.stages) stage = {.weight = stage.weight, .minimum_ticks = 5};
  World world(policy);
  world.steps(3);
  world.step(order(Order::pause));
  world.steps(10);
  world.step(order(Order::resume));
  EXPECT_EQ(world.last.stage, 0u);
  world.reports = false;
  world.answers.reset();
  EXPECT_EQ(world.step().stage, 0u);
  EXPECT_EQ(world.step().stage, 1u) << "three before and at the pause, and two after it";
  world.proofs[0] = Verdict::pass;
  EXPECT_EQ(world.steps(10).verb, Verb::hold) << "not known to have moved: no tick of them counts";
  world.reports = true;
  EXPECT_EQ(world.steps(4).verb, Verb::continue_stage);
  EXPECT_EQ(world.step().verb, Verb::promote);
}

TEST(Rollout, sees_that_traffic_has_moved_in_reports_of_whole_arms_alone) {
  Policy policy = ramp();
  World world(policy);
  world.reports = false;
  world.answers.reset();
  world.step();
  Tick slice;
  slice.candidate = {{{.weight = 0.05, .slice = {{"device", "tablet"}}, .readings = {}}}};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(world.step(slice).rule, "host");
  policy.stages[0].phase = Phase::shadow;
  World shadow(policy);
  shadow.reports = false;
  shadow.answers.reset();
  shadow.step();
  Tick copies;
  copies.candidate = {{{.weight = 1, .slice = {}, .readings = {}}}};
  for (int i = 0; i < 5; ++i) shadow.step(copies);
  EXPECT_EQ(shadow.last.stage, 1u) << "copies may have any weight";
}

Tick weighed(double weight, std::vector<std::pair<std::string, std::string>> slice = {}) {
  Tick tick;
  tick.candidate = {{{.weight = weight, .slice = std::move(slice), .readings = {}}}};
  return tick;
}

TEST(Rollout, does_not_count_traffic_that_contradicts_the_stage) {
  const Policy policy = ramp();
  World world(policy);
  ASSERT_TRUE(world.step_to_stage(1));
  world.proofs[0] = Verdict::pass;
  world.reports = false;
  EXPECT_FALSE(finds(world.step(weighed(0.05)), "traffic")) << "the host answers in this tick that it has moved";
  EXPECT_EQ(world.last.rule, "host");
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(world.step(weighed(0.01)).verb, Verb::hold) << "although the host has said so";
    EXPECT_EQ(world.last.rule, "host");
    EXPECT_TRUE(finds(world.last, "traffic: the candidate reports a weight of 0.01 where it shall have 0.5"));
  }
  Tick both = weighed(0.5);
  both.candidate.push_back(weighed(0.05).candidate[0]);
  EXPECT_EQ(world.step(both).rule, "host") << "half of the hosts are not enough";
  EXPECT_EQ(world.step(weighed(std::nan(""))).rule, "host");
  EXPECT_EQ(world.step(weighed(0.5)).verb, Verb::continue_stage) << "the first tick that counts";
  EXPECT_EQ(world.step(weighed(0.5)).verb, Verb::continue_stage);
  EXPECT_EQ(world.step(weighed(0.5)).verb, Verb::promote);
}

TEST(Rollout, can_be_paused_while_the_host_promotes) {
  const Policy policy = ramp();
  World world(policy);
  world.proofs[0] = Verdict::pass;
  ASSERT_TRUE(world.step_until(Phase::promoting));
  world.verdicts[kPauses] = Verdict::fail;
  EXPECT_EQ(world.step().verb, Verb::pause) << "although the host has answered";
  EXPECT_EQ(world.steps(3).phase, Phase::paused);
  EXPECT_EQ(world.step(order(Order::resume)).phase, Phase::promoted);
}

TEST(Rollout, promotes_in_the_tick_that_completes_the_evidence) {
  const Policy policy = ramp();
  World world(policy);
  ASSERT_TRUE(world.step_to_stage(1));
  EXPECT_EQ(world.steps(20).verb, Verb::continue_stage) << "nothing found is no evidence";
  world.proofs[0] = Verdict::pass;
  const Decision& promoted = world.step();
  EXPECT_EQ(promoted.verb, Verb::promote);
  EXPECT_EQ(promoted.phase, Phase::promoting);
  EXPECT_EQ(promoted.weight, 1);
  EXPECT_THAT(steps_of(promoted), ElementsAre(Step::make_standard));
  EXPECT_EQ(world.step().phase, Phase::promoted);
  EXPECT_EQ(world.last.rule, "host");
}

TEST(Rollout, does_not_promote_early_on_evidence_alone) {
  const Policy policy = ramp();
  World world(policy);
  world.proofs[0] = Verdict::pass;
  world.step();
  for (int i = 1; i < 10; ++i) EXPECT_NE(world.step().verb, Verb::promote);
  EXPECT_EQ(world.step().verb, Verb::promote) << "five minutes in each stage";
}

TEST(Rollout, that_the_host_cannot_promote_stays_guarded_and_pages_a_person) {
  const Policy policy = ramp();
  World world(policy);
  world.proofs[0] = Verdict::pass;
  ASSERT_TRUE(world.step_until(Phase::promoting));
  world.answers = false;
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::make_standard));
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::page_person));
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::page_person)) << "again, until someone answers";
  EXPECT_EQ(world.last.phase, Phase::promoting);
  world.answers = true;
  EXPECT_THAT(steps_of(world.step()), ElementsAre(Step::make_standard)) << "the person is there: once more";
  World failing = world;
  EXPECT_EQ(world.step().phase, Phase::promoted);
  failing.verdicts[kRapid] = Verdict::fail;
  EXPECT_EQ(failing.step().phase, Phase::rolling_back);
}

TEST(Rollout, keeps_its_guardrails_after_the_promotion) {
  const Policy policy = ramp();
  World world(policy);
  world.proofs[0] = Verdict::pass;
  ASSERT_TRUE(world.step_until(Phase::promoted));
  world.both_arms = false;  // there is no baseline any more
  world.verdicts[kHolds] = Verdict::unknown;
  EXPECT_EQ(world.steps(1000).phase, Phase::promoted) << "no silence of an arm that is gone";
  world.verdicts[kDelayed] = Verdict::fail;
  EXPECT_EQ(world.step().verb, Verb::rollback);
  EXPECT_EQ(world.last.tier, Tier::delayed);
}

// Orders

TEST(Rollout, goes_on_where_it_was_after_a_pause_and_loses_no_time) {
  const Policy policy = ramp();
  World world(policy);
  world.steps(3);  // two minutes into the stage
  EXPECT_EQ(world.step(order(Order::pause)).verb, Verb::pause);
  EXPECT_EQ(world.last.rule, "operator");
  EXPECT_EQ(world.steps(10).phase, Phase::paused);
  EXPECT_EQ(world.last.weight, 0.05) << "traffic stays";
  EXPECT_EQ(world.step(order(Order::resume)).verb, Verb::continue_stage);
  EXPECT_EQ(world.step().verb, Verb::continue_stage);
  EXPECT_EQ(world.step().verb, Verb::advance) << "three, and two more minutes";
}

TEST(Rollout, that_is_terminated_says_what_becomes_of_traffic) {
  const Policy policy = ramp();
  World world(policy);
  world.proofs[0] = Verdict::pass;
  ASSERT_TRUE(world.step_to_stage(1));
  World in_stage = world;
  const Decision& ended = in_stage.step(order(Order::terminate));
  EXPECT_EQ(ended.phase, Phase::terminated);
  EXPECT_EQ(ended.weight, 0);
  EXPECT_EQ(ended.target, kGood);
  ASSERT_THAT(steps_of(ended), ElementsAre(Step::set_weight));
  EXPECT_EQ(ended.actions[0].artifact, kGood);
  in_stage.answers = false;
  EXPECT_THAT(steps_of(in_stage.step()), ElementsAre(Step::set_weight)) << "until it has gone";
  in_stage.answers = true;
  EXPECT_THAT(steps_of(in_stage.step()), IsEmpty());
  World mute = world;
  mute.answers.reset();
  mute.step(order(Order::terminate));
  EXPECT_THAT(steps_of(mute.step()), ElementsAre(Step::set_weight)) << "nor is silence an answer";

  ASSERT_TRUE(world.step_until(Phase::promoting));
  World half = world;
  half.answers.reset();
  EXPECT_TRUE(finds(half.step(order(Order::terminate)), "order to terminate by olga ignored: promoting"));
  EXPECT_EQ(half.last.phase, Phase::promoting) << "neither the one nor the other serves for sure";

  ASSERT_TRUE(world.step_until(Phase::promoted));
  world.step(order(Order::terminate));
  EXPECT_EQ(world.last.phase, Phase::terminated);
  EXPECT_EQ(world.last.weight, 1) << "it is the standard";
  EXPECT_EQ(world.last.target, kCandidate);
  EXPECT_THAT(steps_of(world.last), IsEmpty());
}

TEST(Rollout, at_rest_obeys_nobody) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  world.step(order(Order::terminate));
  for (const Order any : {Order::start, Order::pause, Order::resume, Order::rollback, Order::terminate}) {
    EXPECT_TRUE(finds(world.step(order(any)), "ignored: terminated"));
    EXPECT_EQ(world.last.phase, Phase::terminated) << "a new attempt is a new engine";
  }
}

// Rules that pause

TEST(PausingRule, waits_for_a_person_and_believes_them) {
  const Policy policy = ramp();
  World world(policy);
  world.step();
  world.verdicts[kPauses] = Verdict::fail;
  EXPECT_EQ(world.step().verb, Verb::pause);
  EXPECT_EQ(world.last.rule, "odd");
  EXPECT_EQ(world.steps(5).phase, Phase::paused);
  EXPECT_EQ(world.step(order(Order::resume)).phase, Phase::canary);
  EXPECT_EQ(world.steps(10).verb, Verb::hold) << "it still fails: no step forwards";
  EXPECT_EQ(world.last.stage, 0u);
  world.verdicts[kPauses] = Verdict::pass;
  world.step();
  world.verdicts[kPauses] = Verdict::fail;
  EXPECT_EQ(world.step().verb, Verb::pause) << "it was over, and is back";
}

// Gates

Policy gated() {
  Policy policy = ramp();
  policy.stages[1].gate = Gate{.timeout = 30min, .on_timeout = OnTimeout::hold, .approvals = 2};
  return policy;
}

World at_gate(const Policy& policy) {
  World world(policy);
  EXPECT_TRUE(world.step_until(Phase::awaiting_approval));
  return world;
}

TEST(Gate, asks_once_its_stage_could_begin) {
  const Policy policy = gated();
  World world = at_gate(policy);
  EXPECT_EQ(world.last.verb, Verb::ask_approval);
  EXPECT_EQ(world.last.stage, 0u);
  EXPECT_EQ(world.last.weight, 0.05);
  EXPECT_EQ(world.step().verb, Verb::hold);
  EXPECT_EQ(world.last.rule, "gate");
}

TEST(Gate, opens_to_enough_different_people) {
  const Policy policy = gated();
  World world = at_gate(policy);
  EXPECT_EQ(world.step(approval(1, "ann")).phase, Phase::awaiting_approval);
  EXPECT_TRUE(finds(world.step(approval(1, "ann")), "approval of stage 1 by ann ignored: the same person"));
  EXPECT_EQ(world.last.phase, Phase::awaiting_approval);
  EXPECT_EQ(world.step(approval(1, "bob")).verb, Verb::advance);
  EXPECT_EQ(world.last.stage, 1u);
}

TEST(Gate, does_not_count_what_is_not_meant_for_it) {
  const Policy policy = gated();
  World world(policy);
  world.step();
  EXPECT_TRUE(finds(world.step(approval(1, "ann")), "no gate is open")) << "before anybody asked";
  world = at_gate(policy);
  EXPECT_TRUE(finds(world.step(approval(0, "ann")), "the gate is that of another stage"));
  EXPECT_TRUE(finds(world.step(approval(2, "ann")), "the gate is that of another stage"));
  EXPECT_TRUE(finds(world.step(approval(1, "ann", ApprovalVerdict::approve, 7)), "it is of another attempt"));
  EXPECT_TRUE(finds(world.step(approval(1, "")), "it names nobody"));
  EXPECT_TRUE(finds(world.step(approval(0, "ann", ApprovalVerdict::reject)), "rejection of stage 0 by ann ignored"));
  EXPECT_EQ(world.step(approval(1, "bob")).phase, Phase::awaiting_approval) << "the first that counts";
}

TEST(Gate, that_is_passed_still_needs_the_stage_to_be_good) {
  const Policy policy = gated();
  World world = at_gate(policy);
  world.step(approval(1, "ann"));
  world.verdicts[kHolds] = Verdict::unknown;
  EXPECT_EQ(world.step(approval(1, "bob")).verb, Verb::hold);
  EXPECT_EQ(world.last.phase, Phase::canary);
  EXPECT_EQ(world.last.stage, 0u);
  world.verdicts[kHolds] = Verdict::pass;
  EXPECT_EQ(world.step().stage, 1u) << "nobody is asked twice";
}

TEST(Gate, asks_again_after_a_pause) {
  const Policy policy = gated();
  World world = at_gate(policy);
  world.step(approval(1, "ann"));
  EXPECT_EQ(world.step(order(Order::pause)).phase, Phase::paused);
  EXPECT_TRUE(finds(world.step(approval(1, "bob")), "no gate is open"));
  EXPECT_EQ(world.step(order(Order::resume)).verb, Verb::ask_approval);
  world.step(approval(1, "bob"));
  EXPECT_EQ(world.last.phase, Phase::awaiting_approval) << "what was said before the pause is over";
}

TEST(Gate, that_was_passed_asks_again_after_a_pause_as_well) {
  const Policy policy = gated();
  World world = at_gate(policy);
  world.verdicts[kHolds] = Verdict::unknown;
  world.step(approval(1, "ann"));
  world.step(approval(1, "bob"));
  world.step(order(Order::pause));
  world.verdicts[kHolds] = Verdict::pass;
  EXPECT_EQ(world.step(order(Order::resume)).verb, Verb::ask_approval);
}

TEST(Gate, and_a_pause_at_it_take_no_time_from_the_stage) {
  Policy policy = gated();
  policy.stages[0].deadline = 10min;
  policy.stages[0].on_deadline = OnTimeout::rollback;
  World world = at_gate(policy);
  world.steps(20);
  world.step(order(Order::pause));
  world.steps(5);
  world.verdicts[kHolds] = Verdict::unknown;
  EXPECT_EQ(world.step(order(Order::resume)).phase, Phase::canary) << "five minutes of ten have passed";
  EXPECT_EQ(world.steps(4).phase, Phase::canary);
  EXPECT_EQ(world.step().verb, Verb::rollback);
}

TEST(Gate, is_no_way_around_for_a_resume) {
  const Policy policy = gated();
  World world = at_gate(policy);
  EXPECT_TRUE(finds(world.step(order(Order::resume)), "order to resume by olga ignored: awaiting_approval"));
  EXPECT_EQ(world.last.phase, Phase::awaiting_approval);
}

TEST(Gate, rejected_rolls_back) {
  const Policy policy = gated();
  World world = at_gate(policy);
  world.step(approval(1, "ann"));
  Tick tick = approval(1, "bob");
  tick.approvals.push_back({1, "ann", ApprovalVerdict::reject, "on second thoughts", 1});
  EXPECT_EQ(world.step(tick).verb, Verb::rollback) << "two approvals do not outvote it";
  EXPECT_EQ(world.last.rule, "approval");
}

TEST(Gate, never_delays_a_rollback) {
  const Policy policy = gated();
  World world = at_gate(policy);
  World ordered = world;
  world.verdicts[kImmediate] = Verdict::fail;
  Tick both = approval(1, "ann");
  both.approvals.push_back({1, "bob", ApprovalVerdict::approve, "", 1});
  EXPECT_EQ(world.step(both).phase, Phase::rolling_back);
  EXPECT_EQ(ordered.step(order(Order::rollback)).phase, Phase::rolling_back);
}

TEST(Gate, whose_time_is_over_does_as_its_policy_says) {
  for (const OnTimeout effect : {OnTimeout::hold, OnTimeout::pause, OnTimeout::rollback}) {
    Policy policy = gated();
    policy.stages[1].gate->on_timeout = effect;
    World world = at_gate(policy);
    EXPECT_EQ(world.steps(29).phase, Phase::awaiting_approval);
    world.step();
    EXPECT_EQ(world.last.rule, "gate");
    if (effect == OnTimeout::hold) {
      EXPECT_TRUE(finds(world.last, "gate: the time is over"));
      world.step(approval(1, "ann"));
      EXPECT_EQ(world.step(approval(1, "bob")).verb, Verb::advance) << "late is better than never";
    } else {
      EXPECT_EQ(world.last.phase, effect == OnTimeout::pause ? Phase::paused : Phase::rolling_back);
    }
    if (effect == OnTimeout::pause) {
      EXPECT_EQ(world.step(order(Order::resume)).verb, Verb::ask_approval) << "and the time starts anew";
      EXPECT_EQ(world.steps(29).phase, Phase::awaiting_approval);
    }
  }
}

TEST(Gate, is_not_passed_by_approvals_that_come_too_late) {
  for (const OnTimeout effect : {OnTimeout::hold, OnTimeout::pause, OnTimeout::rollback}) {
    for (const Duration late : {Duration(30min), Duration(30min + 1us), Duration(6h)}) {
      Policy policy = gated();
      policy.stages[1].gate->on_timeout = effect;
      World world = at_gate(policy);
      world.interval = late;
      Tick tick = approval(1, "ann");
      tick.approvals.push_back({1, "bob", ApprovalVerdict::approve, "", 1});
      const Decision& decision = world.step(tick);
      EXPECT_EQ(decision.verb == Verb::advance, effect == OnTimeout::hold);
      EXPECT_EQ(finds(decision, "approval of stage 1 by ann ignored: the time of the gate is over"),
                effect != OnTimeout::hold);
      EXPECT_EQ(decision.verb == Verb::rollback, effect == OnTimeout::rollback);
    }
  }
  Policy policy = gated();
  policy.stages[1].gate->on_timeout = OnTimeout::rollback;
  World world = at_gate(policy);
  world.interval = 30min - 1us;
  Tick tick = approval(1, "ann");
  tick.approvals.push_back({1, "bob", ApprovalVerdict::approve, "", 1});
  EXPECT_EQ(world.step(tick).phase, Phase::canary) << "in time";
}

TEST(Gate, may_stand_before_the_first_stage_and_before_the_promotion) {
  Policy policy = ramp();
  policy.stages[0].gate = policy.promotion_gate = Gate{.timeout = 30min};
  World world(policy);
  EXPECT_EQ(world.step().verb, Verb::ask_approval);
  EXPECT_EQ(world.last.weight, 0);
  EXPECT_EQ(world.step(approval(0, "ann")).verb, Verb::advance);
  world.proofs[0] = Verdict::pass;
  ASSERT_TRUE(world.step_until(Phase::awaiting_approval));
  EXPECT_EQ(world.last.stage, 1u);
  World lost = world;
  lost.proofs[0] = Verdict::unknown;
  EXPECT_NE(lost.step(approval(2, "ann")).phase, Phase::promoting) << "approved, but not proved any more";
  EXPECT_EQ(world.step(approval(2, "ann")).verb, Verb::promote);
}

// Deadlines and silence

TEST(Deadline, does_as_its_policy_says_and_never_promotes) {
  for (const OnTimeout effect : {OnTimeout::hold, OnTimeout::pause, OnTimeout::rollback}) {
    Policy policy = ramp();
    policy.stages[1].deadline = 20min;
    policy.stages[1].on_deadline = effect;
    World world(policy);
    ASSERT_TRUE(world.step_to_stage(1));
    EXPECT_EQ(world.steps(19).verb, Verb::continue_stage);
    world.step();
    EXPECT_EQ(world.last.rule, "deadline");
    if (effect == OnTimeout::hold) {
      EXPECT_EQ(world.last.verb, Verb::hold);
      EXPECT_TRUE(finds(world.last, "deadline: the time is over"));
    } else {
      EXPECT_EQ(world.last.phase, effect == OnTimeout::pause ? Phase::paused : Phase::rolling_back);
    }
    if (effect == OnTimeout::pause) {
      EXPECT_EQ(world.step(order(Order::resume)).verb, Verb::continue_stage) << "as much time again";
      EXPECT_EQ(world.steps(19).verb, Verb::continue_stage);
      EXPECT_EQ(world.step().verb, Verb::pause);
    }
  }
}

TEST(Deadline, is_none_for_a_stage_that_is_done_or_interrupted) {
  Policy policy = ramp();
  policy.stages[0].deadline = 5min;
  policy.stages[0].on_deadline = OnTimeout::rollback;
  World world(policy);
  world.steps(3);
  World away = world;
  EXPECT_EQ(world.steps(3).verb, Verb::advance) << "done with the very deadline";
  away.step(order(Order::pause));
  EXPECT_EQ(away.steps(30).phase, Phase::paused);
  away.step(order(Order::resume));
  EXPECT_EQ(away.steps(2).verb, Verb::advance);
}

TEST(Silence, does_as_its_policy_says) {
  for (const OnTimeout effect : {OnTimeout::hold, OnTimeout::pause, OnTimeout::rollback}) {
    Policy policy = ramp();
    policy.silence = {15min, effect};
    World world(policy);
    ASSERT_TRUE(world.step_to_stage(1));
    world.proofs[0] = Verdict::pass;
    world.both_arms = false;
    EXPECT_EQ(world.steps(14).phase, Phase::canary);
    world.step();
    EXPECT_EQ(world.last.phase, effect == OnTimeout::hold    ? Phase::canary
                                : effect == OnTimeout::pause ? Phase::paused
                                                             : Phase::rolling_back);
    EXPECT_EQ(world.last.rule, "silence");
    if (effect == OnTimeout::hold) {
      EXPECT_TRUE(finds(world.last, "silence: the time is over"));
    }
  }
}

TEST(Silence, begins_with_the_rollout_and_anew_when_a_person_resumes) {
  Policy policy = ramp();
  World world(policy);
  world.now += std::chrono::hours(24 * 365);
  world.both_arms = false;
  EXPECT_EQ(world.steps(15).phase, Phase::canary);
  EXPECT_EQ(world.step().verb, Verb::pause);
  EXPECT_EQ(world.step(order(Order::resume)).phase, Phase::canary);
  EXPECT_EQ(world.steps(14).phase, Phase::canary);
  EXPECT_EQ(world.step().verb, Verb::pause);
}

TEST(Silence, goes_on_through_an_approval) {
  Policy policy = gated();
  policy.silence = {15min, OnTimeout::rollback};
  World world = at_gate(policy);
  world.both_arms = false;
  world.steps(9);
  Tick tick = approval(1, "ann");
  tick.approvals.push_back({1, "bob", ApprovalVerdict::approve, "", 1});
  world.step(tick);
  EXPECT_EQ(world.steps(4).phase, Phase::canary);
  EXPECT_EQ(world.step().verb, Verb::rollback);
}

TEST(Silence, in_a_pause_is_one_as_well) {
  Policy policy = ramp();
  policy.silence = {15min, OnTimeout::rollback};
  World world(policy);
  world.step();
  world.step(order(Order::pause));
  world.both_arms = false;
  EXPECT_EQ(world.steps(14).phase, Phase::paused);
  EXPECT_EQ(world.step().verb, Verb::rollback);
}

TEST(Timeouts, that_come_together_do_the_strictest) {
  for (const auto& [silence, deadline] :
       {std::pair(OnTimeout::hold, OnTimeout::pause), std::pair(OnTimeout::pause, OnTimeout::hold)}) {
    Policy policy = ramp();
    policy.silence = {10min, silence};
    policy.stages[0].deadline = 10min;
    policy.stages[0].on_deadline = deadline;
    World world(policy);
    world.both_arms = false;
    EXPECT_EQ(world.steps(10).verb, Verb::continue_stage);
    EXPECT_EQ(world.step().verb, Verb::pause);
    EXPECT_EQ(world.last.rule, silence == OnTimeout::pause ? "silence" : "deadline");
  }
}

// A stage of another kind

TEST(Shadow, moves_no_live_traffic_and_blue_green_moves_all_at_once) {
  Policy policy = ramp();
  policy.stages = {{.phase = Phase::shadow, .weight = 0.2, .minimum = 5min},
                   {.phase = Phase::pre_switch, .minimum = 5min},
                   {.phase = Phase::switched, .minimum = 5min}};
  World world(policy);
  EXPECT_EQ(world.step().phase, Phase::shadow);
  EXPECT_EQ(world.last.weight, 0) << "copies are no traffic";
  EXPECT_EQ(world.steps(5).phase, Phase::pre_switch);
  EXPECT_EQ(world.last.weight, 0);
  EXPECT_EQ(world.steps(5).phase, Phase::switched);
  EXPECT_EQ(world.last.weight, 1);
  world.proofs[0] = Verdict::pass;
  EXPECT_EQ(world.steps(5).phase, Phase::promoting);
}

TEST(Rollout, of_stages_that_go_backwards_holds) {
  Policy policy = ramp();
  policy.stages[1].phase = Phase::shadow;
  World world(policy);
  EXPECT_TRUE(finds(world.steps(10), "no begin_shadow from canary"));
  EXPECT_EQ(world.last.verb, Verb::hold);
}

// A journal that fails

TEST(Journal, that_lost_the_tick_withholds_what_goes_forwards_and_nothing_else) {
  const Policy policy = ramp();
  World world(policy);
  world.journal = false;
  EXPECT_EQ(world.steps(3).phase, Phase::pending);
  EXPECT_EQ(world.last.rule, "journal");
  world.journal = true;
  EXPECT_EQ(world.step().phase, Phase::canary);
  world.steps(4);
  world.journal = false;
  EXPECT_EQ(world.step().verb, Verb::hold);
  EXPECT_EQ(world.last.rule, "journal");
  World failing = world;
  world.journal = true;
  EXPECT_EQ(world.step().verb, Verb::advance);
  failing.verdicts[kRapid] = Verdict::fail;
  EXPECT_EQ(failing.step().verb, Verb::rollback);
}

TEST(Journal, that_lost_the_decision_takes_a_step_forwards_back) {
  const Policy policy = ramp();
  World world(policy);
  world.steps(5);
  World kept = world;
  Decision decision = world.step();
  ASSERT_EQ(decision.verb, Verb::advance);
  EXPECT_TRUE(world.machine.withhold(decision));
  EXPECT_EQ(decision.verb, Verb::hold);
  EXPECT_EQ(decision.rule, "journal");
  EXPECT_EQ(decision.stage, 0u);
  EXPECT_EQ(decision.weight, 0.05);
  EXPECT_THAT(decision.actions, IsEmpty());
  world.last = decision;
  world.open.reset();
  EXPECT_EQ(world.step().verb, Verb::advance) << "a tick later";
  EXPECT_EQ(world.last.actions[0].id, kept.step().actions[0].id) << "what nobody was told is no action";

  world.verdicts[kRapid] = Verdict::fail;
  decision = world.step();
  EXPECT_FALSE(world.machine.withhold(decision));
  EXPECT_EQ(decision.verb, Verb::rollback);
}

}  // namespace
}  // namespace leeway::rollout
