#include "leeway/report/html.hpp"

#include <vector>

#include "report/html_page.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {

std::string to_html(const drift::DriftReport& report) {
  std::vector<Verdict> verdicts;
  for (const drift::FeatureReport& feature : report.features) verdicts.push_back(feature.verdict);
  const std::string moved = detail::moved_text(report);
  const std::string top =
      detail::element("h1", "verdict: " + detail::badge(report.verdict) + " " + detail::escaped(moved)) +
      detail::verdict_counts(verdicts) + detail::report_facts(report);
  return detail::page(
      std::string(to_string(report.verdict)) + ": " + moved,
      detail::element("header", top) + "\n" + detail::element("main", detail::feature_sections(report, "")));
}

}  // namespace leeway::inline v1::report
