#include "leeway/rollout/phase.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace leeway::rollout {
namespace {

// A row per phase, a column per move: the phase after it, `.` where the move is illegal. `=`: the interrupted phase.
constexpr const char* kTable[] = {
    // begin a stage of             confirm       confirm    ask ap
    //  sh   ca   ps   sw   promote promoted back   r_b  pause prov resume terminate
    "pe   sh   ca   ps   sw   .      .      .      .     pa   aw    .      te",
    "sh   sh   ca   ps   sw   ping   .      ring   .     pa   aw    .      te",
    "ca   .    ca   ps   sw   ping   .      ring   .     pa   aw    .      te",
    "ps   .    .    ps   sw   ping   .      ring   .     pa   aw    .      te",
    "sw   .    .    .    sw   ping   .      ring   .     pa   aw    .      te",
    "ping .    .    .    .    .      ped    ring   .     pa   .     .      .",
    "ped  .    .    .    .    .      .      ring   .     pa   .     .      te",
    "ring .    .    .    .    .      .      .      red   .    .     .      te",
    "red  .    .    .    .    .      .      .      .     .    .     .      .",
    "pa   .    .    .    .    .      .      ring   .     .    .     =      te",
    "aw   .    .    .    .    .      .      ring   .     pa   .     =      te",
    "te   .    .    .    .    .      .      .      .     .    .     .      .",
};
constexpr std::array<const char*, kPhases> kShort = {"pe",  "sh",   "ca",  "ps", "sw", "ping",
                                                     "ped", "ring", "red", "pa", "aw", "te"};

std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> found;
  for (std::size_t at = text.find_first_not_of(' '); at != std::string::npos; at = text.find_first_not_of(' ', at)) {
    const std::size_t end = (std::min)(text.find(' ', at), text.size());
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

Phase phase(std::size_t i) { return static_cast<Phase>(i); }
Move move(std::size_t i) { return static_cast<Move>(i); }

TEST(Phases, go_where_the_table_says_and_nowhere_else) {
  for (std::size_t p = 0; p < kPhases; ++p) {
    const auto row = words(kTable[p]);
    ASSERT_EQ(row.size(), 1 + kMoves);
    EXPECT_EQ(row[0], kShort[p]);
    for (std::size_t m = 0; m < kMoves; ++m) {
      const auto next = after(phase(p), move(m), Phase::canary);
      const std::string text = !next ? "." : move(m) == Move::resume ? "=" : kShort[static_cast<std::size_t>(*next)];
      EXPECT_EQ(text, row[1 + m]) << to_string(phase(p)) << " " << to_string(move(m));
    }
  }
}

TEST(Phases, resume_to_what_was_interrupted_if_that_can_be) {
  for (std::size_t p = 0; p < kPhases; ++p) {
    const bool pauses = after(phase(p), Move::pause) && phase(p) != Phase::awaiting_approval;
    EXPECT_EQ(after(Phase::paused, Move::resume, phase(p)), pauses ? std::optional(phase(p)) : std::nullopt);
    const bool asks = after(phase(p), Move::ask_approval).has_value();
    EXPECT_EQ(after(Phase::awaiting_approval, Move::resume, phase(p)), asks ? std::optional(phase(p)) : std::nullopt);
  }
}

TEST(Phases, end_by_a_person_from_a_pause_as_from_what_it_interrupted) {
  EXPECT_EQ(after(Phase::paused, Move::terminate, Phase::promoting), std::nullopt) << "half replaced";
  EXPECT_EQ(after(Phase::paused, Move::terminate, Phase::promoted), Phase::terminated);
}

TEST(Phases, can_be_rolled_back_wherever_the_candidate_may_have_been_trusted) {
  for (std::size_t p = 0; p < kPhases; ++p) {
    const bool safe = is_at_rest(phase(p)) || phase(p) == Phase::rolling_back;
    EXPECT_EQ(after(phase(p), Move::rollback, Phase::canary).has_value(), !safe) << to_string(phase(p));
  }
}

TEST(Phases, know_no_way_to_promoted_but_through_promoting) {
  for (std::size_t p = 0; p < kPhases; ++p)
    for (std::size_t m = 0; m < kMoves; ++m) {
      const auto next = after(phase(p), move(m), Phase::canary);
      if (next == Phase::promoted) {
        EXPECT_TRUE(phase(p) == Phase::promoting && move(m) == Move::confirm_promoted);
      }
      if (next == Phase::rolled_back) {
        EXPECT_EQ(phase(p), Phase::rolling_back);
      }
    }
}

TEST(Phases, refuse_what_is_no_phase_or_move) {
  EXPECT_EQ(after(phase(kPhases), Move::pause), std::nullopt);
  EXPECT_EQ(after(Phase::canary, move(kMoves)), std::nullopt);
  EXPECT_STREQ(to_string(phase(200)), "unknown");
  EXPECT_STREQ(to_string(move(200)), "unknown");
}

}  // namespace
}  // namespace leeway::rollout
