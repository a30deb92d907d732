#include "leeway/stats/alpha_spending.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>

#include "stats/check.hpp"
#include "stats/normal_tail.hpp"

namespace leeway::inline v1::stats {
namespace {

using detail::Check;

constexpr double kMostZ = 8;    // beyond lies nothing that a double can tell from 0
constexpr double kStep = 0.15;  // of the grid, in standard deviations of what a look adds
constexpr double kLeastZ = -6;  // runs below will not find anything
constexpr double kReach = 8.5;  // of a normal density, in standard deviations

Check check(std::span<const double> shares, double power) {
  constexpr std::size_t kMostLooks = 1000;
  constexpr double kLeastGap = 1e-5;
  if (shares.empty() || shares.size() > kMostLooks)
    return detail::unexpected("1 to 1000 looks", static_cast<double>(shares.size()), "shares");
  double before = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::string where = "shares[" + std::to_string(i) + ']';
    if (!(shares[i] > 0 && shares[i] <= 1)) return detail::unexpected("a share above 0, at most 1", shares[i], where);
    if (!(shares[i] - before >= kLeastGap * shares[i]))
      return detail::unexpected("more than the share before", shares[i], where);
    before = shares[i];
  }
  return detail::within(power, 0.01, 100, "power");
}

double density(double x) noexcept { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi); }

/// The density of the score among runs that have not been stopped, at the points of a grid, times the weights of
/// Simpson's rule.
class Survivors {
 public:
  /// After a look at share t with bound z, of density `at`, which changes over a `scale` or the next look does.
  template <class Density>
  Survivors(double t, double z, double scale, Density at) {
    const double sd = std::sqrt(t);
    low_ = kLeastZ * sd;
    const double width = z * sd - low_;
    const double halves = std::ceil(width / (kStep * scale) / 2);
    const std::size_t steps = 2 * static_cast<std::size_t>((std::max)(halves, 50.0));
    step_ = width / static_cast<double>(steps);
    for (std::size_t i = 0; i <= steps; ++i) {
      const double simpson = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
      masses_.push_back(simpson * step_ / 3 * at(point(i)));
    }
  }

  /// The density of the score at y after another look, which adds `sd`.
  [[nodiscard]] double density_at(double y, double sd) const noexcept {
    double sum = 0;
    const auto last = static_cast<double>(masses_.size());
    const double first = std::clamp((y - kReach * sd - low_) / step_, 0.0, last);
    const double end = std::clamp((y + kReach * sd - low_) / step_ + 1, 0.0, last);
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(end); ++i)
      sum += masses_[i] * density((y - point(i)) / sd);
    return sum / sd;
  }

  /// P(not stopped, and the score is at least y after another look).
  [[nodiscard]] double beyond(double y, double sd) const noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < masses_.size(); ++i) sum += masses_[i] * detail::normal_upper_tail((y - point(i)) / sd);
    return sum;
  }

 private:
  [[nodiscard]] double point(std::size_t i) const noexcept { return low_ + static_cast<double>(i) * step_; }

  double low_ = 0;
  double step_ = 0;
  std::vector<double> masses_;
};

// The z, at most kMostZ, at which `beyond(z)`, which falls, is `rate`.
template <class Beyond>
double bound_for(double rate, Beyond beyond) noexcept {
  constexpr int kBisections = 50;
  if (beyond(kMostZ) >= rate) return kMostZ;
  double low = -kMostZ;
  double high = kMostZ;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (beyond(middle) > rate ? low : high) = middle;
  }
  return high;
}

}  // namespace

Result<std::vector<SpendingLook>> power_spending(std::span<const double> shares, ErrorRate alpha, double power,
                                                 Sides sides) {
  if (auto bad = check(shares, power)) return *std::move(bad);
  const double factor = sides == Sides::two ? 2 : 1;
  std::vector<SpendingLook> looks;
  std::vector<Survivors> survivors;  // of the last look
  double spent = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double t = shares[i];
    const double root = std::sqrt(t);
    const double sd = std::sqrt(t - (i > 0 ? shares[i - 1] : 0));
    const auto beyond = [&](double z) {
      return survivors.empty() ? detail::normal_upper_tail(z) : survivors.back().beyond(z * root, sd);
    };
    const double bound = bound_for(alpha.value() / factor * std::pow(t, power) - spent, beyond);
    spent += beyond(bound);
    looks.push_back({t, bound, factor * detail::normal_upper_tail(bound), factor * spent});
    if (i + 1 == shares.size()) break;
    const double scale = (std::min)(sd, std::sqrt(shares[i + 1] - t));
    const auto at = [&](double y) {
      return survivors.empty() ? density(y / root) / root : survivors.back().density_at(y, sd);
    };
    Survivors next(t, bound, scale, at);
    survivors.assign(1, std::move(next));
  }
  return looks;
}

}  // namespace leeway::inline v1::stats
