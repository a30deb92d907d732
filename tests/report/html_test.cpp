#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "leeway/report/html.hpp"
#include "leeway/report/text.hpp"

namespace leeway::report {
namespace {

using drift::Cause;
using drift::DriftReport;
using drift::FeatureReport;
using monitor::WindowReport;
using testing::HasSubstr;
using testing::Not;

/// A tag that is wrong, or nothing: tags open and close in order, but for the void ones, and quotes hold any text.
std::string first_wrong_tag(std::string_view html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string_view::npos) return "a tag that does not end";
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    const std::string name(tag.substr(0, tag.find(' ')));
    if (tag.find('<') != std::string_view::npos) return std::string(tag);
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return std::string(tag);
    if (name == "!DOCTYPE" || name == "meta" || name == "wbr") continue;
    if (name.front() != '/') {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

Evidence psi(double value) {
  Evidence evidence{"psi", "psi/equal-frequency-10/jeffreys", value};
  evidence.threshold = 0.2;
  evidence.null_quantile = 0.03;
  return evidence;
}

FeatureReport feature_of(const std::string& name, Verdict verdict, std::size_t cells = 10) {
  FeatureReport feature;
  feature.feature = name;
  feature.verdict = verdict;
  feature.metrics = {psi(verdict == Verdict::stable ? 0.01 : 0.5), psi(0.25), psi(0.125)};
  feature.findings.push_back({Cause::shape, verdict, feature.metrics[0]});
  feature.reference.count = 3000;
  feature.live.count = 1000;
  const double share = 1.0 / static_cast<double>(cells);
  for (std::size_t i = 0; i < cells; ++i) {
    feature.cells.push_back({"[" + std::to_string(i) + ", " + std::to_string(i + 1) + ")", share, share, 0.01});
  }
  return feature;
}

DriftReport report_of(std::vector<FeatureReport> features) {
  DriftReport report;
  report.features = std::move(features);
  report.reference_rows = 3000;
  report.live_rows = 1000;
  for (const FeatureReport& feature : report.features) report.verdict = worse(report.verdict, feature.verdict);
  return report;
}

DriftReport mixed() {
  return report_of({feature_of("calm", Verdict::stable), feature_of("few", Verdict::not_enough_data),
                    feature_of("wary", Verdict::warning), feature_of("gone", Verdict::drift),
                    feature_of("still", Verdict::stable)});
}

WindowReport window_of(std::uint64_t index, DriftReport report) {
  WindowReport window;
  window.index = index;
  window.first_row = index * 1000;
  window.rows = 1000;
  window.report = std::move(report);
  return window;
}

TEST(Html, says_the_verdict_first_and_how_many_features_have_which) {
  const std::string html = to_html(mixed());
  EXPECT_THAT(html, HasSubstr("<title>drift: 2 of 5 features moved.</title>"));
  EXPECT_THAT(html, HasSubstr("<h1>verdict: <span class=\"badge drift\">drift</span> 2 of 5 features moved.</h1>"
                              "<p>1 drift, 1 warning, 1 not_enough_data, 2 stable</p>"
                              "<p>1000 live rows against 3000 reference rows.</p>"));
}

TEST(Html, puts_the_worst_feature_first) {
  const std::string html = to_html(mixed());
  std::size_t last = 0;
  for (const char* name : {"gone", "wary", "few", "calm", "still"}) {
    const std::size_t at = html.find("</span> <bdi>" + std::string(name));
    ASSERT_NE(at, std::string::npos) << name;
    EXPECT_GT(at, last) << name;
    last = at;
  }
}

/// As HTML has them.
std::string with_arrows(std::string sentence) {
  for (std::size_t at = sentence.find("->"); at != std::string::npos; at = sentence.find("->", at + 1))
    sentence.replace(at, 2, "-&gt;");
  return sentence;
}

TEST(Html, says_what_moved_in_the_words_of_the_text_report) {
  DriftReport report = mixed();
  FeatureReport& gone = report.features[3];
  gone.findings.push_back({Cause::missing, Verdict::drift, psi(0.1)});
  gone.live.missing_rate = 0.1;
  gone.live.malformed = 7;
  const std::string html = to_html(report);
  for (const drift::Finding& finding : gone.findings)
    EXPECT_THAT(html, HasSubstr("<li>drift, " + with_arrows(to_sentence(gone, finding)) + "</li>"));
  EXPECT_THAT(html, HasSubstr("shape: psi 0.5 (drift from 0.2, noise up to 0.03), most in [0, 1): 10 % -&gt; 10 %"));
  EXPECT_THAT(html, HasSubstr("numeric: shape,missing"));
  EXPECT_THAT(html, HasSubstr("<li>7 live values malformed, counted as missing</li>"));
}

TEST(Html, shows_metrics_with_noise_and_threshold_and_both_sides) {
  FeatureReport feature = feature_of("age", Verdict::drift);
  feature.metrics[1].error_bound = 0.125;
  feature.live.missing_rate = 0.25;
  feature.reference.mean = 4.5;
  const std::string html = to_html(report_of({feature}));
  EXPECT_THAT(html, HasSubstr("<code>psi/<wbr>equal-frequency-10/<wbr>jeffreys</code></th><td class=\"n\">0.5</td>"
                              "<td class=\"n\">0.03</td><td class=\"n\">0.2</td><td class=\"n\">-</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"n\">0.25 to 0.375</td>"));
  EXPECT_THAT(html, HasSubstr("missing rate</th><td class=\"n\">0 %</td><td class=\"n\">25 %</td>"));
  EXPECT_THAT(html, HasSubstr("mean</th><td class=\"n\">4.5</td><td class=\"n\">-</td>"));
}

TEST(Html, draws_the_shares_of_cells_in_proportion_to_the_largest) {
  FeatureReport feature = feature_of("age", Verdict::drift, 2);
  feature.cells[0] = {"(-inf, 1)", 0.5, 0.2, 0.1};
  feature.cells[1] = {"[1, inf)", 0.5, 0.8, 0.1};
  feature.live.missing_rate = 0.4;
  const std::string html = to_html(report_of({feature}));
  const auto bars = [](const std::string& reference, const std::string& live) {
    return "<rect class=\"of_reference\" y=\"0\" width=\"" + reference +
           "\" height=\"5\"></rect><rect class=\"of_live\" y=\"6\" width=\"" + live + "\" height=\"5\"></rect>";
  };
  EXPECT_THAT(html, HasSubstr("<bdi>(-inf, 1)</bdi></th><td class=\"n\">50 %</td><td class=\"n\">20 %</td>"));
  EXPECT_THAT(html, HasSubstr(bars("62.5", "25")));
  EXPECT_THAT(html, HasSubstr(bars("62.5", "100")));
  EXPECT_THAT(html, HasSubstr("missing, of all rows</th><td class=\"n\">0 %</td><td class=\"n\">40 %</td>"));
  EXPECT_THAT(html, HasSubstr(bars("0", "50")));
  EXPECT_THAT(html, Not(HasSubstr("above the reference range"))) << "neither side has any";
}

TEST(Html, shows_unseen_categories_and_values_beyond_the_range_as_bars_of_their_own) {
  FeatureReport feature = feature_of("x", Verdict::drift);
  feature.live.missing = 200;
  feature.live.unseen = 80;
  feature.live.below = 40;
  feature.live.above = 8;
  const std::string html = to_html(report_of({feature}));
  const std::string none = "</th><td class=\"n\">0 %</td><td class=\"n\">";
  EXPECT_THAT(html, HasSubstr("unseen categories" + none + "10 %")) << "of the values present";
  EXPECT_THAT(html, HasSubstr("below the reference range" + none + "5 %"));
  EXPECT_THAT(html, HasSubstr("above the reference range" + none + "1 %"));
}

TEST(Html, shows_the_cells_that_differ_most_and_the_others_as_one) {
  FeatureReport feature = feature_of("x", Verdict::drift, 100);
  feature.cells[70].live = 0.5;
  feature.cells[3].live = 0;
  const std::string html = to_html(report_of({feature}));
  EXPECT_EQ(count_of(html, "class=\"of_live\""), 21U);
  EXPECT_LT(html.find("<bdi>[3, 4)</bdi>"), html.find("<bdi>[70, 71)</bdi>")) << "in the order of the axis";
  EXPECT_THAT(html, HasSubstr("80 other cells</th><td class=\"n\">80 %</td><td class=\"n\">80 %</td>"));
}

TEST(Html, escapes_all_that_comes_from_outside) {
  constexpr const char* kEvil = "</title></style><script>alert('1' & \"2\")</script>\x1B[2J\n\xC2\x9B\xFF";
  const std::string safe =
      "&lt;/title&gt;&lt;/style&gt;&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;"
      "\\x1B[2J\\x0A\\xC2\\x9B\\xFF";
  FeatureReport feature = feature_of(kEvil, Verdict::drift);
  feature.cells[0].cell = kEvil;
  feature.cells[0].contribution = 1;
  feature.metrics[0].name = kEvil;
  feature.metrics[0].convention = kEvil;
  feature.findings[0].evidence = feature.metrics[0];
  feature.findings.push_back({Cause::unseen, Verdict::drift, psi(0.1)});
  feature.unseen.push_back({"0123456789abcd", 9, 4, kEvil});
  DriftReport report = report_of({feature, feature_of(kEvil, Verdict::stable)});
  report.convention = kEvil;
  report.profile_hash = kEvil;
  const WindowReport window = window_of(0, report);
  for (const std::string& html : {to_html(report), to_html(std::span(&window, 1))}) {
    EXPECT_EQ(first_wrong_tag(html), "");
    EXPECT_EQ(count_of(html, "<script"), 0U);
    EXPECT_EQ(count_of(html, "</style>"), 1U);
    EXPECT_GE(count_of(html, safe), 9U);
    for (const char c : html) EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
    EXPECT_THAT(html, Not(HasSubstr("\xFF")));
  }
}

TEST(Html, shows_unseen_categories_by_hash_unless_their_text_was_asked_for) {
  FeatureReport feature = feature_of("c", Verdict::drift);
  feature.findings = {{Cause::unseen, Verdict::drift, psi(0.1)}};
  feature.unseen = {{"0123456789abcd", 6, 4, ""}};
  EXPECT_THAT(to_html(report_of({feature})), HasSubstr("one of 6 bytes with hash 0123456789abcd (4 times)"));
  feature.unseen[0].text = "secret";
  EXPECT_THAT(to_html(report_of({feature})), HasSubstr("secret (4 times)"));
}

TEST(Html, is_one_file_that_asks_for_nothing_and_runs_nothing) {
  const DriftReport report = mixed();
  const std::vector<WindowReport> windows{window_of(0, report), window_of(1, report)};
  for (const std::string& html : {to_html(report), to_html(windows)}) {
    EXPECT_EQ(html.rfind("<!DOCTYPE html>\n<html lang=\"en\">", 0), 0U);
    EXPECT_THAT(html, HasSubstr("<meta charset=\"utf-8\">"));
    EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
    EXPECT_THAT(html, HasSubstr("prefers-color-scheme:dark"));
    for (const char* reference : {"http:", "https:", "//", "src=", "url(", "@import", "<link", "<script", " on"})
      EXPECT_THAT(html.substr(0, html.find(":root")) + html.substr(html.find("</style>")), Not(HasSubstr(reference)))
          << reference;
    EXPECT_EQ(first_wrong_tag(html), "");
  }
}

TEST(Html, links_each_anchor_to_one_section) {
  const DriftReport report = mixed();
  const std::vector<WindowReport> windows{window_of(0, report), window_of(1, report), window_of(2, report)};
  for (const std::string& html : {to_html(report), to_html(windows)}) {
    std::size_t links = 0;
    for (std::size_t at = html.find("href=\"#"); at != std::string::npos; at = html.find("href=\"#", at + 1), ++links) {
      const std::string id = html.substr(at + 7, html.find('"', at + 7) - at - 7);
      EXPECT_EQ(count_of(html, " id=\"" + id + "\""), 1U) << id;
    }
    EXPECT_EQ(links, count_of(html, "<section") + count_of(html, "<details"));
    EXPECT_EQ(links % 5, 0U);
  }
}

TEST(Html, is_the_same_twice_and_needs_no_features) {
  EXPECT_EQ(to_html(mixed()), to_html(mixed()));
  EXPECT_EQ(first_wrong_tag(to_html(DriftReport())), "");
  EXPECT_THAT(to_html(DriftReport()), HasSubstr("0 of 0 features moved."));
  EXPECT_EQ(first_wrong_tag(to_html(std::span<const WindowReport>())), "");
}

TEST(Html, says_where_nothing_can_be_said) {
  FeatureReport empty;
  empty.feature = "empty";
  empty.verdict = Verdict::not_enough_data;
  empty.findings.push_back({Cause::shape, Verdict::not_enough_data, {}});
  const std::string html = to_html(report_of({empty}));
  EXPECT_THAT(html, HasSubstr("not_enough_data, its shape cannot be said: no live values"));
  EXPECT_EQ(count_of(html, "<svg"), 0U);
}

TEST(Html, of_a_thousand_features_stays_a_usable_file) {
  const std::vector<FeatureReport> all_stable(1000, feature_of("a_feature_name", Verdict::stable));
  const std::vector<FeatureReport> all_moved(1000, feature_of("a_feature_name", Verdict::drift));
  const std::string calm = to_html(report_of(all_stable));
  EXPECT_LT(calm.size(), 20U * 8'000 + 1000U * 500);
  EXPECT_EQ(count_of(calm, "<details"), 20U);
  EXPECT_EQ(count_of(calm, "<tr><th scope=\"row\"><bdi>a_feature_name"), 980U) << "rows without a link";
  const std::string moved = to_html(report_of(all_moved));
  EXPECT_LT(moved.size(), 1000U * 8'500);
  EXPECT_EQ(count_of(moved, "<section"), 1000U);
}

// ---- timelines

TEST(HtmlTimeline, shows_when_each_feature_moved) {
  std::vector<WindowReport> windows;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const bool moved = i == 2 || i == 3 || i == 5;
    windows.push_back(window_of(i, report_of({feature_of("calm", Verdict::stable),
                                              feature_of("age", moved ? Verdict::drift : Verdict::stable)})));
  }
  const std::string html = to_html(windows);
  EXPECT_THAT(html, HasSubstr("<h1>verdict: <span class=\"badge drift\">drift</span> something moved in 3 of 6 windows."
                              "</h1><p>3 drift, 0 warning, 0 not_enough_data, 3 stable</p>"));
  EXPECT_THAT(html, HasSubstr("<bdi>age</bdi></th><td>3 drift</td><td class=\"strip\"><svg viewBox=\"0 0 6 1\" "));
  EXPECT_THAT(html, HasSubstr("<rect class=\"drift\" x=\"2\" width=\"2\" height=\"1\">"
                              "<title>window 2 to 3: drift</title></rect>"
                              "<rect class=\"drift\" x=\"5\" width=\"1\" height=\"1\"><title>window 5: drift</title>"));
  EXPECT_EQ(count_of(html, "<rect class=\"drift\""), 4U) << "the whole and the feature";
  EXPECT_THAT(html, HasSubstr("window 5, rows 5000-5999</th><td><span class=\"badge drift\">drift</span> age drift"));
  EXPECT_THAT(html, Not(HasSubstr("window 4, rows"))) << "nothing moved there";
}

TEST(HtmlTimeline, puts_features_most_often_in_drift_first) {
  const auto at = [](Verdict a, Verdict b, Verdict c) {
    return report_of({feature_of("once", a), feature_of("twice", b), feature_of("wary", c)});
  };
  const std::vector<WindowReport> windows{window_of(0, at(Verdict::drift, Verdict::drift, Verdict::warning)),
                                          window_of(1, at(Verdict::stable, Verdict::drift, Verdict::warning))};
  const std::string html = to_html(windows);
  EXPECT_LT(html.find("<bdi>twice</bdi>"), html.find("<bdi>once</bdi>"));
  EXPECT_LT(html.find("<bdi>once</bdi>"), html.find("<bdi>wary</bdi>"));
}

TEST(HtmlTimeline, has_the_reports_of_the_three_worst_windows) {
  std::vector<WindowReport> windows;
  for (std::uint64_t i = 0; i < 8; ++i) {
    windows.push_back(window_of(i, report_of({feature_of("a", i % 2 == 0 ? Verdict::drift : Verdict::warning),
                                              feature_of("b", i == 2 ? Verdict::warning : Verdict::stable)})));
  }
  const std::string html = to_html(windows);
  EXPECT_EQ(count_of(html, "<article"), 3U);
  std::size_t last = html.find("<article");
  for (const char* title : {"window 2, rows", "window 6, rows", "window 4, rows"}) {
    const std::size_t at = html.find("</span> " + std::string(title));
    ASSERT_NE(at, std::string::npos) << title;
    EXPECT_GT(at, last) << "most features first, then the latest";
    last = at;
  }
}

TEST(HtmlTimeline, shows_what_moved_over_a_horizon_alone) {
  WindowReport window = window_of(3, report_of({feature_of("age", Verdict::stable)}));
  window.horizons.push_back(window_of(3, report_of({feature_of("age", Verdict::warning)})));
  const std::string html = to_html(std::span(&window, 1));
  EXPECT_THAT(html, HasSubstr("horizon, rows 3000-3999: <span class=\"badge warning\">warning</span> age warning"));
}

}  // namespace
}  // namespace leeway::report
