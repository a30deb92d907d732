#ifndef LEEWAY_MONITOR_WINDOW_REPORT_HPP
#define LEEWAY_MONITOR_WINDOW_REPORT_HPP

#include <cstdint>
#include <optional>
#include <string>

#include "leeway/base/time.hpp"
#include "leeway/drift/drift_report.hpp"

namespace leeway::inline v1::monitor {

/// One window of a stream and what was found in it.
struct WindowReport {
  std::uint64_t index = 0;          ///< of the window, from 0
  std::uint64_t first_row = 0;      ///< of the stream, from 0
  std::uint64_t rows = 0;           ///< the window holds rows first_row to first_row + rows - 1
  std::optional<TimePoint> from{};  ///< windows of time: inclusive
  std::optional<TimePoint> to{};    ///< windows of time: exclusive
  bool partial = false;             ///< closed by hand before it was full
  std::string model_version{};      ///< as given with the profile
  drift::DriftReport report{};
};

}  // namespace leeway::inline v1::monitor

#endif
