// leeway sequential: bounds and confidence sequences.

#include <algorithm>
#include <array>

#include "cli/sequential_kinds.hpp"
#include "leeway/stats/asymptotic_sequence.hpp"
#include "leeway/stats/confidence_sequence.hpp"
#include "leeway/stats/mixture_boundary.hpp"
#include "leeway/stats/stitched_boundary.hpp"

namespace leeway::cli {
namespace {

using stats::Effect;
using stats::Sides;

constexpr ErrorRate kAlpha{0.05};

template <class T>
Result<Json> json_of(const Result<T>& result) {
  if (!result) return result.error();
  return Json(*result);
}

Json pair_of(const stats::ConfidenceBounds& bounds) { return Json::array({bounds.lower, bounds.upper}); }

Json named_pair_of(const stats::ConfidenceBounds& bounds) {
  return Json{{"lower", bounds.lower}, {"upper", bounds.upper}};
}

// ---- mixtures

stats::BoundTuning tuning_in(Case& input, Sides sides) {
  const double v_opt = input.positive("v_opt");
  return {v_opt, input.rate_or("alpha_opt", kAlpha, sides == Sides::one ? 0.5 : 1)};
}

/// A mixture of the input, by a function of its own for each type, and ln E or the bound of it.
template <auto kMixture>
Result<Json> log_mixture(Case& input) {
  const auto mixture = kMixture(input);
  const double s = input.number("s");
  const double v = input.number("v", 0);
  if (!input.finish()) return *input.error();
  if (!mixture) return mixture.error();
  return Json(mixture->log_e_value(s, v));
}

template <auto kMixture>
Result<Json> mixture_bound(Case& input) {
  const auto mixture = kMixture(input);
  const double v = input.number("v", 0);
  const ErrorRate alpha = input.rate("alpha");
  if (!input.finish()) return *input.error();
  if (!mixture) return mixture.error();
  return Json(mixture->bound(v, alpha));
}

template <Sides kSides>
Result<stats::NormalMixture> normal(Case& input) {
  return stats::NormalMixture::make(tuning_in(input, kSides), kSides);
}

Result<stats::GammaExponentialMixture> gamma_exponential(Case& input) {
  const auto tuning = tuning_in(input, Sides::one);
  return stats::GammaExponentialMixture::make(tuning, input.positive("c"));
}

Result<stats::GammaPoissonMixture> gamma_poisson(Case& input) {
  const auto tuning = tuning_in(input, Sides::one);
  return stats::GammaPoissonMixture::make(tuning, input.positive("c"));
}

template <Sides kSides>
Result<stats::BetaBinomialMixture> beta_binomial(Case& input) {
  const auto tuning = tuning_in(input, kSides);
  const double g = input.positive("g");
  return stats::BetaBinomialMixture::make(tuning, g, input.positive("h"), kSides);
}

template <Sides kSides>
Result<Json> best_rho(Case& input) {
  const double v = input.positive("v");
  const ErrorRate alpha = input.rate("alpha", kSides == Sides::one ? 0.5 : 1);
  if (!input.finish()) return *input.error();
  return Json(stats::normal_best_rho({v, alpha}, kSides));
}

// ---- stitched bounds

stats::Stitching stitching_in(Case& input) {
  const double s = input.number_or("s", 1.4);
  return {s, input.number_or("eta", 2)};
}

Result<Json> poly_stitching(Case& input) {
  const double v = input.number("v", 0);
  const ErrorRate alpha = input.rate("alpha");
  const double v_min = input.positive("v_min");
  const double c = input.number_or("c", 0);
  const auto stitching = stitching_in(input);
  if (!input.finish()) return *input.error();
  return json_of(stats::poly_stitching_bound(v, alpha, v_min, c, stitching));
}

Result<Json> double_stitching(Case& input) {
  const double p = input.number("p");
  const double t = input.number("t", 0);
  const ErrorRate alpha = input.rate("alpha");
  const double t_opt = input.positive("t_opt");
  const double delta = input.number_or("delta", 0.5);
  const auto stitching = stitching_in(input);
  if (!input.finish()) return *input.error();
  return json_of(stats::double_stitching_bound(p, t, alpha, t_opt, delta, stitching));
}

Result<Json> empirical_process(Case& input) {
  const double t_min = input.positive("t_min");
  const double t = input.number("t", t_min);
  const ErrorRate alpha = input.rate("alpha");
  const double a = input.number_or("A", 0.85);
  if (!input.finish()) return *input.error();
  const auto bound = stats::EmpiricalProcessBound::make(alpha, t_min, a);
  if (!bound) return bound.error();
  return Json(bound->radius(t));
}

// ---- confidence sequences

Result<Json> bernoulli(Case& input) {
  const double trials = input.number("trials", 0);
  const double successes = input.number("successes", 0, trials);
  const ErrorRate alpha = input.rate("alpha");
  const double t_opt = input.positive("t_opt");
  const ErrorRate alpha_opt = input.rate_or("alpha_opt", kAlpha);
  if (!input.finish()) return *input.error();
  const auto bounds = stats::bernoulli_confidence_sequence(successes, trials, alpha, t_opt, alpha_opt);
  if (!bounds) return bounds.error();
  return pair_of(*bounds);
}

Result<Json> empirical_bernstein(Case& input) {
  const auto values = input.numbers("x");
  const ErrorRate alpha = input.rate("alpha");
  const double cap = input.number_or("cap", 0.5, 1e-9, 1 - 1e-9);
  const Sides sides = input.one_of("sides", {"two", "one"}) == "two" ? Sides::two : Sides::one;
  const auto outside = std::find_if(values.begin(), values.end(), [](double x) { return !(x >= 0 && x <= 1); });
  if (outside != values.end()) input.fail("expected numbers from 0 to 1, found others", "x");
  if (!input.finish()) return *input.error();
  stats::EmpiricalBernsteinSequence sequence(alpha, sides, cap);
  for (const double x : values) sequence.add(x);
  return pair_of(sequence.bounds());
}

Result<Json> asymptotic_best_rho2(Case& input) {
  const double t = input.positive("t");
  const ErrorRate alpha = input.rate("alpha");
  if (!input.finish()) return *input.error();
  return json_of(stats::asymptotic_best_rho2(t, alpha));
}

Result<Json> asymptotic_margin(Case& input) {
  const double t = input.positive("t");
  const double rho2 = input.positive("rho2");
  const ErrorRate alpha = input.rate("alpha");
  if (!input.finish()) return *input.error();
  return json_of(stats::asymptotic_margin(t, rho2, alpha));
}

// ---- conventions of avlm

Result<Json> avlm_log_g_t(Case& input) {
  const double t2 = input.number("t2", 0);
  const double nu = input.positive("nu");
  const double n = input.positive("n");
  const double g = input.positive("g");
  if (!input.finish()) return *input.error();
  return json_of(stats::log_t_e_value(t2, nu, n, g));
}

Result<Json> avlm_t_radius(Case& input) {
  const double g = input.positive("g");
  const double n = input.positive("n");
  const double coefficients = input.number_or("coefficients", 1);
  const ErrorRate alpha = input.rate("alpha");
  if (!input.finish()) return *input.error();
  return json_of(stats::anytime_t_radius(g, n, coefficients, alpha));
}

Result<Json> avlm_z_radius(Case& input) {
  const double g = input.positive("g");
  const double n = input.positive("n");
  const ErrorRate alpha = input.rate("alpha");
  if (!input.finish()) return *input.error();
  return json_of(stats::anytime_z_radius(g, n, alpha));
}

// ---- conventions of GrowthBook

// The arms of its own test, test_sequential_test_runs, in packages/stats/tests/frequentist.
constexpr stats::ArmSums kGrowthbookA{1396.87, 52377.9767, 3000};
constexpr stats::ArmSums kGrowthbookB{2422.7, 134698.29, 3461};
constexpr const char* kGrowthbookNote = "expected a and b, found neither: these are the arms of GrowthBook's own test";

stats::ArmSums arm_in(Case& input, const char* field) {
  Case arm = input.object(field);
  const double sum = arm.number("sum");
  const double squares = arm.number("sum_sq", 0);
  const double n = arm.number("n", 2);
  arm.finish();
  return {sum, squares, n};
}

template <stats::Effect kEffect, Sides kSides>
Result<Json> growthbook(Case& input) {
  const bool own = kEffect == stats::Effect::relative && kSides == Sides::two && !input.has("a") && !input.has("b");
  const stats::ArmSums a = own ? kGrowthbookA : arm_in(input, "a");
  const stats::ArmSums b = own ? kGrowthbookB : arm_in(input, "b");
  const ErrorRate alpha = input.rate("alpha", kSides == Sides::one ? 0.5 : 1);
  const double tuning = input.positive("N");
  if (!input.finish()) return *input.error();
  const auto bounds = stats::growthbook_bounds(a, b, kEffect, kSides, alpha, tuning);
  if (!bounds) return bounds.error();
  return kSides == Sides::one ? named_pair_of(*bounds) : pair_of(*bounds);
}

constexpr std::array kKinds{
    SequentialKind{"two_sided_normal_best_rho", "v alpha", "rho of the normal mixture that is tightest at v",
                   best_rho<Sides::two>},
    SequentialKind{"one_sided_normal_best_rho", "v alpha", "the same, one-sided", best_rho<Sides::one>},
    SequentialKind{"two_sided_normal_log_mixture", "s v v_opt [alpha_opt]", "ln E of a sum s in intrinsic time v",
                   log_mixture<normal<Sides::two>>},
    SequentialKind{"two_sided_normal_bound", "v alpha v_opt [alpha_opt]", "the least s with E >= 1 / alpha",
                   mixture_bound<normal<Sides::two>>},
    SequentialKind{"one_sided_normal_log_mixture", "s v v_opt [alpha_opt]", "ln E, one-sided",
                   log_mixture<normal<Sides::one>>},
    SequentialKind{"one_sided_normal_bound", "v alpha v_opt [alpha_opt]", "its bound",
                   mixture_bound<normal<Sides::one>>},
    SequentialKind{"gamma_exponential_log_mixture", "s v v_opt c [alpha_opt]", "ln E of sub-exponential deviations",
                   log_mixture<gamma_exponential>},
    SequentialKind{"gamma_exponential_bound", "v alpha v_opt c [alpha_opt]", "its bound",
                   mixture_bound<gamma_exponential>},
    SequentialKind{"gamma_poisson_log_mixture", "s v v_opt c [alpha_opt]", "ln E of deviations of at most c",
                   log_mixture<gamma_poisson>},
    SequentialKind{"gamma_poisson_bound", "v alpha v_opt c [alpha_opt]", "its bound", mixture_bound<gamma_poisson>},
    SequentialKind{"two_sided_beta_binomial_log_mixture", "s v v_opt g h [alpha_opt]", "ln E of deviations in [-g, h]",
                   log_mixture<beta_binomial<Sides::two>>},
    SequentialKind{"two_sided_beta_binomial_bound", "v alpha v_opt g h [alpha_opt]", "its upper bound",
                   mixture_bound<beta_binomial<Sides::two>>},
    SequentialKind{"one_sided_beta_binomial_log_mixture", "s v v_opt g h [alpha_opt]", "ln E, one-sided",
                   log_mixture<beta_binomial<Sides::one>>},
    SequentialKind{"one_sided_beta_binomial_bound", "v alpha v_opt g h [alpha_opt]", "its bound",
                   mixture_bound<beta_binomial<Sides::one>>},
    SequentialKind{"poly_stitching_bound", "v alpha v_min [c s eta]", "a bound that grows as slowly as can be",
                   poly_stitching},
    SequentialKind{"double_stitching_bound", "p t alpha t_opt [delta s eta]", "the same for all quantiles at once",
                   double_stitching},
    SequentialKind{"empirical_process_lil_bound", "t alpha t_min [A]", "a band around a distribution function",
                   empirical_process},
    SequentialKind{"bernoulli_confidence_interval", "successes trials alpha t_opt [alpha_opt]",
                   "of a share, at every moment", bernoulli},
    SequentialKind{"empirical_bernstein_interval", "x alpha [sides cap]", "of the mean of values in [0, 1]",
                   empirical_bernstein},
    SequentialKind{"asymptotic_best_rho2", "t alpha", "the tightest mixing variance, for the next",
                   asymptotic_best_rho2},
    SequentialKind{"asymptotic_margin", "t rho2 alpha", "of a mean, in standard deviations", asymptotic_margin},
    SequentialKind{"avlm_log_g_t", "t2 nu n g", "ln E of a coefficient's squared t statistic", avlm_log_g_t},
    SequentialKind{"avlm_t_radius", "g n alpha [coefficients]", "the t statistic that is rejected", avlm_t_radius},
    SequentialKind{"avlm_z_radius", "g n alpha", "the z statistic that is rejected", avlm_z_radius},
    SequentialKind{"growthbook_one_sided_seq_abs", "a b alpha N", "GrowthBook's bounds of b - a, each alone",
                   growthbook<Effect::absolute, Sides::one>},
    SequentialKind{"growthbook_one_sided_seq_rel", "a b alpha N", "of (b - a) / a",
                   growthbook<Effect::relative, Sides::one>},
    SequentialKind{"growthbook_two_sided_seq_abs", "a b alpha N", "both together",
                   growthbook<Effect::absolute, Sides::two>},
    SequentialKind{"growthbook_two_sided_seq_rel", "[a b] alpha N", "both together, of (b - a) / a",
                   growthbook<Effect::relative, Sides::two>, kGrowthbookNote, "a"},
};

}  // namespace

std::span<const SequentialKind> sequential_bounds() { return kKinds; }

}  // namespace leeway::cli
