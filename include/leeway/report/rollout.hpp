#ifndef LEEWAY_REPORT_ROLLOUT_HPP
#define LEEWAY_REPORT_ROLLOUT_HPP

// The decisions of a rollout for whoever is called at night, and as JSON.
//
//   report::RolloutReport report(policy);
//   report.add(*engine.step(tick));   // each of them
//   std::cout << report.text();
//
// Cost: microseconds a decision; memory grows with the decisions, by their JSON and a line for each that is news.
// Thread contract: one thread at a time.

#include <cstdint>
#include <optional>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/base/time.hpp"
#include "leeway/rollout/decision.hpp"
#include "leeway/rollout/policy.hpp"

namespace leeway::inline v1::report {

class RolloutReport {
 public:
  LEEWAY_EXPORT explicit RolloutReport(const rollout::Policy& policy);

  /// In order of time.
  LEEWAY_EXPORT void add(const rollout::Decision& decision);

  /// How it ended and why first; then every decision that is news: when, what, by which rule, its value against the
  /// threshold, sample sizes, what is being done about it. Decisions that only say the same again are one line. The
  /// layout may change between versions.
  [[nodiscard]] LEEWAY_EXPORT std::string text() const;

  /// Format "leeway.rollout"; each decision as rollout::to_json has it.
  [[nodiscard]] LEEWAY_EXPORT std::string json() const;

  /// After the last decision; pending where there was none.
  [[nodiscard]] LEEWAY_EXPORT rollout::Phase final_phase() const noexcept;

 private:
  void end_run();

  std::string title_;
  std::size_t stages_;
  std::uint64_t count_ = 0;
  std::optional<rollout::Decision> last_{};
  std::optional<rollout::Decision> outcome_{};  // the last rollback, promotion, pause or end
  std::string same_;                            // what the last decision says, without its time and numbers
  TimePoint run_begin_{};                       // of decisions that say the same
  std::uint64_t run_length_ = 0;
  std::string lines_;
  std::string json_;
};

/// One reason in words: the rule, its value against the threshold, sample sizes, for how long.
[[nodiscard]] LEEWAY_EXPORT std::string to_text(const rollout::Reason& reason);

}  // namespace leeway::inline v1::report

#endif
