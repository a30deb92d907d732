#ifndef LEEWAY_CORE_QUANTILE_HISTOGRAM_HPP
#define LEEWAY_CORE_QUANTILE_HISTOGRAM_HPP

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "leeway/base/result.hpp"
#include "leeway/core/axis.hpp"
#include "leeway/core/detail/bits.hpp"

namespace leeway::inline v1 {

/// The cells of a reference, divided finely enough for quantiles.
///
/// Each cell between two edges is divided into division() buckets of equal width. Beyond the outer edges buckets are
/// log-linear in the distance from the edge: division() equal ones in the first unit, and in each doubling after it.
/// The unit is the mean width of the inner cells, or what the reference range reaches beyond the edge where that is
/// less (but more than a thousandth). 512 buckets in all, division() = 16 for up to 18 cells; more cells divide less:
/// 8 for up to 34, 4 to 66, 2 to 130, then 1, and there are 254 buckets more than cells from 258 cells on.
/// Thread contract: immutable.
class QuantileBuckets {
 public:
  /// The buckets of one cell: bucket = base + step * k, k = place((x - origin) * scale), at most last.
  struct Cell {
    double origin = 0;
    double scale = 1;  ///< negative below the lowest edge, where places are counted downwards
    std::int32_t base = 0;
    std::int32_t step = 1;
    std::uint32_t last = 0;
  };

  template <NumericAxis A>
  explicit QuantileBuckets(const A& axis)
      : QuantileBuckets({axis.interior_edges().begin(), axis.interior_edges().end()}, axis.lower(), axis.upper()) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Buckets of a cell between edges: a power of 2.
  [[nodiscard]] std::size_t division() const noexcept { return std::size_t{1} << bits_; }

  /// The bucket of x; buckets ascend with x. Precondition: x is finite. Complexity: a binary search of the edges.
  [[nodiscard]] std::size_t bucket(double x) const noexcept {
    const auto cell = std::upper_bound(edges_.begin(), edges_.end(), x) - edges_.begin();
    return bucket_in(cells_[static_cast<std::size_t>(cell)], x);
  }
  [[nodiscard]] std::size_t bucket_in(const Cell& cell, double x) const noexcept {
    const std::uint64_t k = (std::min)(place((x - cell.origin) * cell.scale), std::uint64_t{cell.last});
    return static_cast<std::size_t>(cell.base + cell.step * static_cast<std::int32_t>(k));
  }

  /// Where a bucket begins, to rounding; -inf for the first. It ends where the next one begins.
  [[nodiscard]] double begin_of(std::size_t bucket) const noexcept {
    if (bucket == 0) return -std::numeric_limits<double>::infinity();
    if (bucket >= size_) return std::numeric_limits<double>::infinity();
    if (bucket < tail_) return edges_.front() + place_begin(tail_ - bucket) / cells_.front().scale;
    const std::size_t cell = (std::min)((bucket - tail_) >> bits_, edges_.size() - 1);
    const std::size_t k = bucket - tail_ - (cell << bits_);
    return edges_[cell] + place_begin(k) / cells_[cell + 1].scale;
  }

  /// For the kernels: the edges that divide the cells, and the cells.
  [[nodiscard]] std::span<const double> edges() const noexcept { return edges_; }
  [[nodiscard]] std::span<const Cell> cells() const noexcept { return cells_; }

  friend bool operator==(const QuantileBuckets& a, const QuantileBuckets& b) noexcept {
    return a.edges_ == b.edges_ && a.cells_.front().scale == b.cells_.front().scale &&
           a.cells_.back().scale == b.cells_.back().scale;
  }

 private:
  static constexpr std::size_t kBuckets = 512;
  static constexpr unsigned kMaxBits = 4;

