// The features of a report: a table of those that are not stable, then each with its numbers and the shares of its
// cells as bars. All numbers stand beside the bars, which are for the eye alone.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "report/html_page.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report::detail {
namespace {

using drift::CellReport;
using drift::FeatureReport;
using drift::SideSummary;
using Features = std::vector<const FeatureReport*>;

// In full, so that a page of many features stays usable.
constexpr std::size_t kMovedShown = 1000;
constexpr std::size_t kStableShown = 20;
constexpr std::size_t kCellsShown = 20;

std::string cell(std::string_view html) { return element("td class=\"n\"", html); }
std::string label(std::string_view html) { return element("th scope=\"row\"", html); }
std::string row(std::string_view html) { return element("tr", html) + "\n"; }

std::string table(std::string_view caption, std::string_view header, std::string_view rows) {
  return element("div class=\"scroll\"",
                 element("table", element("caption", caption) + element("thead", header) + element("tbody", rows)));
}

/// The columns after the first are of numbers.
std::string header(std::string_view first, std::initializer_list<std::string_view> numbers,
                   std::string_view last = {}) {
  std::string html = element("th scope=\"col\"", first);
  for (const std::string_view column : numbers) html += element("th scope=\"col\" class=\"n\"", column);
  return element("tr", last.empty() ? html : html + element("th scope=\"col\"", last));
}

// ---- shares

/// A row of shares.
struct Bar {
  std::string label;
  double reference = 0;
  double live = 0;
};

double change(const CellReport& cell) { return std::fabs(cell.live - cell.reference); }

/// The cells that differ most, in their own order.
std::vector<std::size_t> shown_cells(const std::vector<CellReport>& cells) {
  std::vector<std::size_t> order(cells.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (cells.size() <= kCellsShown) return order;
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return change(cells[a]) > change(cells[b]); });
  order.resize(kCellsShown);
  std::sort(order.begin(), order.end());
  return order;
}

/// What no row shows is one more.
Bar other_cells(const std::vector<CellReport>& cells, const std::vector<Bar>& shown) {
  Bar rest{plural(cells.size() - shown.size(), "other cell"), 0, 0};
  for (const CellReport& cell : cells) {
    rest.reference += cell.reference;
    rest.live += cell.live;
  }
  for (const Bar& bar : shown) {
    rest.reference -= bar.reference;
    rest.live -= bar.live;
  }
  return {rest.label, (std::max)(rest.reference, 0.0), (std::max)(rest.live, 0.0)};
}

std::vector<Bar> cell_bars(const std::vector<CellReport>& cells) {
  std::vector<Bar> bars;
  for (const std::size_t i : shown_cells(cells))
    bars.push_back({name(cells[i].cell), cells[i].reference, cells[i].live});
  if (bars.size() < cells.size()) bars.push_back(other_cells(cells, bars));
  return bars;
}

/// Of what is not in a cell of its own; without those that neither side has.
std::vector<Bar> side_bars(const SideSummary& reference, const SideSummary& live) {
  const auto of_present = [&](const char* label, std::uint64_t SideSummary::*count) {
    return Bar{label, present_share(reference.*count, reference), present_share(live.*count, live)};
  };
  std::vector<Bar> bars{of_present("below the reference range", &SideSummary::below),
                        of_present("above the reference range", &SideSummary::above),
                        of_present("unseen categories", &SideSummary::unseen),
                        {"missing, of all rows", reference.missing_rate, live.missing_rate}};
  std::erase_if(bars, [](const Bar& bar) { return bar.reference <= 0 && bar.live <= 0; });
  return bars;
}

double longest(const std::vector<Bar>& bars) {
  double share = 0;
  for (const Bar& bar : bars) share = (std::max)({share, bar.reference, bar.live});
  return share;
}

std::string rectangle(std::string_view side, int top, double width) {
  return element("rect class=\"" + std::string(side) + "\" y=\"" + std::to_string(top) + "\" width=\"" + number(width) +
                     "\" height=\"5\"",
                 "");
}

