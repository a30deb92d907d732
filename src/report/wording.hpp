#ifndef LEEWAY_SRC_REPORT_WORDING_HPP
#define LEEWAY_SRC_REPORT_WORDING_HPP

// The words of reports for people, so that text and HTML say the same thing in the same words.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/drift/drift_report.hpp"
#include "leeway/monitor/window_report.hpp"

namespace leeway::inline v1::report::detail {

/// Four significant digits, independent of the locale; "-" for what has no value.
[[nodiscard]] std::string number(double x);
[[nodiscard]] std::string number(const std::optional<double>& x);
[[nodiscard]] std::string percent(double share);
/// "1 row", "2 rows".
[[nodiscard]] std::string plural(std::uint64_t count, std::string_view noun);

/// 0 of nothing.
[[nodiscard]] double share(std::uint64_t part, std::uint64_t whole);
/// Of the values present.
[[nodiscard]] double present_share(std::uint64_t part, const drift::SideSummary& side);

/// Names come from files: a line end or an escape sequence in one must not become one of ours. Controls and what is no
/// UTF-8 as "\x1B".
[[nodiscard]] std::string printable(std::string_view name);

using Row = std::vector<std::string>;
/// Rows as lines, their cells two blanks apart and below each other. Precondition: a first row, none longer.
[[nodiscard]] std::string aligned(const std::vector<Row>& rows);

/// "shape,missing"; "-" for none.
[[nodiscard]] std::string causes_text(const drift::FeatureReport& feature);
/// By verdict; of one verdict in their own order.
[[nodiscard]] std::vector<const drift::FeatureReport*> worst_first(const drift::DriftReport& report);
/// What decides about the shape: a preset's metrics do not. Null where the shape cannot be said.
[[nodiscard]] const Evidence* deciding(const drift::FeatureReport& feature);
/// What a table of features says of metrics: the one that decides, its noise, and the first of a preset, if there is
/// one.
[[nodiscard]] std::vector<std::string> metric_columns(const drift::DriftReport& report);
/// Of a feature in these columns: with the metric's name where that is another, for categories have no KS; "-" for
/// none.
[[nodiscard]] std::vector<std::string> metric_cells(const drift::FeatureReport& feature,
                                                    const std::vector<std::string>& columns);

/// "2 of 3 features moved."
[[nodiscard]] std::string moved_text(const drift::DriftReport& report);
/// "1000 live rows against 3000 reference rows."
[[nodiscard]] std::string rows_text(const drift::DriftReport& report);
/// What else is to be known of how a report came about, a sentence each.
[[nodiscard]] std::vector<std::string> remarks(const drift::DriftReport& report);
/// A sentence on each finding and on what its data are like, without the feature's name.
[[nodiscard]] std::vector<std::string> sentences(const drift::FeatureReport& feature);

/// "rows 0-999, 2018-01-11T00:00:00Z to 2018-01-12T00:00:00Z (partial)".
[[nodiscard]] std::string extent(const monitor::WindowReport& window);
/// "age drift (shape,missing); city warning (unseen)"; empty where nothing moved.
[[nodiscard]] std::string moved_features(const drift::DriftReport& report);
/// What else is to be known of how a window was judged; empty for nothing.
[[nodiscard]] std::string notes(const monitor::WindowReport& window);

}  // namespace leeway::inline v1::report::detail

#endif
