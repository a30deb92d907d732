// A server with two versions of a model: the new one gets more and more of the traffic, until something is wrong with
// it. A recorder counts each arm; the engine decides once a minute; the server does what it is told, and answers.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "leeway/leeway.hpp"

namespace {

using namespace std::chrono_literals;
namespace rollout = leeway::rollout;
using leeway::stream::Value;

const std::vector<double> kEdges{10, 20, 30, 40, 50, 60, 80, 100, 120, 160, 200, 240, 320, 400};  // ms
const std::string kV1 = "0f3c9a5e1b7d42688c7a90d1e2f3b4c5";
const std::string kV2 = "d41e77c2a9b0436f8e5512fb60c3a7e9";

rollout::Policy policy() {
  using namespace rollout;
  Policy policy;
  policy.name = "ranker";
  policy.last_known_good = {.name = "v1", .hash = kV1, .fingerprint = "probe:5b1c"};
  policy.candidate = {.name = "v2", .hash = kV2};
  policy.metrics = {{.name = "error", .minimum_count = 20, .independent = true},
                    {.name = "latency_ms", .kind = MetricKind::distribution, .minimum_count = 20, .edges = kEdges},
                    {.name = "revenue", .kind = MetricKind::mean, .worse = Worse::lower, .minimum_count = 20}};
  policy.rules = {
      {.name = "errors", .tier = Tier::immediate, .test = StatisticalTest{"error", leeway::ErrorRate(0.01)}},
      {.name = "p99 > 2x for 5 min",
       .tier = Tier::rapid,
       .test = ThresholdTest{{"latency_ms", 0.99}, Against::ratio, 2, Sustained{5min}}},
      {.name = "revenue -20 %",
       .effect = Effect::hold,
       .test = ThresholdTest{{"revenue"}, Against::ratio, 0.8, Consecutive{2}}},
  };
  policy.stages = {{.phase = Phase::shadow, .minimum = 3min},
                   {.phase = Phase::canary, .weight = 0.05, .minimum = 5min, .minimum_ticks = 5},
                   {.phase = Phase::canary, .weight = 0.25, .minimum = 10min, .minimum_ticks = 10, .gate = Gate{30min}},
                   {.phase = Phase::canary, .weight = 0.5, .minimum = 10min, .minimum_ticks = 10}};
  policy.promotion = {{.metric = "error", .margin = 0.005}};
  return policy;
}

// Stands for the traffic: the same requests in every run.
class Requests {
 public:
  double uniform() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state_ >> 11) * 0x1p-53;
  }

 private:
  std::uint64_t state_ = 7;
};

// What a recorder needs to know of the answers: their features, and the cells to count them in.
std::shared_ptr<const leeway::profile::Profile> answers() {
  const std::vector<double> usual{0.0, 1.0, 500.0};
  auto cells = leeway::EdgesAxis::make(kEdges, 0, 500);
  auto profile = leeway::profile::ProfileBuilder()
                     .categorical("error", {{"no", 2}, {"yes", 1}}, 0)
                     .numeric("latency_ms", usual, {*cells, "latency"})
                     .numeric("revenue", usual)
                     .build();
  return std::make_shared<const leeway::profile::Profile>(*std::move(profile));
}

// One version of the model, and what it is seen to do.
class Arm {
 public:
  Arm() : collector_(answers(), {.moments_of = {"revenue"}}), recorder_(collector_.recorder()) {}

  void serve(Requests& requests, bool slow) {
    const bool failed = requests.uniform() < 0.01;
    const double ms = 15 + 60 * requests.uniform() * requests.uniform();
    recorder_.row()
        .set(0, failed ? "yes" : "no")
        .set(1, slow && requests.uniform() < 0.1 ? 4 * ms : ms)
        .set(2, failed ? 0 : 10 * requests.uniform())
        .record();
  }

  rollout::ArmReport report(double weight) {
    const leeway::stream::Pane pane = collector_.drain();
    const auto& axis = std::get<leeway::EdgesAxis>(pane.profile().features()[1].axis);
    return {.weight = weight,
            .readings = {{"error", rollout::rate_of(pane.counts()[0], 1)},
                         {"latency_ms", rollout::distribution_of(axis, pane.counts()[1])},
                         {"revenue", rollout::mean_of(pane.moments()[2])}}};
  }

 private:
  leeway::stream::Collector collector_;
  leeway::stream::Recorder recorder_;
};

// The server: routes requests, and obeys.
class Server {
 public:
  // A minute of traffic, and what there is to tell the engine.
  rollout::Tick minute(int number) {
    rollout::Tick tick = std::exchange(next_, {});
    tick.at = leeway::TimePoint(number * 1min);
    const bool slow = number > 22;  // the fault: one request in ten of the new version waits for a lock
    for (int i = 0; i < 4000; ++i) {
      const bool chosen = requests_.uniform() < weight_;
      if (chosen || copies_) candidate_.serve(requests_, slow);
      if (!chosen) baseline_.serve(requests_, false);
    }
    tick.baseline.push_back({baseline_.report(1 - weight_)});
    tick.candidate.push_back({candidate_.report(weight_)});
    return tick;
  }

