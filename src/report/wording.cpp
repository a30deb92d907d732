#include "report/wording.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "leeway/base/utf8.hpp"
#include "leeway/report/time_text.hpp"

namespace leeway::inline v1::report::detail {
namespace {

// A character that moves the cursor, ends a line or is no UTF-8. C1 controls are two bytes, C2 80 to C2 9F.
bool is_plain(std::string_view text, std::size_t i, std::size_t length) {
  const auto byte = static_cast<unsigned char>(text[i]);
  if (length == 1) return byte >= 0x20 && byte != 0x7F;
  return length > 1 && !(byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0);
}

std::string escaped(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
  }
  return text;
}

constexpr std::string_view kOwn = "leeway";  // convention, not a preset

std::string measured(const Evidence* metric, std::string_view usual) {
  if (metric == nullptr) return "-";
  const bool is_usual = metric->name == usual || metric->convention == usual;
  return is_usual ? number(metric->value) : metric->name + " " + number(metric->value);
}

// Characters rather than bytes: names may hold any letter.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

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

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double present_share(std::uint64_t part, const drift::SideSummary& side) {
  return share(part, side.count - side.missing);
}

std::string printable(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size();) {
    const std::size_t length = leeway::detail::character(name, i);
    const std::string_view character = name.substr(i, (std::max)(length, std::size_t{1}));
    text += is_plain(name, i, length) ? std::string(character) : escaped(character);
    i += character.size();
  }
  return text;
}

std::string aligned(const std::vector<Row>& rows) {
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

std::string causes_text(const drift::FeatureReport& feature) {
  std::string text;
  for (const drift::Cause cause : feature.causes()) text += (text.empty() ? "" : ",") + std::string(to_string(cause));
  return text.empty() ? "-" : text;
}

std::vector<const drift::FeatureReport*> worst_first(const drift::DriftReport& report) {
  std::vector<const drift::FeatureReport*> order;
  for (const drift::FeatureReport& feature : report.features) order.push_back(&feature);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->verdict > b->verdict; });
  return order;
}

const Evidence* deciding(const drift::FeatureReport& feature) {
  for (const drift::Finding& finding : feature.findings) {
    if (finding.cause == drift::Cause::shape && !finding.evidence.convention.empty()) return &finding.evidence;
  }
  return nullptr;
}

std::vector<std::string> metric_columns(const drift::DriftReport& report) {
  std::vector<std::string> columns{"shape", "noise up to"};
  const auto decided = std::find_if(report.features.begin(), report.features.end(), deciding);
  if (decided != report.features.end()) columns[0] = deciding(*decided)->name;
  const auto measured = std::find_if(report.features.begin(), report.features.end(),
                                     [](const drift::FeatureReport& f) { return !f.metrics.empty(); });
  if (report.convention != kOwn && measured != report.features.end())
    columns.push_back(measured->metrics.front().convention);
  return columns;
}

std::vector<std::string> metric_cells(const drift::FeatureReport& feature, const std::vector<std::string>& columns) {
  const Evidence* own = deciding(feature);
  std::vector<std::string> cells{measured(own, columns[0]), own != nullptr ? number(own->null_quantile) : "-"};
  if (columns.size() > cells.size())
    cells.push_back(measured(feature.metrics.empty() ? nullptr : &feature.metrics.front(), columns.back()));
  return cells;
}

std::string moved_text(const drift::DriftReport& report) {
  const auto moved = std::count_if(report.features.begin(), report.features.end(),
                                   [](const drift::FeatureReport& f) { return f.verdict >= Verdict::warning; });
  return std::to_string(moved) + " of " + plural(report.features.size(), "feature") + " moved.";
}

std::string rows_text(const drift::DriftReport& report) {
  return plural(report.live_rows, "live row") + " against " + plural(report.reference_rows, "reference row") + ".";
}

std::vector<std::string> remarks(const drift::DriftReport& report) {
  std::vector<std::string> lines;
  if (report.convention != kOwn)
    lines.push_back("Metrics as " + printable(report.convention) + " has them; verdicts are leeway's.");
  if (report.correction == "bh")
    lines.push_back("At most " + percent(report.budget) + " of the findings are false, as a share to expect (bh).");
  if (report.rejected_rows > 0)
    lines.push_back(plural(report.rejected_rows, "row") + " rejected: not one value per feature.");
  return lines;
}

std::string extent(const monitor::WindowReport& window) {
  std::string text = "no rows";
  if (window.rows > 0)
    text = "rows " + std::to_string(window.first_row) + "-" + std::to_string(window.first_row + window.rows - 1);
  if (window.from && window.to) text += ", " + time_text(*window.from) + " to " + time_text(*window.to);
  return window.partial ? text + " (partial)" : text;
}

std::string moved_features(const drift::DriftReport& report) {
  std::string text;
  for (const drift::FeatureReport* feature : worst_first(report)) {
    if (feature->verdict < Verdict::warning) continue;
    text += (text.empty() ? "" : "; ") + printable(feature->feature) + " " + to_string(feature->verdict) + " (" +
            causes_text(*feature) + ")";
  }
  return text;
}

std::string notes(const monitor::WindowReport& window) {
  std::string text;
  if (window.effective_rows) text += ", worth " + number(*window.effective_rows) + " rows";
  if (2 * window.late_rows > window.rows) {
    text += ", not to be trusted: " + std::to_string(window.late_rows) + " of " + plural(window.rows, "row") +
            " came late, of other times";
  } else if (window.late_rows > 0) {
    text += ", " + plural(window.late_rows, "row") + " late";
  }
  if (window.season && window.season->sparse_share > 0) {
    text += ", " + percent(window.season->sparse_share) +
            " of the rows against the whole reference: too few reference rows of their " +
            to_string(window.season->season);
  }
  return text.empty() ? text : text.substr(2);
}

}  // namespace leeway::inline v1::report::detail
