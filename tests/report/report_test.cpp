#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "leeway/adapt/json.hpp"
#include "leeway/monitor/model_monitor.hpp"
#include "leeway/profile/profile_builder.hpp"
#include "leeway/report/html.hpp"
#include "leeway/report/json.hpp"
#include "leeway/report/text.hpp"
#include "leeway/report/time_text.hpp"
#include "support/generator.hpp"

namespace leeway::report {
namespace {

using drift::Cause;
using testing::HasSubstr;

monitor::WindowReport drifted_window() {
  test::Generator generator(61);
  auto profile = profile::ProfileBuilder()
                     .numeric("age", generator.normals(3000))
                     .numeric("steady", generator.normals(3000))
                     .categorical("city \"\xC3\xA9\"", {{"a", 1500}, {"b", 1500}}, 0)
                     .build();
  auto monitor = monitor::ModelMonitor::make(*std::move(profile), {.model_version = "7"});
  stream::Recorder recorder = monitor->recorder();
  for (int i = 0; i < 1000; ++i) {
    const stream::Value age = i < 100 ? stream::Value::malformed() : stream::Value(generator.normal() + 1);
    recorder.record(std::array{age, stream::Value(generator.normal()), stream::Value(i % 10 == 0 ? "new" : "a")});
  }
  return monitor->close_window();
}

TEST(Json, has_the_keys_that_scripts_rely_on) {
  const auto json = nlohmann::json::parse(to_json(drifted_window().report));
  EXPECT_EQ(json["format"], "leeway.report");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["convention"], "leeway");
  EXPECT_EQ(json["reference_rows"], 3000);
  EXPECT_EQ(json["live_rows"], 1000);
  EXPECT_EQ(json["verdict"], "drift");
  const auto& age = json["features"][0];
  EXPECT_EQ(age["feature"], "age");
  EXPECT_EQ(age["kind"], "numeric");
  EXPECT_EQ(age["verdict"], "drift");
  EXPECT_EQ(age["causes"], nlohmann::json::array({"shape", "missing"}));
  EXPECT_EQ(age["reference"]["count"], 3000);
  EXPECT_EQ(age["reference"]["missing_rate"], 0.0);
  EXPECT_EQ(age["live"]["missing_rate"], 0.1);
  EXPECT_EQ(age["live"]["malformed"], 100);
  const auto& psi = age["metrics"][0];
  EXPECT_EQ(psi["name"], "psi");
  EXPECT_EQ(psi["convention"], "psi/equal-frequency-10/jeffreys");
  EXPECT_EQ(psi["threshold"], 0.2);
  for (const char* key : {"value", "null_quantile", "p_value"}) EXPECT_TRUE(psi[key].is_number()) << key;
  EXPECT_EQ(json["features"][2]["kind"], "categorical");
}

TEST(Json, prints_numbers_that_read_back_to_the_same_double) {
  const auto window = drifted_window();
  const auto json = nlohmann::json::parse(to_json(window.report));
  EXPECT_EQ(json["features"][0]["metrics"][0]["value"].get<double>(), window.report.features[0].metrics[0].value);
}

TEST(Json, leaves_out_what_has_no_value) {
  drift::DriftReport report;
  report.features.emplace_back().metrics.push_back({"kl_live_reference", "kl_live_reference/none", INFINITY});
  EXPECT_THAT(to_json(report), testing::Not(HasSubstr("null")));
  EXPECT_FALSE(nlohmann::json::parse(to_json(report))["features"][0]["metrics"][0].contains("value"));
}

TEST(Json, begins_every_document_with_format_and_version) {
  const auto window = drifted_window();
  EXPECT_EQ(to_json(window.report).rfind("{\n \"format\": \"leeway.report\",\n \"version\": 1,", 0), 0u);
  EXPECT_EQ(to_json(std::span(&window, 1)).rfind("{\n \"format\": \"leeway.timeline\",\n \"version\": 1,", 0), 0u);
}

TEST(Json, of_a_timeline_counts_rows_from_0_with_the_last_included) {
  const auto window = drifted_window();
  const auto json = nlohmann::json::parse(to_json(std::span(&window, 1)));
  const auto& only = json["windows"][0];
  EXPECT_EQ(only["index"], 0);
  EXPECT_EQ(only["first_row"], 0);
  EXPECT_EQ(only["last_row"], 999);
  EXPECT_FALSE(only.contains("partial"));
  EXPECT_EQ(only["report"]["verdict"], "drift");
}

TEST(JsonAdapter, gives_the_same_document_as_a_value) {
  const auto window = drifted_window();
  const nlohmann::ordered_json report = window.report;
  EXPECT_EQ(report.dump(1) + "\n", to_json(window.report));
  const nlohmann::json as_window = window;
  EXPECT_EQ(as_window["report"]["verdict"], "drift");
}

TEST(Text, puts_the_worst_feature_first_and_says_what_moved) {
  const std::string text = to_text(drifted_window().report);
  EXPECT_LT(text.find("age "), text.find("steady "));
  EXPECT_THAT(text, HasSubstr("verdict: drift. 2 of 3 features moved. 1000 live rows against 3000 reference rows."));
  EXPECT_THAT(text, HasSubstr("age: drift, missing: 0 % -> 10 %"));
  EXPECT_THAT(text, HasSubstr("unseen categories: 0 % -> 10 %"));
  EXPECT_THAT(text, HasSubstr("age: 100 live values malformed, counted as missing"));
}

drift::Finding sequential_finding() {
  drift::Finding finding{Cause::sequential, Verdict::warning, {"sequential", "e-detector/dirichlet-tilts", 5312.4}};
  finding.evidence.threshold = 2000;
  finding.evidence.live_count = 700;
  finding.windows = 7;
  return finding;
}

TEST(Text, says_over_how_many_windows_evidence_was_added_up) {
  drift::DriftReport report;
  drift::FeatureReport& feature = report.features.emplace_back();
  feature.feature = "age";
  feature.verdict = Verdict::warning;
  feature.findings.push_back(sequential_finding());
  EXPECT_THAT(to_text(report),
              HasSubstr("age: warning, over the last 7 windows (700 values): e-value 5312 (alarm from 2000)"));
  EXPECT_THAT(to_text(report), HasSubstr("sequential"));
}

TEST(Json, says_over_how_many_windows_evidence_was_added_up) {
  drift::DriftReport report;
  report.features.emplace_back().findings.push_back(sequential_finding());
  report.features[0].findings.push_back({Cause::missing, Verdict::stable, {}});
  const auto findings = nlohmann::json::parse(to_json(report))["features"][0]["findings"];
  EXPECT_EQ(findings[0]["cause"], "sequential");
  EXPECT_EQ(findings[0]["windows"], 7);
  EXPECT_EQ(findings[0]["evidence"]["value"], 5312.4);
  EXPECT_EQ(findings[0]["evidence"]["threshold"], 2000.0);
  EXPECT_FALSE(findings[1].contains("windows"));
}

TEST(Text, names_the_metric_of_a_feature_where_it_is_not_that_of_the_column) {
  drift::DriftReport report;
  for (const Evidence& decides : {Evidence{"ks", "ks/binned", 0.25}, Evidence{"psi", "psi/jeffreys", 0.5}})
    report.features.emplace_back().findings.push_back({Cause::shape, Verdict::stable, decides});
  EXPECT_THAT(to_text(report), HasSubstr("stable   -       0.25 "));
  EXPECT_THAT(to_text(report), HasSubstr("stable   -       psi 0.5 "));
}

TEST(Text, shows_the_metric_of_a_preset_beside_the_one_that_decides) {
  drift::DriftReport report;
  report.convention = "evidently";
  drift::FeatureReport& feature = report.features.emplace_back();
  feature.findings.push_back({Cause::shape, Verdict::stable, {"ks", "ks/exact", 0.25}});
  feature.findings[0].evidence.null_quantile = 0.5;
  feature.metrics = {{"psi", "psi/evidently", 0.75}};
  EXPECT_THAT(to_text(report), HasSubstr("ks    noise up to  psi/evidently"));
  EXPECT_THAT(to_text(report), HasSubstr("stable   -       0.25  0.5          0.75 "));
  EXPECT_THAT(to_html(report), HasSubstr("ks/<wbr>exact"));
}

TEST(Text, shows_control_characters_of_names_as_what_they_are) {
  monitor::WindowReport window;
  drift::FeatureReport& feature = window.report.features.emplace_back();
  feature.feature = "a\nverdict: stable\x1B[2J";
  feature.verdict = Verdict::drift;
  feature.findings.push_back({Cause::missing, Verdict::drift, {}});
  for (const std::string& text : {to_text(window.report), to_line(window)}) {
    EXPECT_THAT(text, HasSubstr("a\\x0Averdict: stable\\x1B[2J"));
    EXPECT_THAT(text, testing::Not(HasSubstr("\x1B")));
  }
}

TEST(Text, shows_C1_controls_and_what_is_no_utf8_as_what_they_are) {
  drift::DriftReport report;
  report.features.emplace_back().feature =
      "caf\xC3\xA9 \xC2\x9B"
      "2J \xFF\xE2\x82";
  EXPECT_THAT(to_text(report), HasSubstr("caf\xC3\xA9 \\xC2\\x9B"
                                         "2J \\xFF\\xE2\\x82"));
}

TEST(Line, names_rows_verdict_and_causes) {
  const std::string line = to_line(drifted_window());
  EXPECT_EQ(line.rfind("window 0, rows 0-999: drift: ", 0), 0u) << line;
  EXPECT_THAT(line, HasSubstr("age drift (shape,missing)"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(TimeText, is_iso_8601_with_a_fraction_only_where_needed) {
  EXPECT_EQ(time_text(TimePoint()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(time_text(TimePoint(Duration(1515695084500000))), "2018-01-11T18:24:44.5Z");
  EXPECT_EQ(time_text(TimePoint(std::chrono::seconds(-62'167'219'200))), "0000-01-01T00:00:00Z");
  EXPECT_EQ(time_text(TimePoint(Duration(-1))), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace leeway::report
