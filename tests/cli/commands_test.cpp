// What the commands do with sound input.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/input_files.hpp"
#include "leeway/drift/ks.hpp"
#include "support/generator.hpp"

namespace leeway::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Json = nlohmann::json;
using leeway::test::Generator;
using test::leeway;
using test::Outcome;

/// Rows of a number x, shifted, and of a category c.
std::string rows(std::size_t count, std::uint64_t seed, double shift = 0) {
  Generator generator(seed);
  std::string text = "x,c\n";
  for (std::size_t i = 0; i < count; ++i) {
    text += std::to_string(generator.normal() + shift) + ',' + "abc"[generator.below(3)] + '\n';
  }
  return text;
}

/// A profile of 2,000 rows, and live rows like them and unlike them.
class Commands : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(leeway({"profile", train_, "--out", profile_}).status, 0); }

  [[nodiscard]] Json compare_json(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all{"compare"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.insert(all.end(), {"--json", "-"});
    const Outcome outcome = leeway(all);
    EXPECT_EQ(outcome.err, "");
    return Json::parse(outcome.out);
  }

  test::TemporaryFolder folder_;
  std::string train_ = folder_.file("train.csv", rows(2000, 1));
  std::string same_ = folder_.file("same.csv", rows(1000, 2));
  std::string moved_ = folder_.file("moved.csv", rows(1000, 3, 1.0));
  std::string profile_ = folder_.path("train.leeway");
};

const Json& metric(const Json& feature, const std::string& name) {
  for (const Json& m : feature["metrics"]) {
    if (m["name"] == name) return m;
  }
  static const Json none;
  return none;
}

// ---- profile

TEST_F(Commands, compare_with_a_preset_reports_its_metrics_for_each_kind_of_feature) {
  const Json report = compare_json({"--samples", train_, moved_, "--preset", "evidently"});
  EXPECT_EQ(report["convention"], "evidently");
  EXPECT_EQ(report["verdict"], "drift") << "verdicts stay leeway's";
  EXPECT_EQ(metric(report["features"][0], "ks")["convention"], "ks/evidently");
  EXPECT_EQ(metric(report["features"][1], "chi_square")["convention"], "chi_square/evidently");
  const Json chosen = compare_json({"--samples", train_, moved_, "--preset", "evidently", "--metrics", "psi,ks"});
  EXPECT_EQ(chosen["features"][0]["metrics"].size(), 2u);
  EXPECT_EQ(chosen["features"][1]["metrics"].size(), 1u) << "ks is for numbers";
  const std::string text = leeway({"compare", "--samples", train_, moved_, "--preset", "evidently"}).out;
  EXPECT_THAT(text, HasSubstr("Metrics as evidently has them; verdicts are leeway's."));
}

TEST_F(Commands, compare_with_a_preset_shows_what_decides_beside_the_metric_of_the_preset) {
  const std::string text =
      leeway({"compare", "--samples", train_, moved_, "--preset", "evidently", "--govern", "ks"}).out;
  EXPECT_THAT(text, testing::ContainsRegex("  ks +noise up to +psi/evidently +missing ref"));
  const Json report = compare_json({"--samples", train_, moved_, "--preset", "evidently", "--govern", "ks"});
  const Json& decides = report["features"][0]["findings"][0]["evidence"];
  EXPECT_EQ(decides["convention"], "ks/exact");
  std::istringstream rows(text.substr(text.find("\nx ") + 1));
  std::string name, verdict, causes;
  double ks = 0, noise = 0, psi = 0;
  rows >> name >> verdict >> causes >> ks >> noise >> psi;
  EXPECT_NEAR(ks, decides["value"], 1e-4);
  EXPECT_NEAR(noise, decides["null_quantile"], 1e-4);
  EXPECT_NEAR(psi, metric(report["features"][0], "psi")["value"], 1e-3);
  EXPECT_THAT(text, HasSubstr("c        stable   -            psi 0.0")) << "categories have no KS";
  EXPECT_THAT(leeway({"compare", "--samples", train_, moved_, "--preset", "tfdv", "--html", "-"}).out,
              HasSubstr("psi/<wbr>equal-frequency-10/<wbr>jeffreys"));
}

