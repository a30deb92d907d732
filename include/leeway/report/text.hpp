#ifndef LEEWAY_REPORT_TEXT_HPP
#define LEEWAY_REPORT_TEXT_HPP

// Reports for a person to read. The layout may change between versions: scripts read report/json.hpp.
// Thread contract: pure functions.

#include <string>

#include "leeway/base/export.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/monitor/window_report.hpp"

namespace leeway::inline v1::report {

/// A summary line, a table of the features (worst first), and for each finding a sentence on what moved.
[[nodiscard]] LEEWAY_EXPORT std::string to_text(const drift::DriftReport& report);

/// One line: which rows, the verdict, and the features that are not stable with their causes.
[[nodiscard]] LEEWAY_EXPORT std::string to_line(const monitor::WindowReport& window);

/// One sentence on a finding: what moved, by how much, what would have been noise.
[[nodiscard]] LEEWAY_EXPORT std::string to_sentence(const drift::FeatureReport& feature, const drift::Finding& finding);

}  // namespace leeway::inline v1::report

#endif
