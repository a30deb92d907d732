// Windows in a row: a strip of verdicts for the whole and for each feature that was ever not stable, a table of the
// windows in which something moved, and the reports of the worst.

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "leeway/report/html.hpp"
#include "report/html_page.hpp"
#include "report/wording.hpp"

namespace leeway::inline v1::report {
namespace {

using detail::element;
using detail::plural;
using monitor::WindowReport;
using Windows = std::span<const WindowReport>;

constexpr std::size_t kFeaturesShown = 100;
constexpr std::size_t kWindowsListed = 500;
constexpr std::size_t kWindowsInFull = 3;

/// A verdict for each window; absent where the profile of that window had no such feature.
using Verdicts = std::vector<std::optional<Verdict>>;

std::vector<Verdict> verdicts_of(Windows windows) {
  std::vector<Verdict> verdicts;
  for (const WindowReport& window : windows) verdicts.push_back(window.report.verdict);
  return verdicts;
}

std::string window_name(const WindowReport& window) { return "window " + std::to_string(window.index); }

// ---- strips

std::string run_text(Windows windows, std::size_t begin, std::size_t end, Verdict verdict) {
  const std::string first = window_name(windows[begin]);
  const std::string last = end - begin > 1 ? " to " + std::to_string(windows[end - 1].index) : "";
  return first + last + ": " + to_string(verdict);
}

/// A rectangle for each run of windows of one verdict; the stable ones are the ground.
std::string runs(Windows windows, const Verdicts& verdicts) {
  std::string html;
  for (std::size_t begin = 0, end = 0; begin < verdicts.size(); begin = end) {
    while (end < verdicts.size() && verdicts[end] == verdicts[begin]) ++end;
    if (!verdicts[begin] || *verdicts[begin] == Verdict::stable) continue;
    html += element("rect class=\"" + std::string(to_string(*verdicts[begin])) + "\" x=\"" + std::to_string(begin) +
                        "\" width=\"" + std::to_string(end - begin) + "\" height=\"1\"",
                    element("title", run_text(windows, begin, end, *verdicts[begin])));
  }
  return html;
}

std::size_t count_of(const Verdicts& verdicts, Verdict verdict) {
  return static_cast<std::size_t>(std::count(verdicts.begin(), verdicts.end(), std::optional(verdict)));
}

std::string counts_text(const Verdicts& verdicts) {
  std::string text;
  for (const Verdict verdict : {Verdict::drift, Verdict::warning, Verdict::not_enough_data}) {
    const std::size_t count = count_of(verdicts, verdict);
    if (count > 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + to_string(verdict);
  }
  return text.empty() ? "stable" : text;
}

std::string strip(Windows windows, const std::string& label, const Verdicts& verdicts) {
  const std::string svg =
      element("svg viewBox=\"0 0 " + std::to_string(windows.size()) +
                  " 1\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" + counts_text(verdicts) + "\"",
              runs(windows, verdicts));
  return element("tr", element("th scope=\"row\"", label) + element("td", counts_text(verdicts)) +
                           element("td class=\"strip\"", svg)) +
         "\n";
}

using Row = std::pair<std::string, Verdicts>;

std::vector<Row> feature_rows(Windows windows) {
  std::vector<Row> rows;
  std::map<std::string, std::size_t> index;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (const drift::FeatureReport& feature : windows[w].report.features) {
      const auto [known, added] = index.try_emplace(feature.feature, rows.size());
      if (added) rows.emplace_back(feature.feature, Verdicts(windows.size()));
      rows[known->second].second[w] = feature.verdict;
    }
  }
  return rows;
}

/// Those most often in drift first, then those most often in warning, then the unknown.
std::vector<Row> worst_rows(std::vector<Row> rows) {
  const auto severity = [](const Row& row) {
    return std::array{count_of(row.second, Verdict::drift), count_of(row.second, Verdict::warning),
                      count_of(row.second, Verdict::not_enough_data)};
  };
  std::erase_if(rows, [&](const Row& row) { return severity(row) == decltype(severity(row)){}; });
  std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return severity(a) > severity(b); });
  return rows;
}

std::string grid(Windows windows) {
  const std::vector<Verdict> all = verdicts_of(windows);
  std::string rows = strip(windows, element("b", "all features"), Verdicts(all.begin(), all.end()));
  const std::vector<Row> worst = worst_rows(feature_rows(windows));
  const std::size_t shown = (std::min)(worst.size(), kFeaturesShown);
  for (std::size_t i = 0; i < shown; ++i) rows += strip(windows, detail::name(worst[i].first), worst[i].second);
  std::string header;
  for (const std::string& column : {std::string("feature"), std::string("windows"),
                                    window_name(windows.front()) + " to " + std::to_string(windows.back().index)}) {
    header += element("th scope=\"col\"", column);
  }
  const std::string caption = element("caption", "Features that were ever not stable, most often in drift first");
  const std::string table =
      element("table", caption + element("thead", element("tr", header)) + element("tbody", rows));
  return element("div class=\"scroll\"", table) +
         (shown < worst.size() ? element("p", plural(worst.size() - shown, "more feature") + " not shown.") : "");
}