TEST_F(Commands, compare_passes_parameters_and_bins_on_to_the_preset) {
  const auto value = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"--samples", train_, moved_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return compare_json(arguments)["features"][0]["metrics"][0]["value"].get<double>();
  };
  EXPECT_NE(value({"--preset", "frouros", "--metrics", "psi", "--bins", "10"}),
            value({"--preset", "frouros", "--metrics", "psi", "--bins", "20"}));
  EXPECT_NE(value({"--preset", "deepchecks", "--metrics", "wasserstein"}),
            value({"--preset", "deepchecks", "--metrics", "wasserstein", "--param", "margin=0"}));
  EXPECT_THAT(leeway({"compare", "--samples", train_, moved_, "--preset", "tfdv", "--metrics", "psi"}).err,
              HasSubstr("expected what tfdv has, of numbers js_divergence"));
}

TEST_F(Commands, show_unseen_categories_as_they_are_only_where_asked) {
  const std::string live = folder_.file("live.csv", rows(500, 4) + "0,secret\n0,secret\n0,other\n");
  const std::string hidden = leeway({"compare", profile_, live}).out;
  EXPECT_THAT(hidden, Not(HasSubstr("secret")));
  const Json feature = compare_json({profile_, live, "--show-unseen", "c"})["features"][1];
  EXPECT_EQ(feature["unseen"]["distinct"], 2);
  EXPECT_EQ(feature["unseen"]["categories"][0]["text"], "secret");
  EXPECT_EQ(feature["unseen"]["categories"][0]["count"], 2);
  EXPECT_THAT(leeway({"compare", profile_, live, "--show-unseen", "x"}).err,
              HasSubstr("--show-unseen: expected the name of a categorical feature, found the numeric feature x"));
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"compare", profile_, live}, {"watch", profile_, live, "--window", "100"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--show-unseen", "nosuch"});
    EXPECT_EQ(leeway(arguments).status, 2);
    EXPECT_THAT(leeway(arguments).err,
                HasSubstr("--show-unseen: expected the name of a categorical feature, found no"));
  }
}

TEST_F(Commands, profile_tells_what_it_found) {
  const std::string file = folder_.file("t.csv", [] {
    std::string text = "id,constant,empty,rare,ok\n";
    for (int i = 0; i < 200; ++i) {
      text += std::to_string(1000 + i) + ",7,NA," +
              (i == 3   ? "oops"
               : i == 4 ? "inf"
                        : std::to_string(i % 90) + ".5") +
              ',' + "xy"[i % 2] + '\n';
    }
    return text;
  }());
  const Outcome outcome = leeway({"profile", file, "--out", folder_.path("p")});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out,
              HasSubstr("id        numeric      10     0 %      nearly all distinct: an identifier? --exclude id"));
  EXPECT_THAT(outcome.out, HasSubstr("constant  categorical  1      0 %      constant\n"));
  EXPECT_THAT(outcome.out, HasSubstr("empty     numeric      1      100 %    all missing\n"));
  EXPECT_THAT(outcome.out, HasSubstr("1 malformed, 1 infinite\n"));
  EXPECT_THAT(outcome.out, HasSubstr("ok        categorical  2      0 %\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\nwrote " + folder_.path("p") + " (200 rows, 5 features)\n"));
}

TEST_F(Commands, profile_points_at_times) {
  std::string text = "at\n";
  for (int i = 10; i < 60; ++i) text += "2018-01-01 10:00:" + std::to_string(i) + '\n';
  const Outcome outcome = leeway({"profile", folder_.file("t.csv", text), "--out", folder_.path("p")});
  EXPECT_THAT(outcome.out, HasSubstr("--derive hour=at:hour"));
}

TEST_F(Commands, profile_takes_the_options_of_columns) {
  const Outcome outcome = leeway({"profile", train_, "--out", profile_, "--exclude", "c", "--bins", "4", "--edges",
                                  "equal-width", "--rows", "100"});
  EXPECT_THAT(outcome.out, HasSubstr("x        numeric  4 "));
  EXPECT_THAT(outcome.out, HasSubstr("(100 rows, 1 feature)"));
  EXPECT_EQ(leeway({"profile", train_, "--out", profile_, "--columns", "c", "--quiet"}).out, "");
}

TEST_F(Commands, profile_is_the_same_from_a_compressed_file) {
  const std::string packed = folder_.file("packed", test::gzipped(test::content_of(train_)));
  ASSERT_EQ(leeway({"profile", packed, "--out", folder_.path("q")}).status, 0);
  EXPECT_EQ(test::content_of(folder_.path("q")), test::content_of(profile_));
}

