#include "rollout/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "rollout/number_text.hpp"

namespace leeway::inline v1::rollout::detail {
namespace {

constexpr std::uint64_t kLeastRows = 5;    // of an arm, in a difference of means
constexpr std::uint64_t kMostUnequal = 2;  // arms to one, for means of skewed values

stats::Worse worse_of(const Metric& metric) noexcept {
  return metric.worse == Worse::higher ? stats::Worse::higher : stats::Worse::lower;
}

stats::GuardedRateOptions rate_options(const Metric& metric, const Claim& claim) {
  stats::GuardedRateOptions options;
  options.grid.goal = claim.goal;
  options.grid.worse = worse_of(metric);
  options.grid.margin = claim.margin;
  options.independent_requests = metric.independent;
  return options;
}

bool unequal(std::uint64_t a, std::uint64_t b) noexcept { return (std::max)(a, b) > kMostUnequal * (std::min)(a, b); }

std::uint64_t sum_from(const std::vector<std::uint64_t>& cells, std::size_t first) {
  return std::accumulate(cells.begin() + static_cast<std::ptrdiff_t>(first), cells.end(), std::uint64_t{0});
}

double share_from(const ArmReading& reading, std::size_t cell) {
  return static_cast<double>(sum_from(reading.cells, cell)) / static_cast<double>(reading.count);
}

PairedMoments paired(const Mean& mean) {
  const Covariate& covariate = *mean.covariate;
  return {mean.count, mean.mean, mean.m2, covariate.mean, covariate.m2, covariate.cxy};
}

}  // namespace

template <class Made>
void Comparison::take(Made made) {
  if (made)
    test_.emplace(*std::move(made));
  else
    unfit_ = std::move(made).error();
}

Comparison::Comparison(const Metric& metric, const Claim& claim) : metric_(&metric) {
  const stats::GuardedRateOptions rates = rate_options(metric, claim);
  switch (metric.kind) {
    case MetricKind::rate: take(stats::GuardedRate::make(rates)); break;
    case MetricKind::mean:
      if (auto made = stats::TMixture::make({claim.goal, worse_of(metric), claim.margin}))
        test_.emplace(MeanTest{*made, {}});
      else
        unfit_ = std::move(made).error();
      break;
    case MetricKind::distribution: make_exceedance(claim, rates); break;
    case MetricKind::values:
      take(stats::GuardedMean::make(
          {.betting = {claim.goal, worse_of(metric), metric.lower, metric.upper, claim.margin, claim.alpha},
           .independent_values = metric.independent}));
      break;
  }
  if (test_) std::visit([&](const auto& test) { look(test); }, *test_);
}

void Comparison::make_exceedance(const Claim& claim, const stats::GuardedRateOptions& options) {
  auto made = stats::Exceedance::make(claim.thresholds.size(), options);
  if (!made) {
    unfit_ = std::move(made).error();
    return;
  }
  ExceedanceTest test{*std::move(made), {}, {}, {}};
  for (const double threshold : claim.thresholds) {
    const auto edge = std::lower_bound(metric_->edges.begin(), metric_->edges.end(), threshold);
    test.cells.push_back(static_cast<std::size_t>(edge - metric_->edges.begin()) + 1);
  }
  test.baseline.resize(test.cells.size());
  test.candidate.resize(test.cells.size());
  test_.emplace(std::move(test));
}

bool Comparison::add(const MetricReading& reading, std::string& why_not) {
  if (!test_) {
    why_not += to_string(unfit_);
    return false;
  }
  const bool added = std::visit([&](auto& test) { return add(test, reading, why_not); }, *test_);
  if (added) std::visit([&](const auto& test) { look(test); }, *test_);
  return added;
}

bool Comparison::add(stats::GuardedRate& test, const MetricReading& reading, std::string&) {
  test.add(Baseline<Rate>{reading.baseline.rate}, Candidate<Rate>{reading.candidate.rate});
  return true;
}

bool Comparison::add(MeanTest& test, const MetricReading& reading, std::string& why_not) {
  const Mean& baseline = reading.baseline.mean;
  const Mean& candidate = reading.candidate.mean;
  if (metric_->skewed && unequal(baseline.count, candidate.count)) {
    why_not += "means of skewed values: expected arms of at most 2 to 1, found ";
    append_number(why_not, baseline.count);
    why_not += " to ";
    append_number(why_not, candidate.count);
    return false;
  }
  if (baseline.count == 0 || candidate.count == 0) return true;
  if (!baseline.covariate || !candidate.covariate) {
    add_difference(test, baseline, candidate, candidate.mean - baseline.mean);
    return true;
  }
  const auto adjusted = test.cuped.adjust({paired(baseline), paired(candidate)});
  if (adjusted) {
    add_difference(test, baseline, candidate, adjusted->candidate.mean - adjusted->baseline.mean);
    return true;
  }
  why_not += to_string(adjusted.error());
  return false;
}

void Comparison::add_difference(MeanTest& test, const Mean& baseline, const Mean& candidate, double difference) {
  const auto n = static_cast<double>(baseline.count);
  const auto m = static_cast<double>(candidate.count);
  const double weight = n * m / (n + m);
  test.baseline_rows += baseline.count;
  test.candidate_rows += candidate.count;
  test.weight += weight;
  test.weighted_difference += weight * difference;
  if ((std::min)(test.baseline_rows, test.candidate_rows) < kLeastRows) return;
  test.mixture.add_difference(test.weighted_difference / test.weight, test.weight);
  test.baseline_rows = test.candidate_rows = 0;
  test.weight = test.weighted_difference = 0;
}

bool Comparison::add(ExceedanceTest& test, const MetricReading& reading, std::string&) {
  if (reading.baseline.count == 0 || reading.candidate.count == 0) return true;
  for (std::size_t i = 0; i < test.cells.size(); ++i) {
    test.baseline[i] = sum_from(reading.baseline.cells, test.cells[i]);
    test.candidate[i] = sum_from(reading.candidate.cells, test.cells[i]);
  }
  test.exceedance.add(Baseline<stats::ExceedanceCounts>{{test.baseline, reading.baseline.count}},
                      Candidate<stats::ExceedanceCounts>{{test.candidate, reading.candidate.count}});
  return true;
}

bool Comparison::add(stats::GuardedMean& test, const MetricReading& reading, std::string&) {
  test.add(Baseline<std::span<const double>>{reading.baseline.values},
           Candidate<std::span<const double>>{reading.candidate.values});
  return true;
}

void Comparison::look(const stats::GuardedRate& test) {
  const stats::RateLook found = test.look();
  log_e_ = found.log_e_value;
  name_ = to_string(found.governs);
}

void Comparison::look(const MeanTest& test) {
  log_e_ = test.mixture.log_e_value();
  name_ = "t_mixture";
}

void Comparison::look(const ExceedanceTest& test) {
  log_e_ = test.exceedance.log_e_value();
  decisive_ = test.exceedance.decisive();
  name_ = "exceedance";
}

void Comparison::look(const stats::GuardedMean& test) {
  const stats::MeanLook found = test.look();
  log_e_ = found.log_e_value;
  name_ = to_string(found.governs);
}

double Comparison::difference(const MetricReading& reading) const {
  if (const auto* test = test_ ? std::get_if<ExceedanceTest>(&*test_) : nullptr) {
    const std::size_t cell = test->cells[decisive_];
    return share_from(reading.candidate, cell) - share_from(reading.baseline, cell);
  }
  return value_of(*metric_, {}, reading.candidate) - value_of(*metric_, {}, reading.baseline);
}

}  // namespace leeway::inline v1::rollout::detail