// ---- windows

bool moved(const WindowReport& window) { return window.report.verdict >= Verdict::warning; }

/// In which something moved, over a horizon at least.
std::vector<const WindowReport*> with_findings(Windows windows) {
  std::vector<const WindowReport*> found;
  for (const WindowReport& window : windows) {
    if (moved(window) || std::any_of(window.horizons.begin(), window.horizons.end(), moved)) found.push_back(&window);
  }
  return found;
}

std::string moved_text(Windows windows) {
  const auto count = std::count_if(windows.begin(), windows.end(), moved);
  return "something moved in " + std::to_string(count) + " of " + plural(windows.size(), "window") + ".";
}

std::string finding_text(const drift::DriftReport& report) {
  return detail::badge(report.verdict) + " " + detail::escaped(detail::moved_features(report));
}

std::string horizon_text(const WindowReport& horizon) {
  return element("p", "horizon, " + detail::extent(horizon) + ": " + finding_text(horizon.report));
}

std::string window_row(const WindowReport& window) {
  std::string found = finding_text(window.report);
  for (const WindowReport& horizon : window.horizons) found += horizon_text(horizon);
  const std::string notes = detail::notes(window);
  if (!notes.empty()) found += element("p class=\"soft\"", detail::escaped(notes));
  return element("tr", element("th scope=\"row\"", window_name(window) + ", " + detail::extent(window)) +
                           element("td", found)) +
         "\n";
}

std::string window_list(const std::vector<const WindowReport*>& windows) {
  if (windows.empty()) return element("p", "Nothing moved in any window.");
  std::string rows;
  const std::size_t shown = (std::min)(windows.size(), kWindowsListed);
  for (std::size_t i = 0; i < shown; ++i) rows += window_row(*windows[i]);
  const std::string header =
      element("tr", element("th scope=\"col\"", "window") + element("th scope=\"col\"", "what moved"));
  const std::string caption = element("caption", "Windows in which something moved");
  return element("div class=\"scroll\"",
                 element("table", caption + element("thead", header) + element("tbody", rows))) +
         (shown < windows.size() ? element("p", plural(windows.size() - shown, "later window") + " not shown.") : "");
}

std::size_t moved_count(const WindowReport& window) {
  const auto& features = window.report.features;
  return static_cast<std::size_t>(
      std::count_if(features.begin(), features.end(), [](const auto& f) { return f.verdict >= Verdict::warning; }));
}

/// The worst first; of the same verdict those in which most features moved, then the latest. None that is stable.
std::vector<const WindowReport*> worst(Windows windows) {
  const auto severity = [](const WindowReport* w) { return std::pair(w->report.verdict, moved_count(*w)); };
  std::vector<const WindowReport*> order;
  for (auto window = windows.rbegin(); window != windows.rend(); ++window) {
    if (window->report.verdict != Verdict::stable) order.push_back(&*window);
  }
  std::stable_sort(order.begin(), order.end(), [&](auto* a, auto* b) { return severity(a) > severity(b); });
  order.resize((std::min)(order.size(), kWindowsInFull));
  return order;
}

std::string in_full(const WindowReport& window) {
  const std::string title =
      "verdict: " + detail::badge(window.report.verdict) + " " + window_name(window) + ", " + detail::extent(window);
  return element("article", element("h2", title) + detail::report_facts(window.report) +
                                detail::feature_sections(window.report, "w" + std::to_string(window.index))) +
         "\n";
}

std::string summary(Windows windows) {
  const std::vector<Verdict> verdicts = verdicts_of(windows);
  const Verdict verdict = *std::max_element(verdicts.begin(), verdicts.end());
  return element("h1", "verdict: " + detail::badge(verdict) + " " + moved_text(windows)) +
         detail::verdict_counts(verdicts) +
         element("p", detail::extent(windows.front()) + " first, " + detail::extent(windows.back()) + " last.");
}

}  // namespace

std::string to_html(Windows windows) {
  if (windows.empty()) return detail::page("no windows", element("h1", "No windows: no rows came."));
  std::string full;
  for (const WindowReport* window : worst(windows)) full += in_full(*window);
  return detail::page(moved_text(windows),
                      element("header", summary(windows)) + "\n" +
                          element("main", grid(windows) + window_list(with_findings(windows)) + full));
}

}  // namespace leeway::inline v1::report