// ---- compare

TEST_F(Commands, compare_tells_what_moved) {
  const Outcome outcome = leeway({"compare", profile_, moved_});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out,
              StartsWith("verdict: drift. 1 of 2 features moved. 1000 live rows against 2000 reference rows."));
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(leeway({"compare", profile_, same_}).out, StartsWith("verdict: stable."));
}

TEST_F(Commands, compare_fails_where_it_is_asked_to) {
  EXPECT_EQ(leeway({"compare", profile_, moved_, "--fail-on", "drift"}).status, 1);
  EXPECT_EQ(leeway({"compare", profile_, moved_, "--fail-on", "warning"}).status, 1);
  EXPECT_EQ(leeway({"compare", profile_, same_, "--fail-on", "warning"}).status, 0);
}

TEST_F(Commands, compare_fails_on_too_little_data_because_unknown_is_not_ok) {
  const std::string few = folder_.file("few.csv", rows(5, 4));
  EXPECT_THAT(leeway({"compare", profile_, few}).out, StartsWith("verdict: not_enough_data"));
  EXPECT_EQ(leeway({"compare", profile_, few}).status, 0);
  EXPECT_EQ(leeway({"compare", profile_, few, "--fail-on", "drift"}).status, 1);
}

TEST_F(Commands, compare_writes_json_alone_to_standard_output) {
  const Json report = compare_json({profile_, moved_});
  EXPECT_EQ(report["format"], "leeway.report");
  EXPECT_EQ(report["verdict"], "drift");
  EXPECT_EQ(report["features"][0]["causes"][0], "shape");
  EXPECT_EQ(report["features"][0]["live"]["count"], 1000);
}

TEST_F(Commands, compare_writes_json_to_a_file_beside_the_text) {
  const Outcome outcome = leeway({"compare", profile_, moved_, "--json", folder_.path("report.json")});
  EXPECT_THAT(outcome.out, StartsWith("verdict: drift"));
  EXPECT_EQ(Json::parse(test::content_of(folder_.path("report.json"))), compare_json({profile_, moved_}));
}