  void obey(const rollout::Decision& decision) {
    weight_ = decision.weight;
    copies_ = decision.phase == rollout::Phase::shadow;
    for (const rollout::Action& action : decision.actions) {
      const bool verifies = action.step == rollout::Step::verify;
      next_.results.push_back({action.id, true, verifies ? "probe:5b1c" : ""});
      if (!verifies) continue;
      next_.fleet = {{"host-1", kV1}, {"host-2", verified_once_ ? kV1 : kV2}};  // one is late
      verified_once_ = true;
    }
    if (decision.phase == rollout::Phase::rolling_back && decision.actions.empty()) next_.fleet = {{"host-2", kV1}};
    if (decision.verb == rollout::Verb::ask_approval) {
      next_.approvals = {{decision.stage + 1, "ann", rollout::ApprovalVerdict::approve, "looked at the ramp"}};
    }
  }

 private:
  Requests requests_;
  Arm baseline_;
  Arm candidate_;
  rollout::Tick next_{};
  double weight_ = 0;
  bool copies_ = false;
  bool verified_once_ = false;
};

// Every decision that is news, with the rule behind it.
void print(int minute, const rollout::Decision& decision) {
  std::printf("minute %2d  %-14s %-17s %3.0f %%", minute, to_string(decision.verb), to_string(decision.phase),
              100 * decision.weight);
  if (!decision.rule.empty()) std::printf("  by %s", decision.rule.c_str());
  for (const rollout::Action& action : decision.actions) std::printf("  -> %s", to_string(action.step));
  std::printf("\n");
  for (const rollout::Reason& reason : decision.reasons) {
    if (reason.verdict != rollout::Verdict::fail && reason.verdict != rollout::Verdict::inconclusive) continue;
    std::printf("           %s: %s", reason.rule.c_str(), to_string(reason.verdict));
    if (reason.value && reason.threshold) std::printf(", %.2f against %.2f", *reason.value, *reason.threshold);
    std::printf("; %llu and %llu requests\n", static_cast<unsigned long long>(reason.baseline_count),
                static_cast<unsigned long long>(reason.candidate_count));
  }
  for (const std::string& finding : decision.findings) std::printf("           %s\n", finding.c_str());
}

bool is_news(const rollout::Decision& decision) {
  return decision.verb != rollout::Verb::continue_stage || !decision.actions.empty() || !decision.findings.empty();
}

// The decisions that are news, as the journal holds them, without their reasons and hashes; and whether the hashes fit.
bool print_journal(const char* path) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t from = line.find("\"decision\":{");
    if (from == std::string::npos || line.find("\"decision\":\"hold\"") != std::string::npos ||
        line.find("\"decision\":\"continue_stage\"") != std::string::npos)
      continue;
    std::printf("%s ...\n", line.substr(from, line.find(",\"reasons\"") - from).c_str());
  }
  const auto found = leeway::store::verify_journal(path);
  if (!found) return std::fprintf(stderr, "%s\n", to_string(found.error()).c_str()), false;
  std::printf("%llu records, each with the hash of the one before: intact\n",
              static_cast<unsigned long long>(found->records));
  return true;
}

// The same policy and the same ticks give the same decisions, byte for byte.
bool replay(const char* path) {
  auto engine = rollout::Engine::make(policy());
  auto ticks = leeway::store::JournalReplay::open(path, *engine);
  if (!ticks) return std::fprintf(stderr, "%s\n", to_string(ticks.error()).c_str()), false;
  auto decision = ticks->next();
  int count = 0;
  for (; decision && *decision; decision = ticks->next()) ++count;
  if (!decision) return std::fprintf(stderr, "%s\n", to_string(decision.error()).c_str()), false;
  std::printf("replayed: %d decisions, the same ones, and it ends %s\n", count, to_string(engine->phase()));
  return true;
}

}  // namespace

int main() {
  auto engine = rollout::Engine::make(policy());
  if (!engine) return std::fprintf(stderr, "%s\n", to_string(engine.error()).c_str()), 1;
  const char* path = "09_canary.jsonl";
  std::remove(path);
  auto journal = leeway::store::JournalFile::open(path, engine->policy());
  if (!journal) return std::fprintf(stderr, "%s\n", to_string(journal.error()).c_str()), 1;
  engine->set_journal(&*journal);
  Server server;
  for (int minute = 0; minute < 60 && engine->phase() != rollout::Phase::rolled_back; ++minute) {
    const auto decision = engine->step(server.minute(minute));
    if (!decision) return std::fprintf(stderr, "%s\n", to_string(decision.error()).c_str()), 1;
    server.obey(*decision);
    if (is_news(*decision)) print(minute, *decision);
  }
  std::printf("\n");
  return print_journal(path) && replay(path) ? 0 : 1;
}