  QuantileBuckets(std::vector<double> edges, double lower, double upper) : edges_(std::move(edges)) {
    if (edges_.empty()) edges_.push_back(lower);
    const std::size_t inner = edges_.size() - 1;
    for (bits_ = kMaxBits; bits_ > 0 && (inner << bits_) > kBuckets / 2;) --bits_;
    const std::size_t used = (std::min)(inner << bits_, kBuckets / 2);
    tail_ = ((kBuckets - used) / 2) >> bits_ << bits_;
    size_ = (inner << bits_) + 2 * tail_;
    const double below = edges_.front() - lower;
    const double above = upper - edges_.back();
    add_cell(edges_.front(), -unit(below, above), static_cast<std::int32_t>(tail_) - 1, -1, tail_);
    for (std::size_t i = 0; i < inner; ++i) {
      add_cell(edges_[i], edges_[i + 1] - edges_[i], static_cast<std::int32_t>(tail_ + (i << bits_)), 1, division());
    }
    add_cell(edges_.back(), unit(above, below), static_cast<std::int32_t>(tail_ + (inner << bits_)), 1, tail_);
  }

  void add_cell(double origin, double width, std::int32_t base, std::int32_t step, std::size_t places) {
    // No scale is 0 or infinite: the product with a distance, itself perhaps infinite, would be no number.
    const double scale = (std::clamp)(static_cast<double>(division()) / std::fabs(width),
                                      (std::numeric_limits<double>::min)(), (std::numeric_limits<double>::max)());
    cells_.push_back({origin, std::copysign(scale, width), base, step, static_cast<std::uint32_t>(places - 1)});
  }

  // Of the buckets beyond an outer edge; `extent` is what the reference range reaches there.
  [[nodiscard]] double unit(double extent, double other) const noexcept {
    const double core = edges_.size() > 1 ? (edges_.back() - edges_.front()) / static_cast<double>(edges_.size() - 1)
                                          : (std::max)(extent, other);
    if (core > 0) return extent > core / 1024 ? (std::min)(extent, core) : core;
    return edges_.front() != 0 ? std::fabs(edges_.front()) : 1;
  }

  // The integer below t up to division(), then the upper bits of t, which are log-linear in it. Without a branch that
  // tails could mislead: the one before the conversion is for numbers too large for it. Without a sum after the
  // product, which a compiler might fuse.
  [[nodiscard]] std::uint64_t place(double t) const noexcept {
    const auto first = static_cast<double>(division());
    const auto below = static_cast<std::uint64_t>(static_cast<std::int64_t>(t < 0x1p62 ? t : 0x1p62));
    const std::uint64_t linear = (std::min)(below, std::uint64_t{division()});
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(t > first ? t : first) >> (52 - bits_);
    return linear + bits - (std::uint64_t{1023 + bits_} << bits_);
  }

  // The least t of place k.
  [[nodiscard]] double place_begin(std::size_t k) const noexcept {
    if (k < division()) return static_cast<double>(k);
    return std::ldexp(static_cast<double>(division() + k % division()), static_cast<int>((k >> bits_) - 1));
  }

  std::vector<double> edges_;
  std::vector<Cell> cells_;
  unsigned bits_ = 0;
  std::size_t tail_ = 0;  // buckets beyond each outer edge
  std::size_t size_ = 0;
};

/// Quantiles of a stream from integer counts, of fixed size: for a window, beside the coarser counts that drift is
/// judged by. Its merge is exact and order-free. Buckets come from a reference, so that shift and scale do not matter.
///
/// Error: the bucket that holds a quantile is exact, so that the error is less than its width. Between the outer edges
/// of the reference's cells that is 1/16 of the width of a cell (up to 18 cells, see QuantileBuckets; a cell is a
/// tenth of the reference's mass by default); beyond, 1/16 of the greater of the unit and the distance from the edge,
/// up to 2048 units with 10 cells, and at most what minimum() and maximum(), which are exact, leave. DDSketch (Masson,
/// Rim & Lee 2019) bounds the error relative to the value instead, which says little of values far from 0.
/// Size: 8 bytes a bucket, 4 kB up to 258 cells. add() allocates nothing. NaN and infinities are not values: count
/// them elsewhere. Thread contract: one writer.
class QuantileHistogram {
 public:
  struct Interval {
    double low;
    double high;
  };

  /// Precondition: buckets is not null. Histograms share it.
  explicit QuantileHistogram(std::shared_ptr<const QuantileBuckets> buckets)
      : buckets_(std::move(buckets)), counts_(buckets_->size()) {}

  /// Precondition: x is finite.
  void add(double x) noexcept {
    ++counts_[buckets_->bucket(x)];
    widen(x, x);
  }