TEST_F(Commands, compare_takes_the_options_of_policy) {
  const Json report = compare_json({profile_, moved_, "--metrics", "ks,js_distance,ks", "--govern", "js_divergence",
                                    "--budget", "0.01", "--correction", "none"});
  std::vector<std::string> names;
  for (const Json& m : report["features"][0]["metrics"]) names.push_back(m["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"js_divergence", "ks", "js_distance"}));
  EXPECT_EQ(report["budget"], 0.01);
  EXPECT_EQ(report["correction"], "none");
}

TEST_F(Commands, compare_skips_columns_that_the_profile_has_not) {
  const std::string wide = folder_.file("wide.csv", "extra,c,x\noops,a,1\n\"a,b\",b,2\n");
  EXPECT_EQ(leeway({"compare", profile_, wide}).status, 0);
}

TEST_F(Commands, compare_reads_the_file_without_a_header) {
  const std::string bare = folder_.file("bare.csv", "1.5,a\n2.5,b\n");
  ASSERT_EQ(leeway({"profile", bare, "--no-header", "--out", profile_, "--quiet"}).status, 0);
  EXPECT_EQ(compare_json({profile_, bare, "--no-header"})["live_rows"], 2);
}

TEST_F(Commands, compare_with_samples_has_exact_ks) {
  const Json report = compare_json({"--samples", train_, moved_});
  const Json& ks = metric(report["features"][0], "ks");
  EXPECT_EQ(ks["convention"], "ks/exact");
  EXPECT_FALSE(ks.contains("error_bound"));
  EXPECT_LT(ks["p_value"], 1e-20);
  EXPECT_EQ(metric(report["features"][1], "ks"), Json());  // categories have no order
  EXPECT_EQ(metric(report["features"][0], "psi"), metric(compare_json({profile_, moved_})["features"][0], "psi"));
}

TEST_F(Commands, compare_with_samples_has_exact_wasserstein_in_the_unit_of_the_values) {
  const std::string reference = folder_.file("r.csv", "x\n10\n20\n30\n40.5\n");
  const std::string live = folder_.file("l.csv", "x\n15\n25\n35\n45.5\nNA\n");
  const Json exact =
      metric(compare_json({"--samples", reference, live, "--numeric", "x", "--metrics", "wasserstein"})["features"][0],
             "wasserstein");
  EXPECT_EQ(exact["convention"], "wasserstein/raw");
  EXPECT_DOUBLE_EQ(exact["value"].get<double>(), 5);
  for (const char* key : {"threshold", "null_quantile", "p_value"}) EXPECT_FALSE(exact.contains(key)) << key;
  const Json feature =
      compare_json({"--samples", reference, live, "--numeric", "x", "--govern", "wasserstein"})["features"][0];
  EXPECT_THAT(metric(feature, "wasserstein")["convention"].get<std::string>(), EndsWith("/steps"));
  EXPECT_EQ(feature["findings"][0]["evidence"], metric(feature, "wasserstein")) << "what decides is what is shown";
}

TEST_F(Commands, compare_calls_every_metric_by_its_name) {
  const std::string names =
      "psi,ks,js_divergence,js_distance,kl_live_reference,kl_reference_live,wasserstein,hellinger,total_variation,"
      "l_infinity,chi_square,g_test,cramer_von_mises,anderson_darling,cramers_v";
  const Json report = compare_json({profile_, moved_, "--metrics", names});
  std::string found;
  for (const Json& m : report["features"][0]["metrics"]) {
    found += (found.empty() ? "" : ",") + m["name"].get<std::string>();
    EXPECT_THAT(m["convention"].get<std::string>(), StartsWith(m["name"].get<std::string>() + "/"));
  }
  EXPECT_EQ(found, names);
}

TEST_F(Commands, compare_has_the_z_test_of_evidently_for_two_categories) {
  const std::string reference = folder_.file("r.csv", "c\na\na\nb\nb\n");
  const std::string live = folder_.file("l.csv", "c\na\nb\nb\nb\n");
  const Json report =
      compare_json({"--samples", reference, live, "--preset", "evidently", "--metrics", "z_test,g_test"});
  EXPECT_EQ(metric(report["features"][0], "z_test")["convention"], "z_test/evidently");
  EXPECT_EQ(metric(report["features"][0], "g_test")["convention"], "g_test/evidently");
}

TEST_F(Commands, compare_takes_the_preset_leeway_with_a_profile) {
  const Json named = compare_json({profile_, moved_, "--preset", "leeway"});
  EXPECT_EQ(named, compare_json({profile_, moved_}));
}

TEST_F(Commands, compare_computes_under_every_preset) {
  for (const std::string preset : {"evidently", "nannyml", "frouros", "deepchecks", "tfdv", "whylogs", "alibi"}) {
    const Json report = compare_json({"--samples", train_, moved_, "--preset", preset});
    EXPECT_EQ(report["convention"], preset);
    for (const Json& feature : report["features"]) {
      EXPECT_FALSE(feature["metrics"].empty()) << preset << ' ' << feature["feature"];
      for (const Json& m : feature["metrics"]) EXPECT_THAT(m["convention"].get<std::string>(), EndsWith("/" + preset));
    }
    const Outcome outcome = leeway({"compare", profile_, moved_, "--preset", preset});
    EXPECT_EQ(outcome.status, 2);
    EXPECT_THAT(outcome.err, HasSubstr("--samples"));
  }
}

TEST_F(Commands, compare_writes_a_page) {
  const std::string page = folder_.path("report.html");
  const Outcome outcome = leeway({"compare", profile_, moved_, "--html", page});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, StartsWith("verdict: drift.")) << "the text as well";
  const std::string html = test::content_of(page);
  EXPECT_THAT(html, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(html, HasSubstr("drift</span> 1 of 2 features moved."));
  EXPECT_EQ(leeway({"compare", profile_, moved_, "--html", "-"}).out, html) << "and nothing else";
}

TEST_F(Commands, compare_writes_json_and_a_page_at_once) {
  const std::string page = folder_.path("report.html");
  const Outcome outcome = leeway({"compare", profile_, moved_, "--html", page, "--json", "-", "--fail-on", "drift"});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(Json::parse(outcome.out)["verdict"], "drift");
  EXPECT_THAT(test::content_of(page), StartsWith("<!DOCTYPE html>"));
}

TEST_F(Commands, pages_hide_unseen_categories_unless_asked) {
  std::string many = rows(500, 4);
  for (int i = 0; i < 200; ++i) many += "0,secret\n";
  const std::string unseen = folder_.file("unseen.csv", many);
  EXPECT_THAT(leeway({"compare", profile_, unseen, "--html", "-"}).out, Not(HasSubstr("secret")));
  EXPECT_THAT(leeway({"compare", profile_, unseen, "--html", "-", "--show-unseen", "c"}).out, HasSubstr("secret"));
}

TEST_F(Commands, compare_with_samples_computes_ks_on_what_is_there) {
  const std::string reference = folder_.file("r.csv", "x\n1.5\n\n2.5\n3.5\nNA\n4.5\n");
  const std::string live = folder_.file("l.csv", "x\n2.5\nnan\n3.5\ninf\n");
  const Json report = compare_json({"--samples", reference, live, "--numeric", "x"});
  const double infinity = std::numeric_limits<double>::infinity();
  const auto expected =
      drift::ks_two_sample(std::vector<double>{1.5, 2.5, 3.5, 4.5}, std::vector<double>{2.5, 3.5, infinity});
  const Json& ks = metric(report["features"][0], "ks");
  EXPECT_EQ(ks["value"], expected->value);
  EXPECT_EQ(ks["p_value"], *expected->p_value);
  EXPECT_EQ(ks["reference_count"], 4);
  EXPECT_EQ(ks["live_count"], 3);
}

TEST_F(Commands, compare_with_samples_lets_exact_ks_govern) {
  // One cell hides everything from the binned statistic, nothing from the exact one.
  const Json report = compare_json({"--samples", train_, moved_, "--bins", "1", "--govern", "ks", "--columns", "x"});
  const Json& feature = report["features"][0];
  EXPECT_EQ(feature["verdict"], "drift");
  EXPECT_EQ(report["verdict"], "drift");
  EXPECT_EQ(feature["findings"][0]["evidence"], metric(feature, "ks"));
  const Json binned = compare_json({"--samples", train_, moved_, "--bins", "1", "--columns", "x"});
  EXPECT_EQ(binned["features"][0]["findings"][0]["verdict"], "stable");
}

TEST_F(Commands, compare_with_samples_takes_dependent_rows_for_as_many_as_they_are_worth) {
  const auto steps = [](std::uint64_t seed) {  // each value comes twenty times in a row
    Generator generator(seed);
    std::string text = "x\n";
    for (int i = 0; i < 200; ++i) {
      const std::string value = std::to_string(generator.normal()) + '\n';
      for (int repeat = 0; repeat < 20; ++repeat) text += value;
    }
    return text;
  };
  const std::string reference = folder_.file("r.csv", steps(11));
  const std::string live = folder_.file("l.csv", steps(12));
  const auto p_value = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--samples", reference, live});
    return metric(compare_json(more)["features"][0], "ks")["p_value"].get<double>();
  };
  EXPECT_LT(p_value({"--exchangeable"}), 1e-3) << "as if 4,000 rows were independent";
  EXPECT_GT(p_value({}), 0.05) << "nothing has changed";
}

TEST_F(Commands, cells_are_named_after_the_value_that_many_rows_share) {
  const auto names = [&](const std::string& heavy, double first, double step) {
    std::string text = "x\n";
    for (int i = 0; i < 2000; ++i) text += (i % 2 == 0 ? heavy : std::to_string(first + step * i)) + '\n';
    const std::string reference = folder_.file("r.csv", text);
    EXPECT_EQ(leeway({"profile", reference, "--out", profile_}).status, 0);
    const Json report = compare_json({profile_, reference});
    std::vector<std::string> cells;
    for (const Json& cell : report["features"][0]["cells"]) cells.push_back(cell["cell"]);
    EXPECT_EQ(std::set<std::string>(cells.begin(), cells.end()).size(), cells.size()) << "no two of one name";
    return cells;
  };
  EXPECT_THAT(names("0", 1, 1),
              AllOf(Contains("(-inf, 0]"), Contains(StartsWith("(0, ")), Contains(EndsWith(", inf)"))));
  EXPECT_THAT(names("0", -1999.5, 1), AllOf(Contains(EndsWith(", 0)")), Contains("[0, inf)")));
  EXPECT_THAT(names("12.8", -500, 1),
              AllOf(Contains(EndsWith(", 12.8)")), Contains("12.8"), Contains(StartsWith("(12.8, "))));
  const std::string widened = "0.10000000149011612";  // from 32 bits
  EXPECT_THAT(names(widened, -500, 1), AllOf(Contains(widened), Contains(StartsWith("(0.1, "))));
  EXPECT_THAT(names("1515695100.5", 1515695084, 0.25), Contains("1.5156951005e+09")) << "six digits tell none apart";
}

// ---- watch

TEST_F(Commands, watch_writes_a_line_for_each_window) {
  const Outcome outcome = leeway({"watch", profile_, moved_, "--window", "400"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, StartsWith("window 0, rows 0-399: drift: x drift (shape"));
  EXPECT_THAT(outcome.out, HasSubstr("\nwindow 2, rows 800-999 (partial): drift"));
  EXPECT_EQ(test::lines_in(outcome.out), 3U);
  EXPECT_EQ(test::lines_in(leeway({"watch", profile_, moved_, "--window", "500"}).out), 2U);
}

TEST_F(Commands, watch_writes_a_timeline) {
  const Outcome outcome = leeway({"watch", profile_, moved_, "--window", "400", "--json", "-"});
  const Json timeline = Json::parse(outcome.out);
  EXPECT_EQ(timeline["format"], "leeway.timeline");
  ASSERT_EQ(timeline["windows"].size(), 3U);
  EXPECT_EQ(timeline["windows"][2]["first_row"], 800);
  EXPECT_EQ(timeline["windows"][2]["last_row"], 999);
  EXPECT_EQ(timeline["windows"][2]["partial"], true);
  EXPECT_FALSE(timeline["windows"][0].contains("partial"));
}

TEST_F(Commands, watch_writes_a_page_of_its_windows) {
  const std::string page = folder_.path("windows.html");
  const Outcome outcome = leeway({"watch", profile_, moved_, "--window", "400", "--html", page});
  EXPECT_EQ(test::lines_in(outcome.out), 3U) << "the lines as well";
  EXPECT_THAT(test::content_of(page), HasSubstr("drift</span> something moved in 3 of 3 windows."));
  EXPECT_EQ(leeway({"watch", profile_, moved_, "--window", "400", "--html", "-"}).out, test::content_of(page));
}

TEST_F(Commands, watch_of_one_window_reports_what_compare_reports) {
  const Json timeline = Json::parse(leeway({"watch", profile_, moved_, "--window", "1000", "--json", "-"}).out);
  EXPECT_EQ(timeline["windows"][0]["report"], compare_json({profile_, moved_}));
}

TEST_F(Commands, watch_adds_evidence_up_where_it_is_asked_to) {
  const std::string crept = folder_.file("crept.csv", rows(1500, 4, 0.45));
  const std::vector<std::string> command{"watch", profile_, crept, "--window", "50"};
  EXPECT_THAT(leeway(command).out, Not(HasSubstr("sequential")));
  std::vector<std::string> added_up = command;
  added_up.emplace_back("--sequential");
  EXPECT_THAT(leeway(added_up).out, HasSubstr("x warning (sequential)"));
  added_up.insert(added_up.end(), {"--json", "-"});
  const Json timeline = Json::parse(leeway(added_up).out);
  const Json& report = timeline["windows"][0]["report"];
  EXPECT_DOUBLE_EQ(report["budget"].get<double>(), 0.06);
  const Json& finding = report["features"][0]["findings"].back();
  EXPECT_EQ(finding["cause"], "sequential");
  EXPECT_EQ(finding["windows"], 1);
  EXPECT_EQ(finding["evidence"]["threshold"], 200.0);  // 1 / alpha for each of two features
}

TEST_F(Commands, watch_fails_where_it_is_asked_to) {
  EXPECT_EQ(leeway({"watch", profile_, moved_, "--window", "500", "--fail-on", "drift", "--quiet"}).status, 1);
  EXPECT_EQ(leeway({"watch", profile_, same_, "--window", "500", "--fail-on", "drift"}).status, 0);
  EXPECT_EQ(leeway({"watch", profile_, same_, "--window", "5", "--fail-on", "drift"}).status, 1);  // too few to know
}

TEST_F(Commands, watch_does_not_fail_because_the_last_window_is_short) {
  EXPECT_EQ(leeway({"watch", profile_, same_, "--window", "997", "--fail-on", "drift"}).status, 0);
}

/// The lines of windows up to what was found in them.
std::string without_verdicts(const std::string& lines) {
  std::istringstream in(lines);
  std::string text;
  for (std::string line; std::getline(in, line);) text += line.substr(0, line.find(": ")) + '\n';
  return text;
}

/// A profile over x of rows with times, and live rows at the times given.
class WatchByTime : public Commands {
 protected:
  void SetUp() override {
    ASSERT_EQ(leeway({"profile", train_, "--exclude", "c", "--out", profile_, "--quiet"}).status, 0);
  }

  [[nodiscard]] Outcome watch(const std::vector<std::string>& times, const std::string& window = "1d") const {
    std::string text = "at,x\n";
    for (const std::string& time : times) text += time + ",0.5\n";
    return leeway({"watch", profile_, folder_.file("live.csv", text), "--window", window, "--time", "at"});
  }
};

TEST_F(WatchByTime, closes_windows_at_their_ends) {
  const Outcome outcome = watch({"2020-01-01 10:00", "2020-01-01 23:59:59", "2020-01-02", "2020-01-04T12:00:00+01:00"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(without_verdicts(outcome.out),
            "window 0, rows 0-1, 2020-01-01T00:00:00Z to 2020-01-02T00:00:00Z\n"
            "window 1, rows 2-2, 2020-01-02T00:00:00Z to 2020-01-03T00:00:00Z\n"
            "window 2, no rows, 2020-01-03T00:00:00Z to 2020-01-04T00:00:00Z\n"
            "window 3, rows 3-3, 2020-01-04T00:00:00Z to 2020-01-05T00:00:00Z (partial)\n");
  EXPECT_THAT(outcome.out,
              HasSubstr("window 2, no rows, 2020-01-03T00:00:00Z to 2020-01-04T00:00:00Z: not_enough_data\n"));
}

TEST_F(WatchByTime, counts_late_rows_in_the_open_window_and_says_so_once) {
  const Outcome outcome = watch({"2020-01-01", "2020-01-02", "2020-01-01 12:00", "2019-12-31", "2020-01-02 01:00"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, HasSubstr("window 1, rows 1-4,"));
  EXPECT_EQ(test::lines_in(outcome.out), 2U);
  EXPECT_THAT(outcome.err, HasSubstr("2 rows older than the window that was open"));
  EXPECT_EQ(test::lines_in(outcome.err), 1U);
}

TEST_F(WatchByTime, does_not_trust_a_window_most_of_whose_rows_came_late) {
  const Outcome backwards = watch({"2020-01-05", "2020-01-04", "2020-01-03", "2020-01-02", "2020-01-01"});
  EXPECT_THAT(backwards.out, HasSubstr(" [not to be trusted: 4 of 5 rows came late, of other times]\n"));
  const Outcome once = watch({"2020-01-05", "2020-01-04", "2020-01-05", "2020-01-05"});
  EXPECT_THAT(once.out, HasSubstr(" [1 row late]\n"));
}

TEST_F(WatchByTime, doubts_small_numbers_to_be_times) {
  const Outcome wind = watch({"3.5", "0.1", "7"}, "7d");
  EXPECT_EQ(wind.status, 0);
  EXPECT_THAT(wind.err,
              HasSubstr("live.csv: column at: every time is a number within a month of 1970, read as seconds"));
  EXPECT_EQ(test::lines_in(wind.err), 1U);
  EXPECT_EQ(watch({"3.5", "0.1", "1767571200"}, "365000d").err, "") << "one of them is a time";
  EXPECT_EQ(watch({"1970-01-02", "1970-01-03"}).err, "") << "written as times";
}

TEST_F(WatchByTime, bridges_ten_thousand_empty_windows_and_no_more) {
  EXPECT_EQ(test::lines_in(watch({"0", "10001"}, "1s").out), 10002U);
  const Outcome outcome = watch({"0", "10002"}, "1s");
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("live.csv:3: column at: expected a time within 10,000 windows of 1s after "
                                     "1970-01-01T00:00:01Z, found 1970-01-01T02:46:42Z"));
  EXPECT_EQ(outcome.out, "");
}

TEST_F(WatchByTime, needs_a_time_in_every_row) {
  for (const char* time : {"", "yesterday", "NA", "2020-13-01"}) {
    const Outcome outcome = watch({"2020-01-01", time});
    EXPECT_EQ(outcome.status, 3) << time;
    EXPECT_THAT(outcome.err, HasSubstr("live.csv:3: column at: expected a time such as"));
    EXPECT_EQ(test::lines_in(outcome.err), 1U);
  }
}

TEST_F(WatchByTime, needs_the_column_of_times) {
  const Outcome outcome = leeway({"watch", profile_, same_, "--window", "1d", "--time", "when"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, HasSubstr("same.csv: column when: expected one of x, c, found none"));
}

TEST_F(WatchByTime, shows_the_times_of_windows_of_rows) {
  EXPECT_THAT(watch({"2020-01-02", "2020-01-01", "2020-01-03"}, "2").out,
              StartsWith("window 0, rows 0-1, 2020-01-01T00:00:00Z to 2020-01-02T00:00:00Z: "));
}

// ---- everywhere

TEST_F(Commands, quiet_says_nothing) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"compare", profile_, moved_}, {"watch", profile_, moved_, "--window", "400"}}) {
    std::vector<std::string> quiet = arguments;
    quiet.emplace_back("--quiet");
    const Outcome outcome = leeway(quiet);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.out + outcome.err, "");
  }
}

