#ifndef LEEWAY_SRC_RETRAIN_FIT_SAMPLE_HPP
#define LEEWAY_SRC_RETRAIN_FIT_SAMPLE_HPP

// A history as it is fitted, and sums over it.

#include <cstddef>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

#include "leeway/retrain/fit.hpp"
#include "retrain/check.hpp"

namespace leeway::inline v1::retrain::detail {

using Numbers = std::vector<double>;

struct Sample {
  Numbers age;
  Numbers accuracy;
  Numbers labels;

  [[nodiscard]] std::size_t size() const noexcept { return age.size(); }
  [[nodiscard]] double span() const noexcept { return age.back() - age.front(); }
};

[[nodiscard]] inline double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

[[nodiscard]] Check check(std::span<const AccuracyPoint> history);

/// A point for each age.
[[nodiscard]] Sample by_age(std::span<const AccuracyPoint> history);

struct Pooled {
  Sample sample;
  std::vector<std::size_t> first;  // of the points that were pooled into each
};

/// Neighbours together: see fit_decay().
[[nodiscard]] Pooled pooled(const Sample& ages);
/// Neighbours together until points are `width` apart and 30 labels stand behind each.
[[nodiscard]] Pooled pooled(const Sample& ages, double width);

[[nodiscard]] inline Sample sample_of(std::span<const AccuracyPoint> history) { return pooled(by_age(history)).sample; }

/// The distance between rows, if all are single and exactly that far apart, as numbered rows are. Whole days between
/// dates are a calendar.
[[nodiscard]] std::optional<Days> counter_step(std::span<const AccuracyPoint> history, bool dated);

}  // namespace leeway::inline v1::retrain::detail

#endif
