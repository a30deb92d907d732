#ifndef LEEWAY_DRIFT_SEQUENTIAL_ALARM_HPP
#define LEEWAY_DRIFT_SEQUENTIAL_ALARM_HPP

// A drift alarm for whoever looks again and again: evidence adds up from pane to pane, and however often one looks,
// false alarms stay as rare as stated. Use it beside the verdicts of windows, for shifts too small for one window.
//
// An e-detector (Shin, Ramdas & Rinaldo 2024): the sum of the e-values (stats/multinomial_e_value.hpp) of all rows
// since each of many possible starts of a change. It alarms at 1 / alpha. Given that the reference does not mislead,
// which has probability at least 1 - delta, the expected number of panes up to a false alarm is at least 1 / alpha; on
// average over references at least (1 - delta) / alpha. Rows must be independent, or be so many times fewer as deff
// says.
//
// Possible starts get sparser with age (every pane, then every second, fourth, ...), which loses a little evidence and
// never adds any. Panes of few rows share a start: a start without data would count as much as one of no evidence.
// Counts of one pane from several hosts are added before add(). No clock: time is the number of panes.

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/base/probability.hpp"
#include "leeway/base/result.hpp"
#include "leeway/core/counts.hpp"
#include "leeway/drift/divergence.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/profile/profile.hpp"
#include "leeway/stats/multinomial_e_value.hpp"

namespace leeway::inline v1::drift {

struct SequentialOptions {
  ErrorRate alpha{0.01};       ///< at most one false alarm in 1 / alpha panes, on average
  ErrorRate delta{0.05};       ///< probability that the reference sample misleads
  double effect_floor = 0.01;  ///< what does not matter: KL(reference || live) in nats, about half the PSI
  double deff = 1;             ///< design effect: rows speak for rows / deff independent ones; >= 1
};

/// Where an alarm stands.
struct SequentialState {
  double log_e_value = 0;         ///< ln of the detector; -infinity before the first row
  bool alarm = false;             ///< log_e_value >= ln(1 / alpha), now
  std::uint64_t panes = 0;        ///< since the beginning or reset()
  std::uint64_t panes_since = 0;  ///< since the likeliest start of a change, its pane included
  std::uint64_t rows_since = 0;   ///< values in those
};

/// The alarm for one vector of cells. It follows at most 16 starts and 8 more for each doubling of panes beyond; each
/// holds its counts. Cost of add(): an e-value for each start, together some 0.1 ms for 10 cells and 10,000 panes.
/// Deterministic. Thread contract: one thread at a time.
class SequentialAlarm {
 public:
  /// `reference`: counts per cell, of which the first `ordered_cells` are in a natural order. Errors: as
  /// stats::MultinomialEValue::make.
  LEEWAY_EXPORT static Result<SequentialAlarm> make(CountsView reference, SequentialOptions options = {},
                                                    std::size_t ordered_cells = 0);

  /// Takes the counts of the next pane. Errors: incompatible (another number of cells); nothing is counted then.
  LEEWAY_EXPORT Result<SequentialState> add(CountsView pane);
  /// Forgets all panes: after an alarm has been dealt with.
  LEEWAY_EXPORT void reset() noexcept;

  [[nodiscard]] const SequentialState& state() const noexcept { return state_; }
  /// Possible starts of a change that are still followed.
  [[nodiscard]] std::size_t starts() const noexcept { return starts_.size(); }
  /// The e-value from which it alarms: 1 / alpha.
  [[nodiscard]] double threshold() const noexcept { return 1 / options_.alpha.value(); }

 private:
  struct Start {
    std::uint64_t number;  // of the start
    std::uint64_t pane;    // with which it begins
    std::uint64_t rows;
    std::vector<std::uint64_t> counts;
  };

  SequentialAlarm(stats::MultinomialEValue evidence, SequentialOptions options)
      : evidence_(std::move(evidence)), options_(options) {}
  void open_start();
  void thin_out();
  void judge();

  stats::MultinomialEValue evidence_;
  SequentialOptions options_;
  std::vector<Start> starts_;  // oldest first
  std::uint64_t opened_ = 0;
  SequentialState state_;
};

/// An alarm for every feature of a profile: over its cells, with unseen categories and missing values as cells of their
/// own. A feature without reference values has none. Thread contract: one thread at a time.
class ProfileAlarm {
 public:
  /// alpha and delta of `options` are those of each feature: to hold for all F features together, under any dependence
  /// between them, divide both by F. A feature whose profile has a larger design effect takes that. Errors: as
  /// stats::MultinomialEValue::make.
  LEEWAY_EXPORT static Result<ProfileAlarm> make(const profile::Profile& profile, SequentialOptions options = {});

  /// Takes the next pane, one Counts per feature of the profile in its order, and adds a finding (Cause::sequential) to
  /// every feature: a warning where it alarms, else stable. A feature that alarms begins anew.
  /// Precondition: the counts and the report are of the same profile.
  LEEWAY_EXPORT void judge(std::span<const Counts> pane, DriftReport& report);

 private:
  struct FeatureAlarm {
    std::size_t index;
    bool categorical;
    std::uint64_t reference_count;
    SequentialAlarm alarm;
  };

  std::vector<FeatureAlarm> features_;
};

}  // namespace leeway::inline v1::drift

#endif
