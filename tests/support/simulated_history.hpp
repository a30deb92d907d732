#ifndef LEEWAY_TESTS_SUPPORT_SIMULATED_HISTORY_HPP
#define LEEWAY_TESTS_SUPPORT_SIMULATED_HISTORY_HPP

// Histories of accuracy whose truth is known.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "leeway/retrain/fit.hpp"
#include "support/generator.hpp"

namespace leeway::test {

/// Of an accuracy that is a sum: a decay, a step, a season and a loss that is a power of age.
struct Truth {
  std::size_t ages = 24;
  int labels = 200;  // behind each point
  double days = 365;
  double fresh = 0.9;
  double rate = 0;
  double step = 0;
  double step_at = 0;
  double season = 0;  // amplitude
  double period = 365;
  double loss = 0;  // at the end
  double power = 1;
  double scatter = 0;      // standard deviation from point to point beyond the labels
  double persistence = 0;  // correlation of that with its neighbour
  bool uneven = false;     // labels from a quarter to one and a half times as many

  [[nodiscard]] double accuracy(double age) const {
    return fresh * std::exp(-rate * age) + (age < step_at ? 0 : step) +
           season * std::cos(6.283185307179586 * age / period) - loss * std::pow(age / days, power);
  }
};

inline double correct_share(Generator& generator, int labels, double accuracy) {
  int correct = 0;
  for (int i = 0; i < labels; ++i) correct += generator.uniform() < accuracy;
  return static_cast<double>(correct) / labels;
}

inline std::vector<retrain::AccuracyPoint> simulated(const Truth& truth, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<retrain::AccuracyPoint> history;
  double away = generator.normal();
  for (std::size_t i = 0; i < truth.ages; ++i) {
    const double age = truth.days * static_cast<double>(i) / static_cast<double>(truth.ages - 1);
    const int labels = truth.uneven ? static_cast<int>(truth.labels * generator.uniform(0.25, 1.5)) : truth.labels;
    const double accuracy = std::clamp(truth.accuracy(age) + truth.scatter * away, 0.0, 1.0);
    history.push_back(
        {retrain::Days(age), retrain::Fraction(correct_share(generator, labels, accuracy)), retrain::Queries(labels)});
    const double p = truth.persistence;
    away = p * away + std::sqrt(1 - p * p) * generator.normal();
  }
  return history;
}

}  // namespace leeway::test

#endif
