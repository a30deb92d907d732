// What the command line accepts, and what it says of the rest: one line on standard error, status 2.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command_line.hpp"

namespace leeway::cli {
namespace {

using test::leeway;
using test::Outcome;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Arguments = std::vector<std::string>;

void expect_usage_error(const Arguments& arguments, const std::string& message) {
  const Outcome outcome = leeway(arguments);
  EXPECT_EQ(outcome.status, 2) << message;
  EXPECT_THAT(outcome.err, StartsWith("leeway: "));
  EXPECT_THAT(outcome.err, HasSubstr(message));
  EXPECT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

/// An option of `compare` with a value that makes no sense.
void expect_refused(const std::string& option, const std::string& value, const std::string& message) {
  expect_usage_error({"compare", "p", "l", option, value}, option + ": " + message);
}

TEST(Usage, prints_version_and_help_everywhere) {
  for (const Arguments& command :
       {Arguments{}, Arguments{"profile"}, Arguments{"compare"}, Arguments{"watch"}, Arguments{"skew"},
        Arguments{"schema"}, Arguments{"schema", "infer"}, Arguments{"schema", "check"}, Arguments{"economics"},
        Arguments{"economics", "interval"}, Arguments{"economics", "fit"}, Arguments{"economics", "compare"},
        Arguments{"economics", "cost"}, Arguments{"economics", "cost", "skew"}, Arguments{"rollout"},
        Arguments{"rollout", "check"}, Arguments{"rollout", "replay"}, Arguments{"rollout", "verify"},
        Arguments{"rollout", "drill"}, Arguments{"rollout", "plan"}, Arguments{"sequential"}}) {
    Arguments arguments = command;
    arguments.emplace_back("--version");
    EXPECT_THAT(leeway(arguments).out, StartsWith("leeway 0."));
    arguments.back() = "--help";
    const Outcome help = leeway(arguments);
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.out, HasSubstr("Exit status: 0 fine"));
    EXPECT_EQ(help.err, "");
  }
}

TEST(Usage, says_in_help_which_arguments_a_command_needs) {
  EXPECT_THAT(leeway({"compare", "--help"}).out, HasSubstr("leeway compare [OPTIONS] PROFILE LIVE"));
  EXPECT_THAT(leeway({"watch", "--help"}).out, HasSubstr("unknown is not OK"));
}

TEST(Usage, asks_for_a_command_that_there_is) {
  expect_usage_error({},
                     "expected a command (profile, compare, watch, skew, schema, economics, rollout, sequential), "
                     "found none");
  expect_usage_error({"forecast", "a", "b"}, "found \"forecast\"");
  expect_usage_error({"compar"}, "did you mean compare?");
  expect_usage_error({"--nosuch"}, "--nosuch: expected an option of leeway");
}

TEST(Usage, names_the_option_that_was_meant) {
  expect_usage_error({"profile", "t", "--otu", "p"}, "did you mean --out?");
  expect_usage_error({"watch", "p", "l", "--windwo=7d"}, "--windwo: expected an option of leeway watch, found another");
}

TEST(Usage, asks_for_what_is_missing) {
  expect_usage_error({"profile"}, "expected TRAIN");
  expect_usage_error({"compare", "p"}, "expected LIVE");
  expect_usage_error({"profile", "t"}, "--out: expected");
  expect_usage_error({"watch", "p", "l"}, "--window: expected");
  expect_usage_error({"watch", "p", "l", "--window", "7d"}, "--time: expected");
  expect_usage_error({"compare", "p", "l", "--json"}, "--json: expected a value, found none");
  expect_usage_error({"compare", "p", "l", "--json", "--quiet"}, "--json: expected a value, found the option --quiet");
}

TEST(Usage, takes_no_more_than_it_needs) {
  expect_usage_error({"compare", "p", "l", "x"}, "expected no further argument, found \"x\"");
  expect_usage_error({"compare", "p", "l", "--budget", "0.1", "--budget", "0.2"}, "--budget: expected it once");
}

TEST(Usage, says_what_an_option_takes) {
  for (const char* bins : {"0", "-1", "4097", "ten", "1.5", ""})
    expect_refused("--bins", bins, "expected a whole number");
  for (const char* budget : {"0", "2", "-1", "nan", "x"})
    expect_refused("--budget", budget, "expected a number above 0");
  expect_refused("--govern", "nosuch", "expected one of psi, ks, js_divergence, js_distance, hellinger, ");
  expect_refused("--govern", "kl_live_reference", "expected one of psi");  // it has no band
  expect_refused("--metrics", "psi,z_test", "expected one of psi, ks");
  expect_refused("--metrics", "", "expected one of psi, ks");
  expect_refused("--edges", "doan", "expected one of equal-frequency");
  expect_refused("--correction", "holm", "expected one of bonferroni, bh, none");
  expect_refused("--fail-on", "stable", "expected one of warning, drift");
  expect_refused("--derive", "h=t", "expected NAME=COLUMN:PART");
  expect_refused("--derive", "h=t:minute", "expected NAME=COLUMN:PART");
}

TEST(Usage, says_what_a_window_is) {
  for (const char* window : {"0", "-5", "7", "7x", "d", "1,000", ""}) {
    if (std::string(window) == "7") continue;
    expect_usage_error({"watch", "p", "l", "--window", window}, "--window: expected rows such as 1000 or a length");
  }
}

TEST(Usage, says_which_lengths_do_not_fit) {
  const auto refused = [](Arguments more, const std::string& message) {
    more.insert(more.begin(), {"watch", "p", "l"});
    expect_usage_error(more, message);
  };
  refused({"--window", "100", "--slide", "30"},
          "--slide: expected a length that --window, 100 rows, is 1 to 100,000 times, found 30 rows");
  refused({"--window", "100", "--slide", "200"}, "found 200 rows");
  refused({"--window", "7d", "--slide", "2d", "--time", "t"}, "--window, 1w, is 1 to 100,000 times, found 2d");
  refused({"--window", "100", "--slide", "1d"}, "--slide: expected rows as --window has, 100 rows, found 1d");
  refused({"--window", "100", "--horizons", "150"},
          "--horizons: expected 1 to 100,000 times --window, 100 rows, found 150 rows");
  refused({"--window", "100", "--horizons", "50"}, "found 50 rows");
  refused({"--window", "100", "--slide", "20", "--horizons", "200,30"}, "times --slide, 20 rows, found 30 rows");
  refused({"--window", "100", "--lateness", "1h"},
          "--lateness: expected it beside a window of time such as --window 7d, found --window 100, of rows");
  refused({"--window", "1ms", "--time", "t", "--lateness", "1h"},
          "--lateness: expected at most 100,000 times 1ms, found 1h");
  refused({"--window", "1d", "--time", "t", "--season", "hour-of-week", "--sequential"},
          "--sequential: expected no --season beside it");
}

TEST(Usage, refuses_presets_that_it_does_not_know_or_cannot_serve) {
  expect_refused("--preset", "evidently", "expected --samples REF LIVE beside it");
  expect_refused("--preset", "evidentyl",
                 "expected one of leeway, evidently, nannyml, frouros, deepchecks, tfdv, whylogs, alibi, found "
                 "\"evidentyl\"; did you mean evidently?");
  expect_refused("--param", "exact=perhaps", "expected exact=true, exact=false, margin=NUMBER or min_ratio=NUMBER");
  expect_refused("--param", "margin=0.9", "expected margin=NUMBER from 0 to below 0.5, found \"margin=0.9\"");
  expect_refused("--param", "min_ratio=2", "expected min_ratio=NUMBER from 0 to 1, found \"min_ratio=2\"");
  EXPECT_EQ(leeway({"compare", "nosuch", "nosuch", "--preset", "leeway"}).status, 3);
}

TEST(Usage, refuses_parameters_that_would_change_nothing) {
  const auto refused = [](Arguments more, const std::string& message) {
    more.insert(more.begin(), {"compare", "--samples", "r", "l"});
    expect_usage_error(more, message);
  };
  const std::string exact =
      "--param: expected exact beside --preset nannyml with ks or wasserstein, alibi with ks, found ";
  refused({"--param", "exact=true"}, exact + "no preset");
  refused({"--param", "exact=false", "--preset", "leeway"}, exact + "no preset");
  refused({"--param", "exact=true", "--preset", "evidently"}, exact + "evidently");
  refused({"--param", "exact=true", "--preset", "nannyml", "--metrics", "hellinger,js_distance"},
          exact + "nannyml with hellinger, js_distance");
  refused({"--param", "margin=0.1", "--preset", "frouros"},
          "--param: expected margin beside --preset deepchecks with wasserstein, found frouros");
  refused({"--bins", "1", "--preset", "frouros"}, "--bins: expected 2 cells or more, as frouros has, found 1");
  EXPECT_EQ(leeway({"compare", "--samples", "r", "l", "--preset", "alibi", "--param", "exact=true"}).status, 3);
}

TEST(Usage, lists_all_that_an_option_takes) {
  for (const char* option : {"--metrics", "--govern"})
    EXPECT_THAT(leeway({"compare", "p", "l", option, "nosuch"}).err, ::testing::Not(HasSubstr("more")));
  expect_usage_error({"compare", "p", "l", "--metrics", "nosuch"}, ", anderson_darling, found \"nosuch\"");
}

TEST(Usage, refuses_options_of_reference_rows_beside_a_profile) {
  for (const char* option : {"--columns", "--exclude", "--numeric", "--categorical"}) {
    expect_refused(option, "x", "expected --samples beside it");
  }
  expect_refused("--bins", "5", "expected --samples beside it");
  expect_refused("--edges", "fd", "expected --samples beside it");
}

TEST(Usage, does_not_offer_what_is_not_there) {
  for (const char* option : {"--slide", "--season"}) {
    expect_usage_error({"compare", "p", "l", option, "x"}, std::string(option) + ": expected an option of leeway");
  }
}

TEST(Usage, reads_standard_input_once) {
  expect_usage_error({"compare", "-", "l"}, "PROFILE: expected the path of a profile");
  expect_usage_error({"compare", "--samples", "-", "-"}, "expected one file from standard input");
}

TEST(Usage, does_not_overwrite_its_input) {
  const test::TemporaryFolder folder;
  const std::string rows = folder.file("rows", "x\n1\n2\n");
  expect_usage_error({"profile", rows, "--out", rows}, "--out: expected another file than the input");
  const std::string profile = folder.path("profile");
  ASSERT_EQ(leeway({"profile", rows, "--out", profile}).status, 0);
  expect_usage_error({"compare", profile, rows, "--json", rows}, "--json: expected another file");
  expect_usage_error({"watch", profile, rows, "--window", "1", "--json", profile}, "--json: expected another file");
  expect_usage_error({"compare", profile, rows, "--html", rows}, "--html: expected another file than the input");
  EXPECT_EQ(test::content_of(rows), "x\n1\n2\n");
}

TEST(Usage, writes_each_output_to_a_place_of_its_own) {
  const std::string expected = "--html: expected another file than that of --json, found";
  expect_usage_error({"compare", "p", "l", "--json", "-", "--html", "-"}, expected);
  expect_usage_error({"compare", "p", "l", "--json", "report", "--html", "./report"}, expected);
  expect_usage_error({"watch", "p", "l", "--window", "9", "--json", "x/../r", "--html", "r"}, expected);
}

TEST(Usage, lets_files_have_the_names_of_commands) {
  const Outcome outcome = leeway({"compare", "profile", "watch"});
  EXPECT_EQ(outcome.status, 3);
  EXPECT_THAT(outcome.err, StartsWith("leeway: profile: expected"));
}

}  // namespace
}  // namespace leeway::cli
