#include "leeway/report/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::percent;
using detail::printable;
using drift::DriftReport;
using drift::FeatureReport;

using detail::Row;

Row row_of(const FeatureReport& feature, const Row& metrics) {
  Row row{printable(feature.feature), to_string(feature.verdict), detail::causes_text(feature)};
  for (std::string& cell : detail::metric_cells(feature, metrics)) row.push_back(std::move(cell));
  row.push_back(percent(feature.reference.missing_rate));
  row.push_back(percent(feature.live.missing_rate));
  return row;
}

std::string summary(const DriftReport& report) {
  std::string text = std::string("verdict: ") + to_string(report.verdict) + ". " + detail::moved_text(report) + " " +
                     detail::rows_text(report) + "\n";
  for (const std::string& remark : detail::remarks(report)) text += remark + "\n";
  return text;
}

std::string verdicts(const DriftReport& report) {
  const std::string moved = detail::moved_features(report);
  return std::string(": ") + to_string(report.verdict) + (moved.empty() ? "" : ": " + moved);
}

std::string in_brackets(const std::string& notes) { return notes.empty() ? notes : " [" + notes + "]"; }

}  // namespace

std::string to_text(const DriftReport& report) {
  const Row metrics = detail::metric_columns(report);
  std::vector<Row> rows{{"feature", "verdict", "causes"}};
  rows[0].insert(rows[0].end(), metrics.begin(), metrics.end());
  rows[0].insert(rows[0].end(), {"missing ref", "live"});
  std::string sentences;
  for (const FeatureReport* feature : detail::worst_first(report)) {
    rows.push_back(row_of(*feature, metrics));
    for (const std::string& sentence : detail::sentences(*feature))
      sentences += printable(feature->feature) + ": " + sentence + "\n";
  }
  return summary(report) + "\n" + detail::aligned(rows) + (sentences.empty() ? "" : "\n" + sentences);
}

std::string to_line(const monitor::WindowReport& window) {
  std::string text = "window " + std::to_string(window.index) + ", " + detail::extent(window) +
                     verdicts(window.report) + in_brackets(detail::notes(window)) + "\n";
  for (const monitor::WindowReport& horizon : window.horizons)
    text +=
        "  horizon, " + detail::extent(horizon) + verdicts(horizon.report) + in_brackets(detail::notes(horizon)) + "\n";
  return text;
}

}  // namespace leeway::inline v1::report
