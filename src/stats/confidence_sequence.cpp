#include "leeway/stats/confidence_sequence.hpp"

#include <algorithm>
#include <cmath>

#include "stats/beta_binomial.hpp"
#include "stats/check.hpp"

namespace leeway::inline v1::stats {
namespace {

/// Whether a mixture around the share p rejects it.
class ShareTest {
 public:
  ShareTest(double successes, double trials, ErrorRate alpha, double weight) noexcept
      : successes_(successes), trials_(trials), threshold_(-std::log(alpha.value())), weight_(weight) {}

  [[nodiscard]] bool rejects(double p) const noexcept {
    const detail::ShareCounts seen{successes_, trials_ - successes_, trials_ * p - successes_};
    return detail::log_share_e_value({p, 1 - p, weight_}, seen) >= threshold_;
  }

 private:
  double successes_;
  double trials_;
  double threshold_;
  double weight_;
};

// The last share that is not rejected on the way from `kept` to `rejected`, to neighbouring doubles.
double last_kept(const ShareTest& test, double kept, double rejected) noexcept {
  for (double middle = kept + (rejected - kept) / 2; middle != kept && middle != rejected;
       middle = kept + (rejected - kept) / 2)
    (test.rejects(middle) ? rejected : kept) = middle;
  return kept;
}

}  // namespace

Result<ConfidenceBounds> bernoulli_confidence_sequence(double successes, double trials, ErrorRate alpha, double t_opt,
                                                       ErrorRate alpha_opt) {
  constexpr double kLeastShare = 1e-300;
  constexpr double kMostShare = 1 - 0x1p-53;
  if (auto bad = detail::first({detail::not_negative(trials, "trials"), detail::positive(t_opt, "t_opt")}))
    return *std::move(bad);
  if (!(successes >= 0 && successes <= trials))
    return detail::unexpected(("a number in [0, " + detail::text(trials) + ']').c_str(), successes, "successes");
  if (trials == 0) return ConfidenceBounds{};
  const ShareTest test(successes, trials, alpha, detail::share_prior_weight(t_opt, alpha_opt.value()));
  const double share = std::clamp(successes / trials, kLeastShare, kMostShare);
  return ConfidenceBounds{test.rejects(kLeastShare) ? last_kept(test, share, kLeastShare) : 0,
                          test.rejects(kMostShare) ? last_kept(test, share, kMostShare) : 1};
}

EmpiricalBernsteinSequence::EmpiricalBernsteinSequence(ErrorRate alpha, Sides sides, double cap) noexcept
    : sides_(sides), log_threshold_(-std::log(sides == Sides::two ? alpha.value() / 2 : alpha.value())), cap_(cap) {}

void EmpiricalBernsteinSequence::add(double x) noexcept {
  if (std::isnan(x)) return;
  x = std::clamp(x, 0.0, 1.0);
  const auto before = static_cast<double>(count_);
  const double n = static_cast<double>(++count_);
  const double variance = squares_ / n;  // of the values before, and the one that was never seen
  const double weight = (std::min)(cap_, std::sqrt(2 * log_threshold_ / (variance * n * std::log1p(n))));
  const double price = -std::log1p(-weight) - weight;
  const double from_below = x - (before > 0 ? sum_ / before : 0);
  const double from_above = x - (before > 0 ? sum_ / before : 1);
  lower_variance_ += price * from_below * from_below;
  upper_variance_ += price * from_above * from_above;
  weight_ += weight;
  weighted_sum_ += weight * x;
  sum_ += x;
  const double deviation = x - (sum_ + 0.5) / (n + 1);
  squares_ += deviation * deviation;
}

ConfidenceBounds EmpiricalBernsteinSequence::bounds() const noexcept {
  if (count_ == 0) return {};
  const double mean = weighted_sum_ / weight_;
  ConfidenceBounds found{(std::max)(0.0, mean - (log_threshold_ + lower_variance_) / weight_), 1};
  if (sides_ == Sides::two) found.upper = (std::min)(1.0, mean + (log_threshold_ + upper_variance_) / weight_);
  return found;
}

}  // namespace leeway::inline v1::stats