std::string drawn(const Bar& bar, double full) {
  const double scale = full > 0 ? 100 / full : 0;
  return element(
      "td class=\"bars\"",
      element("svg viewBox=\"0 0 100 11\" preserveAspectRatio=\"none\" aria-hidden=\"true\"",
              rectangle("of_reference", 0, scale * bar.reference) + rectangle("of_live", 6, scale * bar.live)));
}

std::string key(const std::string& side) { return element("span class=\"key of_" + side + "\"", ""); }

std::string shares_table(const FeatureReport& feature) {
  std::vector<Bar> bars = cell_bars(feature.cells);
  for (Bar& bar : side_bars(feature.reference, feature.live)) bars.push_back(std::move(bar));
  if (bars.empty()) return {};
  std::string rows;
  for (const Bar& bar : bars) {
    rows += row(label(bar.label) + cell(percent(bar.reference)) + cell(percent(bar.live)) + drawn(bar, longest(bars)));
  }
  return table("Shares of the values present",
               header("cell", {key("reference") + "reference", key("live") + "live"}, "both"), rows);
}

// ---- numbers

std::string value_text(const Evidence& evidence) {
  const double bound = evidence.error_bound.value_or(0);
  return number(evidence.value) + (bound > 0 ? " to " + number(evidence.value + bound) : "");
}

/// Lines may break behind its slashes.
std::string convention(const Evidence& metric) {
  std::string html = escaped(metric.convention);
  for (std::size_t i = html.find('/'); i != std::string::npos; i = html.find('/', i + 2)) html.insert(i + 1, "<wbr>");
  return element("code", html);
}

std::string metric_row(const Evidence& metric) {
  return row(label(convention(metric)) + cell(value_text(metric)) + cell(number(metric.null_quantile)) +
             cell(number(metric.threshold)) + cell(number(metric.p_value)));
}

/// What decides is first, whether it is among the metrics or, beside a preset's, is not.
std::string metrics_table(const FeatureReport& feature) {
  std::string rows;
  const Evidence* own = deciding(feature);
  const bool listed = !feature.metrics.empty() && own != nullptr && own->convention == feature.metrics[0].convention;
  if (own != nullptr && !listed) rows += metric_row(*own);
  for (const Evidence& metric : feature.metrics) rows += metric_row(metric);
  if (rows.empty()) return {};
  return table("Metrics", header("metric", {"value", "noise up to", "drift from", "p"}), rows);
}

template <class Value>
std::string side_row(std::string_view what, const Value& reference, const Value& live) {
  return row(label(what) + cell(reference) + cell(live));
}

std::string count_row(std::string_view what, std::uint64_t reference, std::uint64_t live) {
  return reference + live == 0 ? "" : side_row(what, std::to_string(reference), std::to_string(live));
}

std::string number_row(std::string_view what, const std::optional<double>& reference,
                       const std::optional<double>& live) {
  return reference || live ? side_row(what, number(reference), number(live)) : "";
}

std::string sides_table(const FeatureReport& feature) {
  const auto& [reference, live] = std::pair(feature.reference, feature.live);
  std::string rows = side_row("rows", std::to_string(reference.count), std::to_string(live.count)) +
                     side_row("missing rate", percent(reference.missing_rate), percent(live.missing_rate)) +
                     count_row("malformed, counted as missing", reference.malformed, live.malformed) +
                     count_row("below the reference range", reference.below, live.below) +
                     count_row("above the reference range", reference.above, live.above) +
                     count_row("of unseen categories", reference.unseen, live.unseen) +
                     number_row("mean", reference.mean, live.mean) +
                     number_row("standard deviation", reference.standard_deviation, live.standard_deviation);
  return table("Both sides", header("", {"reference", "live"}), rows);
}

// ---- sections

std::string kind(const FeatureReport& feature) { return feature.categorical ? "categorical" : "numeric"; }

