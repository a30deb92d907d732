#ifndef LEEWAY_BASE_PROBABILITY_HPP
#define LEEWAY_BASE_PROBABILITY_HPP

// Probabilities that must not be mixed up are types: an error rate of 0.05 and a confidence level of 0.95
// say the same, and convert into each other, but neither is made from a bare number by accident.

#include "leeway/base/assert.hpp"

namespace leeway::inline v1 {

class ConfidenceLevel;

/// Probability of a false finding, in (0, 1).
class ErrorRate {
 public:
  /// Precondition: 0 < value < 1.
  explicit constexpr ErrorRate(double value) noexcept : value_(value) { LEEWAY_ASSERT(value > 0 && value < 1); }
  constexpr ErrorRate(ConfidenceLevel level) noexcept;
  [[nodiscard]] constexpr double value() const noexcept { return value_; }

 private:
  double value_;
};

/// Probability of no false finding, in (0, 1).
class ConfidenceLevel {
 public:
  /// Precondition: 0 < value < 1.
  explicit constexpr ConfidenceLevel(double value) noexcept : value_(value) { LEEWAY_ASSERT(value > 0 && value < 1); }
  constexpr ConfidenceLevel(ErrorRate rate) noexcept : value_(1 - rate.value()) {}
  [[nodiscard]] constexpr double value() const noexcept { return value_; }

 private:
  double value_;
};

constexpr ErrorRate::ErrorRate(ConfidenceLevel level) noexcept : value_(1 - level.value()) {}

}  // namespace leeway::inline v1

#endif
