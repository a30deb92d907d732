#ifndef LEEWAY_TESTS_SUPPORT_SEQUENTIAL_GOLDEN_HPP
#define LEEWAY_TESTS_SUPPORT_SEQUENTIAL_GOLDEN_HPP

// The shared golden rows of anytime-valid computations: each a kind, an input, and what is expected of it.

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace leeway::test {

/// Null where the shared data are not beside the project.
inline nlohmann::json sequential_golden() {
  std::ifstream file(LEEWAY_SOURCE_DIR "/../shared/golden/sequential.json");
  return file ? nlohmann::json::parse(file) : nlohmann::json();
}

/// Numbers may be strings.
inline double number_of(const nlohmann::json& json) {
  return json.is_string() ? std::stod(json.get<std::string>()) : json.get<double>();
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
    const double value = number_of(expected);
    EXPECT_LE(std::fabs(number_of(found) - value), tolerance * std::fabs(value)) << where << ": " << found;
  }
}

}  // namespace leeway::test

#endif
