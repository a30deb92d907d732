#include "rollout/evaluator.hpp"

#include <algorithm>
#include <string_view>

#include "rollout/number_text.hpp"
#include "rollout/readings.hpp"
#include "rollout/rule_state.hpp"
#include "rollout/slices.hpp"
#include "rollout/tick_clock.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr std::size_t kMostIgnored = 16;  // names in one tick

MetricIndex index_of(const Policy& policy) {
  MetricIndex index;
  for (const Metric& metric : policy.metrics) index.add(metric);
  return index;
}

// As new, but with its name and its buffers.
void clear(Reason& reason) {
  reason.verdict = Verdict::unknown;
  reason.value.reset();
  reason.threshold.reset();
  reason.log_e_value.reset();
  reason.test = {};
  reason.baseline_count = reason.candidate_count = reason.failing_ticks = 0;
  reason.detail.clear();
}

}  // namespace

struct Evaluator::State {
  explicit State(const Policy& policy)
      : index(index_of(policy)), readings(index), slices(policy), clock(policy.tick) {
    const RuleContext context{policy, index, slices};
    for (const Rule& rule : policy.rules) {
      rules.push_back(std::visit([&](const auto& test) { return make_state(test, context); }, rule.test));
      rule_reasons.push_back({rule.name});
    }
    for (const NonInferiority& evidence : policy.promotion) {
      promotion.push_back(make_state(evidence, context));
      promotion_reasons.push_back({"promotion:" + evidence.metric});
    }
  }

  void read(const Tick& tick) {
    readings.clear();
    slices.clear();
    unknown.clear();
    for (const auto& report : tick.baseline) read(Arm::baseline, report.value);
    for (const auto& report : tick.candidate) read(Arm::candidate, report.value);
  }

  void read(Arm arm, const ArmReport& report) {
    if (report.slice.empty())
      readings.add(arm, report, unknown);
    else
      slices.add(arm, report, index, unknown);
  }

  void judge(const Sight& sight) {
    for (std::size_t i = 0; i < rules.size(); ++i) judge(*rules[i], sight, rule_reasons[i]);
    for (std::size_t i = 0; i < promotion.size(); ++i) judge(*promotion[i], sight, promotion_reasons[i]);
  }

  static void judge(RuleState& rule, const Sight& sight, Reason& reason) {
    clear(reason);
    rule.judge(sight, reason);
  }

  void say_what_was_ignored();
  void ignore_metric(std::string_view name);
  std::string& next_ignored();

  MetricIndex index;
  Readings readings;
  SliceTable slices;
  TickClock clock;
  std::vector<std::unique_ptr<RuleState>> rules;
  std::vector<std::unique_ptr<RuleState>> promotion;
  std::vector<Reason> rule_reasons;
  std::vector<Reason> promotion_reasons;
  std::vector<std::string_view> unknown;  // of this tick
  std::vector<std::string> ignored;       // the first ignored_count of them
  std::size_t ignored_count = 0;
};

std::string& Evaluator::State::next_ignored() {
  if (ignored_count == ignored.size()) ignored.emplace_back();
  std::string& line = ignored[ignored_count++];
  line.clear();
  return line;
}

void Evaluator::State::ignore_metric(std::string_view name) {
  std::string& line = next_ignored();
  line = "no metric of the policy is named ";
  line += name;
}

void Evaluator::State::say_what_was_ignored() {
  ignored_count = 0;
  std::sort(unknown.begin(), unknown.end());
  unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
  for (std::size_t i = 0; i < unknown.size() && i < kMostIgnored; ++i) ignore_metric(unknown[i]);
  if (unknown.size() > kMostIgnored) {
    std::string& line = next_ignored();
    append_number(line, unknown.size() - kMostIgnored);
    line += " more metrics that the policy does not name";
  }
  if (slices.refused() == 0) return;
  std::string& line = next_ignored();
  append_number(line, slices.refused());
  line += " reports of slices beyond the first ";
  append_number(line, SliceTable::kMostSlices);
}

Evaluator::Evaluator(const Policy& policy) : state_(std::make_unique<State>(policy)) {}
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator::~Evaluator() = default;

Evaluation Evaluator::evaluate(const Tick& tick, const Place& place) {
  State& state = *state_;
  const TickTime time = state.clock.next(tick.at);
  state.read(tick);
  state.judge({state.readings, state.slices, time, place});
  state.say_what_was_ignored();
  return {state.rule_reasons, state.promotion_reasons,
          std::span<const std::string>(state.ignored).first(state.ignored_count), state.readings.both_arms()};
}

}  // namespace leeway::inline v1::rollout::detail
