#ifndef LEEWAY_STREAM_TUMBLING_WINDOW_HPP
#define LEEWAY_STREAM_TUMBLING_WINDOW_HPP

#include <chrono>
#include <cstdint>
#include <string>

#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"

namespace leeway::inline v1::stream {

/// Windows that follow each other without gap or overlap: by a number of rows, or by a length of time.
/// Windows of time begin at multiples of their length from an origin. Thread contract: immutable.
class TumblingWindow {
 public:
  /// Errors (invalid_argument): 0 rows.
  static Result<TumblingWindow> of_rows(std::uint64_t rows) {
    if (rows == 0) return Error{ErrorCode::invalid_argument, "expected a window of at least 1 row, found 0", {}};
    return TumblingWindow(rows, Duration::zero(), {});
  }
  /// Errors (invalid_argument): a length that is not positive.
  static Result<TumblingWindow> of_time(Duration length, TimePoint origin = {}) {
    if (length <= Duration::zero()) {
      return Error{ErrorCode::invalid_argument,
                   "expected a window of positive length, found " + std::to_string(length.count()) + " us",
                   {}};
    }
    return TumblingWindow(0, length, origin);
  }

  [[nodiscard]] bool is_by_time() const noexcept { return length_ > Duration::zero(); }
  /// Rows of a full window; 0 for windows of time.
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Zero for windows of rows.
  [[nodiscard]] Duration length() const noexcept { return length_; }
  /// When the window that holds t begins; it ends length() later, exclusive. Precondition: is_by_time().
  [[nodiscard]] TimePoint begin_at(TimePoint t) const noexcept {
    Duration into = (t - origin_) % length_;
    if (into < Duration::zero()) into += length_;
    return t - into;
  }

 private:
  TumblingWindow(std::uint64_t rows, Duration length, TimePoint origin)
      : rows_(rows), length_(length), origin_(origin) {}

  std::uint64_t rows_;
  Duration length_;
  TimePoint origin_;
};

}  // namespace leeway::inline v1::stream

#endif