  /// Errors: incompatible (other buckets); nothing is added then.
  Result<void> merge(const QuantileHistogram& other) {
    if (buckets_ != other.buckets_ && !(*buckets_ == *other.buckets_)) {
      return Error{ErrorCode::incompatible, "expected quantiles over the same reference cells, found others", {}};
    }
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    widen(other.minimum_, other.maximum_);
    return {};
  }

  void reset() noexcept {
    std::fill(counts_.begin(), counts_.end(), std::uint64_t{0});
    minimum_ = std::numeric_limits<double>::infinity();
    maximum_ = -minimum_;
  }

  /// Complexity: linear in the buckets, as everything below.
  [[nodiscard]] std::uint64_t count() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t number : counts_) sum += number;
    return sum;
  }
  /// Exact; absent without values. Never -0, which would depend on the order.
  [[nodiscard]] std::optional<double> minimum() const noexcept {
    return minimum_ <= maximum_ ? std::optional(minimum_ + 0.0) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> maximum() const noexcept {
    return minimum_ <= maximum_ ? std::optional(maximum_ + 0.0) : std::nullopt;
  }

  /// The value of rank ceil(q * count), at least 1 (numpy.quantile's inverted_cdf), as far as its bucket tells: exact
  /// at the ends, else interpolated by rank. Absent without values, or if q is not in [0, 1].
  [[nodiscard]] std::optional<double> quantile(double q) const noexcept {
    const std::optional<Found> found = find(q);
    if (!found) return std::nullopt;
    const double low = found->interval.low;
    return low + (found->interval.high - low) * found->position;
  }
  /// The interval that surely holds the value of that rank, to rounding of its ends.
  [[nodiscard]] std::optional<Interval> quantile_interval(double q) const noexcept {
    const std::optional<Found> found = find(q);
    return found ? std::optional(found->interval) : std::nullopt;
  }

  [[nodiscard]] const QuantileBuckets& buckets() const noexcept { return *buckets_; }
  [[nodiscard]] std::span<const std::uint64_t> counts() const noexcept { return counts_; }

  /// For the kernels, which count by themselves.
  [[nodiscard]] std::uint64_t* counters() noexcept { return counts_.data(); }
  void widen(double minimum, double maximum) noexcept {
    if (minimum < minimum_) minimum_ = minimum;
    if (maximum > maximum_) maximum_ = maximum;
  }

  /// The same buckets and the same values, as far as they tell.
  friend bool operator==(const QuantileHistogram& a, const QuantileHistogram& b) noexcept {
    return (a.buckets_ == b.buckets_ || *a.buckets_ == *b.buckets_) && a.counts_ == b.counts_ &&
           a.minimum_ == b.minimum_ && a.maximum_ == b.maximum_;
  }

 private:
  struct Found {
    Interval interval;
    double position;  // in the interval, by rank
  };

  [[nodiscard]] std::optional<Found> find(double q) const noexcept {
    const std::uint64_t n = count();
    if (n == 0 || !(q >= 0 && q <= 1)) return std::nullopt;
    const double wanted = std::ceil(q * static_cast<double>(n));
    const auto rank = (std::clamp)(static_cast<std::uint64_t>(wanted), std::uint64_t{1}, n);
    if (rank == 1) return Found{{*minimum(), *minimum()}, 0};
    if (rank == n) return Found{{*maximum(), *maximum()}, 0};
    std::uint64_t before = 0;
    std::size_t bucket = 0;
    while (before + counts_[bucket] < rank) before += counts_[bucket++];
    const double position = (static_cast<double>(rank - before) - 0.5) / static_cast<double>(counts_[bucket]);
    return Found{{within(buckets_->begin_of(bucket)), within(buckets_->begin_of(bucket + 1))}, position};
  }

  [[nodiscard]] double within(double x) const noexcept { return (std::clamp)(x, *minimum(), *maximum()); }

  std::shared_ptr<const QuantileBuckets> buckets_;
  std::vector<std::uint64_t> counts_;
  double minimum_ = std::numeric_limits<double>::infinity();
  double maximum_ = -std::numeric_limits<double>::infinity();
};

}  // namespace leeway::inline v1

#endif
