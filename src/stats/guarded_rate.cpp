#include "leeway/stats/guarded_rate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/tick_difference.hpp"

namespace leeway::inline v1::stats {
namespace {

bool any_empty(RateCounts a, RateCounts b) noexcept { return a.count == 0 || b.count == 0; }

// Of the rate, if requests are independent: unbiased, but of 1 request 0.
double rate_variance(RateCounts counts) noexcept {
  const auto n = static_cast<double>(counts.count);
  const double events = detail::events_of(counts);
  return events * (n - events) / (n * n * std::max(n - 1, 1.0));
}

double rarity(double rate) noexcept { return std::min(rate, 1 - rate); }

RateCounts sum(RateCounts a, RateCounts b) noexcept { return {a.events + b.events, a.count + b.count}; }

}  // namespace

// phi - 1 grows with the weight, so ticks of little weight say nothing of those of much. The reverse does no harm:
// after a decrease phi is too large, and the guard on for longer than need be.
bool RateDispersion::begins_anew(double weight) const noexcept {
  if (ticks_ == 0) return false;
  constexpr double kStandardErrors = 5;  // of a count
  const double mean = weight_ / static_cast<double>(ticks_);
  return weight > kNewRegime * mean && weight > mean + kStandardErrors * std::sqrt(mean);
}

void RateDispersion::add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept {
  const RateCounts a = baseline.value;
  const RateCounts b = candidate.value;
  if (any_empty(a, b)) return;
  const double weight = detail::difference_weight(a.count, b.count);
  if (begins_anew(weight)) *this = {};
  const double from_mean = detail::rate(b) - detail::rate(a) - mean_;
  weight_ += weight;
  mean_ += weight / weight_ * from_mean;
  squares_ += weight * from_mean * (detail::rate(b) - detail::rate(a) - mean_);
  const double variance = weight * (rate_variance(a) + rate_variance(b));
  variance_ += variance;
  weighted_variance_ += weight * variance;
  ++ticks_;
}

double RateDispersion::phi() const noexcept {
  if (ticks_ < 2 || !(squares_ > 0)) return 1;
  const double expected = variance_ - weighted_variance_ / weight_;
  return expected > 0 ? squares_ / expected : std::numeric_limits<double>::infinity();
}

Result<GuardedRate> GuardedRate::make(const GuardedRateOptions& options) {
  auto grid = GrowGrid::make(options.grid);
  if (!grid) return std::move(grid).error();
  auto mixture = TMixture::make({options.grid.goal, options.grid.worse, options.grid.margin, options.c2});
  if (!mixture) return std::move(mixture).error();
  GuardedRate test;
  test.grid_ = *grid;
  test.t_mixture_ = *mixture;
  test.independent_requests_ = options.independent_requests;
  return test;
}

// Also by the candidate's own rate, once it has events enough to be known: a bad one needs fewer requests.
double GuardedRate::requests_wanted() const noexcept {
  double rare = rarity(grid_.predicted_rate());
  const double events = detail::events_of(candidate_before_);
  const double others = static_cast<double>(candidate_before_.count) - events;
  if (std::min(events, others) >= kEventsPerTick) rare = std::max(rare, rarity(detail::rate(candidate_before_)));
  return kEventsPerTick / rare;
}

void GuardedRate::end_merged_tick() noexcept {
  t_mixture_.add_difference(weighted_difference_ / weight_, weight_);
  candidate_before_ = sum(candidate_before_, candidate_merged_);
  candidate_merged_ = {};
  wanted_ = weight_ = weighted_difference_ = 0;
}

void GuardedRate::merge(RateCounts baseline, RateCounts candidate) noexcept {
  if (wanted_ == 0) wanted_ = requests_wanted();
  const double weight = detail::difference_weight(baseline.count, candidate.count);
  weight_ += weight;
  weighted_difference_ += weight * (detail::rate(candidate) - detail::rate(baseline));
  candidate_merged_ = sum(candidate_merged_, candidate);
  if (static_cast<double>(candidate_merged_.count) >= wanted_) end_merged_tick();
}

// Before the first tick of a new regime. What the t-mixture makes of ticks that the grid governed is not added to what
// the grid had in them, but its gains from here on are: of that product, P(ever above 1 / alpha) <= alpha.
void GuardedRate::hold_back() noexcept { held_back_ = std::min(held_back_, log_e_value() - t_mixture_.log_e_value()); }

void GuardedRate::add(Baseline<RateCounts> baseline, Candidate<RateCounts> candidate) noexcept {
  if (any_empty(baseline.value, candidate.value)) return;
  if (dispersion_.begins_anew(detail::difference_weight(baseline.value.count, candidate.value.count))) hold_back();
  if (ticks_ > 0 || grid_.options().prior.weight > 0) {
    merge(baseline.value, candidate.value);
  } else {  // no rate is known to merge by
    candidate_before_ = candidate.value;
  }
  grid_.add(baseline, candidate);
  dispersion_.add(baseline, candidate);
  ++ticks_;
}

bool GuardedRate::guarded() const noexcept {
  return !independent_requests_ && (dispersion_.ticks() < kGuardedTicks || phi() > kMostDispersion);
}

RateLook GuardedRate::look() const noexcept {
  const double grid = grid_.log_e_value();
  if (!guarded()) return {grid, RateTest::grow_grid};
  const double mixture = t_mixture_.log_e_value() + held_back_;
  return mixture < grid ? RateLook{mixture, RateTest::t_mixture} : RateLook{grid, RateTest::grow_grid};
}

}  // namespace leeway::inline v1::stats
