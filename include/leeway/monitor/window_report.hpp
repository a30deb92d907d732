#ifndef LEEWAY_MONITOR_WINDOW_REPORT_HPP
#define LEEWAY_MONITOR_WINDOW_REPORT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "leeway/base/time.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/profile/season.hpp"

namespace leeway::inline v1::monitor {

/// What a window was compared with, where the reference has seasons: each season in proportion to the window's rows.
struct SeasonNote {
  profile::Season season = profile::Season::hour_of_week;
  std::uint64_t slots = 0;         ///< that the window's rows are from
  std::uint64_t sparse_slots = 0;  ///< of those: with too few reference rows, so compared with the whole reference
  double sparse_share = 0;         ///< of the window's rows that were compared with the whole reference
};

/// One window of a stream and what was found in it.
struct WindowReport {
  std::uint64_t index = 0;      ///< of the window, from 0
  std::uint64_t first_row = 0;  ///< of the stream, from 0
  std::uint64_t rows =
      0;  ///< the window holds rows first_row to first_row + rows - 1, counted in the order of their panes
  std::optional<TimePoint> from{};  ///< windows of time: inclusive
  std::optional<TimePoint> to{};    ///< windows of time: exclusive
  bool partial = false;  ///< closed by hand before it was full, or a sliding window that began less than its length ago
  std::uint64_t late_rows = 0;  ///< of the rows: their own pane was closed when they came
  std::optional<double>
      effective_rows{};  ///< decayed windows: what the rows are worth; the report's counts add up to it
  std::optional<SeasonNote> season{};
  std::string model_version{};  ///< as given with the profile
  drift::DriftReport report{};
  std::vector<WindowReport> horizons{};  ///< the longer windows that end with this one, in the order of the options
};

}  // namespace leeway::inline v1::monitor

#endif
