#ifndef LEEWAY_TESTS_SUPPORT_SEQUENTIAL_GOLDEN_HPP
#define LEEWAY_TESTS_SUPPORT_SEQUENTIAL_GOLDEN_HPP

// Cases of ../shared/golden/sequential.json beside the project, where it is: values that others computed.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leeway::test {

/// The cases of a kind; none where the file is not there.
inline std::vector<nlohmann::json> sequential_golden(const std::string& kind) {
  const auto path = std::filesystem::path(LEEWAY_SOURCE_DIR).parent_path() / "shared" / "golden" / "sequential.json";
  std::vector<nlohmann::json> cases;
  std::ifstream file(path);
  if (!file) return cases;
  for (const auto& one : nlohmann::json::parse(file)) {
    if (one.at("kind") == kind) cases.push_back(one);
  }
  return cases;
}

inline double golden_number(const nlohmann::json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

/// What a value is off by, for goldens with as many digits: relative, of small ones absolute.
inline double relative_gap(double value, double expected) {
  return std::fabs(value - expected) / std::max(1.0, std::fabs(expected));
}

}  // namespace leeway::test

#endif
