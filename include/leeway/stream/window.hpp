#ifndef LEEWAY_STREAM_WINDOW_HPP
#define LEEWAY_STREAM_WINDOW_HPP

#include <cstdint>
#include <string>
#include <utility>

#include "leeway/base/result.hpp"
#include "leeway/base/time.hpp"

namespace leeway::inline v1::stream {

/// Which rows are judged together. The stream is cut into panes, by a number of rows or a length of time, and at the
/// end of each pane a window ends too:
///   tumbling   the pane alone
///   sliding    the pane and those before it, to a whole number of panes
///   decayed    all panes, the rows of one weighing half as much for every half-life that it lies back
/// Panes of time begin at multiples of their length from an origin. Thread contract: immutable.
class Window {
 public:
  /// More panes are a wrong step, and endless memory.
  static constexpr std::uint64_t kMostPanes = 100'000;

  /// Errors (invalid_argument): 0 rows.
  static Result<Window> tumbling(std::uint64_t rows) { return of({rows, Duration::zero(), {}, 1, 0, {}}); }
  /// Errors (invalid_argument): a length that is not positive.
  static Result<Window> tumbling(Duration length, TimePoint origin = {}) { return of({0, length, origin, 1, 0, {}}); }

  /// The last `rows` rows, every `step` rows. Errors (invalid_argument): a step of 0, rows that are not a multiple of
  /// the step, or more than kMostPanes of it.
  static Result<Window> sliding(std::uint64_t rows, std::uint64_t step) {
    const std::uint64_t panes = panes_in(rows, step);
    return panes > 0 ? of({step, Duration::zero(), {}, panes, 0, {}}) : not_whole(rows, step, "rows");
  }
  /// As above, by time.
  static Result<Window> sliding(Duration length, Duration step, TimePoint origin = {}) {
    const std::uint64_t panes = panes_in(length.count(), step.count());
    return panes > 0 ? of({0, step, origin, panes, 0, {}}) : not_whole(length.count(), step.count(), "us");
  }

  /// All rows so far, every `step` rows; half-life in rows. Errors (invalid_argument): 0.
  static Result<Window> decayed(std::uint64_t step, std::uint64_t half_life) {
    return of({step, Duration::zero(), {}, 0, ratio(half_life, step), {}});
  }
  /// As above, by time.
  static Result<Window> decayed(Duration step, Duration half_life, TimePoint origin = {}) {
    return of({0, step, origin, 0, ratio(half_life.count(), step.count()), {}});
  }

  /// The same window, which waits: a pane of time closes so much after its end, and takes rows of its time until then.
  /// Errors (invalid_argument): a negative lateness, one of more than kMostPanes panes, or a window of rows.
  [[nodiscard]] Result<Window> with_lateness(Duration lateness) const {
    if (!is_by_time()) return invalid("expected a window of time, which lateness is for, found one of rows");
    if (lateness < Duration::zero() || lateness.count() / step_.count() > static_cast<std::int64_t>(kMostPanes)) {
      return invalid("expected a lateness of 0 to 100000 panes of " + std::to_string(step_.count()) + " us, found " +
                     std::to_string(lateness.count()) + " us");
    }
    Window window = *this;
    window.lateness_ = lateness;
    return window;
  }

  [[nodiscard]] bool is_by_time() const noexcept { return step_ > Duration::zero(); }
  [[nodiscard]] bool is_decayed() const noexcept { return half_life_ > 0; }
  /// Rows of a pane; 0 by time.
  [[nodiscard]] std::uint64_t step_rows() const noexcept { return step_rows_; }
  /// Length of a pane; zero by rows.
  [[nodiscard]] Duration step() const noexcept { return step_; }
  /// Panes of a full window, 1 if it tumbles; 0 if it is decayed.
  [[nodiscard]] std::uint64_t panes() const noexcept { return panes_; }
  /// In panes; 0 unless decayed.
  [[nodiscard]] double half_life() const noexcept { return half_life_; }
  [[nodiscard]] Duration lateness() const noexcept { return lateness_; }
  /// When the pane that holds t begins; it ends step() later, exclusive. Precondition: is_by_time().
  [[nodiscard]] TimePoint begin_at(TimePoint t) const noexcept {
    Duration into = (t - origin_) % step_;
    if (into < Duration::zero()) into += step_;
    return t - into;
  }
  /// Whether both are cut into the same panes.
  [[nodiscard]] bool has_panes_of(const Window& other) const noexcept {
    return step_rows_ == other.step_rows_ && step_ == other.step_ && (!is_by_time() || origin_ == other.origin_);
  }

 private:
  struct Parts {
    std::uint64_t step_rows;
    Duration step;
    TimePoint origin;
    std::uint64_t panes;
    double half_life;
    Duration lateness;
  };

  explicit Window(const Parts& parts)
      : step_rows_(parts.step_rows),
        step_(parts.step),
        origin_(parts.origin),
        panes_(parts.panes),
        half_life_(parts.half_life),
        lateness_(parts.lateness) {}

  static Result<Window> of(const Parts& parts) {
    if (parts.step_rows == 0 && parts.step <= Duration::zero()) {
      return invalid("expected at least 1 row or a positive length, found " + std::to_string(parts.step.count()));
    }
    if (parts.panes > 0 || parts.half_life > 0) return Window(parts);
    return invalid("expected a positive half-life, found one of 0 or less");
  }
  static Error invalid(std::string message) { return {ErrorCode::invalid_argument, std::move(message), {}}; }
  template <class T>
  static Error not_whole(T length, T step, const char* unit) {
    return invalid("expected a window of 1 to 100000 whole steps, found one of " + std::to_string(length) + ' ' + unit +
                   " in steps of " + std::to_string(step));
  }
  // 0 unless it is a whole number, and of at most kMostPanes.
  template <class T>
  static std::uint64_t panes_in(T length, T step) {
    if (step <= 0 || length <= 0 || length % step != 0) return 0;
    const auto panes = static_cast<std::uint64_t>(length / step);
    return panes <= kMostPanes ? panes : 0;
  }
  template <class T>
  static double ratio(T half_life, T step) {
    return step > 0 ? static_cast<double>(half_life) / static_cast<double>(step) : 0;
  }

  std::uint64_t step_rows_;
  Duration step_;
  TimePoint origin_;
  std::uint64_t panes_;
  double half_life_;
  Duration lateness_;
};

}  // namespace leeway::inline v1::stream

#endif
