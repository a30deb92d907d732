#ifndef LEEWAY_TESTS_SUPPORT_GOLDEN_HPP
#define LEEWAY_TESTS_SUPPORT_GOLDEN_HPP

// Golden cases of tests/golden: their tolerances, and the samples that they store as recipes.

#include <cmath>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leeway::test {

inline nlohmann::json golden_document(const std::string& name) {
  return nlohmann::json::parse(std::ifstream(std::string(LEEWAY_SOURCE_DIR "/tests/golden/") + name));
}

// 1e-12 relative, and what the oracle's own sums lose: their terms are near 1 at most, their results may be near 0.
inline bool near(double value, double expected) {
  return value == expected || std::fabs(value - expected) <= 1e-12 * std::fabs(expected) + 5e-16;
}

inline bool near_relative(double value, double expected, double tolerance) {
  return value == expected || std::fabs(value - expected) <= tolerance * expected + 1e-305;
}

class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

// A recipe is [kind, seed, size, scale, shift]; scale is a power of two, so that contraction to FMA changes nothing.
inline double value_of(const std::string& kind, double u, double scale, double shift) {
  if (kind == "uniform") return u * scale + shift;
  if (kind == "square") return u * u * scale + shift;
  if (kind == "grid") return std::floor(u * scale) + std::floor(shift);
  if (kind == "atom") return u < 0.25 ? 0.0 : u * scale + shift;
  return shift;
}

inline std::vector<double> expand(const nlohmann::json& recipe) {
  SplitMix64 source(recipe[1].get<std::uint64_t>());
  std::vector<double> values(recipe[2].get<std::size_t>());
  const auto kind = recipe[0].get<std::string>();
  for (double& value : values)
    value = value_of(kind, source.uniform(), recipe[3].get<double>(), recipe[4].get<double>());
  return values;
}

}  // namespace leeway::test

#endif
