#include "leeway/stats/quantile_comparison.hpp"

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "stats/beta_binomial.hpp"
#include "stats/check.hpp"
#include "stats/policy.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::Check;

Check check(double p, const QuantileTuning& tuning, double most_alpha) {
  if (!(p > 0 && p < 1)) return detail::unexpected("a number above 0 and below 1", p, "p");
  if (!(tuning.alpha_opt.value() < most_alpha))
    return detail::unexpected("an error rate below 0.5 of a one-sided test", tuning.alpha_opt.value(), "alpha_opt");
  return detail::positive(tuning.t_opt, "t_opt");
}

// ---- two-sided, of values

/// Evidence of one arm against a value being its quantile. The share below a value is anything between that of smaller
/// values and that of values at most as large: the one with the least evidence is taken.
class ArmValues {
 public:
  ArmValues(std::span<const double> values, const detail::ShareNull& null)
      : null_(null), values_(values.begin(), values.end()) {
    std::sort(values_.begin(), values_.end());
    least_ = least_evident();
  }

  [[nodiscard]] std::span<const double> values() const noexcept { return values_; }
  /// Where the least evidence is: between this value and the next.
  [[nodiscard]] double centre(double offset) const noexcept {
    return values_[static_cast<std::size_t>(std::clamp(std::floor(least_ + offset), 0.0, size() - 1))];
  }

  [[nodiscard]] double log_e_value(double x) const noexcept {
    const auto smaller = std::lower_bound(values_.begin(), values_.end(), x) - values_.begin();
    const auto up_to = std::upper_bound(values_.begin(), values_.end(), x) - values_.begin();
    const double below = std::clamp(least_, static_cast<double>(smaller), static_cast<double>(up_to));
    return detail::log_share_e_value(null_, {below, size() - below, size() * null_.p - below});
  }

 private:
  [[nodiscard]] double size() const noexcept { return static_cast<double>(values_.size()); }

  // ln E is convex in the count; its slope has the sign of a difference of digamma functions.
  [[nodiscard]] double least_evident() const noexcept {
    const double log_odds = std::log(null_.p / null_.q);
    double low = 0;
    double high = size();
    for (double middle = high / 2; middle > low && middle < high; middle = low + (high - low) / 2) {
      const double slope = boost::math::digamma(null_.weight * null_.p + middle, detail::Saturate()) -
                           boost::math::digamma(null_.weight * null_.q + size() - middle, detail::Saturate());
      (slope > log_odds ? high : low) = middle;
    }
    return low;
  }

  detail::ShareNull null_;
  std::vector<double> values_;
  double least_ = 0;
};

// Beyond both arms' centres, both only grow.
double least_over(const ArmValues& points, const ArmValues& a, const ArmValues& b) {
  const double from = (std::min)(a.centre(-1), b.centre(-1));
  const double to = (std::max)(a.centre(1), b.centre(1));
  const auto values = points.values();
  double least = std::numeric_limits<double>::infinity();
  for (auto x = std::lower_bound(values.begin(), values.end(), from); x != values.end() && *x <= to;
       x = std::upper_bound(x, values.end(), *x))
    least = (std::min)(least, a.log_e_value(*x) + b.log_e_value(*x));
  return least;
}

Check check(std::span<const double> values, const char* where) {
  const auto found = std::find_if(values.begin(), values.end(), [](double x) { return std::isnan(x); });
  if (found == values.end()) return {};
  return Error{ErrorCode::data, "expected a number, found none",
               std::string(where) + '[' + std::to_string(found - values.begin()) + ']'};
}

// ---- one-sided, of counts

/// Evidence of one arm that more than the share p of its values is beyond a bound.
class ArmExcess {
 public:
  ArmExcess(double p, double q, double weight, double count) noexcept
      : null_{p, q, weight}, log_prior_tail_(detail::log_upper_share(null_, {0, 0, 0})), count_(count) {}

  [[nodiscard]] double log_e_value(double beyond) const noexcept {
    return detail::log_excess_e_value(null_, {beyond, count_ - beyond, count_ * null_.p - beyond}, log_prior_tail_);
  }

 private:
  detail::ShareNull null_;
  double log_prior_tail_;
  double count_;
};

double total(std::span<const std::uint64_t> counts) noexcept {
  double sum = 0;
  for (const std::uint64_t count : counts) sum += static_cast<double>(count);
  return sum;
}

}  // namespace

Result<double> quantile_log_e_value(Baseline<std::span<const double>> baseline,
                                    Candidate<std::span<const double>> candidate, double p,
                                    const QuantileTuning& tuning) {
  if (auto bad =
          detail::first({check(p, tuning, 1), check(baseline.value, "baseline"), check(candidate.value, "candidate")}))
    return *std::move(bad);
  if (baseline.value.empty() || candidate.value.empty()) return 0;
  const detail::ShareNull null{p, 1 - p, detail::share_prior_weight(tuning.t_opt, tuning.alpha_opt.value())};
  const ArmValues a(baseline.value, null);
  const ArmValues b(candidate.value, null);
  return (std::min)(least_over(a, a, b), least_over(b, a, b));
}

Result<double> quantile_excess_log_e_value(Baseline<std::span<const std::uint64_t>> baseline,
                                           Candidate<std::span<const std::uint64_t>> candidate, double p,
                                           const QuantileTuning& tuning) {
  if (auto bad = check(p, tuning, 0.5)) return *std::move(bad);
  if (baseline.value.size() != candidate.value.size()) {
    return Error{ErrorCode::incompatible,
                 "expected " + std::to_string(baseline.value.size()) + " cells as the baseline has, found " +
                     std::to_string(candidate.value.size()),
                 "candidate"};
  }
  const double weight = detail::share_prior_weight(tuning.t_opt, 2 * tuning.alpha_opt.value());
  const ArmExcess above(1 - p, p, weight, total(candidate.value));
  const ArmExcess below(p, 1 - p, weight, total(baseline.value));
  double candidate_above = total(candidate.value);
  double baseline_below = 0;
  double least = baseline.value.empty() ? 0 : std::numeric_limits<double>::infinity();
  for (std::size_t cell = 0; cell < baseline.value.size(); ++cell) {
    candidate_above -= static_cast<double>(candidate.value[cell]);
    least = (std::min)(least, above.log_e_value(candidate_above) + below.log_e_value(baseline_below));
    baseline_below += static_cast<double>(baseline.value[cell]);
  }
  return least;
}

}  // namespace leeway::inline v1::stats
