#ifndef LEEWAY_CORE_MOMENTS_HPP
#define LEEWAY_CORE_MOMENTS_HPP

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "leeway/base/result.hpp"
#include "leeway/core/detail/bits.hpp"

namespace leeway::inline v1 {
namespace detail {

#if defined(__SIZEOF_INT128__)
__extension__ typedef __int128 Int128;
#else
#error "leeway::Moments needs a 128-bit integer"
#endif

/// x is quantised to (x - lower) * units, both operations rounded, then rounded to the nearest integer, ties to even.
struct Quantiser {
  double lower;
  double units;
};

/// What some values add to moments.
struct MomentSums {
  std::uint64_t count = 0;
  std::uint64_t clipped = 0;
  Int128 sum = 0;
  Int128 sum_of_squares = 0;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -std::numeric_limits<double>::infinity();

  MomentSums& operator+=(const MomentSums& other) noexcept {
    count += other.count;
    clipped += other.clipped;
    sum += other.sum;
    sum_of_squares += other.sum_of_squares;
    if (other.minimum < minimum) minimum = other.minimum;
    if (other.maximum > maximum) maximum = other.maximum;
    return *this;
  }

  friend bool operator==(const MomentSums&, const MomentSums&) = default;
};

}  // namespace detail

/// Count, mean, variance, minimum and maximum that do not depend on the order of the values.
///
/// A value is quantised to 2^-24 of a reference range [lower, upper] and summed as an integer in 128 bits, so
/// merging over threads and hosts is exact. Values further than 64 ranges from lower enter the sums clipped, and are
/// counted; minimum and maximum are exact. NaN and infinities are not values: count them elsewhere.
/// Error without clipping: of the mean at most half a quantum, 2^-25 of the range; of the standard deviation at most
/// a quantum. Many values at once: simd::add_moments. add() allocates nothing. Thread contract: one writer.
class Moments {
 public:
  /// Values further from lower than so many quanta are clipped.
  static constexpr std::int64_t kClip = std::int64_t{1} << 30;  // 64 ranges

  /// Preconditions: lower <= upper, both finite. An empty range takes its scale from the magnitude of lower.
  Moments(double lower, double upper) noexcept : unit_(quantum(lower, upper)), quantiser_{lower, 1 / unit_} {}

  /// Precondition: x is finite.
  void add(double x) noexcept {
    const std::int64_t q = quantise(x);
    ++sums_.count;
    sums_.sum += q;
    sums_.sum_of_squares += q * q;
    if (x < sums_.minimum) sums_.minimum = x;
    if (x > sums_.maximum) sums_.maximum = x;
  }

  /// Errors: incompatible (another reference range); nothing is added then.
  Result<void> merge(const Moments& other) {
    if (other.quantiser_.lower != quantiser_.lower || other.unit_ != unit_) {
      return Error{ErrorCode::incompatible, "expected moments over the same reference range, found another", {}};
    }
    sums_ += other.sums_;
    return {};
  }

  void reset() noexcept { sums_ = {}; }

  /// For the kernels: how to quantise, and sums of what was quantised so.
  [[nodiscard]] const detail::Quantiser& quantiser() const noexcept { return quantiser_; }
  void add_sums(const detail::MomentSums& sums) noexcept { sums_ += sums; }

  [[nodiscard]] std::uint64_t count() const noexcept { return sums_.count; }
  /// Values that entered the sums clipped to 64 ranges from lower.
  [[nodiscard]] std::uint64_t clipped() const noexcept { return sums_.clipped; }
  /// Absent without values.
  [[nodiscard]] std::optional<double> mean() const noexcept {
    if (count() == 0) return std::nullopt;
    return quantiser_.lower + unit_ * (static_cast<double>(sums_.sum) / static_cast<double>(count()));
  }
  /// Unbiased (n - 1); absent below two values.
  [[nodiscard]] std::optional<double> variance() const noexcept {
    if (count() < 2) return std::nullopt;
    const double n = static_cast<double>(count());
    const double mean_units = static_cast<double>(sums_.sum) / n;
    // Sums relative to a nearby integer, so that the subtraction does not cancel.
    const auto shift = static_cast<std::int64_t>(mean_units);
    const auto count = static_cast<detail::Int128>(sums_.count);
    const detail::Int128 shifted_sum = sums_.sum - count * shift;
    const detail::Int128 shifted_squares = sums_.sum_of_squares - 2 * sums_.sum * shift + count * shift * shift;
    const double residual = static_cast<double>(shifted_sum);
    return unit_ * (unit_ * ((static_cast<double>(shifted_squares) - residual * residual / n) / (n - 1)));
  }
  /// Absent without values. Never -0, which would depend on the order.
  [[nodiscard]] std::optional<double> minimum() const noexcept {
    return count() ? std::optional(sums_.minimum + 0.0) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> maximum() const noexcept {
    return count() ? std::optional(sums_.maximum + 0.0) : std::nullopt;
  }

  /// The same range and the same values, as far as moments tell.
  friend bool operator==(const Moments& a, const Moments& b) noexcept {
    return a.quantiser_.lower == b.quantiser_.lower && a.unit_ == b.unit_ && a.sums_ == b.sums_;
  }

 private:
  static constexpr double kQuanta = 16777216;  // 2^24 in a reference range

  static double quantum(double lower, double upper) noexcept {
    // Divided first: the width itself may overflow.
    const double unit = upper > lower ? upper / kQuanta - lower / kQuanta : std::fabs(lower) / kQuanta;
    return unit > (std::numeric_limits<double>::min)() ? unit : 1 / kQuanta;
  }

  std::int64_t quantise(double x) noexcept {
    const double position = (x - quantiser_.lower) * quantiser_.units;
    const auto limit = static_cast<double>(kClip);
    if (position >= -limit && position <= limit) return std::llrint(position);
    ++sums_.clipped;
    return position < 0 ? -kClip : kClip;
  }

  double unit_;
  detail::Quantiser quantiser_;
  detail::MomentSums sums_;
};

}  // namespace leeway::inline v1

#endif
