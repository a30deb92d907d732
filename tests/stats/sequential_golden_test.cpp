// The shared golden rows through the library alone; tests/cli/sequential_test.cpp has them through the command.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "leeway/base/value_or_throw.hpp"
#include "leeway/stats/asymptotic_sequence.hpp"
#include "leeway/stats/e_value.hpp"
#include "leeway/stats/plug_in_rates.hpp"
#include "leeway/stats/rate_e_process.hpp"
#include "leeway/stats/sample_ratio.hpp"
#include "leeway/stats/t_mixture.hpp"
#include "support/sequential_golden.hpp"

namespace leeway::stats {
namespace {

using Json = nlohmann::json;
using Compute = std::function<Json(const Json&)>;

double at(const Json& input, const char* field) { return test::golden_number(input.at(field)); }
ErrorRate rate(const Json& input, const char* field) {
  return ErrorRate(input.contains(field) ? at(input, field) : 0.05);
}
std::vector<std::uint64_t> counts(const Json& input, const char* field) {
  return input.at(field).get<std::vector<std::uint64_t>>();
}
BoundTuning tuning(const Json& input) { return {at(input, "v_opt"), rate(input, "alpha_opt")}; }

template <class Mixture>
Json log_mixture(const Result<Mixture>& mixture, const Json& input) {
  return value_or_throw(mixture).log_e_value(at(input, "s"), at(input, "v"));
}
template <class Mixture>
Json bound(const Result<Mixture>& mixture, const Json& input) {
  return value_or_throw(mixture).bound(at(input, "v"), rate(input, "alpha"));
}

template <Sides kSides>
Result<NormalMixture> normal(const Json& input) {
  return NormalMixture::make(tuning(input), kSides);
}
Result<GammaExponentialMixture> gamma_exponential(const Json& input) {
  return GammaExponentialMixture::make(tuning(input), at(input, "c"));
}
Result<GammaPoissonMixture> gamma_poisson(const Json& input) {
  return GammaPoissonMixture::make(tuning(input), at(input, "c"));
}
template <Sides kSides>
Result<BetaBinomialMixture> beta_binomial(const Json& input) {
  return BetaBinomialMixture::make(tuning(input), at(input, "g"), at(input, "h"), kSides);
}

ArmSums arm(const Json& json) { return {at(json, "sum"), at(json, "sum_sq"), at(json, "n")}; }

ConfidenceBounds growthbook(const Json& input, Effect effect, Sides sides) {
  return value_or_throw(
      growthbook_bounds(arm(input.at("a")), arm(input.at("b")), effect, sides, rate(input, "alpha"), at(input, "N")));
}

Json bernoulli(const Json& input) {
  const auto found = value_or_throw(bernoulli_confidence_sequence(at(input, "successes"), at(input, "trials"),
                                                                  rate(input, "alpha"), at(input, "t_opt")));
  return {found.lower, found.upper};
}

Json turner(const Json& input) {
  auto test = value_or_throw(PlugInRates::make(at(input, "beta_prior")));
  const auto a = counts(input, "ya");
  const auto b = counts(input, "yb");
  for (std::size_t i = 0; i < a.size(); ++i)
    test.add(Baseline{RateCounts{a[i], input.at("na").get<std::uint64_t>()}},
             Candidate{RateCounts{b[i], input.at("nb").get<std::uint64_t>()}});
  return test.log_e_value();
}

Json grow_grid(const Json& input) {
  GrowGrid grid;  // the rows have its own odds ratios
  Json first;
  for (std::size_t i = 0; i < input.at("base_n").size(); ++i) {
    grid.add(Baseline{RateCounts{counts(input, "base_events")[i], counts(input, "base_n")[i]}},
             Candidate{RateCounts{counts(input, "cand_events")[i], counts(input, "cand_n")[i]}});
    if (first.is_null() && crosses(grid.log_e_value(), ErrorRate(0.05))) first = i + 1;
  }
  return {{"final_log_e", grid.log_e_value()}, {"first_tick_ge_ln20", first}};
}

Json t_mixture(const Json& in) {
  return {{"two_sided", t_mixture_two_sided(at(in, "S"), at(in, "V"), at(in, "n"), at(in, "c2"))},
          {"one_sided", t_mixture_one_sided(at(in, "S"), at(in, "V"), at(in, "n"), at(in, "c2"))}};
}

const std::map<std::string, Compute>& kinds() {
  static const std::map<std::string, Compute> all{
      {"two_sided_normal_best_rho",
       [](const Json& in) {
         return normal_best_rho({at(in, "v"), rate(in, "alpha")}, Sides::two);
       }},
      {"two_sided_normal_log_mixture", [](const Json& in) { return log_mixture(normal<Sides::two>(in), in); }},
      {"two_sided_normal_bound", [](const Json& in) { return bound(normal<Sides::two>(in), in); }},
      {"one_sided_normal_log_mixture", [](const Json& in) { return log_mixture(normal<Sides::one>(in), in); }},
      {"one_sided_normal_bound", [](const Json& in) { return bound(normal<Sides::one>(in), in); }},
      {"gamma_exponential_log_mixture", [](const Json& in) { return log_mixture(gamma_exponential(in), in); }},
      {"gamma_exponential_bound", [](const Json& in) { return bound(gamma_exponential(in), in); }},
      {"gamma_poisson_log_mixture", [](const Json& in) { return log_mixture(gamma_poisson(in), in); }},
      {"gamma_poisson_bound", [](const Json& in) { return bound(gamma_poisson(in), in); }},
      {"two_sided_beta_binomial_log_mixture",
       [](const Json& in) { return log_mixture(beta_binomial<Sides::two>(in), in); }},
      {"two_sided_beta_binomial_bound", [](const Json& in) { return bound(beta_binomial<Sides::two>(in), in); }},
      {"one_sided_beta_binomial_log_mixture",
       [](const Json& in) { return log_mixture(beta_binomial<Sides::one>(in), in); }},
      {"one_sided_beta_binomial_bound", [](const Json& in) { return bound(beta_binomial<Sides::one>(in), in); }},
      {"bernoulli_confidence_interval", bernoulli},
      {"turner_2x2_log_e", turner},
      {"grow_odds_grid_log_e", grow_grid},
      {"t_mixture_log_e", t_mixture},
      {"growthbook_one_sided_seq_abs",
       [](const Json& in) -> Json {
         const auto found = growthbook(in, Effect::absolute, Sides::one);
         return {{"lower", found.lower}, {"upper", found.upper}};
       }},
      {"growthbook_two_sided_seq_rel",
       [](const Json& in) -> Json {
         const auto found = growthbook(in, Effect::relative, Sides::two);
         return {found.lower, found.upper};
       }},
      {"ssrm_log_bf",
       [](const Json& in) {
         return log_dirichlet_e_value(counts(in, "counts"), in.at("p").get<std::vector<double>>(),
                                      in.at("dirichlet").get<std::vector<double>>());
       }},
  };
  return all;
}

TEST(Sequential, holds_the_shared_golden_rows) {
  const Json rows = test::sequential_golden();
  if (rows.is_null()) GTEST_SKIP() << "needs ../shared/golden/sequential.json beside the project";
  EXPECT_EQ(rows.size(), 31U);
  for (const Json& row : rows) {
    const auto kind = row.at("kind").get<std::string>();
    ASSERT_EQ(kinds().count(kind), 1U) << kind;
    const Json found = kinds().at(kind)(test::with_arms(row.at("input"), kind, rows));
    test::expect_golden(found, row.at("expected"), test::golden_tolerance(kind), kind);
  }
}

}  // namespace
}  // namespace leeway::stats
