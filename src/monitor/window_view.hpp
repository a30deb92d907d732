#ifndef LEEWAY_SRC_MONITOR_WINDOW_VIEW_HPP
#define LEEWAY_SRC_MONITOR_WINDOW_VIEW_HPP

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "leeway/base/time.hpp"
#include "leeway/stream/pane.hpp"
#include "leeway/stream/pane_history.hpp"
#include "leeway/stream/window.hpp"

namespace leeway::inline v1::monitor::detail {

/// A pane and what it does not count itself.
struct TimedPane {
  stream::Pane pane;
  std::uint64_t late_rows = 0;
  std::vector<double> slot_rows{};  // by season; empty without
  std::optional<TimePoint> begin{};

  void add(const stream::Pane& rows, std::optional<std::size_t> slot);
  void merge(const TimedPane& other);
};

/// What a window holds, and where it begins.
struct Content {
  stream::WindowCounts counts;
  std::uint64_t rows = 0;
  std::uint64_t late_rows = 0;
  std::uint64_t panes = 0;
  double weight = 0;                // of all rows
  std::vector<double> slot_rows{};  // weights, by season
  std::optional<TimePoint> begin{};
};

/// A window that is given one pane after another.
class WindowView {
 public:
  explicit WindowView(const stream::Window& window);

  /// Of the window that ends with `newest`.
  [[nodiscard]] Content with(const TimedPane& newest) const;
  void push(const TimedPane& newest);
  void reset();
  /// Whether a window of so many panes has its full length.
  [[nodiscard]] bool is_full(std::uint64_t panes) const noexcept { return panes >= window_.panes(); }

 private:
  struct Past {
    std::uint64_t rows;
    std::uint64_t late_rows;
    std::vector<double> slot_rows;
    std::optional<TimePoint> begin;
  };

  stream::Window window_;
  stream::PaneHistory history_;
  std::deque<Past> past_;  // sliding
  std::uint64_t panes_ = 0;
  Past all_{};  // decayed: all panes
  double weight_ = 0;
};

}  // namespace leeway::inline v1::monitor::detail

#endif
