#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>

#include "leeway/base/duration_text.hpp"
#include "rollout/policy_checker.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr std::uint32_t kMostTicks = 64;
constexpr std::uint32_t kMostConsecutive = 10'000;
constexpr Duration kLongestFailing = std::chrono::days(30);

/// What decides where no rule does, as in Decision::rule.
constexpr std::array<std::string_view, 7> kReserved{"operator", "deadline", "gate", "silence",
                                                    "approval", "journal",  "host"};
constexpr std::string_view kReservedPrefix = "promotion:";

bool is_higher(const Metric& metric) noexcept { return metric.worse == Worse::higher; }

// ---- thresholds

class PersistenceCheck {
 public:
  PersistenceCheck(PolicyChecker& checker, const std::string& path) : checker_(checker), path_(path) {}

  void operator()(const Sustained& sustained) const {
    const Duration duration = sustained.duration;
    checker_.expect_duration(duration, false, path_ + ".for");
    checker_.expect(duration <= kLongestFailing || duration > PolicyChecker::kLongest, path_ + ".for",
                    "at most 30d, or it never fails", duration_text(duration));
  }
  void operator()(const Consecutive& consecutive) const {
    checker_.expect_count(consecutive.ticks, kMostConsecutive, path_ + ".consecutive");
  }
  void operator()(const MOfN& counted) const {
    checker_.expect(counted.m >= 1 && counted.m <= counted.n && counted.n <= kMostTicks, path_ + ".m_of_n",
                    "[m, n] with 1 <= m <= n <= 64",
                    '[' + std::to_string(counted.m) + ", " + std::to_string(counted.n) + ']');
  }

 private:
  PolicyChecker& checker_;
  const std::string& path_;
};

/// A limit that an equal candidate is beyond would roll back every candidate; one that nothing is beyond, none.
struct LimitRange {
  const char* expected;
  bool holds;
};

LimitRange absolute_limit(const Metric& metric, double limit) noexcept {
  if (metric.kind == MetricKind::rate) {
    return is_higher(metric)
               ? LimitRange{"a rate from 0 to below 1, or no rate is beyond it", limit >= 0 && limit < 1}
               : LimitRange{"a rate above 0 and at most 1, or no rate is beyond it", limit > 0 && limit <= 1};
  }
  if (metric.kind == MetricKind::values) {
    return is_higher(metric) ? LimitRange{"a number from the lower bound to below the upper one, or each mean is beyond "
                                          "it, or none",
                                          limit >= metric.lower && limit < metric.upper}
                             : LimitRange{"a number above the lower bound and at most the upper one, or each mean is "
                                          "beyond it, or none",
                                          limit > metric.lower && limit <= metric.upper};
  }
  return {"a finite number", true};
}

/// Ratios of means within positive bounds are bounded themselves.
LimitRange bounded_ratio_limit(const Metric& metric, double limit) noexcept {
  if (!(metric.upper > 0)) return {"absolute or difference, for no mean within the bounds is above 0", false};
  const bool bounded = metric.lower > 0;
  return is_higher(metric) ? LimitRange{"a ratio below that of the bounds, or no mean is beyond it",
                                        !bounded || limit < metric.upper / metric.lower}
                           : LimitRange{"a ratio above that of the bounds, or no mean is beyond it",
                                        !bounded || limit > metric.lower / metric.upper};
}

LimitRange ratio_limit(const Metric& metric, double limit) noexcept {
  const LimitRange bounded = bounded_ratio_limit(metric, limit);
  if (metric.kind == MetricKind::values && !bounded.holds) return bounded;
  return is_higher(metric)
             ? LimitRange{"a ratio of at least 1, or an equal candidate fails", limit >= 1}
             : LimitRange{"a ratio above 0 and at most 1, or an equal candidate fails", limit > 0 && limit <= 1};
}

/// Differences of means within bounds are less than the bounds are apart.
LimitRange bounded_difference_limit(const Metric& metric, double limit) noexcept {
  const double widest = metric.upper - metric.lower;
  return is_higher(metric)
             ? LimitRange{"a difference from 0 to less than the bounds are apart", limit >= 0 && limit < widest}
             : LimitRange{"a difference of at most 0 that is less than the bounds are apart, for lower is worse",
                          limit <= 0 && limit > -widest};
}

