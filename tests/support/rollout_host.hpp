#ifndef LEEWAY_TESTS_SUPPORT_ROLLOUT_HOST_HPP
#define LEEWAY_TESTS_SUPPORT_ROLLOUT_HOST_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "leeway/rollout/engine.hpp"
#include "support/generator.hpp"

namespace leeway::test {

/// Two stages of five minutes, a guardrail, a signal, a gate.
inline rollout::Policy journal_policy() {
  using namespace std::chrono_literals;
  rollout::Policy policy;
  policy.name = "ranker \"42\"";
  policy.last_known_good = {"41", std::string(64, 'a'), "print"};
  policy.candidate = {"42", std::string(64, 'c'), ""};
  policy.metrics = {{.name = "error", .independent = true},
                    {.name = "revenue", .kind = rollout::MetricKind::mean, .worse = rollout::Worse::lower}};
  policy.rules = {{.name = "errors", .test = rollout::StatisticalTest{.metric = "error", .alpha = ErrorRate(0.05)}},
                  {.name = "income",
                   .effect = rollout::Effect::report,
                   .test = rollout::ThresholdTest{
                       {"revenue", {}}, rollout::Against::ratio, 0.9, rollout::Sustained{std::chrono::minutes(2)}}}};
  policy.stages = {
      {.weight = 0.1, .minimum = 5min, .minimum_ticks = 3},
      {.weight = 0.5, .minimum = 5min, .minimum_ticks = 3, .gate = rollout::Gate{.timeout = 1h, .approvals = 1}}};
  policy.promotion = {{.metric = "error", .margin = 0.02}};
  return policy;
}

/// What such a rollout sees in its minute `number`, wherever its host starts: an answer to every action, an approval
/// in the tenth minute, a member of the fleet now and then, and a candidate that breaks in minute `breaks`.
inline rollout::Tick minute(std::uint64_t number, const std::optional<rollout::Decision>& last,
                            std::uint64_t breaks = 1'000'000) {
  Generator random(number);
  const TimePoint start{std::chrono::seconds(1'767'225'600)};  // 2026-01-01T00:00:00Z
  rollout::Tick tick{.at = start + std::chrono::minutes(static_cast<std::int64_t>(number))};
  const auto report = [&random](double weight, std::uint64_t errors) {
    const auto requests = static_cast<std::uint64_t>(2000 * weight);
    return rollout::ArmReport{
        .weight = weight,
        .readings = {{"error", rollout::Rate{random.below(1 + requests / 100) + errors, requests}},
                     {"revenue", rollout::Mean{requests, random.normal(), random.uniform(100, 200), {}}}}};
  };
  const double weight = last ? last->weight : 0;
  if (weight < 1) tick.baseline.push_back({report(1 - weight, 0)});
  if (weight > 0) tick.candidate.push_back({report(weight, number >= breaks ? 40 : 0)});
  if (number == 10) tick.approvals.push_back({1, "ann", rollout::ApprovalVerdict::approve, "looks good"});
  const bool goes_back = last && (last->phase == rollout::Phase::rolling_back || rollout::is_at_rest(last->phase));
  if (number % 3 == 0)
    tick.fleet.push_back({"host\t" + std::to_string(number % 2), std::string(64, goes_back ? 'a' : 'c')});
  if (last) {
    for (const rollout::Action& action : last->actions) tick.results.push_back({action.id, true, "print"});
  }
  return tick;
}

}  // namespace leeway::test

#endif
