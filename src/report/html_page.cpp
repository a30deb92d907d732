#include "report/html_page.hpp"

#include <algorithm>
#include <array>

#include "report/wording.hpp"

namespace leeway::inline v1::report::detail {
namespace {

// Contrast of text: at least 4.5 to 1 in both schemes; of bars: 3 to 1 (WCAG 2.1, 1.4.3 and 1.4.11).
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--page:#fff;--text:#1b1f23;--soft:#57606a;--line:#d0d7de;--on:#fff;--drift:#b3261e;
--warning:#8a5a00;--unknown:#57606a;--stable:#1a6b3a;--reference:#77838f;--live:#1f6fd0;--calm:#dcefe2;
--gap:#9aa3ad}
@media(prefers-color-scheme:dark){:root{--page:#14171a;--text:#e6e8ea;--soft:#a9b1ba;--line:#3a4149;--on:#14171a;
--drift:#ff8a80;--warning:#ffc457;--unknown:#b8bec7;--stable:#7fd19b;--reference:#8b97a3;--live:#6fb1ff;--calm:#24402e;
--gap:#6b747e}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:76rem;font:15px/1.45 system-ui,sans-serif;background:var(--page);
color:var(--text);overflow-wrap:anywhere}
h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.05rem;margin:0 0 .4rem}
a{color:inherit}p{margin:.3rem 0}ul{margin:.3rem 0;padding-left:1.2rem}code{font-size:.85em;overflow-wrap:normal}.soft,caption{color:var(--soft)}
.badge{display:inline-block;padding:0 .5em;border-radius:.3em;color:var(--on);font-weight:600;white-space:nowrap}
.drift{background:var(--drift)}.warning{background:var(--warning)}.not_enough_data{background:var(--unknown)}
.stable{background:var(--stable)}
section,details{border:1px solid var(--line);border-radius:.4em;padding:.6rem .8rem;margin:.5rem 0;break-inside:avoid}
summary h3{display:inline}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));gap:.5rem 1.5rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.4rem 0;font-size:.9rem;overflow-wrap:break-word}
caption{text-align:left;padding:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.15rem .5rem .15rem 0;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:600}tbody th{font-weight:400;min-width:6.5rem;max-width:30rem;overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}thead .n{white-space:normal}
.bars{width:40%;min-width:6rem;vertical-align:middle}svg{display:block;width:100%}.bars svg{height:13px}
.strip{width:55%;min-width:16rem;vertical-align:middle}.strip svg{height:18px;background:var(--calm)}
.of_reference{fill:var(--reference)}.of_live{fill:var(--live)}rect{shape-rendering:crispEdges}
rect.drift{fill:var(--drift)}rect.warning{fill:var(--warning)}rect.not_enough_data{fill:var(--gap)}
.key{display:inline-block;width:.8em;height:.8em;margin-right:.3em}
.key.of_reference{background:var(--reference)}.key.of_live{background:var(--live)}
@media print{body{max-width:none;font-size:11px}.badge,.key{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)";

constexpr std::string_view kHelp =
    "How to read this: a feature moved where the change is both larger than chance makes it (noise up to) and large "
    "enough to matter (drift from). not_enough_data: chance alone could look like drift, so that nothing can be said; "
    "that is not the same as stable. Cells and their shares are of the values that are there; missing values are a "
    "share of all rows.";

std::string_view entity(char c) {
  switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : printable(text)) {
    const std::string_view safe = entity(c);
    safe.empty() ? html.append(1, c) : html.append(safe);
  }
  return html;
}

std::string element(std::string_view tag, std::string_view content) {
  const std::string_view name = tag.substr(0, tag.find(' '));
  return std::string("<").append(tag).append(">").append(content).append("</").append(name).append(">");
}

std::string name(std::string_view text) { return element("bdi", escaped(text)); }

std::string badge(Verdict verdict) {
  const std::string word = to_string(verdict);
  return element("span class=\"badge " + word + "\"", word);
}

std::string verdict_counts(std::span<const Verdict> verdicts) {
  std::string html;
  for (const Verdict verdict : {Verdict::drift, Verdict::warning, Verdict::not_enough_data, Verdict::stable}) {
    html += (html.empty() ? "" : ", ") + std::to_string(std::count(verdicts.begin(), verdicts.end(), verdict)) + " " +
            to_string(verdict);
  }
  return element("p", html);
}

std::string report_facts(const drift::DriftReport& report) {
  std::string html = element("p", rows_text(report));
  for (const std::string& remark : remarks(report)) html += element("p", escaped(remark));
  if (!report.profile_hash.empty()) {
    html += element("p class=\"soft\"", "Reference profile " + element("code", escaped(report.profile_hash)) + ".");
  }
  return html;
}

// The policy refuses scripts and requests, should ever a text slip through unescaped.
std::string page(std::string_view title, std::string_view body) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n" +
         element("title", escaped(title)) + "\n" + element("style", kStyle) + "\n</head>\n<body>\n" +
         std::string(body) + "\n" + element("footer", element("p class=\"soft\"", escaped(kHelp))) +
         "\n</body>\n</html>\n";
}

}  // namespace leeway::inline v1::report::detail
