// leeway sequential: comparisons of two arms, and of a split with its shares.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "cli/sequential_kinds.hpp"
#include "leeway/stats/alpha_spending.hpp"
#include "leeway/stats/betting_mean.hpp"
#include "leeway/stats/e_value.hpp"
#include "leeway/stats/plug_in_rates.hpp"
#include "leeway/stats/proportions.hpp"
#include "leeway/stats/quantile_comparison.hpp"
#include "leeway/stats/rate_e_process.hpp"
#include "leeway/stats/sample_ratio.hpp"
#include "leeway/stats/t_mixture.hpp"

namespace leeway::cli {
namespace {

using stats::Baseline;
using stats::Candidate;
using stats::Sides;

constexpr ErrorRate kAlpha{0.05};

template <class T>
Result<Json> json_of(const Result<T>& result) {
  if (!result) return result.error();
  return Json(*result);
}

// ---- two arms

/// Per tick, events and counts of both arms.
struct RateTicks {
  std::vector<std::uint64_t> baseline_events, baseline_counts, candidate_events, candidate_counts;

  [[nodiscard]] std::size_t size() const noexcept { return baseline_events.size(); }
  [[nodiscard]] Baseline<stats::RateCounts> baseline(std::size_t i) const {
    return {{baseline_events[i], baseline_counts[i]}};
  }
  [[nodiscard]] Candidate<stats::RateCounts> candidate(std::size_t i) const {
    return {{candidate_events[i], candidate_counts[i]}};
  }
};

RateTicks ticks_in(Case& input, std::array<const char*, 4> fields) {
  RateTicks ticks;
  ticks.baseline_events = input.counts(fields[0]);
  ticks.baseline_counts = input.counts_or_one(fields[1], ticks.size());
  ticks.candidate_events = input.counts_or_one(fields[2], ticks.size());
  ticks.candidate_counts = input.counts_or_one(fields[3], ticks.size());
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    const auto check = [&](std::uint64_t events, std::uint64_t count, const char* field) {
      if (events > count)
        input.fail("expected at most " + std::to_string(count) + ", found " + std::to_string(events),
                   std::string(field) + '[' + std::to_string(i) + ']');
    };
    check(ticks.baseline_events[i], ticks.baseline_counts[i], fields[0]);
    check(ticks.candidate_events[i], ticks.candidate_counts[i], fields[2]);
  }
  return ticks;
}

Result<Json> turner(Case& input) {
  const RateTicks ticks = ticks_in(input, {"ya", "na", "yb", "nb"});
  const double prior = input.number_or("beta_prior", 0.18);
  if (!input.finish()) return *input.error();
  auto test = stats::PlugInRates::make(prior);
  if (!test) return test.error();
  for (std::size_t i = 0; i < ticks.size(); ++i) test->add(ticks.baseline(i), ticks.candidate(i));
  return Json(test->log_e_value());
}

/// The library has six odds ratios; fewer are repeated, which changes nothing where each is as often as the others.
stats::OddsRatios odds_in(Case& input) {
  stats::OddsRatios all = stats::kOddsRatios;
  if (!input.has("odds")) return all;
  const std::vector<double> odds = input.numbers("odds");
  if (odds.empty() || all.size() % odds.size() != 0) {
    input.fail("expected 1, 2, 3 or 6 odds ratios, found " + std::to_string(odds.size()), "odds");
    return all;
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = odds[i % odds.size()];
  return all;
}

Result<Json> grow_odds_grid(Case& input) {
  const RateTicks ticks = ticks_in(input, {"base_events", "base_n", "cand_events", "cand_n"});
  stats::GrowGridOptions options;
  options.odds_ratios = odds_in(input);
  if (!input.finish()) return *input.error();
  auto grid = stats::GrowGrid::make(options);
  if (!grid) return grid.error();
  Json first = nullptr;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    grid->add(ticks.baseline(i), ticks.candidate(i));
    if (first.is_null() && stats::crosses(grid->log_e_value(), kAlpha)) first = i + 1;
  }
  return Json{{"final_log_e", grid->log_e_value()}, {"first_tick_ge_ln20", first}};
}

Result<Json> t_mixture(Case& input) {
  const double s = input.number("S");
  const double v = input.number("V", 0);
  const double n = input.number("n", 0);
  const double c2 = input.positive("c2");
  if (!input.finish()) return *input.error();
  return Json{{"two_sided", stats::t_mixture_two_sided(s, v, n, c2)},
              {"one_sided", stats::t_mixture_one_sided(s, v, n, c2)}};
}

Result<Json> betting(Case& input) {
  const auto values = input.numbers("x");
  const double null_mean = input.number("m", 0, 1);
  const ErrorRate alpha = input.rate_or("alpha", kAlpha);
  const auto outside = std::find_if(values.begin(), values.end(), [](double x) { return !(x >= 0 && x <= 1); });
  if (outside != values.end()) input.fail("expected numbers from 0 to 1, found others", "x");
  if (!input.finish()) return *input.error();
  stats::BettingProcess process(null_mean, alpha);
  for (const double x : values) process.add(x);
  return Json(process.log_e_value());
}

Result<Json> quantile_ab(Case& input) {
  const auto a = input.numbers("a");
  const auto b = input.numbers("b");
  const double p = input.number("p");
  const double t_opt = input.positive("t_opt");
  const ErrorRate alpha_opt = input.rate_or("alpha_opt", kAlpha);
  if (!input.finish()) return *input.error();
  const auto log_e = stats::quantile_log_e_value(Baseline<std::span<const double>>{a},
                                                 Candidate<std::span<const double>>{b}, p, {t_opt, alpha_opt});
  if (!log_e) return log_e.error();
  return Json((std::min)(1.0, std::exp(-*log_e)));
}

Result<Json> quantile_excess(Case& input) {
  const auto base = input.counts("base_counts");
  const auto candidate = input.counts_or_one("cand_counts", base.size());
  const double p = input.number("p");
  const double t_opt = input.positive("t_opt");
  const ErrorRate alpha_opt = input.rate_or("alpha_opt", kAlpha, 0.5);
  if (!input.finish()) return *input.error();
  return json_of(stats::quantile_excess_log_e_value(Baseline<std::span<const std::uint64_t>>{base},
                                                    Candidate<std::span<const std::uint64_t>>{candidate}, p,
                                                    {t_opt, alpha_opt}));
}

// ---- splits

struct Split {
  std::vector<std::uint64_t> counts;
  std::vector<double> shares;
};

Split split_in(Case& input) {
  Split split{input.counts("counts"), input.numbers("p")};
  double sum = 0;
  for (const double share : split.shares) {
    if (!(share > 0)) input.fail("expected shares above 0, found another", "p");
    sum += share;
  }
  if (split.shares.size() < 2) input.fail("expected at least 2 shares, found fewer", "p");
  if (!(std::fabs(sum - 1) <= 1e-9)) input.fail("expected shares that sum to 1, found others", "p");
  if (split.counts.size() != split.shares.size())
    input.fail("expected as many counts as p has shares, found " + std::to_string(split.counts.size()), "counts");
  return split;
}

Result<Json> ssrm(Case& input) {
  const Split split = split_in(input);
  const auto weights = input.numbers("dirichlet");
  if (weights.size() != split.shares.size())
    input.fail("expected as many weights as p has shares, found " + std::to_string(weights.size()), "dirichlet");
  if (std::any_of(weights.begin(), weights.end(), [](double weight) { return !(weight >= 1e-100); }))
    input.fail("expected weights above 0, found another", "dirichlet");
  if (!input.finish()) return *input.error();
  return Json(stats::log_dirichlet_e_value(split.counts, split.shares, weights));
}

Result<Json> split_chi_square(Case& input) {
  const Split split = split_in(input);
  if (!input.finish()) return *input.error();
  return json_of(stats::split_p_value(split.counts, split.shares));
}

Result<Json> power_spending(Case& input) {
  const auto shares = input.numbers("shares");
  const ErrorRate alpha = input.rate("alpha");
  const double power = input.number_or("power", 2);
  const Sides sides = input.one_of("sides", {"two", "one"}) == "two" ? Sides::two : Sides::one;
  if (!input.finish()) return *input.error();
  const auto looks = stats::power_spending(shares, alpha, power, sides);
  if (!looks) return looks.error();
  Json bounds = Json::array();
  Json nominal = Json::array();
  for (const stats::SpendingLook& look : *looks) {
    bounds.push_back(look.bound);
    nominal.push_back(look.nominal_alpha);
  }
  return Json{{"bounds", bounds}, {"nominal_alphas", nominal}};
}

constexpr std::array kKinds{
    SequentialKind{"grow_odds_grid_log_e", "base_events base_n cand_events cand_n [odds]",
                   "ln E that the candidate's rate is higher", grow_odds_grid},
    SequentialKind{"turner_2x2_log_e", "ya na yb nb [beta_prior]", "ln E that two rates differ", turner},
    SequentialKind{"t_mixture_log_e", "S V n c2", "ln E of n differences with sum S and sum of squares V", t_mixture},
    SequentialKind{"betting_log_e", "x m [alpha]", "ln E that values in [0, 1] have a mean above m", betting},
    SequentialKind{"quantile_ab_p_value", "a b p t_opt [alpha_opt]", "p-value that two p-quantiles are equal",
                   quantile_ab},
    SequentialKind{"quantile_excess_log_e", "base_counts cand_counts p t_opt [alpha_opt]",
                   "ln E that the candidate's is higher", quantile_excess},
    SequentialKind{"ssrm_log_bf", "counts p dirichlet", "ln E that a split is not by shares p", ssrm},
    SequentialKind{"srm_chi_square_p_value", "counts p", "p-value of that, for one look only", split_chi_square},
    SequentialKind{"power_spending", "shares alpha [power sides]", "a z test's bounds at planned looks",
                   power_spending},
};

}  // namespace

std::span<const SequentialKind> sequential_tests() { return kKinds; }

}  // namespace leeway::cli
