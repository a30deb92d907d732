#include "leeway/rollout/phase.hpp"

#include <array>

namespace leeway::inline v1::rollout {
namespace {

struct Edge {
  Phase from;
  Move move;
  Phase to;
};

using enum Phase;

// Stages go forwards only. What a resume goes to is not in the table: it is the phase that was interrupted.
constexpr Edge kEdges[] = {
    {pending, Move::begin_shadow, shadow},
    {pending, Move::begin_canary, canary},
    {pending, Move::begin_pre_switch, pre_switch},
    {pending, Move::begin_switched, switched},
    {pending, Move::pause, paused},
    {pending, Move::ask_approval, awaiting_approval},
    {pending, Move::terminate, terminated},

    {shadow, Move::begin_shadow, shadow},
    {shadow, Move::begin_canary, canary},
    {shadow, Move::begin_pre_switch, pre_switch},
    {shadow, Move::begin_switched, switched},
    {shadow, Move::promote, promoting},
    {shadow, Move::rollback, rolling_back},
    {shadow, Move::pause, paused},
    {shadow, Move::ask_approval, awaiting_approval},
    {shadow, Move::terminate, terminated},

    {canary, Move::begin_canary, canary},
    {canary, Move::begin_pre_switch, pre_switch},
    {canary, Move::begin_switched, switched},
    {canary, Move::promote, promoting},
    {canary, Move::rollback, rolling_back},
    {canary, Move::pause, paused},
    {canary, Move::ask_approval, awaiting_approval},
    {canary, Move::terminate, terminated},

    {pre_switch, Move::begin_pre_switch, pre_switch},
    {pre_switch, Move::begin_switched, switched},
    {pre_switch, Move::promote, promoting},
    {pre_switch, Move::rollback, rolling_back},
    {pre_switch, Move::pause, paused},
    {pre_switch, Move::ask_approval, awaiting_approval},
    {pre_switch, Move::terminate, terminated},

    {switched, Move::begin_switched, switched},
    {switched, Move::promote, promoting},
    {switched, Move::rollback, rolling_back},
    {switched, Move::pause, paused},
    {switched, Move::ask_approval, awaiting_approval},
    {switched, Move::terminate, terminated},

    // Half replaced, nothing can be left as it is: no terminate.
    {promoting, Move::confirm_promoted, promoted},
    {promoting, Move::rollback, rolling_back},
    {promoting, Move::pause, paused},

    {promoted, Move::rollback, rolling_back},
    {promoted, Move::pause, paused},
    {promoted, Move::terminate, terminated},

    {rolling_back, Move::confirm_rolled_back, rolled_back},
    {rolling_back, Move::terminate, terminated},

    {paused, Move::rollback, rolling_back},
    {paused, Move::terminate, terminated},

    {awaiting_approval, Move::rollback, rolling_back},
    {awaiting_approval, Move::pause, paused},
    {awaiting_approval, Move::terminate, terminated},
};

constexpr std::uint8_t kIllegal = kPhases;
using Table = std::array<std::array<std::uint8_t, kMoves>, kPhases>;

constexpr Table kTable = [] {
  Table table{};
  for (auto& row : table) row.fill(kIllegal);
  for (const Edge& edge : kEdges)
    table[static_cast<std::size_t>(edge.from)][static_cast<std::size_t>(edge.move)] =
        static_cast<std::uint8_t>(edge.to);
  return table;
}();

constexpr std::optional<Phase> edge(Phase phase, Move move) noexcept {
  if (static_cast<std::size_t>(phase) >= kPhases || static_cast<std::size_t>(move) >= kMoves) return std::nullopt;
  const std::uint8_t to = kTable[static_cast<std::size_t>(phase)][static_cast<std::size_t>(move)];
  return to == kIllegal ? std::nullopt : std::optional(static_cast<Phase>(to));
}

constexpr bool may_interrupt(Phase by, Phase phase) noexcept {
  if (phase == awaiting_approval) return false;  // a pause there interrupts what the gate has interrupted
  return by == paused ? edge(phase, Move::pause) == paused : edge(phase, Move::ask_approval) == awaiting_approval;
}

}  // namespace

std::optional<Phase> after(Phase phase, Move move, Phase interrupted) noexcept {
  if (phase != paused && phase != awaiting_approval) return edge(phase, move);
  if (!may_interrupt(phase, interrupted)) return std::nullopt;
  if (move == Move::resume) return interrupted;
  if (move == Move::terminate && !edge(interrupted, Move::terminate)) return std::nullopt;
  return edge(phase, move);
}

bool is_at_rest(Phase phase) noexcept { return phase == pending || phase == rolled_back || phase == terminated; }

const char* to_string(Phase phase) noexcept {
  switch (phase) {
    case pending: return "pending";
    case shadow: return "shadow";
    case canary: return "canary";
    case pre_switch: return "pre_switch";
    case switched: return "switched";
    case promoting: return "promoting";
    case promoted: return "promoted";
    case rolling_back: return "rolling_back";
    case rolled_back: return "rolled_back";
    case paused: return "paused";
    case awaiting_approval: return "awaiting_approval";
    case terminated: return "terminated";
  }
  return "unknown";
}

const char* to_string(Move move) noexcept {
  switch (move) {
    case Move::begin_shadow: return "begin_shadow";
    case Move::begin_canary: return "begin_canary";
    case Move::begin_pre_switch: return "begin_pre_switch";
    case Move::begin_switched: return "begin_switched";
    case Move::promote: return "promote";
    case Move::confirm_promoted: return "confirm_promoted";
    case Move::rollback: return "rollback";
    case Move::confirm_rolled_back: return "confirm_rolled_back";
    case Move::pause: return "pause";
    case Move::ask_approval: return "ask_approval";
    case Move::resume: return "resume";
    case Move::terminate: return "terminate";
  }
  return "unknown";
}

}  // namespace leeway::inline v1::rollout
