#include "leeway/stats/betting_mean.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "leeway/base/assert.hpp"
#include "leeway/stats/e_value.hpp"

namespace leeway::inline v1::stats {
namespace {

// The margin on the scale of the bounds, with the sign of the harm that the null hypothesis allows.
double null_mean(const BettingMeanOptions& options) noexcept {
  const double margin = options.margin / (options.highest - options.lowest);
  return (1 + (options.goal == Goal::rollback ? margin : -margin)) / 2;
}

Error invalid(const char* expected, double found) {
  return {ErrorCode::invalid_argument, std::string("expected ") + expected + ", found " + std::to_string(found), {}};
}

}  // namespace

BettingProcess::BettingProcess(double null_mean, ErrorRate alpha, double cap) noexcept
    : null_mean_(null_mean), log_threshold_(log_threshold(alpha)), cap_(cap) {
  LEEWAY_ASSERT(null_mean >= 0 && null_mean <= 1 && cap > 0 && cap < 1);
}

double BettingProcess::uncapped_bet() const noexcept {
  const double i = count_ + 1;
  return std::sqrt(2 * log_threshold_ / (squares_ * std::log1p(i)));  // the variance is squares_ / i
}

void BettingProcess::add(double x) noexcept {
  LEEWAY_ASSERT(x >= 0 && x <= 1);
  const double bet = std::min(uncapped_bet(), cap_ / null_mean_);
  log_e_ += std::log1p(bet * (x - null_mean_));
  count_ += 1;
  sum_ += x;
  const double from_mean = x - sum_ / (count_ + 1);
  squares_ += from_mean * from_mean;
}

Result<BettingMean> BettingMean::make(const BettingMeanOptions& options) {
  const double range = options.highest - options.lowest;
  if (!(range > 0 && std::isfinite(range)))
    return invalid("finite bounds, the lower one first, with a range above 0", range);
  if (!(options.margin >= 0 && options.margin < range)) return invalid("a margin in [0, range)", options.margin);
  if (options.goal == Goal::promote && options.margin == 0) {
    return invalid("a margin above 0 to promote within", options.margin);
  }
  return BettingMean(options);
}

BettingMean::BettingMean(const BettingMeanOptions& options) noexcept
    : options_(options), process_(null_mean(options), options.alpha) {}

double BettingMean::scaled(double value) noexcept {
  const double inside = std::clamp(value, options_.lowest, options_.highest);
  if (inside != value) ++clipped_;
  return (inside - options_.lowest) / (options_.highest - options_.lowest);
}

void BettingMean::add(Baseline<double> baseline, Candidate<double> candidate) noexcept {
  if (std::isnan(baseline.value) || std::isnan(candidate.value)) return;
  const double more = scaled(candidate.value) - scaled(baseline.value);
  const bool higher_counts = (options_.worse == Worse::higher) == (options_.goal == Goal::rollback);
  process_.add(((higher_counts ? more : -more) + 1) / 2);
  ++pairs_;
}

}  // namespace leeway::inline v1::stats