TEST_F(Commands, outputs_that_cannot_be_written_leave_nothing) {
  const std::string nowhere = folder_.path("nosuch/file");
  const std::size_t files = folder_.files();
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"profile", train_, "--out", nowhere},
                                                    {"compare", profile_, same_, "--json", nowhere},
                                                    {"compare", profile_, same_, "--html", nowhere},
                                                    {"watch", profile_, same_, "--window", "500", "--json", nowhere},
                                                    {"compare", profile_, same_, "--json", folder_.path(".")}}) {
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
  }
  EXPECT_EQ(folder_.files(), files);
}

TEST_F(Commands, outputs_that_cannot_be_written_are_refused_before_the_work) {
  const std::string nowhere = folder_.path("nosuch/file");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"profile", "nosuch.csv", "--out", nowhere},
        {"compare", profile_, "nosuch.csv", "--json", nowhere},
        {"compare", profile_, "nosuch.csv", "--html", nowhere},
        {"watch", profile_, "nosuch.csv", "--window", "500", "--json", nowhere}}) {
    const Outcome outcome = leeway(arguments);
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(outcome.err, "leeway: " + nowhere + ": expected a writable folder, found: No such file or directory\n");
  }
  EXPECT_EQ(leeway({"watch", profile_, same_, "--window", "500", "--json", nowhere}).out, "") << "no window";
  EXPECT_THAT(leeway({"compare", profile_, same_, "--json", folder_.path(".")}).err,
              HasSubstr("expected a file to write, found a folder"));
  EXPECT_EQ(leeway({"compare", profile_, same_, "--json", "/dev/null"}).status, 0);
}

