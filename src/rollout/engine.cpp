#include "leeway/rollout/engine.hpp"

#include <optional>
#include <utility>

#include "rollout/evaluator.hpp"
#include "rollout/machine.hpp"
#include "rollout/span_of_time.hpp"

namespace leeway::inline v1::rollout {

struct Engine::State {
  explicit State(Policy given) : policy(std::move(given)), evaluator(policy), machine(policy) {}

  [[nodiscard]] Result<void> accept(TimePoint at);
  [[nodiscard]] detail::Evaluation evaluate(const Tick& tick);
  void write(Decision& decision);

  const Policy policy;  // the others refer to it
  detail::Evaluator evaluator;
  detail::Machine machine;
  Journal* journal = nullptr;
  std::optional<TimePoint> last;
};

Result<void> Engine::State::accept(TimePoint at) {
  if (at > detail::kFarthest || at < TimePoint{} - detail::kFarthest.time_since_epoch())
    return Error{ErrorCode::invalid_argument, "expected a time within 70,000 years of 1970, found one beyond", "at"};
  if (last && at <= *last)
    return Error{ErrorCode::invalid_argument, "expected a tick later than the one before, found one that is not", "at"};
  last = at;
  return {};
}

// At rest there is nothing left to judge.
detail::Evaluation Engine::State::evaluate(const Tick& tick) {
  const Phase phase = machine.phase();
  if (is_at_rest(phase) && phase != Phase::pending) return {};
  return evaluator.evaluate(tick, machine.place());
}

void Engine::State::write(Decision& decision) {
  const auto written = journal->append(decision);
  if (written) return;
  const bool withheld = machine.withhold(decision);
  decision.findings.push_back("journal: decision not written: " + to_string(written.error()));
  if (!withheld) return;
  const auto again = journal->append(decision);
  if (!again) decision.findings.push_back("journal: nor its replacement: " + to_string(again.error()));
}

Engine::Engine(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::make(Policy policy) {
  std::vector<Error> errors = check(policy);
  if (!errors.empty()) return std::move(errors.front());
  return Engine(std::make_unique<State>(std::move(policy)));
}

void Engine::set_journal(Journal* journal) noexcept { state_->journal = journal; }

Result<Decision> Engine::step(const Tick& tick) {
  State& state = *state_;
  if (auto accepted = state.accept(tick.at); !accepted) return accepted.error();
  const Result<void> written = state.journal != nullptr ? state.journal->append(tick) : Result<void>();
  Decision decision = state.machine.step(tick, state.evaluate(tick), written.has_value());
  if (!written) decision.findings.push_back("journal: tick not written: " + to_string(written.error()));
  if (state.journal != nullptr) state.write(decision);
  return decision;
}

Phase Engine::phase() const noexcept { return state_->machine.phase(); }
const Policy& Engine::policy() const noexcept { return state_->policy; }

}  // namespace leeway::inline v1::rollout
