#include "leeway/stats/sample_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "leeway/base/assert.hpp"
#include "stats/stirling.hpp"

namespace leeway::inline v1::stats {
namespace {

Error invalid(const char* expected, double found) {
  return {ErrorCode::invalid_argument, std::string("expected ") + expected + ", found " + std::to_string(found), {}};
}

Result<void> check(std::span<const double> shares, double concentration) {
  constexpr double kTolerance = 1e-9;
  if (shares.size() < 2 || shares.size() > SampleRatio::kMostArms) {
    return invalid("2 to 8 shares", static_cast<double>(shares.size()));
  }
  for (const double share : shares) {
    if (!(share > 0)) return invalid("shares above 0", share);
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (!(std::fabs(sum - 1) <= kTolerance)) return invalid("shares that sum to 1", sum);
  if (!(concentration > 0 && std::isfinite(concentration))) return invalid("a concentration above 0", concentration);
  return {};
}

}  // namespace

// With z_i = a_i + x_i and s_i = z_i / sum z, Stirling's main terms join into logarithms of ratios of shares, so
// nothing is larger than the evidence: sum x_i ln(s_i / p_i) + sum (a_i - 1/2) ln(s_i / r_i), r_i = a_i / A, and what
// is left.
double log_dirichlet_e_value(std::span<const std::uint64_t> counts, std::span<const double> shares,
                             std::span<const double> weights) noexcept {
  LEEWAY_ASSERT(!counts.empty() && counts.size() == shares.size() && counts.size() == weights.size());
  const double before = std::accumulate(weights.begin(), weights.end(), 0.0);
  const double after = std::accumulate(counts.begin(), counts.end(), before,
                                       [](double sum, std::uint64_t x) { return sum + static_cast<double>(x); });
  const auto free = static_cast<double>(counts.size() - 1);
  double value =
      -free / 2 * std::log(after / before) - detail::log_gamma_excess(after) + detail::log_gamma_excess(before);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto x = static_cast<double>(counts[i]);
    const double a = weights[i];
    const double share = (a + x) / after;
    value += x * std::log(share / shares[i]) + (a - 0.5) * std::log(share / (a / before)) +
             detail::log_gamma_excess(a + x) - detail::log_gamma_excess(a);
  }
  return value;
}

Result<SampleRatio> SampleRatio::make(std::span<const double> shares, double concentration) {
  if (auto checked = check(shares, concentration); !checked) return std::move(checked).error();
  return SampleRatio(shares, concentration);
}

SampleRatio::SampleRatio(std::span<const double> shares, double concentration) noexcept
    : arms_(shares.size()), concentration_(concentration) {
  std::copy(shares.begin(), shares.end(), shares_.begin());
}

Result<void> SampleRatio::begin_stage(std::span<const double> shares) {
  if (auto checked = check(shares, concentration_); !checked) return checked;
  if (shares.size() != arms_) {
    return Error{ErrorCode::incompatible,
                 "expected " + std::to_string(arms_) + " shares, found " + std::to_string(shares.size()),
                 {}};
  }
  earlier_stages_ += stage_log_e_value();
  counts_ = {};
  std::copy(shares.begin(), shares.end(), shares_.begin());
  return {};
}

void SampleRatio::add(std::span<const std::uint64_t> counts) noexcept {
  LEEWAY_ASSERT(counts.size() == arms_);
  if (counts.size() != arms_) return;
  for (std::size_t i = 0; i < arms_; ++i) counts_[i] += counts[i];
}

double SampleRatio::stage_log_e_value() const noexcept {
  std::array<double, kMostArms> weights{};
  for (std::size_t i = 0; i < arms_; ++i) weights[i] = concentration_ * shares_[i];
  return log_dirichlet_e_value(std::span(counts_).first(arms_), std::span(shares_).first(arms_),
                               std::span(weights).first(arms_));
}

double SampleRatio::log_e_value() const noexcept { return earlier_stages_ + stage_log_e_value(); }

}  // namespace leeway::inline v1::stats
