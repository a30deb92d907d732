// leeway sequential: the golden rows, what a value looks like, and what is said of wrong input.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/sequential_kinds.hpp"
#include "support/sequential_golden.hpp"

namespace leeway::cli {
namespace {

using test::leeway;
using test::Outcome;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using GoldenJson = nlohmann::json;

/// Standard input is a file for as long as this lives.
class StandardInput {
 public:
  explicit StandardInput(const std::string& path) : before_(::dup(STDIN_FILENO)) {
    const int file = ::open(path.c_str(), O_RDONLY);
    ::dup2(file, STDIN_FILENO);
    ::close(file);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;
  ~StandardInput() {
    ::dup2(before_, STDIN_FILENO);
    ::close(before_);
  }

 private:
  int before_;
};

class Sequential : public testing::Test {
 protected:
  [[nodiscard]] Outcome call(const std::string& kind, const std::string& input) const {
    const StandardInput standard_input(folder_.file("case.json", input));
    return leeway({"sequential", kind, "--json", "-"});
  }

  [[nodiscard]] GoldenJson value(const std::string& kind, const std::string& input) const {
    const Outcome outcome = call(kind, input);
    EXPECT_EQ(outcome.status, 0) << kind << ": " << outcome.err;
    const GoldenJson json = GoldenJson::parse(outcome.out, nullptr, false);
    EXPECT_EQ(json.size(), 1U) << outcome.out;
    return json.is_object() ? json.value("value", GoldenJson()) : GoldenJson();
  }

  void expect_refused(const std::string& kind, const std::string& input, const std::string& message) const {
    const Outcome outcome = call(kind, input);
    EXPECT_EQ(outcome.status, 3) << kind << ' ' << input;
    EXPECT_THAT(outcome.err, AllOf(StartsWith("leeway: <stdin>"), HasSubstr(message)));
    EXPECT_EQ(test::lines_in(outcome.err), 1U) << outcome.err;
    EXPECT_EQ(outcome.out, "");
  }

