#ifndef LEEWAY_STREAM_PANE_HISTORY_HPP
#define LEEWAY_STREAM_PANE_HISTORY_HPP

#include <cstdint>
#include <optional>
#include <vector>

#include "leeway/base/export.hpp"
#include "leeway/stream/pane.hpp"
#include "leeway/stream/weighted_counts.hpp"
#include "leeway/stream/window.hpp"

namespace leeway::inline v1::stream {

/// Mean and standard deviation of a feature, where its panes keep moments.
struct WindowMoments {
  std::optional<double> mean{};
  std::optional<double> standard_deviation{};
};

/// What a window holds.
struct WindowCounts {
  std::vector<Counts> counts;          ///< per feature; of a decayed window they add up to effective_rows, rounded down
  std::vector<WindowMoments> moments;  ///< per feature
  std::uint64_t rejected_rows = 0;     ///< of a decayed window: in its last pane
  std::vector<UnseenSample> unseen;    ///< per feature, empty for numbers; of a decayed window: in its last pane
  std::optional<double> effective_rows{};  ///< decayed windows: n_eff
};

/// The closed panes that a window looks back on. What it holds is asked for with the pane that is its newest, which
/// may be open still.
///
/// Sliding: cost of push() and with() a merge each, whatever the number of panes: the older half is kept as sums from
/// each pane to the last of that half. Memory: panes() - 1 panes. Decayed: one vector of sums. All panes have one
/// profile and one set of options. Deterministic to the last bit. Thread contract: one thread at a time.
class PaneHistory {
 public:
  LEEWAY_EXPORT explicit PaneHistory(const Window& window);

  /// What the window that ends with `newest` holds.
  [[nodiscard]] LEEWAY_EXPORT WindowCounts with(const Pane& newest) const;
  /// Closes `newest`, and lets go of what the next window no longer holds.
  LEEWAY_EXPORT void push(const Pane& newest);
  LEEWAY_EXPORT void reset() noexcept;
  /// By which the weight of a row falls from pane to pane; 0 unless decayed.
  [[nodiscard]] double factor() const noexcept { return factor_; }

 private:
  struct Decayed {
    EffectiveRows rows;
    std::vector<WeightedCounts> counts;
    std::vector<double> weights;  // of finite values, per feature; with them means and sums of squared deviations
    std::vector<double> means;
    std::vector<double> deviations;

    void add(const Pane& pane);
    void scale(double factor) noexcept;
  };

  void turn_over();
  [[nodiscard]] WindowCounts sliding_with(const Pane& newest) const;
  [[nodiscard]] WindowCounts decayed_with(const Pane& newest) const;

  std::uint64_t most_ = 0;  // closed panes to keep
  double factor_ = 0;
  std::vector<Pane> newer_;        // in the order of time
  std::optional<Pane> newer_sum_;  // of all of those
  std::vector<Pane> older_;        // sums of a pane and all older panes after it; the oldest pane's is the last
  Decayed decayed_;
};

}  // namespace leeway::inline v1::stream

#endif