std::string causes(const FeatureReport& feature) {
  return feature.causes().empty() ? kind(feature) : kind(feature) + ": " + causes_text(feature);
}

std::string heading(const FeatureReport& feature) {
  return element("h3", badge(feature.verdict) + " " + name(feature.feature) + " " +
                           element("small class=\"soft\"", causes(feature)));
}

std::string sentence_list(const FeatureReport& feature) {
  std::string html;
  for (const std::string& sentence : sentences(feature)) html += element("li", escaped(sentence));
  return html.empty() ? html : element("ul", html);
}

std::string body(const FeatureReport& feature) {
  return sentence_list(feature) +
         element("div class=\"sides\"",
                 element("div", metrics_table(feature) + sides_table(feature)) + element("div", shares_table(feature)));
}

std::string section(const FeatureReport& feature, const std::string& id) {
  return element("section id=\"" + id + "\"", heading(feature) + body(feature)) + "\n";
}

std::string folded(const FeatureReport& feature, const std::string& id) {
  return element("details id=\"" + id + "\"", element("summary", heading(feature)) + body(feature)) + "\n";
}

using Columns = std::vector<std::string>;

std::string overview_row(const FeatureReport& feature, const std::string& first, const Columns& metrics) {
  std::string metrics_of_row;
  for (const std::string& text : metric_cells(feature, metrics)) metrics_of_row += cell(escaped(text));
  return row(label(first) + element("td", badge(feature.verdict)) + element("td", causes_text(feature)) +
             metrics_of_row + cell(percent(feature.reference.missing_rate)) + cell(percent(feature.live.missing_rate)));
}

std::string overview(const Features& features, std::string_view caption, const Columns& metrics,
                     const std::string& prefix, std::size_t linked) {
  std::string rows;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::string first = name(features[i]->feature);
    const std::string link = "a href=\"#" + prefix + std::to_string(i) + "\"";
    rows += overview_row(*features[i], i < linked ? element(link, first) : first, metrics);
  }
  std::string columns;
  for (const char* column : {"feature", "verdict", "causes"}) columns += element("th scope=\"col\"", column);
  Columns numbers = metrics;
  numbers.insert(numbers.end(), {"missing, reference", "missing, live"});
  for (const std::string& column : numbers) columns += element("th scope=\"col\" class=\"n\"", escaped(column));
  return table(caption, element("tr", columns), rows);
}

std::string note(std::size_t shown, const Features& features) {
  if (shown == features.size()) return {};
  return element("p class=\"soft\"", "In full: the first " + std::to_string(shown) + " of these " +
                                         std::to_string(features.size()) + "; the JSON report has all.");
}

std::string moved_part(const Features& features, const Columns& metrics, const std::string& prefix) {
  if (features.empty()) return element("p", "No feature moved.");
  const std::size_t shown = (std::min)(features.size(), kMovedShown);
  std::string html = overview(features, "Features that are not stable, worst first", metrics, prefix, shown);
  for (std::size_t i = 0; i < shown; ++i) html += section(*features[i], prefix + std::to_string(i));
  return html + note(shown, features);
}

std::string stable_part(const Features& features, const Columns& metrics, const std::string& prefix) {
  if (features.empty()) return {};
  const std::size_t shown = (std::min)(features.size(), kStableShown);
  std::string html = overview(features, "Stable features", metrics, prefix, shown);
  for (std::size_t i = 0; i < shown; ++i) html += folded(*features[i], prefix + std::to_string(i));
  return html + note(shown, features);
}

}  // namespace

std::string feature_sections(const drift::DriftReport& report, const std::string& prefix) {
  Features moved;
  Features stable;
  for (const FeatureReport* feature : worst_first(report)) {
    (feature->verdict == Verdict::stable ? stable : moved).push_back(feature);
  }
  const Columns metrics = metric_columns(report);
  return moved_part(moved, metrics, prefix + "m") + stable_part(stable, metrics, prefix + "s");
}

}  // namespace leeway::inline v1::report::detail