LimitRange difference_limit(const Metric& metric, double limit) noexcept {
  if (metric.kind == MetricKind::values) return bounded_difference_limit(metric, limit);
  const bool rate = metric.kind == MetricKind::rate;
  return is_higher(metric) ? LimitRange{rate ? "a difference from 0 to below 1"
                                             : "a difference of at least 0, or an equal candidate fails",
                                        limit >= 0 && (!rate || limit < 1)}
                           : LimitRange{rate ? "a difference above -1 and at most 0, for lower is worse"
                                             : "a difference of at most 0, for lower is worse",
                                        limit <= 0 && (!rate || limit > -1)};
}

/// A quantile is read at an edge: where no two edges are closer than the ratio, it is the edges that decide.
bool resolves(const Metric& metric, double ratio) noexcept {
  const auto& edges = metric.edges;
  if (!std::all_of(edges.begin(), edges.end(), [](double edge) { return std::isfinite(edge); })) return true;  // wrong
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const double below = edges[i - 1];
    if (below > 0 && (is_higher(metric) ? edges[i] / below < ratio : below / edges[i] > ratio)) return true;
  }
  return false;
}

void check_edges_of_ratio(PolicyChecker& checker, const Metric& metric, double ratio, const std::string& path) {
  checker.expect(resolves(metric, ratio), path,
                 "a ratio that two neighbouring edges above 0 are closer than, for quantiles are read at edges: finer "
                 "edges, or a statistical rule with thresholds",
                 digits(ratio));
}

void check_limit(PolicyChecker& checker, const Metric& metric, const ThresholdTest& test, const std::string& path) {
  constexpr std::array<const char*, 3> kNames{".absolute", ".ratio", ".difference"};
  const std::string at = path + kNames[static_cast<std::size_t>(test.against)];
  if (!std::isfinite(test.limit)) return checker.expect_finite(test.limit, at);
  const LimitRange range = test.against == Against::absolute ? absolute_limit(metric, test.limit)
                           : test.against == Against::ratio  ? ratio_limit(metric, test.limit)
                                                             : difference_limit(metric, test.limit);
  checker.expect(range.holds, at, range.expected, digits(test.limit));
  if (metric.kind == MetricKind::distribution && test.against == Against::absolute)
    checker.expect_thresholds(metric, {test.limit}, at);
  if (metric.kind == MetricKind::distribution && test.against == Against::ratio && range.holds)
    check_edges_of_ratio(checker, metric, test.limit, at);
}

void check_quantile(PolicyChecker& checker, const Metric& metric, const ThresholdTest& test, const std::string& path) {
  const auto& quantile = test.statistic.quantile;
  if (metric.kind == MetricKind::distribution) {
    checker.expect(quantile && *quantile > 0 && *quantile < 1, path + ".quantile", "a number above 0 and below 1",
                   quantile ? digits(*quantile) : "none, for the metric is a distribution");
  } else {
    checker.expect(!quantile, path + ".quantile", "none, for the metric is no distribution",
                   digits(quantile.value_or(0)));
  }
}

// ---- a rule's test

class TestCheck {
 public:
  TestCheck(PolicyChecker& checker, const std::string& rule) : checker_(checker), rule_(rule) {}

  void operator()(const ThresholdTest& test) const {
    const std::string path = rule_ + ".threshold";
    std::visit(PersistenceCheck(checker_, path), test.persistence);
    const Metric* metric = checker_.expect_metric(test.statistic.metric, path + ".metric");
    if (metric == nullptr) return;
    check_quantile(checker_, *metric, test, path);
    check_limit(checker_, *metric, test, path);
  }

  void operator()(const StatisticalTest& test) const {
    const std::string path = rule_ + ".statistical";
    checker_.expect_error_rate(test.alpha.value(), path + ".alpha");
    const Metric* metric = checker_.expect_metric(test.metric, path + ".metric");
    if (metric == nullptr) return;
    checker_.expect_thresholds(*metric, test.thresholds, path + ".thresholds");
    checker_.expect_valid_arms(*metric, path);
    check_margin(*metric, test.margin, path + ".margin");
  }

  void operator()(const BurnRateTest& test) const {
    const std::string path = rule_ + ".burn_rate";
    expect_rate_metric(test.metric, path);
    checker_.expect_rate(test.objective, path + ".objective");
    checker_.expect(!test.windows.empty(), path + ".windows", "at least one window", "none");
    for (std::size_t i = 0; i < test.windows.size(); ++i)
      check_window(test.windows[i], test.objective, item(path + ".windows", i));
  }

