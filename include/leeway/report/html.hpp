#ifndef LEEWAY_REPORT_HTML_HPP
#define LEEWAY_REPORT_HTML_HPP

// Reports as one HTML file each: no script, no network, nothing beside the file, so that it can be mailed, archived and
// printed; light or dark as the reader's system is. The layout may change between versions: scripts read
// report/json.hpp. Everything from outside is escaped, and unseen categories are shown as in report/text.hpp.
// Thread contract: pure functions.

#include <span>
#include <string>

#include "leeway/base/export.hpp"
#include "leeway/drift/drift_report.hpp"
#include "leeway/monitor/window_report.hpp"

namespace leeway::inline v1::report {

/// The verdict and how many features have which; the features, worst first, each with the sentences of the text report,
/// its metrics, both sides, and the shares of both in the 20 cells that differ most. Of those not stable the first
/// 1,000, of the stable ones the first 20; the others are rows of a table. Size: at most 8 kB for each feature of ten
/// cells, 0.5 kB for each row.
[[nodiscard]] LEEWAY_EXPORT std::string to_html(const drift::DriftReport& report);

/// The verdicts of all windows; which features moved when, worst first; and the reports of the worst windows.
[[nodiscard]] LEEWAY_EXPORT std::string to_html(std::span<const monitor::WindowReport> windows);

}  // namespace leeway::inline v1::report

#endif