  test::TemporaryFolder folder_;
};

std::vector<SequentialKind> all_kinds() {
  std::vector<SequentialKind> kinds;
  for (const auto& part : {sequential_bounds(), sequential_tests()})
    kinds.insert(kinds.end(), part.begin(), part.end());
  return kinds;
}

void expect_near(const GoldenJson& found, double expected) {
  ASSERT_TRUE(found.is_number()) << found;
  EXPECT_LE(std::fabs(found.get<double>() - expected), 1e-12 * std::fabs(expected)) << found << " for " << expected;
}

// ---- values

TEST_F(Sequential, holds_the_shared_golden_rows) {
  const GoldenJson rows = leeway::test::sequential_golden();
  if (rows.is_null()) GTEST_SKIP() << "needs ../shared/golden/sequential.json beside the project";
  ASSERT_EQ(rows.size(), 31U);
  for (const GoldenJson& row : rows) {
    const auto kind = row.at("kind").get<std::string>();
    for (const GoldenJson& input : {row.at("input"), leeway::test::with_arms(row.at("input"), kind, rows)})
      leeway::test::expect_golden(value(kind, input.dump()), row.at("expected"), leeway::test::golden_tolerance(kind),
                                  kind);
  }
}

TEST_F(Sequential, has_the_published_values) {
  expect_near(value("two_sided_normal_best_rho", R"({"v": 100, "alpha": 0.05})"), 12.600560979256339);
  expect_near(value("one_sided_normal_bound", R"({"v": 100, "alpha": 0.05, "v_opt": 100})"), 27.660708830673201);
  expect_near(value("gamma_exponential_bound", R"({"v": 100, "alpha": 0.05, "v_opt": 100, "c": 2})"),
              33.020170220152028);
  const auto interval =
      value("bernoulli_confidence_interval", R"({"successes": 5, "trials": 50, "alpha": 0.05, "t_opt": 50})");
  expect_near(interval.at(0), 0.013021760005847395);
  expect_near(interval.at(1), 0.26926466715105787);
  expect_near(value("turner_2x2_log_e", R"({"ya": [1,0,1,0,0,0,1], "yb": [1,0,1,1,1,0,1], "na": 1, "nb": 1})"),
              0.09121509707630547);
  const auto mixture = value("t_mixture_log_e", R"({"S": 8, "V": 15, "n": 20, "c2": 4})");
  expect_near(mixture.at("two_sided"), 1.0615660366469256);
  expect_near(mixture.at("one_sided"), 1.7290628892649488);
  expect_near(value("ssrm_log_bf", R"({"counts": [60, 63, 32], "p": [0.4, 0.4, 0.2], "dirichlet": [1, 1, 1]})"),
              -4.1838139823676556);
}

TEST_F(Sequential, has_more_than_the_golden_kinds) {
  expect_near(value("poly_stitching_bound", R"({"v": 100, "alpha": 0.05, "v_min": 10, "c": 3})"), 64.48754665906500331);
  expect_near(value("double_stitching_bound", R"({"p": 0.9, "t": 1000, "alpha": 0.05, "t_opt": 100})"),
              43.72119361037151241);
  expect_near(value("empirical_process_lil_bound", R"({"t": 1000, "alpha": 0.05, "t_min": 100})"), 0.08204778770914847);
  expect_near(value("asymptotic_margin", R"({"t": 1000, "rho2": 0.01, "alpha": 0.05})"), 0.0960640192886857);
  expect_near(value("asymptotic_best_rho2", R"({"t": 100, "alpha": 0.05})"), 0.0821196806206825);
  expect_near(value("avlm_log_g_t", R"({"t2": 9, "nu": 98, "n": 100, "g": 1})"), 1.996588210921077);
  expect_near(value("avlm_t_radius", R"({"g": 1, "n": 100, "alpha": 0.05})"), 3.346778098841109);
  expect_near(value("avlm_z_radius", R"({"g": 1, "n": 100, "alpha": 0.05})"), 3.273018624234933);
  expect_near(value("srm_chi_square_p_value", R"({"counts": [5100, 4900], "p": [0.5, 0.5]})"), 0.0455002638963584);
  GoldenJson sample{{"alpha", 0.05}};
  for (int i = 0; i < 100; ++i) sample["x"].push_back(((7 * i + 3) % 10) / 10.0);
  expect_near(value("empirical_bernstein_interval", sample.dump()).at(1), 0.559096081989062);
  sample["m"] = 0.3;
  expect_near(value("betting_log_e", sample.dump()), std::log(2752.53067782976));
  GoldenJson arms{{"p", 0.5}, {"t_opt", 100}};
  for (int i = 1; i <= 1000; ++i) {
    arms["a"].push_back(i);
    arms["b"].push_back(i + 100);
  }
  EXPECT_NEAR(value("quantile_ab_p_value", arms.dump()).get<double>(), 0.00549470124807274, 1e-13);
  const auto excess = value("quantile_excess_log_e",
                            R"({"base_counts": [990, 10], "cand_counts": [900, 100], "p": 0.99, "t_opt": 1000})");
  EXPECT_TRUE(excess.is_number());
  const auto looks = value("power_spending", R"({"shares": [0.5, 1], "alpha": 0.05, "power": 1, "sides": "one"})");
  EXPECT_NEAR(looks.at("nominal_alphas").at(0).get<double>(), 0.025, 1e-12);
}

TEST_F(Sequential, takes_numbers_that_are_strings) {
  EXPECT_EQ(value("two_sided_normal_best_rho", R"({"v": "1e2", "alpha": " 0.05 "})"),
            value("two_sided_normal_best_rho", R"({"v": 100, "alpha": 0.05, "name": "a comment"})"));
  EXPECT_EQ(value("turner_2x2_log_e", R"({"ya": ["1", 0], "yb": [0, "1.0"], "na": "2", "nb": [2, "2e0"]})"),
            value("turner_2x2_log_e", R"({"ya": [1, 0], "yb": [0, 1], "na": 2, "nb": 2})"));
}

TEST_F(Sequential, says_when_a_threshold_is_never_reached) {
  const auto found =
      value("grow_odds_grid_log_e", R"({"base_events": [1], "base_n": [9], "cand_events": [1], "cand_n": [9]})");
  EXPECT_EQ(found.at("first_tick_ge_ln20"), nullptr);
  EXPECT_EQ(found.at("final_log_e"), 0);
  EXPECT_EQ(value("turner_2x2_log_e", R"({"ya": [], "yb": [], "na": 1, "nb": 1})"), 0);
}

TEST_F(Sequential, prints_a_line_or_writes_a_file) {
  const std::string file = folder_.file("case.json", R"({"successes": 5, "trials": 50, "alpha": 0.05, "t_opt": 50})");
  const std::vector<std::string> arguments{"sequential", "bernoulli_confidence_interval", "--input", file};
  EXPECT_THAT(leeway(arguments).out, testing::MatchesRegex("0.0130217600058[0-9]+ 0.2692646671510[0-9]+\n"));
  auto more = arguments;
  more.insert(more.end(), {"--json", folder_.path("out.json"), "--quiet"});
  const Outcome quiet = leeway(more);
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.out + quiet.err, "");
  EXPECT_THAT(test::content_of(folder_.path("out.json")), StartsWith(R"({"value":[0.013)"));
  const std::string other = folder_.file("t.json", R"({"S": 0, "V": 0, "n": 0, "c2": 1})");
  EXPECT_EQ(leeway({"sequential", "t_mixture_log_e", "--input", other}).out, "two_sided 0.0\none_sided 0.0\n");
}

TEST_F(Sequential, says_so_where_it_has_arms_of_its_own) {
  const Outcome outcome = call("growthbook_two_sided_seq_rel", R"({"N": 1000, "alpha": 0.05})");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.err, HasSubstr("GrowthBook's own test"));
  expect_refused("growthbook_two_sided_seq_rel", R"({"N": 1000, "alpha": 0.05, "a": {"sum": 1, "sum_sq": 1, "n": 9}})",
                 "b: expected an object, found no such field");
}

// ---- refusals

TEST_F(Sequential, lists_its_kinds) {
  const Outcome help = leeway({"sequential", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const SequentialKind& kind : all_kinds()) {
    EXPECT_THAT(help.out, HasSubstr("\n  " + std::string(kind.name) + ": " + kind.help));
    EXPECT_THAT(help.out, HasSubstr(kind.fields));
  }
}

TEST_F(Sequential, asks_for_a_kind_that_there_is) {
  const Outcome outcome = call("two_sided_normal_bond", "{}");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("KIND: expected one of those that leeway sequential --help lists, found "
                                     "\"two_sided_normal_bond\"; did you mean two_sided_normal_bound?"));
  EXPECT_EQ(leeway({"sequential"}).status, 2);
  EXPECT_EQ(leeway({"sequential", "t_mixture_log_e", "--input", folder_.path("absent")}).status, 3);
}

TEST_F(Sequential, says_where_text_is_no_case) {
  const auto refused = [&](const std::string& input, const std::string& message) {
    expect_refused("two_sided_normal_best_rho", input, message);
  };
  refused("", "expected JSON, found its end in line 1, column 1");
  refused("{\"v\": 1,\n  oops}", "expected JSON, found something else in line 2, column 3");
  refused("[1, 2]", "expected a JSON object, found a list");
  refused("7", "expected a JSON object, found 7");
  refused(R"({"v": 1, "v": 2, "alpha": 0.05})", "expected each field once, found \"v\" twice");
  refused(R"({"v": 1e999, "alpha": 0.05})", "expected numbers within reach of a double");
  refused(std::string(100000, '['), "<stdin>");
  refused("{\"v\": " + std::string(50000, '[') + std::string(50000, ']') + "}", "at most 8 levels of nesting");
  refused("{\"v\xff\": 1}", "expected JSON");
  refused(std::string("{\"v\": 1\0}", 9), "expected JSON");
}

TEST_F(Sequential, names_the_field_that_is_wrong) {
  const auto refused = [&](const std::string& input, const std::string& message) {
    expect_refused("two_sided_normal_bound", input, message);
  };
  refused(R"({"alpha": 0.05, "v_opt": 1})", "v: expected a number, found no such field");
  refused(R"({"v": -1, "alpha": 0.05, "v_opt": 1})", "v: expected a number of at least 0, found -1");
  refused(R"({"v": "one", "alpha": 0.05, "v_opt": 1})", "v: expected a number of at least 0, found \"one\"");
  refused(R"({"v": null, "alpha": 0.05, "v_opt": 1})", "v: expected a number of at least 0, found null");
  refused(R"({"v": "nan", "alpha": 0.05, "v_opt": 1})", "v: expected a number of at least 0, found \"nan\"");
  refused(R"({"v": 1, "alpha": 0, "v_opt": 1})", "alpha: expected a number above 0 and below 1, found 0");
  refused(R"({"v": 1, "alpha": 1, "v_opt": 1})", "alpha: expected a number above 0 and below 1, found 1");
  refused(R"({"v": 1, "alpha": 0.05, "v_opt": 0})", "v_opt: expected a number above 0, found 0");
  refused(R"({"v": 1, "alpha": 0.05, "v_opt": [1]})", "v_opt: expected a number above 0, found a list");
  refused(R"({"v": 1, "alpha": 0.05, "v_opt": 1, "alpha_op": 0.1})",
          "alpha_op: expected no field but alpha, alpha_opt,");
  expect_refused("one_sided_normal_bound", R"({"v": 1, "alpha": 0.1, "v_opt": 1, "alpha_opt": 0.5})",
                 "alpha_opt: expected a number above 0 and below 0.5, found 0.5");
  expect_refused("bernoulli_confidence_interval", R"({"successes": 3, "trials": 2, "alpha": 0.1, "t_opt": 1})",
                 "successes: expected a number from 0 to 2, found 3");
}

TEST_F(Sequential, names_the_element_that_is_wrong) {
  const auto refused = [&](const std::string& input, const std::string& message) {
    expect_refused("turner_2x2_log_e", input, message);
  };
  refused(R"({"ya": [1, 2.5], "yb": [1, 1], "na": 3, "nb": 3})",
          "ya[1]: expected a whole number from 0 to 2^53, found 2.5");
  refused(R"({"ya": [1, -1], "yb": [1, 1], "na": 3, "nb": 3})",
          "ya[1]: expected a whole number from 0 to 2^53, found -1");
  refused(R"({"ya": 1, "yb": [1, 1], "na": 3, "nb": 3})", "ya: expected a list of whole numbers, found 1");
  refused(R"({"ya": [1, 1], "yb": [1], "na": 3, "nb": 3})", "yb: expected 2 counts, found 1");
  refused(R"({"ya": [1, 4], "yb": [1, 1], "na": 3, "nb": 3})", "ya[1]: expected at most 3, found 4");
  refused(R"({"ya": [1], "yb": [1], "na": 3, "nb": 3, "beta_prior": 0})",
          "prior: expected a finite number > 0, found 0");
  expect_refused("grow_odds_grid_log_e",
                 R"({"base_events": [1], "base_n": 2, "cand_events": [1], "cand_n": 2, "odds": [2, 3, 4, 5]})",
                 "odds: expected 1, 2, 3 or 6 odds ratios, found 4");
  expect_refused("ssrm_log_bf", R"({"counts": [1, 2], "p": [0.5, 0.6], "dirichlet": [1, 1]})",
                 "p: expected shares that sum to 1");
  expect_refused("growthbook_one_sided_seq_abs",
                 R"({"a": {"sum": 1, "sum_sq": 1}, "b": {"sum": 1, "sum_sq": 1, "n": 3}, "alpha": 0.1, "N": 9})",
                 "a.n: expected a number, found no such field");
  expect_refused("power_spending", R"({"shares": [0.5, 0.5], "alpha": 0.05})", "shares[1]: expected more");
  expect_refused("betting_log_e", R"({"x": [0.5, 2], "m": 0.5})", "x: expected numbers from 0 to 1");
}

std::vector<std::string> fields_of(const SequentialKind& kind) {
  std::vector<std::string> fields;
  std::string field;
  for (const char c : std::string(kind.fields) + ' ') {
    if (c != ' ' && c != '[' && c != ']') field += c;
    if (c == ' ' && !field.empty()) fields.push_back(std::exchange(field, ""));
  }
  return fields;
}

// Each field of another type or out of any range, beside others that make sense or none: a value or an error, never a
// crash. Without the command around it, which would take too long.
TEST(SequentialKinds, bear_any_input) {
  const std::vector<const char*> values{
      "1",  "0",    "-1",   "1e100", "1e-100",     "\"x\"",           "[]",     "[1]", "[1, 2]",
      "{}", "null", "true", "0.5",   "[0.5, 0.5]", "[1e100, -1e100]", "\"inf\""};
  for (const SequentialKind& kind : all_kinds()) {
    const auto fields = fields_of(kind);
    for (const char* one : values)
      for (const char* rest : {"1", "0.5", "1e100", "[1]", "[0.5, 0.5]", "\"x\""})
        for (std::size_t which = 0; which < fields.size(); ++which) {
          Json input = Json::object();
          for (std::size_t i = 0; i < fields.size(); ++i) input[fields[i]] = Json::parse(i == which ? one : rest);
          std::optional<Error> error;
          Case reader(input, "", error);
          const auto value = kind.compute(reader);
          if (value) {
            EXPECT_FALSE(value->is_null()) << kind.name << input;
          } else {
            EXPECT_THAT(value.error().message, StartsWith("expected ")) << kind.name << input;
          }
        }
  }
}

// A value that no double holds is no success.
TEST_F(Sequential, refuses_a_value_that_is_not_finite) {
  expect_refused("avlm_t_radius", R"({"g": 1000000, "n": 3, "alpha": 0.05})", "found a value that is not finite");
}

}  // namespace
}  // namespace leeway::cli