  void operator()(const CircuitBreakerTest& test) const {
    const std::string path = rule_ + ".circuit_breaker";
    expect_rate_metric(test.metric, path);
    checker_.expect(test.limit > 0 && test.limit <= 1, path + ".limit", "a number above 0 and at most 1",
                    digits(test.limit));
    checker_.expect_count(test.minimum_count, PolicyChecker::kMostRequests, path + ".minimum_count");
    checker_.expect(test.window_ticks >= 1 && test.window_ticks <= kMostTicks, path + ".window_ticks", "1 to 64 ticks",
                    std::to_string(test.window_ticks));
    checker_.expect_duration(test.open, true, path + ".open");
    checker_.expect_count(test.probes, PolicyChecker::kMostRequests, path + ".probes");
  }

  void operator()(const SampleRatioTest& test) const {
    const std::string path = rule_ + ".sample_ratio";
    checker_.expect_metric(test.metric, path + ".metric");
    checker_.expect_error_rate(test.alpha.value(), path + ".alpha");
  }

 private:
  void check_margin(const Metric& metric, double margin, const std::string& path) const {
    const bool share = metric.kind == MetricKind::rate || metric.kind == MetricKind::distribution;
    const bool bounded = metric.kind == MetricKind::values;
    checker_.expect(std::isfinite(margin) && margin >= 0, path, "a finite number of at least 0", digits(margin));
    checker_.expect(!share || !(margin >= 1), path, "a difference of shares, below 1", digits(margin));
    checker_.expect(!bounded || !(margin >= metric.upper - metric.lower), path, "less than the bounds are apart",
                    digits(margin));
  }

  void check_window(const BurnWindow& window, double objective, const std::string& path) const {
    checker_.expect_duration(window.long_window, true, path + ".long");
    checker_.expect_duration(window.short_window, true, path + ".short");
    checker_.expect(window.short_window < window.long_window, path + ".short", "less than the long window",
                    duration_text(window.short_window));
    const double limit = window.factor * (1 - objective);
    checker_.expect(window.factor > 0 && std::isfinite(window.factor), path + ".factor", "a finite number above 0",
                    digits(window.factor));
    checker_.expect(!(limit >= 1), path + ".factor", "a factor that an error rate below 1 can burn",
                    digits(window.factor));
  }

  /// Of which the bad requests are counted, on whichever side they are.
  void expect_rate_metric(const std::string& name, const std::string& path) const {
    const Metric* metric = checker_.expect_metric(name, path + ".metric");
    if (metric == nullptr) return;
    checker_.expect(metric->kind == MetricKind::rate, path + ".metric", "a rate",
                    "kind " + quoted(to_string(metric->kind)));
  }

  PolicyChecker& checker_;
  const std::string& rule_;
};

void check_name(PolicyChecker& checker, const std::string& name, const std::string& path) {
  const bool reserved =
      std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end() || name.starts_with(kReservedPrefix);
  checker.expect_name(name, path);
  checker.expect(!reserved, path, "a name that the engine does not use itself", quoted(name));
}

}  // namespace

void check_rules(PolicyChecker& checker) {
  const Policy& policy = checker.policy();
  std::unordered_set<std::string_view> names;
  for (std::size_t i = 0; i < policy.rules.size(); ++i) {
    const Rule& rule = policy.rules[i];
    const std::string path = item("rules", i);
    check_name(checker, rule.name, path + ".name");
    checker.expect(names.insert(rule.name).second, path + ".name", "distinct names", quoted(rule.name) + " twice");
    std::visit(TestCheck(checker, path), rule.test);
  }
  const bool guarded = std::any_of(policy.rules.begin(), policy.rules.end(),
                                   [](const Rule& rule) { return rule.effect == Effect::rollback; });
  checker.expect(guarded, "rules", "at least one that rolls back", policy.rules.empty() ? "none" : "none that does");
  const double spent = spent_on_rollbacks(policy);
  constexpr double kRounding = 1e-12;
  checker.expect(!(spent > policy.false_rollback_budget.value() * (1 + kRounding)), "false_rollback_budget",
                 "at least " + rounded(spent) + ", the sum of the alphas of rules that roll back",
                 digits(policy.false_rollback_budget.value()));
}

}  // namespace leeway::inline v1::rollout::detail
