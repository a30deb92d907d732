// One sentence on a finding: what moved, by how much, what would have been noise.

#include <algorithm>
#include <cmath>
#include <utility>

#include "leeway/report/text.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::number;
using detail::percent;
using detail::plural;
using detail::present_share;
using detail::printable;
using drift::Cause;
using drift::FeatureReport;
using drift::Finding;

const drift::CellReport* largest_contribution(const FeatureReport& feature) {
  const auto largest = std::max_element(feature.cells.begin(), feature.cells.end(), [](const auto& a, const auto& b) {
    return std::fabs(a.contribution) < std::fabs(b.contribution);
  });
  return largest == feature.cells.end() ? nullptr : &*largest;
}

std::string shape_sentence(const FeatureReport& feature, const Evidence& evidence) {
  if (evidence.convention.empty()) return "its shape cannot be said: no live values";
  std::string text = "shape: " + evidence.name + " " + number(evidence.value) + " (drift from " +
                     number(evidence.threshold) + ", noise up to " + number(evidence.null_quantile) + ")";
  if (const auto* cell = largest_contribution(feature); cell != nullptr && evidence.value > 0) {
    text += ", most in " + printable(cell->cell) + ": " + percent(cell->reference) + " -> " + percent(cell->live);
  }
  if (feature.reference.mean && feature.live.mean) {
    text += ", mean " + number(feature.reference.mean) + " -> " + number(feature.live.mean);
  }
  return text;
}

std::string rates_sentence(std::string_view what, double reference, double live, const Evidence& evidence) {
  return std::string(what) + ": " + percent(reference) + " -> " + percent(live) + " (drift from a change of " +
         percent(evidence.threshold.value_or(0)) + ", p " + number(evidence.p_value) + ")";
}

std::string unseen_name(const drift::UnseenCategory& category) {
  return category.text.empty() ? "one of " + plural(category.length, "byte") + " with hash " + category.hash
                               : printable(category.text);
}

// Which they are: ", 2 distinct, most often ES (12 times)".
std::string unseen_clause(const FeatureReport& feature) {
  if (feature.unseen.empty()) return "";
  const drift::UnseenCategory& first = feature.unseen.front();
  const bool exact = feature.unseen_distinct == static_cast<double>(feature.unseen.size());
  return std::string(exact ? ", " : ", about ") + std::to_string(std::llround(feature.unseen_distinct)) +
         (exact ? " distinct, most often " : " distinct, for example ") + unseen_name(first) + " (" +
         plural(first.count, "time") + ")";
}

std::string sequential_sentence(const Finding& finding) {
  return "over the last " + plural(finding.windows.value_or(0), "window") + " (" +
         plural(finding.evidence.live_count, "value") + "): e-value " + number(finding.evidence.value) +
         " (alarm from " + number(finding.evidence.threshold) + ")";
}

std::string trend_sentence(const Finding& finding) {
  const double change = finding.evidence.value;
  return std::string(change < 0 ? "falling" : "rising") + " over the last " +
         plural(finding.windows.value_or(0), "window") + " (" + plural(finding.evidence.live_count, "value") +
         "): by " + percent(std::fabs(change)) + " in all (matters from " +
         percent(finding.evidence.threshold.value_or(0)) + ", p " + number(finding.evidence.p_value) + ")";
}

}  // namespace

std::string to_sentence(const FeatureReport& feature, const Finding& finding) {
  const auto& [reference, live] = std::pair(feature.reference, feature.live);
  switch (finding.cause) {
    case Cause::shape: return shape_sentence(feature, finding.evidence);
    case Cause::missing: return rates_sentence("missing", reference.missing_rate, live.missing_rate, finding.evidence);
    case Cause::unseen:
      return rates_sentence("unseen categories", present_share(reference.unseen, reference),
                            present_share(live.unseen, live), finding.evidence) +
             unseen_clause(feature);
    case Cause::range:
      return rates_sentence("beyond the reference range", present_share(reference.below + reference.above, reference),
                            present_share(live.below + live.above, live), finding.evidence);
    case Cause::sequential: return sequential_sentence(finding);
    case Cause::trend: return trend_sentence(finding);
  }
  return {};
}

std::vector<std::string> detail::sentences(const FeatureReport& feature) {
  std::vector<std::string> lines;
  for (const Finding& finding : feature.findings) {
    if (finding.verdict == Verdict::stable) continue;
    lines.push_back(std::string(to_string(finding.verdict)) + ", " + to_sentence(feature, finding));
  }
  if (const double deff = (std::max)(feature.design.cells, feature.design.missing); deff > 1)
    lines.push_back("its rows are autocorrelated or clustered, one in " + number(deff) + " counts (design effect)");
  if (feature.live.malformed > 0)
    lines.push_back(plural(feature.live.malformed, "live value") + " malformed, counted as missing");
  return lines;
}

}  // namespace leeway::inline v1::report
