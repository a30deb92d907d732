#ifndef LEEWAY_SRC_ROLLOUT_MACHINE_HPP
#define LEEWAY_SRC_ROLLOUT_MACHINE_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/phase.hpp"
#include "leeway/rollout/policy.hpp"
#include "leeway/rollout/tick.hpp"
#include "rollout/actions.hpp"
#include "rollout/desk.hpp"
#include "rollout/evaluator.hpp"
#include "rollout/fleet.hpp"
#include "rollout/recovery.hpp"

namespace leeway::inline v1::rollout::detail {

/// One tick on its way through the machine.
struct Turn {
  const Tick& tick;
  const Evaluation& evaluation;
  bool may_advance = true;  ///< the journal has the tick
  bool moving = false;      ///< the host was at it to move traffic when the tick began
  Decision decision{};

  void find(std::string text) { decision.findings.push_back(std::move(text)); }
  void say(Verb verb, std::string_view rule = {}) {
    decision.verb = verb;
    decision.rule = rule;
  }
};

/// All of the engine but the rules and the journal: given what the rules say, what is done? A copy goes on by itself.
/// The policy must outlive it.
///
/// The order of a tick: news (fleet, answers, approvals, data); then a rollback, if anything asks for one; else what
/// people order; else what pauses; else what holds; and only then whatever moves traffic forwards.
class Machine {
 public:
  explicit Machine(const Policy& policy);

  /// For the rules, of the tick that comes.
  [[nodiscard]] Place place() const noexcept;
  [[nodiscard]] Phase phase() const noexcept { return now_.phase; }

  /// Precondition: later than the tick before, and at most kFarthest. `may_advance`: false withholds what moves traffic
  /// forwards.
  [[nodiscard]] Decision step(const Tick& tick, const Evaluation& evaluation, bool may_advance);

  /// Takes back an advance or a promotion that the last step decided: the decision becomes a hold.
  /// Returns whether it was one.
  bool withhold(Decision& decision);

 private:
  /// Where the rollout is. Taken back as a whole where a step forwards is withheld.
  struct Position {
    Phase phase = Phase::pending;
    Phase interrupted = Phase::pending;  // what paused or awaiting_approval interrupted
    std::size_t stage = 0;
    double weight = 0;
    TimePoint since{};  // of the stage, moved on by interruptions; likewise the next
    TimePoint deadline_from{};
    TimePoint interrupted_at{};
    TimePoint heard_at{};  // data of both arms
    std::uint64_t data_ticks = 0;
    bool confirmed = false;    // traffic is known to be where the stage wants it
    bool gate_passed = false;  // before the next stage
  };
  struct Backup {
    Position position;
    Actions actions;
  };
  /// Why to go back, and how fast.
  struct Trigger {
    Tier tier = Tier::rapid;
    std::string_view rule;
  };

  // machine.cpp
  void open(Turn& turn);
  void close(Turn& turn) const;
  void show_position(Decision& decision) const;
  void note_data(Turn& turn);
  void note_weights(Turn& turn);
  void watch_rest(Turn& turn) const;
  bool move(Move move, Turn& turn);
  void act(Turn& turn);
  [[nodiscard]] Phase underlying() const noexcept;
  [[nodiscard]] bool is_legal(Move move) const noexcept {
    return after(now_.phase, move, now_.interrupted).has_value();
  }
  void issue(Step step, Turn& turn, const Response& response, std::uint32_t attempt = 1);
  void insist(Step step, const Answer& answer, Turn& turn, const Response& response);
  [[nodiscard]] std::optional<double> stray_weight(const Tick& tick) const;
  [[nodiscard]] bool is_over() const noexcept;

  // reasons.cpp
  [[nodiscard]] std::optional<Trigger> reason_to_go_back(const Turn& turn, bool rejected) const;
  [[nodiscard]] std::optional<std::string_view> reason_to_pause(const Turn& turn) const;
  [[nodiscard]] std::optional<std::string_view> reason_to_hold(const Turn& turn) const;
  [[nodiscard]] std::optional<OnTimeout> timed_out(const Turn& turn, std::string_view& by) const;
  [[nodiscard]] bool is_silent(TimePoint now) const noexcept;
  [[nodiscard]] bool is_overdue(TimePoint now) const noexcept;
  [[nodiscard]] bool is_proved(const Evaluation& evaluation) const noexcept;
  [[nodiscard]] bool is_finished(const Turn& turn) const;
  void forget_acknowledged(const Evaluation& evaluation);

  // orders.cpp
  void obey(Turn& turn);
  void obey(const OperatorOrder& order, Turn& turn);
  void refuse_orders(Turn& turn) const;
  void pause(Turn& turn, std::string_view rule);
  void interrupt(Move move, Turn& turn);
  void resume(Turn& turn);
  void terminate(Turn& turn);
  [[nodiscard]] bool may_terminate() const noexcept;

  // stages.cpp
  void start(Turn& turn);
  void await(Turn& turn);
  void run_stage(Turn& turn);
  void go_on(Turn& turn);
  void begin_stage(std::size_t stage, Turn& turn);
  void promote(Turn& turn);
  void finish_promotion(Turn& turn);
  void guard(Turn& turn);
  void settle_weight(Turn& turn);

  // rollback.cpp
  void roll_back(Turn& turn, const Trigger& trigger);
  void go_back(Turn& turn, const std::optional<Trigger>& trigger);
  void take_answer(Turn& turn);
  void take_step(Turn& turn);
  void arrive(Turn& turn);
  [[nodiscard]] bool is_back(Turn& turn) const;
  [[nodiscard]] bool is_fingerprint(const Answer& answer, Turn& turn) const;

  const Policy* policy_;
  Position now_;
  Actions actions_;
  Desk desk_;
  Fleet fleet_;
  std::optional<Answer> answer_;  // not yet dealt with
  std::optional<Recovery> recovery_;
  TimePoint going_back_since_{};
  std::optional<TimePoint> verified_until_;  // verified by the host; until then the fleet may follow
  std::optional<Backup> backup_;             // of before a step forwards in this tick
  std::vector<bool> acknowledged_;           // by rule: failed when a person resumed, and ever since
  std::uint64_t ticks_ = 0;
  bool wants_start_ = true;
  bool kept_ = false;  // terminated after a promotion: the candidate serves
};

}  // namespace leeway::inline v1::rollout::detail

#endif
