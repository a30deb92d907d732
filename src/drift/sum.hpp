#ifndef LEEWAY_SRC_DRIFT_SUM_HPP
#define LEEWAY_SRC_DRIFT_SUM_HPP

#include <cmath>
#include <cstddef>
#include <span>

namespace leeway::inline v1::drift::detail {

/// Terms are summed in as many interleaved lanes, whatever vectors a machine has: the sum does not depend on it.
inline constexpr std::size_t kLanes = 8;

/// Compensated sum: error independent of the number of terms. The error of an addition is found without asking which
/// term is larger (Knuth 1969). Infinite terms give an infinite sum.
class Sum {
 public:
  /// Adds terms to the lanes 0, 1, ... 7, 0, ... Precondition: size is a multiple of kLanes.
  void add(const double* terms, std::size_t size) noexcept {
    for (std::size_t i = 0; i < size; i += kLanes) {
      for (std::size_t lane = 0; lane < kLanes; ++lane) add_to(total_[lane], lost_[lane], terms[i + lane]);
    }
  }

  [[nodiscard]] double value() const noexcept {
    double total = 0;
    double lost = 0;
    double plain = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      add_to(total, lost, total_[lane]);
      plain += total_[lane];
    }
    for (const double one : lost_) lost += one;
    return std::isfinite(lost) ? total + lost : plain;
  }

 private:
  static void add_to(double& total, double& lost, double term) noexcept {
    const double next = total + term;
    const double added = next - total;
    lost += (total - (next - added)) + (term - added);
    total = next;
  }

  double total_[kLanes] = {};
  double lost_[kLanes] = {};
};

[[nodiscard]] inline double sum(std::span<const double> terms) noexcept {
  Sum sum;
  const std::size_t whole = terms.size() - terms.size() % kLanes;
  sum.add(terms.data(), whole);
  double rest[kLanes] = {};
  for (std::size_t i = whole; i < terms.size(); ++i) rest[i - whole] = terms[i];
  sum.add(rest, kLanes);
  return sum.value();
}

}  // namespace leeway::inline v1::drift::detail

#endif
