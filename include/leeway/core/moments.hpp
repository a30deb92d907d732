#ifndef LEEWAY_CORE_MOMENTS_HPP
#define LEEWAY_CORE_MOMENTS_HPP

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "leeway/base/result.hpp"
#include "leeway/core/detail/bits.hpp"

namespace leeway::inline v1 {

/// Count, mean, variance, minimum and maximum that do not depend on the order of the values.
///
/// A value is quantised to 2^-24 of a reference range [lower, upper] and summed as an integer in 128 bits, so
/// merging over threads and hosts is exact. Values further than 64 ranges away enter the sums clipped, and are
/// counted; minimum and maximum are exact. NaN and infinities are not values: count them elsewhere.
/// add() allocates nothing. Thread contract: one writer.
class Moments {
 public:
  /// Preconditions: lower <= upper, both finite. An empty range takes its scale from the magnitude of lower.
  Moments(double lower, double upper) noexcept : lower_(lower), unit_(quantum(lower, upper)), units_(1 / unit_) {}

  /// Precondition: x is finite.
  void add(double x) noexcept {
    const std::int64_t q = quantise(x);
    ++count_;
    sum_ += q;
    sum_of_squares_ += static_cast<Wide>(q) * q;
    if (x < minimum_) minimum_ = x;
    if (x > maximum_) maximum_ = x;
  }

  /// Errors: incompatible (another reference range); nothing is added then.
  Result<void> merge(const Moments& other) {
    if (other.lower_ != lower_ || other.unit_ != unit_) {
      return Error{ErrorCode::incompatible, "expected moments over the same reference range, found another", {}};
    }
    count_ += other.count_;
    clipped_ += other.clipped_;
    sum_ += other.sum_;
    sum_of_squares_ += other.sum_of_squares_;
    if (other.minimum_ < minimum_) minimum_ = other.minimum_;
    if (other.maximum_ > maximum_) maximum_ = other.maximum_;
    return {};
  }

  void reset() noexcept {
    const double lower = lower_;
    const double unit = unit_;
    const double units = units_;
    *this = Moments(0, 0);
    lower_ = lower;
    unit_ = unit;
    units_ = units;
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// Values that entered the sums clipped to 64 ranges from the reference range.
  [[nodiscard]] std::uint64_t clipped() const noexcept { return clipped_; }
  /// Absent without values.
  [[nodiscard]] std::optional<double> mean() const noexcept {
    if (count_ == 0) return std::nullopt;
    return lower_ + unit_ * (static_cast<double>(sum_) / static_cast<double>(count_));
  }
  /// Unbiased (n - 1); absent below two values.
  [[nodiscard]] std::optional<double> variance() const noexcept {
    if (count_ < 2) return std::nullopt;
    const double n = static_cast<double>(count_);
    const double mean_units = static_cast<double>(sum_) / n;
    // Sums relative to a nearby integer, so that the subtraction does not cancel.
    const auto shift = static_cast<std::int64_t>(mean_units);
    const Wide count = static_cast<Wide>(count_);
    const Wide shifted_sum = sum_ - count * shift;
    const Wide shifted_squares = sum_of_squares_ - 2 * sum_ * shift + count * shift * shift;
    const double residual = static_cast<double>(shifted_sum);
    return unit_ * (unit_ * ((static_cast<double>(shifted_squares) - residual * residual / n) / (n - 1)));
  }
  [[nodiscard]] std::optional<double> minimum() const noexcept {
    return count_ ? std::optional(minimum_) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> maximum() const noexcept {
    return count_ ? std::optional(maximum_) : std::nullopt;
  }

  friend bool operator==(const Moments&, const Moments&) = default;

 private:
#if defined(__SIZEOF_INT128__)
  __extension__ typedef __int128 Wide;
#else
#error "leeway::Moments needs a 128-bit integer"
#endif
  static constexpr double kQuanta = 16777216;                   // 2^24 in a reference range
  static constexpr std::int64_t kClip = std::int64_t{1} << 30;  // 64 ranges

  static double quantum(double lower, double upper) noexcept {
    const double width = upper > lower ? upper - lower : std::fabs(lower);
    const double unit = width / kQuanta;
    return unit > (std::numeric_limits<double>::min)() && detail::is_finite(unit) ? unit : 1 / kQuanta;
  }

  std::int64_t quantise(double x) noexcept {
    const double position = (x - lower_) * units_;
    const auto limit = static_cast<double>(kClip);
    if (position >= -limit && position <= limit) return std::llrint(position);
    ++clipped_;
    return position < 0 ? -kClip : kClip;
  }

  double lower_;
  double unit_;
  double units_;
  std::uint64_t count_ = 0;
  std::uint64_t clipped_ = 0;
  Wide sum_ = 0;
  Wide sum_of_squares_ = 0;
  double minimum_ = std::numeric_limits<double>::infinity();
  double maximum_ = -std::numeric_limits<double>::infinity();
};

}  // namespace leeway::inline v1

#endif
