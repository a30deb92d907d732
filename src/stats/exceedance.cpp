#include "leeway/stats/exceedance.hpp"

#include <algorithm>
#include <string>

#include "leeway/stats/e_value.hpp"

namespace leeway::inline v1::stats {

Result<Exceedance> Exceedance::make(std::size_t thresholds, const GuardedRateOptions& options) {
  if (thresholds == 0 || thresholds > kMostThresholds) {
    return Error{
        ErrorCode::invalid_argument,
        "expected 1 to " + std::to_string(kMostThresholds) + " thresholds, found " + std::to_string(thresholds),
        {}};
  }
  auto rate = GuardedRate::make(options);
  if (!rate) return std::move(rate).error();
  Exceedance test;
  test.rates_.fill(*rate);
  test.thresholds_ = thresholds;
  return test;
}

void Exceedance::add(Baseline<ExceedanceCounts> baseline, Candidate<ExceedanceCounts> candidate) noexcept {
  const ExceedanceCounts& a = baseline.value;
  const ExceedanceCounts& b = candidate.value;
  LEEWAY_ASSERT(a.beyond.size() == thresholds_ && b.beyond.size() == thresholds_);
  if (a.beyond.size() != thresholds_ || b.beyond.size() != thresholds_) return;
  for (std::size_t i = 0; i < thresholds_; ++i) {
    rates_[i].add(Baseline{RateCounts{a.beyond[i], a.count}}, Candidate{RateCounts{b.beyond[i], b.count}});
  }
}

double Exceedance::log_e_value() const noexcept {
  std::array<double, kMostThresholds> log_e{};
  for (std::size_t i = 0; i < thresholds_; ++i) log_e[i] = rates_[i].log_e_value();
  const auto found = std::span(log_e).first(thresholds_);
  const bool promote = rates_[0].grid().options().goal == Goal::promote;
  return promote ? *std::min_element(found.begin(), found.end()) : log_mean_exp(found);
}

std::size_t Exceedance::decisive() const noexcept {
  const bool promote = rates_[0].grid().options().goal == Goal::promote;
  std::size_t best = 0;
  for (std::size_t i = 1; i < thresholds_; ++i) {
    const double gain = rates_[i].log_e_value() - rates_[best].log_e_value();
    if (promote ? gain < 0 : gain > 0) best = i;
  }
  return best;
}

}  // namespace leeway::inline v1::stats
