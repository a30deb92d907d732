// Where other systems let a bad or an unmeasured candidate pass. Each is a test here: what is not known is no pass, and
// only evidence promotes.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "rollout/host.hpp"

namespace leeway::rollout {
namespace {

using namespace test;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool promotes(Host& host, int ticks = 200) {
  for (int i = 0; i < ticks; ++i)
    if (host.step().verb == Verb::promote) return true;
  return false;
}

// A guardrail and evidence on a mean, by a threshold that a NaN is never beyond.
Policy on_a_mean() {
  Policy policy = guarded();
  policy.metrics.push_back({.name = "revenue", .kind = MetricKind::mean, .worse = Worse::lower});
  policy.rules.push_back(
      {.name = "revenue", .test = ThresholdTest{{"revenue", {}}, Against::ratio, 0.9, Consecutive{1}}});
  return policy;
}

Verdict verdict_of(const Decision& decision, const std::string& rule) {
  for (const Reason& reason : decision.reasons)
    if (reason.rule == rule) return reason.verdict;
  return Verdict::fail;
}

// 1. A metric whose judgement fails is left out, and the rest scores 100.
TEST(FailOpen, a_metric_that_cannot_be_judged_is_no_pass) {
  Host host(on_a_mean());
  host.extra_baseline = {"revenue", Mean{100, 5, 10}};
  host.extra_candidate = {"revenue", Mean{100, 5, -10}};  // no sum of squares
  EXPECT_FALSE(promotes(host));
  EXPECT_EQ(verdict_of(host.last, "revenue"), Verdict::unknown);
  EXPECT_EQ(host.last.verb, Verb::hold);
  EXPECT_EQ(host.last.rule, "revenue");
}

// 2. An empty series is replaced by zeros, which are equal, so it passes.
TEST(FailOpen, an_empty_metric_is_no_pass) {
  Host host(on_a_mean());
  EXPECT_FALSE(promotes(host)) << "never reported";
  host.extra_baseline = host.extra_candidate = {"revenue", Mean{}};
  EXPECT_FALSE(promotes(host)) << "reported without a value";
  EXPECT_NE(verdict_of(host.last, "revenue"), Verdict::pass);
  EXPECT_EQ(host.last.stage, 0u);
}

// 3. Noise is drawn where both arms are constant: the same data, another verdict.
TEST(FailOpen, constant_arms_give_the_same_verdict_every_time) {
  std::string first;
  for (int run = 0; run < 5; ++run) {
    Host host(on_a_mean());
    host.extra_baseline = host.extra_candidate = {"revenue", Mean{100, 5, 0}};
    std::string all;
    for (int i = 0; i < 30; ++i) all += text(host.step()) + "\n";
    if (run == 0) first = all;
    EXPECT_EQ(all, first);
  }
}

// 4. A NaN is not beyond the limit, so the condition for a failure is not met, so it is a success.
TEST(FailOpen, nan_is_no_pass) {
  for (const bool in_candidate : {true, false}) {
    Host host(on_a_mean());
    host.extra_baseline = {"revenue", Mean{100, in_candidate ? 5 : kNaN, 10}};
    host.extra_candidate = {"revenue", Mean{100, in_candidate ? kNaN : 5, 10}};
    EXPECT_FALSE(promotes(host));
    EXPECT_EQ(verdict_of(host.last, "revenue"), Verdict::unknown);
  }
}

// 5. What is ended early counts as a success, even without a measurement.
TEST(FailOpen, what_is_ended_early_is_no_success) {
  for (const int ticks : {0, 1, 7}) {
    Host host(guarded());
    host.steps(ticks);
    Tick tick;
    tick.orders = {{Order::terminate, "olga", ""}};
    EXPECT_EQ(host.step(tick).phase, Phase::terminated);
    EXPECT_EQ(host.last.weight, 0);
    EXPECT_FALSE(promotes(host));
    EXPECT_EQ(host.last.phase, Phase::terminated);
  }
}

// 6. Errors do not count as measurements, so a run of errors alone succeeds.
TEST(FailOpen, a_rollout_of_errors_alone_never_succeeds) {
  Policy policy = guarded();
  policy.silence.effect = OnTimeout::hold;
  Host host(policy);
  host.requests = 0;
  EXPECT_FALSE(promotes(host));
  EXPECT_EQ(host.last.stage, 0u);
  host.silent = true;
  EXPECT_FALSE(promotes(host));
  EXPECT_EQ(host.last.stage, 0u);
  EXPECT_EQ(host.last.verb, Verb::hold);
}

// 7. What is inconclusive when the time is over is shipped.
TEST(FailOpen, the_end_of_the_time_is_no_evidence) {
  for (const OnTimeout effect : {OnTimeout::hold, OnTimeout::pause, OnTimeout::rollback}) {
    Policy policy = guarded();
    policy.promotion[0].margin = 1e-4;  // more than so few requests can show
    policy.stages[1].deadline = 30min;
    policy.stages[1].on_deadline = effect;
    Host host(policy);
    host.requests = 200;
    EXPECT_FALSE(promotes(host));
    EXPECT_EQ(host.last.phase, effect == OnTimeout::hold    ? Phase::canary
                               : effect == OnTimeout::pause ? Phase::paused
                                                            : Phase::rolled_back);
  }
}

// 8. A guardrail that is lost early in a long stage waits for the end of the stage.
TEST(FailOpen, a_guardrail_does_not_wait_for_a_stage) {
  Policy policy = guarded();
  policy.stages[0].minimum = 12h;
  policy.stages[0].minimum_ticks = 700;
  Host host(policy);
  host.candidate_errors = 0.5;
  EXPECT_TRUE(host.run_until(Phase::rolling_back, 5));
}

// 9. The arms are swapped, and a better candidate is rolled back, a worse one shipped.
TEST(FailOpen, the_arms_cannot_be_swapped) {
  static_assert(!std::is_convertible_v<Baseline<ArmReport>, Candidate<ArmReport>>);
  static_assert(!std::is_convertible_v<Candidate<ArmReport>, Baseline<ArmReport>>);
  static_assert(!std::is_assignable_v<decltype(Tick::baseline)&, decltype(Tick::candidate)>);
  Host worse(guarded());
  worse.candidate_errors = 0.1;
  EXPECT_TRUE(worse.run_until(Phase::rolled_back, 30));
  Host better(guarded());
  better.baseline_errors = 0.1;
  EXPECT_TRUE(better.run_until(Phase::promoted, 60));
}

}  // namespace
}  // namespace leeway::rollout
