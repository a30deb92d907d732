#ifndef LEEWAY_TESTS_SUPPORT_SEQUENTIAL_GOLDEN_HPP
#define LEEWAY_TESTS_SUPPORT_SEQUENTIAL_GOLDEN_HPP

// The shared golden rows of anytime-valid computations: each a kind, an input, and what is expected of it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace leeway::test {

/// Null where the shared data are not beside the project.
inline nlohmann::json sequential_golden() {
  std::ifstream file(LEEWAY_SOURCE_DIR "/../shared/golden/sequential.json");
  return file ? nlohmann::json::parse(file) : nlohmann::json();
}

/// The rows of a kind; none where the file is not there.
inline std::vector<nlohmann::json> sequential_golden(const std::string& kind) {
  std::vector<nlohmann::json> rows;
  for (const auto& row : sequential_golden()) {
    if (row.at("kind") == kind) rows.push_back(row);
  }
  return rows;
}

/// Numbers may be strings.
inline double golden_number(const nlohmann::json& json) {
  return json.is_string() ? std::stod(json.get<std::string>()) : json.get<double>();
}

/// What a value is off by, for goldens with as many digits: relative, of small ones absolute.
inline double relative_gap(double value, double expected) {
  return std::fabs(value - expected) / std::max(1.0, std::fabs(expected));
}

/// Of a row without arms, those of the row of the same package that has them.
inline nlohmann::json with_arms(nlohmann::json input, const std::string& kind, const nlohmann::json& rows) {
  if (kind != "growthbook_two_sided_seq_rel" || input.contains("a")) return input;
  for (const auto& row : rows) {
    if (row.at("kind") != "growthbook_one_sided_seq_abs") continue;
    input["a"] = row.at("input").at("a");
    input["b"] = row.at("input").at("b");
  }
  return input;
}

/// That one row was published with 5 digits.
inline double golden_tolerance(const std::string& kind) {
  return kind == "growthbook_two_sided_seq_rel" ? 1e-5 : 1e-12;
}

inline void expect_golden(const nlohmann::json& found, const nlohmann::json& expected, double tolerance,
                          const std::string& where) {
  if (expected.is_null()) {
    EXPECT_TRUE(found.is_null()) << where;
  } else if (expected.is_structured()) {
    ASSERT_EQ(found.size(), expected.size()) << where;
    for (const auto& [key, value] : expected.items()) {
      const auto& member = expected.is_object() ? found.at(key) : found.at(std::stoul(key));
      expect_golden(member, value, tolerance, where + "." + key);
    }
  } else {
    const double value = golden_number(expected);
    EXPECT_LE(std::fabs(golden_number(found) - value), tolerance * std::fabs(value)) << where << ": " << found;
  }
}

}  // namespace leeway::test

#endif
