#ifndef LEEWAY_TESTS_SUPPORT_GENERATOR_HPP
#define LEEWAY_TESTS_SUPPORT_GENERATOR_HPP

#include <cmath>
#include <cstdint>
#include <vector>

namespace leeway::test {

/// splitmix64 (Steele, Lea & Flood 2014): the same numbers on every machine, unlike std's distributions.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }
  std::vector<double> normals(std::size_t n, double mean = 0) {
    std::vector<double> values(n);
    for (double& x : values) x = mean + normal();
    return values;
  }

 private:
  std::uint64_t state_;
};

}  // namespace leeway::test

#endif
