#ifndef LEEWAY_REPORT_JSON_HPP
#define LEEWAY_REPORT_JSON_HPP

// Reports as JSON text. Keys are snake_case and stable; every document begins with "format" and "version"; numbers
// read back to the same double; a key that has no value is absent. Thread contract: pure functions.

#include <span>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/monitor/window_report.hpp"

namespace leeway::inline v1::report {

/// One report, format "leeway.report".
[[nodiscard]] LEEWAY_EXPORT std::string to_json(const drift::DriftReport& report);

/// A stream of windows, format "leeway.timeline".
[[nodiscard]] LEEWAY_EXPORT std::string to_json(std::span<const monitor::WindowReport> windows);

}  // namespace leeway::inline v1::report

#endif
