#include "leeway/rollout/replay.hpp"

#include <utility>

namespace leeway::inline v1::rollout {

Result<std::vector<Decision>> replay(Policy policy, std::span<const Tick> ticks, Journal* journal) {
  auto engine = Engine::make(std::move(policy));
  if (!engine) return std::move(engine).error();
  engine->set_journal(journal);
  std::vector<Decision> decisions;
  for (const Tick& tick : ticks) {
    auto decision = engine->step(tick);
    if (!decision) return at("ticks[" + std::to_string(decisions.size()) + "]", std::move(decision).error());
    decisions.push_back(*std::move(decision));
  }
  return decisions;
}

}  // namespace leeway::inline v1::rollout
