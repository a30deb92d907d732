// Model check: the state machine in every phase against every combination of what a tick can bring, and all short
// histories. What it asserts is what the documentation promises.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "rollout/scripted.hpp"

namespace leeway::rollout {
namespace {

using namespace test;

// Every kind of stage, a gate in front of one of them and of the promotion, a deadline, short times.
Policy everything() {
  Policy policy = ramp();
  policy.stages = {{.phase = Phase::shadow, .minimum = 1min},
                   {.weight = 0.5, .minimum = 1min, .gate = Gate{.timeout = 30min, .on_timeout = OnTimeout::rollback}},
                   {.phase = Phase::pre_switch, .minimum = 1min},
                   {.phase = Phase::switched, .minimum = 1min, .deadline = 40min}};
  policy.promotion_gate = Gate{.timeout = 30min, .on_timeout = OnTimeout::pause};
  policy.state = StateHandling::stateful;
  return policy;
}

bool is_armed(Phase phase) { return !is_at_rest(phase) && phase != Phase::rolling_back; }

struct Seed {
  std::string name;
  World world;
};

// A world in each phase, each interruption of a phase, each step of a rollback.
std::vector<Seed> seeds(const Policy& policy) {
  std::vector<Seed> seeds;
  const auto keep = [&](const World& world) {
    seeds.push_back({to_string(world.machine.phase()) + std::to_string(seeds.size()), world});
  };
  World world(policy);
  keep(world);
  std::set<std::pair<Phase, std::size_t>> seen;
  for (int i = 0; i < 40 && world.machine.phase() != Phase::promoted; ++i) {
    world.proofs[0] = Verdict::pass;
    const bool waits = world.machine.phase() == Phase::awaiting_approval;
    world.step(waits ? approval(world.last.stage + 1, "ann") : Tick{});
    if (seen.insert({world.machine.phase(), world.last.stage}).second) keep(world);
  }
  EXPECT_EQ(world.machine.phase(), Phase::promoted);
  const std::size_t forwards = seeds.size();
  for (std::size_t i = 0; i < forwards; ++i) {
    World paused = seeds[i].world;
    paused.step(order(Order::pause));
    keep(paused);
  }
  for (const RuleOf rule : {kImmediate, kRapid, kDelayed}) {
    World back = seeds[2].world;
    back.verdicts[rule] = Verdict::fail;
    for (int i = 0; i < 20 && back.machine.phase() != Phase::rolled_back; ++i) {
      back.step();
      back.verdicts[rule] = Verdict::pass;
      keep(back);
    }
  }
  World failed = seeds[2].world;
  failed.answers = false;
  failed.step(order(Order::rollback));
  failed.steps(10);
  EXPECT_EQ(failed.open->step, Step::page_person);
  failed.answers = true;
  keep(failed);
  World ended = seeds[2].world;
  ended.step(order(Order::terminate));
  keep(ended);
  std::set<Phase> phases;
  for (const Seed& seed : seeds) phases.insert(seed.world.machine.phase());
  EXPECT_EQ(phases.size(), kPhases) << "a seed in every phase";
  return seeds;
}

// What one tick brings.
struct Input {
  std::vector<Verdict> rules;
  Verdict proof = Verdict::unknown;
  std::optional<Order> order{};
  std::optional<ApprovalVerdict> approval{};
  std::optional<bool> answer{};
  bool late = false;  // long after the tick before: all times are over
  bool data = true;
  bool journal = true;
  bool stray = false;  // the candidate's arm reports half of the traffic, wherever it should be
};

std::vector<std::vector<Verdict>> verdict_vectors() {
  using enum Verdict;
  std::vector<std::vector<Verdict>> vectors;
  for (const Verdict immediate : {pass, fail})
    for (const Verdict rapid : {pass, fail})
      for (const Verdict delayed : {pass, fail})
        for (const Verdict pauses : {pass, fail})
          for (const Verdict holds : {pass, fail, unknown})
            vectors.push_back({immediate, rapid, delayed, pauses, holds, holds == pass ? fail : pass});
  return vectors;
}

void for_each_input(const std::function<void(const Input&)>& visit) {
  using enum Order;
  const std::optional<Order> orders[] = {{}, start, Order::pause, resume, Order::rollback, terminate};
  const std::optional<ApprovalVerdict> approvals[] = {{}, ApprovalVerdict::approve, ApprovalVerdict::reject};
  const std::optional<bool> answers[] = {{}, true, false};
  for (const auto& rules : verdict_vectors())
    for (const Verdict proof : {Verdict::pass, Verdict::unknown})
      for (const auto& order : orders)
        for (const auto& approval : approvals)
          for (const auto& answer : answers)
            for (const int rest : {0, 1, 6, 8})
              visit({rules, proof, order, approval, answer, (rest & 1) != 0, (rest & 2) == 0, (rest & 4) == 0,
                     (rest & 8) != 0});
}

Tick tick_of(const World& before, const Input& input) {
  Tick tick;
  tick.at = before.now + (input.late ? Duration(24h) : Duration(1min));
  if (input.order) tick.orders = {{*input.order, "olga", ""}};
  const std::size_t stage = before.machine.phase() == Phase::pending ? 0 : before.last.stage + 1;
  if (input.approval) tick.approvals = {{stage, "ann", *input.approval, "", 1}};
  if (input.answer && before.open) tick.results = {{before.open->id, *input.answer, "print"}};
  const double weight = input.stray ? 0.5 : before.last.weight;
  tick.candidate.push_back({{.weight = weight, .slice = {}, .readings = {}}});
  return tick;
}

// The same future as `after`, without the world around it.
Decision decide(const World& before, const Input& input) {
  std::array<Reason, 6> rules;
  for (std::size_t i = 0; i < rules.size(); ++i) rules[i].verdict = input.rules[i];
  const std::array<Reason, 1> proof{{{.rule = {}, .verdict = input.proof}}};
  detail::Machine machine = before.machine;
  return machine.step(tick_of(before, input),
                      {.rules = rules, .promotion = proof, .ignored = {}, .both_arms = input.data}, input.journal);
}

World after(const World& before, const Input& input) {
  World world = before;
  world.verdicts = input.rules;
  world.proofs[0] = input.proof;
  world.both_arms = input.data;
  world.journal = input.journal;
  world.interval = Duration{};
  world.reports = false;
  world.answers.reset();
  if (input.answer && world.open) world.carry_out(*world.open, *input.answer);
  if (input.answer) world.open.reset();
  Tick tick = tick_of(before, input);
  world.now = tick.at;
  world.step(std::move(tick));
  return world;
}

bool guard_fails(const Input& input) {
  return std::any_of(input.rules.begin(), input.rules.begin() + 3, [](Verdict v) { return v == Verdict::fail; });
}

Tier worst_tier(const Input& input) {
  for (std::size_t i = 0; i < 3; ++i)
    if (input.rules[i] == Verdict::fail) return static_cast<Tier>(i);
  return Tier::delayed;
}

bool all_pass(const Input& input) {
  return std::all_of(input.rules.begin(), input.rules.begin() + 5, [](Verdict v) { return v == Verdict::pass; });
}

// Whoever has ended, or says so, has no traffic on the candidate that nobody is told of.
std::string stranded(const World& before, const Input& input, const Decision& decision) {
  const Phase from = before.machine.phase();
  const bool over = decision.phase == Phase::rolled_back || decision.phase == Phase::terminated;
  if (!over || decision.target == kCandidate) return {};
  World world = before;
  if (input.answer && world.open) world.carry_out(*world.open, *input.answer);
  const bool waits = before.open && !input.answer && from == Phase::terminated;
  if (decision.phase == Phase::rolled_back && from == Phase::rolling_back && input.stray && before.last.weight < 0.5)
    return "back while the candidate has traffic";
  if (from == Phase::promoted || (from == Phase::terminated && before.last.weight == 1)) return {};
  if (decision.weight != 0) return "ended with traffic on the candidate";
  if (world.traffic > 0 && decision.actions.empty() && !waits) return "ended, and nobody sends traffic back";
  if (input.stray && from == decision.phase && decision.findings.empty()) return "traffic at rest without a word";
  return {};
}

// Empty: as promised.
std::string breach(const World& before, const Input& input, const Decision& decision) {
  const Phase from = before.machine.phase();
  const bool ordered = input.order == Order::rollback;
  const bool starts = from == Phase::pending && decision.phase != Phase::pending && decision.phase != Phase::paused &&
                      decision.phase != Phase::terminated;
  if ((is_armed(from) && (guard_fails(input) || ordered)) || (starts && guard_fails(input))) {
    if (decision.phase != Phase::rolling_back) return "a reason to go back, and it does not";
    if (decision.verb != Verb::rollback) return "it goes back and does not say so";
    if (decision.target != kGood) return "it goes somewhere else";
    const bool other = input.approval == ApprovalVerdict::reject || input.late;  // as urgent as a rapid rule
    const Tier wanted = ordered ? Tier::immediate : worst_tier(input);
    if (decision.tier != wanted && !(other && wanted == Tier::delayed && decision.tier == Tier::rapid))
      return "not the most urgent tier";
    if (decision.actions.size() != 1) return "nothing to do";
  }
  if (from == Phase::rolling_back && decision.phase != Phase::rolling_back && decision.phase != Phase::rolled_back &&
      decision.phase != Phase::terminated)
    return "it does not finish going back";
  const bool forwards = decision.verb == Verb::promote || decision.verb == Verb::advance;
  const bool begins = decision.verb == Verb::advance && decision.stage == 0;
  if (forwards && !begins && !(all_pass(input) && input.data)) return "forwards without a pass of all";
  if (forwards && !input.journal) return "forwards without a journal";
  if (forwards && input.approval == ApprovalVerdict::reject && from == Phase::awaiting_approval)
    return "forwards against a person";
  if (forwards && (input.order == Order::pause || input.order == Order::terminate)) return "forwards against an order";
  if (decision.verb == Verb::promote && (input.proof != Verdict::pass || from == Phase::pending))
    return "promoted without evidence";
  if (decision.phase == Phase::promoting && decision.verb != Verb::promote && from != Phase::promoting &&
      from != Phase::paused)
    return "promoting without a promotion";
  if (decision.weight > before.last.weight && !forwards) return "more traffic without a word";
  const bool done = from == Phase::promoting || from == Phase::promoted || from == Phase::paused;
  if (decision.phase == Phase::promoted && !done) return "promoted out of nothing";
  if (decision.phase == Phase::promoted && from == Phase::promoting && input.answer != true)
    return "promoted without the host's answer";
  const bool arrived = decision.phase == Phase::rolled_back && from != Phase::rolled_back;
  const bool verifies = before.open && before.open->step == Step::verify && input.answer == true;
  if (arrived && (from != Phase::rolling_back || !(verifies || before.verified))) return "back without a verification";
  if (is_at_rest(from) && from != Phase::pending && decision.phase != from) return "no rest";
  const bool live = from == Phase::canary || from == Phase::switched;
  if (input.stray && live && forwards && before.last.weight != 0.5) return "forwards on the traffic of another stage";
  return stranded(before, input, decision);
}

TEST(ModelCheck, every_phase_keeps_its_promises_whatever_a_tick_brings) {
  const Policy policy = everything();
  std::size_t steps = 0;
  std::size_t failures = 0;
  const auto all = seeds(policy);
  for (const Seed& seed : all) {
    for_each_input([&](const Input& input) {
      ++steps;
      const std::string found = breach(seed.world, input, decide(seed.world, input));
      if (!found.empty() && ++failures < 10) ADD_FAILURE() << seed.name << ": " << found;
    });
  }
  EXPECT_EQ(failures, 0u);
  EXPECT_GT(steps, 500'000u);
}

// A good candidate, a willing host, and people that say yes.
bool reaches_an_end(World world) {
  std::fill(world.verdicts.begin(), world.verdicts.end(), Verdict::pass);
  std::fill(world.proofs.begin(), world.proofs.end(), Verdict::pass);
  world.answers = world.both_arms = world.journal = world.reports = true;
  world.interval = 1min;
  for (int i = 0; i < 60; ++i) {
    const Phase phase = world.machine.phase();
    if (phase == Phase::promoted || phase == Phase::rolled_back || phase == Phase::terminated) return true;
    Tick tick;
    if (phase == Phase::pending) tick = order(Order::start);
    if (phase == Phase::paused) tick = order(Order::resume);
    if (phase == Phase::awaiting_approval) {
      tick = approval(world.last.stage + 1, "ann");
      tick.approvals.push_back({0, "ann", ApprovalVerdict::approve, "", 1});
    }
    world.step(tick);
  }
  return false;
}

// Nothing passes, and a person has had enough.
bool can_be_rolled_back(World world) {
  std::fill(world.verdicts.begin(), world.verdicts.end(), Verdict::unknown);
  world.both_arms = world.reports = false;
  world.answers = true;
  world.interval = 1min;
  const bool started = !is_at_rest(world.machine.phase());
  for (int i = 0; i < 20; ++i) world.step(i == 0 ? order(Order::rollback) : Tick{});
  return !started || world.machine.phase() == Phase::rolled_back;
}

// A short history: what comes next, of a dozen things.
std::vector<Input> alphabet() {
  using enum Verdict;
  const std::vector<Verdict> good(6, pass);
  std::vector<Input> inputs(14);
  for (Input& input : inputs) input = {.rules = good, .proof = pass, .answer = true};
  inputs[1].approval = ApprovalVerdict::approve;
  inputs[2].rules[kImmediate] = fail;
  inputs[3].rules[kDelayed] = fail;
  inputs[4].rules[kPauses] = fail;
  inputs[5].rules[kHolds] = unknown;
  inputs[6].order = Order::pause;
  inputs[7].order = Order::resume;
  inputs[8].answer = false;
  inputs[9].late = true;
  inputs[9].answer.reset();
  inputs[10].data = false;
  inputs[11].journal = false;
  inputs[12].order = Order::terminate;
  inputs[12].answer.reset();
  inputs[13].stray = true;
  return inputs;
}

void walk(const World& world, const std::vector<Input>& inputs, int depth, std::size_t& worlds) {
  if (++worlds % 17 == 0) {
    EXPECT_TRUE(reaches_an_end(world)) << to_string(world.machine.phase());
    EXPECT_TRUE(can_be_rolled_back(world)) << to_string(world.machine.phase());
  }
  if (depth == 0 || testing::Test::HasFailure()) return;
  for (const Input& input : inputs) {
    const World next = after(world, input);
    EXPECT_EQ(breach(world, input, next.last), "") << to_string(world.machine.phase());
    walk(next, inputs, depth - 1, worlds);
  }
}

TEST(ModelCheck, every_short_history_keeps_the_promises_and_can_come_to_rest) {
  const Policy policy = everything();
  std::size_t worlds = 0;
  walk(World(policy), alphabet(), 5, worlds);
  EXPECT_GT(worlds, 250'000u);
}

TEST(ModelCheck, every_seed_comes_to_rest) {
  const Policy policy = everything();
  for (const Seed& seed : seeds(policy)) {
    EXPECT_TRUE(reaches_an_end(seed.world)) << seed.name;
    EXPECT_TRUE(can_be_rolled_back(seed.world)) << seed.name;
  }
}

}  // namespace
}  // namespace leeway::rollout