TEST_F(Commands, derived_features_need_their_derivation) {
  std::string text = "at\n";
  for (int i = 0; i < 100; ++i) text += "2018-01-01 " + std::to_string(10 + i % 10) + ":00:00\n";
  const std::string file = folder_.file("t.csv", text);
  const std::string derive = "hour=at:hour";
  ASSERT_EQ(leeway({"profile", file, "--out", profile_, "--exclude", "at", "--derive", derive}).status, 0);
  EXPECT_EQ(compare_json({profile_, file, "--derive", derive})["features"][0]["feature"], "hour");
  const Outcome without = leeway({"compare", profile_, file});
  EXPECT_EQ(without.status, 3);
  EXPECT_THAT(without.err, HasSubstr("column hour: expected one of at, found none"));
  EXPECT_THAT(without.err, HasSubstr("give the same --derive here"));
  const Outcome other = leeway({"compare", profile_, file, "--derive", derive, "--derive", "day=at:day"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("--derive: expected the name of a feature of the profile (hour), found \"day\""));
}

TEST_F(Commands, null_tokens_are_missing_in_both) {
  const std::string file = folder_.file("t.csv", "x\n1.5\n-\nNA\n2.5\nnone\n3.5\n");
  ASSERT_EQ(leeway({"profile", file, "--out", profile_, "--null", "-", "--null", "none"}).status, 0);
  const Json report = compare_json({profile_, file, "--null", "-", "--null", "none"});
  EXPECT_EQ(report["features"][0]["kind"], "numeric");
  EXPECT_EQ(report["features"][0]["reference"]["missing"], 3);
  EXPECT_EQ(report["features"][0]["live"]["missing"], 3);
  EXPECT_EQ(report["features"][0]["live"]["malformed"], 0);
}

}  // namespace
}  // namespace leeway::cli
