#ifndef LEEWAY_SRC_REPORT_HTML_PAGE_HPP
#define LEEWAY_SRC_REPORT_HTML_PAGE_HPP

// What the pages of report/html.hpp are made of. Everything returned is HTML; `text` is any text, escaped here.

#include <span>
#include <string>
#include <string_view>

#include "leeway/base/verdict.hpp"
#include "leeway/drift/drift_report.hpp"

namespace leeway::inline v1::report::detail {

/// Safe between tags and within quotes; controls and what is no UTF-8 as "\x1B".
[[nodiscard]] std::string escaped(std::string_view text);

/// `tag` may carry attributes: element("td class=\"n\"", ...). `content` is HTML.
[[nodiscard]] std::string element(std::string_view tag, std::string_view content);

/// A name from outside: its direction of writing does not reach beyond it.
[[nodiscard]] std::string name(std::string_view text);

/// The verdict as a word in its colour.
[[nodiscard]] std::string badge(Verdict verdict);

/// "2 drift, 0 warning, 1 not_enough_data, 5 stable" of features or windows.
[[nodiscard]] std::string verdict_counts(std::span<const Verdict> verdicts);

/// A paragraph each for rows and remarks.
[[nodiscard]] std::string report_facts(const drift::DriftReport& report);

/// The features of a report. `prefix` keeps anchors of several reports on a page apart.
[[nodiscard]] std::string feature_sections(const drift::DriftReport& report, const std::string& prefix);

/// The whole file. `title` is text.
[[nodiscard]] std::string page(std::string_view title, std::string_view body);

}  // namespace leeway::inline v1::report::detail

#endif
