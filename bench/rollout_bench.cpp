// What a rollout's engine costs.
//
//   tick/K              ours_us, per tick of a policy with 50 rules: that they read the tick, judge it, and decide
//   long/10000000       the same for so many ticks, half a minute each: heap_growth, in bytes, between the first tenth
//   and the end
// K: mixed (every kind of test, four metrics), statistical (50 e-processes of rates), latency (50 quantiles of
// histograms of 20 cells). A tick has one report an arm, and is made before the clock starts.

#include <malloc.h>

#include <chrono>
#include <string>
#include <vector>

#include "leeway/rollout/engine.hpp"
#include "support.hpp"

namespace {

using namespace std::chrono_literals;
using namespace leeway::rollout;
using leeway::ErrorRate;

constexpr std::size_t kRules = 50;
constexpr std::size_t kTicks = 1024;  // walked over in turns

std::vector<double> edges() {
  std::vector<double> edges;
  for (int i = 1; i < 20; ++i) edges.push_back(25.0 * i);
  return edges;
}

std::vector<Metric> metrics() {
  return {{.name = "error", .independent = true},
          {.name = "timeout"},
          {.name = "revenue", .kind = MetricKind::mean, .worse = Worse::lower, .skewed = false},
          {.name = "latency_ms", .kind = MetricKind::distribution, .edges = edges()}};
}

Test statistical(std::size_t i) {
  const double margin = i / 8 % 2 == 0 ? 0 : 0.01;
  return StatisticalTest{.metric = i % 2 == 0 ? "error" : "timeout", .alpha = ErrorRate(0.001), .margin = margin};
}
Test latency(std::size_t i) {
  return ThresholdTest{{"latency_ms", 0.5 + 0.009 * static_cast<double>(i)}, Against::ratio, 2, Sustained{5min}};
}
Test mixed(std::size_t i) {
  switch (i % 8) {
    case 0: return ThresholdTest{{"error", {}}, Against::difference, 0.2, Sustained{5min}};
    case 1: return latency(i);
    case 2: return ThresholdTest{{"revenue", {}}, Against::ratio, 0.5, MOfN{3, 5}};
    case 3: return statistical(i);
    case 4:
      return StatisticalTest{.metric = "latency_ms", .alpha = ErrorRate(0.001), .margin = 0.01, .thresholds = {400}};
    case 5: return StatisticalTest{.metric = "revenue", .alpha = ErrorRate(0.001)};
    case 6: return BurnRateTest{"error", 0.99, {{1h, 5min, 14.4}, {6h, 30min, 6}}};
    default: return CircuitBreakerTest{.metric = "timeout", .window_ticks = 5, .open = 1min};
  }
}

struct Kind {
  const char* name;
  Test (*test)(std::size_t i);
};
constexpr Kind kKinds[] = {{"mixed", mixed}, {"statistical", statistical}, {"latency", latency}};

Policy policy_of(const Kind& kind) {
  Policy policy;
  policy.name = kind.name;
  policy.last_known_good = {"v1", std::string(64, 'a'), ""};
  policy.candidate = {"v2", std::string(64, 'c'), ""};
  policy.equal_arms = true;
  policy.false_rollback_budget = ErrorRate(0.1);
  policy.metrics = metrics();
  for (std::size_t i = 0; i < kRules; ++i)
    policy.rules.push_back({.name = "rule " + std::to_string(i), .test = kind.test(i)});
  policy.rules[1].effect = Effect::hold;
  policy.stages = {{.weight = 0.5, .minimum = std::chrono::hours(24 * 3650)}};
  policy.promotion = {{.metric = "error", .margin = 0.01}};
  return policy;
}

ArmReport arm(bench::Source& source) {
  const auto events = [&](double of) { return static_cast<std::uint64_t>(of * source.uniform()); };
  Distribution latency{edges(), {}};
  for (int i = 0; i < 20; ++i) latency.counts.push_back(40 + events(20));
  return {.weight = 0.5,
          .readings = {{"error", Rate{events(20), 1000}},
                       {"timeout", Rate{events(20), 1000}},
                       {"revenue", Mean{1000, 10 + source.uniform(), 900 + 200 * source.uniform()}},
                       {"latency_ms", latency}}};
}

std::vector<Tick> ticks() {
  bench::Source source(1);
  std::vector<Tick> ticks(kTicks);
  for (Tick& tick : ticks) {
    tick.baseline.push_back({arm(source)});
    tick.candidate.push_back({arm(source)});
  }
  return ticks;
}

// The next ticks, in order of time. False: it has rolled back, and would be too cheap.
bool run(Engine& engine, std::vector<Tick>& ticks, leeway::TimePoint& now) {
  for (Tick& tick : ticks) {
    tick.at = now += 30s;
    benchmark::DoNotOptimize(engine.step(tick));
  }
  return engine.phase() == Phase::canary;
}

void tick(benchmark::State& state, const Kind& kind) {
  auto engine = Engine::make(policy_of(kind));
  if (!engine) return state.SkipWithError(to_string(engine.error()).c_str());
  std::vector<Tick> all = ticks();
  leeway::TimePoint now{};
  bench::Timings ours;
  for (auto _ : state) {
    bool armed = true;
    state.SetIterationTime(ours.time(1, kTicks, [&] { armed = run(*engine, all, now); }));
    if (!armed) return state.SkipWithError("rolled back");
  }
  state.counters["ours_us"] = 1e-3 * ours.median();
  state.counters["turns"] = ours.turns();
}

void many_ticks(benchmark::State& state, std::size_t count) {
  std::vector<Tick> all = ticks();
  for (auto _ : state) {
    auto engine = Engine::make(policy_of(kKinds[0]));
    if (!engine) return state.SkipWithError(to_string(engine.error()).c_str());
    leeway::TimePoint now{};
    std::size_t early = 0;
    bench::Timings ours;
    state.SetIterationTime(ours.time(1, count, [&] {
      for (std::size_t done = 0; done < count; done += kTicks) {
        if (!run(*engine, all, now)) return state.SkipWithError("rolled back");
        if (done < count / 10) early = mallinfo2().uordblks;
      }
    }));
    state.counters["ours_us"] = 1e-3 * ours.median();
    state.counters["heap_growth"] = static_cast<double>(mallinfo2().uordblks) - static_cast<double>(early);
  }
}

const bool kRegistered = [] {
  for (const Kind& kind : kKinds) bench::add(std::string("tick/") + kind.name, tick, kind);
  bench::add("long/10000000", many_ticks, std::size_t{10'000'000})->Iterations(1);
  return bench::describe();
}();

}  // namespace
