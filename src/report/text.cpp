#include "leeway/report/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>
#include <vector>

#include "leeway/report/time_text.hpp"

namespace leeway::inline v1::report {
namespace {

using drift::Cause;
using drift::DriftReport;
using drift::FeatureReport;
using drift::Finding;

// Four significant digits, independent of the locale.
std::string number(double x) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, 4);
  return {text.data(), end};
}

std::string number(const std::optional<double>& x) { return x ? number(*x) : "-"; }

std::string percent(double share) { return number(100 * share) + " %"; }

std::string plural(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// Names come from files: a line end or an escape sequence in one must not become one of ours.
std::string printable(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte < 0x20 || byte == 0x7F;
    text += control ? std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15] : std::string(1, c);
  }
  return text;
}

std::string causes_text(const FeatureReport& feature) {
  std::string text;
  for (const Cause cause : feature.causes()) text += (text.empty() ? "" : ",") + std::string(to_string(cause));
  return text.empty() ? "-" : text;
}

using Row = std::vector<std::string>;

Row row_of(const FeatureReport& feature) {
  Row row{printable(feature.feature), to_string(feature.verdict), causes_text(feature)};
  const bool measured = !feature.metrics.empty();
  row.push_back(measured ? number(feature.metrics[0].value) : "-");
  row.push_back(measured ? number(feature.metrics[0].null_quantile) : "-");
  row.push_back(percent(feature.reference.missing_rate));
  row.push_back(percent(feature.live.missing_rate));
  return row;
}

// Characters rather than bytes: names may hold any letter.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = (std::max)(widths[i], width(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::vector<const FeatureReport*> worst_first(const DriftReport& report) {
  std::vector<const FeatureReport*> order;
  for (const FeatureReport& feature : report.features) order.push_back(&feature);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->verdict > b->verdict; });
  return order;
}

std::string governing_name(const DriftReport& report) {
  for (const FeatureReport& feature : report.features) {
    if (!feature.metrics.empty()) return feature.metrics[0].name;
  }
  return "shape";
}

std::string summary(const DriftReport& report) {
  const auto moved = std::count_if(report.features.begin(), report.features.end(),
                                   [](const FeatureReport& f) { return f.verdict >= Verdict::warning; });
  std::string text = std::string("verdict: ") + to_string(report.verdict) + ". " + std::to_string(moved) + " of " +
                     plural(report.features.size(), "feature") + " moved. " + plural(report.live_rows, "live row") +
                     " against " + plural(report.reference_rows, "reference row") + ".\n";
  if (report.convention != "leeway") text += "Metrics as " + report.convention + " has them; verdicts are leeway's.\n";
  if (report.correction == "bh") {
    text += "At most " + percent(report.budget) + " of the findings are false, as a share to expect (bh).\n";
  }
  if (report.rejected_rows > 0) text += plural(report.rejected_rows, "row") + " rejected: not one value per feature.\n";
  return text;
}

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

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string extent(const monitor::WindowReport& window) {
  std::string text = ", no rows";
  if (window.rows > 0)
    text = ", rows " + std::to_string(window.first_row) + "-" + std::to_string(window.first_row + window.rows - 1);
  if (window.from && window.to) text += ", " + time_text(*window.from) + " to " + time_text(*window.to);
  return text;
}

std::string verdicts(const DriftReport& report) {
  std::string text = std::string(": ") + to_string(report.verdict);
  std::string separator = ": ";
  for (const FeatureReport* feature : worst_first(report)) {
    if (feature->verdict < Verdict::warning) continue;
    text += separator + printable(feature->feature) + " " + to_string(feature->verdict) + " (" + causes_text(*feature) +
            ")";
    separator = "; ";
  }
  return text;
}

// What else is to be known of how a window was judged.
std::string notes(const monitor::WindowReport& window) {
  std::string text;
  if (window.effective_rows) text += ", worth " + number(*window.effective_rows) + " rows";
  if (window.late_rows > 0) text += ", " + plural(window.late_rows, "row") + " late";
  if (window.season && window.season->sparse_share > 0) {
    text += ", " + percent(window.season->sparse_share) +
            " of the rows against the whole reference: too few reference rows of their " +
            to_string(window.season->season);
  }
  return text.empty() ? text : " [" + text.substr(2) + "]";
}

double present_share(std::uint64_t part, const drift::SideSummary& side) {
  return share(part, side.count - side.missing);
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

std::string to_text(const DriftReport& report) {
  std::vector<Row> rows{{"feature", "verdict", "causes", governing_name(report), "noise up to", "missing ref", "live"}};
  std::string sentences;
  for (const FeatureReport* feature : worst_first(report)) {
    rows.push_back(row_of(*feature));
    for (const Finding& finding : feature->findings) {
      if (finding.verdict == Verdict::stable) continue;
      sentences += printable(feature->feature) + ": " + to_string(finding.verdict) + ", " +
                   to_sentence(*feature, finding) + "\n";
    }
    if (const double deff = (std::max)(feature->design.cells, feature->design.missing); deff > 1) {
      sentences += printable(feature->feature) + ": its rows are autocorrelated or clustered, one in " + number(deff) +
                   " counts (design effect)\n";
    }
    if (feature->live.malformed > 0) {
      sentences += printable(feature->feature) + ": " + plural(feature->live.malformed, "live value") +
                   " malformed, counted as missing\n";
    }
  }
  return summary(report) + "\n" + table(rows) + (sentences.empty() ? "" : "\n" + sentences);
}

std::string to_line(const monitor::WindowReport& window) {
  std::string text = "window " + std::to_string(window.index) + extent(window);
  if (window.partial) text += " (partial)";
  text += verdicts(window.report) + notes(window) + "\n";
  for (const monitor::WindowReport& horizon : window.horizons)
    text += "  horizon" + extent(horizon) + (horizon.partial ? " (partial)" : "") + verdicts(horizon.report) + "\n";
  return text;
}

}  // namespace leeway::inline v1::report
