#include "leeway/rollout/cuped.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rollout/plan_check.hpp"

namespace leeway::inline v1::rollout {
namespace {

// By how much rounding may carry cxy beyond what the sums of squares allow, relative.
constexpr double kRounding = 1e-6;

Error bad(const char* expected, double found, const char* where) {
  return {ErrorCode::data, std::string("expected ") + expected + ", found " + detail::text(found), where};
}

Result<void> check_finite(const PairedMoments& arm) {
  for (const auto& [value, where] :
       {std::pair{arm.mean, "mean"}, std::pair{arm.covariate_mean, "covariate_mean"}, std::pair{arm.cxy, "cxy"}}) {
    if (!std::isfinite(value)) return bad("a finite number", value, where);
  }
  for (const auto& [value, where] : {std::pair{arm.m2, "m2"}, std::pair{arm.covariate_m2, "covariate_m2"}}) {
    if (!(value >= 0 && std::isfinite(value))) return bad("a finite number >= 0", value, where);
  }
  return {};
}

Result<void> check(const PairedMoments& arm) {
  if (auto finite = check_finite(arm); !finite) return finite;
  if (arm.count == 0 && arm.mean != 0) return bad("0 without rows", arm.mean, "mean");
  if (arm.count == 0 && arm.covariate_mean != 0) return bad("0 without rows", arm.covariate_mean, "covariate_mean");
  if (arm.count < 2 && arm.m2 != 0) return bad("0 below two rows", arm.m2, "m2");
  if (arm.count < 2 && arm.covariate_m2 != 0) return bad("0 below two rows", arm.covariate_m2, "covariate_m2");
  // Cauchy and Schwarz; the root of each, as the product of squares may leave the range.
  const double most = std::sqrt(arm.m2) * std::sqrt(arm.covariate_m2);
  if (std::fabs(arm.cxy) > most * (1 + kRounding)) return bad("at most sqrt(m2 covariate_m2)", arm.cxy, "cxy");
  return {};
}

Result<void> check(const PairedTick& tick) {
  if (auto checked = check(tick.baseline); !checked) return at("baseline", std::move(checked).error());
  if (auto checked = check(tick.candidate); !checked) return at("candidate", std::move(checked).error());
  return {};
}

// A constant that was summed in doubles varies by its last digits: nothing to regress on.
constexpr double kConstant = 1e-12;

bool varies(double variance, double mean) { return std::sqrt(variance) > kConstant * std::fabs(mean); }

double total_m2(const AdjustedTick& tick) { return tick.baseline.m2 + tick.candidate.m2; }

}  // namespace

double Cuped::coefficient() const noexcept {
  if (sums_.degrees < static_cast<double>(kLeastRows) || !(sums_.covariate_m2 > 0)) return 0;
  if (!varies(sums_.covariate_m2 / sums_.degrees, sums_.covariate_mean)) return 0;
  const double quotient = sums_.cxy / sums_.covariate_m2;
  return std::isfinite(quotient) ? quotient : 0;
}

double Cuped::expected_reduction() const noexcept {
  const double theta = coefficient();
  if (theta == 0 || !(sums_.m2 > 0)) return 0;
  return std::clamp(theta * (sums_.cxy / sums_.m2), 0.0, 1.0);
}

Cuped::Sums Cuped::with(Sums sums, const PairedMoments& more) noexcept {
  if (more.count == 0) return sums;
  const auto rows = static_cast<double>(more.count);
  sums.m2 += more.m2;
  sums.covariate_m2 += more.covariate_m2;
  sums.cxy += more.cxy;
  sums.degrees += rows - 1;
  sums.rows += rows;
  sums.covariate_mean += (more.covariate_mean - sums.covariate_mean) * (rows / sums.rows);
  return sums;
}

Result<void> Cuped::take(const Sums& sums) {
  for (const auto& [value, where] : {std::pair{sums.m2, "m2"}, std::pair{sums.covariate_m2, "covariate_m2"},
                                     std::pair{sums.cxy, "cxy"}, std::pair{sums.covariate_mean, "covariate_mean"}}) {
    if (!std::isfinite(value))
      return Error{ErrorCode::limit, "expected a sum within the range of a double, found " + detail::text(value),
                   where};
  }
  sums_ = sums;
  return {};
}

// Of y - theta (x - centre), exactly; one centre for both arms, so that it leaves their difference alone.
AdjustedMoments Cuped::adjusted(const PairedMoments& arm) const noexcept {
  const double theta = coefficient();
  if (theta == 0 || arm.count == 0) return {arm.count, arm.mean, arm.m2};
  const double mean = arm.mean - theta * (arm.covariate_mean - sums_.covariate_mean);
  const double m2 = arm.m2 - 2 * theta * arm.cxy + theta * theta * arm.covariate_m2;
  return {arm.count, mean, (std::max)(0.0, m2)};
}

Result<void> Cuped::add(const PairedMoments& earlier) {
  if (auto checked = check(earlier); !checked) return checked;
  return take(with(sums_, earlier));
}

Result<AdjustedTick> Cuped::adjust(const PairedTick& tick) {
  if (auto checked = check(tick); !checked) return std::move(checked).error();
  AdjustedTick found{adjusted(tick.baseline), adjusted(tick.candidate), coefficient()};
  for (const auto& [value, where] :
       {std::pair{found.baseline.mean, "baseline: mean"}, std::pair{found.candidate.mean, "candidate: mean"},
        std::pair{found.baseline.m2, "baseline: m2"}, std::pair{found.candidate.m2, "candidate: m2"}}) {
    if (!std::isfinite(value))
      return Error{ErrorCode::limit,
                   "expected an adjusted value within the range of a double, found " + detail::text(value), where};
  }
  const double before = tick.baseline.m2 + tick.candidate.m2;
  if (before > 0 && found.coefficient != 0) found.variance_reduction = 1 - total_m2(found) / before;
  if (auto taken = take(with(with(sums_, tick.baseline), tick.candidate)); !taken) return std::move(taken).error();
  return found;
}

}  // namespace leeway::inline v1::rollout
